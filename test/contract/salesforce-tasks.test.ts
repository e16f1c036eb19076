/** Tasks in Salesforce: every field both ways in the org's own words, mails that are tasks, recurring ones, and how refusals and locks are told. */
import { expect, test } from 'vitest';
import { withBackoffCrm } from '../../src/connectors/with-backoff.ts';
import { reduceFields } from '../../src/model/canonical.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { draftOf } from '../support/drafts.ts';
import {
  ask,
  changed,
  fieldsOf,
  good,
  newRecord,
  openRecords,
  readAll,
} from '../support/salesforce-records.ts';
import { seededRandom } from '../support/seed.ts';

const CALL: Fields = {
  subject: 'Call Kim',
  description: 'About:\n- price\n- time',
  due: '2026-11-27',
  status: 'open',
  priority: 'normal',
};

test.each<[string, Fields]>([
  ['a plain one', CALL],
  ['one without a day', { ...CALL, due: '' }],
  ['one of the last day of a leap February', { ...CALL, due: '2028-02-29' }],
  ['one in progress', { ...CALL, status: 'in-progress' }],
  ['one that waits', { ...CALL, status: 'waiting' }],
  ['a deferred one', { ...CALL, status: 'deferred' }],
  ['a completed one', { ...CALL, status: 'completed' }],
  ['an urgent one', { ...CALL, priority: 'high' }],
  ['one of no hurry', { ...CALL, priority: 'low' }],
  ['one of long texts', { ...CALL, subject: 'ä'.repeat(256), description: `${'x'.repeat(31_999)}🎉` }],
])('%s comes back as the service can hold it', async (_, fields) => {
  const { records } = await openRecords();
  const [one] = good(await records.writeRecords('tasks', [newRecord(fields)]));
  const specs = (await records.capabilities()).tasks.fields;
  expect(await fieldsOf(records, 'tasks', one?.recordId as RecordId)).toEqual(reduceFields(fields, specs));
  expect((await records.readRecords('tasks', [one?.recordId as RecordId]))[0]).toMatchObject({
    ok: true,
    value: { version: one?.version, kind: 'plain', isOwn: true },
  });
});

test('words are those of the org: what it lacks comes back as the nearest it has', async () => {
  const { records, simulator } = await openRecords();
  simulator.deployField('Task', 'Status picklist(40) cufsgd [Offen;Erledigt;Verworfen] = Offen');
  simulator.deployField('Task', 'Priority picklist(40) cufsgd [Dringend;Normal] = Normal');
  simulator.insert('TaskStatus', [
    { MasterLabel: 'Erledigt', ApiName: 'Erledigt', SortOrder: 8, IsClosed: true },
    { MasterLabel: 'Offen', ApiName: 'Offen', SortOrder: 9, IsDefault: true },
  ]);
  simulator.insert('TaskPriority', [
    { MasterLabel: 'Dringend', ApiName: 'Dringend', SortOrder: 9, IsHighPriority: true },
  ]);
  const specs = (await records.capabilities()).tasks.fields;
  expect(specs.status?.words).toEqual({ 'in-progress': 'open', waiting: 'open', deferred: 'open' });
  expect(specs.priority?.words).toEqual({ low: 'normal' });
  const written = good(
    await records.writeRecords('tasks', [
      newRecord({ ...CALL, status: 'waiting', priority: 'low' }),
      newRecord({ ...CALL, status: 'completed', priority: 'high' }),
    ]),
  );
  expect(simulator.records('Task').map(({ Status, Priority }) => `${Status} ${Priority}`)).toEqual([
    'Offen Normal',
    'Erledigt Dringend',
  ]);
  const read = good(
    await records.readRecords(
      'tasks',
      written.map(({ recordId }) => recordId),
    ),
  );
  expect(read.map(({ fields }) => `${fields.status} ${fields.priority}`)).toEqual([
    'open normal',
    'completed high',
  ]);
});

test('mails that are tasks and recurring tasks are told for what they are, occurrences as plain ones', async () => {
  const bench = await openRecords();
  const { simulator, crm, records, userId } = bench;
  simulator.changeSettings({ enhancedEmail: false });
  await crm.check();
  await crm.saveEmails([draftOf({ subject: 'A mail' })]);
  // An org whose tasks have no subtype: the mail is known by its lines.
  const [mail] = simulator.records('Task');
  simulator.insert('Task', [{ Subject: 'Another', Description: String(mail?.Description), OwnerId: userId }]);
  simulator.create('Task', {
    Subject: 'Water the plants',
    OwnerId: userId,
    IsRecurrence: true,
    RecurrenceType: 'RecursDaily',
    RecurrenceInterval: 1,
    RecurrenceStartDateOnly: '2026-11-03',
    RecurrenceEndDateOnly: '2026-11-04',
  });
  const { records: read } = await readAll(records, ask('tasks'));
  expect(read.map(({ kind, fields }) => `${fields.subject} ${kind}`).toSorted()).toEqual([
    'A mail email',
    'Another email',
    'Water the plants plain',
    'Water the plants plain',
    'Water the plants series',
  ]);
});

test('an open task is found by subject and day, a completed one and that of a colleague are not', async () => {
  const { simulator, records, userId, colleagueId } = await openRecords();
  const row = { Subject: 'Call Kim', ActivityDate: '2026-11-27' };
  simulator.insert('Task', [
    { ...row, OwnerId: userId, Status: 'Completed' },
    { ...row, OwnerId: colleagueId },
    { Subject: 'Call Kim', OwnerId: userId },
  ]);
  const [open] = simulator.insert('Task', [{ ...row, OwnerId: userId }]);
  const [dateless] = simulator.insert('Task', [{ OwnerId: userId, ActivityDate: '2026-11-28' }]);
  const wish = (fields: Fields) => ({ key: null, fields, addresses: [] });
  const found = await records.findRecords('tasks', [
    wish({ ...CALL, subject: 'call kim' }),
    wish({ ...CALL, due: '2026-11-30' }),
    wish({ ...CALL, subject: '', due: '2026-11-28' }),
  ]);
  expect(found.map((one) => one?.recordId ?? null)).toEqual([open, null, dateless]);
});

test('a refusal is its own record’s, with Salesforce’s words beside it and in nothing else', async () => {
  const { records, simulator } = await openRecords();
  simulator.addValidationRule({
    object: 'Task',
    condition: "Subject = 'Secret plan'",
    message: 'No task "Secret plan" here.',
    field: 'Subject',
  });
  const results = await records.writeRecords('tasks', [
    newRecord(CALL),
    newRecord({ ...CALL, subject: 'Secret plan' }),
    newRecord(CALL, { relatedTo: 'not an id at all' as RecordId }),
    newRecord(CALL),
  ]);
  expect(results.map(({ ok }) => ok)).toEqual([true, false, false, true]);
  expect(results[1]).toEqual({
    ok: false,
    failure: {
      code: 'crm.validation-rule',
      kind: 'bad-item',
      vendorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      fields: ['Task.Subject'],
    },
    said: 'No task "Secret plan" here.',
  });
  expect(JSON.stringify((results[1] as { failure?: unknown }).failure)).not.toContain('Secret');
});

test('a locked record is tried again alone and after a wait, others are not, and it ends', async () => {
  const { records, simulator, clock, crm } = await openRecords();
  await records.capabilities();
  const locked = {
    operation: 'record.insert.Task',
    effect: { kind: 'service', code: 'UNABLE_TO_LOCK_ROW' },
  } as const;
  simulator.faults.add({ ...locked, count: 2 });
  const results = await clock.advanceUntil(
    records.writeRecords('tasks', [newRecord(CALL), newRecord(CALL), newRecord(CALL)]),
  );
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(simulator.records('Task')).toHaveLength(3);
  expect(crm.traffic().byOperation['write-records']).toBe(3);
  simulator.faults.add({ ...locked });
  const [stuck] = await clock.advanceUntil(records.writeRecords('tasks', [newRecord(CALL)]));
  expect(stuck).toMatchObject({ ok: false, failure: { code: 'crm.record-locked', kind: 'bad-item' } });
  expect(crm.traffic().byOperation['write-records']).toBe(3 + 6);
});

test('two hundred keyed tasks are one request, their versions included; children of one parent lie side by side', async () => {
  const { records, simulator, crm } = await openRecords();
  await records.capabilities();
  const accounts = simulator.insert('Account', [{ Name: 'One' }, { Name: 'Two' }]) as RecordId[];
  const before = crm.traffic().requests;
  const writes = Array.from({ length: 200 }, (_, at) =>
    newRecord({ ...CALL, subject: `Call ${at}` }, { key: `key-${at}`, relatedTo: accounts[at % 2] ?? null }),
  );
  const written = good(await records.writeRecords('tasks', writes));
  expect(crm.traffic().requests - before).toBe(1);
  expect(written.every(({ version, created }) => version !== '' && created)).toBe(true);
  const parents = simulator.records('Task').map(({ WhatId }) => WhatId);
  expect(parents.filter((parent, at) => parent !== parents[at - 1])).toHaveLength(2);
  const update = good(
    await records.writeRecords(
      'tasks',
      written.map(({ recordId }) => changed(recordId, { status: 'completed' })),
    ),
  );
  expect(crm.traffic().requests - before).toBe(2);
  expect(update.every(({ version }) => version !== '')).toBe(true);
});

test('a task that is gone is told so when it is written or read, and counts as deleted', async () => {
  const { records } = await openRecords();
  const [one] = good(await records.writeRecords('tasks', [newRecord(CALL)]));
  const recordId = one?.recordId as RecordId;
  const unknown = '00T000000000009EAA' as RecordId;
  const malformed = '00T000000000009AAA' as RecordId;
  for (let times = 0; times < 2; times += 1)
    expect(await records.deleteRecords('tasks', [recordId, unknown, malformed])).toEqual([
      { ok: true, value: recordId },
      { ok: true, value: unknown },
      { ok: true, value: malformed },
    ]);
  expect(await records.writeRecords('tasks', [changed(recordId, { due: '' })])).toMatchObject([
    { ok: false, failure: { code: 'crm.record-gone' } },
  ]);
  expect(await records.readRecords('tasks', [malformed, unknown, recordId])).toMatchObject([
    { ok: false, failure: { code: 'crm.record-gone' } },
    { ok: false, failure: { code: 'crm.record-gone' } },
    { ok: true, value: { recordId, isDeleted: true } },
  ]);
});

test('a task may be given to somebody else', async () => {
  const { records, simulator, colleagueId } = await openRecords();
  good(await records.writeRecords('tasks', [newRecord(CALL, { ownerId: colleagueId as RecordId })]));
  expect(simulator.records('Task')[0]).toMatchObject({ OwnerId: colleagueId });
});

test('trouble after something was written is told of the rest alone', async () => {
  const { records, simulator, crm } = await openRecords();
  const [first] = good(await records.writeRecords('tasks', [newRecord(CALL, { key: 'k' })]));
  simulator.faults.add({
    operation: 'composite',
    nth: 2,
    effect: { kind: 'service', code: 'SERVER_UNAVAILABLE' },
  });
  const before = crm.traffic().requests;
  const results = await records.writeRecords('tasks', [newRecord(CALL), newRecord(CALL, { key: 'k' })]);
  expect(results).toMatchObject([{ ok: true }, { ok: false, failure: { kind: 'transient' } }]);
  expect(crm.traffic().requests - before).toBeGreaterThan(1);
  expect(good(await records.writeRecords('tasks', [newRecord(CALL, { key: 'k' })]))[0]).toEqual({
    ...first,
    created: false,
  });
});

test('new tasks in a service account’s session belong to the person', async () => {
  const bench = await openRecords();
  const { simulator, colleagueId } = bench;
  const crm = await bench.connect({ ownerId: colleagueId });
  good(await crm.records.writeRecords('tasks', [newRecord(CALL)]));
  expect(simulator.records('Task')[0]).toMatchObject({ OwnerId: colleagueId });
  const { records: read } = await readAll(crm.records, ask('tasks'));
  expect(read).toMatchObject([{ isOwn: true }]);
});

test('a request that cannot be taken is halved until what spoils it is found', async () => {
  const { records, simulator, crm } = await openRecords();
  await records.capabilities();
  simulator.faults.add({
    operation: 'composite',
    count: 1,
    effect: { kind: 'http', status: 413, body: 'empty' },
  });
  const writes = Array.from({ length: 4 }, (_, at) =>
    newRecord({ ...CALL, subject: `Call ${at}` }, { key: `k${at}` }),
  );
  expect(good(await records.writeRecords('tasks', writes))).toHaveLength(4);
  expect(crm.traffic().byOperation['write-records']).toBe(3);
  expect(simulator.records('Task')).toHaveLength(4);
});

test('a lost answer makes no second task of one key', async () => {
  const { crm, simulator, clock } = await openRecords();
  const patient = withBackoffCrm(crm, { clock, random: seededRandom(1) });
  await patient.records.capabilities();
  simulator.faults.add({ operation: 'composite', count: 1, effect: { kind: 'lostReply' } });
  const written = await clock.advanceUntil(
    patient.records.writeRecords('tasks', [newRecord(CALL, { key: 'k' })]),
  );
  expect(written).toMatchObject([{ ok: true, value: { created: false } }]);
  expect(simulator.records('Task')).toHaveLength(1);
});
