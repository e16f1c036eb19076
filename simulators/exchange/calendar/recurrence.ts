/**
 * Recurrence as Exchange has it: six patterns (and, for tasks, four that start anew when a task is done) over a range.
 * It walks the local days on which a series happens; times, zones and exceptions are not its business.
 */

/** A weekday by name, or one of the three kinds of day. */
export type DayName =
  | 'Sunday'
  | 'Monday'
  | 'Tuesday'
  | 'Wednesday'
  | 'Thursday'
  | 'Friday'
  | 'Saturday'
  | 'Day'
  | 'Weekday'
  | 'WeekendDay';
export type WeekIndex = 'First' | 'Second' | 'Third' | 'Fourth' | 'Last';

export type Pattern =
  | { kind: 'daily'; interval: number }
  | { kind: 'weekly'; interval: number; days: DayName[]; firstDay?: DayName }
  | { kind: 'absoluteMonthly'; interval: number; day: number }
  | { kind: 'relativeMonthly'; interval: number; days: DayName; index: WeekIndex }
  /** `month` is 1 to 12. */
  | { kind: 'absoluteYearly'; day: number; month: number }
  | { kind: 'relativeYearly'; days: DayName; index: WeekIndex; month: number }
  | { kind: 'regeneration'; unit: 'Daily' | 'Weekly' | 'Monthly' | 'Yearly'; interval: number };

/** Days are counted from 1970-01-01. Neither `endDay` nor `count`: without end. */
export interface Recurrence {
  pattern: Pattern;
  startDay: number;
  endDay?: number;
  count?: number;
}

/** The last day Exchange knows, 4500-09-01. */
export const LAST_DAY = 924_307;
/** Occurrences of one series at most; Exchange allows 999 in a counted range, others are cut here. */
export const OCCURRENCES_MAX = 20_000;
/** Months or days looked at without finding an occurrence before a pattern counts as empty. */
const EMPTY_STEPS_MAX = 5_000;

const WEEK = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The local days of a series from its start, in order. */
export function* daysOf({ pattern, startDay, endDay, count }: Recurrence): Generator<number> {
  const countMax = Math.min(count ?? OCCURRENCES_MAX, OCCURRENCES_MAX);
  let given = 0;
  let emptySteps = 0;
  for (const day of candidatesOf(pattern, startDay)) {
    emptySteps += 1;
    if (given >= countMax || emptySteps > EMPTY_STEPS_MAX) return;
    if (day === undefined || day < startDay) continue;
    if (day > Math.min(endDay ?? LAST_DAY, LAST_DAY)) return;
    emptySteps = 0;
    given += 1;
    yield day;
  }
}

/** Days in order without end; undefined for a period that has none, so that the caller may give up. */
function candidatesOf(pattern: Pattern, startDay: number): Generator<number | undefined> {
  const start = dateOf(startDay);
  switch (pattern.kind) {
    case 'daily':
      return everyDays(startDay, pattern.interval);
    case 'weekly':
      return weekly(pattern, startDay);
    case 'absoluteMonthly':
      return monthly(start, pattern.interval, (year, month) => clampDay(year, month, pattern.day));
    case 'relativeMonthly':
      return monthly(start, pattern.interval, (year, month) =>
        nthDay(year, month, pattern.days, pattern.index),
      );
    case 'absoluteYearly':
      return monthly({ year: start.year, month: pattern.month }, 12, (year, month) =>
        clampDay(year, month, pattern.day),
      );
    case 'relativeYearly':
      return monthly({ year: start.year, month: pattern.month }, 12, (year, month) =>
        nthDay(year, month, pattern.days, pattern.index),
      );
    case 'regeneration':
      return regenerated(pattern, startDay);
  }
}

function* everyDays(startDay: number, interval: number): Generator<number> {
  for (let day = startDay; ; day += interval) yield day;
}

function* weekly(
  { interval, days, firstDay = 'Sunday' }: Extract<Pattern, { kind: 'weekly' }>,
  startDay: number,
): Generator<number | undefined> {
  const first = Math.max(0, WEEK.indexOf(firstDay));
  const offsets = days.map((name) => (WEEK.indexOf(name) - first + 7) % 7).sort((one, two) => one - two);
  let week = startDay - ((weekdayOf(startDay) - first + 7) % 7);
  for (; ; week += interval * 7) {
    yield undefined;
    for (const offset of offsets) yield week + offset;
  }
}

function* monthly(
  from: { year: number; month: number },
  interval: number,
  dayIn: (year: number, month: number) => number,
): Generator<number> {
  for (let index = from.month - 1; ; index += interval) {
    yield dayIn(from.year + Math.floor(index / 12), (index % 12) + 1);
  }
}

/** What a regenerating task would come to if each were done on its day. */
function* regenerated(
  { unit, interval }: Extract<Pattern, { kind: 'regeneration' }>,
  startDay: number,
): Generator<number> {
  if (unit === 'Daily' || unit === 'Weekly') {
    yield* everyDays(startDay, interval * (unit === 'Weekly' ? 7 : 1));
    return;
  }
  const start = dateOf(startDay);
  yield* monthly(start, interval * (unit === 'Yearly' ? 12 : 1), (year, month) =>
    clampDay(year, month, start.day),
  );
}

/** The 31st of a shorter month is its last day. */
function clampDay(year: number, month: number, day: number): number {
  return dayNumber(year, month, Math.min(day, daysIn(year, month)));
}

function nthDay(year: number, month: number, name: DayName, index: WeekIndex): number {
  const matches: number[] = [];
  for (let day = 1; day <= daysIn(year, month); day += 1) {
    const number = dayNumber(year, month, day);
    if (isNamed(number, name)) matches.push(number);
  }
  const at = ['First', 'Second', 'Third', 'Fourth'].indexOf(index);
  return (at < 0 ? matches.at(-1) : matches[at]) ?? dayNumber(year, month, 1);
}

function isNamed(day: number, name: DayName): boolean {
  const weekday = weekdayOf(day);
  const isWeekend = weekday === 0 || weekday === 6;
  if (name === 'Day') return true;
  if (name === 'Weekday') return !isWeekend;
  return name === 'WeekendDay' ? isWeekend : WEEK[weekday] === name;
}

function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 4) % 7) + 7) % 7;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function dateOf(day: number): { year: number; month: number; day: number } {
  const date = new Date(day * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Days since 1970-01-01 of a date; `month` is 1 to 12. */
export function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** `2026-01-05` of a day number. */
export function writeDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The day number of an xs:date, its time zone left aside; undefined when it is none. */
export function readDay(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)/.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const number = dayNumber(year, month, day);
  return writeDay(number) === match[0] ? number : undefined;
}
