/** What changed in Salesforce: one request for all collections, late commits, pages, cursors, scopes and list views, and trouble of one collection alone. */
import { expect, test } from 'vitest';
import type { RecordPageResult } from '../../src/model/crm-records.ts';
import type { RecordId } from '../../src/model/ids.ts';
import {
  ask,
  changed,
  good,
  newRecord,
  openRecords,
  type RecordsBench,
  readAll,
} from '../support/salesforce-records.ts';

const MINUTE = 60_000;
const collections = ['events', 'contacts', 'tasks'] as const;

async function readThree({ records }: RecordsBench, cursors: readonly (string | null)[] = []) {
  return await records.readChanges(collections.map((one, at) => ask(one, cursors[at] ?? null)));
}

function page(result: RecordPageResult | undefined) {
  if (result?.ok !== true) throw new Error(`not read: ${result?.failure.code}`);
  return result.page;
}

const task = (bench: RecordsBench, subject: string, more: Record<string, string | boolean> = {}) =>
  bench.simulator.insert('Task', [{ Subject: subject, OwnerId: bench.userId, ...more }])[0] ?? '';

const subjects = (records: readonly { readonly fields: { readonly subject?: string } }[]) =>
  records.map(({ fields }) => fields.subject);

test('three collections are one request, the first time and when nothing changed, and the allowance is known after it', async () => {
  const bench = await openRecords();
  const { simulator, crm, userId, clock } = bench;
  simulator.insert('Event', [
    {
      Subject: 'E',
      OwnerId: userId,
      StartDateTime: '2026-11-03T10:00:00Z',
      EndDateTime: '2026-11-03T10:00:00Z',
    },
  ]);
  simulator.insert('Contact', [{ LastName: 'C', OwnerId: userId }]);
  task(bench, 'T');
  await bench.records.capabilities();
  const before = crm.traffic().requests;
  const first = await readThree(bench);
  expect(crm.traffic().requests - before).toBe(1);
  expect(first.map((one) => page(one).records.length)).toEqual([1, 1, 1]);
  expect(first.every((one) => page(one).done)).toBe(true);
  let cursors = first.map((one) => page(one).cursor);
  for (const minutes of [1, 20, 20]) {
    await clock.advance(minutes * MINUTE);
    const used = crm.usage()?.used ?? 0;
    const again = await readThree(bench, cursors);
    expect(again.map((one) => page(one).records.length)).toEqual([0, 0, 0]);
    expect(crm.usage()).toEqual({ used: used + 1, max: 100_000 });
    cursors = again.map((one) => page(one).cursor);
  }
  expect(crm.traffic().requests - before).toBe(4);
});

test('changes and deletions are told once, each with its new version', async () => {
  const bench = await openRecords();
  const { records, simulator, clock } = bench;
  const id = task(bench, 'One');
  const other = task(bench, 'Two');
  const first = await readAll(records, ask('tasks'));
  await clock.advance(MINUTE);
  simulator.change(id, 'Task', { Subject: 'One again' });
  simulator.remove(other, 'Task');
  const second = await readAll(records, ask('tasks', first.cursor));
  expect(second.records.map(({ recordId, isDeleted }) => [recordId, isDeleted])).toEqual([
    [id, false],
    [other, true],
  ]);
  expect(second.records[0]?.version).not.toBe(first.records.find(({ recordId }) => recordId === id)?.version);
  expect((await readAll(records, ask('tasks', second.cursor))).records).toEqual([]);
});

test('what Lockstep wrote comes back with the version that the write told', async () => {
  const bench = await openRecords();
  const { records } = bench;
  const { cursor } = await readAll(records, ask('tasks'));
  const [one] = good(await records.writeRecords('tasks', [newRecord({ subject: 'Mine' }, { key: 'k' })]));
  const echo = await readAll(records, ask('tasks', cursor));
  expect(echo.records).toMatchObject([{ recordId: one?.recordId, version: one?.version, key: 'k' }]);
  await bench.clock.advance(1_000);
  const [two] = good(
    await records.writeRecords('tasks', [changed(one?.recordId ?? '', { subject: 'Mine still' })]),
  );
  const again = await readAll(records, ask('tasks', echo.cursor));
  expect(again.records).toMatchObject([{ version: two?.version }]);
});

test('a row that was stamped before the last reading and committed after it is told, and no other twice', async () => {
  const bench = await openRecords();
  const { records, simulator, clock } = bench;
  task(bench, 'Early');
  const late = task(bench, 'Late', { OwnerId: bench.colleagueId });
  await clock.advance(5 * MINUTE);
  task(bench, 'Last');
  const first = await readAll(records, ask('tasks'));
  expect(subjects(first.records)).toEqual(['Early', 'Last']);
  // As a transaction leaves it: its stamp is from before the commit.
  const { SystemModstamp } = simulator.records('Task').find(({ Id }) => Id === late) ?? {};
  simulator.change(late, 'Task', { OwnerId: bench.userId });
  simulator.insert('Task', [{ Subject: 'Later', OwnerId: bench.userId }]);
  const table = simulator.organizationOf().tables.get('Task');
  table?.patch(late, { SystemModstamp: SystemModstamp ?? null });
  const second = await readAll(records, ask('tasks', first.cursor));
  expect(subjects(second.records)).toEqual(['Late', 'Later']);
  await clock.advance(MINUTE);
  expect((await readAll(records, ask('tasks', second.cursor))).records).toEqual([]);
});

test('pages are bounded, nothing is told twice or left out, even of one instant', async () => {
  const bench = await openRecords();
  const { records } = bench;
  for (let at = 0; at < 450; at += 1) task(bench, `Task ${at}`);
  const first = await readAll(records, ask('tasks'));
  expect(first.pages).toBe(3);
  expect(new Set(first.records.map(({ recordId }) => recordId)).size).toBe(450);
  expect(first.records).toHaveLength(450);
  await bench.clock.advance(20 * MINUTE);
  const settled = await readAll(records, ask('tasks', first.cursor));
  expect(settled.records).toEqual([]);
  expect((await readAll(records, ask('tasks', settled.cursor))).pages).toBe(1);
  expect(settled.cursor.length).toBeLessThan(300);
});

test('a first reading leaves out what ended before, and tells of it when it changes', async () => {
  const bench = await openRecords();
  const { records, simulator, userId, clock } = bench;
  const event = (Subject: string, day: string, isAllDay = false) =>
    simulator.insert('Event', [
      {
        Subject,
        OwnerId: userId,
        StartDateTime: `${day}T00:00:00Z`,
        EndDateTime: `${day}T00:00:00Z`,
        ActivityDate: day,
        IsAllDayEvent: isAllDay,
      },
    ])[0] ?? '';
  const old = event('Old', '2026-09-01');
  event('Last day', '2026-10-19', true);
  event('Ahead', '2030-01-01');
  task(bench, 'Done long ago', { Status: 'Completed', ActivityDate: '2026-01-01' });
  await clock.advance(30 * 24 * 60 * MINUTE);
  const from = Date.UTC(2026, 10, 18);
  const events = await readAll(records, ask('events'));
  expect(subjects(events.records)).toEqual(['Last day', 'Ahead']);
  expect((await readAll(records, { ...ask('tasks'), from })).records).toEqual([]);
  simulator.change(old, 'Event', { Location: 'Elsewhere' });
  expect(subjects((await readAll(records, ask('events', events.cursor))).records)).toEqual(['Old']);
});

test('only own events and tasks are read, and contacts by their scope', async () => {
  const bench = await openRecords();
  const { records, simulator, userId, colleagueId } = bench;
  task(bench, 'Theirs', { OwnerId: colleagueId });
  simulator.insert('Contact', [
    { LastName: 'Mine', OwnerId: userId },
    { LastName: 'Theirs', OwnerId: colleagueId },
  ]);
  expect((await readAll(records, ask('tasks'))).records).toEqual([]);
  const names = async (scope: 'mine' | 'all') =>
    (await readAll(records, ask('contacts', null, { kind: scope }))).records.map(
      ({ fields, isOwn }) => `${fields.lastName} ${isOwn}`,
    );
  expect(await names('mine')).toEqual(['Mine true']);
  expect(await names('all')).toEqual(['Mine true', 'Theirs false']);
});

test('a list view is read by its own condition, in one request once it is known', async () => {
  const bench = await openRecords();
  const { records, simulator, userId, colleagueId, crm, clock } = bench;
  const row = { OwnerId: userId, MailingCity: 'Århus' };
  simulator.insert('Contact', [
    { ...row, LastName: "In, 'WHERE' it is ORDER BY (name", FirstName: 'A' },
    { ...row, LastName: 'Out', MailingCity: 'Berlin' },
    { ...row, LastName: 'Theirs', OwnerId: colleagueId },
  ]);
  const where = "(MailingCity = 'Århus' AND (LastName LIKE 'In%' OR LastName = 'x) ORDER BY Name'))";
  const id = simulator.addListView({ object: 'Contact', label: 'Nearby', scope: 'mine', where });
  const asked = ask('contacts', null, { kind: 'list-view', id });
  await records.capabilities();
  const first = await readAll(records, asked);
  expect(first.records.map(({ fields }) => fields.firstName)).toEqual(['A']);
  const before = crm.traffic().requests;
  await clock.advance(20 * MINUTE);
  const second = await readAll(records, { ...asked, cursor: first.cursor });
  expect([second.records.length, crm.traffic().requests - before]).toEqual([0, 1]);
  simulator.addListView({ id, object: 'Contact', label: 'Nearby' });
  expect(await records.readChanges([{ ...asked, cursor: second.cursor }])).toMatchObject([
    { ok: false, failure: { code: 'crm.cursor-expired' } },
  ]);
  expect((await readAll(records, asked)).records).toHaveLength(3);
});

test('a list view that is gone, or was never there, fails alone', async () => {
  const bench = await openRecords();
  const { records, simulator } = bench;
  const id = simulator.addListView({ object: 'Contact', label: 'Soon gone' });
  const asked = ask('contacts', null, { kind: 'list-view', id });
  const { cursor } = await readAll(records, asked);
  simulator.removeListView(id);
  for (const scope of [asked.scope, { kind: 'list-view' as const, id: "x' OR Name != '" }])
    for (const from of [null, cursor]) {
      const results = await records.readChanges([ask('tasks'), { ...asked, scope, cursor: from }]);
      expect(results.map(({ ok }) => ok)).toEqual([true, false]);
    }
  const [gone] = await records.readChanges([asked]);
  expect(gone).toMatchObject({ failure: { code: 'crm.field-missing', fields: ['Contact.ListView'] } });
});

test('list views of contacts are listed, at most 200, without those that SOQL cannot express', async () => {
  const { records, simulator } = await openRecords();
  simulator.addListView({ object: 'Lead', label: 'Leads' });
  simulator.addListView({ object: 'Contact', label: 'Odd', soqlCompatible: false });
  const id = simulator.addListView({ object: 'Contact', label: 'Nearby' });
  expect(await records.listContactViews()).toEqual([{ id, label: 'Nearby' }]);
  for (let at = 0; at < 230; at += 1) simulator.addListView({ object: 'Contact', label: `View ${at}` });
  expect(await records.listContactViews()).toHaveLength(200);
});

test('an object that the user does not see fails alone, and its collection has no field', async () => {
  const bench = await openRecords();
  bench.simulator.changeUser('anna@contoso.example', { hiddenObjects: ['Event'] });
  const results = await readThree(bench);
  expect(results.map(({ ok }) => ok)).toEqual([false, true, true]);
  expect(results[0]).toMatchObject({ failure: { code: 'crm.field-missing', fields: ['Event'] } });
  expect((await bench.records.capabilities()).events.fields).toEqual({});
  expect(await bench.records.writeRecords('events', [newRecord({ subject: 'x' })])).toMatchObject([
    { ok: false, failure: { code: 'crm.record-access-denied' } },
  ]);
});

test('a field that went away is no trouble: the org is described anew', async () => {
  const bench = await openRecords();
  task(bench, 'One');
  await bench.records.capabilities();
  bench.simulator.changeUser('anna@contoso.example', { hiddenFields: ['Task.Description'] });
  const [result] = await bench.records.readChanges([ask('tasks')]);
  expect(page(result).records).toMatchObject([{ fields: { subject: 'One' } }]);
  const [read] = await bench.records.readRecords('tasks', [page(result).records[0]?.recordId as RecordId]);
  expect(read).toMatchObject({ ok: true });
});

test('a cursor of another scope, of another version or of nothing known has expired', async () => {
  const bench = await openRecords();
  const { cursor } = await readAll(bench.records, ask('contacts'));
  for (const [text, scope] of [
    [cursor, { kind: 'all' }],
    ['{"v":0}', { kind: 'mine' }],
    ['nonsense', { kind: 'mine' }],
  ] as const)
    expect(await bench.records.readChanges([ask('contacts', text, scope)])).toMatchObject([
      { ok: false, failure: { code: 'crm.cursor-expired' } },
    ]);
});

test('trouble of the whole connection is thrown, and an odd record breaks nothing', async () => {
  const bench = await openRecords();
  const { simulator, records, userId } = bench;
  simulator.insert('Event', [
    { OwnerId: userId },
    { OwnerId: userId, ActivityDate: '2026-11-03', IsAllDayEvent: true },
  ]);
  simulator.insert('Contact', [{ OwnerId: userId }]);
  simulator.insert('Task', [{ OwnerId: userId }]);
  const results = await records.readChanges([
    ...collections.map((one) => ask(one)),
    { ...ask('events'), from: 0 },
  ]);
  expect(results.map((one) => page(one).records.length)).toEqual([1, 1, 1, 1]);
  simulator.presetApiUsage(100_000);
  await expect(readThree(bench)).rejects.toMatchObject({ failure: { code: 'crm.api-limit' } });
});

test('a query that Salesforce finds too large is the trouble of its collection; an outage is thrown', async () => {
  const bench = await openRecords();
  await bench.records.capabilities();
  const isLarge = 'OPERATION_TOO_LARGE';
  const id = bench.simulator.addListView({ object: 'Contact', label: 'Odd', where: "Nonsense__c = 'x'" });
  const results = await bench.records.readChanges([
    ask('tasks'),
    ask('contacts', null, { kind: 'list-view', id }),
  ]);
  expect(results.map(({ ok }) => ok)).toEqual([true, false]);
  bench.simulator.faults.add({
    operation: 'composite',
    count: 1,
    effect: { kind: 'service', code: isLarge },
  });
  await expect(readThree(bench)).rejects.toMatchObject({
    failure: { kind: 'transient', vendorCode: isLarge },
  });
});

test('the allowance is known, and the connection proven, even where there is nothing to ask for', async () => {
  const bench = await openRecords();
  bench.simulator.changeUser('anna@contoso.example', { hiddenObjects: ['Event'] });
  await bench.records.capabilities();
  for (const asks of [[], [ask('events')], [ask('contacts', 'nonsense')]]) {
    const used = bench.crm.usage()?.used ?? 0;
    await bench.records.readChanges(asks);
    expect(bench.crm.usage()?.used).toBe(used + 1);
  }
});
