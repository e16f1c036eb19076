/**
 * A first run that stops at the plan, for the preview before the first write (A12): reads a mailbox newest first, across its folders, up to a number of
 * mails, and says of each what would become of it. Nothing is written on any side; what is known by links counts as found.
 */
import { type Judged, judge } from '../decide/preview.ts';
import { triage } from '../decide/triage.ts';
import type { ChangePage, Cursor, Feed } from '../model/connector.ts';
import { headKey } from '../model/email-key.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import type { KeyPrint } from '../model/link.ts';
import type { SkipCode } from '../model/verdict.ts';
import { planChunk } from './chunk.ts';
import { leaveAllowance } from './leave-allowance.ts';
import { rememberLookUps } from './remember-look-ups.ts';
import { CHUNK_ITEMS_MAX, type RunContext } from './run-context.ts';

export interface PreviewReading {
  readonly judged: readonly Judged[];
  /** Left unread by a rule that needs no head. */
  readonly unread: ReadonlyMap<SkipCode, number>;
  /** False: the budget was spent before the end of the mailbox. */
  readonly isComplete: boolean;
}

/** A folder that is being read, and how far back it has come. */
interface Reading {
  readonly feed: Feed;
  cursor: Cursor | null;
  reachedAt: number;
}

/** Yields the number of mails examined so far, at least once a chunk. Rejects with `RemoteFailure`, or the signal's reason. */
export async function* previewMailbox(given: RunContext): AsyncGenerator<number, PreviewReading> {
  const context = { ...given, dryRun: true, crm: rememberLookUps(given.crm) };
  await context.crm.poll();
  const { feeds } = await context.mail.listFeeds({ cursor: null, feeds: new Map() });
  const open: Reading[] = feeds.map((feed) => ({
    feed,
    cursor: null,
    reachedAt: Number.POSITIVE_INFINITY,
  }));
  const found = new Findings();
  while (open.length > 0) {
    if (found.judged.length >= context.budget.itemsMax || context.clock.now() >= context.budget.endsAt)
      return { judged: found.judged, unread: found.unread, isComplete: false };
    context.signal.throwIfAborted();
    leaveAllowance(context);
    const reading = furthestAhead(open);
    const isDone = yield* readPage(context, reading, found);
    if (isDone) open.splice(open.indexOf(reading), 1);
  }
  return { judged: found.judged, unread: found.unread, isComplete: true };
}

/** The folder whose next page is the newest: so all of them come back in time together. */
function furthestAhead(open: readonly Reading[]): Reading {
  return open.reduce((best, one) => (one.reachedAt > best.reachedAt ? one : best));
}

async function* readPage(
  context: RunContext,
  reading: Reading,
  found: Findings,
): AsyncGenerator<number, boolean> {
  const { feed, cursor } = reading;
  const { historyFrom } = context.rules;
  const page: ChangePage = await context.mail.readChanges(feed.id, cursor, historyFrom);
  const { fresh, beforeWindow } = triage({
    changes: page.changes,
    place: feed.place,
    firstReading: true,
    historyFrom,
    links: new Map(),
    parked: new Map(),
  });
  found.leave('skipped.before-window', beforeWindow.length);
  const room = context.budget.itemsMax - found.judged.length;
  const items = fresh.slice(0, room).map((itemId) => ({ itemId, place: feed.place, attempts: 0 }));
  for (let at = 0; at < items.length; at += CHUNK_ITEMS_MAX) {
    const { actions } = await planChunk(context, items.slice(at, at + CHUNK_ITEMS_MAX));
    for (const action of actions) {
      if (action.do === 'park' && action.failure.code === 'mailbox.item-gone') continue;
      const key = action.do === 'save' ? headKey(action.head) : null;
      found.add(judge(action), key === null ? null : context.keys.printKey(key));
      if (action.do !== 'park') reading.reachedAt = Math.min(reading.reachedAt, action.head.receivedAt);
    }
    yield found.judged.length;
  }
  // Cut off by the budget: what is left of this page is not read.
  if (items.length < fresh.length) return false;
  if (page.done) return true;
  if (page.cursor === cursor)
    throw new RemoteFailure(failure('mailbox.request-invalid', { vendorCode: 'cursor stands still' }));
  reading.cursor = page.cursor;
  return false;
}

/** What was found so far; of two copies of one mail the second is linked to the first. */
class Findings {
  readonly judged: Judged[] = [];
  readonly unread = new Map<SkipCode, number>();
  readonly #prints = new Set<KeyPrint>();

  add(one: Judged, print: KeyPrint | null): void {
    const isCopy = print !== null && this.#prints.has(print);
    if (print !== null) this.#prints.add(print);
    this.judged.push(isCopy ? { ...one, code: 'saved.linked' } : one);
  }

  leave(code: SkipCode, count: number): void {
    if (count > 0) this.unread.set(code, (this.unread.get(code) ?? 0) + count);
  }
}
