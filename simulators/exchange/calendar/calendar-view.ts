/**
 * CalendarView: what takes place in a span of time, series expanded into their occurrences, as a calendar shows it.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendarview
 */
import { ServiceError, schemaViolation } from '../errors.ts';
import type { Folder, Item } from '../folder.ts';
import { parseInstant } from '../item-fields.ts';
import { FIND_COUNT_MAX } from '../paging.ts';
import type { XmlNode } from '../xml-tree.ts';
import type { Zone } from '../zones/zone.ts';
import { plannedOf, seriesOf, viewOccurrence } from './occurrences.ts';

const RANGE_YEARS_MAX = 2;

export interface CalendarHits {
  items: Item[];
  attributes: { TotalItemsInView: number; IncludesLastItemInRange: boolean };
}

/**
 * Single events and occurrences of `folder` in the span, by start. Fails with ErrorCalendarViewRangeTooBig beyond two
 * years and with ErrorExceededFindCountLimit beyond 1,000 hits, unless the view names a maximum.
 */
export function viewCalendar(folder: Folder, view: XmlNode, zone: Zone): CalendarHits {
  if (!folder.folderClass.toUpperCase().startsWith('IPF.APPOINTMENT'))
    throw new ServiceError('ErrorCalendarFolderIsInvalidForCalendarView');
  const [from, to] = ['StartDate', 'EndDate'].map((name) => {
    const instant = parseInstant(view.attributes[name] ?? '', zone);
    if (instant === undefined) throw schemaViolation(`The '${name}' attribute is invalid or missing.`);
    return instant;
  }) as [number, number];
  if (to < from) throw new ServiceError('ErrorCalendarEndDateIsEarlierThanStartDate');
  const limit = new Date(from);
  limit.setUTCFullYear(limit.getUTCFullYear() + RANGE_YEARS_MAX);
  if (to > limit.getTime()) throw new ServiceError('ErrorCalendarViewRangeTooBig');
  const max = readMax(view.attributes.MaxEntriesReturned);
  const hits = [...folder.items.values()].flatMap((item) => [...hitsOf(item, from, to)]);
  if (max === undefined && hits.length > FIND_COUNT_MAX)
    throw new ServiceError('ErrorExceededFindCountLimit');
  hits.sort((one, two) => startOf(one) - startOf(two) || one.order - two.order);
  const items = hits.slice(0, Math.min(max ?? FIND_COUNT_MAX, FIND_COUNT_MAX));
  return {
    items,
    attributes: { TotalItemsInView: hits.length, IncludesLastItemInRange: items.length === hits.length },
  };
}

function readMax(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const max = Number(text);
  if (!Number.isInteger(max)) throw schemaViolation("The 'MaxEntriesReturned' attribute is invalid.");
  if (max < 1) throw new ServiceError('ErrorInvalidPagingMaxRows');
  return max;
}

function* hitsOf(item: Item, from: number, to: number): Generator<Item> {
  const { event } = item;
  if (event === undefined) return;
  const series = seriesOf(item);
  if (series === undefined) {
    if (isWithin(event.start, event.end, from, to)) yield item;
    return;
  }
  for (const originalStart of series.exceptions.keys()) {
    const shown = viewOccurrence(item, originalStart);
    if (shown.event !== undefined && isWithin(shown.event.start, shown.event.end, from, to)) yield shown;
  }
  // A day more than the length of one, for clocks may turn while it lasts.
  const reach = series.end - series.start + 86_400_000;
  for (const { originalStart } of plannedOf(series)) {
    if (originalStart >= to) return;
    if (originalStart + reach < from) continue;
    if (series.deleted.has(originalStart) || series.exceptions.has(originalStart)) continue;
    const shown = viewOccurrence(item, originalStart);
    if (isWithin(originalStart, shown.event?.end ?? originalStart, from, to)) yield shown;
  }
}

/** What ends as the span begins, or begins as it ends, is outside; what takes no time counts where it starts. */
function isWithin(start: number, end: number, from: number, to: number): boolean {
  return start < to && (end > from || (start === end && start >= from));
}

function startOf(item: Item): number {
  return item.event?.start ?? 0;
}
