/** Wall clocks in tests: the instant that a time of day is in a zone, by the platform's own table of zones. */

/** The instant of `2026-03-29T10:00` in an IANA zone; a time that the clocks skip counts as if they had not been put forward yet. */
export function instantIn(zone: string, local: string): number {
  const asUtc = Date.parse(`${local}:00Z`);
  const before = asUtc - offsetAt(zone, asUtc - 86_400_000);
  return offsetAt(zone, before) === offsetAt(zone, asUtc - 86_400_000)
    ? before
    : asUtc - offsetAt(zone, asUtc - offsetAt(zone, before));
}

/** The day so many days later, as a date or, with a time of day, as that. */
export function daysLater(local: string, days: number): string {
  const date = new Date(Date.parse(`${local.slice(0, 10)}T00:00:00Z`) + days * 86_400_000);
  return `${date.toISOString().slice(0, 10)}${local.slice(10)}`;
}

/** One formatter per zone: making one is slow. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric';
  const wanted = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  } as const;
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...wanted });
  formats.set(timeZone, format);
  return format;
}

function offsetAt(zone: string, at: number): number {
  const parts = formatOf(zone).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(at / 1000) * 1000;
}

/** The wall clock of a zone at an instant: `2026-03-29T10:00:00`. */
export function wallIn(zone: string, at: number): string {
  return new Date(at + offsetAt(zone, at)).toISOString().slice(0, 19);
}
