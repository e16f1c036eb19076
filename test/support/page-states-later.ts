/** States of the sidebar once sync has been set up, and of what a person does with his mailbox. */
import * as canned from './canned-answers.ts';
import { problem } from './canned-api.ts';
import * as life from './canned-life.ts';
import {
  type CannedHost,
  click,
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
    answers: showing(life.forgotten),
    act: async (page) => {
      await click(page, 'Skip');
      await page.getByRole('button', { name: 'Connect again' }).waitFor();
    },
  },
  {
    name: 'memory-only-accounts',
    path: '/#/settings/accounts',
    answers: showing(life.forgotten),
    act: async (page) => {
      await click(page, 'Skip');
      await seen(page, 'not at hand: connect it again');
    },
  },
  { name: 'guarded', answers: showing(life.guarded), act: (page) => seen(page, 'Sync waits.') },
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

export const laterStates: readonly PageState[] = [...sidebar, ...states];
