/**
 * What the streams of events, contacts and tasks have in common: whether each moved since its cursor, with the page that told so kept for whoever reads
 * next, and which collections cannot be listed. How a page is asked for and what it means is each stream's own.
 */
import type { Collection } from '../../../model/collection.ts';
import type { Cursor, FeedListing } from '../../../model/connector.ts';
import { RemoteFailure } from '../../../model/failure.ts';
import type { FeedId } from '../../../model/ids.ts';
import type { ItemFeed, ItemPage, ItemsWish, ItemWindow, ListingTrouble } from '../../../model/mail-items.ts';
import { refuse } from '../failures.ts';

/** How one stream is read. `Mark`: what its cursor holds; `Raw`: a page as the service gave it. */
export interface StreamKind<Mark, Raw> {
  readonly collection: Collection;
  readonly feed: FeedId;
  /** Where a first reading begins. */
  begin(window: ItemWindow): Mark;
  /** Null for a cursor that is none. */
  readMark(cursor: Cursor): Mark | null;
  /** Rejects with `cursor-expired` where the service has forgotten the mark. */
  ask(mark: Mark): Promise<Raw>;
  hasMoved(raw: Raw, mark: Mark): boolean;
  /** What the page tells; may ask for more. */
  fold(raw: Raw, mark: Mark, window: ItemWindow): Promise<ItemPage>;
}

export interface Stream {
  readonly collection: Collection;
  readonly feed: FeedId;
  /** Whether it moved: one request, whose answer the next `read` of the same cursor does not ask for again. */
  look(cursor: Cursor | null, window: ItemWindow): Promise<boolean>;
  read(cursor: Cursor | null, window: ItemWindow): Promise<ItemPage>;
}

export function createStream<Mark, Raw>(kind: StreamKind<Mark, Raw>): Stream {
  /** What the listing read ahead. */
  let ahead: { readonly cursor: Cursor | null; readonly mark: Mark; readonly raw: Raw } | null = null;
  const markOf = (cursor: Cursor | null, window: ItemWindow): Mark | null =>
    cursor === null ? kind.begin(window) : kind.readMark(cursor);
  return {
    collection: kind.collection,
    feed: kind.feed,
    async look(cursor, window) {
      ahead = null;
      const mark = markOf(cursor, window);
      if (mark === null) return true;
      try {
        const raw = await kind.ask(mark);
        ahead = { cursor, mark, raw };
        return cursor === null || kind.hasMoved(raw, mark);
      } catch (error) {
        // Whoever reads it is told.
        if (error instanceof RemoteFailure && error.failure.kind === 'cursor-expired') return true;
        throw error;
      }
    },
    async read(cursor, window) {
      const known = ahead?.cursor === cursor ? ahead : null;
      ahead = null;
      if (known !== null) return kind.fold(known.raw, known.mark, window);
      const mark = markOf(cursor, window) ?? refuse('mailbox.cursor-expired', 'CursorUnreadable');
      return kind.fold(await kind.ask(mark), mark, window);
    },
  };
}

export type ListItems = (
  wish: ItemsWish,
  cursors: ReadonlyMap<FeedId, Cursor>,
) => Promise<Pick<FeedListing, 'itemFeeds' | 'itemTroubles'>>;

/** What may be over a moment later. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(['transient', 'unreachable']);

/**
 * The streams of the collections that are wanted, each looked at once, and once more after trouble of the moment; a collection that refuses is a trouble of
 * its own. Rejects when the grant has ended.
 */
export function listStreams(streams: readonly Stream[], rest: () => Promise<void>): ListItems {
  const look = async (stream: Stream, cursor: Cursor | null, window: ItemWindow): Promise<boolean> => {
    try {
      return await stream.look(cursor, window);
    } catch (error) {
      if (!(error instanceof RemoteFailure) || !OF_THE_MOMENT.has(error.failure.kind)) throw error;
    }
    await rest();
    return stream.look(cursor, window);
  };
  return async ({ collections, window }, cursors) => {
    const wanted = streams.filter(({ collection }) => collections.includes(collection));
    const looks = await Promise.allSettled(
      wanted.map((stream) => look(stream, cursors.get(stream.feed) ?? null, window)),
    );
    const itemFeeds: ItemFeed[] = [];
    const itemTroubles: ListingTrouble[] = [];
    for (const [index, { collection, feed }] of wanted.entries()) {
      const told = looks[index];
      if (told?.status === 'fulfilled') itemFeeds.push({ id: feed, collection, moved: told.value });
      else {
        const { reason } = told ?? {};
        if (!(reason instanceof RemoteFailure) || reason.failure.kind === 'authorization-revoked')
          throw reason;
        itemTroubles.push({ collection, failure: reason.failure });
      }
    }
    return { itemFeeds, itemTroubles };
  };
}
