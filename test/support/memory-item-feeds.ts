/** The feeds of the mailbox in memory: first readings page by page, then the log of changes; and the occurrences that time brings in. */
import { readSpan } from '../../src/model/canonical.ts';
import type { Collection } from '../../src/model/collection.ts';
import { failure, RemoteFailure } from '../../src/model/failure.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { ItemChange, ItemPage, ItemWindow } from '../../src/model/mail-items.ts';
import { currentItem, occurrencesOf } from './memory-item-views.ts';
import type { MemoryItem, MemoryItems } from './memory-items.ts';
import { plannedOccurrences, readOccurrenceId } from './memory-series.ts';

/** How far a feed was read: of the first pass the last item told (null at its end), then the place in the log. */
interface Position {
  readonly epoch: number;
  readonly at: number;
  readonly above: number | null;
}

const expired = () => new RemoteFailure(failure('mailbox.cursor-expired'));

function readPosition(items: MemoryItems, cursor: string | null): Position {
  if (cursor === null) return { epoch: items.epoch, at: items.log.length, above: 0 };
  try {
    const position = JSON.parse(cursor) as Position;
    if (position.epoch === items.epoch) return position;
  } catch {
    // As one that was forgotten.
  }
  throw expired();
}

export function hasFeedMoved(items: MemoryItems, collection: Collection, cursor: string | null): boolean {
  if (cursor === null) return true;
  try {
    const { at, above } = readPosition(items, cursor);
    return above !== null || items.log.slice(at).some((entry) => entry.collection === collection);
  } catch {
    return true;
  }
}

export function readItemFeed(
  items: MemoryItems,
  collection: Collection,
  cursor: string | null,
  window: ItemWindow,
): ItemPage {
  const position = readPosition(items, cursor);
  return position.above === null
    ? readLog(items, collection, position, window)
    : readFirst(items, collection, position, position.above, window);
}

function readFirst(
  items: MemoryItems,
  collection: Collection,
  position: Position,
  above: number,
  window: ItemWindow,
): ItemPage {
  const left = [...items.stored.values()]
    .filter((item) => item.collection === collection && item.order > above && isInWindow(item, window))
    .toSorted((one, other) => one.order - other.order);
  const page = left.slice(0, items.pageItems);
  const done = left.length <= items.pageItems;
  const next: Position = { ...position, above: done ? null : (page.at(-1)?.order ?? null) };
  return {
    changes: page.flatMap(({ itemId }) => tellItem(items, itemId, window)),
    cursor: JSON.stringify(next),
    done,
  };
}

function readLog(
  items: MemoryItems,
  collection: Collection,
  position: Position,
  window: ItemWindow,
): ItemPage {
  const touched = new Set<ItemId>();
  let at = position.at;
  for (; at < items.log.length && touched.size < items.pageItems; at += 1) {
    const entry = items.log[at];
    if (entry?.collection === collection) touched.add(toldAs(items, entry.itemId));
  }
  return {
    changes: [...touched]
      .filter((itemId) => !isBriefly(items, itemId, position.at))
      .flatMap((itemId) => tellItem(items, itemId, window)),
    cursor: JSON.stringify({ ...position, at }),
    done: at === items.log.length,
  };
}

/** Made and deleted since: nothing is told of it, as Exchange does. */
function isBriefly(items: MemoryItems, itemId: ItemId, since: number): boolean {
  const isThere = items.stored.has(readOccurrenceId(itemId)?.seriesId ?? itemId);
  return !isThere && items.log.findIndex((entry) => entry.itemId === itemId) >= since;
}

/** An occurrence's change is its series', where these are told as lists or are gone altogether. */
function toldAs(items: MemoryItems, itemId: ItemId): ItemId {
  const seriesId = readOccurrenceId(itemId)?.seriesId;
  if (seriesId === undefined) return itemId;
  return items.seriesAs === 'lists' || !items.stored.has(seriesId) ? seriesId : itemId;
}

/** An item of now, as the feed tells it. */
export function tellItem(
  items: MemoryItems,
  itemId: ItemId,
  { eventsFrom, seriesTo }: ItemWindow,
): readonly ItemChange[] {
  const stored = items.stored.get(itemId);
  const isSeries = stored !== undefined && stored.series !== null;
  if (items.damaged.has(itemId))
    return [{ kind: 'unreadable', itemId, failure: failure('mailbox.item-unreadable') }];
  if (isSeries && items.seriesAs === 'lists') {
    const occurrences = occurrencesOf(stored, eventsFrom, seriesTo);
    return [{ kind: 'series', seriesId: itemId, occurrences, from: eventsFrom, to: seriesTo }];
  }
  if (isSeries) return occurrencesOf(stored, eventsFrom, seriesTo).map((item) => ({ kind: 'upsert', item }));
  const item = currentItem(items, itemId);
  return [item === null ? { kind: 'deleted', itemId } : { kind: 'upsert', item }];
}

function isInWindow(item: MemoryItem, { eventsFrom, eventsTo, seriesTo, tasksFrom }: ItemWindow): boolean {
  if (item.series !== null) return occurrencesOf(item, eventsFrom, seriesTo).length > 0;
  if (item.collection === 'events') {
    const span = readSpan(item.fields.time);
    return span !== null && span.endAt >= eventsFrom && (eventsTo === null || span.startAt <= eventsTo);
  }
  if (item.collection === 'contacts' || item.fields.status !== 'completed') return true;
  const dueAt = Date.parse(`${item.fields.due ?? ''}T00:00:00Z`);
  return item.modifiedAt >= tasksFrom || dueAt >= tasksFrom;
}

/** Occurrences that start between the two instants, by when they stood in their series or where they were put. */
export function readOccurrencePage(
  items: MemoryItems,
  { from, to }: { readonly from: number; readonly to: number },
  cursor: string | null,
): ItemPage {
  const told = Number(cursor ?? 0);
  const all = [...items.stored.values()]
    .filter(({ series }) => series !== null && plannedOccurrences(series).length > 0)
    .flatMap((item) => occurrencesOf(item, from, to))
    .filter(({ fields }) => {
      const startAt = readSpan(fields.time)?.startAt ?? 0;
      return startAt >= from && startAt < to;
    });
  const page = all.slice(told, told + items.pageItems);
  return {
    changes: page.map((item) =>
      items.damaged.has(item.itemId)
        ? { kind: 'unreadable', itemId: item.itemId, failure: failure('mailbox.item-unreadable') }
        : { kind: 'upsert', item },
    ),
    cursor: String(told + page.length),
    done: told + page.length >= all.length,
  };
}
