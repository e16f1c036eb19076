/**
 * Time zones by their IANA names: from instants to wall time and back, and RFC 3339 texts. Wall times are written as
 * the milliseconds they would be in UTC. A wall time that a clock change skips is moved forward by the gap.
 */

const FORMATS = new Map<string, Intl.DateTimeFormat | undefined>();
const FORMATS_MAX = 1000;

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (FORMATS.size > FORMATS_MAX) FORMATS.clear();
  if (!FORMATS.has(zone)) FORMATS.set(zone, makeFormat(zone));
  return FORMATS.get(zone);
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch {
    return undefined;
  }
}

/** Whether that is an IANA name (or an alias of one). Offsets and Windows names are not. */
export function isZone(zone: string): boolean {
  return /^[A-Za-z]/.test(zone) && formatOf(zone) !== undefined;
}

/** Milliseconds that the zone is ahead of UTC at an instant. An unknown zone counts as UTC. */
export function offsetAt(zone: string, at: number): number {
  const format = formatOf(zone);
  if (format === undefined) return 0;
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** The wall time of an instant. */
export function toWall(zone: string, at: number): number {
  return at + offsetAt(zone, at);
}

/** The instant of a wall time: the first of two, and past the gap where there is none. */
export function toInstant(zone: string, wall: number): number {
  const before = wall - offsetAt(zone, wall - 86_400_000);
  if (toWall(zone, before) === wall) return before;
  const after = wall - offsetAt(zone, wall + 86_400_000);
  return toWall(zone, after) === wall ? after : before;
}

/** An instant with the offset of a zone, to the second: `2026-06-01T10:00:00+02:00`. */
export function writeInstant(zone: string, at: number): string {
  const offset = offsetAt(zone, at);
  const text = new Date(at + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${text}Z`;
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${text}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?(Z|z|[+-]\d\d:\d\d)?$/;

/** The instant of an RFC 3339 text; one without an offset is a wall time of `zone`. Undefined for other texts. */
export function readInstant(text: string, zone?: string): number | undefined {
  const [, day, time, , offset] = RFC_3339.exec(text) ?? [];
  if (day === undefined || (offset === undefined && zone === undefined)) return undefined;
  const at = Date.parse(`${day}T${time}${offset?.toUpperCase() ?? 'Z'}`);
  if (Number.isNaN(at) || readDate(day) === undefined) return undefined;
  return offset === undefined ? toInstant(zone ?? 'UTC', at) : at;
}

/** Midnight UTC of a `yyyy-mm-dd`; undefined for what is no day. */
export function readDate(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || writeDate(at) !== text ? undefined : at;
}

/** The day of a midnight UTC. */
export function writeDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
