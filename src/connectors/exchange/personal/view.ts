/**
 * What takes place in a span of time, as a calendar shows it: series expanded into their occurrences. A view holds 1,000 hits and two
 * years at most; a span that holds more is split. It reads ids and times alone.
 */
import { DAY, HOUR, type Instant } from '../../../model/clock.ts';
import { RemoteFailure } from '../../../model/failure.ts';
import type { FeedId, ItemId } from '../../../model/ids.ts';
import { responseFailure } from '../failures.ts';
import { instantOf, itemVersion } from '../mapping.ts';
import { child, descend, type XmlNode } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { type EventKind, kindOf, uidOf } from './event-mapping.ts';
import { VIEW_MAX, viewCalendar } from './item-requests.ts';

export interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/** An occurrence of a series as a view shows it. */
export interface Hit {
  readonly itemId: ItemId;
  readonly version: string;
  readonly modifiedAt: Instant | null;
  readonly kind: EventKind;
  readonly uid: string;
  readonly startAt: Instant;
  readonly originalStartAt: Instant;
  /** The element itself, for its times. */
  readonly node: XmlNode;
}

/** Two years are the limit; leap days and clocks stay below it. */
const SPAN_MAX = 700 * DAY;
const SPAN_MIN = HOUR;
const REQUESTS_MAX = 100;

/** All occurrences in a span, each once; null where an hour of it holds more than a view does, so that nobody can tell them all. */
export async function viewSpan(
  transport: Transport,
  feed: FeedId,
  range: Range,
): Promise<readonly Hit[] | null> {
  const found = new Map<ItemId, Hit>();
  let from = range.from;
  for (let requests = 0; from < range.to; requests += 1) {
    const part = requests < REQUESTS_MAX ? await viewPart(transport, feed, { from, to: range.to }) : null;
    if (part === null) return null;
    for (const hit of part.hits) found.set(hit.itemId, hit);
    from = part.to;
  }
  return [...found.values()];
}

/** The beginning of a span, as much of it as a view holds; null where that is less than an hour. */
export async function viewPart(
  transport: Transport,
  feed: FeedId,
  range: Range,
): Promise<{ readonly hits: readonly Hit[]; readonly to: Instant } | null> {
  let to = Math.min(range.to, range.from + SPAN_MAX);
  for (;;) {
    const hits = await viewOnce(transport, feed, { from: range.from, to });
    if (hits !== null) return { hits, to };
    if (to - range.from <= SPAN_MIN) return null;
    to = range.from + Math.max(SPAN_MIN, Math.floor((to - range.from) / 2));
  }
}

/** Null where there are more than a view holds. */
async function viewOnce(transport: Transport, feed: FeedId, range: Range): Promise<readonly Hit[] | null> {
  // Seconds alone are written: the end must not come before what it means.
  const whole = { from: range.from, to: Math.max(Math.ceil(range.to / 1_000) * 1_000, range.from + 1_000) };
  const hits: Hit[] = [];
  let isWhole = true;
  const body = (): string => viewCalendar(feed, whole);
  try {
    await transport.call(
      { operation: 'FindItem', body, scope: 'feed', timeZone: 'UTC' },
      ({ ok, code, node }) => {
        if (!ok) throw new RemoteFailure(responseFailure(code, 'feed'));
        const root = child(node, 'RootFolder');
        const items = descend(root, 'Items')?.children ?? [];
        const isLast = root?.attributes.IncludesLastItemInRange ?? String(items.length < VIEW_MAX);
        isWhole = /^(true|1)$/i.test(isLast);
        for (const item of items) hits.push(...readHit(item));
      },
    );
  } catch (error) {
    if (error instanceof RemoteFailure && TOO_MANY.has(error.failure.vendorCode ?? '')) return null;
    throw error;
  }
  return isWhole ? hits : null;
}

const TOO_MANY: ReadonlySet<string> = new Set([
  'ErrorExceededFindCountLimit',
  'ErrorCalendarViewRangeTooBig',
]);

function readHit(item: XmlNode): readonly Hit[] {
  const ids = itemVersion(item);
  const startAt = instantOf(item, 'Start');
  const kind = kindOf(item);
  if (ids === null || startAt === null || (kind !== 'occurrence' && kind !== 'exception')) return [];
  const originalStartAt = instantOf(item, 'OriginalStart') ?? instantOf(item, 'RecurrenceId') ?? startAt;
  const modifiedAt = instantOf(item, 'LastModifiedTime');
  return [{ ...ids, modifiedAt, kind, uid: uidOf(item), startAt, originalStartAt, node: item }];
}
