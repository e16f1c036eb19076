/** Items of the mailbox in memory as the contract tells them: the stored ones, and the occurrences of series. Pure. */
import type { ItemId } from '../../src/model/ids.ts';
import type { EventItem, MailboxItem } from '../../src/model/mailbox-item.ts';
import { type MemoryItem, type MemoryItems, sensitivityOf } from './memory-items.ts';
import {
  occurrenceId,
  occurrencesBetween,
  occurrenceVersion,
  type PlannedOccurrence,
  plannedOccurrences,
  readOccurrenceId,
} from './memory-series.ts';

/** A single item or an occurrence as it is now; null where there is none. The head of a series is none. */
export function currentItem(items: MemoryItems, itemId: ItemId): MailboxItem | null {
  const occurrence = readOccurrenceId(itemId);
  const item = items.stored.get(occurrence?.seriesId ?? itemId);
  if (item === undefined) return null;
  if (item.series === null) return occurrence === null ? viewOf(item) : null;
  const planned = plannedOccurrences(item.series).find(
    ({ originalStart }) => originalStart === occurrence?.originalStart,
  );
  return planned === undefined ? null : occurrenceOf(item, planned);
}

/** The occurrences of a series that lie in the time. */
export function occurrencesOf(item: MemoryItem, from: number, to: number): readonly EventItem[] {
  if (item.series === null) return [];
  return occurrencesBetween(item.series, from, to).map((planned) => occurrenceOf(item, planned));
}

function viewOf(item: MemoryItem): MailboxItem {
  const { itemId, version, modifiedAt, fields, sensitivity, categories, stamp } = item;
  const base = { itemId, version, modifiedAt, fields, sensitivity, categories, stamp };
  if (item.collection === 'contacts') {
    const { isInSalesforceFolder, addresses } = item;
    return { ...base, collection: 'contacts', isInSalesforceFolder, addresses };
  }
  if (item.collection === 'tasks') return { ...base, collection: 'tasks', completedAt: item.completedAt };
  return eventOf(item);
}

function eventOf(item: MemoryItem): EventItem {
  const { itemId, version, modifiedAt, fields, sensitivity, categories, stamp } = item;
  const { uid, isOrganizer, organizer, attendees, answer, isCancelled } = item;
  return {
    ...{ collection: 'events', itemId, version, modifiedAt, fields, sensitivity, categories, stamp },
    ...{ uid, originalStart: null, seriesId: null, isOrganizer, organizer, attendees, answer, isCancelled },
  };
}

function occurrenceOf(item: MemoryItem, { originalStart, time }: PlannedOccurrence): EventItem {
  const exception = item.series?.exceptions.get(originalStart);
  const isPrivate = exception?.fields.isPrivate;
  return {
    ...eventOf(item),
    itemId: occurrenceId(item.itemId, originalStart),
    version: occurrenceVersion(item, exception),
    modifiedAt: Math.max(item.modifiedAt, exception?.modifiedAt ?? 0),
    fields: { ...item.fields, time, ...exception?.fields },
    sensitivity: isPrivate === undefined ? item.sensitivity : sensitivityOf(isPrivate),
    categories: exception?.categories ?? item.categories,
    originalStart,
    seriesId: item.itemId,
    answer: exception?.answer ?? item.answer,
    isCancelled: exception?.isCancelled ?? item.isCancelled,
  };
}
