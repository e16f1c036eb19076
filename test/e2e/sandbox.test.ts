/**
 * Goal: what a newcomer does, in a real Chromium on the real product with simulated services: log in with Salesforce, get the activation wrong in
 * several ways, get it right, watch mail appear, sync again; on Exchange, Office 365 and Gmail, consent pages included. No canned answers anywhere.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Colleague, colleagues, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { openBrowser } from '../support/browser.ts';
import { ensureDeliveredPages } from '../support/built-pages.ts';
import {
  answerGoogle,
  answerMicrosoft,
  chooseFromMenu,
  closeConnected,
  connectToExchange,
  leaveForConsent,
  logInWithSalesforce,
  openSandboxPage,
  startFromPreview,
} from '../support/sandbox-pages.ts';

const [anna, ben, carla, dora] = colleagues as [Colleague, Colleague, Colleague, Colleague];
let folder: string;
let sandbox: Sandbox;
let browser: Browser;

beforeAll(async () => {
  ensureDeliveredPages();
  folder = await mkdtemp(join(tmpdir(), 'lockstep-e2e-'));
  sandbox = await startSandbox({
    port: 0,
    mailFolder: null,
    seed: 20_261_123,
    dataFolder: folder,
    databaseUrl: null,
  });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (width: number) => openSandboxPage(browser, sandbox.url, width);
const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const isSynced = (page: Page) => says(page, /Synced .* ago|In step with Salesforce/);
const bodyOf = (page: Page) => page.locator('body');
const emails = () => sandbox.services.salesforce.records('EmailMessage').length;

test('a person activates a mailbox after some mistakes, and its mail is in Salesforce', async () => {
  const page = await open(400);
  await logInWithSalesforce(page, anna.salesforceUsername);
  const login = anna.address;
  const password = SANDBOX_PASSWORD;

  await connectToExchange(page, { login, password: 'wrong', link: sandbox.ewsUrl });
  await says(page, 'Exchange did not accept the login and password');

  await connectToExchange(page, {
    login,
    password,
    link: sandbox.ewsUrl.replace('/EWS/Exchange.asmx', '/owa/page'),
  });
  await says(page, 'This link cannot be used');

  await connectToExchange(page, { login, password, link: 'https://outlook.office365.com/EWS/Exchange.asmx' });
  await says(page, 'Connect as Office 365');
  expect(emails()).toBe(0);

  await connectToExchange(page, { login, password, link: sandbox.ewsUrl });
  const promised = await startFromPreview(page);
  await isSynced(page);
  expect(emails()).toBe(promised);
  expect(promised).toBeGreaterThan(10);
  expect(await bodyOf(page).innerText()).not.toContain(SANDBOX_PASSWORD);
  expect(sandbox.services.exchange.notificationsSent()).toEqual([]);

  const before = emails();
  const mime = `Message-ID: <late@acme-bikes.test>\r\nFrom: kim.larsen@acme-bikes.test\r\nTo: ${login}\r\nSubject: Late\r\n\r\nLate.\r\n`;
  sandbox.services.exchange.deliver(login, 'inbox', Buffer.from(mime));
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect.poll(() => emails(), { timeout: 30_000 }).toBe(before + 1);
  await page.context().close();
});

test('a colleague skips, and sets sync up from the menu', async () => {
  const page = await open(1280);
  await logInWithSalesforce(page, dora.salesforceUsername);
  await page.getByRole('button', { name: 'Skip' }).click();
  await chooseFromMenu(page, 'Set up sync');
  await connectToExchange(page, {
    login: `CONTOSO\\${dora.userName}`,
    password: SANDBOX_PASSWORD,
    link: sandbox.ewsUrl,
  });
  await startFromPreview(page);
  await isSynced(page);
  await page.context().close();
});

/** The first sync is started from the preview, and over. */
async function isStarted(page: Page): Promise<void> {
  await startFromPreview(page);
  await isSynced(page);
}

/** Done with the dialog, and a run is over. */
async function isConnectedAgain(page: Page): Promise<void> {
  await closeConnected(page);
  await isSynced(page);
}

/** Asks for a run, and waits for the dialog that opens by itself when it is refused. */
async function syncIntoRefusal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sync now' }).click();
  await says(page, 'The mail service no longer accepts the permission you gave');
  await page.getByRole('dialog').waitFor();
}

test('at Microsoft a consent is declined, needs an administrator, is given, is revoked, and is given again', async () => {
  const { office365 } = sandbox.services;
  const page = await open(400);
  await logInWithSalesforce(page, ben.salesforceUsername);
  const account = ben.address;

  await leaveForConsent(page, 'office365');
  await answerMicrosoft(page, { account, press: 'Cancel' });
  await says(page, 'The permissions were not granted');

  office365.setConsent('contoso.test', { userConsent: 'adminOnly' });
  await leaveForConsent(page, 'office365');
  await answerMicrosoft(page, { account, press: 'Return to the application without granting consent' });
  await says(page, 'Your administrator must approve this application first');
  const link = page.getByLabel('Approval link for your administrator').first();
  const admin = await openSandboxPage(browser, await link.inputValue(), 1280);
  await answerMicrosoft(admin, { account: 'admin@contoso.test', press: 'Accept' });
  await says(admin, 'Lockstep is approved for your organization');
  await admin.context().close();

  await leaveForConsent(page, 'office365');
  await isStarted(page);

  office365.revokeTokens(account);
  office365.expireAccessTokens(account);
  await syncIntoRefusal(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in to Office 365 again' }).click();
  await isConnectedAgain(page);
  expect(office365.notificationsSent()).toEqual([]);
  expect(await bodyOf(page).innerText()).not.toContain(SANDBOX_PASSWORD);
  await page.context().close();
});

test('at Google the wrong account is chosen, a box is left unticked, and the password is changed; each is mended', async () => {
  const { google } = sandbox.services;
  const page = await open(400);
  await logInWithSalesforce(page, carla.salesforceUsername);
  const account = carla.address;

  await leaveForConsent(page, 'google');
  await answerGoogle(page, { account: 'info@contoso.test', press: 'Continue' });
  await says(page, 'You signed in with another account');
  expect(await bodyOf(page).innerText()).toContain('info@contoso.test');

  await leaveForConsent(page, 'google');
  await answerGoogle(page, { account, press: 'Continue', untick: true });
  await says(page, 'A permission was left out when you signed in');

  await leaveForConsent(page, 'google');
  await answerGoogle(page, { account, press: 'Continue' });
  await isStarted(page);

  google.changePassword(account, 'changed-1');
  await syncIntoRefusal(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in with Google again' }).click();
  await answerGoogle(page, { account, press: 'Continue', password: 'changed-1' });
  await isConnectedAgain(page);
  expect(google.notificationsSent()).toEqual([]);
  await page.context().close();
});

test('mail of all three services is in Salesforce, and the mail that all received is one record', () => {
  const rows = sandbox.services.salesforce.records('EmailMessage');
  const withSubject = (text: string) => rows.filter((row) => JSON.stringify(row.Subject).includes(text));
  expect(withSubject('One mail for all of you')).toHaveLength(1);
  for (const { address } of colleagues)
    expect(rows.filter((row) => JSON.stringify(row).includes(address)).length).toBeGreaterThan(10);
  const identifiers = rows.map((row) => row.MessageIdentifier);
  expect(new Set(identifiers).size).toBe(identifiers.length);
});
