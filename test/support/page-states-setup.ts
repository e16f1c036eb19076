/** States of the console's set-up pages: ways of reaching, profiles, presets, licenses, settings and tokens. */
import type { Page } from 'playwright-core';
import * as admin from './canned-admin.ts';
import { problem, UNFINISHED } from './canned-api.ts';
import * as setup from './canned-setup.ts';
import { type Answers, click, never, type PageState, refusal, seen } from './page-acts.ts';
import { administering } from './page-states-admin.ts';

/** A platform admin of a company that is set up. */
export const settingUp: Answers = {
  ...administering,
  'GET /api/admin/accesses': setup.accesses,
  'GET /api/admin/profiles': setup.profiles,
  'GET /api/admin/presets': setup.presets,
  'GET /api/admin/settings': setup.settings,
  'GET /api/admin/tokens': setup.tokens,
};

const nothing = { items: [] };
const troubles = problem(503, 'api.internal', 'The sync service had a fault of its own. Try again.');
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
/** The list that a page shows, waited for by its name. */
const list = (page: Page, name: string) => page.getByRole('list', { name, exact: true }).waitFor();

const state = (name: string, path: string, act: PageState['act'], answers: Answers = {}): PageState => ({
  name: `admin-${name}`,
  path: `/admin${path}`,
  answers: { ...settingUp, ...answers },
  act,
});

const tenantPage = `/access/${setup.tenant.id}`;

const accesses: readonly PageState[] = [
  state('access', '/access', (page) => list(page, 'Ways of reaching')),
  state('access-empty', '/access', (page) => seen(page, 'There is none yet'), {
    'GET /api/admin/accesses': nothing,
  }),
  state('access-loading', '/access', (page) => page.getByLabel('Loading ways of reaching').waitFor(), {
    'GET /api/admin/accesses': never,
  }),
  state('access-error', '/access', (page) => seen(page, 'a fault of its own'), {
    'GET /api/admin/accesses': troubles,
  }),
  state('access-signed-in', `/access?saved=${setup.exchange.id}`, (page) => seen(page, 'has signed in')),
  state('access-new', '/access/new', (page) => list(page, 'Services')),
  state('access-new-exchange', '/access/new/exchange', async (page) => {
    await page.getByRole('textbox', { name: 'Service account' }).fill('CONTOSO\\svc-lockstep');
    await seen(page, "-User 'CONTOSO");
  }),
  state('access-new-exchange-oauth', '/access/new/exchange', async (page) => {
    await page.getByLabel('signs in on your company’s own page').check();
    await page.getByRole('button', { name: 'Sign in as the service account' }).waitFor();
  }),
  state('access-new-office365', '/access/new/office365', async (page) => {
    await page.getByLabel('By a client secret').check();
    await click(page, 'Try it and save');
    await seen(page, 'Enter the secret.');
  }),
  state('access-new-google', '/access/new/google', (page) => seen(page, 'gmail.modify')),
  state('access-new-salesforce', '/access/new/salesforce', async (page) => {
    await page.getByLabel('The service account’s', { exact: true }).check();
    await seen(page, 'One session for everybody');
  }),
  state(
    'access-new-refused',
    '/access/new/exchange',
    async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).fill('Head office');
      await page.getByRole('textbox', { name: 'Service account' }).fill('CONTOSO\\svc-lockstep');
      await page.getByLabel('Password').fill('winter-sun');
      await page.getByLabel('Sample mailbox').fill('anna.berg@contoso.example');
      await click(page, 'Try it and save');
      await page.getByRole('alert').waitFor();
    },
    { 'POST /api/admin/accesses': refusal('mailbox.impersonation-denied') },
  ),
  state('access-refused', tenantPage, (page) => seen(page, '412 mailboxes wait')),
  state('access-renewal', tenantPage, async (page) => {
    await click(page, 'Renew the credential');
    await page.getByRole('button', { name: 'Try it and save' }).waitFor();
  }),
  state(
    'access-tried',
    `/access/${setup.exchange.id}`,
    async (page) => {
      await click(page, 'Renew the credential');
      await page.getByLabel('Password').fill('summer-sun');
      await page.getByLabel('Sample mailbox').fill('anna.berg@contoso.example');
      await click(page, 'Try it and save');
      await list(page, 'What was tried on the sample mailbox');
    },
    { 'PUT /api/admin/accesses/:id': setup.renewed },
  ),
  state('access-remove', `/access/${setup.crm.id}`, async (page) => {
    await click(page, 'Remove');
    await page.getByRole('dialog').waitFor();
  }),
  state('access-gone', `/access/${admin.idOf(4, 99)}`, (page) => seen(page, 'There is no such way')),
];

const salesPage = `/profiles/${setup.salesProfile.id}`;

const profiles: readonly PageState[] = [
  state('profiles', '/profiles', (page) => list(page, 'Profiles')),
  state('profiles-empty', '/profiles', (page) => seen(page, 'There is no profile yet'), {
    'GET /api/admin/profiles': nothing,
  }),
  state('profile', salesPage, (page) => seen(page, 'People need do nothing')),
  state('profile-new', '/profiles/new', async (page) => {
    await page.getByLabel('Add a profile admin').fill('an');
    await click(page, 'Make the profile');
    await seen(page, 'Give it a name.');
    await list(page, 'People found');
  }),
  state('profile-disable', salesPage, async (page) => {
    await click(page, 'Disable the profile');
    await seen(page, 'Sync stops for 1,180 people at once');
  }),
  state('profile-of-a-profile-admin', salesPage, (page) => seen(page, 'Show them'), {
    'GET /api/session': admin.admin('profile-admin'),
  }),
];

const presetPage = `/presets/${setup.strictPreset.id}`;

const presets: readonly PageState[] = [
  state('presets', '/presets', (page) => list(page, 'Presets')),
  state('presets-empty', '/presets', (page) => seen(page, 'There is no preset yet'), {
    'GET /api/admin/presets': nothing,
  }),
  state('preset', presetPage, (page) => heading(page, 'What is saved by itself')),
  state('preset-read-only', presetPage, (page) => heading(page, 'Its settings'), {
    'GET /api/session': admin.admin('profile-admin'),
  }),
  state('preset-new', '/presets/new', async (page) => {
    await page.getByLabel('What a person has chosen for himself').check();
    await page.getByLabel('Whose choices').fill('an');
    await list(page, 'People found');
  }),
  state('preset-apply', presetPage, async (page) => {
    await page.getByLabel('Sales: 1,204 people').check();
    await page.getByLabel('Is forgotten wherever').check();
    await click(page, 'Apply');
    await seen(page, 'cannot be undone');
  }),
  state(
    'preset-applying',
    presetPage,
    async (page) => {
      await page.getByLabel('Sales: 1,204 people').check();
      await click(page, 'Apply');
      await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
      await seen(page, 'Applying the preset: 600 of 1,204');
    },
    { 'POST /api/admin/presets/:id/apply': [setup.applied[0], UNFINISHED] },
  ),
];

const rest: readonly PageState[] = [
  state('licenses', '/licenses', (page) => list(page, 'Licenses')),
  state('licenses-change', '/licenses', async (page) => {
    await click(page, `Change ${admin.quick.name}`);
    await page.getByLabel('Interval in minutes').fill('0');
    await click(page, 'Save');
    await seen(page, 'Enter whole minutes');
  }),
  state('settings', '/settings', (page) => heading(page, 'Telling people')),
  state(
    'settings-conflict',
    '/settings',
    async (page) => {
      await page.getByLabel('Who decides: Mail that people receive (Inbox)').selectOption('force');
      await click(page, 'Save');
      await page.getByRole('alert').waitFor();
    },
    {
      'PUT /api/admin/settings': problem(409, 'api.conflict', 'Somebody else changed this meanwhile.'),
    },
  ),
  state('tokens', '/tokens', (page) => list(page, 'Tokens')),
  state('tokens-empty', '/tokens', (page) => seen(page, 'There is no token'), {
    'GET /api/admin/tokens': nothing,
  }),
  state(
    'token-shown',
    '/tokens',
    async (page) => {
      await page.getByLabel('Name').fill('Roll-outs by script');
      await click(page, 'Make the token');
      await seen(page, 'it is shown nowhere again');
    },
    { 'POST /api/admin/tokens': setup.newToken },
  ),
  state('token-revoke', '/tokens', async (page) => {
    await click(page, 'Revoke Nightly export');
    await page.getByRole('dialog').waitFor();
  }),
];

export const setupStates: readonly PageState[] = [...accesses, ...profiles, ...presets, ...rest];
