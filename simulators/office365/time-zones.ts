/**
 * Wall times in zones and the instants they stand for. Zones are known by Windows and by IANA names; a wall time that daylight
 * saving skips moves forward by the gap, one that it repeats is the first of the two.
 * https://learn.microsoft.com/graph/api/resources/datetimetimezone
 */
import { findIana, findWindows } from 'windows-iana';
import { GraphError } from './errors.ts';

/** A wall time (`YYYY-MM-DDTHH:mm:ss`, no offset) and the name of its zone, as a client gave it. */
export interface ZonedTime {
  dateTime: string;
  timeZone: string;
}

export const DAY_MS = 24 * 3_600_000;

const ZONES = new Map<string, string | undefined>();
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const ZONES_MAX = 2000;

/** The IANA name of a zone; undefined for what is no zone. Letter case is ignored. */
function ianaName(zone: string): string | undefined {
  const key = zone.toLowerCase();
  if (ZONES.size > ZONES_MAX) ZONES.clear();
  if (!ZONES.has(key)) ZONES.set(key, readZone(zone));
  return ZONES.get(key);
}

function readZone(zone: string): string | undefined {
  if (/^(?:utc|tzone:\/\/microsoft\/utc|etc\/utc)$/i.test(zone)) return 'UTC';
  const [byWindowsName] = findIana(zone);
  if (byWindowsName !== undefined) return byWindowsName;
  // Offsets such as +01:00 are zones to Intl and none to Exchange.
  if (!/^[a-z]+(?:[/_+-][a-z0-9_+-]+)*$/i.test(zone)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The same zone by its Windows name, as Exchange stores it; the name itself where there is none. */
export function windowsZone(zone: string): string {
  const iana = ianaName(zone);
  return (iana === undefined ? undefined : findWindows(iana)[0]) ?? zone;
}

/** Fails with 400 TimeZoneNotSupportedException unless `zone` is one. */
export function checkZone(zone: string): void {
  if (ianaName(zone) !== undefined) return;
  const text = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${zone}'.`;
  throw new GraphError('TimeZoneNotSupportedException', text, 400);
}

/** The instant (ms) of a wall time. Unknown zones count as UTC. */
export function instantOf({ dateTime, timeZone }: ZonedTime): number {
  const local = wallMs(dateTime);
  const [before, after] = [offsetAt(local - DAY_MS, timeZone), offsetAt(local + DAY_MS, timeZone)];
  const early = local - before;
  if (before === after || offsetAt(early, timeZone) === before) return early;
  const late = local - after;
  return offsetAt(late, timeZone) === after ? late : early;
}

/** The wall time of an instant (ms) in a zone. */
export function wallOf(at: number, timeZone: string): string {
  return wallText(at + offsetAt(at, timeZone));
}

/** Milliseconds since 1970 of a wall time, as if it were UTC. */
export function wallMs(dateTime: string): number {
  return Date.parse(`${dateTime.slice(0, 19)}Z`);
}

/** The wall time of such milliseconds, without fractions. */
export function wallText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** Days since 1970 of the date of a wall time. */
export function dayOf(dateTime: string): number {
  return Math.floor(wallMs(`${dateTime.slice(0, 10)}T00:00:00`) / DAY_MS);
}

/** `YYYY-MM-DD` of a number of days since 1970. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** An instant of a query (`startDateTime`): its own offset counts, without one it is UTC. NaN for what is none. */
export function readInstant(text: string): number {
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  // A plus sign that was not encoded arrives as a blank.
  const plain = text.replace(/ (?=\d\d:?\d\d$)/, '+').replace(/(\.\d{3})\d+/, '$1');
  const isWhole = /T\d\d:\d\d/.test(plain);
  return Date.parse(hasOffset || plain.includes('+') ? plain : isWhole ? `${plain}Z` : plain);
}

function offsetAt(at: number, zone: string): number {
  const iana = ianaName(zone) ?? 'UTC';
  if (iana === 'UTC') return 0;
  let format = FORMATS.get(iana);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: iana,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    FORMATS.set(iana, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(at / 1000) * 1000;
}
