/**
 * Connecting on a service's own sign-in pages, as a person sees it in the built page: canned answers let him through the sign-in page at once, and
 * say what comes of it. That the server gives such answers is the business of the api tests.
 */
import { describe, expect, test } from 'vitest';
import * as canned from '../support/canned-answers.ts';
import * as life from '../support/canned-life.ts';
import {
  choose,
  newcomer,
  refusal,
  showing as showingMailbox,
  signInAt,
  throughSignIn,
} from '../support/page-acts.ts';
import { button, openPageBench } from '../support/page-bench.ts';

const { open, api, asked, bodies } = openPageBench();

const connected = life.connectedOnly;
const again = { checks: canned.checks, mailbox: canned.mailbox() };
const COMPLETE = 'POST /api/mailbox/consents/:id/complete';

describe('connecting on a sign-in page', () => {
  test.each([
    ['Office 365', 'office365'],
    ['Gmail', 'google'],
  ] as const)(
    'of %s says what happens, goes there, comes back and ticks off the checks',
    async (name, service) => {
      const page = await open(throughSignIn(connected));
      await choose(page, name);
      await page.getByText('Lockstep never sees your password.').waitFor();
      expect(await page.getByLabel('E-mail address').inputValue()).toBe('anna.berg@contoso.example');
      await page.getByLabel('E-mail address').fill('anna@contoso.example');
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: 'What was checked' }).waitFor();
      expect(bodies(`POST /api/mailbox/${service}/consent`)).toEqual([
        { start: false, address: 'anna@contoso.example' },
      ]);
      expect(asked(COMPLETE)).toHaveLength(1);
      expect(page.url()).not.toContain('consent');
      await page.getByText('412 mails would be saved').waitFor();
      api().answers.set('GET /api/mailbox', canned.firstSync);
      api().answers.set('GET /api/session', canned.signedIn(canned.firstSync));
      await button(page, 'Start').click();
      await page.getByRole('progressbar', { name: 'First sync under way' }).waitFor();
      await page.reload();
      await page.getByRole('progressbar', { name: 'First sync under way' }).waitFor();
      expect(asked(COMPLETE)).toHaveLength(1);
    },
  );

  test('complains about an address that is none, at the field and before it goes anywhere', async () => {
    const page = await open(throughSignIn(connected));
    await choose(page, 'Gmail');
    await page.getByLabel('E-mail address').fill('anna');
    await button(page, 'Connect to Gmail').click();
    await page.getByText('Enter your e-mail address.').waitFor();
    await page.getByLabel('E-mail address').and(page.locator(':focus')).waitFor();
    expect(asked('POST /api/mailbox/google/consent')).toEqual([]);
  });

  test.each([
    ['mailbox.consent-declined', {}, 'Sign in again and press Accept.'],
    ['mailbox.scope-missing', { fields: ['mail.modify'] }, 'mail.modify'],
    [
      'mailbox.wrong-account',
      { accounts: { expected: 'anna.berg@contoso.example', authorised: 'other@mailbox.example' } },
      'other@mailbox.example. The mailbox to be synced is anna.berg@contoso.example',
    ],
    ['mailbox.grant-ended', {}, 'you have changed your password. Sign in again.'],
    ['mailbox.sign-in-policy', {}, 'sign-in policy blocks the sync service'],
  ] as const)(
    'that ends with %s says so with the focus there, and lets begin anew',
    async (code, more, text) => {
      const page = await open(throughSignIn(refusal(code, JSON.parse(JSON.stringify(more)))));
      await signInAt(page, 'Gmail');
      const alert = page.getByRole('alert');
      await alert.and(page.locator(':focus')).waitFor();
      expect(await alert.innerText()).toContain(text);
      expect(await page.getByRole('radio', { name: 'Gmail' }).isChecked()).toBe(true);
      api().answers.set(COMPLETE, connected);
      await button(page, 'Connect to Gmail').click();
      await button(page, 'Start').waitFor();
    },
  );

  test('shows the link for the administrator, whole and to be copied, when he must approve', async () => {
    const page = await open(
      throughSignIn(refusal('mailbox.admin-approval-needed', { approvalUrl: canned.APPROVAL_URL })),
    );
    await signInAt(page, 'Office 365');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    const link = alert.getByLabel('Approval link for your administrator');
    expect(await link.inputValue()).toBe(canned.APPROVAL_URL);
    await button(page, 'Copy the link').first().click();
    await alert.getByText(/Copied|Select the text/).waitFor();
  });

  test('says so when the way back leads to nothing', async () => {
    const page = await open(throughSignIn(connected), '/?problem=api.consent-expired');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Begin it again here.').waitFor();
    expect(page.url()).not.toContain('problem');
    expect(asked(COMPLETE)).toEqual([]);
  });
});

describe('a mailbox whose permission has ended', () => {
  const showing = (mailbox: ReturnType<typeof canned.stopped>) => ({
    ...throughSignIn(again),
    ...showingMailbox(mailbox),
  });

  test.each([
    ['office365', 'Sign in to Office 365 again'],
    ['google', 'Sign in with Google again'],
  ] as const)('is repaired by the button of its service: %s', async (service, label) => {
    const page = await open(showing(canned.stopped(service, 'mailbox.grant-ended')));
    const dialog = page.getByRole('dialog', { name: 'Connect your mailbox again' });
    await dialog.getByText('no longer accepts the permission').waitFor();
    await button(page, label).and(page.locator(':focus')).waitFor();
    expect(await page.getByLabel('E-mail address').isEditable()).toBe(false);
    await button(page, 'Skip').click();
    await button(page, label).click();
    await dialog.getByRole('button', { name: label }).click();
    await button(page, 'Done').waitFor();
    expect(bodies(`POST /api/mailbox/${service}/consent`)).toEqual([{ intent: 'refresh' }]);
  });

  test('shows the approval link in the sidebar where an administrator must approve', async () => {
    const page = await open(showing(canned.stopped('office365', 'mailbox.admin-approval-needed')));
    await button(page, 'Skip').click();
    const link = page.getByLabel('Approval link for your administrator');
    expect(await link.inputValue()).toBe(canned.APPROVAL_URL);
  });
});

test('a service with both ways offers its sign-in page beside the form', async () => {
  const offered = canned.services.map((one) =>
    one.service === 'exchange' ? { ...one, alsoByConsent: true } : one,
  );
  const page = await open({
    ...throughSignIn(connected),
    'GET /api/session': canned.signedIn(null, offered),
  });
  await page.getByLabel('Password').waitFor();
  await button(page, 'Sign in with your organization').click();
  await page.getByRole('list', { name: 'What was checked' }).waitFor();
  expect(bodies('POST /api/mailbox/exchange/consent')).toEqual([
    { start: false, address: 'anna.berg@contoso.example' },
  ]);
});

test.each([
  ['anna.berg@gmail.com', 'Gmail'],
  ['anna@contoso.onmicrosoft.com', 'Office 365'],
  ['anna.berg@contoso.example', 'Exchange'],
])('the service of %s is chosen beforehand: %s', async (mailboxAddress, name) => {
  const page = await open(newcomer, '/', { host: { kind: 'outlook', mailboxAddress, mail: null } });
  await page.getByRole('dialog').waitFor();
  expect(await page.getByRole('radio', { name }).isChecked()).toBe(true);
});

describe('an administrator who comes back from approving', () => {
  test.each([
    ['approved', 'Lockstep is approved for your organization'],
    ['declined', 'Lockstep was not approved'],
  ])('is told in a browser without a session: %s', async (outcome, title) => {
    const page = await open({ 'GET /api/session': canned.signedOut }, `/?approval=${outcome}`);
    await page.getByRole('heading', { name: title }).and(page.locator(':focus')).waitFor();
    await page.getByRole('link', { name: 'Open Lockstep' }).click();
    await button(page, 'Log in with Salesforce').waitFor();
  });
});
