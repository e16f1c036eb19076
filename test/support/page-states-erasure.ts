/** States of the console's page for erasing a person, with what it finds. */
import type { Page } from 'playwright-core';
import type { ErasureView } from '../../src/api-schema/admin/erasure.ts';
import * as admin from './canned-admin.ts';
import { problem, UNFINISHED } from './canned-api.ts';
import { type Answers, click, never, type PageState, seen } from './page-acts.ts';
import { administering } from './page-states-admin.ts';

export const PERSON = 'kim.larsen@acme.example';

const record = (
  at: number,
  collection: ErasureView['items'][number]['collection'],
  label: string | null,
) => ({
  ...{ recordId: `00T5g00000Kim${at}EAB`, collection, label },
  url: `https://contoso.my.salesforce.example/00T5g00000Kim${at}EAB`,
  madeAt: admin.before(600 + at * 1_440),
});

export const written: ErasureView = {
  items: [
    record(1, 'emails', 'Re: Offer for 40 bikes, spring delivery'),
    record(2, 'emails', null),
    record(3, 'events', 'Quarterly review with Acme Bikes'),
    record(4, 'contacts', 'Kim Larsen'),
  ],
  others: 3,
  isComplete: true,
};

const LONG =
  'Re: Fwd: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und die Lieferung der Fahrräder';

const many: ErasureView = {
  items: Array.from({ length: 130 }, (_, at) => record(at, 'emails', at % 3 === 0 ? LONG : `Mail ${at}`)),
  others: 1,
  isComplete: false,
};

const earlier = {
  items: [
    {
      ...(admin.audit[0] ?? admin.audit.at(-1)),
      action: 'person.erased',
      subject: 'organization',
      details: { removed: 12, kept: 1, print: 'c2VjcmV0' },
    },
  ],
  next: null,
};

/** A platform admin who erases somebody. */
export const erasing: Answers = {
  ...administering,
  'GET /api/admin/audit': earlier,
  'POST /api/admin/erasures/find': written,
};

export async function look(page: Page, address = PERSON): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail address of the person' }).fill(address);
  await click(page, 'Look first');
}

export async function confirm(page: Page): Promise<void> {
  await look(page);
  await page.getByRole('textbox', { name: 'The address once more' }).fill(PERSON);
  await click(page, 'Erase 4 records');
}

const state = (name: string, act: PageState['act'], answers: Answers = {}): PageState => ({
  name: `admin-erase${name}`,
  path: '/admin/erase',
  answers: { ...erasing, ...answers },
  act,
});

const result = (removed: number, kept: readonly object[]) => [
  { kind: 'progress', done: removed, total: null },
  { kind: 'result', result: { removed, kept } },
];

const locked = { code: 'crm.record-locked', text: 'The Salesforce record is locked.', count: 1 };

export const erasureStates: readonly PageState[] = [
  state('', (page) => seen(page, '12 records removed, 1 kept')),
  state('-first', (page) => seen(page, 'Nobody was erased yet.'), {
    'GET /api/admin/audit': { items: [], next: null },
  }),
  state('-wrong', async (page) => {
    await look(page, 'kim');
    await seen(page, 'Enter an e-mail address');
  }),
  state(
    '-looking',
    async (page) => {
      await look(page);
      await page.getByLabel('Looking in Salesforce').waitFor();
    },
    { 'POST /api/admin/erasures/find': never, 'GET /api/admin/audit': never },
  ),
  state(
    '-error',
    async (page) => {
      await look(page);
      await page.getByRole('alert').first().waitFor();
    },
    {
      'POST /api/admin/erasures/find': problem(503, 'crm.unreachable', 'Salesforce cannot be reached.'),
      'GET /api/admin/audit': problem(
        503,
        'api.internal',
        'The sync service had a fault of its own. Try again.',
      ),
    },
  ),
  state(
    '-nothing',
    async (page) => {
      await look(page);
      await seen(page, 'Lockstep wrote nothing about this address.');
    },
    { 'POST /api/admin/erasures/find': { items: [], others: 0, isComplete: true } },
  ),
  state('-found', async (page) => {
    await look(page);
    await seen(page, '2 mails, 1 event, 1 contact.');
  }),
  state(
    '-many',
    async (page) => {
      await look(page);
      await seen(page, 'There are more than are named here.');
    },
    { 'POST /api/admin/erasures/find': many },
  ),
  state('-confirm', async (page) => {
    await look(page);
    await page.getByRole('textbox', { name: 'The address once more' }).fill('somebody@else.example');
    await click(page, 'Erase 4 records');
    await seen(page, 'This is not the address');
  }),
  state(
    '-under-way',
    async (page) => {
      await confirm(page);
      await seen(page, 'Erasing: 2');
    },
    { 'POST /api/admin/erasures': [{ kind: 'progress', done: 2, total: null }, UNFINISHED] },
  ),
  state(
    '-done',
    async (page) => {
      await confirm(page);
      await seen(page, '3 records were removed');
    },
    { 'POST /api/admin/erasures': result(3, [locked]) },
  ),
];
