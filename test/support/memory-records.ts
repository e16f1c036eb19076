/**
 * Events, contacts and tasks of a CRM in memory: owners, relations, own keys, versions, a recycle bin and list views, with knobs for what the CRM can
 * hold and for its faults. People act through the functions here; a connector reads and writes through `memory-records-connector.ts`.
 */
import { reduceFields } from '../../src/model/canonical.ts';
import type { Collection, FieldName, FieldSpec, FieldSpecs, Fields } from '../../src/model/collection.ts';
import type { Person } from '../../src/model/connector.ts';
import type { CrmRecord, RecordCapabilities, Relation } from '../../src/model/crm-records.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { allFields, canonicalFields } from './memory-items.ts';

/** Somebody who takes part in an event. Whom a person related by hand, nobody takes away. */
export interface MemoryRelation extends Relation {
  readonly isByHand: boolean;
}

export interface MemoryRecord {
  readonly recordId: RecordId;
  readonly collection: Collection;
  /** In the order of creation. */
  readonly order: number;
  readonly version: string;
  readonly modifiedAt: number;
  /** In the recycle bin. */
  readonly isDeleted: boolean;
  readonly ownerId: RecordId;
  readonly kind: CrmRecord['kind'];
  readonly key: string | null;
  readonly fields: Fields;
  /** Contacts: every address, lower case. */
  readonly addresses: readonly string[];
  readonly relations: readonly MemoryRelation[];
  /** Account, opportunity or case; of a contact its account. */
  readonly relatedTo: RecordId | null;
}

/** What refuses a write, by the subject or last name that is written. */
export interface MemoryRule {
  readonly failure: Failure;
  /** The CRM's own words. */
  readonly said: string;
  /** A duplicate rule that gives way to `allowDuplicate`. */
  readonly isOverridable: boolean;
}

export interface MemoryRecords {
  readonly now: () => number;
  /** The connected user. */
  readonly userId: RecordId;
  readonly abilities: Record<
    Collection,
    { -readonly [Name in keyof RecordCapabilities]: RecordCapabilities[Name] }
  >;
  readonly stored: Map<RecordId, MemoryRecord>;
  readonly log: { readonly collection: Collection; readonly recordId: RecordId }[];
  /** Names of accounts: what contacts have as `company`. */
  readonly accountNames: Map<RecordId, string>;
  /** List views of contacts; who sees none of one that is taken away gets a failure for it. */
  readonly views: Map<string, { readonly label: string; readonly holds: (contact: MemoryRecord) => boolean }>;
  readonly rules: Map<string, MemoryRule>;
  /** How often a write to this record, or under this parent, meets a lock. */
  readonly locks: Map<RecordId, number>;
  /** So many writes go through, and their answers are lost. */
  answersToLose: number;
  /** Writes do not tell versions. */
  hidesVersions: boolean;
  /** What was told by one reading is told by the next one again, as where readings overlap. */
  overlaps: boolean;
  /** Records per page and collection. */
  pageRecords: number;
  /** Cursors of another epoch are forgotten. */
  epoch: number;
  /** Collections that may not be opened. */
  readonly forbidden: Map<Collection, Failure>;
  lastId: number;
}

/** Lengths as CRMs have them; a contact's company is its account's name, and told alone. */
const limits: { readonly [Name in FieldName]?: FieldSpec } = {
  subject: { lengthMax: 255, writable: true },
  description: { lengthMax: 32_000, writable: true },
  company: { lengthMax: null, writable: false },
};

export function createMemoryRecords(
  now: () => number,
  userId: RecordId = '005000000000001AAA' as RecordId,
): MemoryRecords {
  const abilities = (collection: Collection) => {
    const fields = Object.entries(allFields(collection)).map(([name, spec]) => [
      name,
      limits[name as FieldName] ?? spec,
    ]);
    return { fields: Object.fromEntries(fields) as FieldSpecs, externalKey: true, batchMax: 200 };
  };
  return {
    now,
    userId,
    abilities: { events: abilities('events'), contacts: abilities('contacts'), tasks: abilities('tasks') },
    stored: new Map(),
    log: [],
    accountNames: new Map(),
    views: new Map(),
    rules: new Map(),
    locks: new Map(),
    answersToLose: 0,
    hidesVersions: false,
    overlaps: false,
    pageRecords: 500,
    epoch: 1,
    forbidden: new Map(),
    lastId: 0,
  };
}

// ---------------------------------------------------------------------------------------------------------- what people do

type Made = Partial<Omit<MemoryRecord, 'recordId' | 'collection' | 'order' | 'version' | 'modifiedAt'>>;
const prefixes = { events: '00UM', contacts: '003M', tasks: '00TM' } as const;

/** Somebody makes a record, the connected user's own unless told. */
export function makeRecord(records: MemoryRecords, collection: Collection, made: Made): RecordId {
  records.lastId += 1;
  const recordId = `${prefixes[collection]}${String(records.lastId).padStart(11, '0')}AAA` as RecordId;
  const specs = records.abilities[collection].fields;
  const set: Fields = { showAs: 'busy', status: 'open', priority: 'normal' };
  const empty = Object.keys(specs).map((name) => [name, set[name as FieldName] ?? '']);
  const fields = reduceFields({ ...Object.fromEntries(empty), ...canonicalFields(made.fields ?? {}) }, specs);
  put(records, {
    isDeleted: false,
    ownerId: records.userId,
    kind: 'plain',
    key: null,
    addresses: [fields.email ?? ''].filter((address) => address !== ''),
    relations: [],
    relatedTo: null,
    ...made,
    fields,
    recordId,
    collection,
    order: records.lastId,
    version: '',
    modifiedAt: 0,
  });
  return recordId;
}

/** Somebody changes a record; gives the new version. */
export function changeRecord(records: MemoryRecords, recordId: RecordId, change: Made): string {
  const record = recordOf(records, recordId);
  const specs = records.abilities[record.collection].fields;
  const email = change.fields?.email;
  return put(records, {
    ...record,
    addresses:
      email === undefined || email === record.fields.email
        ? record.addresses
        : [email, ...record.addresses.slice(1)].filter((address) => address !== ''),
    ...change,
    fields: { ...record.fields, ...reduceFields(change.fields ?? {}, specs) },
  });
}

/** Somebody throws a record into the recycle bin. */
export function binRecord(records: MemoryRecords, recordId: RecordId): void {
  put(records, { ...recordOf(records, recordId), isDeleted: true });
}

/** The recycle bin forgets a record, or it is hidden from the connected user. */
export function purgeRecord(records: MemoryRecords, recordId: RecordId): void {
  const { collection } = recordOf(records, recordId);
  records.stored.delete(recordId);
  records.log.push({ collection, recordId });
}

/** Somebody relates a person to an event by hand. */
export function relateByHand(records: MemoryRecords, recordId: RecordId, person: Person): void {
  const { relations } = recordOf(records, recordId);
  changeRecord(records, recordId, { relations: [...relations, { person, answer: 'none', isByHand: true }] });
}

/** Somebody gives a record to another user. */
export function giveRecord(records: MemoryRecords, recordId: RecordId, ownerId: RecordId): void {
  changeRecord(records, recordId, { ownerId });
}

/** An account, for contacts; its name is their company. */
export function makeAccount(records: MemoryRecords, name: string): RecordId {
  records.lastId += 1;
  const accountId = `001M${String(records.lastId).padStart(11, '0')}AAA` as RecordId;
  records.accountNames.set(accountId, name);
  return accountId;
}

// ------------------------------------------------------------------------------------------------------------- the store

function recordOf(records: MemoryRecords, recordId: RecordId): MemoryRecord {
  const record = records.stored.get(recordId);
  if (record === undefined) throw new Error('there is no such record');
  return record;
}

function put(records: MemoryRecords, record: MemoryRecord): string {
  const { recordId, collection } = record;
  records.log.push({ collection, recordId });
  const version = `v${records.log.length}`;
  records.stored.set(recordId, { ...record, version, modifiedAt: records.now() });
  return version;
}

/** A record as the contract tells it. */
export function recordView(records: MemoryRecords, record: MemoryRecord): CrmRecord {
  const { collection, recordId, version, modifiedAt, isDeleted, ownerId, kind, key } = record;
  const company = records.accountNames.get(record.relatedTo ?? record.recordId);
  const hasCompany = collection === 'contacts' && records.abilities.contacts.fields.company !== undefined;
  const fields = hasCompany && company !== undefined ? { ...record.fields, company } : record.fields;
  const isOwn = ownerId === records.userId;
  return { collection, recordId, version, modifiedAt, isDeleted, isOwn, kind, key, fields };
}
