/**
 * Goal: what a newcomer does, in a real Chromium on the real product with simulated services: log in with Salesforce, get the activation wrong
 * in several ways, get it right, watch mail appear, sync again. No canned answers anywhere.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { colleagues, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { openBrowser, openReader } from '../support/browser.ts';

const root = join(import.meta.dirname, '../..');
const anna = colleagues[0];
const dora = colleagues.at(-1);
let folder: string;
let sandbox: Sandbox;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/web/index.html'))) {
    execFileSync('npm', ['run', '--silent', 'build'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
    });
  }
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

async function open(width: number): Promise<Page> {
  const reader = await openReader(browser, { width });
  const page = await reader.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(sandbox.url);
  return page;
}

async function logIn(page: Page, username: string): Promise<void> {
  await page.getByRole('button', { name: 'Log in with Salesforce' }).click();
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(SANDBOX_PASSWORD);
  await page.getByRole('button', { name: 'Log In' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
}

/** Fills the activation form and connects; what the dialog then says is the caller's to look at. */
async function connect(page: Page, form: { login: string; password: string; link: string }): Promise<void> {
  await page.getByLabel('Login').fill(form.login);
  await page.getByLabel('Password').fill(form.password);
  const link = page.getByLabel(/EWS link|Exchange Web Services/i);
  if (!(await link.isVisible())) await page.getByRole('button', { name: 'More' }).click();
  await link.fill(form.link);
  await page.getByRole('button', { name: 'Connect to Exchange' }).click();
}

const bodyOf = (page: Page) => page.locator('body');
const emails = () => sandbox.services.salesforce.records('EmailMessage').length;

test('a person activates a mailbox after some mistakes, and its mail is in Salesforce', async () => {
  const page = await open(400);
  await logIn(page, anna?.salesforceUsername ?? '');
  const login = anna?.address ?? '';
  const password = SANDBOX_PASSWORD;

  await connect(page, { login, password: 'wrong', link: sandbox.ewsUrl });
  await page.getByText('Exchange did not accept the login and password').first().waitFor();

  await connect(page, { login, password, link: sandbox.ewsUrl.replace('/EWS/Exchange.asmx', '/owa/page') });
  await page.getByText('This link cannot be used').first().waitFor();

  await connect(page, { login, password, link: 'https://outlook.office365.com/EWS/Exchange.asmx' });
  await page.getByText('Connect as Office 365').first().waitFor();
  expect(emails()).toBe(0);

  await connect(page, { login, password, link: sandbox.ewsUrl });
  await page.getByText('is connected').first().waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page
    .getByText(/Synced .* ago|In step with Salesforce/)
    .first()
    .waitFor();
  expect(emails()).toBeGreaterThan(10);
  expect(await bodyOf(page).innerText()).not.toContain(SANDBOX_PASSWORD);
  expect(sandbox.services.exchange.notificationsSent()).toEqual([]);

  const before = emails();
  const mime = `Message-ID: <late@acme-bikes.test>\r\nFrom: kim.larsen@acme-bikes.test\r\nTo: ${login}\r\nSubject: Late\r\n\r\nLate.\r\n`;
  sandbox.services.exchange.deliver(login, 'inbox', Buffer.from(mime));
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect.poll(() => emails(), { timeout: 30_000 }).toBe(before + 1);
  await page.context().close();
});

test('a colleague skips, sets sync up from the menu, and one mail that both received is one record', async () => {
  const page = await open(1280);
  await logIn(page, dora?.salesforceUsername ?? '');
  await page.getByRole('button', { name: 'Skip' }).click();
  await page.getByRole('button', { name: /menu/i }).click();
  await page.getByRole('menuitem', { name: 'Set up sync', exact: true }).click();
  await connect(page, {
    login: `CONTOSO\\${dora?.userName ?? ''}`,
    password: SANDBOX_PASSWORD,
    link: sandbox.ewsUrl,
  });
  await page
    .getByText(/Synced .* ago|In step with Salesforce/)
    .first()
    .waitFor();
  const subjects = sandbox.services.salesforce
    .records('EmailMessage')
    .map((row) => JSON.stringify(row.Subject));
  expect(subjects.filter((subject) => subject.includes('One mail for all of you'))).toHaveLength(1);
  await page.context().close();
});
