/** A reader of events, contacts and tasks that visits a mailbox as runs do and knows afterwards what a run would know. It proves nothing by itself. */
import { readSpan } from '../../src/model/canonical.ts';
import { type Collection, collections } from '../../src/model/collection.ts';
import type { Cursor, FeedListing, MailConnector } from '../../src/model/connector.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import type { ItemPage, ItemWindow } from '../../src/model/mail-items.ts';
import type { EventItem, MailboxItem } from '../../src/model/mailbox-item.ts';
import { titleField } from './field-samples.ts';
import { type ItemsWorld, windowAt } from './items-world.ts';

const PAGES_MAX = 200;
const CURSOR_MAX = 1_048_576;

/** Reads a feed to its end; `connectors` take turns, as runs do that end in the middle. */
export async function drainItems(
  connectors: readonly MailConnector[],
  read: (mail: MailConnector, cursor: Cursor | null) => Promise<ItemPage>,
  from: Cursor | null = null,
) {
  const pages: ItemPage[] = [];
  for (let cursor = from; pages.length < PAGES_MAX; ) {
    const mail = connectors[pages.length % connectors.length] as MailConnector;
    const page = await read(mail, cursor);
    pages.push(page);
    cursor = page.cursor;
    if (cursor.length > CURSOR_MAX) throw new Error('the cursor is too large to be stored');
    if (page.done) return { pages, changes: pages.flatMap(({ changes }) => changes), cursor };
  }
  throw new Error('the feed has no end');
}

/** What a run would know of a mailbox after its visits: its items, kept up by their changes. */
export interface Reader {
  /** Lists, and reads what moved. */
  visit(): Promise<Visit>;
  /** All items of a title, as they were told last. */
  titled(collection: Collection, title: string): readonly MailboxItem[];
  /** The one item of a title. */
  one(collection: Collection, title: string): MailboxItem;
  /** The one event of a title, or the occurrences of a series in order of time. */
  event(title: string): EventItem;
  occurrences(title: string): readonly EventItem[];
  readonly feeds: ReadonlyMap<FeedId, Cursor>;
}

export interface Visit {
  readonly listing: FeedListing;
  /** Items that were told by this visit, by whatever change. */
  readonly told: readonly MailboxItem[];
  /** Changes that cannot be read. */
  readonly unreadable: readonly ItemId[];
  readonly pages: number;
  readonly changes: number;
}

export function createReader(
  world: ItemsWorld,
  { connectors = [world.mail], window = windowAt(world.now()) }: ReaderOptions = {},
): Reader {
  const feeds = new Map<FeedId, Cursor>();
  const mirror = new Map<ItemId, MailboxItem>();
  let cursor: Cursor | null = null;
  const titled = (collection: Collection, title: string) =>
    [...mirror.values()].filter(
      (item) => item.collection === collection && item.fields[titleField[collection]] === title,
    );
  const one = (collection: Collection, title: string): MailboxItem => {
    const [item, another] = titled(collection, title);
    if (item === undefined || another !== undefined)
      throw new Error(`${item === undefined ? 'no item was' : 'several items were'} told as ${title}`);
    return item;
  };
  return {
    feeds,
    titled,
    one,
    event(title) {
      const item = one('events', title);
      if (item.collection !== 'events') throw new Error('no event');
      return item;
    },
    occurrences: (title) =>
      titled('events', title)
        .flatMap((item) => (item.collection === 'events' && item.originalStart !== null ? [item] : []))
        .toSorted((a, b) => ((a.fields.time ?? '') < (b.fields.time ?? '') ? -1 : 1)),
    async visit() {
      const [first = world.mail] = connectors;
      const listing = await first.listFeeds({ cursor, feeds, items: { collections, window } });
      cursor = listing.cursor;
      const told: MailboxItem[] = [];
      const unreadable: ItemId[] = [];
      let pages = 0;
      let changes = 0;
      for (const { id, moved, collection } of listing.itemFeeds) {
        const known = feeds.get(id) ?? null;
        if (!moved && known !== null) continue;
        const read = await drainItems(
          connectors,
          (mail, at) => mail.items.readItemChanges(id, at, window),
          known,
        );
        feeds.set(id, read.cursor);
        pages += read.pages.length;
        changes += read.changes.length;
        for (const change of read.changes) {
          if (change.kind === 'unreadable') unreadable.push(change.itemId);
          else if (change.kind !== 'deleted' || (await isGone(first, collection, change.itemId)))
            told.push(...apply(mirror, change));
        }
      }
      return { listing, told, unreadable, pages, changes };
    },
  };
}

interface ReaderOptions {
  readonly connectors?: readonly MailConnector[];
  readonly window?: ItemWindow;
}

type Readable = Exclude<ItemPage['changes'][number], { readonly kind: 'unreadable' }>;

/** It may lie in another feed, or outside of the window: reading alone proves that it is gone. */
async function isGone(mail: MailConnector, collection: Collection, itemId: ItemId): Promise<boolean> {
  const [result] = await mail.items.readItems(collection, [itemId]);
  return result?.ok === false && result.failure.code === 'mailbox.item-gone';
}

/** Keeps a mirror up; gives the items that the change told. */
function apply(mirror: Map<ItemId, MailboxItem>, change: Readable): readonly MailboxItem[] {
  if (change.kind === 'upsert') {
    mirror.set(change.item.itemId, change.item);
    return [change.item];
  }
  const seriesId = change.kind === 'deleted' ? change.itemId : change.seriesId;
  for (const item of mirror.values()) {
    const isOfSeries = item.collection === 'events' && item.seriesId === seriesId;
    if (
      change.kind === 'deleted'
        ? isOfSeries || item.itemId === seriesId
        : isOfSeries && isWithin(item, change)
    )
      mirror.delete(item.itemId);
  }
  if (change.kind === 'deleted') return [];
  for (const item of change.occurrences) mirror.set(item.itemId, item);
  return change.occurrences;
}

function isWithin(item: EventItem, { from, to }: { readonly from: number; readonly to: number }): boolean {
  const span = readSpan(item.fields.time);
  return span !== null && span.endAt >= from && span.startAt < to;
}
