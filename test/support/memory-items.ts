/**
 * Events, contacts and tasks of a mailbox in memory: a log of changes, versions, tombstones, series with exceptions, stamps and categories, with
 * knobs for what the service can do and for its faults. People act through the functions here; a connector reads and writes through
 * `memory-items-connector.ts`.
 */
import { canonicalLine, canonicalText, reduceFields } from '../../src/model/canonical.ts';
import {
  type Collection,
  collections,
  type FieldName,
  type FieldSpec,
  type FieldSpecs,
  type Fields,
  fieldsOf,
} from '../../src/model/collection.ts';
import { type Ability, able } from '../../src/model/connector.ts';
import type { Address, Sensitivity } from '../../src/model/email.ts';
import { type Failure, failure } from '../../src/model/failure.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { Answer, Attendee } from '../../src/model/mailbox-item.ts';
import {
  type Exception,
  occurrenceId,
  occurrenceVersion,
  plannedOccurrences,
  readOccurrenceId,
  type Series,
  type SeriesPlan,
} from './memory-series.ts';

export interface MemoryItem {
  readonly itemId: ItemId;
  readonly collection: Collection;
  /** In the order of creation. */
  readonly order: number;
  readonly fields: Fields;
  readonly version: string;
  readonly modifiedAt: number;
  readonly sensitivity: Sensitivity;
  readonly categories: readonly string[];
  readonly stamp: string | null;
  /** Events. */
  readonly uid: string;
  readonly isOrganizer: boolean;
  readonly organizer: Address | null;
  readonly attendees: readonly Attendee[];
  readonly answer: Answer;
  readonly isCancelled: boolean;
  /** The head of a series; itself it is never told. */
  readonly series: Series | null;
  /** Contacts. */
  readonly isInSalesforceFolder: boolean;
  readonly addresses: readonly string[];
  /** Tasks. */
  readonly completedAt: number | null;
}

/** What the service can do with a collection; tests change it before a connector is opened. */
export interface MemoryItemAbilities {
  fields: FieldSpecs;
  categories: Ability;
  stamps: Ability;
  meetingWrites: Ability;
  batchMax: number;
}

export interface MemoryItems {
  readonly now: () => number;
  /** Ends the iCalendar UIDs made here: no two calendars make the same. */
  readonly uidHost: string;
  readonly abilities: Record<Collection, MemoryItemAbilities>;
  readonly stored: Map<ItemId, MemoryItem>;
  readonly log: { readonly collection: Collection; readonly itemId: ItemId }[];
  /** `lists`: a changed series is told with all its occurrences; `single`: as upserts and tombstones of occurrences. */
  seriesAs: 'lists' | 'single';
  /** A write that names another version than the one there is refused. */
  refusesStaleWrites: boolean;
  /** Items, and occurrences of `readOccurrences`, per page. */
  pageItems: number;
  /** Cursors of another epoch are forgotten. */
  epoch: number;
  /** Collections that may not be opened. */
  readonly forbidden: Map<Collection, Failure>;
  /** Damaged items: told as unreadable, and read and written as failures. */
  readonly damaged: Set<ItemId>;
  /** Refuses single writes by the subject, or last name, that is written. */
  readonly refusals: Map<string, Failure>;
  /** So many creations go through, and their answers are lost. */
  answersToLose: number;
  /** What would have been mailed to people on a connector's account. */
  notifications: number;
  lastId: number;
}

const plain: FieldSpec = { lengthMax: null, writable: true };

/** Every field of the collection, without limits. */
export function allFields(collection: Collection): FieldSpecs {
  return Object.fromEntries(fieldsOf[collection].map((name) => [name, plain]));
}

export function createMemoryItems(now: () => number, uidHost = 'outside.test'): MemoryItems {
  const abilities = (collection: Collection): MemoryItemAbilities => ({
    fields: allFields(collection),
    categories: able,
    stamps: able,
    meetingWrites: able,
    batchMax: 50,
  });
  return {
    now,
    uidHost,
    abilities: { events: abilities('events'), contacts: abilities('contacts'), tasks: abilities('tasks') },
    stored: new Map(),
    log: [],
    seriesAs: 'lists',
    refusesStaleWrites: true,
    pageItems: 500,
    epoch: 1,
    forbidden: new Map(),
    damaged: new Set(),
    refusals: new Map(),
    answersToLose: 0,
    notifications: 0,
    lastId: 0,
  };
}

// ---------------------------------------------------------------------------------------------------------- what people do

type Made = Partial<
  Omit<MemoryItem, 'itemId' | 'collection' | 'order' | 'version' | 'modifiedAt' | 'series'>
>;

/** Somebody makes an item; fields that are not named are empty or what the service sets. */
export function makeItem(
  items: MemoryItems,
  collection: Collection,
  made: Made & { readonly plan?: SeriesPlan },
): ItemId {
  items.lastId += 1;
  const { plan, ...rest } = made;
  const itemId = `${collection}-${items.lastId}` as ItemId;
  const specs = items.abilities[collection].fields;
  const fields = reduceFields({ ...emptyFields(specs), ...canonicalFields(rest.fields ?? {}) }, specs);
  put(items, {
    sensitivity: 'normal',
    categories: [],
    stamp: null,
    uid: collection === 'events' ? `uid-${items.lastId}@${items.uidHost}` : '',
    isOrganizer: rest.organizer === undefined || rest.organizer === null,
    organizer: null,
    attendees: [],
    answer: 'accepted',
    isCancelled: false,
    isInSalesforceFolder: false,
    addresses: [fields.email ?? ''].filter((address) => address !== ''),
    completedAt: null,
    ...rest,
    itemId,
    collection,
    order: items.lastId,
    fields: {},
    version: '',
    modifiedAt: 0,
    series: plan === undefined ? null : { plan, exceptions: new Map(), removed: new Set() },
  });
  editItem(items, itemId, fields);
  return itemId;
}

/** Somebody changes fields of an item, of a whole series, or of one occurrence. Gives the new version. */
export function editItem(items: MemoryItems, itemId: ItemId, fields: Fields): string {
  const occurrence = readOccurrenceId(itemId);
  if (occurrence !== null)
    return except(items, itemId, (before) => ({ fields: { ...before.fields, ...fields } }));
  const item = itemOf(items, itemId);
  const next = { ...item.fields, ...fields };
  const isDone = next.status === 'completed';
  return put(items, {
    ...item,
    fields: next,
    sensitivity:
      (fields.isPrivate ?? '') === (item.fields.isPrivate ?? '')
        ? item.sensitivity
        : sensitivityOf(fields.isPrivate ?? ''),
    addresses:
      fields.email === undefined || fields.email === item.fields.email
        ? item.addresses
        : [fields.email, ...item.addresses.slice(1)].filter((address) => address !== ''),
    completedAt: isDone ? (item.completedAt ?? items.now()) : null,
  });
}

/** Somebody throws an item, a whole series or one occurrence away. */
export function removeItem(items: MemoryItems, itemId: ItemId): void {
  const occurrence = readOccurrenceId(itemId);
  if (occurrence === null) {
    const { collection } = itemOf(items, itemId);
    items.stored.delete(itemId);
    items.log.push({ collection, itemId });
    return;
  }
  const { item, series } = seriesOf(items, occurrence.seriesId);
  const removed = new Set([...series.removed, occurrence.originalStart]);
  items.stored.set(item.itemId, { ...item, series: { ...series, removed } });
  items.log.push({ collection: 'events', itemId });
}

/** Somebody ends a series after so many occurrences. */
export function endSeries(items: MemoryItems, seriesId: ItemId, count: number): void {
  const { item, series } = seriesOf(items, seriesId);
  const ended = { ...series, plan: { ...series.plan, count } };
  const left = new Set(plannedOccurrences(ended).map(({ originalStart }) => originalStart));
  put(items, { ...item, series: ended });
  for (const { originalStart } of plannedOccurrences(series))
    if (!left.has(originalStart))
      items.log.push({ collection: 'events', itemId: occurrenceId(seriesId, originalStart) });
}

/** The owner answers an invitation. */
export function answerEvent(items: MemoryItems, itemId: ItemId, answer: Answer): void {
  if (readOccurrenceId(itemId) !== null) except(items, itemId, () => ({ answer }));
  else put(items, { ...itemOf(items, itemId), answer });
}

/** The organizer calls it off, and the copy stays until the owner takes it away. */
export function cancelEvent(items: MemoryItems, itemId: ItemId): void {
  if (readOccurrenceId(itemId) !== null) except(items, itemId, () => ({ isCancelled: true }));
  else put(items, { ...itemOf(items, itemId), isCancelled: true });
}

/** Sets categories; gives the new version. */
export function markItem(items: MemoryItems, itemId: ItemId, categories: readonly string[]): string {
  if (readOccurrenceId(itemId) !== null) return except(items, itemId, () => ({ categories }));
  return put(items, { ...itemOf(items, itemId), categories });
}

/** Puts a contact into *Salesforce Contacts*, or takes it out. */
export function fileContact(items: MemoryItems, itemId: ItemId, isInSalesforceFolder: boolean): void {
  put(items, { ...itemOf(items, itemId), isInSalesforceFolder });
}

// ------------------------------------------------------------------------------------------------------------- the store

/** Texts as the contract tells them. */
export function canonicalFields(fields: Fields): Fields {
  const lines: readonly string[] = ['description', 'notes', 'street'];
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [
      name,
      lines.includes(name) ? canonicalText(text) : canonicalLine(text),
    ]),
  );
}

/** What a field holds that nobody filled in. */
function emptyFields(specs: FieldSpecs): Fields {
  const set: Fields = { showAs: 'busy', status: 'open', priority: 'normal' };
  return Object.fromEntries(Object.keys(specs).map((name) => [name, set[name as FieldName] ?? '']));
}

export const sensitivityOf = (isPrivate: string): Sensitivity => (isPrivate === 'yes' ? 'private' : 'normal');

function itemOf(items: MemoryItems, itemId: ItemId): MemoryItem {
  const item = items.stored.get(itemId);
  if (item === undefined) throw new Error('there is no such item');
  return item;
}

function seriesOf(items: MemoryItems, seriesId: ItemId) {
  const item = itemOf(items, seriesId);
  if (item.series === null) throw new Error('this is no series');
  return { item, series: item.series };
}

function put(items: MemoryItems, item: MemoryItem): string {
  const { itemId, collection } = item;
  items.log.push({ collection, itemId });
  const version = `v${items.log.length}`;
  items.stored.set(itemId, { ...item, version, modifiedAt: items.now() });
  return version;
}

/** Changes one occurrence; the others keep their versions. */
function except(
  items: MemoryItems,
  itemId: ItemId,
  change: (before: Pick<Exception, 'fields'>) => Partial<Exception>,
): string {
  const occurrence = readOccurrenceId(itemId);
  const { item, series } = seriesOf(items, occurrence?.seriesId ?? itemId);
  const originalStart = occurrence?.originalStart ?? '';
  if (!plannedOccurrences(series).some((one) => one.originalStart === originalStart))
    throw new Error('there is no such occurrence');
  items.log.push({ collection: 'events', itemId });
  const before = series.exceptions.get(originalStart);
  const exception: Exception = {
    ...(before ?? { fields: {} }),
    ...change(before ?? { fields: {} }),
    version: String(items.log.length),
    modifiedAt: items.now(),
  };
  const exceptions = new Map([...series.exceptions, [originalStart, exception]]);
  items.stored.set(item.itemId, { ...item, series: { ...series, exceptions } });
  return occurrenceVersion(item, exception);
}

/** Takes a collection away from whoever connects, as a missing permission does. */
export function forbid(items: MemoryItems, ...which: readonly Collection[]): void {
  for (const one of which.length > 0 ? which : collections)
    items.forbidden.set(one, failure('mailbox.scope-missing'));
}
