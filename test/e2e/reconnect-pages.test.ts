/** The page that the link of an e-mail leads to (A14), in a real Chromium against canned answers, from the link to green. */
import { expect, test } from 'vitest';
import * as canned from '../support/canned-answers.ts';
import { problem } from '../support/canned-api.ts';
import * as life from '../support/canned-life.ts';
import { type Answers, connect, showing, throughSignIn } from '../support/page-acts.ts';
import { button, openPageBench } from '../support/page-bench.ts';

const { open, asked, bodies } = openPageBench();

const TOKEN = 'canned-token-of-a-link-in-a-mail';
const LINK = `/#/reconnect/${TOKEN}`;
const again = { checks: canned.checks, mailbox: canned.mailbox() };

const byLink = (mailbox: ReturnType<typeof canned.mailbox>): Answers => ({
  ...throughSignIn(again),
  ...showing(mailbox),
  'GET /api/session': { ...canned.signedIn(mailbox), access: 'reconnect' },
  'POST /api/reconnect': {},
});

test('opens the link once, takes its token out of the address, and says what stopped and since when', async () => {
  const page = await open(byLink(canned.refused), LINK);
  await page.getByRole('heading', { name: 'Connect your mailbox again' }).waitFor();
  await page.getByText('Exchange did not accept the login').waitFor();
  await page.getByText('yesterday').first().waitFor();
  expect(page.url()).not.toContain(TOKEN);
  expect(bodies('POST /api/reconnect')).toEqual([{ token: TOKEN }]);
  expect(await page.getByRole('button', { name: 'Menu' }).count()).toBe(0);
  expect(await page.getByRole('radio').count()).toBe(0);
});

test('leads to green with the form of a service that has one', async () => {
  const page = await open({ ...byLink(canned.refused), 'POST /api/mailbox/exchange': again }, LINK);
  await connect(page);
  await page.getByRole('heading', { name: 'Sync is on again' }).waitFor();
  expect(bodies('POST /api/mailbox/exchange')).toEqual([
    { intent: 'refresh', login: 'anna.berg@contoso.example', password: 'winter-sun' },
  ]);
});

test('leads to green over the sign-in page of a service that has one', async () => {
  const page = await open(byLink(canned.stopped('office365', 'mailbox.grant-ended')), LINK);
  await button(page, 'Sign in to Office 365 again').click();
  await page.getByRole('heading', { name: 'Sync is on again' }).waitFor();
  expect(bodies('POST /api/mailbox/office365/consent')).toEqual([{ intent: 'refresh' }]);
});

test('leads to Salesforce where that is what stopped', async () => {
  const page = await open(byLink(life.crmEnded), LINK);
  await button(page, 'Log in with Salesforce').click();
  await page.waitForURL('**/login/salesforce?intent=refresh');
});

test('says kindly that a link has been used, and shows the way on', async () => {
  const page = await open(
    {
      'GET /api/session': canned.signedOut,
      'POST /api/reconnect': problem(410, 'api.link-expired', 'This link has ended.'),
    },
    LINK,
  );
  await page.getByRole('heading', { name: 'This link has been used or has ended' }).waitFor();
  await page.getByRole('link', { name: 'Open Lockstep' }).click();
  await button(page, 'Log in with Salesforce').waitFor();
});

test('stays on its page when it is loaded again, without using the link again', async () => {
  const page = await open(byLink(canned.refused), LINK);
  await page.getByText('Exchange did not accept the login').waitFor();
  await page.reload();
  await page.getByText('Exchange did not accept the login').waitFor();
  expect(asked('POST /api/reconnect')).toHaveLength(1);
});
