/**
 * Goal: a run that ends between a write and its commit is followed by one that knows its own writing: nothing is doubled, and what somebody changed
 * meanwhile is not lost.
 * Method: the whole sync layer on a real database, with the in-memory references on both sides; the process ends after a named call went through.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { CrmConnector, MailConnector } from '../../src/model/connector.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { createMemoryCrm } from '../support/memory-crm.ts';
import { occurrencesOf } from '../support/memory-item-views.ts';
import { editItem, makeItem, markItem, removeItem } from '../support/memory-items.ts';
import { openMemoryMailbox } from '../support/memory-mailbox.ts';
import { binRecord, changeRecord, makeRecord } from '../support/memory-records.ts';
import { runInMemory } from '../support/memory-run.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { fields, hoursAfter, openTwoWayScene } from '../support/two-way-scene.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

class Ended extends Error {}

/** The same, with an end of the process after this call went through. */
function endingAfter<T extends object>(target: T, call: keyof T): T {
  const whole = target[call] as (...given: unknown[]) => Promise<unknown>;
  const ending = async (...given: unknown[]) => {
    await whole.apply(target, given);
    throw new Ended();
  };
  return { ...target, [call]: ending };
}

/** The same, with an end of the process before this call goes through. */
function endingBefore<T extends object>(target: T, call: keyof T): T {
  return { ...target, [call]: () => Promise.reject(new Ended()) };
}

let scenes = 0;
async function open() {
  scenes += 1;
  const scene = await openTwoWayScene(database.db, `crash-${scenes}`);
  const [ann] = scene.people;
  if (ann === undefined) throw new Error('nobody');
  const settings = { ...defaultSettings, seriesDaysAhead: 30 };
  const run = async (given: { readonly mail?: MailConnector; readonly crm?: CrmConnector } = {}) => {
    scene.clock.now += HOUR;
    const { tenant, mailbox } = ann;
    return await runInMemory({ db: database.db, tenant, mailbox, org: scene.org, settings, ...given });
  };
  const mail = () => openMemoryMailbox(ann.mailbox);
  /** Runs once, and ends after the call. */
  const endAfterItems = async (call: 'createItems' | 'updateItems') => {
    const plain = mail();
    const { fault } = await run({ mail: { ...plain, items: endingAfter(plain.items, call) } });
    expect(fault).toBeInstanceOf(Ended);
  };
  const endIn = async (ending: typeof endingAfter) => {
    const plain = createMemoryCrm(scene.org, { userId: ann.userId });
    const { fault } = await run({ crm: { ...plain, records: ending(plain.records, 'writeRecords') } });
    expect(fault).toBeInstanceOf(Ended);
  };
  const endAfterRecords = () => endIn(endingAfter);
  const endBeforeRecords = () => endIn(endingBefore);
  const calm = async () => {
    const report = await run();
    expect(report.outcome).toEqual({ kind: 'done' });
    return report.counts.byVerdict;
  };
  return { ...scene, items: ann.mailbox.personal, calm, endAfterItems, endAfterRecords, endBeforeRecords };
}

/** What the only item of the mailbox holds. */
function onlyItem({ items }: Awaited<ReturnType<typeof open>>) {
  const [item, more] = [...items.stored.values()];
  if (item === undefined || more !== undefined) throw new Error(`${items.stored.size} items`);
  return item;
}

function withoutStamps({ items }: Awaited<ReturnType<typeof open>>) {
  items.abilities.tasks.stamps = { able: false, reason: 'This one cannot.' };
}

test.each([
  { kept: 'by its stamp', isStamped: true },
  { kept: 'by what was about to be written, where stamps are not kept', isStamped: false },
])(
  'an item that was made is known $kept, and the record’s change since reaches it',
  async ({ isStamped }) => {
    const scene = await open();
    if (!isStamped) withoutStamps(scene);
    const recordId = makeRecord(scene.org.records, 'tasks', {
      fields: fields({ subject: 'Call Bob', due: '2026-01-20' }),
    });
    await scene.endAfterItems('createItems');
    changeRecord(scene.org.records, recordId, { fields: { due: '2026-01-21' } });
    await scene.calm();
    expect(onlyItem(scene).fields).toMatchObject({ subject: 'Call Bob', due: '2026-01-21' });
    expect(scene.records('tasks')).toHaveLength(1);
    expect(await scene.calm()).toEqual({});
  },
);

test('an item that was made and then changed is known without a stamp, and its change reaches the record', async () => {
  const scene = await open();
  withoutStamps(scene);
  makeRecord(scene.org.records, 'tasks', { fields: fields({ subject: 'Call Bob', due: '2026-01-20' }) });
  await scene.endAfterItems('createItems');
  editItem(scene.items, onlyItem(scene).itemId, { subject: 'Call Bob Stone' });
  await scene.calm();
  expect(scene.records('tasks')).toMatchObject([
    { fields: { subject: 'Call Bob Stone', due: '2026-01-20' } },
  ]);
  expect(onlyItem(scene).fields.subject).toBe('Call Bob Stone');
  expect(await scene.calm()).toEqual({});
});

test('an item whose record was deleted before the item was known stays, and never goes up', async () => {
  const scene = await open();
  const recordId = makeRecord(scene.org.records, 'tasks', { fields: fields({ subject: 'Call Bob' }) });
  await scene.endAfterItems('createItems');
  binRecord(scene.org.records, recordId);
  await scene.calm();
  expect(onlyItem(scene).fields.subject).toBe('Call Bob');
  expect(scene.records('tasks')).toEqual([]);
});

test('what was written to an item is no change of the item: the record’s next change wins, though the item was touched later', async () => {
  const scene = await open();
  const recordId = makeRecord(scene.org.records, 'tasks', {
    fields: fields({ subject: 'Call Bob', priority: 'low' }),
  });
  await scene.calm();
  changeRecord(scene.org.records, recordId, { fields: { priority: 'high' } });
  await scene.endAfterItems('updateItems');
  expect(onlyItem(scene).fields.priority).toBe('high');
  changeRecord(scene.org.records, recordId, { fields: { priority: 'low' } });
  scene.clock.now += HOUR;
  markItem(scene.items, onlyItem(scene).itemId, ['Blue', 'Salesforce']);
  await scene.calm();
  expect(onlyItem(scene).fields.priority).toBe('low');
  expect(scene.records('tasks')).toMatchObject([{ fields: { priority: 'low' } }]);
  expect(await scene.calm()).toEqual({});
});

test('what was written to a record is no change of the record: the item’s next change wins', async () => {
  const scene = await open();
  const id = makeItem(scene.items, 'tasks', { fields: fields({ subject: 'Call Bob', priority: 'low' }) });
  await scene.calm();
  editItem(scene.items, id, { priority: 'high' });
  await scene.endAfterRecords();
  editItem(scene.items, id, { priority: 'normal' });
  const [record] = scene.records('tasks');
  if (record === undefined) throw new Error('no record');
  scene.clock.now += HOUR;
  changeRecord(scene.org.records, record.recordId, { fields: { subject: 'Call Bob Stone' } });
  await scene.calm();
  expect(onlyItem(scene).fields).toMatchObject({ priority: 'normal', subject: 'Call Bob Stone' });
  expect(scene.records('tasks')).toMatchObject([
    { fields: { priority: 'normal', subject: 'Call Bob Stone' } },
  ]);
});

test('what arrived of a first writing stays known when a second one ends before it arrives', async () => {
  const scene = await open();
  const id = makeItem(scene.items, 'tasks', { fields: fields({ subject: 'Call Bob', priority: 'low' }) });
  await scene.calm();
  editItem(scene.items, id, { priority: 'high' });
  await scene.endAfterRecords();
  editItem(scene.items, id, { priority: 'normal' });
  await scene.endBeforeRecords();
  const [record] = scene.records('tasks');
  if (record === undefined) throw new Error('no record');
  expect(record.fields.priority).toBe('high');
  scene.clock.now += HOUR;
  changeRecord(scene.org.records, record.recordId, { fields: { subject: 'Call Bob Stone' } });
  await scene.calm();
  expect(onlyItem(scene).fields).toMatchObject({ priority: 'normal', subject: 'Call Bob Stone' });
  expect(scene.records('tasks')).toMatchObject([
    { fields: { priority: 'normal', subject: 'Call Bob Stone' } },
  ]);
});

test('a record that was made and deleted before the first mark was stored ends its pair', async () => {
  const scene = await open();
  makeItem(scene.items, 'tasks', { fields: fields({ subject: 'Call Bob' }) });
  makeRecord(scene.org.records, 'tasks', { fields: fields({ subject: 'Write to Kim' }) });
  await scene.endAfterItems('createItems');
  const made = scene.records('tasks').find((record) => record.fields.subject === 'Call Bob');
  if (made === undefined) throw new Error('no record');
  binRecord(scene.org.records, made.recordId);
  expect(await scene.calm()).toMatchObject({ 'synced.ended': 1 });
  expect(scene.records('tasks')).toHaveLength(1);
});

test('an occurrence that was put beyond the time that is looked at, and then taken out, takes its record along', async () => {
  const scene = await open();
  const start = new Date(scene.clock.now).toISOString().slice(0, 10);
  const id = makeItem(scene.items, 'events', {
    fields: fields({ subject: 'Jour fixe', time: hoursAfter(1) }),
    plan: { start: `${start}T09:00`, length: 30, zone: 'Europe/Berlin', everyDays: 14, count: 3 },
  });
  await scene.calm();
  const series = scene.items.stored.get(id);
  const all =
    series === undefined ? [] : occurrencesOf(series, scene.clock.now - DAY, scene.clock.now + 60 * DAY);
  const last = all.at(-1);
  const record = scene.records('events').find((one) => one.fields.time === last?.fields.time);
  if (last === undefined || record === undefined) throw new Error('no occurrence');
  changeRecord(scene.org.records, record.recordId, { fields: { time: hoursAfter(24 * 40) } });
  await scene.calm();
  removeItem(scene.items, last.itemId);
  await scene.calm();
  expect(scene.records('events').map(({ recordId }) => recordId)).not.toContain(record.recordId);
  expect(scene.records('events')).toHaveLength(2);
});
