/**
 * The changes of a folder of contacts or of the list of tasks, page by page. Items come whole; where a server refuses or ignores `$expand` in a delta query,
 * they are asked for one by one. What is told as removed is looked at first: a contact may merely have changed its folder.
 */
import type { Collection } from '../../../model/collection.ts';
import type { Cursor } from '../../../model/connector.ts';
import { RemoteFailure } from '../../../model/failure.ts';
import type { FeedId, ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemPage } from '../../../model/mail-items.ts';
import { BATCH_MAX } from '../batch.ts';
import type { Json } from '../message.ts';
import type { Transport } from '../transport.ts';
import { expired, linkOf } from './calendar-changes.ts';
import { contactSelect } from './contact.ts';
import { type ListCursor, readListCursor, writeListCursor } from './item-cursor.ts';
import { bodyOfKept, CONTACTS_FEED, folderFeed, type KeptPage, listFeed } from './item-listing.ts';
import { contactExpand, taskExpand } from './kinds.ts';
import { listPrefer } from './prefer.ts';
import type { ItemReader } from './read-items.ts';
import { entriesOf } from './series.ts';

export interface ListOptions {
  readonly transport: Transport;
  readonly graphOrigin: string;
  readonly reader: ItemReader;
  takeKept(feed: FeedId, cursor: Cursor): KeptPage | null;
}

export interface ListReader {
  read(collection: 'contacts' | 'tasks', feed: FeedId, cursor: Cursor | null): Promise<ItemPage>;
}

export function createListReader({ transport, graphOrigin, reader, takeKept }: ListOptions): ListReader {
  /** Whether items asked for one by one tell what their changes lack; null until that was tried. */
  let singlesTellMore: boolean | null = null;

  /** The entries with everything that an item is made of. */
  const complete = async (
    collection: 'contacts' | 'tasks',
    entries: readonly Json[],
    isPlain: boolean,
  ): Promise<ReadonlyMap<ItemId, Json | ItemChange>> => {
    const whole = new Map<ItemId, Json | ItemChange>();
    for (const entry of entries) whole.set(entry.id as ItemId, entry);
    const read = async (some: readonly Json[]): Promise<readonly Json[]> => {
      const results = await reader.readJson(
        collection,
        some.map(({ id }) => id as ItemId),
      );
      for (const [itemId, result] of results)
        whole.set(itemId, result.ok ? result.value : changeOf(itemId, result));
      return [...results.values()].flatMap((result) => (result.ok ? [result.value] : []));
    };
    if (isPlain) {
      await read(entries);
      return whole;
    }
    const lacking = entries.filter((entry) => !tellsMore(entry));
    if (lacking.length === 0) return whole;
    const probe = singlesTellMore === null ? lacking.slice(0, BATCH_MAX) : [];
    if (probe.length > 0) {
      const singles = await read(probe);
      if (singles.length > 0) singlesTellMore = singles.some(tellsMore);
    }
    if (singlesTellMore === true) await read(lacking.slice(probe.length));
    return whole;
  };

  return {
    async read(collection, feed, cursor) {
      const { body, isPlain } = await readBody({ transport, takeKept }, feed, cursor);
      const { path, done } = linkOf(body, graphOrigin);
      const entries = new Map(entriesOf(body).map((entry) => [entry.id as ItemId, entry]));
      const told = [...entries.values()].filter((entry) => entry['@removed'] === undefined);
      const removed = [...entries.keys()].filter((id) => entries.get(id)?.['@removed'] !== undefined);
      const changes: ItemChange[] = [];
      const whole = new Map(await complete(collection, told, isPlain));
      for (const [itemId, result] of await reader.readJson(collection, removed))
        whole.set(itemId, result.ok ? result.value : changeOf(itemId, result));
      const jsons: Json[] = [];
      for (const each of whole.values()) {
        if ('kind' in each && isChange(each)) changes.push(each);
        else jsons.push(inFolder(each as Json, feed));
      }
      for (const item of (await reader.toItems(collection, jsons)).values())
        changes.push({ kind: 'upsert', item });
      return { changes, cursor: writeListCursor({ path, isPlain }), done };
    },
  };
}

/** Items that came with what `$expand` asks for; the class of Exchange is on every contact, links are a list on every task. */
function tellsMore(item: Json): boolean {
  return Array.isArray(item.singleValueExtendedProperties) || Array.isArray(item.linkedResources);
}

function isChange(each: object): each is ItemChange {
  return 'itemId' in each;
}

type Refused = { readonly ok: false; readonly failure: RemoteFailure['failure'] };

function changeOf(itemId: ItemId, { failure }: Refused): ItemChange {
  return failure.code === 'mailbox.item-gone'
    ? { kind: 'deleted', itemId }
    : { kind: 'unreadable', itemId, failure };
}

/** A contact that does not tell its folder lies in the feed's. */
function inFolder(item: Json, feed: FeedId): Json {
  const prefix = folderFeed('');
  if (item.parentFolderId !== undefined || !feed.startsWith(prefix)) return item;
  return { ...item, parentFolderId: feed.slice(prefix.length) };
}

interface Read extends Pick<ListCursor, 'isPlain'> {
  readonly body: unknown;
}

async function readBody(
  { transport, takeKept }: Pick<ListOptions, 'transport' | 'takeKept'>,
  feed: FeedId,
  cursor: Cursor | null,
): Promise<Read> {
  if (cursor === null) return readFirst(transport, feed);
  const position = readListCursor(cursor);
  if (position === null) throw expired('CursorUnreadable');
  const { path, isPlain } = position;
  const kept = takeKept(feed, cursor);
  if (kept !== null) return { body: bodyOfKept(kept), isPlain };
  const call = { method: 'GET', path, prefer: listPrefer, scope: 'feed', operation: 'read-changes' } as const;
  return { body: await transport.json(call), isPlain };
}

/** Where a delta query with `$expand` is refused, one without. */
async function readFirst(transport: Transport, feed: FeedId): Promise<Read> {
  const { path, select, expand } = deltaOf(feed);
  const ask = (query: readonly string[]) =>
    transport.json({
      method: 'GET',
      path: `${transport.root}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
      prefer: listPrefer,
      scope: 'folder',
      operation: 'read-changes',
    });
  try {
    return { body: await ask([...select, expand]), isPlain: false };
  } catch (error) {
    if (!(error instanceof RemoteFailure) || !mayBeTheQuery(error)) throw error;
    return { body: await ask(select), isPlain: true };
  }
}

function mayBeTheQuery({ failure: { code, vendorCode, retryAfterMs } }: RemoteFailure): boolean {
  if (code === 'mailbox.request-invalid') return true;
  return (
    /^(ErrorInternalServerError|InternalServerError|HTTP 50[01])$/.test(vendorCode ?? '') &&
    retryAfterMs === undefined
  );
}

/** The collection of a feed. Rejects what is no feed of a list. */
function deltaOf(feed: FeedId) {
  const [contacts, tasks] = [folderFeed(''), listFeed('')];
  const id = (prefix: string) => encodeURIComponent(feed.slice(prefix.length));
  if (feed.startsWith(tasks))
    return { path: `/todo/lists/${id(tasks)}/tasks/delta`, select: [], expand: taskExpand };
  const rest = { select: [contactSelect], expand: contactExpand };
  if (feed === CONTACTS_FEED) return { path: '/contacts/delta', ...rest };
  if (feed.startsWith(contacts)) return { path: `/contactFolders/${id(contacts)}/contacts/delta`, ...rest };
  throw expired('UnknownFeed');
}

/** The collection that a feed is of; null for one that is none of items. */
export function collectionOf(feed: FeedId, calendar: FeedId): Collection | null {
  if (feed === calendar) return 'events';
  if (feed === CONTACTS_FEED || feed.startsWith(folderFeed(''))) return 'contacts';
  return feed.startsWith(listFeed('')) ? 'tasks' : null;
}
