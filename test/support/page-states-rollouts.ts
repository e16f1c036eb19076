/** States of the console's imports and roll-outs, and of the sidebar's settings where an administrator has locked some. */
import type { Page } from 'playwright-core';
import { problem, UNFINISHED } from './canned-api.ts';
import * as canned from './canned-rollouts.ts';
import * as setup from './canned-setup.ts';
import { type Answers, click, never, type PageState, seen, working } from './page-acts.ts';
import { settingUp } from './page-states-setup.ts';

const sales = setup.salesProfile.id;

/** One roll-out and the people in it. */
export const rollingOut = (rollout: typeof canned.checked): Answers => ({
  ...settingUp,
  'GET /api/admin/rollouts': canned.rollouts,
  'GET /api/admin/rollouts/:id': rollout,
  'GET /api/admin/rollouts/:id/members': canned.members,
});

const state = (
  name: string,
  path: string,
  act: PageState['act'],
  answers: Answers = rollingOut(canned.checked),
): PageState => ({ name: `admin-${name}`, path: `/admin${path}`, answers, act });

const at = ({ id }: typeof canned.checked, step = '') =>
  `/rollouts/${id}${step === '' ? '' : `?step=${step}`}`;
const people = (page: Page) => page.getByRole('grid', { name: 'People of this roll-out' }).waitFor();

/** Chooses a file that the API then judges. */
export async function chooseFile(page: Page): Promise<void> {
  const buffer = Buffer.from('full_name,crm_username\r\nAnna Berg,anna.berg@contoso.example\r\n');
  await page.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer });
}

const counting = async (page: Page) => {
  await chooseFile(page);
  await click(page, 'Count first');
};

/** Dry run and real import are told apart by the query, as the API does. */
export const importing: Answers = {
  ...settingUp,
  'POST /api/admin/imports/csv': ({ query }: { readonly query: URLSearchParams }) =>
    query.get('dryRun') === 'true' ? setup.counted : setup.imported,
};

const imports: readonly PageState[] = [
  state('import', '/import', (page) => seen(page, 'Download a sample file'), settingUp),
  state(
    'import-crm',
    '/import',
    async (page) => {
      await page.getByLabel('Salesforce: its active users').check();
      await page.getByLabel('Department').waitFor();
    },
    settingUp,
  ),
  state(
    'import-no-file',
    '/import',
    async (page) => {
      await click(page, 'Count first');
      await seen(page, 'Choose a file.');
    },
    settingUp,
  ),
  state(
    'import-counting',
    '/import',
    async (page) => {
      await counting(page);
      await seen(page, 'Counting: 250');
    },
    { ...settingUp, 'POST /api/admin/imports/csv': [...setup.counted.slice(0, 4), UNFINISHED] },
  ),
  state(
    'import-counted',
    '/import',
    async (page) => {
      await counting(page);
      await page.getByRole('button', { name: 'Import 420 people' }).waitFor();
    },
    importing,
  ),
  state(
    'import-done',
    '/import',
    async (page) => {
      await counting(page);
      await click(page, 'Import 420 people');
      await seen(page, '412 people are new');
    },
    importing,
  ),
  state(
    'import-refused',
    '/import',
    async (page) => {
      await counting(page);
      await page.getByRole('alert').waitFor();
    },
    {
      ...settingUp,
      'POST /api/admin/imports/csv': problem(
        409,
        'api.conflict',
        'Another import is under way. Wait for it.',
      ),
    },
  ),
];

const choosing: readonly PageState[] = [
  state('rollouts', '/rollouts', (page) => page.getByRole('list', { name: 'Roll-outs' }).waitFor()),
  state('rollouts-empty', '/rollouts', (page) => seen(page, 'There is none yet'), {
    ...settingUp,
    'GET /api/admin/rollouts': { items: [], next: null },
  }),
  state('rollouts-loading', '/rollouts', (page) => page.getByLabel('Loading roll-outs').waitFor(), {
    ...settingUp,
    'GET /api/admin/rollouts': never,
  }),
  state('rollout-choose-access', `/rollouts/new?profile=${setup.serviceProfile.id}`, (page) =>
    seen(page, 'is refused at present'),
  ),
  state('rollout-choose-people', `/rollouts/new?profile=${sales}&step=people`, async (page) => {
    await page.getByLabel('Those who match').check();
    await seen(page, '10 people are chosen');
  }),
  state('rollout-choose-by-name', `/rollouts/new?profile=${sales}&step=people`, async (page) => {
    await page.getByLabel('Some, by name').check();
    await page.getByLabel('Who', { exact: true }).fill('an');
    await click(page, 'Choose Anna Berg');
    await page.getByLabel('Wave 2, up to percent').fill('3');
    await click(page, 'Check them');
    await seen(page, 'It must be more than the wave before');
  }),
];

const steps: readonly PageState[] = [
  state(
    'rollout-checking',
    at(canned.checking),
    (page) => seen(page, '180 of 500 checked'),
    rollingOut(canned.checking),
  ),
  state('rollout-pre-flight', at(canned.checked), people),
  state(
    'rollout-pre-flight-filter',
    `${at(canned.checked, 'pre-flight')}&predicted=by-himself`,
    async (page) => {
      await people(page);
      await click(page, 'Filter');
      await page.getByRole('combobox', { name: 'Expected' }).waitFor();
    },
  ),
  state('rollout-start', at(canned.checked, 'waves'), async (page) => {
    await click(page, 'Start');
    await seen(page, '440 people are switched on in 3 waves.');
  }),
  state(
    'rollout-running',
    at(canned.running),
    (page) => seen(page, '65 of 500 people through'),
    rollingOut(canned.running),
  ),
  state(
    'rollout-halted',
    at(canned.halted),
    (page) => page.getByRole('button', { name: 'Resume' }).waitFor(),
    rollingOut(canned.halted),
  ),
  state(
    'rollout-done',
    at(canned.finished),
    (page) => seen(page, 'The roll-out is done'),
    rollingOut(canned.finished),
  ),
  state(
    'rollout-cancelled',
    at(canned.cancelled),
    (page) => seen(page, 'was cancelled'),
    rollingOut(canned.cancelled),
  ),
  state('rollout-gone', at(canned.checked), (page) => seen(page, 'There is none.'), {
    ...settingUp,
    'GET /api/admin/rollouts/:id': problem(404, 'api.not-found', 'There is none.'),
  }),
];

const lockedAnswers: Answers = { ...working, 'GET /api/settings': setup.locked };

const locked: readonly PageState[] = [
  {
    name: 'settings-synced-locked',
    path: '/#/settings/synced',
    answers: lockedAnswers,
    act: (page) => seen(page, 'Set by the preset “Strict”'),
  },
  {
    name: 'settings-never-locked',
    path: '/#/settings/never',
    answers: lockedAnswers,
    act: (page) => page.getByLabel('The list of the preset “Strict”').waitFor(),
  },
];

export const rolloutStates: readonly PageState[] = [...imports, ...choosing, ...steps, ...locked];
