/**
 * Recurrence lines (RRULE, EXRULE, RDATE, EXDATE) and the starts they give. Rules run on wall time in the zone of the
 * series, so that a meeting at ten stays at ten across clock changes. Rules are iterated by ical.js.
 */
import ICAL from 'ical.js';
import { refuseCalendar } from './calendar-errors.ts';
import type { EventTime } from './calendar-store.ts';
import { readDate, toInstant, toWall } from './zones.ts';

/** No series gives more starts than that in one question. */
const STARTS_MAX = 5000;
/** Rules without an end are followed for so long after the start of the question. */
const HORIZON_MS = 5 * 366 * 86_400_000;

interface Rule {
  readonly recur: ICAL.Recur;
  /** The last start that counts, as wall time. */
  readonly until: number | undefined;
}

interface Recurrence {
  readonly rules: Rule[];
  readonly exceptRules: Rule[];
  readonly dates: number[];
  readonly exceptDates: Set<number>;
}

/** Throws 400 for lines that are no recurrence. */
export function checkRecurrence(lines: readonly string[], start: EventTime): void {
  parse(lines, start);
}

/** The starts of a series from `from` to before `to`, as instants (midnights UTC for all-day series), rising. */
export function startsOf(
  lines: readonly string[],
  start: EventTime,
  range: { from: number; to: number },
): number[] {
  const { rules, exceptRules, dates, exceptDates } = parse(lines, start);
  const zone = zoneOf(start);
  const first = toWall(zone, start.at);
  const to = Math.min(range.to, Math.max(range.from, start.at) + HORIZON_MS);
  const last = toWall(zone, to) + 1;
  const excluded = new Set(exceptDates);
  for (const rule of exceptRules)
    for (const wall of walk(rule, first, start.isDate, last)) excluded.add(wall);
  const walls = new Set(dates);
  if (rules.length === 0) walls.add(first);
  for (const rule of rules) {
    for (const wall of walk(rule, first, start.isDate, last)) walls.add(wall);
  }
  return [...walls]
    .filter((wall) => !excluded.has(wall))
    .map((wall) => toInstant(zone, wall))
    .filter((at) => at >= range.from && at < to)
    .sort((one, other) => one - other)
    .slice(0, STARTS_MAX);
}

/** Whether a series starts an occurrence at that instant. */
export function hasStart(lines: readonly string[], start: EventTime, at: number): boolean {
  return startsOf(lines, start, { from: at, to: at + 1 }).length === 1;
}

function zoneOf(start: EventTime): string {
  return start.isDate ? 'UTC' : (start.timeZone ?? 'UTC');
}

function* walk(rule: Rule, first: number, isDate: boolean, last: number): Generator<number> {
  const text = new Date(first).toISOString();
  const begin = isDate
    ? ICAL.Time.fromDateString(text.slice(0, 10))
    : ICAL.Time.fromDateTimeString(text.slice(0, 19));
  const iterator = rule.recur.iterator(begin);
  for (let count = 0; count < STARTS_MAX * 4; count += 1) {
    const next = iterator.next();
    if (!next) return;
    const wall = Date.UTC(next.year, next.month - 1, next.day, next.hour, next.minute, next.second);
    if (wall > last || (rule.until !== undefined && wall > rule.until)) return;
    yield wall;
  }
}

function parse(lines: readonly string[], start: EventTime): Recurrence {
  const found: Recurrence = { rules: [], exceptRules: [], dates: [], exceptDates: new Set() };
  for (const line of lines) {
    const [, name = '', parameters = '', value = ''] =
      /^([A-Z]+)((?:;[^:]*)?):(.+)$/i.exec(line.trim()) ?? [];
    const kind = name.toUpperCase();
    if (kind === 'RRULE') found.rules.push(readRule(value, start));
    else if (kind === 'EXRULE') found.exceptRules.push(readRule(value, start));
    else if (kind === 'RDATE') found.dates.push(...readDates(value, parameters, start));
    else if (kind === 'EXDATE')
      for (const at of readDates(value, parameters, start)) found.exceptDates.add(at);
    else throw refuseCalendar('invalid', `Invalid recurrence rule.`);
  }
  return found;
}

function readRule(value: string, start: EventTime): Rule {
  try {
    const recur = ICAL.Recur.fromString(value);
    const { until } = recur;
    if (until === null || until === undefined) return { recur, until: undefined };
    const wall = Date.UTC(until.year, until.month - 1, until.day, until.hour, until.minute, until.second);
    const isUtc = /UNTIL=\d{8}T\d{6}Z/i.test(value);
    // The end is compared here, for it is in UTC where the rule runs on wall time.
    const open = ICAL.Recur.fromString(value.replace(/;?UNTIL=[^;]*/i, '').replace(/^;/, ''));
    if (until.isDate && !start.isDate) return { recur: open, until: wall + 86_399_999 };
    return { recur: open, until: isUtc ? toWall(zoneOf(start), wall) : wall };
  } catch {
    throw refuseCalendar('invalid', 'Invalid recurrence rule.');
  }
}

function readDates(value: string, parameters: string, start: EventTime): number[] {
  const zone = /TZID=([^;:]+)/i.exec(parameters)?.[1] ?? zoneOf(start);
  return value.split(',').map((text) => {
    const [, year, month, day, , hour = '00', minute = '00', second = '00', utc] =
      /^(\d{4})(\d\d)(\d\d)(T(\d\d)(\d\d)(\d\d)(Z)?)?$/i.exec(text.trim()) ?? [];
    const midnight = readDate(`${year}-${month}-${day}`);
    if (midnight === undefined) throw refuseCalendar('invalid', 'Invalid recurrence rule.');
    const wall = midnight + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
    if (start.isDate) return midnight;
    return toWall(zoneOf(start), utc === undefined ? toInstant(zone, wall) : wall);
  });
}
