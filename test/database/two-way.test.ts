/**
 * Goal: events, contacts and tasks are kept in step both ways by the rules of the product, whatever service is behind the contract.
 * Method: the whole sync layer on a real database, with the in-memory references on both sides.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../src/model/clock.ts';
import { inOrganization } from '../../src/store/database.ts';
import { countIssues, listIssues } from '../../src/store/issues.ts';
import { editItem, makeItem, markItem, removeItem } from '../support/memory-items.ts';
import { binRecord, changeRecord, makeRecord } from '../support/memory-records.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { fields, hoursAfter, openTwoWayScene, type TwoWayScene } from '../support/two-way-scene.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let scenes = 0;
async function open(options?: Parameters<typeof openTwoWayScene>[2]) {
  scenes += 1;
  const scene = await openTwoWayScene(database.db, `two-way-${scenes}`, options);
  const [ann] = scene.people;
  if (ann === undefined) throw new Error('nobody');
  const items = ann.mailbox.personal;
  const issues = () =>
    inOrganization(database.db, ann.tenant.organizationId, (tx) =>
      listIssues(tx, { mailboxId: ann.tenant.mailboxId, limit: 50 }),
    );
  const verdicts = async (settings?: Parameters<TwoWayScene['run']>[1]) => {
    const report = await scene.run(ann, settings);
    expect(report.outcome, String((report.fault as Error | null)?.stack ?? '')).toEqual({ kind: 'done' });
    return report.counts.byVerdict;
  };
  return { ...scene, ann, items, issues, verdicts };
}

describe('an item of the mailbox', () => {
  test('becomes a record, and nothing more happens', async () => {
    const scene = await open();
    makeItem(scene.items, 'events', { fields: fields({ subject: 'Lunch', time: hoursAfter(2) }) });
    makeItem(scene.items, 'tasks', { fields: fields({ subject: 'Call Bob', due: '2026-01-09' }) });
    makeItem(scene.items, 'contacts', {
      fields: fields({ firstName: 'Bob', lastName: 'Stone', email: 'bob@outside.test' }),
      isInSalesforceFolder: true,
    });
    makeItem(scene.items, 'contacts', { fields: fields({ lastName: 'Granny' }) });
    expect(await scene.verdicts()).toEqual({ 'synced.created-record': 3, 'skipped.not-marked': 1 });
    expect(scene.records('events')).toMatchObject([{ fields: { subject: 'Lunch', time: hoursAfter(2) } }]);
    expect(scene.records('tasks')).toMatchObject([{ fields: { subject: 'Call Bob', due: '2026-01-09' } }]);
    expect(scene.records('contacts')).toMatchObject([{ fields: { lastName: 'Stone' } }]);
    expect(await scene.verdicts()).toEqual({});
  });

  test('takes its changes to the record by field, and leaves the others alone', async () => {
    const scene = await open();
    const id = makeItem(scene.items, 'events', {
      fields: fields({ subject: 'Lunch', location: 'Here', time: hoursAfter(2) }),
    });
    await scene.verdicts();
    const [record] = scene.records('events');
    if (record === undefined) throw new Error('no record');
    changeRecord(scene.org.records, record.recordId, { fields: { location: 'There' } });
    editItem(scene.items, id, { subject: 'Long lunch' });
    expect(await scene.verdicts()).toEqual({ 'synced.updated-both': 1 });
    expect(scene.records('events')).toMatchObject([{ fields: { subject: 'Long lunch', location: 'There' } }]);
    expect(scene.items.stored.get(id)?.fields).toMatchObject({ subject: 'Long lunch', location: 'There' });
    expect(await scene.verdicts()).toEqual({});
    expect(await scene.issues()).toEqual([]);
  });

  test('and its record changed in one field: the newer wins, and the loser is named', async () => {
    const scene = await open();
    const id = makeItem(scene.items, 'tasks', { fields: fields({ subject: 'Call' }) });
    await scene.verdicts();
    const [record] = scene.records('tasks');
    if (record === undefined) throw new Error('no record');
    scene.clock.now += HOUR;
    editItem(scene.items, id, { subject: 'Call Bob' });
    scene.clock.now += HOUR;
    changeRecord(scene.org.records, record.recordId, { fields: { subject: 'Call Ann' } });
    await scene.verdicts();
    expect(scene.items.stored.get(id)?.fields.subject).toBe('Call Ann');
    expect(await scene.issues()).toMatchObject([
      { code: 'lockstep.changed-on-both-sides', fields: ['subject'], collection: 'tasks' },
    ]);
    expect(await scene.verdicts()).toEqual({});
  });

  test('that is deleted takes its record with it; a record that is deleted leaves the item without its category', async () => {
    const scene = await open();
    const first = makeItem(scene.items, 'events', {
      fields: fields({ subject: 'One', time: hoursAfter(2) }),
    });
    const second = makeItem(scene.items, 'events', {
      fields: fields({ subject: 'Two', time: hoursAfter(3) }),
    });
    await scene.verdicts();
    markItem(scene.items, second, ['Blue', 'Salesforce']);
    await scene.verdicts();
    removeItem(scene.items, first);
    const two = scene.records('events').find((one) => one.fields.subject === 'Two');
    if (two === undefined) throw new Error('no record');
    binRecord(scene.org.records, two.recordId);
    await scene.verdicts();
    expect(scene.records('events')).toEqual([]);
    expect(scene.items.stored.get(second)?.categories).toEqual(['Blue']);
    expect(await scene.verdicts()).toEqual({});
    editItem(scene.items, second, { subject: 'Two, changed' });
    expect(await scene.verdicts()).toEqual({ 'skipped.ended': 1 });
    expect(scene.records('events')).toEqual([]);
  });
});

describe('two items of one mailbox with one key', () => {
  test('are kept in step by the first one alone, whether they are met together or one after the other', async () => {
    const scene = await open();
    const meet = (subject: string) =>
      makeItem(scene.items, 'events', { uid: 'copied-1', fields: fields({ subject, time: hoursAfter(2) }) });
    const first = meet('Lunch');
    const second = meet('Lunch, copied');
    expect(await scene.verdicts()).toEqual({ 'synced.created-record': 1, 'skipped.twin': 1 });
    editItem(scene.items, second, { subject: 'Lunch, copied and changed' });
    expect(await scene.verdicts()).toEqual({ 'skipped.twin': 1 });
    meet('Lunch, copied again');
    expect(await scene.verdicts()).toEqual({ 'skipped.twin': 1 });
    editItem(scene.items, first, { subject: 'Long lunch' });
    expect(await scene.verdicts()).toEqual({ 'synced.updated-record': 1 });
    expect(scene.records('events')).toMatchObject([{ fields: { subject: 'Long lunch' } }]);
  });

  test('make one contact of one address', async () => {
    const scene = await open();
    for (const lastName of ['Stone', 'Stone-Smith'])
      makeItem(scene.items, 'contacts', {
        fields: fields({ lastName, email: 'bob@outside.test' }),
        isInSalesforceFolder: true,
      });
    expect(await scene.verdicts()).toEqual({ 'synced.created-record': 1, 'skipped.twin': 1 });
    expect(scene.records('contacts')).toMatchObject([{ fields: { lastName: 'Stone' } }]);
  });
});

describe('a record', () => {
  test('becomes an item with the category, in the window and by scope', async () => {
    const scene = await open();
    makeRecord(scene.org.records, 'events', { fields: fields({ subject: 'Visit', time: hoursAfter(30) }) });
    makeRecord(scene.org.records, 'events', {
      fields: fields({ subject: 'Old', time: hoursAfter(-24 * 30) }),
    });
    makeRecord(scene.org.records, 'tasks', { fields: fields({ subject: 'Offer' }) });
    makeRecord(scene.org.records, 'contacts', {
      fields: fields({ lastName: 'Stone', email: 'bob@outside.test' }),
    });
    expect(await scene.verdicts()).toMatchObject({ 'synced.created-item': 3 });
    expect(
      [...scene.items.stored.values()].map(({ fields: { subject, lastName }, categories }) => [
        subject ?? lastName,
        categories,
      ]),
    ).toEqual([
      ['Visit', ['Salesforce']],
      ['Stone', ['Salesforce']],
      ['Offer', ['Salesforce']],
    ]);
    expect(await scene.verdicts()).toEqual({});
    expect(scene.items.notifications).toBe(0);
  });

  test('becomes an item that ends its pair also when it is deleted before its feed has told of it', async () => {
    const scene = await open();
    makeRecord(scene.org.records, 'events', { fields: fields({ subject: 'Visit', time: hoursAfter(30) }) });
    makeRecord(scene.org.records, 'tasks', { fields: fields({ subject: 'Offer' }) });
    makeRecord(scene.org.records, 'contacts', { fields: fields({ lastName: 'Stone' }) });
    makeRecord(scene.org.records, 'contacts', { fields: fields({ lastName: 'Field' }) });
    expect(await scene.verdicts()).toEqual({ 'synced.created-item': 4 });
    for (const { itemId, fields: made } of scene.items.stored.values())
      if (made.lastName !== 'Field') removeItem(scene.items, itemId);
    expect(await scene.verdicts()).toEqual({ 'synced.removed-record': 2, 'synced.ended': 1 });
    expect(scene.records('events')).toEqual([]);
    expect(scene.records('tasks')).toEqual([]);
    expect(scene.records('contacts')).toMatchObject([{ fields: { lastName: 'Stone' } }, {}]);
    expect(await scene.verdicts()).toEqual({});
    expect([...scene.items.stored.values()]).toMatchObject([{ fields: { lastName: 'Field' } }]);
  });

  test('stays where it is when the way down is switched off', async () => {
    const scene = await open();
    makeRecord(scene.org.records, 'tasks', { fields: fields({ subject: 'Offer' }) });
    expect(await scene.verdicts({ tasksDown: false })).toEqual({ 'skipped.direction-off': 1 });
    expect(scene.items.stored.size).toBe(0);
  });

  test('is found and not doubled', async () => {
    const scene = await open();
    makeRecord(scene.org.records, 'contacts', {
      fields: fields({ lastName: 'Stone', email: 'bob@outside.test' }),
    });
    makeItem(scene.items, 'contacts', {
      fields: fields({ lastName: 'Stone', email: 'bob@outside.test', phone: '+49 30 1' }),
      isInSalesforceFolder: true,
    });
    expect(await scene.verdicts()).toEqual({ 'synced.found': 1 });
    expect(scene.records('contacts')).toMatchObject([{ fields: { phone: '+49 30 1' } }]);
    expect(await scene.verdicts()).toEqual({});
  });
});

describe('a meeting', () => {
  test('of three colleagues is one record with its people, also when the organizer comes last', async () => {
    const scene = await open({ colleagues: 3 });
    const [ann, ben, cat] = scene.people;
    if (ann === undefined || ben === undefined || cat === undefined) throw new Error('nobody');
    const contact = '003A00000000001AAA' as never;
    scene.org.people.push({
      kind: 'contact',
      recordId: contact,
      addresses: ['bob@outside.test'],
      accountId: null,
    });
    const attendees = [ann.address, ben.address, 'bob@outside.test'].map((address) => ({
      address,
      name: '',
      answer: 'none' as const,
      isResource: false,
    }));
    const meeting = { uid: 'meeting-1', organizer: { address: cat.address, name: '' }, attendees };
    for (const who of [ann, ben, cat])
      makeItem(who.mailbox.personal, 'events', {
        ...meeting,
        isOrganizer: who === cat,
        fields: fields({ subject: who === cat ? 'Review' : 'FW: Review', time: hoursAfter(5) }),
      });
    for (const who of [ann, ben, cat]) expect((await scene.run(who)).outcome).toEqual({ kind: 'done' });
    expect(scene.records('events')).toMatchObject([{ fields: { subject: 'Review' }, ownerId: cat.userId }]);
    const people = scene.records('events')[0]?.relations ?? [];
    expect(new Map(people.map(({ person, answer }) => [person.recordId, answer] as const))).toEqual(
      new Map([
        [ann.userId, 'none'],
        [ben.userId, 'none'],
        [contact, 'none'],
      ]),
    );
    for (const who of [ann, ben, cat]) expect((await scene.run(who)).counts.byVerdict).toEqual({});
  });
});

describe('deletions', () => {
  test('of two hundred events at once are held', async () => {
    const scene = await open();
    const ids = Array.from({ length: 200 }, (_, at) =>
      makeItem(scene.items, 'events', { fields: fields({ subject: `E${at}`, time: hoursAfter(at) }) }),
    );
    await scene.verdicts();
    expect(scene.records('events')).toHaveLength(200);
    for (const id of ids) removeItem(scene.items, id);
    await scene.verdicts();
    expect(scene.records('events')).toHaveLength(200);
    await scene.verdicts();
    expect(scene.records('events')).toHaveLength(200);
  });

  test('are none when the collection may no longer be opened', async () => {
    const scene = await open();
    makeItem(scene.items, 'events', { fields: fields({ subject: 'One', time: hoursAfter(2) }) });
    await scene.verdicts();
    const { forbid } = await import('../support/memory-items.ts');
    forbid(scene.items, 'events');
    await scene.verdicts();
    expect(scene.records('events')).toHaveLength(1);
    expect(await scene.issues()).toMatchObject([{ collection: 'events', itemId: 'collection:events' }]);
    scene.items.forbidden.clear();
    await scene.verdicts();
    expect(
      await inOrganization(database.db, scene.ann.tenant.organizationId, (tx) =>
        countIssues(tx, scene.ann.tenant.mailboxId),
      ),
    ).toBe(0);
  });
});

describe('a series', () => {
  test('is one record per occurrence in the window; time brings more in, and what is taken out goes', async () => {
    const scene = await open();
    const series = makeItem(scene.items, 'events', {
      fields: fields({ subject: 'Standup' }),
      plan: { start: '2026-01-05T09:00', length: 15, zone: 'Europe/Berlin', everyDays: 7, count: null },
    });
    await scene.verdicts({ seriesDaysAhead: 28 });
    const before = scene.records('events').length;
    expect(before).toBeGreaterThanOrEqual(4);
    expect(await scene.verdicts({ seriesDaysAhead: 28 })).toEqual({});
    scene.clock.now += 7 * DAY;
    await scene.verdicts({ seriesDaysAhead: 28 });
    expect(scene.records('events')).toHaveLength(before + 1);
    removeItem(scene.items, `${series}` as never);
    await scene.verdicts({ seriesDaysAhead: 28 });
    expect(scene.records('events').length).toBeLessThanOrEqual(1);
  });
});
