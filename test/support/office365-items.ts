/** A mailbox of the simulated Office 365 whose events, contacts and tasks are read and written: what the contract tests of items stand on. */
import { expect } from 'vitest';
import type { Clock } from '../../src/model/clock.ts';
import { type Collection, collections } from '../../src/model/collection.ts';
import type { Cursor, FeedListing, MailConnector } from '../../src/model/connector.ts';
import type { FeedId } from '../../src/model/ids.ts';
import type { ItemChange, ItemWindow } from '../../src/model/mail-items.ts';
import type { ContactItem, EventItem, MailboxItem, TaskItem } from '../../src/model/mailbox-item.ts';
import { type BenchOptions, keepLazily, type Office365Bench, openBench } from './office365-bench.ts';

export const DAY = 24 * 3_600_000;
/** The bench begins on Monday, 5 January 2026, 8:00 UTC. */
export const NOW = Date.UTC(2026, 0, 5, 8);

export const windowAt = (now: number, more: Partial<ItemWindow> = {}): ItemWindow => ({
  eventsFrom: now - 14 * DAY,
  eventsTo: null,
  seriesTo: now + 90 * DAY,
  tasksFrom: now - 14 * DAY,
  ...more,
});

/** Cursors as a run stores them. */
export interface Memory {
  readonly cursor: Cursor | null;
  readonly feeds: ReadonlyMap<FeedId, Cursor>;
}

export const nothingYet: Memory = { cursor: null, feeds: new Map() };

export interface ItemsBench extends Office365Bench {
  readonly mail: MailConnector;
  /** Another connector on the same mailbox, as the next run opens one. */
  reopen(): MailConnector;
}

/** `clock`: another one than the bench's own, whose waits never end. */
export function openItemsBench(clock?: Clock, more: BenchOptions = {}): ItemsBench {
  const bench = openBench({ ...more, ...(clock === undefined ? {} : { clock }) });
  const keeper = keepLazily(async () => (await bench.signIn()).credential);
  const reopen = () => bench.connect(keeper);
  return { ...bench, mail: reopen(), reopen };
}

export interface Visit {
  readonly listing: FeedListing;
  readonly changes: readonly ItemChange[];
  readonly memory: Memory;
}

/** One run's reading: lists, then reads every feed of items that moved to its end. */
export async function visitItems(
  mail: MailConnector,
  memory: Memory,
  window: ItemWindow,
  wanted: readonly Collection[] = collections,
): Promise<Visit> {
  const items = { collections: wanted, window };
  const listing = await mail.listFeeds({ ...memory, items });
  const feeds = new Map(memory.feeds);
  const changes: ItemChange[] = [];
  for (const { id, moved } of listing.itemFeeds) {
    if (!moved) continue;
    const read = await drainItems(mail, id, feeds.get(id) ?? null, window);
    changes.push(...read.changes);
    feeds.set(id, read.cursor);
  }
  return { listing, changes, memory: { cursor: listing.cursor, feeds } };
}

/** The mail feeds' first reading as well, for counting idle runs. */
export async function visitAll(mail: MailConnector, window: ItemWindow): Promise<Memory> {
  const { listing, memory } = await visitItems(mail, nothingYet, window);
  const feeds = new Map(memory.feeds);
  for (const { id } of listing.feeds) {
    for (let cursor: Cursor | null = null, done = false; !done; ) {
      const page = await mail.readChanges(id, cursor);
      ({ cursor, done } = page);
      feeds.set(id, cursor);
    }
  }
  return { cursor: listing.cursor, feeds };
}

const PAGES_MAX = 50;

export async function drainItems(mail: MailConnector, feed: FeedId, from: Cursor | null, window: ItemWindow) {
  const changes: ItemChange[] = [];
  let cursor = from;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await mail.items.readItemChanges(feed, cursor, window);
    changes.push(...page.changes);
    ({ cursor } = page);
    if (page.done) return { changes, cursor: page.cursor };
  }
  throw new Error('a feed without end');
}

/** Items told by themselves. */
export function upsertsOf(changes: readonly ItemChange[]): readonly MailboxItem[] {
  return changes.flatMap((change) => (change.kind === 'upsert' ? [change.item] : []));
}

/** Everything told, series by their occurrences. */
export function itemsOf(changes: readonly ItemChange[]): readonly MailboxItem[] {
  return changes.flatMap((change): readonly MailboxItem[] => {
    if (change.kind === 'upsert') return [change.item];
    return change.kind === 'series' ? change.occurrences : [];
  });
}

export const eventsOf = (changes: readonly ItemChange[]) => itemsOf(changes) as readonly EventItem[];
export const contactsOf = (changes: readonly ItemChange[]) => itemsOf(changes) as readonly ContactItem[];
export const tasksOf = (changes: readonly ItemChange[]) => itemsOf(changes) as readonly TaskItem[];

export function seriesOf(changes: readonly ItemChange[]) {
  return changes.flatMap((change) => (change.kind === 'series' ? [change] : []));
}

export function deletedOf(changes: readonly ItemChange[]): readonly string[] {
  return changes.flatMap((change) => (change.kind === 'deleted' ? [change.itemId] : []));
}

/** The value of a single result. */
export function resultOf<T>(
  results: readonly ({ ok: true; value: T } | { ok: false; failure: unknown })[],
): T {
  const [result] = results;
  if (result?.ok !== true) throw new Error(`refused: ${JSON.stringify(result?.failure)}`);
  return result.value;
}

export function codesOf(results: readonly ({ ok: true } | { ok: false; failure: { code: string } })[]) {
  return results.map((result) => (result.ok ? 'ok' : result.failure.code));
}

/** Nobody was mailed, whatever was written. */
export function expectSilence({ simulator }: Office365Bench): void {
  expect(simulator.notificationsSent()).toEqual([]);
}

/** Times of an event in a zone. */
export const at = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone });

export const weekly = (startDate: string, dayOfWeek: string, range: Record<string, unknown> = {}) => ({
  pattern: { type: 'weekly', interval: 1, daysOfWeek: [dayOfWeek] },
  range: { type: 'noEnd', startDate, ...range },
});

export const daily = (startDate: string, numberOfOccurrences: number) => ({
  pattern: { type: 'daily', interval: 1 },
  range: { type: 'numbered', startDate, numberOfOccurrences },
});
