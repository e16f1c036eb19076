/**
 * `freeBusy.query`: when calendars are busy in a range, without what the events are.
 * https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query
 */
import type { ApiCall, ApiMethod } from '../api.ts';
import { scopeOf } from '../scopes.ts';
import { findAccount } from '../world.ts';
import { refuseCalendar } from './calendar-errors.ts';
import { type Calendar, type EventTime, roleOf, type StoredEvent } from './calendar-store.ts';
import { expand } from './instances.ts';
import { isZone, readInstant, toInstant, writeInstant } from './zones.ts';

const CALENDARS_MAX = 50;
const RANGE_MAX_MS = 92 * 86_400_000;

interface Range {
  readonly from: number;
  readonly to: number;
}

function query(call: ApiCall): unknown {
  const { body, world, account } = call;
  const range = readRange(body);
  const zone = typeof body.timeZone === 'string' && isZone(body.timeZone) ? body.timeZone : 'UTC';
  const ids = ((body.items ?? []) as { id?: unknown }[]).map((each) => String(each.id));
  if (ids.length > CALENDARS_MAX) throw refuseCalendar('invalid', 'Too many calendars requested.');
  const calendars = ids.map((id): [string, unknown] => {
    const address = id === 'primary' ? account.email : (findAccount(world, id)?.email ?? id);
    const calendar = world.calendars.get(address);
    // Colleagues of one domain see when each other is busy, even where nothing is shared.
    const isColleague = account.domain !== undefined && calendar?.owner.domain === account.domain;
    const isSeen = calendar !== undefined && (isColleague || roleOf(calendar, account) !== undefined);
    if (!isSeen) return [id, { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] }];
    return [id, { busy: busyTimes(calendar, range).map(([start, end]) => write(zone, start, end)) }];
  });
  return {
    kind: 'calendar#freeBusy',
    timeMin: new Date(range.from).toISOString(),
    timeMax: new Date(range.to).toISOString(),
    calendars: Object.fromEntries(calendars),
  };
}

function readRange({ timeMin, timeMax }: Readonly<Record<string, unknown>>): Range {
  const from = readInstant(String(timeMin));
  const to = readInstant(String(timeMax));
  if (from === undefined || to === undefined) throw refuseCalendar('required', 'Missing time range.');
  if (to <= from) throw refuseCalendar('timeRangeEmpty');
  if (to - from > RANGE_MAX_MS) {
    throw refuseCalendar('timeRangeTooLong', 'The requested time range is too long.', { domain: 'calendar' });
  }
  return { from, to };
}

function write(zone: string, start: number, end: number) {
  return { start: writeInstant(zone, start), end: writeInstant(zone, end) };
}

/** Busy times of a calendar, cut to the range, those that touch as one. */
function busyTimes(calendar: Calendar, range: Range): [number, number][] {
  const instant = (time: EventTime) => (time.isDate ? toInstant(calendar.timeZone, time.at) : time.at);
  const events = [...calendar.events.values()].flatMap((event) => {
    if (event.recurrence.length > 0)
      return event.status === 'cancelled' ? [] : expand(calendar, event, range);
    const isElsewhere = event.recurringEventId !== undefined && calendar.events.has(event.recurringEventId);
    return isElsewhere ? [] : [event];
  });
  const times = events
    .filter((event) => isBusy(event, calendar))
    .map((event): [number, number] => [
      Math.max(instant(event.start), range.from),
      Math.min(instant(event.end), range.to),
    ])
    .filter(([start, end]) => start < end)
    .sort((one, other) => one[0] - other[0]);
  const joined: [number, number][] = [];
  for (const [start, end] of times) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

function isBusy(event: StoredEvent, calendar: Calendar): boolean {
  const own = event.attendees.find((each) => each.email === calendar.id);
  const isFree = event.fields.transparency === 'transparent' || own?.responseStatus === 'declined';
  return event.status !== 'cancelled' && !isFree;
}

export const FREE_BUSY_METHODS: readonly ApiMethod[] = [
  {
    id: 'calendar.freebusy.query',
    rpc: 'calendar.v3.Freebusy.Query',
    verb: 'POST',
    path: 'calendar/v3/freeBusy',
    scopes: ['calendar', 'calendar.events.freebusy', 'calendar.freebusy', 'calendar.readonly'].map(scopeOf),
    answer: query,
  },
];
