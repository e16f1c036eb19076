/** The world of the contract suite of events, contacts and tasks in a CRM on the in-memory reference: hands and faults, one to one. */
import type { Collection } from '../../src/model/collection.ts';
import { failure } from '../../src/model/failure.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { createMemoryCrm, createMemoryOrg } from './memory-crm.ts';
import {
  binRecord,
  changeRecord,
  type MemoryRecords,
  makeAccount,
  makeRecord,
  relateByHand,
} from './memory-records.ts';
import type { RecordsWorld } from './records-world.ts';

const COLLEAGUE = '005000000000002AAA' as RecordId;

/** `shape` sets the knobs before anything is opened. */
export function createMemoryRecordsWorld(
  start: number,
  shape: (records: MemoryRecords) => void,
): RecordsWorld {
  let now = start;
  const org = createMemoryOrg(() => now);
  const { records } = org;
  shape(records);
  let people = 0;
  const recordOf = (recordId: RecordId) => {
    const record = records.stored.get(recordId);
    if (record === undefined) throw new Error('there is no such record');
    return record;
  };
  const rule = (code: 'crm.validation-rule' | 'crm.duplicate-rule', title: string, said: string) =>
    records.rules.set(title, { failure: failure(code), said, isOverridable: code === 'crm.duplicate-rule' });
  return {
    crm: createMemoryCrm(org),
    reopen: () => createMemoryCrm(org),
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    unknownId: () => '003000000000999AAA' as RecordId,
    hands: {
      make: (collection, { fields, owner, furtherAddress, accountId }) =>
        makeRecord(records, collection, {
          fields,
          ...(owner === undefined ? {} : { ownerId: COLLEAGUE }),
          ...(accountId === undefined ? {} : { relatedTo: accountId }),
          addresses: [fields.email ?? '', furtherAddress ?? ''].filter((address) => address !== ''),
        }),
      change(_collection, recordId, fields) {
        changeRecord(records, recordId, { fields });
      },
      remove: (_collection, recordId) => binRecord(records, recordId),
      makeAccount: (name) => makeAccount(records, name),
      makePerson(lastName) {
        people += 1;
        const recordId = `003P${String(people).padStart(11, '0')}AAA` as RecordId;
        return {
          kind: 'contact',
          recordId,
          address: `${lastName.toLowerCase()}@acme.example`,
          accountId: null,
        };
      },
      colleague: () => COLLEAGUE,
      relate: (eventId, person) => relateByHand(records, eventId, person),
      relationsOf: (eventId) =>
        recordOf(eventId).relations.map(({ person, answer, isByHand }) => ({
          recordId: person.recordId,
          answer,
          isInvitee: !isByHand,
        })),
      ownerOf: (_collection, recordId) => recordOf(recordId).ownerId,
      relatedToOf: (_collection, recordId) => recordOf(recordId).relatedTo,
      count: (collection) => countOf(records, collection),
      isInBin: (_collection, recordId) => recordOf(recordId).isDeleted,
      makeListView(label, beginning) {
        const id = `00B00000000000${records.views.size + 1}AAA`;
        const holds = ({ fields }: { fields: { lastName?: string } }) =>
          fields.lastName?.startsWith(beginning) === true;
        records.views.set(id, { label, holds });
        return id;
      },
      makeCopy: () => makeRecord(records, 'events', { kind: 'copy', fields: { subject: 'Copy' } }),
      makeSeriesHead: () => makeRecord(records, 'events', { kind: 'series', fields: { subject: 'Series' } }),
      makeEmailTask: () => makeRecord(records, 'tasks', { kind: 'email', fields: { subject: 'Mail' } }),
    },
    faults: {
      refuse: (_collection, title, message) => {
        rule('crm.validation-rule', title, message);
      },
      refuseDuplicate: (lastName) => {
        rule('crm.duplicate-rule', lastName, 'There is such a contact.');
      },
      lock: (recordId) => {
        records.locks.set(recordId, 1);
      },
      loseAnswer: () => {
        records.answersToLose += 1;
      },
      forbid: (collection) => {
        records.forbidden.set(collection, failure('crm.field-missing'));
        return createMemoryCrm(org);
      },
      expireCursors: () => {
        records.epoch += 1;
      },
    },
    close: () => undefined,
  };
}

const countOf = (records: MemoryRecords, collection: Collection) =>
  [...records.stored.values()].filter((one) => one.collection === collection && !one.isDeleted).length;
