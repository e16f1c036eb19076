/** Items whole, and the series that occurrences belong to: the reading of many by id, one result each. It decides nothing. */
import type { ItemResult } from '../../../model/connector.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { EventItem } from '../../../model/mailbox-item.ts';
import { askItems } from '../item-batch.ts';
import { instantOf, isTrue, itemOf, itemVersion } from '../mapping.ts';
import type { XmlNode } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { type EventDetails, originalStartText, readEvent } from './event-mapping.ts';
import { getDetails, getSeriesOf } from './item-requests.ts';
import { type Zone, zoneOf } from './zones.ts';

/** Items with their texts in one request, and ids alone. */
const DETAILS_PER_CALL = 100;
const IDS_PER_CALL = 250;

/** Asks in batches; results in the order asked. */
async function inBatches<T>(
  ids: readonly ItemId[],
  perCall: number,
  ask: (batch: readonly ItemId[]) => Promise<readonly ItemResult<T>[]>,
): Promise<readonly ItemResult<T>[]> {
  const results: ItemResult<T>[] = [];
  for (let from = 0; from < ids.length; from += perCall)
    results.push(...(await ask(ids.slice(from, from + perCall))));
  return results;
}

/** Items of a collection as `read` maps them. */
export function readDetails<T>(
  transport: Transport,
  collection: 'events' | 'contacts' | 'tasks',
  ids: readonly ItemId[],
  read: (item: XmlNode | undefined) => T | null,
): Promise<readonly ItemResult<T>[]> {
  return inBatches(ids, DETAILS_PER_CALL, (batch) =>
    askItems<T>(transport, {
      operation: 'GetItem',
      ids: batch,
      timeZone: 'UTC',
      write: (asked) => getDetails(collection, asked),
      read: (message) => read(itemOf(message)),
    }),
  );
}

/** What an occurrence takes from its series. */
export interface SeriesFrame {
  readonly seriesId: ItemId;
  readonly isAllDay: boolean;
  readonly zone: Zone;
}

/** The series of each occurrence. */
export async function readSeriesOf(
  transport: Transport,
  occurrenceIds: readonly ItemId[],
): Promise<ReadonlyMap<ItemId, ItemResult<SeriesFrame>>> {
  const results = await inBatches(occurrenceIds, IDS_PER_CALL, (batch) =>
    askItems<SeriesFrame>(transport, {
      operation: 'GetItem',
      ids: batch,
      timeZone: 'UTC',
      write: getSeriesOf,
      read: (message) => {
        const item = itemOf(message);
        const ids = itemVersion(item);
        if (item === undefined || ids === null) return null;
        return { seriesId: ids.itemId, isAllDay: isTrue(item, 'IsAllDayEvent'), zone: zoneOf(item) };
      },
    }),
  );
  return new Map(
    occurrenceIds.flatMap((id, index) => {
      const result = results[index];
      return result === undefined ? [] : [[id, result] as const];
    }),
  );
}

/** An event with the moment where it stood in its series, for the series' own form of that moment. */
export interface ReadEvent extends EventDetails {
  readonly originalStartAt: number | null;
}

export function readEvents(
  transport: Transport,
  ids: readonly ItemId[],
): Promise<readonly ItemResult<ReadEvent>[]> {
  return readDetails(transport, 'events', ids, (item) => {
    const details = readEvent(item);
    if (item === undefined || details === null) return null;
    const originalStartAt = instantOf(item, 'OriginalStart') ?? instantOf(item, 'RecurrenceId');
    return { ...details, originalStartAt };
  });
}

/** An occurrence as one of its series. */
export function placeInSeries(
  { event, originalStartAt }: Pick<ReadEvent, 'event' | 'originalStartAt'>,
  { seriesId, isAllDay, zone }: SeriesFrame,
): EventItem {
  const originalStart =
    originalStartAt === null ? event.originalStart : originalStartText(originalStartAt, isAllDay, zone);
  return { ...event, seriesId, originalStart };
}
