/**
 * One collection of one run: what moved in the mailbox, what moved in the CRM, what waits from before, and in the end the removals. It decides nothing about
 * items (`decide/plan-pair.ts`).
 */
import { HOUR } from '../../model/clock.ts';
import type { RecordPageResult } from '../../model/crm-records.ts';
import { dispositionOf, failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId, RecordId } from '../../model/ids.ts';
import type { ItemFeed, ItemPage } from '../../model/mail-items.ts';
import type { MailboxItem } from '../../model/mailbox-item.ts';
import type { Pair } from '../../model/pair.ts';
import { inOrganization } from '../../store/database.ts';
import { type DueIssue, readDueIssues } from '../../store/issues.ts';
import {
  hasPairs,
  listPairsByRecord,
  listPairsOfFeed,
  listUntoldPairs,
  type UntoldItem,
} from '../../store/pairs.ts';
import type { WaitingWork } from '../../store/waiting-work.ts';
import { leaveAllowance } from '../leave-allowance.ts';
import {
  decodeItemFeedCursor,
  encodeItemFeedCursor,
  type ItemFeedCursor,
  unread,
} from './item-feed-cursor.ts';
import { type RecordMark, recordAsk, recordFeed } from './record-feed.ts';
import { removeRecords } from './remove-records.ts';
import { seeGone, seeItems, sortChanges } from './see-items.ts';
import { seeBuried, seeRecords } from './see-records.ts';
import { settle } from './settle.ts';
import {
  nothingSeen,
  partsOf,
  readItems,
  readRecords,
  recordKey,
  recordOfKey,
  type Seen,
  SIGHTS_MAX,
  type TwoWay,
} from './two-way.ts';

/** Issues tried again per run and collection. */
const DUE_ISSUES_MAX = 500;

/** How long an item that was made is asked for while no feed tells of it. */
const UNTOLD_MS = HOUR;

export interface CollectionWork {
  readonly feeds: readonly ItemFeed[];
  /** Cursors as stored, by feed. */
  readonly stored: ReadonlyMap<FeedId, string>;
  /** The first page of records, asked for together with those of the other collections. */
  readonly firstPage: RecordPageResult;
  readonly mark: RecordMark;
  readonly waits: WaitingWork;
  readonly isSpent: () => boolean;
}

/** True when everything was read, false when the budget ran out before. Rejects with `RemoteFailure` where the collection cannot go on. */
export async function runCollection(two: TwoWay, work: CollectionWork): Promise<boolean> {
  const mark = await comparing(two, work.mark);
  for (const feed of work.feeds) {
    const stored = work.stored.get(feed.id);
    const from = stored === undefined ? unread : decodeItemFeedCursor(stored);
    if (!(await readFeed(two, feed, from, work))) return false;
  }
  if (work.waits.untold) await askForUntold(two);
  if (!(await readRecordPages(two, { ...work, mark }))) return false;
  // Last, so that no page that was read ahead is older than what is written here.
  if (work.waits.issues) await retryDue(two);
  if (work.waits.removals || two.tally.hasMoved) await removeRecords(two);
  return true;
}

/**
 * A first reading of records that finds pairs there already: a run made them and ended before it stored a mark. What was deleted since is told by no
 * reading, so the pairs are compared.
 */
async function comparing({ run, collection }: TwoWay, mark: RecordMark): Promise<RecordMark> {
  if (mark.cursor !== null || mark.compares) return mark;
  const compares = await inOrganization(run.db, run.organizationId, (tx) =>
    hasPairs(tx, run.mailboxId, collection),
  );
  return { ...mark, compares };
}

/** Reads a feed page by page; false when the budget ran out. A lost cursor starts it anew, and its pairs are compared afterwards. */
async function readFeed(
  two: TwoWay,
  feed: ItemFeed,
  stored: ItemFeedCursor,
  work: CollectionWork,
): Promise<boolean> {
  const { window } = two.rules;
  let mark = renewed(two, stored);
  if (feed.moved || !mark.read) {
    let restarted = false;
    for (;;) {
      if (work.isSpent()) return false;
      two.run.signal.throwIfAborted();
      leaveAllowance(two.run);
      let page: ItemPage;
      try {
        page = await two.run.mail.items.readItemChanges(feed.id, mark.cursor, window);
      } catch (error) {
        const expired = error instanceof RemoteFailure && error.failure.kind === 'cursor-expired';
        if (!expired || restarted) throw error;
        restarted = true;
        mark = { ...mark, cursor: null, read: false, compares: true };
        continue;
      }
      // A service that hands out the same mark again would be read for ever.
      if (!page.done && page.cursor === mark.cursor)
        throw new RemoteFailure(failure('mailbox.request-invalid', { vendorCode: 'cursor stands still' }));
      const isFirst = !mark.read;
      mark = {
        ...mark,
        cursor: page.cursor,
        read: mark.read || page.done,
        ...(page.done && isFirst ? { seriesTo: window.seriesTo, eventsTo: window.eventsTo } : {}),
      };
      await settlePage(two, feed, page, mark, work);
      if (page.done) break;
    }
  }
  if (mark.compares) {
    await comparePairs(two, feed);
    mark = { ...mark, compares: false };
    await settle(two, [], new Map([[feed.id, encodeItemFeedCursor(mark)]]));
  }
  return await rollIn(two, feed, mark, work);
}

/** Where only so far ahead is looked, what comes nearer without a change is met by reading anew once a day. */
function renewed(two: TwoWay, mark: ItemFeedCursor): ItemFeedCursor {
  const { eventsTo } = two.rules.window;
  const isShort = two.collection === 'events' && mark.read && mark.eventsTo !== null;
  return isShort && (eventsTo === null || eventsTo > (mark.eventsTo ?? 0))
    ? { ...mark, cursor: null, read: false }
    : mark;
}

async function settlePage(
  two: TwoWay,
  feed: ItemFeed,
  page: ItemPage,
  mark: ItemFeedCursor,
  { waits }: CollectionWork,
): Promise<void> {
  const sorted = sortChanges(page.changes);
  for (const part of partsOf(sorted.items, SIGHTS_MAX)) await settle(two, await seeItems(two, feed.id, part));
  const unreadable = sorted.unreadable.map(
    ({ itemId, failure: why }): Seen => ({
      ...nothingSeen(itemId),
      feedId: feed.id,
      failure: why,
    }),
  );
  const { gone, alive } = await seeGone(two, sorted);
  await settleGone(two, [], alive);
  const rest = [...gone, ...unreadable];
  const parts = partsOf(rest, SIGHTS_MAX);
  for (const part of parts.slice(0, -1)) await settle(two, part);
  const told = waits.untold ? sorted.items.map(({ itemId }) => itemId) : [];
  await settle(two, parts.at(-1) ?? [], new Map([[feed.id, encodeItemFeedCursor(mark)]]), told);
}

/**
 * After a cursor was lost the new reading tells everything that is there, and nothing of what is not. Every pair of the feed is asked for by its item's id:
 * only what the service says is gone counts as gone.
 */
async function comparePairs(two: TwoWay, feed: ItemFeed): Promise<void> {
  const { run } = two;
  let after: ItemId | null = null;
  for (;;) {
    run.signal.throwIfAborted();
    const last: ItemId | null = after;
    const pairs: readonly Pair[] = await inOrganization(run.db, run.organizationId, (tx) =>
      listPairsOfFeed(tx, {
        mailboxId: run.mailboxId,
        collection: two.collection,
        feedId: feed.id,
        after: last,
        limit: SIGHTS_MAX,
      }),
    );
    if (pairs.length === 0) return;
    const ids = pairs.flatMap(({ itemId }) => itemId ?? []);
    const { values } = await readItems(two, ids);
    const gone = ids.filter((id) => values.get(id) === 'gone');
    await settleGone(two, gone);
    after = pairs.at(-1)?.itemId ?? null;
    if (pairs.length < SIGHTS_MAX || after === null) return;
  }
}

/**
 * What was made and deleted between two readings no feed tells of. Items that an earlier run made, and that the feeds, read since, were silent about are
 * asked for by their ids. One that is there although nothing told of it was moved elsewhere, or the service is late: it is asked for again for an hour.
 */
async function askForUntold(two: TwoWay): Promise<void> {
  const { run, collection } = two;
  let after: ItemId | null = null;
  for (;;) {
    run.signal.throwIfAborted();
    const last: ItemId | null = after;
    const untold: readonly UntoldItem[] = await inOrganization(run.db, run.organizationId, (tx) =>
      listUntoldPairs(tx, { mailboxId: run.mailboxId, collection, after: last, limit: SIGHTS_MAX }),
    );
    const { values } = await readItems(
      two,
      untold.map(({ itemId }) => itemId),
    );
    const gone = untold.filter(({ itemId }) => values.get(itemId) === 'gone');
    await settleGone(
      two,
      gone.map(({ itemId }) => itemId),
    );
    const since = run.clock.now() - UNTOLD_MS;
    const there = untold.filter(({ itemId, pairedAt }) => values.get(itemId) !== 'gone' && pairedAt < since);
    if (there.length > 0)
      await settle(
        two,
        [],
        new Map(),
        there.map(({ itemId }) => itemId),
      );
    after = untold.at(-1)?.itemId ?? null;
    if (untold.length < SIGHTS_MAX || after === null) return;
  }
}

/** Settles what is gone for certain, and what was only thought to be. */
async function settleGone(
  two: TwoWay,
  gone: readonly ItemId[],
  alive: readonly MailboxItem[] = [],
): Promise<void> {
  if (gone.length > 0)
    await settle(two, (await seeGone(two, { items: [], gone, series: [], unreadable: [] })).gone);
  for (const part of partsOf(alive, SIGHTS_MAX)) await settle(two, await seeItems(two, null, part));
}

/** Occurrences that time has brought inside the window since the last reading. */
async function rollIn(
  two: TwoWay,
  feed: ItemFeed,
  mark: ItemFeedCursor,
  work: CollectionWork,
): Promise<boolean> {
  const { seriesTo } = two.rules.window;
  if (two.collection !== 'events' || mark.seriesTo === null || mark.seriesTo >= seriesTo) return true;
  const range = { from: mark.seriesTo, to: seriesTo };
  let cursor: string | null = null;
  for (;;) {
    if (work.isSpent()) return false;
    two.run.signal.throwIfAborted();
    const page: ItemPage = await two.run.mail.items.readOccurrences(feed.id, range, cursor);
    const done = page.done || page.cursor === cursor;
    await settlePage(two, feed, page, done ? { ...mark, seriesTo } : mark, work);
    if (done) return true;
    cursor = page.cursor;
  }
}

async function readRecordPages(two: TwoWay, work: CollectionWork): Promise<boolean> {
  let result = work.firstPage;
  let mark = work.mark;
  let restarted = false;
  for (;;) {
    if (!result.ok) {
      if (result.failure.kind !== 'cursor-expired' || restarted) throw new RemoteFailure(result.failure);
      restarted = true;
      mark = { ...mark, cursor: null, compares: true };
      result = await nextPage(two, mark);
      continue;
    }
    const { page } = result;
    if (!page.done && page.cursor === mark.cursor)
      throw new RemoteFailure(failure('crm.request-invalid', { vendorCode: 'cursor stands still' }));
    const moves = page.cursor !== mark.cursor;
    mark = { ...mark, cursor: page.cursor };
    const parts = partsOf(page.records, SIGHTS_MAX);
    for (const part of parts.slice(0, -1)) await settle(two, await seeRecords(two, part));
    const last = await seeRecords(two, parts.at(-1) ?? []);
    if (moves || last.length > 0) await settle(two, last, new Map([recordFeed(two.collection, mark)]));
    if (page.done) {
      if (mark.compares) await compareRecords(two, mark);
      return true;
    }
    if (work.isSpent()) return false;
    two.run.signal.throwIfAborted();
    leaveAllowance(two.run);
    result = await nextPage(two, mark);
  }
}

/**
 * After the CRM forgot how far it was read, the new reading tells what is there, and neither what was deleted meanwhile nor what has left the window. Every
 * record that is paired is asked for by its id.
 */
async function compareRecords(two: TwoWay, mark: RecordMark): Promise<void> {
  const { run, collection } = two;
  let after: RecordId | null = null;
  for (;;) {
    run.signal.throwIfAborted();
    leaveAllowance(run);
    const last: RecordId | null = after;
    const pairs: readonly Pair[] = await inOrganization(run.db, run.organizationId, (tx) =>
      listPairsByRecord(tx, { mailboxId: run.mailboxId, collection, after: last, limit: SIGHTS_MAX }),
    );
    const { values } = await readRecords(
      two,
      pairs.map(({ recordId }) => recordId),
    );
    const there = [...values.values()].filter((record) => record !== 'gone');
    const gone = pairs.filter(({ recordId }) => values.get(recordId) === 'gone');
    await settle(two, [...(await seeRecords(two, there)), ...(await seeBuried(two, gone))]);
    after = pairs.at(-1)?.recordId ?? null;
    if (pairs.length < SIGHTS_MAX || after === null) break;
  }
  await settle(two, [], new Map([recordFeed(collection, { ...mark, compares: false })]));
}

async function nextPage(two: TwoWay, mark: RecordMark): Promise<RecordPageResult> {
  const [result] = await two.run.crm.records.readChanges([recordAsk(two.collection, two.rules, mark)]);
  return result ?? { ok: false, failure: failure('crm.request-invalid') };
}

/** Issues whose time has come: the items and records that they are about are read and settled anew. */
async function retryDue(two: TwoWay): Promise<void> {
  const { run, collection } = two;
  const due = await inOrganization(run.db, run.organizationId, (tx) =>
    readDueIssues(tx, run.mailboxId, collection, run.clock.now(), DUE_ISSUES_MAX),
  );
  for (const part of partsOf(due, SIGHTS_MAX)) {
    leaveAllowance(run);
    const recordIds = part.flatMap(({ itemId }) => recordOfKey(itemId) ?? []);
    const records = await readRecords(two, recordIds);
    const changed = recordIds.flatMap((id) => {
      const record = records.values.get(id);
      return record === undefined || record === 'gone' ? [] : [record];
    });
    const over = recordIds.filter((id) => records.values.get(id) === 'gone').map(recordKey);
    await settle(two, [...(await seeRecords(two, changed, { all: true })), ...over.map(nothingSeen)]);
    await retryItems(
      two,
      part.filter(({ itemId }) => recordOfKey(itemId) === null),
    );
  }
}

/** Items are told anew as their feed would tell them, so that a series is met as its occurrences; what still cannot be read waits longer. */
async function retryItems(two: TwoWay, due: readonly DueIssue[]): Promise<void> {
  const attempts = new Map(due.map((issue) => [issue.itemId, issue.attempts]));
  for (const part of partsOf(due, two.items.batchMax)) {
    const ids = part.map(({ itemId }) => itemId);
    const told = sortChanges(await two.run.mail.items.retellItems(two.collection, ids, two.rules.window));
    for (const { failure: why } of told.unreadable)
      if (dispositionOf(why).ends !== 'item') throw new RemoteFailure(why);
    for (const some of partsOf(told.items, SIGHTS_MAX))
      await settle(two, await seeItems(two, null, some, { all: true }));
    const { gone, alive } = await seeGone(two, told);
    await settleGone(two, [], alive);
    const unreadable = told.unreadable.map(
      ({ itemId, failure: why }): Seen => ({
        ...nothingSeen(itemId),
        attempts: attempts.get(itemId) ?? 0,
        failure: why,
      }),
    );
    const left = new Set(told.unreadable.map(({ itemId }) => itemId));
    const settled = new Set([...told.items.map(({ itemId }) => itemId), ...gone.map(({ key }) => key)]);
    // What was told by itself is settled under its own id; of a series, and of what is gone, the issue is over.
    const over = ids.filter((id) => !left.has(id) && !settled.has(id)).map(nothingSeen);
    await settle(two, [...over, ...gone, ...unreadable]);
  }
}
