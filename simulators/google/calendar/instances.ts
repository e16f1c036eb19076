/**
 * Occurrences of series: their ids, their expansion, and the exceptions that stand in for them.
 */
import type { Calendar, EventTime, StoredEvent } from './calendar-store.ts';
import { hasStart, startsOf } from './recurrence.ts';
import { readDate } from './zones.ts';

const INSTANCE_ID = /^(.+)_(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/;

/** The id of an occurrence by its original start: the series' id and the day, or the second in UTC. */
export function instanceIdOf(series: StoredEvent, at: number): string {
  const text = new Date(at).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${series.id}_${series.start.isDate ? text.slice(0, 8) : text}`;
}

/** The event of an id: one that is stored, or an occurrence of a series that is as its series says. */
export function findEvent(calendar: Calendar, id: string): StoredEvent | undefined {
  const stored = calendar.events.get(id);
  if (stored !== undefined) return stored;
  const [, seriesId = '', year, month, day, hour, minute, second] = INSTANCE_ID.exec(id) ?? [];
  const series = calendar.events.get(seriesId);
  const midnight = readDate(`${year}-${month}-${day}`);
  if (series === undefined || series.recurrence.length === 0 || midnight === undefined) return undefined;
  if (series.start.isDate !== (hour === undefined)) return undefined;
  const at = midnight + (Number(hour ?? 0) * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0)) * 1000;
  return hasStart(series.recurrence, series.start, at) ? makeInstance(series, at) : undefined;
}

/** An occurrence as its series says, not stored. */
export function makeInstance(series: StoredEvent, at: number): StoredEvent {
  const move = (time: EventTime): EventTime => ({ ...time, at: time.at - series.start.at + at });
  return {
    ...series,
    id: instanceIdOf(series, at),
    start: move(series.start),
    end: move(series.end),
    recurrence: [],
    recurringEventId: series.id,
    originalStart: move(series.start),
    attendees: series.attendees.map((each) => ({ ...each })),
  };
}

/** The stored exceptions of a series, cancelled ones too. */
export function exceptionsOf(calendar: Calendar, seriesId: string): StoredEvent[] {
  return [...calendar.events.values()].filter((event) => event.recurringEventId === seriesId);
}

/** The occurrences of a series that touch a range, exceptions in their places, cancelled ones among them. */
export function expand(
  calendar: Calendar,
  series: StoredEvent,
  range: { from: number; to: number },
): StoredEvent[] {
  const exceptions = new Map(exceptionsOf(calendar, series.id).map((event) => [event.id, event]));
  const length = series.end.at - series.start.at;
  // A day to each side, because all-day events are compared in the zone of the calendar.
  const starts = startsOf(series.recurrence, series.start, {
    from: range.from - length - 86_400_000,
    to: range.to + 86_400_000,
  });
  const found = starts.map((at) => {
    const id = instanceIdOf(series, at);
    const exception = exceptions.get(id);
    exceptions.delete(id);
    return exception ?? makeInstance(series, at);
  });
  return [...found, ...exceptions.values()];
}

/** The exceptions that a changed series no longer has places for. */
export function findOrphans(calendar: Calendar, series: StoredEvent): StoredEvent[] {
  return exceptionsOf(calendar, series.id).filter(({ originalStart, status }) => {
    const isAlive = status !== 'cancelled' && originalStart !== undefined;
    return isAlive && !hasStart(series.recurrence, series.start, originalStart.at);
  });
}
