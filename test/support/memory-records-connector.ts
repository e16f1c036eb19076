/** The CRM side's contract of events, contacts and tasks on a CRM in memory, kept to the letter. Every call is one request of the CRM that it belongs to. */
import { reduceField } from '../../src/model/canonical.ts';
import type { Collection, FieldName, Fields } from '../../src/model/collection.ts';
import type {
  CrmRecord,
  CrmRecords,
  RecordResult,
  RecordWish,
  RecordWrite,
  Relation,
  Relations,
  WrittenRecord,
} from '../../src/model/crm-records.ts';
import { type Failure, failure, RemoteFailure } from '../../src/model/failure.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { readAsk } from './memory-record-pages.ts';
import {
  binRecord,
  changeRecord,
  type MemoryRecord,
  type MemoryRecords,
  type MemoryRelation,
  makeRecord,
  recordView,
} from './memory-records.ts';

/** `request` counts a request of the CRM and rejects where the CRM does. */
export function openMemoryRecords(records: MemoryRecords, request: (operation: string) => void): CrmRecords {
  const each = <Asked, T>(
    operation: string,
    collection: Collection,
    asked: readonly Asked[],
    answer: (one: Asked) => T,
  ): readonly T[] => {
    if (asked.length === 0) return [];
    if (asked.length > records.abilities[collection].batchMax)
      throw new RangeError('too many records at once');
    request(operation);
    const trouble = records.forbidden.get(collection);
    if (trouble !== undefined) throw new RemoteFailure(trouble);
    return asked.map(answer);
  };
  return {
    capabilities: async () => records.abilities,
    async readChanges(asks) {
      if (asks.length > 0) request('read-record-changes');
      return asks.map((ask) => readAsk(records, ask));
    },
    readRecords: async (collection, recordIds) =>
      each('read-records', collection, recordIds, (recordId): RecordResult<CrmRecord> => {
        const record = records.stored.get(recordId);
        return record?.collection === collection
          ? { ok: true, value: recordView(records, record) }
          : { ok: false, failure: failure('crm.record-gone') };
      }),
    findRecords: async (collection, wishes) =>
      each('find-records', collection, wishes, (wish) => {
        const record = findRecord(records, collection, wish);
        return record === undefined ? null : recordView(records, record);
      }),
    async writeRecords(collection, writes) {
      const results = each('write-records', collection, writes, (write) =>
        writeRecord(records, collection, write),
      );
      if (writes.length === 0 || records.answersToLose === 0) return results;
      records.answersToLose -= 1;
      throw new RemoteFailure(failure('crm.transient'));
    },
    deleteRecords: async (collection, recordIds) =>
      each('delete-records', collection, recordIds, (recordId): RecordResult<RecordId> => {
        const record = records.stored.get(recordId);
        const lock = record === undefined ? null : lockOn(records, [recordId]);
        if (lock !== null) return { ok: false, failure: lock };
        if (record !== undefined && !record.isDeleted) binRecord(records, recordId);
        return { ok: true, value: recordId };
      }),
    async listContactViews() {
      request('list-contact-views');
      return [...records.views].slice(0, VIEWS_MAX).map(([id, { label }]) => ({ id, label }));
    },
  };
}

const VIEWS_MAX = 200;

// ------------------------------------------------------------------------------------------------------------------- finding

function findRecord(
  records: MemoryRecords,
  collection: Collection,
  wish: RecordWish,
): MemoryRecord | undefined {
  const there = [...records.stored.values()]
    .filter((record) => record.collection === collection && !record.isDeleted && record.kind === 'plain')
    .toSorted((one, other) => one.order - other.order);
  const byKey = wish.key === null ? undefined : there.find(({ key }) => key === wish.key);
  if (byKey !== undefined) return byKey;
  if (collection === 'contacts') return findContact(records, there, wish);
  const second = collection === 'events' ? 'time' : 'due';
  return there.find(
    ({ ownerId, fields }) =>
      ownerId === records.userId &&
      fields.subject === wish.fields.subject &&
      (fields[second] ?? '') === (wish.fields[second] ?? '') &&
      (collection === 'events' || fields.status !== 'completed'),
  );
}

function findContact(
  records: MemoryRecords,
  contacts: readonly MemoryRecord[],
  { fields, addresses }: RecordWish,
): MemoryRecord | undefined {
  const byAddress = contacts.find((one) => one.addresses.some((address) => addresses.includes(address)));
  if (byAddress !== undefined || (fields.company ?? '') === '') return byAddress;
  return contacts.find((one) => {
    const there = recordView(records, one).fields;
    return (['firstName', 'lastName', 'company'] as const).every(
      (name) => (there[name] ?? '') === (fields[name] ?? ''),
    );
  });
}

// ------------------------------------------------------------------------------------------------------------------- writing

function writeRecord(
  records: MemoryRecords,
  collection: Collection,
  write: RecordWrite,
): RecordResult<WrittenRecord> {
  const { externalKey, fields: specs } = records.abilities[collection];
  const told = (version: string) => (records.hidesVersions ? '' : version);
  const before = write.recordId === null ? null : (records.stored.get(write.recordId) ?? null);
  if (write.recordId !== null && (before === null || before.isDeleted || before.collection !== collection))
    return { ok: false, failure: failure('crm.record-gone') };
  const key = externalKey ? write.key : null;
  const holder = [...records.stored.values()].find(
    (one) => one.collection === collection && !one.isDeleted && key !== null && one.key === key,
  );
  if (before === null && holder !== undefined)
    return {
      ok: true,
      value: { recordId: holder.recordId, version: told(holder.version), created: false, reduced: [] },
    };
  const rule = records.rules.get(write.fields.subject ?? write.fields.lastName ?? '');
  if (rule !== undefined && !(rule.isOverridable && write.allowDuplicate === true))
    return { ok: false, failure: rule.failure, said: rule.said };
  const lock = lockOn(records, [write.recordId, write.relatedTo, ...peopleOf(write.relations)]);
  if (lock !== null) return { ok: false, failure: lock };

  const { fields, reduced } = held(write.fields, specs);
  const change = {
    fields,
    ...(write.ownerId === null ? {} : { ownerId: write.ownerId }),
    ...(write.relations === undefined
      ? {}
      : { relations: related(before?.relations ?? [], write.relations) }),
  };
  if (before !== null) {
    const version = changeRecord(records, before.recordId, change);
    return {
      ok: true,
      value: { recordId: before.recordId, version: told(version), created: false, reduced },
    };
  }
  const recordId = makeRecord(records, collection, { ...change, key, relatedTo: write.relatedTo ?? null });
  const version = records.stored.get(recordId)?.version ?? '';
  return { ok: true, value: { recordId, version: told(version), created: true, reduced } };
}

const peopleOf = (relations: Relations | undefined) =>
  (relations?.people ?? []).map(({ person }) => person.recordId);

/** A write that meets a lock is repeated alone, once. */
function lockOn(records: MemoryRecords, recordIds: readonly (RecordId | null | undefined)[]): Failure | null {
  for (const recordId of recordIds) {
    if (recordId === null || recordId === undefined) continue;
    const times = records.locks.get(recordId) ?? 0;
    records.locks.set(recordId, Math.max(0, times - 2));
    if (times > 1) return failure('crm.record-locked');
  }
  return null;
}

/** What the CRM holds of the fields, and the names of those that were cut or left out. */
function held(fields: Fields, specs: CrmFieldSpecs): { readonly fields: Fields; readonly reduced: string[] } {
  const kept: [string, string][] = [];
  const reduced: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const spec = specs[name as FieldName];
    if (value === undefined) continue;
    if (spec?.writable !== true) {
      if (value !== '') reduced.push(name);
      continue;
    }
    kept.push([name, reduceField(value, spec)]);
    if (spec.lengthMax !== null && (spec.words?.[value] ?? value).length > spec.lengthMax) reduced.push(name);
  }
  return { fields: Object.fromEntries(kept), reduced };
}

type CrmFieldSpecs = MemoryRecords['abilities']['events']['fields'];

/** `all` keeps those whom somebody related by hand; `some` keeps everybody. */
function related(before: readonly MemoryRelation[], { people, these }: Relations): readonly MemoryRelation[] {
  const wanted = new Map(people.map((one) => [one.person.recordId, one]));
  const kept = before
    .filter(({ person, isByHand }) => these === 'some' || isByHand || wanted.has(person.recordId))
    .map((one) => ({ ...one, answer: known(wanted.get(one.person.recordId)?.answer) ?? one.answer }));
  const there = new Set(kept.map(({ person }) => person.recordId));
  const added = [...wanted.values()].filter(({ person }) => !there.has(person.recordId));
  return [...kept, ...added.map((one) => ({ ...one, answer: known(one.answer) ?? 'none', isByHand: false }))];
}

const known = (answer: Relation['answer'] | undefined) => (answer === 'unknown' ? undefined : answer);
