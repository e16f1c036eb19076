/**
 * A CRM as the contract suite of events, contacts and tasks needs it: one org, hands that do what people do in it, and faults that can be set. It proves
 * nothing by itself.
 */

import { DAY } from '../../src/model/clock.ts';
import type { Collection, FieldName, FieldSpecs, Fields } from '../../src/model/collection.ts';
import { collections } from '../../src/model/collection.ts';
import type { CrmConnector, Person } from '../../src/model/connector.ts';
import type {
  ContactScope,
  CrmRecord,
  RecordPage,
  RecordWrite,
  WrittenRecord,
} from '../../src/model/crm-records.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { sampleFields, titleField } from './field-samples.ts';
import { good } from './items-world.ts';

type Awaitable<T> = T | Promise<T>;

export interface HandRecord {
  readonly fields: Fields;
  /** The connected user's unless told. */
  readonly owner?: 'colleague';
  /** Contacts: besides `fields.email`. */
  readonly furtherAddress?: string;
  /** Contacts: what gives them a company. */
  readonly accountId?: RecordId;
}

export interface SeenRelation {
  readonly recordId: RecordId;
  readonly answer: string;
  /** Not related otherwise: whoever is may not be taken away. */
  readonly isInvitee: boolean;
}

/** What people do in the CRM, without this product, and what they see there. */
export interface RecordHands {
  make(collection: Collection, record: HandRecord): Awaitable<RecordId>;
  change(collection: Collection, recordId: RecordId, fields: Fields): Awaitable<void>;
  /** Into the recycle bin. */
  remove(collection: Collection, recordId: RecordId): Awaitable<void>;
  makeAccount(name: string): Awaitable<RecordId>;
  /** A contact of somebody's, with an address. */
  makePerson(lastName: string): Awaitable<Person>;
  /** Another user of the CRM; the same one each time. */
  colleague(): Awaitable<RecordId>;
  /** Relates a person to an event by hand, not as somebody invited. */
  relate(eventId: RecordId, person: Person): Awaitable<void>;
  /** Everybody who takes part in an event, however he is related. */
  relationsOf(eventId: RecordId): Awaitable<readonly SeenRelation[]>;
  ownerOf(collection: Collection, recordId: RecordId): Awaitable<RecordId>;
  /** Account, opportunity or case of a record; of a contact its account. */
  relatedToOf(collection: Collection, recordId: RecordId): Awaitable<RecordId | null>;
  /** Records of the collection that are not in the recycle bin. */
  count(collection: Collection): Awaitable<number>;
  isInBin(collection: Collection, recordId: RecordId): Awaitable<boolean>;
  /** A list view of the contacts whose last name begins so; gives its id. Absent: this world has none. */
  readonly makeListView?: (label: string, beginning: string) => Awaitable<string>;
  /** What the CRM makes of itself: absent where this world has no such thing. */
  readonly makeCopy?: () => Awaitable<RecordId>;
  readonly makeSeriesHead?: () => Awaitable<RecordId>;
  readonly makeEmailTask?: () => Awaitable<RecordId>;
}

/** What can be made to go wrong; a test that needs what is absent is skipped. */
export interface RecordFaults {
  /** A rule refuses records of this title, in these words. */
  readonly refuse?: (collection: Collection, title: string, message: string) => Awaitable<void>;
  /** A duplicate rule that may be overridden stands against contacts of this last name. */
  readonly refuseDuplicate?: (lastName: string) => Awaitable<void>;
  /** The next write that touches the record meets a lock, once. */
  readonly lock?: (recordId: RecordId) => Awaitable<void>;
  /** The next write goes through, and its answer is lost. */
  readonly loseAnswer?: () => Awaitable<void>;
  /** Takes the permission for a collection away; gives a connector that meets it. */
  readonly forbid?: (collection: Collection) => Awaitable<CrmConnector>;
  /** The CRM forgets all cursors. */
  readonly expireCursors?: () => Awaitable<void>;
}

/** An org without events, contacts and tasks. */
export interface RecordsWorld {
  readonly crm: CrmConnector;
  /** Another connector on the same org and user, as the next run opens one. */
  readonly reopen: () => Awaitable<CrmConnector>;
  readonly now: () => number;
  readonly advance: (ms: number) => Awaitable<void>;
  readonly hands: RecordHands;
  readonly faults: RecordFaults;
  /** A well-formed id that no record has. */
  readonly unknownId: (collection: Collection) => RecordId;
  readonly close: () => Awaitable<void>;
}

/** Why a test cannot be shown here; null where it can. */
export type Need = (world: RecordsWorld) => Awaitable<string | null>;

/** Declares one test of the suite, unless it is skipped by name or needs what is not there. */
export type Check = (
  title: string,
  body: (world: RecordsWorld) => Promise<void>,
  needs?: readonly Need[],
) => void;

export const fault =
  (name: keyof RecordFaults): Need =>
  ({ faults }) =>
    faults[name] === undefined ? `This world cannot ${name}.` : null;

export const hand =
  (name: 'makeListView' | 'makeCopy' | 'makeSeriesHead' | 'makeEmailTask'): Need =>
  ({ hands }) =>
    hands[name] === undefined ? `This world cannot ${name}.` : null;

export const ownKeys =
  (collection: Collection): Need =>
  async ({ crm }) =>
    (await crm.records.capabilities())[collection].externalKey ? null : 'Records carry no key of ours here.';

export const has =
  (collection: Collection, ...names: readonly FieldName[]): Need =>
  async (world) => {
    const specs = await specsOf(world, collection);
    const missing = names.find((name) => specs[name] === undefined);
    return missing === undefined ? null : `The CRM has no ${missing}.`;
  };

export const specsOf = async ({ crm }: RecordsWorld, collection: Collection): Promise<FieldSpecs> =>
  (await crm.records.capabilities())[collection].fields;

// ------------------------------------------------------------------------------------------------------------------- reading

const PAGES_MAX = 200;

/** What a run would know of a CRM after its visits. */
export interface RecordReader {
  /** Reads every collection to its end; gives what was told. */
  visit(): Promise<readonly CrmRecord[]>;
  /** What was told of a record last. */
  known(recordId: RecordId): CrmRecord | undefined;
  readonly cursors: ReadonlyMap<Collection, string>;
}

export interface RecordReaderOptions {
  readonly scope?: ContactScope;
  readonly from?: number;
  readonly connectors?: readonly CrmConnector[];
}

export function createRecordReader(world: RecordsWorld, options: RecordReaderOptions = {}): RecordReader {
  const { scope = { kind: 'mine' }, from = world.now() - 14 * DAY, connectors = [world.crm] } = options;
  const cursors = new Map<Collection, string>();
  const records = new Map<RecordId, CrmRecord>();
  return {
    cursors,
    known: (recordId) => records.get(recordId),
    async visit() {
      const told: CrmRecord[] = [];
      let left: readonly Collection[] = collections;
      for (let turn = 0; left.length > 0; turn += 1) {
        if (turn > PAGES_MAX) throw new Error('the reading has no end');
        const crm = connectors[turn % connectors.length] as CrmConnector;
        const asks = left.map((collection) => ({
          ...{ collection, from, scope },
          cursor: cursors.get(collection) ?? null,
        }));
        const pages = pagesOf(await crm.records.readChanges(asks));
        left = left.filter((collection, at) => {
          const page = pages[at];
          if (page === undefined) throw new Error('an ask was not answered');
          cursors.set(collection, page.cursor);
          for (const record of page.records) {
            if (record.collection !== collection) throw new Error('a record of another collection was told');
            told.push(record);
            records.set(record.recordId, record);
          }
          return !page.done;
        });
      }
      return told;
    },
  };
}

/** Pages of results that all went well. */
export function pagesOf(
  results: Awaited<ReturnType<CrmConnector['records']['readChanges']>>,
): readonly RecordPage[] {
  return results.map((result) => {
    if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.vendorCode ?? ''}`);
    return result.page;
  });
}

/** A record as it is now. */
export async function readNow(
  { crm }: RecordsWorld,
  collection: Collection,
  recordId: RecordId,
): Promise<CrmRecord> {
  const [record] = good(await crm.records.readRecords(collection, [recordId]));
  if (record === undefined) throw new Error('nothing was read');
  return record;
}

// ------------------------------------------------------------------------------------------------------------------- writing

/** An ordinary record's fields, with a title of its own. */
export async function ordinary(
  world: RecordsWorld,
  collection: Collection,
  title: string,
  which: 0 | 1 = 0,
): Promise<Fields> {
  const fields = sampleFields(collection, await specsOf(world, collection), world.now(), which);
  return { ...fields, [titleField[collection]]: title };
}

export const newRecord = (fields: Fields, more: Partial<RecordWrite> = {}): RecordWrite => ({
  recordId: null,
  key: null,
  fields,
  ownerId: null,
  ...more,
});

export const change = (recordId: RecordId, fields: Fields): RecordWrite => newRecord(fields, { recordId });

/** What was written, as it is now; rejects where the CRM told another version than is read. */
export async function readKnown(
  world: RecordsWorld,
  collection: Collection,
  { recordId, version }: Pick<WrittenRecord, 'recordId' | 'version'>,
): Promise<CrmRecord> {
  const record = await readNow(world, collection, recordId);
  if (version !== '' && record.version !== version) throw new Error('another version was told than is read');
  return record;
}

/** Writes one record, and gives what the CRM says of it. */
export async function write(
  { crm }: RecordsWorld,
  collection: Collection,
  wanted: RecordWrite,
): Promise<WrittenRecord> {
  const [written] = good(await crm.records.writeRecords(collection, [wanted]));
  if (written === undefined) throw new Error('nothing was written');
  return written;
}

/** Makes a record by hand, with fields that every CRM has, in the window. */
export async function makeByHand(
  world: RecordsWorld,
  collection: Collection,
  title: string,
  more: Partial<HandRecord> = {},
): Promise<RecordId> {
  const day = new Date(world.now() + 3 * DAY).toISOString().slice(0, 10);
  const basic: Fields = collection === 'events' ? { time: `${day}T09:00:00Z/${day}T10:00:00Z` } : {};
  const fields = { ...basic, [titleField[collection]]: title, ...more.fields };
  return world.hands.make(collection, { ...more, fields });
}
