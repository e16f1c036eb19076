/**
 * Patterned recurrences as Outlook has them, and the days on which they fall. Days are whole numbers since 1970 in the zone of
 * the series; times of day are not its matter. An iCalendar library does not fit: Outlook clips the 31st to short months.
 * https://learn.microsoft.com/graph/api/resources/recurrencepattern
 */
import { GraphError } from './errors.ts';
import { DAY_MS, dateOf, dayOf } from './time-zones.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const INDEXES = ['first', 'second', 'third', 'fourth', 'last'] as const;
const TYPES = [
  'daily',
  'weekly',
  'absoluteMonthly',
  'relativeMonthly',
  'absoluteYearly',
  'relativeYearly',
] as const;

export interface RecurrencePattern {
  type: (typeof TYPES)[number];
  interval: number;
  month: number;
  dayOfMonth: number;
  daysOfWeek: string[];
  firstDayOfWeek: string;
  index: string;
}

export interface RecurrenceRange {
  type: 'endDate' | 'noEnd' | 'numbered';
  startDate: string;
  endDate: string;
  recurrenceTimeZone: string;
  numberOfOccurrences: number;
}

export interface Recurrence {
  pattern: RecurrencePattern;
  range: RecurrenceRange;
}

/** Periods (days, weeks, months, years) that are looked at before a series counts as over. */
const PERIODS_MAX = 20_000;
/** Outlook counts at most so many occurrences of a numbered series. */
const OCCURRENCES_MAX = 999;

/** What a body's `recurrence` says, for a series that starts on that day. Fails with 400 where it makes no sense. */
export function readRecurrence(given: unknown, startDay: number, zone: string): Recurrence {
  const { pattern, range } = (given ?? {}) as { pattern?: Loose; range?: Loose };
  if (pattern === undefined || range === undefined) throw invalid();
  const type = TYPES.find((each) => each.toLowerCase() === String(pattern.type).toLowerCase());
  if (type === undefined) throw invalid();
  const start = new Date(startDay * DAY_MS);
  const daysOfWeek = wordsOf(pattern.daysOfWeek, WEEKDAYS);
  const read: RecurrencePattern = {
    type,
    interval: wholeOf(pattern.interval ?? 1, 1, 999),
    month: wholeOf(pattern.month ?? 0, 0, 12),
    dayOfMonth: wholeOf(pattern.dayOfMonth ?? 0, 0, 31),
    daysOfWeek,
    firstDayOfWeek: wordOf(pattern.firstDayOfWeek, WEEKDAYS, 'sunday'),
    index: wordOf(pattern.index, INDEXES, 'first'),
  };
  const isByWeekday = type === 'weekly' || type.startsWith('relative');
  if (isByWeekday && daysOfWeek.length === 0) throw invalid();
  if (type.startsWith('absolute') && read.dayOfMonth === 0) read.dayOfMonth = start.getUTCDate();
  if (type.endsWith('Yearly') && read.month === 0) read.month = start.getUTCMonth() + 1;
  return { pattern: read, range: readRange(range, startDay, zone) };
}

type Loose = Record<string, unknown>;

function readRange(range: Loose, startDay: number, zone: string): RecurrenceRange {
  const type = ['endDate', 'noEnd', 'numbered'].find(
    (each) => each.toLowerCase() === String(range.type).toLowerCase(),
  ) as RecurrenceRange['type'] | undefined;
  if (type === undefined) throw invalid();
  const startDate = range.startDate === undefined ? dateOf(startDay) : dateText(range.startDate);
  const endDate = type === 'endDate' ? dateText(range.endDate) : '0001-01-01';
  if (type === 'endDate' && endDate < startDate) throw invalid();
  const zoneName = range.recurrenceTimeZone;
  return {
    type,
    startDate,
    endDate,
    recurrenceTimeZone: typeof zoneName === 'string' && zoneName !== '' ? zoneName : zone,
    numberOfOccurrences:
      type === 'numbered' ? wholeOf(range.numberOfOccurrences ?? 0, 1, OCCURRENCES_MAX) : 0,
  };
}

/** The days from `fromDay` to `toDay`, both included, on which a series falls, ascending. */
export function daysBetween({ pattern, range }: Recurrence, fromDay: number, toDay: number): number[] {
  const first = dayOf(range.startDate);
  const last = range.type === 'endDate' ? Math.min(toDay, dayOf(range.endDate)) : toDay;
  const countMax = range.type === 'numbered' ? range.numberOfOccurrences : Number.POSITIVE_INFINITY;
  const days: number[] = [];
  let count = 0;
  for (let period = 0; period < PERIODS_MAX; period += 1) {
    const inPeriod = daysOfPeriod(pattern, first, period);
    if ((inPeriod[0] ?? 0) > last) break;
    for (const day of inPeriod) {
      if (day < first) continue;
      count += 1;
      if (day > last || count > countMax) return days;
      if (day >= fromDay) days.push(day);
    }
  }
  return days;
}

/** The days of the nth period since the start, ascending; empty only where a month lacks the weekday asked for. */
function daysOfPeriod(pattern: RecurrencePattern, first: number, period: number): number[] {
  const step = period * pattern.interval;
  if (pattern.type === 'daily') return [first + step];
  if (pattern.type === 'weekly') {
    const weekStart = WEEKDAYS.indexOf(pattern.firstDayOfWeek as (typeof WEEKDAYS)[number]);
    const sinceWeekStart = (weekdayOf(first) - weekStart + 7) % 7;
    const week = first - sinceWeekStart + step * 7;
    return [0, 1, 2, 3, 4, 5, 6].map((each) => week + each).filter((day) => isAmong(pattern, day));
  }
  const start = new Date(first * DAY_MS);
  const isYearly = pattern.type.endsWith('Yearly');
  const year = start.getUTCFullYear() + (isYearly ? step : 0);
  const month = isYearly ? pattern.month - 1 : start.getUTCMonth() + step;
  const monthStart = Date.UTC(year, month, 1) / DAY_MS;
  const length = Date.UTC(year, month + 1, 1) / DAY_MS - monthStart;
  if (pattern.type.startsWith('absolute')) return [monthStart + Math.min(pattern.dayOfMonth, length) - 1];
  const matching = Array.from({ length }, (_, each) => monthStart + each).filter((day) =>
    isAmong(pattern, day),
  );
  const index = INDEXES.indexOf(pattern.index as (typeof INDEXES)[number]);
  const day = pattern.index === 'last' ? matching.at(-1) : matching[index];
  return day === undefined ? [] : [day];
}

function isAmong({ daysOfWeek }: RecurrencePattern, day: number): boolean {
  return daysOfWeek.includes(WEEKDAYS[weekdayOf(day)] ?? '');
}

/** 0 is Sunday; the first of January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function wordsOf(given: unknown, among: readonly string[]): string[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw invalid();
  return given.map((each) => wordOf(each, among, undefined));
}

function wordOf(given: unknown, among: readonly string[], fallback: string | undefined): string {
  if ((given === undefined || given === null) && fallback !== undefined) return fallback;
  const word = String(given).toLowerCase();
  if (!among.includes(word)) throw invalid();
  return word;
}

function wholeOf(given: unknown, least: number, most: number): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < least || number > most) throw invalid();
  return number;
}

function dateText(given: unknown): string {
  const text = String(given).slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) throw invalid();
  return text;
}

function invalid(): GraphError {
  return new GraphError('ErrorPropertyValidationFailure', 'At least one property failed validation.', 400);
}
