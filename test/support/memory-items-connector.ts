/**
 * The mail side's contract of events, contacts and tasks on a mailbox in memory, kept to the letter. Every call is one request of the mailbox that it
 * belongs to; the listing is the mailbox's own.
 */
import { reduceFields } from '../../src/model/canonical.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { ItemResult } from '../../src/model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../src/model/failure.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import type {
  CreatedItem,
  ItemFeed,
  ItemsWish,
  ItemUpdate,
  ItemVersion,
  ListingTrouble,
  MailItems,
  NewItem,
} from '../../src/model/mail-items.ts';
import type { MailboxItem } from '../../src/model/mailbox-item.ts';
import { hasFeedMoved, readItemFeed, readOccurrencePage, tellItem } from './memory-item-feeds.ts';
import { currentItem } from './memory-item-views.ts';
import { editItem, type MemoryItem, type MemoryItems, makeItem, markItem } from './memory-items.ts';

const feedIds = { events: 'calendar', contacts: 'contacts', tasks: 'tasks' } as const;

/** The feeds that a run wants, and what could not be listed. */
export function listItemFeeds(
  items: MemoryItems,
  wish: ItemsWish | undefined,
  cursors: ReadonlyMap<FeedId, string>,
): { readonly itemFeeds: readonly ItemFeed[]; readonly itemTroubles: readonly ListingTrouble[] } {
  const itemFeeds: ItemFeed[] = [];
  const itemTroubles: ListingTrouble[] = [];
  for (const collection of wish?.collections ?? []) {
    const trouble = items.forbidden.get(collection);
    const id = feedIds[collection] as FeedId;
    if (trouble !== undefined) itemTroubles.push({ collection, failure: trouble });
    else itemFeeds.push({ id, collection, moved: hasFeedMoved(items, collection, cursors.get(id) ?? null) });
  }
  return { itemFeeds, itemTroubles };
}

/** `request` counts a request of the mailbox and rejects where the mailbox does. */
export function openMemoryItems(items: MemoryItems, request: (operation: string) => void): MailItems {
  const begin = (operation: string, collection: Collection): void => {
    request(operation);
    const trouble = items.forbidden.get(collection);
    if (trouble !== undefined) throw new RemoteFailure(trouble);
  };
  const each = <Asked, T>(
    operation: string,
    collection: Collection,
    asked: readonly Asked[],
    answer: (one: Asked) => ItemResult<T>,
  ): readonly ItemResult<T>[] => {
    if (asked.length === 0) return [];
    if (asked.length > items.abilities[collection].batchMax) throw new RangeError('too many items at once');
    begin(operation, collection);
    return asked.map(answer);
  };
  return {
    capabilities: items.abilities,
    async readItemChanges(feed, cursor, window) {
      const collection = collectionOf(feed);
      begin('read-item-changes', collection);
      return readItemFeed(items, collection, cursor, window);
    },
    async readOccurrences(feed, range, cursor) {
      const collection = collectionOf(feed);
      begin('read-occurrences', collection);
      if (collection !== 'events') return { changes: [], cursor: '0', done: true };
      return readOccurrencePage(items, range, cursor);
    },
    readItems: async (collection, itemIds) =>
      each('read-items', collection, itemIds, (itemId) => found(items, collection, itemId)),
    async retellItems(collection, itemIds, window) {
      if (itemIds.length === 0) return [];
      begin('retell-items', collection);
      return itemIds.flatMap((itemId) => tellItem(items, itemId, window));
    },
    async createItems(collection, asked, { mayExist }) {
      const results = each('create-items', collection, asked, (item) =>
        createItem(items, collection, item, mayExist),
      );
      if (asked.length === 0 || items.answersToLose === 0) return results;
      items.answersToLose -= 1;
      throw new RemoteFailure(failure('mailbox.transient'));
    },
    updateItems: async (collection, updates) =>
      each('update-items', collection, updates, (update) => updateItem(items, collection, update)),
    markItems: async (collection, marks) =>
      each('mark-items', collection, marks, ({ itemId, add, remove }) => {
        const before = found(items, collection, itemId);
        if (!before.ok) return before;
        const kept = before.value.categories.filter((one) => !remove.includes(one) && !add.includes(one));
        return { ok: true, value: { itemId, version: markItem(items, itemId, [...kept, ...add]) } };
      }),
  };
}

function collectionOf(feed: FeedId): Collection {
  for (const collection of ['events', 'contacts', 'tasks'] as const)
    if (feedIds[collection] === feed) return collection;
  throw new RemoteFailure(failure('mailbox.request-invalid'));
}

function found(items: MemoryItems, collection: Collection, itemId: ItemId): ItemResult<MailboxItem> {
  if (items.damaged.has(itemId)) return refused(itemId, failure('mailbox.item-unreadable'));
  const item = currentItem(items, itemId);
  return item?.collection === collection
    ? { ok: true, value: item }
    : refused(itemId, failure('mailbox.item-gone'));
}

const refused = (itemId: ItemId, why: Failure) => ({ ok: false, itemId, failure: why }) as const;

// ------------------------------------------------------------------------------------------------------------------- writing

function createItem(
  items: MemoryItems,
  collection: Collection,
  { stamp, fields, categories }: NewItem,
  mayExist: boolean,
): ItemResult<CreatedItem> {
  const refusal = refusalOf(items, fields);
  if (refusal !== undefined) return refused(stamp as ItemId, refusal);
  const { stamps, categories: marks, fields: specs } = items.abilities[collection];
  const writable = Object.fromEntries(
    Object.entries(fields).filter(([name]) => canWrite(items, collection, name)),
  );
  const itemId =
    (mayExist ? twin(items, collection, stamp, reduceFields(writable, specs)) : undefined)?.itemId ??
    makeItem(items, collection, {
      fields: writable,
      stamp: stamps.able ? stamp : null,
      categories: marks.able ? categories : [],
      isInSalesforceFolder: collection === 'contacts',
    });
  const item = items.stored.get(itemId);
  if (item === undefined) throw new Error('what was made is gone');
  const uid = collection === 'events' ? item.uid : null;
  return { ok: true, value: { itemId, version: item.version, uid } };
}

/** What an earlier attempt made: known by its stamp or, where the service keeps none, by equal fields. */
function twin(items: MemoryItems, collection: Collection, stamp: string, fields: Fields) {
  const isTwin = (item: MemoryItem) =>
    items.abilities[collection].stamps.able
      ? item.stamp === stamp
      : item.series === null &&
        Object.entries(fields).every(([name, value]) => item.fields[name as keyof Fields] === value);
  return [...items.stored.values()].find((item) => item.collection === collection && isTwin(item));
}

function updateItem(
  items: MemoryItems,
  collection: Collection,
  { itemId, version, fields }: ItemUpdate,
): ItemResult<ItemVersion> {
  const before = found(items, collection, itemId);
  if (!before.ok) return before;
  const refusal = refusalOf(items, fields);
  if (refusal !== undefined) return refused(itemId, refusal);
  const { meetingWrites, fields: specs } = items.abilities[collection];
  const isMeeting = before.value.collection === 'events' && before.value.attendees.length > 0;
  if (isMeeting && !meetingWrites.able) return refused(itemId, failure('mailbox.meeting-not-changed'));
  if (items.refusesStaleWrites && version !== before.value.version)
    return refused(itemId, failure('mailbox.item-conflict'));
  const writable = Object.entries(fields).filter(([name]) => canWrite(items, collection, name));
  if (writable.length === 0) return { ok: true, value: { itemId, version: before.value.version } };
  const next = editItem(items, itemId, reduceFields(Object.fromEntries(writable), specs));
  return { ok: true, value: { itemId, version: next } };
}

const canWrite = (items: MemoryItems, collection: Collection, name: string) =>
  items.abilities[collection].fields[name as keyof Fields]?.writable === true;

const refusalOf = (items: MemoryItems, { subject, lastName }: Fields): Failure | undefined =>
  items.refusals.get(subject ?? lastName ?? '');
