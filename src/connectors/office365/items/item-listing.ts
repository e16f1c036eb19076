/**
 * Which feeds of items there are and which of them moved: the calls that go into the listing's own batch, and what their answers say. What they brought is
 * kept for `readItemChanges`; a collection that is refused is told beside the others.
 */
import { type Collection, collections } from '../../../model/collection.ts';
import type { Cursor } from '../../../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../../model/failure.ts';
import type { FeedId } from '../../../model/ids.ts';
import type { ItemFeed, ItemsWish, ListingTrouble } from '../../../model/mail-items.ts';
import type { BatchAnswer } from '../batch.ts';
import type { Json } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { isCovered, isStretchDue, readCalendarCursor, readListCursor } from './item-cursor.ts';
import { folderOf, foldersCall, listOf, listsCall, type PlaceKeeper, type Places } from './places.ts';
import { calendarPrefer, listPrefer } from './prefer.ts';

export const CALENDAR_FEED = 'calendar' as FeedId;
export const CONTACTS_FEED = 'contacts' as FeedId;
export const folderFeed = (folder: string) => `contacts/${folder}` as FeedId;
export const listFeed = (list: string) => `tasks/${list}` as FeedId;

/** What each collection takes of a person; an application alone takes `Tasks.ReadWrite.All`. */
const PERMISSIONS: Readonly<Record<Collection, string>> = {
  events: 'Calendars.ReadWrite',
  contacts: 'Contacts.ReadWrite',
  tasks: 'Tasks.ReadWrite',
};

export type KeptPage = { readonly body: unknown } | { readonly failure: Failure };

export interface ItemListing {
  readonly calls: readonly GraphCall[];
  /** In the order of the calls. */
  take(answers: readonly (BatchAnswer | undefined)[]): {
    readonly itemFeeds: readonly ItemFeed[];
    readonly itemTroubles: readonly ListingTrouble[];
    readonly places: Places;
  };
}

export interface ItemListings {
  /** `before`: the places that the last listing told. */
  begin(wish: ItemsWish, cursors: ReadonlyMap<FeedId, Cursor>, before: Places): ItemListing;
  /** What the listing brought of a feed since the cursor; given once. */
  takeKept(feed: FeedId, cursor: Cursor): KeptPage | null;
}

/** One call of the listing's batch. */
interface Asked {
  readonly of: 'calendar' | 'folders' | 'lists' | { readonly feed: FeedId; readonly cursor: Cursor };
  readonly collection: Collection;
  readonly call: GraphCall;
}

export function createItemListings(transport: Transport, keeper: PlaceKeeper): ItemListings {
  const kept = new Map<FeedId, KeptPage & { readonly cursor: Cursor }>();
  return {
    begin(wish, cursors, before) {
      kept.clear();
      const asked = collections
        .filter((collection) => wish.collections.includes(collection))
        .flatMap((collection) => askAbout(collection, { transport, wish, cursors, before }));
      return {
        calls: asked.map(({ call }) => call),
        take(answers) {
          const told = readAnswers(asked, answers, before);
          keeper.learn(told.places, told.isFolderTold);
          for (const [feed, page] of told.pages) kept.set(feed, page);
          const itemFeeds = feedsOf(wish, told).map(
            ({ id, collection }): ItemFeed => ({
              id,
              collection,
              moved: !told.idle.has(id) || isLate(id, cursors.get(id), wish),
            }),
          );
          return { itemFeeds, itemTroubles: told.troubles, places: told.places };
        },
      };
    },
    takeKept(feed, cursor) {
      const page = kept.get(feed);
      kept.delete(feed);
      return page?.cursor === cursor ? page : null;
    },
  };
}

interface Around {
  readonly transport: Transport;
  readonly wish: ItemsWish;
  readonly cursors: ReadonlyMap<FeedId, Cursor>;
  readonly before: Places;
}

/** The calls for a collection: its feeds' changes, and what tells that it may be read and where it lies. */
function askAbout(collection: Collection, around: Around): readonly Asked[] {
  const { transport, wish, cursors, before } = around;
  const changesOf = (feed: FeedId): readonly Asked[] => {
    const cursor = cursors.get(feed);
    const path = cursor === undefined ? null : readListCursor(cursor)?.path;
    if (cursor === undefined || path == null) return [];
    return [{ of: { feed, cursor }, collection, call: { ...feedCall(path), prefer: listPrefer } }];
  };
  if (collection === 'contacts') {
    const folder = before.folder === null ? [] : changesOf(folderFeed(before.folder));
    return [
      { of: 'folders', collection, call: foldersCall(transport) },
      ...changesOf(CONTACTS_FEED),
      ...folder,
    ];
  }
  if (collection === 'tasks') {
    const changes = before.list === null ? [] : changesOf(listFeed(before.list));
    return changes.length > 0 ? changes : [{ of: 'lists', collection, call: listsCall(transport) }];
  }
  const cursor = cursors.get(CALENDAR_FEED);
  const position = cursor === undefined ? null : readCalendarCursor(cursor);
  if (cursor !== undefined && position !== null && isCovered(position, wish.window)) {
    const call = { ...feedCall(position.path), prefer: calendarPrefer };
    return [{ of: { feed: CALENDAR_FEED, cursor }, collection, call }];
  }
  const path = `${transport.root}/calendar?$select=id`;
  return [{ of: 'calendar', collection, call: { method: 'GET', path, scope: 'mailbox' } }];
}

function feedCall(path: string): GraphCall {
  return { method: 'GET', path, scope: 'feed' };
}

interface Told {
  readonly troubles: readonly ListingTrouble[];
  readonly places: Places;
  readonly isFolderTold: boolean;
  /** Feeds in which nothing moved. */
  readonly idle: ReadonlySet<FeedId>;
  readonly pages: ReadonlyMap<FeedId, KeptPage & { readonly cursor: Cursor }>;
}

function readAnswers(
  asked: readonly Asked[],
  answers: readonly (BatchAnswer | undefined)[],
  before: Places,
): Told {
  const troubles = new Map<Collection, Failure>();
  const pages = new Map<FeedId, KeptPage & { readonly cursor: Cursor }>();
  const idle = new Set<FeedId>();
  let places = before;
  let isFolderTold = false;
  for (const [at, { of, collection }] of asked.entries()) {
    const answer = answers[at];
    if (answer === undefined)
      troubles.set(collection, failure('mailbox.transient', { vendorCode: 'LeftOut' }));
    else if (!answer.ok) {
      const { failure: details, status } = answer;
      if (typeof of === 'object' && details.kind === 'cursor-expired')
        pages.set(of.feed, { cursor: of.cursor, failure: details });
      else if (!troubles.has(collection)) troubles.set(collection, refusal(details, status, collection));
    } else if (of === 'folders') {
      places = { ...places, folder: folderOf(answer.body) };
      isFolderTold = true;
    } else if (of === 'lists') places = { ...places, list: listOf(answer.body) };
    else if (of !== 'calendar') {
      if (isIdle(answer.body)) idle.add(of.feed);
      else pages.set(of.feed, { cursor: of.cursor, body: answer.body });
    }
  }
  return {
    troubles: [...troubles].map(([collection, details]) => ({ collection, failure: details })),
    places,
    isFolderTold,
    idle,
    pages,
  };
}

/** Which permission is missing is named; the rest is told as it is. */
function refusal(details: Failure, status: number, collection: Collection): Failure {
  if (status !== 403) return details;
  const isForAll = collection === 'tasks' && details.code === 'mailbox.app-consent-missing';
  return { ...details, fields: [PERMISSIONS[collection] + (isForAll ? '.All' : '')] };
}

function isIdle(body: unknown): boolean {
  const page = (body ?? {}) as Json;
  return Array.isArray(page.value) && page.value.length === 0 && typeof page['@odata.nextLink'] !== 'string';
}

/** The feeds of the collections that could be listed. */
function feedsOf(
  wish: ItemsWish,
  { troubles, places }: Told,
): readonly Pick<ItemFeed, 'id' | 'collection'>[] {
  const { folder, list } = places;
  const ids: Readonly<Record<Collection, readonly FeedId[]>> = {
    events: [CALENDAR_FEED],
    contacts: folder === null ? [CONTACTS_FEED] : [CONTACTS_FEED, folderFeed(folder)],
    tasks: list === null ? [] : [listFeed(list)],
  };
  return collections
    .filter(
      (each) => wish.collections.includes(each) && !troubles.some(({ collection }) => collection === each),
    )
    .flatMap((collection) => ids[collection].map((id) => ({ id, collection })));
}

/** Whether time alone brought something inside of the calendar's window. */
function isLate(feed: FeedId, cursor: Cursor | undefined, { window }: ItemsWish): boolean {
  const position = feed === CALENDAR_FEED && cursor !== undefined ? readCalendarCursor(cursor) : null;
  return position !== null && isStretchDue(position, window);
}

/** The failure of a kept page, thrown; else its body. */
export function bodyOfKept(page: KeptPage): unknown {
  if ('failure' in page) throw new RemoteFailure(page.failure);
  return page.body;
}
