/**
 * From a wall time and a zone to an instant, for the rare time that comes without an offset. A time that a clock change skips moves forward, one that it
 * repeats is its first. Pure.
 */

/** The instant of `2026-06-02T08:00:00` in an IANA zone, in UTC where the zone is unknown; null where the text is no time. */
export function wallInstant(local: string, zone: string | undefined): number | null {
  const naive = Date.parse(`${local}Z`);
  if (Number.isNaN(naive)) return null;
  const before = offsetAt(naive - 86_400_000, zone);
  const after = offsetAt(naive + 86_400_000, zone);
  // The earlier of the two readings that is one of the zone's own; none is inside a gap, and moves forward by it.
  const fitting = [before, after].find((offset) => offsetAt(naive - offset, zone) === offset);
  return naive - (fitting ?? before);
}

function offsetAt(at: number, zone: string | undefined): number {
  if (zone === undefined) return 0;
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at);
    const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(at / 1000) * 1000;
  } catch {
    return 0;
  }
}
