/**
 * Goal: pairs, removals and holds are stored as the run means them, in one organization alone. Method: the store's own functions on a real PostgreSQL.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import type { FeedId, ItemId, RecordId, RunId } from '../../src/model/ids.ts';
import type { KeyPrint } from '../../src/model/link.ts';
import type { Pair } from '../../src/model/pair.ts';
import { inOrganization, type Tx } from '../../src/store/database.ts';
import {
  countRemovals,
  decideHold,
  endRemovals,
  holdRemovals,
  listHeldRecords,
  listHolds,
  readHold,
  readRemovals,
} from '../../src/store/holds.ts';
import { recordIssues } from '../../src/store/issues.ts';
import {
  countPairs,
  listPairedItems,
  listPairsOfFeed,
  noteWriting,
  passLead,
  readPairsByItems,
  readPairsByPrints,
  readPairsByRecords,
  readPairsBySeries,
  readSharedRecords,
  takeLead,
  writePairs,
} from '../../src/store/pairs.ts';
import { readWaitingWork } from '../../src/store/waiting-work.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { addColleague, seedTenant, type Tenant } from '../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const now = MONDAY;
const runId = '00000000-0000-7000-8000-000000000001' as RunId;
let tenants = 0;

async function openTenant() {
  tenants += 1;
  const tenant = await seedTenant(database.db, `pairs-${tenants}`);
  return { tenant, ...scopeOf(tenant) };
}

function scopeOf({ organizationId, mailboxId }: Tenant) {
  const scoped = <T>(work: (tx: Tx) => Promise<T>) => inOrganization(database.db, organizationId, work);
  const write = (...pairs: readonly Pair[]) =>
    scoped((tx) => writePairs(tx, { organizationId, mailboxId, runId, pairs, now }));
  return { scoped, write };
}

function pair(name: string, change: Partial<Pair> = {}): Pair {
  return {
    collection: 'events',
    recordId: `00U${name}` as RecordId,
    keyPrint: `print ${name}` as KeyPrint,
    itemId: `item ${name}` as ItemId,
    itemVersion: '1',
    feedId: 'calendar' as FeedId,
    seriesId: null,
    recordVersion: '1',
    itemPrints: { subject: 'a', people: 'b' },
    recordPrints: { subject: 'c' },
    writing: null,
    state: 'linked',
    made: null,
    role: 'owner',
    isUntold: false,
    ...change,
  };
}

test('a pair is read back as it was written, by item, by record, by series and by print', async () => {
  const { tenant, scoped, write } = await openTenant();
  const one = pair('1', { seriesId: 'series' as ItemId, made: 'record' });
  await write(one, pair('2'));
  const { organizationId, mailboxId } = tenant;
  expect(await scoped((tx) => readPairsByItems(tx, mailboxId, [one.itemId as ItemId]))).toEqual([one]);
  expect(await scoped((tx) => readPairsByRecords(tx, mailboxId, [one.recordId]))).toEqual([one]);
  expect(await scoped((tx) => readPairsBySeries(tx, mailboxId, ['series' as ItemId]))).toEqual([one]);
  const known = { organizationId, mailboxId, prints: [one.keyPrint as KeyPrint] };
  expect(await scoped((tx) => readPairsByPrints(tx, known))).toEqual({ own: [one], others: new Map() });
  expect(await scoped((tx) => countPairs(tx, mailboxId, 'events'))).toBe(2);
});

test('a later write takes the place of an earlier one, and what made the pair and its key stay', async () => {
  const { tenant, scoped, write } = await openTenant();
  await write(pair('1', { made: 'record' }));
  await write(pair('1', { itemVersion: '2', keyPrint: null, made: null, itemPrints: { subject: 'z' } }));
  const [found] = await scoped((tx) => readPairsByRecords(tx, tenant.mailboxId, [pair('1').recordId]));
  expect(found).toEqual(pair('1', { itemVersion: '2', made: 'record', itemPrints: { subject: 'z' } }));
});

test('what is about to be written is noted beside what was, and taken back by the next write', async () => {
  const { tenant, scoped, write } = await openTenant();
  const { mailboxId } = tenant;
  const one = pair('w');
  const none = { item: {}, record: {} };
  const writing = {
    toItem: { item: { subject: 'n' }, record: { subject: 'o' } },
    toRecord: { item: {}, record: {} },
  };
  const read = () => scoped((tx) => readPairsByRecords(tx, mailboxId, [one.recordId]));
  await write(one);
  await scoped((tx) => noteWriting(tx, mailboxId, [{ recordId: one.recordId, writing, arrived: none }]));
  expect(await read()).toEqual([{ ...one, writing }]);
  const arrived = { item: { location: 'n' }, record: { location: 'o' } };
  const next = { ...writing, toItem: none };
  await scoped((tx) => noteWriting(tx, mailboxId, [{ recordId: one.recordId, writing: next, arrived }]));
  const itemPrints = { ...one.itemPrints, ...arrived.item };
  const recordPrints = { ...one.recordPrints, ...arrived.record };
  expect(await read()).toEqual([{ ...one, writing: next, itemPrints, recordPrints }]);
  await write(one);
  expect(await read()).toEqual([one]);
});

test('an item that is paired with another record leaves the first one', async () => {
  const { tenant, scoped, write } = await openTenant();
  await write(pair('1'));
  await write(pair('2', { itemId: pair('1').itemId }));
  const found = await scoped((tx) =>
    readPairsByRecords(tx, tenant.mailboxId, [pair('1').recordId, pair('2').recordId]),
  );
  expect(new Map(found.map(({ recordId, itemId, state }) => [recordId, [itemId, state]]))).toEqual(
    new Map([
      [pair('1').recordId, [null, 'ended']],
      [pair('2').recordId, [pair('1').itemId, 'linked']],
    ]),
  );
});

test('colleagues see whose the record is, and hand it over', async () => {
  const { tenant, scoped, write } = await openTenant();
  const ben = await addColleague(database.db, tenant, 'ben@pairs.example');
  const { organizationId, mailboxId } = tenant;
  const bens = scopeOf(ben);
  await write(pair('1', { role: 'deputy' }));
  await bens.write(pair('1', { role: 'member', itemId: 'his item' as ItemId }));
  const known = { organizationId, mailboxId: ben.mailboxId, prints: [pair('1').keyPrint as KeyPrint] };
  expect((await scoped((tx) => readPairsByPrints(tx, known))).others).toEqual(
    new Map([[pair('1').keyPrint, pair('1').recordId]]),
  );
  const ids = [pair('1').recordId, pair('2').recordId];
  expect(await scoped((tx) => readSharedRecords(tx, organizationId, mailboxId, ids))).toEqual(
    new Set([ids[0]]),
  );
  const roleOf = async (of: Tenant) =>
    (await scoped((tx) => readPairsByRecords(tx, of.mailboxId, ids)))[0]?.role;
  expect(await scoped((tx) => passLead(tx, organizationId, mailboxId, ids))).toEqual([ids[1]]);
  expect(await roleOf(ben)).toBe('deputy');
  await scoped((tx) => takeLead(tx, organizationId, mailboxId, ids));
  expect(await roleOf(ben)).toBe('member');
});

test('pairs of a feed and items of a collection are told page by page', async () => {
  const { tenant, scoped, write } = await openTenant();
  const { organizationId, mailboxId } = tenant;
  await write(pair('1'), pair('2', { feedId: null }), pair('3'), pair('4', { state: 'ended' }));
  const page = { mailboxId, collection: 'events', feedId: 'calendar' as FeedId } as const;
  const first = await scoped((tx) => listPairsOfFeed(tx, { ...page, after: null, limit: 2 }));
  const rest = await scoped((tx) =>
    listPairsOfFeed(tx, { ...page, after: first[1]?.itemId ?? null, limit: 2 }),
  );
  expect([...first, ...rest].map(({ itemId }) => itemId)).toEqual(['item 1', 'item 2', 'item 3']);
  const issue = { collection: 'events', recordId: null, itemVersion: '1', place: 'other' } as const;
  const more = { code: 'crm.record-refused', vendorCode: null, fields: [], retryAt: null } as const;
  const issues = ['item 5', 'record:00U', 'collection:events'].map((itemId) => ({
    ...issue,
    ...more,
    itemId: itemId as ItemId,
  }));
  await scoped((tx) => recordIssues(tx, { organizationId, mailboxId, issues, now }));
  const items = { mailboxId, collection: 'events', after: null, limit: 10 } as const;
  expect(await scoped((tx) => listPairedItems(tx, items))).toEqual([
    'item 1',
    'item 2',
    'item 3',
    'item 4',
    'item 5',
  ]);
});

test('removals are due until they are held; a released hold is due again, a dropped one ends its pairs', async () => {
  const { tenant, scoped, write } = await openTenant();
  const { organizationId, mailboxId, userId } = tenant;
  const gone = (name: string) => pair(name, { itemId: null, state: 'removing' });
  const due = () => scoped((tx) => readRemovals(tx, mailboxId, 'events', 10));
  const waits = async () =>
    (await scoped((tx) => readWaitingWork(tx, mailboxId, now))).get('events')?.removals;
  await write(gone('1'), gone('2'), pair('3'));
  expect(await due()).toHaveLength(2);
  expect(await scoped((tx) => countRemovals(tx, mailboxId, 'events'))).toBe(2);
  const hold = { organizationId, mailboxId, collection: 'events', held: 2, paired: 3, now } as const;
  const id = await scoped((tx) => holdRemovals(tx, hold));
  if (id === null) throw new Error('no hold');
  expect(await due()).toEqual([]);
  expect(await waits()).toBe(false);
  await write(gone('4'));
  expect(await due()).toEqual([gone('4').recordId]);
  expect(await scoped((tx) => listHeldRecords(tx, id, { after: null, limit: 10 }))).toEqual([
    gone('1').recordId,
    gone('2').recordId,
  ]);
  const decision = { id, to: 'released', by: userId, now: now + MINUTE } as const;
  expect(await scoped((tx) => decideHold(tx, decision))).toBe(true);
  expect(await scoped((tx) => decideHold(tx, { ...decision, to: 'dropped' }))).toBe(false);
  expect(await scoped((tx) => readHold(tx, id))).toMatchObject({
    state: 'released',
    held: 2,
    decidedBy: userId,
  });
  expect(await due()).toHaveLength(3);
  await scoped((tx) =>
    endRemovals(tx, mailboxId, [gone('1').recordId, gone('2').recordId, gone('4').recordId]),
  );
  expect(await waits()).toBe(false);
  await write(gone('5'));
  const second = await scoped((tx) => holdRemovals(tx, { ...hold, held: 1, now: now + MINUTE }));
  if (second === null) throw new Error('no hold');
  await scoped((tx) => decideHold(tx, { ...decision, id: second, to: 'dropped' }));
  expect(await scoped((tx) => readPairsByRecords(tx, mailboxId, [gone('5').recordId]))).toMatchObject([
    { state: 'ended' },
  ]);
  expect(await scoped((tx) => listHolds(tx, mailboxId, { after: null, limit: 1 }))).toMatchObject([
    { id: second },
  ]);
  expect(await scoped((tx) => listHolds(tx, mailboxId, { after: second, limit: 5 }))).toMatchObject([{ id }]);
});
