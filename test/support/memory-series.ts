/**
 * Series of the mailbox in memory: a plan, what became of single occurrences, and the occurrences that follow from both. Pure; the acts on them
 * stand in `memory-items.ts`.
 */
import { allDaySpan, readSpan, timedSpan } from '../../src/model/canonical.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import { daysLater, instantIn } from './zoned-time.ts';

/** When a series takes place: by the wall clock of a zone or, where `start` is a date, on whole days. */
export interface SeriesPlan {
  /** `2026-03-20T10:00`, or `2026-03-20` for whole days. */
  readonly start: string;
  /** Minutes of a timed occurrence, days of a whole-day one. */
  readonly length: number;
  /** IANA name. */
  readonly zone: string;
  readonly everyDays: number;
  /** Null: without an end. */
  readonly count: number | null;
}

/** What is different about one occurrence. */
export interface Exception {
  readonly fields: Fields;
  /** Of the exception alone; see `occurrenceVersion`. */
  readonly version: string;
  readonly modifiedAt: number;
  readonly answer?: Answer;
  readonly isCancelled?: boolean;
  readonly categories?: readonly string[];
}

export interface Series {
  readonly plan: SeriesPlan;
  /** By original start. */
  readonly exceptions: ReadonlyMap<string, Exception>;
  /** Original starts of what was taken out. */
  readonly removed: ReadonlySet<string>;
}

export interface PlannedOccurrence {
  readonly originalStart: string;
  /** As planned, whatever an exception says. */
  readonly time: string;
}

/** Occurrences of an endless series at most. */
const OCCURRENCES_MAX = 1_000;

/** Everything that the plan has, in the order of time; what was taken out is not among it. */
export function plannedOccurrences({ plan, removed }: Series): readonly PlannedOccurrence[] {
  const all = Array.from({ length: Math.min(plan.count ?? OCCURRENCES_MAX, OCCURRENCES_MAX) }, (_, at) =>
    planned(plan, daysLater(plan.start, at * plan.everyDays)),
  );
  return all.filter(({ originalStart }) => !removed.has(originalStart));
}

function planned({ start, length, zone }: SeriesPlan, local: string): PlannedOccurrence {
  if (start.length === 10) return { originalStart: local, time: allDaySpan(local, daysLater(local, length)) };
  const startAt = instantIn(zone, local);
  const time = timedSpan(startAt, startAt + length * 60_000);
  return { originalStart: time.slice(0, 20), time };
}

/** The occurrences that lie in the time, where they stood or where they were put. */
export function occurrencesBetween(series: Series, from: number, to: number): readonly PlannedOccurrence[] {
  const isInside = (time: string | undefined) => {
    const span = readSpan(time);
    return span !== null && span.endAt >= from && span.startAt < to;
  };
  return plannedOccurrences(series).filter(
    ({ originalStart, time }) =>
      isInside(time) || isInside(series.exceptions.get(originalStart)?.fields.time),
  );
}

export const occurrenceId = (seriesId: ItemId, originalStart: string) =>
  `${seriesId}@${originalStart}` as ItemId;

/** Series and original start of an occurrence's id; null where it is none. */
export function readOccurrenceId(
  itemId: ItemId,
): { readonly seriesId: ItemId; readonly originalStart: string } | null {
  const [seriesId, originalStart] = itemId.split('@');
  return originalStart === undefined ? null : { seriesId: seriesId as ItemId, originalStart };
}

/** Changes when the series or this occurrence is written, and with no other occurrence. */
export const occurrenceVersion = (series: { readonly version: string }, exception: Exception | undefined) =>
  exception === undefined ? series.version : `${series.version}.${exception.version}`;
