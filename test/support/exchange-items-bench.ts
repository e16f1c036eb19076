/** A simulated Exchange whose calendar, contacts and tasks are visited as runs do: what the tests of items stand on. */
import type { ExchangeConnector } from '../../src/connectors/exchange/connector.ts';
import { DAY } from '../../src/model/clock.ts';
import { type Collection, collections } from '../../src/model/collection.ts';
import type { Cursor, FeedListing, ItemResult } from '../../src/model/connector.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import type { ItemChange, ItemWindow, NewItem } from '../../src/model/mail-items.ts';
import type { EventItem, MailboxItem } from '../../src/model/mailbox-item.ts';
import { drain, open } from './exchange-bench.ts';

/** As the bench's clock begins. */
const START = Date.UTC(2026, 0, 5, 8);

export const WINDOW: ItemWindow = {
  eventsFrom: START - 14 * DAY,
  eventsTo: null,
  seriesTo: START + 90 * DAY,
  tasksFrom: START - 14 * DAY,
};

export interface ItemMemory {
  readonly cursor: Cursor | null;
  readonly feeds: ReadonlyMap<FeedId, Cursor>;
}

export const nothingRead: ItemMemory = { cursor: null, feeds: new Map() };

const PAGES_MAX = 100;

export async function drainItems(
  connector: ExchangeConnector,
  feed: FeedId,
  from: Cursor | null,
  window = WINDOW,
) {
  const changes: ItemChange[] = [];
  let pages = 0;
  for (let cursor = from; pages < PAGES_MAX; ) {
    const page = await connector.items.readItemChanges(feed, cursor, window);
    pages += 1;
    changes.push(...page.changes);
    cursor = page.cursor;
    if (page.done) return { changes, cursor, pages };
  }
  throw new Error('the feed has no end');
}

export interface Visit {
  readonly listing: FeedListing;
  readonly changes: readonly ItemChange[];
  readonly memory: ItemMemory;
}

/** Lists, and reads whatever moved, mail included, as a run does. */
export async function visitItems(
  connector: ExchangeConnector,
  memory: ItemMemory = nothingRead,
  wanted: readonly Collection[] = collections,
): Promise<Visit> {
  const items = { collections: wanted, window: WINDOW };
  const listing = await connector.listFeeds({ ...memory, items });
  const feeds = new Map(memory.feeds);
  for (const { id, moved } of listing.feeds)
    if (moved) feeds.set(id, (await drain(connector, id, feeds.get(id) ?? null)).cursor);
  const changes: ItemChange[] = [];
  for (const { id, moved } of listing.itemFeeds) {
    if (!moved) continue;
    const read = await drainItems(connector, id, feeds.get(id) ?? null);
    changes.push(...read.changes);
    feeds.set(id, read.cursor);
  }
  return { listing, changes, memory: { cursor: listing.cursor, feeds } };
}

export async function feedOf(connector: ExchangeConnector, collection: Collection): Promise<FeedId> {
  const { itemFeeds } = await connector.listFeeds({
    ...nothingRead,
    items: { collections: [collection], window: WINDOW },
  });
  const [feed] = itemFeeds;
  if (feed === undefined) throw new Error(`no feed of ${collection}`);
  return feed.id;
}

export function itemsIn(changes: readonly ItemChange[]): readonly MailboxItem[] {
  return changes.flatMap((change) => (change.kind === 'upsert' ? [change.item] : []));
}

/** The occurrences of the only series that was told. */
export function occurrencesIn(changes: readonly ItemChange[]): readonly EventItem[] {
  const [series, more] = changes.filter((change) => change.kind === 'series');
  if (series === undefined || more !== undefined) throw new Error('not one series');
  return series.occurrences;
}

export function valuesOf<T>(results: readonly ItemResult<T>[]): readonly T[] {
  return results.map((result) => {
    if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.vendorCode ?? ''}`);
    return result.value;
  });
}

export const newItem = (
  stamp: string,
  fields: NewItem['fields'],
  categories: string[] = ['Salesforce'],
): NewItem => ({
  stamp,
  fields,
  categories,
});

/** A world, and one item read by its id. */
export function openItems(options: Parameters<typeof open>[0] = {}) {
  const world = open(options);
  return {
    ...world,
    async readOne(collection: Collection, itemId: string): Promise<MailboxItem> {
      const [item] = valuesOf(await world.connect().items.readItems(collection, [itemId as ItemId]));
      if (item === undefined) throw new Error('no answer');
      return item;
    },
    notifications: () => world.simulator.notificationsSent().length,
  };
}
