/**
 * Dates of whole days: Exchange keeps them as midnights of the event's own time zone, told in UTC together with the zone. Pure; total for
 * whatever a server calls a zone.
 */
import { findIana } from 'windows-iana';
import { DAY, HOUR, type Instant, MINUTE } from '../../../model/clock.ts';
import { child, type XmlNode } from '../soap.ts';

export interface Zone {
  /** The Windows name, as it was told; '' where none was. */
  readonly name: string;
  /** Local minus universal time; null where the name says nothing to us. */
  readonly offsetAt: ((at: Instant) => number) | null;
  /** The offsets that its definition holds, for zones that only their maker knows by name. */
  readonly offsets: readonly number[];
}

export const UTC_ZONE: Zone = { name: 'UTC', offsetAt: () => 0, offsets: [0] };
export const NO_ZONE: Zone = { name: '', offsetAt: null, offsets: [] };

/** A `StartTimeZone` or `EndTimeZone`, with or without its rules. */
export function readZone(element: XmlNode | undefined): Zone {
  if (element === undefined) return NO_ZONE;
  const name = element.attributes.Id ?? '';
  const periods = (child(element, 'Periods')?.children ?? []).flatMap(({ attributes }) => {
    const bias = minutesOf(attributes.Bias ?? '');
    return bias === null ? [] : [-bias * MINUTE];
  });
  const told = offsetInName(element.attributes.Name ?? '') ?? offsetInName(name);
  const offsets = periods.length > 0 || told === null ? periods : [told];
  return { name, offsetAt: offsetsOf(name), offsets };
}

/** The zone of an event; Exchange 2007 tells none. */
export function zoneOf(item: XmlNode | undefined): Zone {
  return readZone(child(item, 'StartTimeZone'));
}

/** A zone by its name alone. */
export function zoneNamed(name: string): Zone {
  return { name, offsetAt: offsetsOf(name), offsets: [] };
}

const known = new Map<string, ((at: Instant) => number) | null>();
/** There are about 140 names; more than this are a damaged mailbox's. */
const KNOWN_MAX = 1_000;

function offsetsOf(name: string): ((at: Instant) => number) | null {
  const before = known.get(name);
  if (before !== undefined) return before;
  const made = makeOffsets(name);
  if (known.size < KNOWN_MAX) known.set(name, made);
  return made;
}

function makeOffsets(name: string): ((at: Instant) => number) | null {
  if (name === '') return null;
  if (/^(utc|tzone:\/\/microsoft\/utc)$/i.test(name)) return () => 0;
  // Servers that are not Exchange give IANA's own names.
  const iana = findIana(name)[0] ?? (name.includes('/') && !name.includes(':') ? name : undefined);
  if (iana === undefined) return null;
  try {
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
    return (at) => localOf(format, at) - Math.floor(at / 1_000) * 1_000;
  } catch {
    return null;
  }
}

function localOf(format: Intl.DateTimeFormat, at: Instant): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** `-PT60M`, `PT8H`, `-P0DT1H0M0.0S` in minutes; null for anything else. */
function minutesOf(duration: string): number | null {
  const match = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:[\d.]+S)?)?$/.exec(duration.trim());
  if (match === null) return null;
  const [, sign, days = '0', hours = '0', minutes = '0'] = match;
  const sum = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  return sign === '-' ? -sum : sum;
}

/** `(UTC+01:00) Amsterdam`: an offset that people read. */
function offsetInName(name: string): number | null {
  const match = /(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d\d)/i.exec(name);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * MINUTE;
}

/** Farther from midnight than this, a time is no midnight that a change of clocks has shifted. */
const NEAR_MIDNIGHT_MS = 2 * HOUR;

/** The date on which a whole day starts that begins at `at`. */
export function startDate(at: Instant, zone: Zone): string {
  const local = toLocal(at, zone);
  return dateText(modulo(local) >= DAY - NEAR_MIDNIGHT_MS ? local + DAY : local);
}

/** The first date after a span of whole days that ends at `at`. */
export function endDate(at: Instant, zone: Zone): string {
  const local = toLocal(at, zone);
  return dateText(modulo(local) <= NEAR_MIDNIGHT_MS ? local : local + DAY);
}

/** Local time as if it were universal. Where the zone is not known, `at` is taken for a midnight somewhere. */
function toLocal(at: Instant, zone: Zone): number {
  if (zone.offsetAt !== null) return at + zone.offsetAt(at);
  const fitting = zone.offsets.find((offset) => modulo(at + offset) === 0);
  if (fitting !== undefined) return at + fitting;
  const time = modulo(at);
  return time < DAY / 2 ? at - time : at + DAY - time;
}

/** The instant at which a date begins in a zone; null where the zone's clocks are not known. */
export function midnightOf(date: string, zone: Zone): Instant | null {
  const { offsetAt } = zone;
  const local = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(local) || offsetAt === null) return null;
  const before = offsetAt(local - DAY);
  const first = local - before;
  if (offsetAt(first) === before) return first;
  const after = offsetAt(local + DAY);
  // A midnight that the clocks pass over is taken as the moment after.
  return offsetAt(local - after) === after ? local - after : first;
}

/** A date that a server keeps as a midnight, or as a time of day that no zone moves to another day. */
export function nearestDate(at: Instant): string {
  const time = modulo(at);
  return dateText(time < DAY / 2 ? at - time : at + DAY - time);
}

const modulo = (at: number): number => ((at % DAY) + DAY) % DAY;
const dateText = (at: number): string => new Date(at).toISOString().slice(0, 10);
