/** States of *Sync settings*, and of the page that the link of an e-mail leads to. */
import * as canned from './canned-answers.ts';
import { problem, UNFINISHED } from './canned-api.ts';
import * as life from './canned-life.ts';
import { click, connect, never, type PageState, seen, showing, working } from './page-acts.ts';

export const settingsStates: readonly PageState[] = [
  {
    name: 'settings-overview',
    path: '/#/settings',
    answers: working,
    act: async (page) => {
      await seen(page, 'A rule in your Salesforce');
      await page.getByText('Mails saved each day').waitFor();
    },
  },
  {
    name: 'settings-overview-empty',
    path: '/#/settings',
    answers: {
      ...showing(canned.mailbox({ lastRun: null, week: [], completeness: null, issuesOpen: 0 })),
      'GET /api/issues': { items: [], next: null },
    },
    act: (page) => seen(page, 'None. Every mail'),
  },
  {
    name: 'settings-overview-hole',
    path: '/#/settings',
    answers: {
      ...showing(
        canned.mailbox({
          completeness: { ...(canned.mailbox().completeness ?? never()), missing: 24, saved: 1_260 } as never,
        }),
      ),
      'GET /api/issues': never,
    },
    act: (page) => seen(page, '24 mails are missing'),
  },
  {
    name: 'settings-accounts',
    path: '/#/settings/accounts',
    answers: working,
    act: (page) => page.getByRole('button', { name: 'Change the Salesforce account' }).waitFor(),
  },
  {
    name: 'settings-synced',
    path: '/#/settings/synced',
    answers: working,
    act: (page) => seen(page, 'Concerns 3 of your 4 latest mails'),
  },
  {
    name: 'settings-never',
    path: '/#/settings/never',
    answers: working,
    act: (page) => page.getByRole('button', { name: 'Save' }).waitFor(),
  },
  {
    name: 'settings-never-complaint',
    path: '/#/settings/never',
    answers: { ...working, 'GET /api/settings': { ...canned.settings, mayEditOrganization: true } },
    act: async (page) => {
      await page.getByLabel('My list').fill('family.example\nnot an address');
      await click(page, 'Save');
      await seen(page, 'Line 2');
    },
  },
  {
    name: 'settings-never-earlier',
    path: '/#/settings/never',
    answers: {
      ...working,
      'PUT /api/settings': canned.settings,
      'POST /api/settings/earlier': life.earlierLines,
    },
    act: async (page) => {
      await page.getByLabel('My list').fill('family.example\nacme.example');
      await click(page, 'Save');
      await seen(page, '37 earlier mails match now');
    },
  },
  {
    name: 'settings-never-removing',
    path: '/#/settings/never',
    answers: {
      ...working,
      'PUT /api/settings': canned.settings,
      'POST /api/settings/earlier': life.earlierLines,
      'POST /api/settings/earlier/apply': [{ kind: 'progress', done: 12, total: 37 }, UNFINISHED],
    },
    act: async (page) => {
      await page.getByLabel('My list').fill('family.example\nacme.example');
      await click(page, 'Save');
      await click(page, 'Remove 37 records from Salesforce');
      await seen(page, 'Removing from Salesforce: 12 of 37');
    },
  },
  {
    name: 'settings-history',
    path: '/#/settings/history',
    answers: working,
    act: async (page) => {
      await page
        .locator('summary', { hasText: '4 minutes ago' })
        .or(page.locator('summary').first())
        .first()
        .click();
      await page.getByRole('button', { name: 'Undo' }).waitFor();
    },
  },
  {
    name: 'settings-history-waiting-and-refused',
    path: '/#/settings/history',
    answers: {
      ...working,
      'GET /api/runs': problem(403, 'api.not-allowed', 'You may not see these.'),
      'GET /api/mails/recent': never,
    },
    act: async (page) => {
      await seen(page, 'You may not see these.');
      await click(page, 'Pick from my latest mails');
      await page.getByLabel('Loading your latest mails').waitFor();
    },
  },
  {
    name: 'settings-history-pick',
    path: '/#/settings/history',
    answers: working,
    act: async (page) => {
      await click(page, 'Pick from my latest mails');
      await page.getByRole('list', { name: 'My latest mails' }).waitFor();
    },
  },
  {
    name: 'settings-history-why',
    path: '/#/settings/history',
    answers: { ...working, 'POST /api/mails/explain': life.unsavedExplanation },
    act: async (page) => {
      await page.getByLabel('Message-ID').fill('<abc@mail.acme.example>');
      await click(page, 'Why?');
      await page.getByRole('list', { name: 'Rules, in their order' }).waitFor();
    },
  },
  {
    name: 'undo',
    path: '/#/settings/history',
    answers: working,
    act: async (page) => {
      await page.locator('summary').first().click();
      await click(page, 'Undo');
      await page.getByRole('button', { name: 'Remove 1 record' }).waitFor();
    },
  },
  {
    name: 'undo-done',
    path: '/#/settings/history',
    answers: { ...working, 'POST /api/runs/:id/undo': life.removalLines },
    act: async (page) => {
      await page.locator('summary').first().click();
      await click(page, 'Undo');
      await click(page, 'Remove 1 record');
      await seen(page, '1 record was removed');
    },
  },
];

const link = '/#/reconnect/canned-token-of-a-link-in-a-mail';
const byLink = (mailbox: ReturnType<typeof canned.mailbox>): PageState['answers'] => ({
  ...showing(mailbox),
  'GET /api/session': { ...canned.signedIn(mailbox), access: 'reconnect' },
  'POST /api/reconnect': {},
});

export const reconnectStates: readonly PageState[] = [
  {
    name: 'reconnect',
    path: link,
    answers: byLink(canned.refused),
    act: (page) => page.getByRole('button', { name: 'Connect to Exchange' }).waitFor(),
  },
  {
    name: 'reconnect-sign-in',
    path: link,
    answers: byLink(canned.stopped('office365', 'mailbox.grant-ended')),
    act: (page) => page.getByRole('button', { name: 'Sign in to Office 365 again' }).waitFor(),
  },
  {
    name: 'reconnect-crm',
    path: link,
    answers: byLink(life.crmEnded),
    act: (page) => page.getByRole('button', { name: 'Log in with Salesforce' }).waitFor(),
  },
  {
    name: 'reconnect-done',
    path: link,
    answers: {
      ...byLink(canned.refused),
      'POST /api/mailbox/exchange': { checks: canned.checks, mailbox: canned.mailbox() },
    },
    act: async (page) => {
      await connect(page);
      await page.getByRole('heading', { name: 'Sync is on again' }).waitFor();
    },
  },
  {
    name: 'reconnect-link-used',
    path: link,
    answers: {
      'GET /api/session': canned.signedOut,
      'POST /api/reconnect': problem(410, 'api.link-expired', 'This link has ended.'),
    },
    act: (page) => page.getByRole('link', { name: 'Open Lockstep' }).waitFor(),
  },
];
