/**
 * The mail side's contract for events, contacts and tasks; part of THE contract (`model/connector.ts`), whose rules of errors, results and order
 * hold here too. No method here may ever notify anybody: attendees are never written, updates are written with notifications suppressed, and
 * where a service cannot promise that, it refuses (`meetingWrites`).
 */
import type { Instant } from './clock.ts';
import type { Collection, FieldSpecs, Fields } from './collection.ts';
import type { Ability, Cursor, ItemResult, Mark } from './connector.ts';
import type { Failure } from './failure.ts';
import type { FeedId, ItemId } from './ids.ts';
import type { EventItem, MailboxItem } from './mailbox-item.ts';

export interface ItemCapabilities {
  /** The fields that items of this collection have here. */
  readonly fields: FieldSpecs;
  /** Categories (or labels) of items can be read and written. */
  readonly categories: Ability;
  /** A stamp stays on what was created, so that it is known again. Where unable, `mayExist` looks for equal fields. */
  readonly stamps: Ability;
  /** Events that others are invited to can be changed without telling them. */
  readonly meetingWrites: Ability;
  /** Items per call of `readItems`, `createItems`, `updateItems` and `markItems` at most. */
  readonly batchMax: number;
}

/** What a run looks at. A connector may give more; the rules decide. */
export interface ItemWindow {
  /** Events that end before are left alone. */
  readonly eventsFrom: Instant;
  /** Single events that start after are left alone; null: however far ahead. */
  readonly eventsTo: Instant | null;
  /** Occurrences of series are given up to here. */
  readonly seriesTo: Instant;
  /** Completed tasks due and changed before are left alone. */
  readonly tasksFrom: Instant;
}

/** A calendar, a folder of contacts, a list of tasks: one stream of changes. Its id is unique in the mailbox, mail feeds included. */
export interface ItemFeed {
  readonly id: FeedId;
  readonly collection: Collection;
  readonly moved: boolean;
}

/** Which collections a run wants, and what it looks at; the feeds' cursors are among `known.feeds`. */
export interface ItemsWish {
  readonly collections: readonly Collection[];
  readonly window: ItemWindow;
}

/** A collection that could not be listed: the others, and mail, go on. */
export interface ListingTrouble {
  readonly collection: Collection;
  readonly failure: Failure;
}

export type ItemChange =
  | { readonly kind: 'upsert'; readonly item: MailboxItem }
  /** A tombstone from the feed: the item, or the series with all its occurrences, is gone from it. */
  | { readonly kind: 'deleted'; readonly itemId: ItemId }
  /**
   * A series that was made or changed, with every occurrence between `from` and `to`, exceptions included. The list is complete: what was an occurrence of
   * the series in that time and is not in it was taken out.
   */
  | {
      readonly kind: 'series';
      readonly seriesId: ItemId;
      readonly occurrences: readonly EventItem[];
      readonly from: Instant;
      readonly to: Instant;
    }
  /** Changed, and could not be read: this item alone waits. */
  | { readonly kind: 'unreadable'; readonly itemId: ItemId; readonly failure: Failure };

/** One page of a feed of items. `cursor` may be stored only together with what the page paid for. */
export interface ItemPage {
  readonly changes: readonly ItemChange[];
  readonly cursor: Cursor;
  readonly done: boolean;
}

/** An item to be made from a record. Never has attendees. */
export interface NewItem {
  readonly stamp: string;
  readonly fields: Fields;
  readonly categories: readonly string[];
}

export interface CreatedItem {
  readonly itemId: ItemId;
  readonly version: string;
  /** Of an event: its clean UID, so that a colleague's copy of it is known when somebody is invited later. */
  readonly uid: string | null;
}

/** Changed fields alone; all others stay untouched. */
export interface ItemUpdate {
  readonly itemId: ItemId;
  /** The version that was merged; where the service can, it refuses with `mailbox.item-conflict` when another one is there now. */
  readonly version: string;
  readonly fields: Fields;
}

export interface ItemVersion {
  readonly itemId: ItemId;
  readonly version: string;
}

export interface MailItems {
  readonly capabilities: Readonly<Record<Collection, ItemCapabilities>>;
  /**
   * The next page of a feed that `listFeeds` gave. The first reading (`cursor` null) tells everything in the window. Rejects with `cursor-expired`
   * when the service no longer knows the cursor, and the window may have moved since the cursor was given.
   */
  readItemChanges(feed: FeedId, cursor: Cursor | null, window: ItemWindow): Promise<ItemPage>;
  /**
   * Occurrences of series that start between the two instants, page by page: what time itself has brought inside the window since the last reading.
   * `cursor` null begins; nothing but `upsert` and `unreadable` is told.
   */
  readOccurrences(
    feed: FeedId,
    range: { readonly from: Instant; readonly to: Instant },
    cursor: Cursor | null,
  ): Promise<ItemPage>;
  /** Items as they are now, in the order asked, at most `batchMax`. A vanished one is `mailbox.item-gone`: the proof that it was deleted. */
  readItems(collection: Collection, itemIds: readonly ItemId[]): Promise<readonly ItemResult<MailboxItem>[]>;
  /**
   * Items of now, at most `batchMax`, as a reading of their feed would tell them: what stands alone by itself, a series by every occurrence of the window. For
   * what a feed told as unreadable: `readItems` would give a series as if it were one event.
   */
  retellItems(
    collection: Collection,
    itemIds: readonly ItemId[],
    window: ItemWindow,
  ): Promise<readonly ItemChange[]>;
  /**
   * Makes items in the default calendar, the folder or label *Salesforce Contacts* (made where it is missing), or the default list of tasks.
   * Results in the order asked; `itemId` of a failed one is its stamp. `mayExist`: an earlier attempt may have gone through, so that each is looked
   * for before it is made, and found rather than doubled.
   */
  createItems(
    collection: Collection,
    items: readonly NewItem[],
    options: { readonly mayExist: boolean },
  ): Promise<readonly ItemResult<CreatedItem>[]>;
  /** Writes changed fields; results in the order asked. */
  updateItems(
    collection: Collection,
    updates: readonly ItemUpdate[],
  ): Promise<readonly ItemResult<ItemVersion>[]>;
  /** Adds and removes categories; results in the order asked. */
  markItems(collection: Collection, marks: readonly Mark[]): Promise<readonly ItemResult<ItemVersion>[]>;
}
