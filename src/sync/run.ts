/**
 * One run of one mailbox: ask what moved, read page after page, commit each with what it paid for, end with an outcome. It decides
 * nothing about items (`decide/plan.ts`) and nothing about the mailbox's state (`model/mailbox-state.ts`).
 */
import { type Triage, triage } from '../decide/triage.ts';
import type { Instant } from '../model/clock.ts';
import type { AnyCollection } from '../model/collection.ts';
import type { ApiUsage, ChangePage, Cursor, Feed, FeedListing } from '../model/connector.ts';
import type { Place } from '../model/email.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import type { FeedId, ItemId, MailboxId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import type { RunCounts, RunOutcome } from '../model/run.ts';
import { type ItemCount, noSpan } from '../model/telemetry.ts';
import { type Cursors, readCursors } from '../store/cursors.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { readDueIssues, readIssues } from '../store/issues.ts';
import { LeaseLost } from '../store/leases.ts';
import { readLinksByItems } from '../store/links.ts';
import { readWaitingWork, type WaitingWork } from '../store/waiting-work.ts';
import { type ChunkItem, noShare, type PageShare, processChunk, readHeads } from './chunk.ts';
import { decodeFeedCursor, encodeFeedCursor, type FeedCursor } from './feed-cursor.ts';
import { leaveAllowance } from './leave-allowance.ts';
import { rememberLookUps } from './remember-look-ups.ts';
import { CHUNK_ITEMS_MAX, type RunContext } from './run-context.ts';
import { Tally } from './tally.ts';
import { decodeItemFeedCursor } from './two-way/item-feed-cursor.ts';
import { isRecordFeed } from './two-way/record-feed.ts';
import { askRecords, runCollections } from './two-way/run-collections.ts';

/** Issues tried again per run, so that a heap of them never starves fresh mail. */
const DUE_ISSUES_MAX = 500;

export interface RunReport {
  readonly outcome: RunOutcome;
  readonly counts: RunCounts;
  /** What became of the items, each collection's apart. */
  readonly items: readonly ItemCount[];
  /** Whether anything moved in the mailbox, besides our own writes coming back. */
  readonly changed: boolean;
  /** Of the CRM's allowance, as its last answer told; null where it told nothing. */
  readonly usage: ApiUsage | null;
  /** An error that is a fault of ours, for the log; its message may hold anything and is not for people. */
  readonly fault: unknown;
}

/** What a run is told of what earlier ones left: how far they read, and what waits. */
export interface StoredWork {
  readonly cursors: Cursors;
  readonly waiting: ReadonlyMap<AnyCollection, WaitingWork>;
}

export async function readStoredWork(
  tx: Tx,
  {
    keys,
    mailboxId,
    now,
  }: {
    readonly keys: RunContext['keys'] | Promise<RunContext['keys']>;
    readonly mailboxId: MailboxId;
    readonly now: Instant;
  },
): Promise<StoredWork> {
  const [cursors, waiting] = await Promise.all([
    readCursors(tx, keys, mailboxId),
    readWaitingWork(tx, mailboxId, now),
  ]);
  return { cursors, waiting };
}

/** Runs a mailbox once; without `stored` it is read. Never rejects: whatever happens is the outcome. */
export async function runMailbox(given: RunContext, stored?: StoredWork): Promise<RunReport> {
  const context = { ...given, crm: rememberLookUps(given.crm) };
  const tally = new Tally();
  let outcome: RunOutcome;
  let fault: unknown = null;
  try {
    outcome = (await readEverything(context, tally, stored ?? (await storedWork(context))))
      ? { kind: 'done' }
      : { kind: 'more' };
  } catch (error) {
    outcome = outcomeOf(error, context);
    if (outcome.kind === 'failed' && outcome.failure.code === 'lockstep.internal') fault = error;
  }
  const requests = { mailbox: context.mail.traffic().requests, crm: context.crm.traffic().requests };
  const usage = context.crm.usage();
  return {
    outcome,
    counts: tally.counts(requests),
    items: tally.items(),
    changed: tally.hasMoved,
    usage,
    fault,
  };
}

function outcomeOf(error: unknown, context: RunContext): RunOutcome {
  if (error instanceof LeaseLost || context.signal.reason instanceof LeaseLost) return { kind: 'abandoned' };
  if (context.signal.aborted) return { kind: 'failed', failure: failure('lockstep.interrupted') };
  if (error instanceof RemoteFailure) return { kind: 'failed', failure: error.failure };
  return { kind: 'failed', failure: failure('lockstep.internal') };
}

async function storedWork({ db, organizationId, mailboxId, keys, clock }: RunContext): Promise<StoredWork> {
  return await inOrganization(db, organizationId, (tx) =>
    readStoredWork(tx, { keys, mailboxId, now: clock.now() }),
  );
}

/** True when every feed was read to its end, false when the budget ran out before. */
async function readEverything(
  context: RunContext,
  tally: Tally,
  { cursors: stored, waiting }: StoredWork,
): Promise<boolean> {
  const { inSpan = noSpan } = context;
  const prepared = await askRecords(context, stored.feeds);
  if (prepared === null) await context.crm.poll();
  leaveAllowance(context);
  const listing = await inSpan('run.list-feeds', {}, () =>
    context.mail.listFeeds({
      cursor: stored.listing,
      feeds: new Map(
        [...stored.feeds].flatMap(([feed, text]) => {
          const cursor = serviceCursor(feed, text);
          return cursor === null ? [] : [[feed, cursor]];
        }),
      ),
      ...(prepared === null ? {} : { items: prepared.wish }),
    }),
  );
  const marks = new Map(
    listing.feeds.flatMap(({ id }) => {
      const text = stored.feeds.get(id);
      return text === undefined ? [] : [[id, decodeFeedCursor(text)]];
    }),
  );
  if (waiting.get('emails')?.issues === true)
    await inSpan('run.retry-issues', {}, () => retryDueIssues(context, tally));
  const feeds = inReadingOrder(listing.feeds, marks);
  const isRead = await inSpan('run.read-mail', { 'lockstep.feeds': feeds.length }, async () => {
    for (const feed of feeds) {
      const finished = await readFeed(context, feed, marks.get(feed.id) ?? null, tally);
      if (!finished) return false;
    }
    return true;
  });
  if (!isRead) return false;
  const isDone =
    prepared === null ||
    (await inSpan('run.collections', {}, () =>
      runCollections(context, tally, {
        prepared,
        listing,
        stored: stored.feeds,
        waiting,
        isSpent: () => isSpent(context, tally),
      }),
    ));
  if (!isDone) return false;
  await finishListing(context, stored.listing, listing, tally);
  return true;
}

/** The service's own mark in a stored one, of mail or of items; null where there is none, as in those of the CRM. */
function serviceCursor(feed: FeedId, text: string): Cursor | null {
  if (isRecordFeed(feed)) return null;
  if (/^read(ing)?:/.test(text)) return decodeFeedCursor(text).cursor;
  return decodeItemFeedCursor(text).cursor;
}

/** Feeds with something to read; those that people look at first come first. */
function inReadingOrder(feeds: readonly Feed[], marks: ReadonlyMap<FeedId, FeedCursor>): readonly Feed[] {
  const rank: Readonly<Record<Place, number>> = { 'salesforce-folder': 0, inbox: 1, sent: 2, other: 3 };
  return feeds
    .filter((feed) => feed.moved || marks.get(feed.id)?.read !== true)
    .toSorted((a, b) => rank[a.place] - rank[b.place]);
}

/** The listing's mark is stored last: a folder that appeared during the run is met again by the next one. */
async function finishListing(
  context: RunContext,
  before: string | null,
  listing: FeedListing,
  tally: Tally,
): Promise<void> {
  if (listing.cursor === before || context.dryRun) return;
  await processChunk(context, [], { ...noShare, listing: listing.cursor }, tally);
}

async function retryDueIssues(context: RunContext, tally: Tally): Promise<void> {
  const due = await inOrganization(context.db, context.organizationId, (tx) =>
    readDueIssues(tx, context.mailboxId, 'emails', context.clock.now(), DUE_ISSUES_MAX),
  );
  for (const chunk of chunksOf(due)) {
    leaveAllowance(context);
    await processChunk(context, chunk, noShare, tally);
  }
}

/** Reads a feed page by page; false when the budget ran out. A lost cursor starts the feed anew, once per run. */
async function readFeed(
  context: RunContext,
  feed: Feed,
  mark: FeedCursor | null,
  tally: Tally,
): Promise<boolean> {
  let cursor = mark?.cursor ?? null;
  let firstReading = mark?.read !== true;
  let restarted = false;
  for (;;) {
    if (isSpent(context, tally)) return false;
    context.signal.throwIfAborted();
    leaveAllowance(context);
    let page: ChangePage;
    try {
      page = firstReading
        ? await context.mail.readChanges(feed.id, cursor, context.rules.historyFrom)
        : await context.mail.readChanges(feed.id, cursor);
    } catch (error) {
      const expired = error instanceof RemoteFailure && error.failure.kind === 'cursor-expired';
      if (!expired || restarted) throw error;
      restarted = true;
      firstReading = true;
      cursor = null;
      continue;
    }
    await processPage(context, feed, page, firstReading, tally);
    if (page.done) return true;
    // A service that hands out the same mark again would be read for ever.
    if (page.cursor === cursor)
      throw new RemoteFailure(failure('mailbox.request-invalid', { vendorCode: 'cursor stands still' }));
    cursor = page.cursor;
  }
}

async function processPage(
  context: RunContext,
  feed: Feed,
  page: ChangePage,
  firstReading: boolean,
  tally: Tally,
): Promise<void> {
  const sorted = await sortPage(context, feed, page, firstReading);
  tally.verdict('skipped.before-window', sorted.triage.beforeWindow.length);
  tally.verdict('skipped.while-paused', sorted.triage.inGap.length);
  tally.moved(page.changes.length - sorted.triage.echoes);
  const chunks = chunksOf(
    sorted.triage.fresh.map((itemId) => ({
      itemId,
      place: feed.place,
      attempts: sorted.attempts.get(itemId) ?? 0,
    })),
  );
  const last = chunks.pop() ?? [];
  for (const chunk of chunks) await processChunk(context, chunk, noShare, tally);
  const mark = { cursor: page.cursor, read: page.done || !firstReading };
  const share: PageShare = {
    touched: sorted.triage.touched,
    gone: await confirmGone(context, feed.place, sorted),
    feeds: new Map([[feed.id, encodeFeedCursor(mark)]]),
    listing: null,
  };
  await processChunk(context, last, share, tally);
}

interface SortedPage {
  readonly triage: Triage;
  readonly attempts: ReadonlyMap<ItemId, number>;
  /** Items of the page that have a link or an issue. */
  readonly known: ReadonlySet<ItemId>;
}

/**
 * Where ids survive a move, gone from one feed may mean arrived in another, and the feeds are read in any order: what is known is asked for
 * before it counts as gone. The rest has nothing to lose.
 */
async function confirmGone(
  context: RunContext,
  place: Place,
  sorted: SortedPage,
): Promise<readonly ItemId[]> {
  const { gone } = sorted.triage;
  if (!context.mail.capabilities.stableIds.able) return gone;
  const doubtful = gone.filter((itemId) => sorted.known.has(itemId));
  const heads = await readHeads(
    context,
    doubtful.map((itemId) => ({ itemId, place })),
  );
  return heads.flatMap((head) =>
    !head.ok && head.failure.code === 'mailbox.item-gone' ? [head.itemId] : [],
  );
}

async function sortPage(
  context: RunContext,
  feed: Feed,
  page: ChangePage,
  firstReading: boolean,
): Promise<SortedPage> {
  const ids = [...new Set(page.changes.map((change) => change.itemId))];
  const [links, parked] = await knownItems(context, ids);
  return {
    triage: triage({
      changes: page.changes,
      place: feed.place,
      firstReading,
      historyFrom: context.rules.historyFrom,
      isInGap: context.rules.skipping ? context.rules.isInGap : undefined,
      links: new Map(links.flatMap((link) => (link.itemId === null ? [] : [[link.itemId, link] as const]))),
      parked: new Map(parked.map((item) => [item.itemId, item.itemVersion])),
    }),
    attempts: new Map(parked.map((item) => [item.itemId, item.attempts])),
    known: new Set([...links.flatMap(({ itemId }) => itemId ?? []), ...parked.map(({ itemId }) => itemId)]),
  };
}

async function knownItems(context: RunContext, ids: readonly ItemId[]) {
  if (ids.length === 0) return [[] as Link[], []] as const;
  return await inOrganization(
    context.db,
    context.organizationId,
    async (tx) =>
      [
        await readLinksByItems(tx, context.mailboxId, ids),
        await readIssues(tx, context.mailboxId, ids),
      ] as const,
  );
}

function isSpent(context: RunContext, tally: Tally): boolean {
  return tally.examined >= context.budget.itemsMax || context.clock.now() >= context.budget.endsAt;
}

function chunksOf(items: readonly ChunkItem[]): ChunkItem[][] {
  const chunks: ChunkItem[][] = [];
  for (let at = 0; at < items.length; at += CHUNK_ITEMS_MAX)
    chunks.push(items.slice(at, at + CHUNK_ITEMS_MAX));
  return chunks;
}
