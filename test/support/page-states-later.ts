/** States of the pages once sync has been set up: sidebar, settings, what a person does with his mailbox, and the page of an e-mail's link. */
import * as canned from './canned-answers.ts';
import { problem, UNFINISHED } from './canned-api.ts';
import * as life from './canned-life.ts';
import {
  type CannedHost,
  click,
  connect,
  fromMenu,
  never,
  type PageState,
  refusal,
  seen,
  showing,
  working,
} from './page-acts.ts';

const beside: CannedHost = {
  kind: 'outlook',
  mailboxAddress: 'anna.berg@contoso.example',
  mail: { itemId: 'item-0', subject: 'Re: Offer for spring' },
};

const sidebar: readonly PageState[] = [
  {
    name: 'first-sync',
    answers: showing(canned.firstSync),
    act: (page) => page.getByRole('progressbar', { name: 'First sync under way' }).waitFor(),
  },
  { name: 'sidebar', answers: working, act: (page) => seen(page, '1,284 mails of this mailbox') },
  {
    name: 'sidebar-sync-too-soon',
    answers: {
      ...working,
      'POST /api/mailbox/sync-now': problem(429, 'api.too-soon', 'Wait a little.', { retryAfterSeconds: 42 }),
    },
    act: async (page) => {
      await click(page, 'Sync now');
      await seen(page, 'You can sync again at');
    },
  },
  {
    name: 'sidebar-mail-saved',
    answers: working,
    host: beside,
    act: async (page) => {
      await click(page, 'Why?');
      await page.getByRole('link', { name: 'Open the record in Salesforce' }).waitFor();
    },
  },
  {
    name: 'sidebar-mail-not-saved',
    answers: { ...working, 'POST /api/mails/explain': life.unsavedExplanation },
    host: {
      ...beside,
      mail: {
        itemId: 'item-2',
        subject:
          'Order 4711, and one very long subject that goes on and on until nobody can read it in one line',
      },
    },
    act: async (page) => {
      await click(page, 'Why?');
      await page.getByRole('button', { name: 'Save to Salesforce' }).waitFor();
    },
  },
  {
    name: 'sidebar-mail-saved-by-hand',
    answers: {
      ...working,
      'POST /api/mails/explain': life.unsavedExplanation,
      'POST /api/mails/save': life.savedMail,
    },
    host: beside,
    act: async (page) => {
      await click(page, 'Save to Salesforce');
      await page.getByRole('link', { name: 'Open it' }).waitFor();
    },
  },
  {
    name: 'sidebar-mail-loading',
    answers: { ...working, 'POST /api/mails/explain': never },
    host: beside,
    act: (page) => page.getByLabel('Looking at this mail').waitFor(),
  },
  {
    name: 'sidebar-mail-refused',
    answers: { ...working, 'POST /api/mails/explain': refusal('mailbox.throttled') },
    host: beside,
    act: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },
  {
    name: 'sidebar-no-mail-open',
    answers: working,
    host: { ...beside, mail: null },
    act: (page) => seen(page, 'Open a mail to see whether it is in Salesforce.'),
  },
  {
    name: 'sidebar-other-mailbox',
    answers: working,
    host: { ...beside, mailboxAddress: 'sales@contoso.example', mail: null },
    act: (page) => page.getByRole('button', { name: 'Change the mailbox' }).waitFor(),
  },
  {
    name: 'menu',
    answers: working,
    act: async (page) => {
      await click(page, 'Menu');
      await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    },
  },
  {
    name: 'offline',
    answers: working,
    act: async (page) => {
      await seen(page, '1,284 mails of this mailbox');
      await page.context().setOffline(true);
      await seen(page, 'You are offline. Sync goes on without you');
    },
  },
  {
    name: 'help',
    path: '/#/help',
    answers: working,
    act: (page) => page.getByRole('heading', { name: 'Help' }).waitFor(),
  },
];

const states: readonly PageState[] = [
  {
    name: 'authorization-required',
    answers: showing(canned.refused),
    act: (page) => page.getByRole('dialog', { name: 'Connect your mailbox again' }).waitFor(),
  },
  {
    name: 'authorization-required-skipped',
    answers: showing(canned.refused),
    act: async (page) => {
      await click(page, 'Skip');
      await page.getByRole('button', { name: 'Connect again' }).waitFor();
    },
  },
  {
    name: 'memory-only',
    answers: showing(
      canned.mailbox({
        state: 'authorization-required',
        status: canned.sentence({ state: 'authorization-required', cause: 'mailbox.credentials-rejected' }),
        cause: canned.failure('mailbox.credentials-rejected'),
        nextRunAt: null,
        mailboxConnection: { ...canned.mailbox().mailboxConnection, isUsable: false },
      }),
    ),
    path: '/#/settings/accounts',
    act: async (page) => {
      await click(page, 'Skip');
      await seen(page, 'not at hand: connect it again');
    },
  },
  { name: 'paused', answers: showing(life.paused), act: (page) => seen(page, 'Sync resumes by itself') },
  {
    name: 'suspended',
    answers: showing(life.suspended),
    act: (page) => page.getByRole('button', { name: 'Resume' }).waitFor(),
  },
  {
    name: 'crm-ended',
    answers: showing(life.crmEnded),
    act: (page) => page.getByRole('button', { name: 'Log in with Salesforce' }).waitFor(),
  },
  { name: 'late', answers: showing(life.late), act: (page) => seen(page, 'longer ago than it should be') },
  {
    name: 'deactivated',
    answers: showing(life.deactivated),
    act: (page) => seen(page, 'Links and settings are forgotten on'),
  },
  {
    name: 'pause',
    answers: working,
    act: async (page) => {
      await fromMenu(page, 'Pause');
      await page.getByLabel('Until a day and time').check();
      await page.getByLabel(/^Day and time/).fill('2026-03-01T08:00');
      await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
      await seen(page, 'This moment has passed.');
    },
  },
  {
    name: 'resume',
    answers: showing(life.paused),
    act: async (page) => {
      await click(page, 'Resume');
      await page.getByLabel('Catch up').waitFor();
    },
  },
  {
    name: 'deactivate',
    path: '/#/settings',
    answers: working,
    act: async (page) => {
      await click(page, 'Deactivate');
      await page.getByLabel('Forget them now').waitFor();
    },
  },
  {
    name: 'deactivate-done',
    path: '/#/settings',
    answers: {
      ...working,
      'POST /api/mailbox/deactivate': {
        revoked: 'failed',
        purgeAt: '2026-04-01T10:34:00.000Z',
        marksRemoved: 96,
      },
    },
    act: async (page) => {
      await click(page, 'Deactivate');
      await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
      await seen(page, 'could not be told to take its permission back');
    },
  },
  {
    name: 'change-mailbox',
    path: '/#/settings/accounts',
    answers: working,
    act: async (page) => {
      await click(page, 'Change the mailbox');
      await page.getByRole('button', { name: 'Choose another mailbox' }).waitFor();
    },
  },
];

const settings: readonly PageState[] = [
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

const reconnect: readonly PageState[] = [
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

export const laterStates: readonly PageState[] = [...sidebar, ...states, ...settings, ...reconnect];
