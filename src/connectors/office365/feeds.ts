/**
 * The folders of a mailbox as feeds: which there are, which of them moved, and the next page of one. One batch tells that nothing moved, and what it
 * brought is kept and never asked for twice; see docs/remote-services/office365.md#changes.
 */
import type { Change, ChangePage, Cursor, FeedListing, MailConnector } from '../../model/connector.ts';
import type { Place } from '../../model/email.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import { type BatchAnswer, runBatch } from './batch.ts';
import {
  readFeedCursor,
  readListingCursor,
  type Tree,
  writeFeedCursor,
  writeListingCursor,
} from './cursor.ts';
import { watchedFolders } from './folders.ts';
import type { ItemListings } from './items/item-listing.ts';
import { noPlaces } from './items/places.ts';
import type { KnownMessages } from './known-messages.ts';
import { pathOfLink } from './links.ts';
import { headExpand, headSelect, instantOf, type Json, versionOf } from './message.ts';
import type { GraphCall, Transport } from './transport.ts';
import { readTree, refreshTree, treeCall } from './tree.ts';

export type Feeds = Pick<MailConnector, 'listFeeds' | 'readChanges'> & {
  /** Where a folder stands: null for one that is not watched, undefined for one that the last listing did not know. */
  placeOf(folderId: string): Place | null | undefined;
  /** The folder tree from its beginning, for checks. */
  readTree(): Promise<Tree>;
};

/** Graph gives at most a thousand; half of them stay below its limits of time and size. */
const PAGE_ITEMS = 500;

export interface FeedsOptions {
  readonly transport: Transport;
  readonly graphOrigin: string;
  readonly known: KnownMessages;
  readonly listings: ItemListings;
}

type Kept = { readonly cursor: Cursor } & (
  | { readonly page: ChangePage }
  | { readonly failure: RemoteFailure }
);

export function createFeeds({ transport, graphOrigin, known: messages, listings }: FeedsOptions): Feeds {
  const kept = new Map<FeedId, Kept>();
  const state: { tree: Tree | null; places: ReadonlyMap<FeedId, Place>; isPlain: boolean } = {
    tree: null,
    places: new Map(),
    isPlain: false,
  };
  const learn = (tree: Tree): void => {
    state.tree = tree;
    state.places = watchedFolders(tree.folders, tree.roles);
  };
  const readPage = (body: unknown): ChangePage => toPage(body, graphOrigin, messages);

  /** What a batch says of a feed: whether it moved. A page that tells something is kept for `readChanges`. */
  const noteFeed = (id: FeedId, cursor: Cursor, answer: BatchAnswer | undefined): boolean => {
    if (answer === undefined) return true;
    if (!answer.ok) {
      if (answer.failure.kind === 'cursor-expired')
        kept.set(id, { cursor, failure: new RemoteFailure(answer.failure) });
      return true;
    }
    const page = readPage(answer.body);
    if (page.done && page.changes.length === 0) return false;
    kept.set(id, { cursor, page });
    return true;
  };

  return {
    placeOf(folderId) {
      const place = state.places.get(folderId as FeedId);
      if (place !== undefined || state.tree === null) return place;
      return state.tree.folders.some(({ id }) => id === folderId) ? null : undefined;
    },
    async readTree() {
      const tree = await readTree(transport, graphOrigin);
      learn(tree);
      return tree;
    },
    async listFeeds(known): Promise<FeedListing> {
      const before = known.cursor === null ? null : readListingCursor(known.cursor);
      kept.clear();
      const moved = new Map<FeedId, boolean>();
      const places = before?.places ?? noPlaces;
      const items = known.items === undefined ? null : listings.begin(known.items, known.feeds, places);
      const itemCalls = items?.calls ?? [];
      let itemAnswers: readonly BatchAnswer[];
      if (before === null) {
        learn(await readTree(transport, graphOrigin));
        itemAnswers = await runBatch(transport, 'list-items', itemCalls, { isOptional: () => true });
      } else {
        const told = await askChanges(transport, before, known.feeds, itemCalls);
        itemAnswers = told.itemAnswers;
        for (const { id, cursor, answer } of told.feeds) moved.set(id, noteFeed(id, cursor, answer));
        learn(await refreshTree(transport, graphOrigin, before, told.tree));
      }
      const feeds = [...state.places].map(([id, place]) => ({ id, place, moved: moved.get(id) ?? true }));
      const told = items?.take(itemAnswers) ?? { places, itemFeeds: [], itemTroubles: [] };
      return {
        feeds,
        cursor: state.tree === null ? '' : writeListingCursor(state.tree, told.places, known.cursor),
        itemFeeds: told.itemFeeds,
        itemTroubles: told.itemTroubles,
      };
    },
    async readChanges(feed, cursor): Promise<ChangePage> {
      if (cursor === null) return readPage(await readFirst(transport, feed, state));
      const before = kept.get(feed);
      kept.delete(feed);
      if (before?.cursor === cursor) {
        if ('failure' in before) throw before.failure;
        return before.page;
      }
      const path = readFeedCursor(cursor);
      if (path === null)
        throw new RemoteFailure(failure('mailbox.cursor-expired', { vendorCode: 'CursorUnreadable' }));
      return readPage(await transport.json({ ...pageCall(path), operation: 'read-changes' }));
    },
  };
}

/** One batch for the changes of the tree, of the watched folders, and of the items that are asked for; trouble of these is theirs alone. */
async function askChanges(
  transport: Transport,
  before: Tree,
  cursors: ReadonlyMap<FeedId, Cursor>,
  itemCalls: readonly GraphCall[],
) {
  const asked = [...watchedFolders(before.folders, before.roles).keys()].flatMap((id) => {
    const cursor = cursors.get(id);
    const path = cursor === undefined ? null : readFeedCursor(cursor);
    return cursor === undefined || path === null ? [] : [{ id, cursor, path }];
  });
  const mailCalls = [treeCall(before.path), ...asked.map(({ path }) => pageCall(path))];
  const answers = await runBatch(transport, 'list-changes', [...mailCalls, ...itemCalls], {
    isOptional: (index) => index >= mailCalls.length,
  });
  return {
    tree: answers[0],
    feeds: asked.map(({ id, cursor }, at) => ({ id, cursor, answer: answers[at + 1] })),
    itemAnswers: answers.slice(mailCalls.length),
  };
}

function pageCall(path: string): GraphCall {
  return { method: 'GET', path, prefer: [`odata.maxpagesize=${PAGE_ITEMS}`], scope: 'feed' };
}

/**
 * The first page of a folder. Some servers cannot expand in a delta query and answer 400 or 500: then heads are read one by one. No `$filter`: with
 * one, Graph gives 5,000 messages at most. https://learn.microsoft.com/graph/api/message-delta
 */
async function readFirst(transport: Transport, feed: FeedId, state: { isPlain: boolean }): Promise<unknown> {
  const path = `${transport.root}/mailFolders/${encodeURIComponent(feed)}/messages/delta`;
  const ask = (query: readonly string[]) =>
    transport.json({
      ...pageCall(`${path}?${query.join('&')}`),
      scope: 'folder',
      operation: 'read-changes',
    });
  if (state.isPlain) return ask([headSelect]);
  try {
    return await ask([headSelect, headExpand, '$orderby=receivedDateTime%20desc']);
  } catch (error) {
    if (!(error instanceof RemoteFailure) || !mayBeTheQuery(error)) throw error;
    const body = await ask([headSelect]);
    state.isPlain = true;
    return body;
  }
}

function mayBeTheQuery({ failure: { code, vendorCode, retryAfterMs } }: RemoteFailure): boolean {
  if (code === 'mailbox.request-invalid') return true;
  return (
    /^(ErrorInternalServerError|InternalServerError|HTTP 50[01])$/.test(vendorCode ?? '') &&
    retryAfterMs === undefined
  );
}

/** A page in our words. What it tells of messages is kept for their heads; an item told twice counts as told last. */
function toPage(body: unknown, graphOrigin: string, messages: KnownMessages): ChangePage {
  const page = (body ?? {}) as Json;
  const next = page['@odata.nextLink'];
  const path = pathOfLink(next ?? page['@odata.deltaLink'], graphOrigin);
  if (!Array.isArray(page.value))
    throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
  if (path === null)
    throw new RemoteFailure(failure('mailbox.request-invalid', { vendorCode: 'FOREIGN_LINK' }));
  const changes = new Map<ItemId, Change>();
  for (const entry of page.value as readonly Json[]) {
    if (typeof entry?.id !== 'string') continue;
    const itemId = entry.id as ItemId;
    if (entry['@removed'] !== undefined) {
      messages.drop(itemId);
      changes.set(itemId, { kind: 'deleted', itemId });
      continue;
    }
    messages.add(itemId, entry);
    const receivedAt = instantOf(entry.receivedDateTime);
    changes.set(itemId, { kind: 'upsert', itemId, version: versionOf(entry), receivedAt });
  }
  return {
    changes: [...changes.values()],
    cursor: writeFeedCursor(path),
    done: next === undefined || next === null,
  };
}
