/**
 * How a mailbox is activated, as its owner sees it: the login that is also the connection to Salesforce (A8), the dialog that opens by itself (A4) and can be
 * skipped (A7), the three services (A1 to A3), the mailbox that must be the right one (A10), the check and the preview (A11, A12), the two accounts (A9, A15).
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Colleague, colleagues, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import {
  answerGoogle,
  answerMicrosoft,
  chooseFromMenu,
  closeConnected,
  connectToExchange,
  leaveForConsent,
  logInWithSalesforce,
  startFromPreview,
} from '../support/sandbox-pages.ts';
import { mailboxOf, passRuns, startWalk, type Walk } from '../support/walk.ts';

const [anna, ben, carla, dora] = colleagues as [Colleague, Colleague, Colleague, Colleague];
let walk: Walk;
beforeAll(async () => {
  walk = await startWalk();
});
afterAll(() => walk?.close());

const emails = () => walk.sandbox.services.salesforce.records('EmailMessage').length;
const dialogOf = (page: Page) => page.getByRole('dialog');
const isSynced = (page: Page) =>
  expect.poll(async () => (await mailboxOf(page)).lastSuccessAt, { timeout: 60_000 }).not.toBeNull();

test('A8, A4, A7: after the one login the dialog opens by itself; who skips is told what is missing', async () => {
  const page = await walk.open();
  await logInWithSalesforce(page, anna.salesforceUsername);
  const dialog = dialogOf(page);
  await dialog.getByRole('heading', { name: 'Connect your mailbox' }).waitFor();
  await dialog.getByRole('button', { name: 'Skip' }).click();
  for (const words of [/No auto-save/, /No calendar, contacts and tasks/])
    await page.getByText(words).first().waitFor();
  await page.getByRole('contentinfo').getByText('Sync is not set up').waitFor();
  const menu = page.getByRole('button', { name: 'Menu', exact: true });
  const box = await menu.boundingBox();
  expect(box?.x).toBeLessThan(60);
  expect(box?.y).toBeLessThan(60);
  await chooseFromMenu(page, 'Set up sync');
  await dialog.waitFor();
  await page.context().close();
});

test('A1, A10 to A12: Exchange takes Login, Password and, under More, the link; the preview promises what is then saved', async () => {
  const page = await walk.open();
  await logInWithSalesforce(page, anna.salesforceUsername);
  const dialog = dialogOf(page);
  await dialog.getByRole('radio', { name: 'Exchange', exact: true }).check();
  expect(await dialog.getByLabel(/EWS link|Exchange Web Services/i).isVisible()).toBe(false);
  const login = `CONTOSO\\${anna.userName}`;
  await connectToExchange(page, { login, password: SANDBOX_PASSWORD, link: walk.sandbox.ewsUrl });
  await dialog.getByText('Nothing has been written yet').waitFor();
  expect(emails()).toBe(0);
  const promised = await startFromPreview(page);
  await isSynced(page);
  expect(emails()).toBe(promised);
  await chooseFromMenu(page, 'Sync settings');
  await page.getByRole('heading', { name: 'Sync settings: Overview' }).waitFor();
  await page.context().close();
});

test('A2: Office 365 opens Microsoft’s sign-in, and Accept completes it', async () => {
  const page = await walk.open();
  await logInWithSalesforce(page, ben.salesforceUsername);
  await leaveForConsent(page, 'office365');
  await answerMicrosoft(page, { account: ben.address, press: 'Accept' });
  await startFromPreview(page);
  await isSynced(page);
  expect((await mailboxOf(page)).serviceId).toBe('office365');
  await page.context().close();
});

test('A3, A10: at Google another account is refused, naming both; the right one is taken', async () => {
  const page = await walk.open();
  await logInWithSalesforce(page, carla.salesforceUsername);
  await leaveForConsent(page, 'google');
  await answerGoogle(page, { account: 'info@contoso.test', press: 'Continue' });
  const text = dialogOf(page).getByText('You signed in with another account').first();
  await text.waitFor();
  const words = await dialogOf(page).innerText();
  expect(words).toContain('info@contoso.test');
  expect(words).toContain(carla.address);
  expect((await page.request.get(`${walk.sandbox.url}/api/mailbox`)).status()).toBe(404);
  await leaveForConsent(page, 'google');
  await answerGoogle(page, { account: carla.address, press: 'Continue' });
  await startFromPreview(page);
  await isSynced(page);
  await page.context().close();
});

/** Opens *Accounts* and presses a button of it. */
async function pressInAccounts(page: Page, button: string): Promise<void> {
  await page.goto(`${walk.sandbox.url}/#/settings/accounts`);
  await page.getByRole('button', { name: button, exact: true }).click();
}

test('A9: Refresh renews the same mailbox and the same Salesforce account, and nothing is saved twice', async () => {
  const page = await walk.open(1280);
  await logInWithSalesforce(page, anna.salesforceUsername);
  const before = emails();
  const { mailboxConnection, crmConnection } = await mailboxOf(page);
  await walk.leap(60_000);
  await pressInAccounts(page, 'Refresh the mailbox');
  const login = anna.address;
  await connectToExchange(page, { login, password: SANDBOX_PASSWORD, link: walk.sandbox.ewsUrl });
  await closeConnected(page);
  const renewed = await mailboxOf(page);
  expect(Date.parse(renewed.mailboxConnection.connectedAt)).toBeGreaterThan(
    Date.parse(mailboxConnection.connectedAt),
  );

  await pressInAccounts(page, 'Refresh the Salesforce account');
  // Salesforce knows the browser and its permission: it leads straight back.
  await expect
    .poll(
      async () => {
        const answer = await page.request.get(`${walk.sandbox.url}/api/mailbox`);
        return Date.parse(((await answer.json()) as MailboxView).crmConnection.connectedAt);
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(Date.parse(crmConnection.connectedAt));
  const [end] = await passRuns(walk, page, 1);
  expect(end?.outcome).toBe('done');
  expect(emails()).toBe(before);
  await page.context().close();
});

test('A9, A15: Change asks first, closes the old mailbox and starts anew; nothing is deleted on either side', async () => {
  const page = await walk.open(1280);
  await logInWithSalesforce(page, anna.salesforceUsername);
  const before = emails();
  const old = (await mailboxOf(page)).id;
  await pressInAccounts(page, 'Change the mailbox');
  const dialog = dialogOf(page);
  await dialog.getByText('Nothing is deleted').waitFor();
  await dialog.getByRole('button', { name: 'Choose another mailbox' }).click();
  await connectToExchange(page, {
    login: dora.address,
    password: SANDBOX_PASSWORD,
    link: walk.sandbox.ewsUrl,
  });
  await startFromPreview(page);
  await isSynced(page);
  const { id, address } = await mailboxOf(page);
  expect(address).toBe(dora.address);
  expect(id).not.toBe(old);
  expect(emails()).toBeGreaterThanOrEqual(before);
  await page.context().close();
});
