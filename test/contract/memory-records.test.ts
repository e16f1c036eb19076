/** The in-memory reference passes the CRM's contract of events, contacts and tasks that it stands in for, in every shape that the contract allows. */
import { expect, test } from 'vitest';
import type { RecordId } from '../../src/model/ids.ts';
import { createMemoryCrm, createMemoryOrg } from '../support/memory-crm.ts';
import { giveRecord, type MemoryRecords, makeRecord, purgeRecord } from '../support/memory-records.ts';
import { createMemoryRecordsWorld } from '../support/memory-records-world.ts';
import type { RecordsWorld } from '../support/records-world.ts';
import { runRecordsContract } from './crm-two-way.contract.ts';

const START = Date.UTC(2026, 10, 2, 10);

const open =
  (shape: (records: MemoryRecords) => void = () => undefined) =>
  (): RecordsWorld =>
    createMemoryRecordsWorld(START, shape);

runRecordsContract({ name: 'The reference in memory', open: open() });

runRecordsContract({
  name: 'The reference in memory whose readings overlap, in small pages, without versions',
  open: open((records) => {
    Object.assign(records, { overlaps: true, hidesVersions: true, pageRecords: 7 });
  }),
});

runRecordsContract({
  name: 'The reference in memory that can do little',
  open: open(({ abilities: { events, contacts, tasks } }) => {
    for (const one of [events, contacts, tasks]) Object.assign(one, { externalKey: false, batchMax: 5 });
    events.fields = {
      subject: { lengthMax: 80, writable: true },
      time: { lengthMax: null, writable: true },
      showAs: {
        lengthMax: null,
        writable: true,
        words: { tentative: 'busy', elsewhere: 'busy' },
      },
    };
    contacts.fields = {
      lastName: { lengthMax: 80, writable: true },
      firstName: { lengthMax: 40, writable: true },
      email: { lengthMax: 80, writable: true },
    };
  }),
});

test('what was given away is not own, and what the recycle bin forgot is gone', async () => {
  const org = createMemoryOrg(() => START);
  const { records } = createMemoryCrm(org);
  const given = makeRecord(org.records, 'contacts', { fields: { lastName: 'Given' } });
  const forgotten = makeRecord(org.records, 'contacts', { fields: { lastName: 'Forgotten' } });
  giveRecord(org.records, given, '005000000000002AAA' as RecordId);
  purgeRecord(org.records, forgotten);
  expect(await records.readRecords('contacts', [given, forgotten])).toMatchObject([
    { ok: true, value: { isOwn: false } },
    { ok: false, failure: { code: 'crm.record-gone' } },
  ]);
});

test('a record that stays locked is the trouble of its write alone', async () => {
  const org = createMemoryOrg(() => START);
  const { records } = createMemoryCrm(org);
  const ids = ['One', 'Two'].map((subject) => makeRecord(org.records, 'tasks', { fields: { subject } }));
  org.records.locks.set(ids[0] as RecordId, 2);
  const writes = ids.map((recordId) => ({ recordId, key: null, fields: { subject: 'New' }, ownerId: null }));
  expect(await records.writeRecords('tasks', writes)).toMatchObject([
    { ok: false, failure: { code: 'crm.record-locked' } },
    { ok: true },
  ]);
  expect(await records.writeRecords('tasks', writes)).toMatchObject([{ ok: true }, { ok: true }]);
});
