/**
 * The primary calendar as one stream: sync tokens, and series told whole, with every occurrence of the window. Events and exceptions come as Google stores
 * them; a series is expanded by Google. Vendor page: docs/remote-services/google.md#reading-events.
 */
import { z } from 'zod';
import { type Clock, DAY, type Instant } from '../../../model/clock.ts';
import type { FeedId, ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemPage } from '../../../model/mail-items.ts';
import { refuse } from '../failures.ts';
import { readAs, type Transport } from '../transport.ts';
import { eventItem, eventSchema, isEvent, isGone } from './event-mapping.ts';
import { cursorForm } from './item-cursor.ts';
import { listOf, text } from './lenient.ts';
import { expandSeries } from './series.ts';
import { createStream, type Stream } from './streams.ts';

export const CALENDAR_FEED = 'calendar' as FeedId;

/** Series are expanded page by page: a page is kept small enough for that. */
const PAGE_EVENTS = 100;
/** A sync token that is never renewed ages; how long it lives is not documented. */
const TOKEN_TRUSTED_MS = DAY;

const markSchema = z.object({
  syncToken: z.string().nullable(),
  pageToken: z.string().nullable(),
  /** Of a first reading, on every page of it: what ended before is left out. */
  timeMin: z.string().nullable(),
  /** When the token was given. */
  readAt: z.number(),
});
type EventMark = z.infer<typeof markSchema>;
const cursors = cursorForm<EventMark>('ge1:', markSchema);

const pageSchema = z.object({
  items: listOf(eventSchema),
  nextPageToken: text,
  nextSyncToken: text,
  timeZone: text,
});
type EventPage = z.infer<typeof pageSchema>;

export function createEventStream({
  transport,
  clock,
}: {
  readonly transport: Transport;
  readonly clock: Clock;
}): Stream {
  return createStream<EventMark, EventPage>({
    collection: 'events',
    feed: CALENDAR_FEED,
    begin: ({ eventsFrom }) => ({
      syncToken: null,
      pageToken: null,
      timeMin: new Date(eventsFrom).toISOString(),
      readAt: clock.now(),
    }),
    readMark: cursors.read,
    ask: (mark) => askPage(transport, mark),
    hasMoved: (page, mark) =>
      page.items.length > 0 ||
      page.nextPageToken !== undefined ||
      mark.pageToken !== null ||
      clock.now() - mark.readAt >= TOKEN_TRUSTED_MS,
    async fold(page, mark, { eventsFrom, seriesTo }) {
      const changes = await changesOf(transport, page, { from: eventsFrom, to: seriesTo });
      return { changes, ...afterwards(page, mark, clock.now()) };
    },
  });
}

async function askPage(transport: Transport, mark: EventMark): Promise<EventPage> {
  const query = new URLSearchParams({ maxResults: String(PAGE_EVENTS) });
  if (mark.timeMin !== null) query.set('timeMin', mark.timeMin);
  if (mark.syncToken !== null) query.set('syncToken', mark.syncToken);
  if (mark.pageToken !== null) query.set('pageToken', mark.pageToken);
  const isFirst = mark.syncToken === null && mark.pageToken === null;
  const answer = await transport.call({
    method: 'events.list',
    verb: 'GET',
    path: `events?${query}`,
    scope: isFirst ? 'mailbox' : 'history',
  });
  return readAs(pageSchema, answer);
}

function afterwards(
  { nextPageToken, nextSyncToken }: EventPage,
  mark: EventMark,
  now: Instant,
): Pick<ItemPage, 'cursor' | 'done'> {
  if (nextPageToken !== undefined)
    return { cursor: cursors.write({ ...mark, pageToken: nextPageToken }), done: false };
  const syncToken = nextSyncToken ?? refuse('mailbox.transient', 'NO_SYNC_TOKEN');
  return { cursor: cursors.write({ syncToken, pageToken: null, timeMin: null, readAt: now }), done: true };
}

// -------------------------------------------------------------------------------------------------------- changes

interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

async function changesOf(
  transport: Transport,
  { items, timeZone }: EventPage,
  range: Range,
): Promise<readonly ItemChange[]> {
  const exceptions = items.filter(({ recurringEventId }) => recurringEventId !== undefined);
  const others = items.filter(({ recurringEventId }) => recurringEventId === undefined);
  const changes: ItemChange[] = [];
  const series = new Set<string>();
  for (const event of others) {
    if (isGone(event)) changes.push({ kind: 'deleted', itemId: event.id as ItemId });
    else if (event.recurrence !== undefined && isEvent(event)) series.add(event.id);
    else if (isEvent(event)) changes.push({ kind: 'upsert', item: eventItem(event, timeZone) });
  }
  const deleted = new Set(changes.flatMap((change) => (change.kind === 'deleted' ? [change.itemId] : [])));
  // An occurrence that changed by itself: its series is told whole again, once.
  for (const { recurringEventId = '' } of exceptions.filter(isEvent))
    if (!deleted.has(recurringEventId as ItemId)) series.add(recurringEventId);
  const expanded = await expandSeries(transport, [...series] as ItemId[], range);
  for (const [seriesId, told] of expanded) {
    const own = exceptions.filter(({ recurringEventId }) => recurringEventId === seriesId);
    changes.push(...told(own, timeZone));
  }
  return changes;
}
