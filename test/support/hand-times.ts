/** Times of events as people write them in a calendar: by the wall clock of a zone, from the canonical texts and plans that tests speak in. */
import { readSpan } from '../../src/model/canonical.ts';
import type { SeriesPlan } from './memory-series.ts';
import { daysLater, instantIn, wallIn } from './zoned-time.ts';

export interface HandTime {
  readonly isAllDay: boolean;
  /** Dates with a time of day, by the zone's clock; of whole days the midnights. */
  readonly start: string;
  readonly end: string;
  /** Instants, of whole days the midnights in UTC. */
  readonly startAt: number;
  readonly endAt: number;
}

/** Where a canonical `time` stands in a zone. */
export function handTime(time: string | undefined, zone: string): HandTime {
  const span = readSpan(time);
  if (span === null) throw new Error('this is no time');
  const wall = (at: number) => wallIn(span.isAllDay ? 'UTC' : zone, at);
  return { ...span, start: wall(span.startAt), end: wall(span.endAt) };
}

/** Where the first occurrence of a plan stands. */
export function firstTime({ start, length, zone }: SeriesPlan): HandTime {
  const isAllDay = start.length === 10;
  if (isAllDay) return handTime(`${start}/${daysLater(start, length)}`, zone);
  const startAt = instantIn(zone, start);
  const endAt = startAt + length * 60_000;
  return { isAllDay, start: wallIn(zone, startAt), end: wallIn(zone, endAt), startAt, endAt };
}
