/**
 * Delta queries over a calendar view. The window is frozen in the token; singles, exceptions and masters come whole, occurrences
 * with their times only; what changed outside of the window comes as removed, as Microsoft documents it.
 * https://learn.microsoft.com/graph/api/event-delta
 */
import type { ChangeEntry } from '../shared/change-log.ts';
import type { Calendar, CalendarEvent } from './calendar-store.ts';
import { readWindow } from './calendar-view.ts';
import {
  type DeltaPosition,
  finishDelta,
  pageSize,
  readPosition,
  unsupported,
  withRepeats,
} from './delta-token.ts';
import {
  daysWithin,
  type Instance,
  instanceOn,
  instancesWithin,
  isWithin,
  mainInstance,
  occurrenceIds,
  type Window,
} from './event-instances.ts';
import { showBareOccurrence, showEvent } from './event-json.ts';
import { calendarOf } from './find-calendar.ts';
import { type GraphAnswer, idOf, type MailboxCall } from './graph-call.ts';
import type { ItemIds } from './item-source.ts';

type Json = Record<string, unknown>;

/**
 * In a first round `after` is the last entry given; in a later one `done` is how much of a change was given, and `since` where the
 * round began: an event stands in the log by its last change only, so what it was before is told by the round's start.
 */
interface Position extends DeltaPosition {
  since?: number;
  isFirst?: boolean;
  after?: { order: number; day: number };
  done?: { change: number; given: number };
}

type Entry = { instance: Instance } | { removed: ItemIds };

/** `calendarView/delta`, of the default calendar or another. */
export function answerCalendarViewDelta(call: MailboxCall): GraphAnswer {
  const calendar = calendarOf(call);
  const of = `view ${calendar.id}`;
  const start = readPosition<Position>(call, of, calendar.epoch).position ?? startOf(call, of, calendar);
  const window = readWindow(new URLSearchParams(start.options));
  const size = pageSize(call, start);
  const page =
    start.isFirst === true
      ? firstRound(calendar, start, window, size)
      : laterRound(calendar, start, window, size);
  // The options of the first call hold for the round, and it can select nothing.
  const bare = { ...call, query: new URLSearchParams() };
  const value = page.entries.map((entry) => show(bare, entry));
  return finishDelta(call, 'Collection(event)', withRepeats(call, value), page.next, page.isLast);
}

function show(call: MailboxCall, entry: Entry): Json {
  const type = { '@odata.type': '#microsoft.graph.event' };
  if ('removed' in entry)
    return { ...type, id: idOf(call, entry.removed), '@removed': { reason: 'deleted' } };
  const { instance } = entry;
  const isBare = instance.type === 'occurrence';
  return { ...type, ...(isBare ? showBareOccurrence(call, instance) : showEvent(call, instance)) };
}

function startOf(call: MailboxCall, of: string, calendar: Calendar): Position {
  readWindow(call.query);
  const options: Record<string, string> = {};
  for (const [name, value] of call.query) {
    const plain = ['startDateTime', 'endDateTime', '$top'].find(
      (each) => each.toLowerCase() === name.toLowerCase(),
    );
    if (plain !== undefined) options[plain] = value;
    // $select is passed over: the properties are those of a calendar view whatever it says.
    else if (name !== '$select' && name !== '$deltatoken') throw unsupported(name);
  }
  return { of, epoch: calendar.epoch, at: call.mailbox.changeNumber, options, isFirst: true };
}

interface Page {
  entries: Entry[];
  next: Position;
  isLast: boolean;
}

/** Masters come before their occurrences. */
const MASTER_DAY = -1_000_000;

function firstRound(calendar: Calendar, start: Position, window: Window, size: number): Page {
  const { after, isFirst: _first, ...rest } = start;
  const entries: Entry[] = [];
  let last = after;
  for (const event of calendar.events.values()) {
    if (after !== undefined && event.order < after.order) continue;
    for (const instance of withMaster(event, window)) {
      const day = instance.day ?? MASTER_DAY;
      if (after !== undefined && event.order === after.order && day <= after.day) continue;
      if (entries.length >= size && last !== undefined) {
        return { entries, next: { ...rest, isFirst: true, after: last }, isLast: false };
      }
      entries.push({ instance });
      last = { order: event.order, day };
    }
  }
  return { entries, next: rest, isLast: true };
}

function laterRound(calendar: Calendar, start: Position, window: Window, size: number): Page {
  const { done, since = start.at, ...rest } = start;
  const entries: Entry[] = [];
  let { at } = start;
  for (const change of calendar.log.since(start.at)) {
    const all = entriesOf(calendar, change, since, window);
    const given = done?.change === change.changeNumber ? done.given : 0;
    const free = size - entries.length;
    entries.push(...all.slice(given, given + free));
    if (all.length - given > free) {
      const next = { ...rest, at, since, done: { change: change.changeNumber, given: given + free } };
      return { entries, next, isLast: false };
    }
    at = change.changeNumber;
  }
  return { entries, next: { ...rest, at }, isLast: true };
}

function withMaster(event: CalendarEvent, window: Window): Instance[] {
  const instances = instancesWithin(event, window);
  return event.recurrence === undefined || instances.length === 0
    ? instances
    : [mainInstance(event), ...instances];
}

/** What a change of one event, or of one occurrence (`event/day`), gives a caller who knows all up to `at`. */
function entriesOf(calendar: Calendar, change: ChangeEntry, at: number, window: Window): Entry[] {
  const [key = '', day] = change.key.split('/');
  const event = calendar.events.get(key);
  if (event === undefined) {
    const gone = calendar.gone.get(key);
    // Even if the caller never saw it: a page may have shown a part of it.
    if (gone === undefined || day !== undefined) return [];
    return [{ removed: gone }, ...removedDays(gone, new Set(), at, window)];
  }
  if (day !== undefined) {
    const instance = instanceOn(event, Number(day));
    const isShown = instance !== undefined && isWithin(instance, window);
    return [isShown ? { instance } : { removed: occurrenceIds(event, Number(day)) }];
  }
  const shown = withMaster(event, window);
  if (shown.length === 0) return [{ removed: event }, ...removedDays(event, new Set(), at, window)];
  const isOneOccurrence = change.contentAtChange <= at;
  if (isOneOccurrence) return [{ instance: mainInstance(event) }];
  const days = new Set(shown.flatMap((each) => each.day ?? []));
  return [...shown.map((instance) => ({ instance })), ...removedDays(event, days, at, window)];
}

/** Days in the window that the series had for a caller at `at`, and has no more. */
function removedDays(
  event: CalendarEvent,
  present: ReadonlySet<number>,
  at: number,
  window: Window,
): Entry[] {
  const shapes = [...event.shapes.filter(({ until }) => until > at), event];
  const days = new Set(shapes.flatMap((shape) => daysWithin(shape, window)));
  return [...days]
    .filter((day) => !present.has(day) && (event.cancelled.get(day) ?? Number.POSITIVE_INFINITY) > at)
    .map((day) => ({ removed: occurrenceIds(event, day) }));
}
