/**
 * Series expanded by Google: all occurrences of a stretch of time, exceptions in their places, and the occurrences that time itself brings into a window.
 * Vendor page: docs/remote-services/google.md#reading-events.
 */
import { z } from 'zod';
import type { Instant } from '../../../model/clock.ts';
import type { Cursor } from '../../../model/connector.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemPage } from '../../../model/mail-items.ts';
import type { EventItem } from '../../../model/mailbox-item.ts';
import type { PartResult } from '../batch.ts';
import { refuse } from '../failures.ts';
import { type Call, readAs, type Transport } from '../transport.ts';
import { callMany, callOne } from './call-each.ts';
import { eventItem, eventSchema, type GoogleEvent, isEvent, isGone } from './event-mapping.ts';
import { cursorForm } from './item-cursor.ts';
import { listOf, text } from './lenient.ts';

interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/** What is told of one series, given the exceptions of it that came by themselves. */
export type TellSeries = (
  exceptions: readonly GoogleEvent[],
  timeZone: string | undefined,
) => readonly ItemChange[];

/** Google gives 2,500 at most. */
const PAGE_OCCURRENCES = 2_500;
/** An hourly series of a year has 8,760 occurrences; what has more is told as far as these pages go. */
const PAGES_MAX = 4;
/** Series asked for in one batch, so that an answer stays small. */
const SERIES_AT_ONCE = 10;

const pageSchema = z.object({ items: listOf(eventSchema), nextPageToken: text, timeZone: text });
type OccurrencePage = z.infer<typeof pageSchema>;

export async function expandSeries(
  transport: Transport,
  seriesIds: readonly ItemId[],
  range: Range,
): Promise<ReadonlyMap<ItemId, TellSeries>> {
  const told = new Map<ItemId, TellSeries>();
  if (range.from >= range.to) return told;
  for (let at = 0; at < seriesIds.length; at += SERIES_AT_ONCE) {
    const group = seriesIds.slice(at, at + SERIES_AT_ONCE);
    const first = await callMany(
      transport,
      group.map((seriesId) => instancesCall(seriesId, range, null)),
    );
    for (const [index, seriesId] of group.entries())
      told.set(seriesId, await tellOne(transport, seriesId, range, first[index]));
  }
  return told;
}

function instancesCall(seriesId: ItemId, { from, to }: Range, pageToken: string | null): Call {
  const query = new URLSearchParams({
    timeMin: new Date(from).toISOString(),
    timeMax: new Date(to).toISOString(),
    showDeleted: 'true',
    maxResults: String(PAGE_OCCURRENCES),
  });
  if (pageToken !== null) query.set('pageToken', pageToken);
  return {
    method: 'events.instances',
    verb: 'GET',
    path: `events/${encodeURIComponent(seriesId)}/instances?${query}`,
    scope: 'item',
  };
}

async function tellOne(
  transport: Transport,
  seriesId: ItemId,
  range: Range,
  first: PartResult | undefined,
): Promise<TellSeries> {
  const found: GoogleEvent[] = [];
  let { to } = range;
  let result = first;
  let zone: string | undefined;
  for (let page = 1; ; page += 1) {
    if (result === undefined) refuse('mailbox.transient', 'NO_ANSWER');
    if (!result.ok) return refusedSeries(seriesId, result);
    const { items, nextPageToken, timeZone }: OccurrencePage = readAs(pageSchema, result.body);
    found.push(...items);
    zone = timeZone ?? zone;
    if (nextPageToken === undefined) break;
    if (page === PAGES_MAX) {
      to = lastStart(found, zone) ?? range.from;
      break;
    }
    result = await callOne(transport, instancesCall(seriesId, range, nextPageToken));
  }
  return (exceptions, timeZone) => [
    wholeSeries(seriesId, { ...range, to }, found, exceptions, zone ?? timeZone),
  ];
}

/** An occurrence that was moved out of the stretch is not one that was taken out: it is told with the others, where it stands now. */
function wholeSeries(
  seriesId: ItemId,
  { from, to }: Range,
  found: readonly GoogleEvent[],
  exceptions: readonly GoogleEvent[],
  zone: string | undefined,
): ItemChange {
  const byId = new Map([...exceptions, ...found].map((event) => [event.id, event]));
  const occurrences = [...byId.values()]
    .filter((event) => !isGone(event) && isEvent(event))
    .map((event) => eventItem(event, zone));
  return { kind: 'series', seriesId, occurrences, from, to };
}

function refusedSeries(
  seriesId: ItemId,
  { failure }: Extract<PartResult, { readonly ok: false }>,
): TellSeries {
  // Gone by now, which the next page tells, or never here: a guest of one occurrence has no series.
  if (failure.code === 'mailbox.item-gone') return tellAlone;
  return () => [{ kind: 'unreadable', itemId: seriesId, failure }];
}

/** Exceptions without their series. */
function tellAlone(exceptions: readonly GoogleEvent[], timeZone?: string): readonly ItemChange[] {
  return exceptions.map((event) =>
    isGone(event)
      ? { kind: 'deleted', itemId: event.id as ItemId }
      : { kind: 'upsert', item: eventItem(event, timeZone) },
  );
}

function lastStart(events: readonly GoogleEvent[], zone: string | undefined): Instant | null {
  const starts = events.map((event) => startOf(eventItem(event, zone))).filter((at) => !Number.isNaN(at));
  return starts.length === 0 ? null : Math.max(...starts);
}

function startOf({ fields: { time = '' } }: EventItem): number {
  return Date.parse(time.split('/')[0] ?? '');
}

// ---------------------------------------------------------------------------------------------------- occurrences

const markSchema = z.object({ pageToken: z.string() });
const cursors = cursorForm('go1:', markSchema);
const PAGE_EVENTS = 250;

/** A page of the occurrences of series that start in the stretch. */
export async function readOccurrencePage(
  transport: Transport,
  range: Range,
  cursor: Cursor | null,
): Promise<ItemPage> {
  const none: ItemPage = { changes: [], cursor: '', done: true };
  if (range.from >= range.to) return none;
  const mark = cursor === null ? null : cursors.read(cursor);
  if (cursor !== null && mark === null) refuse('mailbox.cursor-expired', 'CursorUnreadable');
  const query = new URLSearchParams({
    singleEvents: 'true',
    timeMin: new Date(range.from).toISOString(),
    timeMax: new Date(range.to).toISOString(),
    maxResults: String(PAGE_EVENTS),
  });
  if (mark !== null) query.set('pageToken', mark.pageToken);
  const answer = await transport.call({
    method: 'events.list',
    verb: 'GET',
    path: `events?${query}`,
    scope: mark === null ? 'mailbox' : 'page',
  });
  const { items, nextPageToken, timeZone } = readAs(pageSchema, answer);
  const changes = items
    .filter((event) => event.recurringEventId !== undefined && !isGone(event) && isEvent(event))
    .map((event) => eventItem(event, timeZone))
    .filter((item) => startsIn(item, range))
    .map((item): ItemChange => ({ kind: 'upsert', item }));
  if (nextPageToken === undefined) return { ...none, changes };
  return { changes, cursor: cursors.write({ pageToken: nextPageToken }), done: false };
}

/** Whole days begin at another instant in each zone: those that touch the stretch are told. */
function startsIn(item: EventItem, { from, to }: Range): boolean {
  const time = item.fields.time ?? '';
  if (/^\d{4}-\d\d-\d\d\//.test(time)) return true;
  const at = startOf(item);
  return at >= from && at < to;
}
