/**
 * A time zone as Exchange keeps it with a calendar item: a Windows name and the rules behind it, read from the ICU data
 * of the runtime or from the periods and transitions a client sent. It converts between local and universal time.
 */
import { WINDOWS_ZONES } from './windows-zones.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export interface Zone {
  /** Windows name, or what a client called its own definition. */
  readonly id: string;
  /** What people read, e.g. `(UTC+01:00) W. Europe Standard Time`. */
  readonly name: string;
  /** Local minus universal time at a universal instant, in ms. */
  offsetAt(utc: number): number;
}

/** When and where to a zone's clocks turn each year. */
export interface YearlyChange {
  /** Offset from then on, in ms. */
  offset: number;
  /** 1 to 12. */
  month: number;
  /** 0 Sunday to 6 Saturday. */
  weekday: number;
  /** 1 to 4, or -1 for the last. */
  occurrence: number;
  /** Time of day by the clock before it turns, in ms. */
  time: number;
}

/** The rules of a zone as one year has them; `daylight` undefined where clocks never turn. */
export interface ZoneRules {
  standardOffset: number;
  standard: YearlyChange | undefined;
  daylight: YearlyChange | undefined;
}

const known = new Map<string, Zone>();

/** The zone with that Windows name; undefined for a name that Windows does not have. */
export function findZone(id: string): Zone | undefined {
  const iana = WINDOWS_ZONES.get(id);
  if (iana === undefined) return undefined;
  const zone = known.get(id) ?? createIanaZone(id, iana);
  known.set(id, zone);
  return zone;
}

/** `UTC`, the zone of whatever has no other. */
export function utcZone(): Zone {
  return { id: 'UTC', name: '(UTC) Coordinated Universal Time', offsetAt: () => 0 };
}

function createIanaZone(id: string, iana: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: iana,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const years = new Map<number, readonly Turn[]>();
  const offsetAt = (utc: number): number => {
    const year = new Date(utc).getUTCFullYear();
    if (year > LAST_RULED_YEAR)
      return offsetAt(utc - Math.ceil((year - LAST_RULED_YEAR) / 4) * LEAP_CYCLE_MS);
    let turns = years.get(year);
    if (turns === undefined) {
      turns = turnsOf((at) => readOffset(format, at), Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
      years.set(year, turns);
    }
    return turns.findLast((turn) => turn.from <= utc)?.offset ?? 0;
  };
  return { id, name: describe(id, standardOffset(offsetAt, 2026)), offsetAt };
}

/** From when on an offset holds. */
interface Turn {
  from: number;
  offset: number;
}

/** Rules later than this are those of a year up to four earlier: nobody knows them anyway. */
const LAST_RULED_YEAR = 2100;
const LEAP_CYCLE_MS = 1461 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;

/** The offsets between two instants; clocks that turn there and back within a week go unnoticed. */
function turnsOf(offsetAt: (utc: number) => number, from: number, to: number): readonly Turn[] {
  const turns: Turn[] = [{ from, offset: offsetAt(from) }];
  for (let at = from; at < to; at += WEEK_MS) {
    const [before, after] = [turns.at(-1)?.offset, offsetAt(Math.min(at + WEEK_MS, to))];
    if (before === after) continue;
    turns.push({ from: firstInstant(offsetAt, at, Math.min(at + WEEK_MS, to)), offset: after });
  }
  return turns;
}

function readOffset(format: Intl.DateTimeFormat, utc: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(utc)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - utc;
}

/** A zone by rules that hold for every year. */
export function createRuleZone(id: string, name: string, rules: ZoneRules): Zone {
  const { standardOffset: base, standard, daylight } = rules;
  return {
    id,
    name: name === '' ? describe(id, base) : name,
    offsetAt(utc) {
      if (standard === undefined || daylight === undefined) return base;
      const year = new Date(utc + base).getUTCFullYear();
      const toDaylight = localInstant(year, daylight) - standard.offset;
      const toStandard = localInstant(year, standard) - daylight.offset;
      const isDaylight =
        toDaylight < toStandard
          ? utc >= toDaylight && utc < toStandard
          : utc >= toDaylight || utc < toStandard;
      return isDaylight ? daylight.offset : standard.offset;
    },
  };
}

/** The universal instant of a local time. A time that a spring change skips is taken as after it, one that autumn repeats as the first. */
export function toUtc(zone: Zone, local: number): number {
  const before = zone.offsetAt(local - DAY_MS);
  const first = local - before;
  if (zone.offsetAt(first) === before) return first;
  const after = zone.offsetAt(local + DAY_MS);
  const second = local - after;
  return zone.offsetAt(second) === after ? second : first;
}

/** The local time of an instant, as milliseconds that read as if they were universal. */
export function toLocal(zone: Zone, utc: number): number {
  return utc + zone.offsetAt(utc);
}

/** The days since 1970-01-01 of a local time. */
export function dayOf(local: number): number {
  return Math.floor(local / DAY_MS);
}

const ruled = new WeakMap<Zone, Map<number, ZoneRules>>();

/** How a zone's clocks turn in `year`. */
export function rulesOf(zone: Zone, year: number): ZoneRules {
  const years = ruled.get(zone) ?? new Map<number, ZoneRules>();
  ruled.set(zone, years);
  const rules = years.get(year) ?? readRules(zone, year);
  years.set(year, rules);
  return rules;
}

function readRules(zone: Zone, year: number): ZoneRules {
  const from = Date.UTC(year, 0, 1) - zone.offsetAt(Date.UTC(year, 0, 1));
  const turns = turnsOf(zone.offsetAt, from, from + 365 * DAY_MS);
  const changes = turns
    .slice(1)
    .map(({ from: at, offset }, index) => describeChange(at, turns[index]?.offset ?? 0, offset));
  const base = standardOffset(zone.offsetAt, year);
  const standard = changes.find((change) => change.offset === base);
  const daylight = changes.find((change) => change.offset !== base);
  if (standard === undefined || daylight === undefined)
    return { standardOffset: base, standard: undefined, daylight: undefined };
  return { standardOffset: base, standard, daylight };
}

function firstInstant(offsetAt: (utc: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const offset = offsetAt(low);
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetAt(middle) === offset) low = middle;
    else high = middle;
  }
  return Math.floor(high / MINUTE_MS) * MINUTE_MS;
}

function describeChange(utc: number, before: number, after: number): YearlyChange {
  const local = new Date(utc + before);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return {
    offset: after,
    month: month + 1,
    weekday: local.getUTCDay(),
    occurrence: day + 7 > daysInMonth ? -1 : Math.ceil(day / 7),
    time: (utc + before) % DAY_MS,
  };
}

function standardOffset(offsetAt: (utc: number) => number, year: number): number {
  return Math.min(offsetAt(Date.UTC(year, 0, 1)), offsetAt(Date.UTC(year, 6, 1)));
}

function localInstant(year: number, change: YearlyChange): number {
  const first = new Date(Date.UTC(year, change.month - 1, 1));
  let day = 1 + ((change.weekday - first.getUTCDay() + 7) % 7);
  if (change.occurrence > 0) day += (change.occurrence - 1) * 7;
  else {
    const daysInMonth = new Date(Date.UTC(year, change.month, 0)).getUTCDate();
    day += Math.floor((daysInMonth - day) / 7) * 7;
  }
  return Date.UTC(year, change.month - 1, day) + change.time;
}

function describe(id: string, offset: number): string {
  const minutes = Math.abs(offset) / MINUTE_MS;
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `(UTC${offset < 0 ? '-' : '+'}${clock}) ${id}`;
}
