/**
 * The life of a mailbox as its owner sees it, hour by hour on the sandbox's clock: the rhythm of runs (R1), five refusals and the sixth (A5), the e-mail and
 * its link (N1, A14), connecting again at any time (A6), pauses (R4), suspension (R6) and the end (R5).
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Colleague, colleagues, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import { deliverTo } from '../../sandbox/deliver.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import {
  answerGoogle,
  chooseFromMenu,
  closeConnected,
  connectToExchange,
  leaveForConsent,
  logInWithSalesforce,
  startFromPreview,
} from '../support/sandbox-pages.ts';
import { INTERVAL_MS, mailboxOf, passRuns, runsOf, startWalk, type Walk } from '../support/walk.ts';

const [anna, , carla] = colleagues as [Colleague, Colleague, Colleague];
let walk: Walk;
let page: Page;
beforeAll(async () => {
  walk = await startWalk();
});
afterAll(() => walk?.close());

const emails = () => walk.sandbox.services.salesforce.records('EmailMessage');
const dialog = () => page.getByRole('dialog');
const statusLine = () => page.getByRole('contentinfo');
let letters = 0;

/** A customer writes to a colleague. */
function write(to: Colleague): void {
  letters += 1;
  const mime = [
    `Message-ID: <walk-${letters}@acme-bikes.test>`,
    'From: kim.larsen@acme-bikes.test',
    `To: ${to.address}`,
    `Subject: Letter ${letters}`,
    '',
    'Hello.',
    '',
  ].join('\r\n');
  deliverTo(walk.sandbox.services, to, {
    folder: 'inbox',
    raw: Buffer.from(mime),
    receivedAt: walk.sandbox.now(),
  });
}

/** Every mail is one record. */
function nothingIsDoubled(): void {
  const identifiers = emails().map((row) => row.MessageIdentifier);
  expect(new Set(identifiers).size).toBe(identifiers.length);
}

const mailsTo = (who: Colleague) => walk.sandbox.outbox.mails().filter(({ to }) => to.includes(who.address));

test('R1: after activation a mailbox is synced every 30 minutes by itself', async () => {
  page = await walk.open();
  await logInWithSalesforce(page, anna.salesforceUsername);
  await connectToExchange(page, {
    login: anna.address,
    password: SANDBOX_PASSWORD,
    link: walk.sandbox.ewsUrl,
  });
  await startFromPreview(page);
  await expect.poll(async () => (await mailboxOf(page)).lastSuccessAt, { timeout: 60_000 }).not.toBeNull();

  const ends = await passRuns(walk, page, 4);
  expect(ends.map(({ trigger, outcome }) => `${trigger} ${outcome}`)).toEqual(
    Array.from({ length: 4 }, () => 'schedule done'),
  );
  const { nextRunAt, lastRun } = await mailboxOf(page);
  // An interval; a tenth less at most while the mailbox is on the way to its own moment.
  const wait = Date.parse(nextRunAt ?? '') - Date.parse(lastRun?.startedAt ?? '');
  expect(wait).toBeLessThanOrEqual(30 * MINUTE);
  expect(wait).toBeGreaterThanOrEqual(27 * MINUTE);
});

test('A5: five refusals open no dialog, the sixth does, and an e-mail tells', async () => {
  walk.sandbox.services.exchange.setPassword(anna.address, 'changed-1');
  for (let run = 1; run <= 5; run += 1) {
    write(anna);
    const [end] = await passRuns(walk, page, 1);
    expect(end?.failureCode).toBe('mailbox.credentials-rejected');
    expect((await mailboxOf(page)).state).toBe('active');
    expect(await dialog().count()).toBe(0);
  }
  expect(mailsTo(anna)).toEqual([]);

  write(anna);
  await passRuns(walk, page, 1);
  expect((await mailboxOf(page)).state).toBe('authorization-required');
  await walk.leap(2 * MINUTE);
  await dialog().getByText('Exchange did not accept the login and password').waitFor();
  await expect.poll(() => mailsTo(anna).length, { timeout: 30_000 }).toBe(1);
});

test('N1, A14: the link of the e-mail leads to green in one step; the gap is caught up, nothing is doubled', async () => {
  const [mail] = mailsTo(anna);
  const link = /https?:\S+#\/reconnect\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
  expect(mail?.html).toContain(link);
  const before = emails().length;

  const visitor = await walk.open();
  await visitor.goto(link);
  await visitor.getByText('Nothing is lost').waitFor();
  expect(visitor.url()).not.toContain(link.split('/').at(-1) ?? link);
  await visitor.getByLabel('Login').fill(anna.address);
  await visitor.getByLabel('Password').fill('changed-1');
  await visitor.getByRole('button', { name: 'Connect to Exchange' }).click();
  await visitor.getByText('Sync is on again').waitFor();

  await expect.poll(() => emails().length, { timeout: 60_000 }).toBe(before + 6);
  nothingIsDoubled();
  await expect.poll(() => mailsTo(anna).length, { timeout: 30_000 }).toBe(2);

  await visitor.context().close();
  const second = await walk.open();
  await second.goto(link);
  await second.getByText('This link has been used or has ended').waitFor();
  await second.context().close();
});

test('A6: a mailbox is connected again at any time from the menu, and keeps all it had', async () => {
  await page.reload();
  const before = emails().length;
  await chooseFromMenu(page, 'Connect again');
  await connectToExchange(page, { login: anna.address, password: 'changed-1', link: walk.sandbox.ewsUrl });
  await closeConnected(page);
  await passRuns(walk, page, 1);
  expect((await mailboxOf(page)).state).toBe('active');
  expect(emails().length).toBe(before);
});

/** Pauses from the menu, with one of the dialog's choices. */
async function pause(choice: string): Promise<void> {
  await chooseFromMenu(page, 'Pause');
  await dialog().getByRole('radio', { name: choice, exact: true }).check();
  await dialog().getByRole('button', { name: 'Pause', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
}

async function resume(choice: RegExp): Promise<void> {
  await chooseFromMenu(page, 'Resume');
  await dialog().getByRole('radio', { name: choice }).check();
  await dialog().getByRole('button', { name: 'Resume', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
}

test('R4: nothing runs while paused; resuming catches up what came meanwhile, or skips it', async () => {
  const before = emails().length;
  await pause('Until I resume');
  await statusLine().getByText('Sync is paused').waitFor();
  const runs = (await runsOf(page))[0]?.id;
  write(anna);
  await walk.leap(3 * HOUR);
  expect((await runsOf(page))[0]?.id).toBe(runs);
  expect(emails().length).toBe(before);
  await resume(/^Catch up/);
  await expect.poll(() => emails().length, { timeout: 60_000 }).toBe(before + 1);

  await pause('Until I resume');
  await walk.leap(MINUTE);
  write(anna);
  await walk.leap(HOUR);
  await resume(/^Skip it/);
  await walk.leap(MINUTE);
  write(anna);
  await passRuns(walk, page, 1);
  await expect.poll(() => emails().length, { timeout: 60_000 }).toBe(before + 2);
  nothingIsDoubled();
});

test('R4: a pause with an end goes on by itself', async () => {
  await pause('Until the end of tomorrow');
  const { pausedUntil, state } = await mailboxOf(page);
  expect(state).toBe('paused');
  const left = Date.parse(pausedUntil ?? '') - (await page.evaluate(() => Date.now()));
  await walk.leap(left + MINUTE);
  // The night was longer than the session.
  await page.context().close();
  page = await walk.open();
  await logInWithSalesforce(page, anna.salesforceUsername);
  await expect.poll(async () => (await mailboxOf(page)).state, { timeout: 60_000 }).toBe('active');
});

test('R6: ten other failures suspend, which is no pause; a probe heals it, and both are told', async () => {
  const { faults } = walk.sandbox.services.exchange;
  const told = mailsTo(anna).length;
  faults.add({ operation: '*', effect: { kind: 'http', status: 500, body: 'html' } });
  const ends = await passRuns(walk, page, 10);
  expect(new Set(ends.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
  expect((await mailboxOf(page)).state).toBe('suspended');
  await walk.leap(2 * MINUTE);
  await statusLine().getByText('Sync is suspended due to an error').waitFor();
  await expect.poll(() => mailsTo(anna).length, { timeout: 30_000 }).toBe(told + 1);

  faults.clear();
  await passRuns(walk, page, 1, 3 * HOUR + MINUTE);
  expect((await mailboxOf(page)).state).toBe('active');
  await expect.poll(() => mailsTo(anna).length, { timeout: 30_000 }).toBe(told + 2);
});

test('U2: the settings are reached by their own link, and say how sync stands', async () => {
  await page.goto(`${walk.sandbox.url}/#/settings`);
  await page.reload();
  await page.getByRole('heading', { name: 'Sync settings: Overview' }).waitFor();
  for (const name of ['Sync now', 'Pause', 'Deactivate'])
    await page.getByRole('main').getByRole('button', { name, exact: true }).waitFor();
  await page.context().close();
});

test('R5: deactivating takes the permission back, erases the access, and forgets all after 30 days', async () => {
  page = await walk.open(1280);
  await logInWithSalesforce(page, carla.salesforceUsername);
  await leaveForConsent(page, 'google');
  await answerGoogle(page, { account: carla.address, press: 'Continue' });
  await startFromPreview(page);
  await expect.poll(async () => (await mailboxOf(page)).lastSuccessAt, { timeout: 60_000 }).not.toBeNull();
  const before = emails().length;

  await page.goto(`${walk.sandbox.url}/#/settings`);
  await page.getByRole('main').getByRole('button', { name: 'Deactivate', exact: true }).click();
  await dialog().getByRole('button', { name: 'Deactivate', exact: true }).click();
  await dialog().getByText('Gmail has taken its permission back').waitFor();
  await dialog().getByRole('button', { name: 'Done' }).click();
  const { state, mailboxConnection, purgeAt } = await mailboxOf(page);
  expect({ state, isUsable: mailboxConnection.isUsable }).toEqual({ state: 'deactivated', isUsable: false });
  expect(purgeAt).not.toBeNull();

  write(carla);
  await walk.leap(INTERVAL_MS);
  expect((await runsOf(page)).filter(({ outcome }) => outcome === 'running')).toEqual([]);
  expect(emails().length).toBe(before);
  await walk.leap(31 * DAY);
  await page.context().close();
  page = await walk.open();
  await logInWithSalesforce(page, carla.salesforceUsername);
  await expect
    .poll(async () => (await page.request.get(`${walk.sandbox.url}/api/mailbox`)).status(), {
      timeout: 60_000,
    })
    .toBe(404);
  await page.context().close();
});

test('no one was ever written to by a service because of Lockstep', () => {
  const { exchange, google, office365 } = walk.sandbox.services;
  for (const service of [exchange, google, office365]) expect(service.notificationsSent()).toEqual([]);
});
