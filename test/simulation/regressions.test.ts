/**
 * What the simulation once found, as tests of their own. The seeds are those that failed; where later draws made a seed another history, the scene
 * beside it still stands.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import { deliverLetter } from './acts.ts';
import { inWorld } from './rows.ts';
import { retire, runSeed } from './run-seed.ts';
import { type Lane, openLane } from './session.ts';
import { CUSTOMERS, createWorld } from './world.ts';

let database: Lane;
beforeAll(async () => {
  database = await openLane();
});
afterAll(() => database[Symbol.asyncDispose]());

test.each([
  { seed: 34, found: 'a paused worker took its mailbox off the due-table for ever' },
  { seed: 47, found: 'a mail in the same second as the one before it waited a day' },
  { seed: 702, found: 'Sent Items became an ordinary folder after one busy answer' },
  {
    seed: 202611283,
    found: 'a series that could not be read once was taken for one event when it was tried again',
  },
])('seed $seed: $found', async ({ seed }) => {
  expect(await runSeed({ seed, database: database.db })).toEqual([]);
});

test('a mailbox stays due when its only worker slept through its lease', async () => {
  const world = await createWorld({
    seed: 1,
    database: database.db,
    name: 'slept-through',
    traits: { services: ['exchange'], enhancedEmail: true, keyFields: false, processes: 1 },
  });
  deliverLetter(world, { from: CUSTOMERS[0] ?? '', files: 0, hasMessageId: true });
  const process = world.openProcess();
  process.pauseAt(20, 5 * MINUTE);
  process.start();
  await world.conductor.drive(() => false, 60 * MINUTE);
  const rows = await inWorld<{ due_at: Date | null }>(world, 'select due_at from schedules');
  expect(rows.map(({ due_at }) => due_at === null)).toEqual([false]);
  await retire(world);
});

test('a mail without Message-ID is one record, though one of its two mailboxes could give no MIME', async () => {
  const world = await createWorld({
    seed: 3,
    database: database.db,
    name: 'no-mime',
    traits: { services: ['exchange', 'exchange'], enhancedEmail: true, keyFields: true, processes: 1 },
  });
  const toEverybody = true;
  deliverLetter(world, { from: CUSTOMERS[0] ?? '', files: 0, hasMessageId: false, toEverybody });
  const [exchange] = world.mail;
  // Heads are the first GetItem of a run, contents the second.
  const effect = { kind: 'partial', nth: 1, code: 'ErrorItemCorrupt' } as const;
  exchange?.faults.add({ operation: 'GetItem', user: world.people[1]?.address ?? '', nth: 2, effect });
  const process = world.openProcess();
  process.start();
  await world.conductor.drive(() => false, 60 * MINUTE);
  expect(exchange?.faults.list().map(({ struck }) => struck)).toEqual([1]);
  expect(world.salesforce.records('EmailMessage').length).toBe(1);
  await retire(world);
});
