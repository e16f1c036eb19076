/** A simulated Google with one mailbox and connectors that keep its events, contacts and tasks in step: what the contract tests of items stand on. */
import { DAY } from '../../src/model/clock.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { Cursor, ItemResult, MailConnector } from '../../src/model/connector.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import type { ItemChange, ItemWindow, MailItems } from '../../src/model/mail-items.ts';
import type { MailboxItem } from '../../src/model/mailbox-item.ts';
import { type BenchOptions, signInToGoogle } from './google-bench.ts';

export const CALENDAR = 'calendar' as FeedId;
export const CONTACTS = 'contacts' as FeedId;
export const TASKS = 'tasks' as FeedId;
const ALL: readonly Collection[] = ['events', 'contacts', 'tasks'];
const PAGES_MAX = 500;

export type Cursors = ReadonlyMap<FeedId, Cursor>;

/** Ann's account, and visits to it as runs make them. */
export async function openItems(options: BenchOptions = {}) {
  const world = await signInToGoogle(options);
  const { clock, simulator, connect } = world;
  const windowNow = (): ItemWindow => ({
    eventsFrom: clock.now() - 14 * DAY,
    eventsTo: null,
    seriesTo: clock.now() + 90 * DAY,
    tasksFrom: clock.now() - 14 * DAY,
  });
  /** Lists, and reads whatever moved. */
  const visit = async (
    known: Cursors = new Map(),
    connector: MailConnector = connect(),
    collections: readonly Collection[] = ALL,
  ) => {
    const window = windowNow();
    const listing = await connector.listFeeds({
      cursor: null,
      feeds: known,
      items: { collections, window },
    });
    const cursors = new Map(known);
    const changes: ItemChange[] = [];
    for (const { id, moved } of listing.itemFeeds) {
      if (!moved) continue;
      const read = await drainItems(connector.items, id, known.get(id) ?? null, window);
      changes.push(...read.changes);
      cursors.set(id, read.cursor);
    }
    return { listing, changes, cursors };
  };
  return { ...world, windowNow, visit, notified: () => simulator.notificationsSent().length };
}

export async function drainItems(
  items: MailItems,
  feed: FeedId,
  from: Cursor | null,
  window: ItemWindow,
): Promise<{ readonly changes: readonly ItemChange[]; readonly cursor: Cursor; readonly pages: number }> {
  const changes: ItemChange[] = [];
  let cursor = from;
  for (let pages = 1; pages <= PAGES_MAX; pages += 1) {
    const page = await items.readItemChanges(feed, cursor, window);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (page.done) return { changes, cursor, pages };
  }
  throw new Error('the feed has no end');
}

export function upserts(changes: readonly ItemChange[]): readonly MailboxItem[] {
  return changes.flatMap((change) => (change.kind === 'upsert' ? [change.item] : []));
}

export function deletions(changes: readonly ItemChange[]): readonly ItemId[] {
  return changes.flatMap((change) => (change.kind === 'deleted' ? [change.itemId] : []));
}

export function seriesOf(changes: readonly ItemChange[]) {
  return changes.flatMap((change) => (change.kind === 'series' ? [change] : []));
}

/** The values of results that all went well. */
export function valuesOf<Value>(results: readonly ItemResult<Value>[]): readonly Value[] {
  return results.map((result) => {
    if (!result.ok) throw new Error(result.failure.code);
    return result.value;
  });
}

/** What became of each: `ok` or the code. */
export function codesOf(results: readonly ItemResult<unknown>[]): readonly string[] {
  return results.map((result) => (result.ok ? 'ok' : result.failure.code));
}

export async function readOne(connector: MailConnector, collection: Collection, itemId: ItemId) {
  const [item] = valuesOf(await connector.items.readItems(collection, [itemId]));
  if (item === undefined) throw new Error('nothing was read');
  return item;
}

export async function createOne(
  connector: MailConnector,
  collection: Collection,
  stamp: string,
  fields: Fields,
  mayExist = false,
) {
  const made = { stamp, fields, categories: [] };
  const [created] = valuesOf(await connector.items.createItems(collection, [made], { mayExist }));
  if (created === undefined) throw new Error('nothing was made');
  return created;
}

/** Changes fields of the version that is there now. */
export async function updateOne(
  connector: MailConnector,
  collection: Collection,
  itemId: ItemId,
  fields: Fields,
) {
  const { version } = await readOne(connector, collection, itemId);
  const [written] = valuesOf(await connector.items.updateItems(collection, [{ itemId, version, fields }]));
  if (written === undefined) throw new Error('nothing was written');
  return written;
}
