/**
 * The cursors of feeds of items, as text: Graph's link, and of the calendar the window that is frozen in it. Whether a frozen window still covers what a
 * run looks at is decided here; see docs/remote-services/office365.md#window. Pure.
 */
import { z } from 'zod';
import { DAY, type Instant } from '../../../model/clock.ts';
import type { Cursor } from '../../../model/connector.ts';
import type { ItemWindow } from '../../../model/mail-items.ts';

/** A calendar view spans so much at most. https://learn.microsoft.com/graph/api/user-list-calendarview */
export const VIEW_MS_MAX = 1_825 * DAY;
/** So much is read ahead of what is wanted, so that a token serves so long. */
const AHEAD_MS = 60 * DAY;

/** Where a list of contacts or tasks stands. */
export interface ListCursor {
  /** The path of Graph's link below `/v1.0`. */
  readonly path: string;
  /** The server tells no more of an item in its changes than the item itself: each is asked for. */
  readonly isPlain: boolean;
}

export interface Frame {
  readonly from: Instant;
  readonly to: Instant;
}

/** Where the calendar stands. */
export interface CalendarCursor extends Frame {
  readonly path: string;
  /** Up to here single events were told as inside of the window. */
  readonly told: Instant;
}

const LIST_PREFIX = 'gi1:';
const CALENDAR_PREFIX = 'gc1:';
const OCCURRENCES_PREFIX = 'go1:';

const path = z.string().startsWith('/');
const listSchema = z.object({ path, isPlain: z.boolean() });
const calendarSchema = z.object({ path, from: z.number(), to: z.number(), told: z.number() });

export function writeListCursor(cursor: ListCursor): Cursor {
  return LIST_PREFIX + JSON.stringify(cursor);
}

/** Null for anything else. */
export function readListCursor(cursor: Cursor): ListCursor | null {
  return listSchema.safeParse(unpack(cursor, LIST_PREFIX)).data ?? null;
}

export function writeCalendarCursor(cursor: CalendarCursor): Cursor {
  return CALENDAR_PREFIX + JSON.stringify(cursor);
}

/** Null for anything else. */
export function readCalendarCursor(cursor: Cursor): CalendarCursor | null {
  return calendarSchema.safeParse(unpack(cursor, CALENDAR_PREFIX)).data ?? null;
}

export function writeOccurrencesCursor(next: string): Cursor {
  return OCCURRENCES_PREFIX + next;
}

/** Null for anything else. */
export function readOccurrencesCursor(cursor: Cursor): string | null {
  const next = cursor.startsWith(OCCURRENCES_PREFIX) ? cursor.slice(OCCURRENCES_PREFIX.length) : '';
  return next.startsWith('/') ? next : null;
}

function unpack(cursor: Cursor, prefix: string): unknown {
  if (!cursor.startsWith(prefix)) return null;
  try {
    return JSON.parse(cursor.slice(prefix.length));
  } catch {
    return null;
  }
}

/** The window of a new token: as far ahead as is wanted and a while more. */
export function frameOf({ eventsFrom, eventsTo, seriesTo }: ItemWindow): Frame {
  // A little back, so that a window that wavers about an hour is not read anew.
  const from = eventsFrom - DAY;
  const limit = from + VIEW_MS_MAX;
  const wanted = eventsTo === null ? limit : Math.max(eventsTo, seriesTo) + AHEAD_MS;
  return { from, to: Math.min(limit, wanted) };
}

/** Whether a frozen window still covers what is wanted; the far end of a view may lag behind for a while. */
export function isCovered({ from, to }: Frame, { eventsFrom, eventsTo, seriesTo }: ItemWindow): boolean {
  const limit = eventsFrom + VIEW_MS_MAX - AHEAD_MS;
  const wanted = eventsTo === null ? limit : Math.min(limit, Math.max(eventsTo, seriesTo));
  return from <= eventsFrom && to >= wanted;
}

/** Up to where single events are to be told. */
export function toldUpTo({ to }: Frame, { eventsTo }: ItemWindow): Instant {
  return Math.min(to, eventsTo ?? to);
}

/** Whether time brought single events inside of the window that no change will tell of; looked for once a day. */
export function isStretchDue(cursor: CalendarCursor, window: ItemWindow): boolean {
  return toldUpTo(cursor, window) - cursor.told >= DAY;
}
