/**
 * One page of SyncFolderItems as plain data: which items came, changed, went or were only read since a state, newest
 * first on the first pass. Costs time by the page, not by the mailbox.
 */
import { compareNewestFirst, type Folder, type Item, newestFirst } from './folder.ts';
import type { SyncPosition } from './sync-states.ts';

export type SyncChange =
  | { kind: 'Create' | 'Update'; item: Item }
  | { kind: 'ReadFlagChange'; item: Item }
  | { kind: 'Delete'; id: string };

export interface SyncPage {
  changes: SyncChange[];
  next: SyncPosition;
  includesLast: boolean;
}

/** The next page of at most `max` changes; `from` undefined starts anew; `ignore` holds item ids to be left out. */
export function readSyncPage(
  folder: Folder,
  from: SyncPosition | undefined,
  max: number,
  ignore: ReadonlySet<string>,
  changeNumber: number,
): SyncPage {
  const at = from ?? { base: changeNumber, position: changeNumber, initial: 'start' as const };
  return at.initial === undefined
    ? readChanges(folder, at, max, ignore, changeNumber)
    : readInitial(folder, at, at.initial, max, ignore);
}

function readInitial(
  folder: Folder,
  at: SyncPosition,
  initial: NonNullable<SyncPosition['initial']>,
  max: number,
  ignore: ReadonlySet<string>,
): SyncPage {
  const items = newestFirst(folder);
  let index = initial === 'start' ? 0 : firstAfter(items, initial);
  const changes: SyncChange[] = [];
  let last: Item | undefined;
  for (; index < items.length && changes.length < max; index += 1) {
    const item = items[index];
    if (item === undefined) break;
    last = item;
    // What came after the pass began is told by the pass over the log that follows it.
    if (!ignore.has(item.id) && !isNewerThan(item, at.base)) changes.push({ kind: 'Create', item });
  }
  if (index < items.length && last !== undefined) {
    const cursor = { receivedAt: last.receivedAt, order: last.order };
    return { changes, next: { ...at, initial: cursor }, includesLast: false };
  }
  const next = { base: at.base, position: at.base };
  const hasMore = !folder.log.since(at.base)[Symbol.iterator]().next().done;
  return { changes, next, includesLast: !hasMore };
}

function isNewerThan(item: Item, changeNumber: number): boolean {
  return (item.folder.log.createdAtChange(item.id) ?? 0) > changeNumber;
}

function firstAfter(items: readonly Item[], cursor: { receivedAt: number; order: number }): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && compareNewestFirst(item, cursor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readChanges(
  folder: Folder,
  at: SyncPosition,
  max: number,
  ignore: ReadonlySet<string>,
  changeNumber: number,
): SyncPage {
  const changes: SyncChange[] = [];
  let { position } = at;
  for (const entry of folder.log.since(at.position)) {
    if (changes.length >= max) return { changes, next: { base: at.base, position }, includesLast: false };
    position = entry.changeNumber;
    if (ignore.has(entry.key)) continue;
    const isNew = entry.createdAtChange > at.base;
    const item = folder.items.get(entry.key);
    if (entry.deleted || item === undefined) {
      // Within one pass an item may have been told and then removed: better a Delete too many than one too few.
      if (!isNew || at.position > at.base) changes.push({ kind: 'Delete', id: entry.key });
    } else if (isNew) changes.push({ kind: 'Create', item });
    else if (entry.contentAtChange > at.base) changes.push({ kind: 'Update', item });
    else changes.push({ kind: 'ReadFlagChange', item });
  }
  return { changes, next: { base: changeNumber, position: changeNumber }, includesLast: true };
}
