/** Events in Salesforce: every field both ways, invitees and what an event cannot carry, keys, copies and series. */
import { expect, test } from 'vitest';
import { reduceFields } from '../../src/model/canonical.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { Person } from '../../src/model/connector.ts';
import type { Relation } from '../../src/model/crm-records.ts';
import type { RecordId } from '../../src/model/ids.ts';
import {
  ask,
  changed,
  fieldsOf,
  good,
  newRecord,
  openRecords,
  type RecordsBench,
  readAll,
} from '../support/salesforce-records.ts';

const MEETING: Fields = {
  subject: 'Plan for spring',
  location: 'Room 4',
  description: 'One\n\nTwo: ä ß 漢字 🎉',
  time: '2026-11-27T10:00:00Z/2026-11-27T10:30:00Z',
  showAs: 'busy',
  isPrivate: '',
};

async function write(bench: RecordsBench, fields: Fields) {
  const [one] = good(await bench.records.writeRecords('events', [newRecord(fields)]));
  if (one === undefined) throw new Error('nothing written');
  return one;
}

const person = (recordId: string, kind: Person['kind'] = 'contact'): Person => ({
  kind,
  recordId: recordId as RecordId,
  address: 'a@b.example',
  accountId: null,
});
const takesPart = (
  recordId: string,
  answer: Relation['answer'] = 'none',
  kind: Person['kind'] = 'contact',
) => ({
  person: person(recordId, kind),
  answer,
});
const contact = ({ simulator }: RecordsBench, name: string) =>
  simulator.insert('Contact', [{ LastName: name }])[0] ?? '';
const invitees = ({ simulator }: RecordsBench) =>
  simulator
    .records('EventRelation')
    .filter(({ IsInvitee }) => IsInvitee === true)
    .map(({ RelationId, Status }) => `${RelationId} ${Status}`);

test.each<[string, Fields]>([
  ['a timed event', MEETING],
  ['an all-day event of one day', { ...MEETING, time: '2026-11-27/2026-11-28' }],
  ['an all-day event over the end of summer time', { ...MEETING, time: '2026-10-24/2026-10-27' }],
  ['an all-day event of fourteen days', { ...MEETING, time: '2026-12-20/2027-01-03' }],
  ['a timed event across midnight', { ...MEETING, time: '2026-11-27T23:30:00Z/2026-11-28T00:15:00Z' }],
  ['an event without length', { ...MEETING, time: '2026-11-27T10:00:00Z/2026-11-27T10:00:00Z' }],
  ['an event with nothing but a time', { ...MEETING, subject: '', location: '', description: '' }],
  ['a free one', { ...MEETING, showAs: 'free' }],
  ['one out of office', { ...MEETING, showAs: 'out-of-office' }],
  ['a tentative one', { ...MEETING, showAs: 'tentative' }],
  ['one that is elsewhere', { ...MEETING, showAs: 'elsewhere' }],
  ['a private one', { ...MEETING, isPrivate: 'yes' }],
  ['one of long texts', { ...MEETING, subject: '🎉'.repeat(200), description: 'x'.repeat(40_000) }],
  ['one that a composite would misread', { ...MEETING, description: 'cost: @{price.total}' }],
])('%s comes back as the service can hold it', async (_, fields) => {
  const bench = await openRecords();
  const { recordId, version } = await write(bench, fields);
  const specs = (await bench.records.capabilities()).events.fields;
  expect(await fieldsOf(bench.records, 'events', recordId)).toEqual(reduceFields(fields, specs));
  const [read] = good(await bench.records.readRecords('events', [recordId]));
  expect(read).toMatchObject({ version, kind: 'plain', isOwn: true, isDeleted: false });
});

test('what is too long is cut and named', async () => {
  const bench = await openRecords();
  const { reduced } = await write(bench, { ...MEETING, subject: 'x'.repeat(300), location: 'y'.repeat(256) });
  expect(reduced).toEqual(['subject', 'location']);
});

test('changed fields alone are written, and an empty one clears', async () => {
  const bench = await openRecords();
  const { recordId, version } = await write(bench, MEETING);
  await bench.clock.advance(1_000);
  const [update] = good(
    await bench.records.writeRecords('events', [
      changed(recordId, { location: '', time: '2026-12-01/2026-12-03' }),
    ]),
  );
  expect(update).toMatchObject({ recordId, created: false, reduced: [] });
  expect(update?.version).not.toBe(version);
  expect(await fieldsOf(bench.records, 'events', recordId)).toEqual({
    ...MEETING,
    location: '',
    time: '2026-12-01/2026-12-03',
  });
});

test('an event longer than 14 days is refused before any request, and stops no other', async () => {
  const bench = await openRecords();
  await bench.records.capabilities();
  const before = bench.crm.traffic().requests;
  const long = newRecord({ ...MEETING, time: '2026-11-01/2026-11-16' });
  expect(await bench.records.writeRecords('events', [long])).toMatchObject([
    { ok: false, failure: { code: 'crm.event-too-long' } },
  ]);
  expect(bench.crm.traffic().requests).toBe(before);
  const results = await bench.records.writeRecords('events', [long, newRecord(MEETING)]);
  expect(results.map(({ ok }) => ok)).toEqual([false, true]);
  expect(bench.simulator.records('Event')).toHaveLength(1);
});

test('without Shared Activities one contact is on the event, and the others are invited with their answers', async () => {
  const bench = await openRecords();
  const [kim, lee] = [contact(bench, 'Kim'), contact(bench, 'Lee')];
  const [lead = ''] = bench.simulator.insert('Lead', [{ LastName: 'Ray', Company: 'New' }]);
  const people = [
    takesPart(kim, 'accepted'),
    takesPart(lee, 'declined'),
    takesPart(lead, 'accepted', 'lead'),
    takesPart(bench.colleagueId, 'none', 'internal'),
    takesPart(bench.userId, 'accepted', 'internal'),
  ];
  const [one] = good(
    await bench.records.writeRecords('events', [newRecord(MEETING, { relations: { people, these: 'all' } })]),
  );
  const [event] = bench.simulator.records('Event');
  expect(event).toMatchObject({ WhoId: kim, OwnerId: bench.userId });
  expect(invitees(bench)).toEqual([`${lee} Declined`, `${lead} Accepted`, `${bench.colleagueId} New`]);
  const [read] = good(await bench.records.readRecords('events', [one?.recordId as RecordId]));
  expect(read?.version).toBe(one?.version);
});

test('with Shared Activities up to fifty contacts are on the event, and the rest is invited', async () => {
  const bench = await openRecords();
  bench.simulator.changeSettings({ sharedActivities: true });
  const contacts = Array.from({ length: 53 }, (_, at) => contact(bench, `Kim ${at}`));
  const relations = { people: contacts.map((id) => takesPart(id)), these: 'all' as const };
  good(await bench.records.writeRecords('events', [newRecord(MEETING, { relations })]));
  const [event] = bench.simulator.records('Event');
  expect(event?.EventWhoIds).toEqual(contacts.slice(0, 50));
  expect(invitees(bench)).toHaveLength(3);
});

test('only differences are written: all takes invitees away, some does not, and a person put there by hand stays', async () => {
  const bench = await openRecords();
  const [kim, lee, ray] = [contact(bench, 'Kim'), contact(bench, 'Lee'), contact(bench, 'Ray')];
  const people = [takesPart(kim), takesPart(lee), takesPart(ray)];
  const [one] = good(
    await bench.records.writeRecords('events', [newRecord(MEETING, { relations: { people, these: 'all' } })]),
  );
  const recordId = one?.recordId as RecordId;
  const again = async (present: readonly Relation[], these: 'all' | 'some') =>
    good(
      await bench.records.writeRecords('events', [
        changed(recordId, {}, { relations: { people: present, these } }),
      ]),
    );
  const before = bench.simulator.counters().requests;
  await again(people, 'all');
  const after = bench.simulator.counters().requests;
  expect(after['collections.delete'] ?? 0).toBe(before['collections.delete'] ?? 0);
  expect(invitees(bench)).toEqual([`${lee} New`, `${ray} New`]);
  await again([takesPart(lee, 'accepted')], 'some');
  expect(invitees(bench)).toEqual([`${lee} Accepted`, `${ray} New`]);
  await again([takesPart(lee, 'unknown'), takesPart(bench.colleagueId, 'declined', 'internal')], 'all');
  expect(invitees(bench)).toEqual([`${lee} Accepted`, `${bench.colleagueId} Declined`]);
  await again([takesPart(lee, 'none')], 'some');
  expect(invitees(bench)).toEqual([`${lee} New`, `${bench.colleagueId} Declined`]);
  expect(bench.simulator.records('Event').find(({ Id }) => Id === recordId)).toMatchObject({ WhoId: kim });
});

test('a private event relates to nobody, and says what it left out', async () => {
  const bench = await openRecords();
  const [account = ''] = bench.simulator.insert('Account', [{ Name: 'Acme' }]);
  const relations = { people: [takesPart(contact(bench, 'Kim'))], these: 'all' as const };
  const [one] = good(
    await bench.records.writeRecords('events', [
      newRecord({ ...MEETING, isPrivate: 'yes' }, { relations, relatedTo: account as RecordId }),
    ]),
  );
  expect(one?.reduced).toEqual(['relations', 'relatedTo']);
  expect(bench.simulator.records('EventRelation')).toEqual([]);
});

test.each([false, true])(
  'an event that becomes private loses its people (Shared Activities: %s)',
  async (shared) => {
    const bench = await openRecords();
    bench.simulator.changeSettings({ sharedActivities: shared });
    const people = [takesPart(contact(bench, 'Kim')), takesPart(contact(bench, 'Lee'))];
    const [account = ''] = bench.simulator.insert('Account', [{ Name: 'Acme' }]);
    const [one] = good(
      await bench.records.writeRecords('events', [
        newRecord(MEETING, { relations: { people, these: 'all' }, relatedTo: account as RecordId }),
      ]),
    );
    expect(bench.simulator.records('Event')[0]).toMatchObject({ WhatId: account });
    const [update] = good(
      await bench.records.writeRecords('events', [changed(one?.recordId ?? '', { isPrivate: 'yes' })]),
    );
    expect(update?.reduced).toEqual(['relations']);
    expect(bench.simulator.records('EventRelation')).toEqual([]);
    expect(await fieldsOf(bench.records, 'events', one?.recordId as RecordId)).toMatchObject({
      isPrivate: 'yes',
    });
  },
);

test('an invitee that is refused leaves the event and is named', async () => {
  const bench = await openRecords();
  const people = [
    takesPart(contact(bench, 'Kim')),
    takesPart(contact(bench, 'Lee')),
    takesPart(contact(bench, 'Ray')),
  ];
  bench.simulator.faults.add({
    operation: 'record.insert.EventRelation',
    count: 1,
    effect: { kind: 'service', code: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY' },
  });
  const [one] = good(
    await bench.records.writeRecords('events', [newRecord(MEETING, { relations: { people, these: 'all' } })]),
  );
  expect(one).toMatchObject({ created: true, reduced: ['relations'] });
  expect(invitees(bench)).toHaveLength(1);
});

test('a key is written once: the record that has it is the result, as it is', async () => {
  const bench = await openRecords();
  const [first] = good(await bench.records.writeRecords('events', [newRecord(MEETING, { key: 'Key-1' })]));
  const again = newRecord({ ...MEETING, subject: 'Other' }, { key: 'Key-1' });
  const [second] = good(await bench.records.writeRecords('events', [again]));
  expect(second).toEqual({ ...first, created: false });
  expect(await fieldsOf(bench.records, 'events', first?.recordId as RecordId)).toEqual(MEETING);
  const [read] = good(await bench.records.readRecords('events', [first?.recordId as RecordId]));
  expect(read?.key).toBe('Key-1');
});

test('a key that only the recycle bin has is left there', async () => {
  const bench = await openRecords();
  const [first] = good(await bench.records.writeRecords('events', [newRecord(MEETING, { key: 'Key-1' })]));
  await bench.records.deleteRecords('events', [first?.recordId as RecordId]);
  bench.simulator.faults.add({
    operation: 'record.insert.Event',
    count: 1,
    effect: { kind: 'service', code: 'DUPLICATE_VALUE' },
  });
  const [second] = good(await bench.records.writeRecords('events', [newRecord(MEETING, { key: 'Key-1' })]));
  expect(second).toMatchObject({ created: true });
  expect(second?.recordId).not.toBe(first?.recordId);
});

test('copies, heads of series and their occurrences are told for what they are', async () => {
  const bench = await openRecords();
  const { simulator, userId, colleagueId } = bench;
  const event = { Subject: 'Weekly', StartDateTime: '2026-11-03T10:00:00Z', DurationInMinutes: 30 };
  const theirs = simulator.create('Event', { ...event, Subject: 'Theirs', OwnerId: colleagueId });
  simulator.create('EventRelation', { EventId: theirs, RelationId: userId });
  simulator.create('Event', {
    ...event,
    Subject: 'Classic',
    OwnerId: userId,
    IsRecurrence: true,
    RecurrenceType: 'RecursDaily',
    RecurrenceInterval: 1,
    RecurrenceStartDateTime: '2026-11-03T10:00:00Z',
    RecurrenceEndDateOnly: '2026-11-04',
    RecurrenceTimeZoneSidKey: 'Europe/London',
  });
  const { records } = await readAll(bench.records, ask('events'));
  const kinds = records.map(({ kind, fields }) => `${fields.subject} ${kind}`).toSorted();
  expect(kinds).toEqual(['Classic plain', 'Classic plain', 'Classic series', 'Theirs copy']);
});

test('an event is found by its key, else by subject and time, whatever white space it holds', async () => {
  const bench = await openRecords();
  const { simulator, userId, colleagueId } = bench;
  const [keyed] = good(await bench.records.writeRecords('events', [newRecord(MEETING, { key: 'Key-1' })]));
  const start = { StartDateTime: '2026-11-27T10:00:00Z', EndDateTime: '2026-11-27T10:30:00Z' };
  simulator.insert('Event', [{ ...start, Subject: 'Plan for spring', OwnerId: colleagueId }]);
  const [byHand] = simulator.insert('Event', [{ ...start, Subject: ' plan  for spring', OwnerId: userId }]);
  const wish = (key: string | null, fields: Fields) => ({ key, fields, addresses: [] });
  const before = bench.crm.traffic().requests;
  const found = await bench.records.findRecords('events', [
    wish('Key-1', MEETING),
    wish('Key-2', MEETING),
    wish('Key-3', { ...MEETING, subject: 'Other' }),
  ]);
  expect(found.map((one) => one?.recordId ?? null)).toEqual([keyed?.recordId, byHand, null]);
  expect(bench.crm.traffic().requests - before).toBe(1);
});

test('an org without the key field says so, and keys are not written', async () => {
  const bench = await openRecords({ keyField: false });
  expect((await bench.records.capabilities()).events).toMatchObject({ externalKey: false, batchMax: 200 });
  const [one] = good(await bench.records.writeRecords('events', [newRecord(MEETING, { key: 'Key-1' })]));
  expect(one).toMatchObject({ created: true });
  expect(one?.version).not.toBe('');
});
