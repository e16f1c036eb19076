/**
 * Times as Graph writes them (`dateTimeTimeZone`) as instants and dates. Zones come by Windows and by IANA names; one that nobody knows
 * (`tzone://Microsoft/Custom`) counts as UTC. Pure.
 */
import { findIana } from 'windows-iana';
import { dayAfter } from '../../../model/canonical.ts';
import type { Instant } from '../../../model/clock.ts';
import { DAY, HOUR } from '../../../model/clock.ts';
import type { Json } from '../message.ts';

const formats = new Map<string, Intl.DateTimeFormat | null>();
/** Zone names are told by servers: more than these are read anew each time. */
const FORMATS_MAX = 1_000;

/** Whether a zone is known by its Windows or IANA name. */
export function isKnownZone(zone: unknown): zone is string {
  return typeof zone === 'string' && (isUtc(zone) || formatOf(zone) !== null);
}

/** The instant of a `dateTimeTimeZone`; null where it is none. A time that daylight saving skips moves forward, one that it repeats is the first. */
export function instantOfTime(time: unknown): Instant | null {
  const { dateTime, timeZone } = (time ?? {}) as Json;
  if (typeof dateTime !== 'string') return null;
  if (/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(dateTime)) return sane(Date.parse(dateTime));
  const wall = sane(Date.parse(`${dateTime.slice(0, 19)}Z`));
  if (wall === null || typeof timeZone !== 'string' || isUtc(timeZone)) return wall;
  const [before, after] = [offsetAt(wall - DAY, timeZone), offsetAt(wall + DAY, timeZone)];
  const early = wall - before;
  if (before === after || offsetAt(early, timeZone) === before) return early;
  const late = wall - after;
  return offsetAt(late, timeZone) === after ? late : early;
}

/** The date of a `dateTimeTimeZone` as it stands there; null where it is none. */
export function dateOfTime(time: unknown): string | null {
  const { dateTime } = (time ?? {}) as Json;
  return typeof dateTime === 'string' && isDate(dateTime.slice(0, 10)) ? dateTime.slice(0, 10) : null;
}

/**
 * The date whose midnight, in some zone, an instant is: the zone's where it is known, else the one that most of the world's zones agree on. East of
 * UTC midnight falls on the evening before, and of the hours that both sides have, 11 is New Zealand's and 10 Hawaii's.
 */
export function dateOfMidnight(at: Instant, zone?: unknown): string {
  if (isKnownZone(zone) && !isUtc(zone)) {
    const wall = at + offsetAt(at, zone);
    if (wall % DAY === 0) return dateText(wall);
  }
  const date = dateText(at);
  return modulo(at, DAY) > 10.5 * HOUR ? dayAfter(date) : date;
}

/** Whether a text is a date, `2026-11-27`. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && sane(Date.parse(`${text}T00:00:00Z`)) !== null;
}

function dateText(at: number): string {
  return new Date(Math.floor(at / DAY) * DAY).toISOString().slice(0, 10);
}

/** Exchange writes the years 1601, 0001 and 4501 where it holds no date at all. */
function sane(at: number): Instant | null {
  return Number.isNaN(at) || at < -11_644_473_600_000 || at > 64_092_211_200_000 ? null : at;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function isUtc(zone: string): boolean {
  return /^(?:utc|etc\/utc|tzone:\/\/microsoft\/utc)$/i.test(zone);
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  if (formats.size > FORMATS_MAX) formats.clear();
  let format: Intl.DateTimeFormat | null = null;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: findIana(zone)[0] ?? zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    // No zone of anybody's: as UTC.
  }
  formats.set(zone, format);
  return format;
}

function offsetAt(at: number, zone: string): number {
  const format = isUtc(zone) ? null : formatOf(zone);
  if (format === null) return 0;
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(at / 1000) * 1000;
}
