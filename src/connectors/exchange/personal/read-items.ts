/** Items as they are now, by their ids. What lies among the deleted items is gone, wherever its id still leads. */
import type { Collection } from '../../../model/collection.ts';
import type { ItemResult } from '../../../model/connector.ts';
import { failure } from '../../../model/failure.ts';
import type { FeedId, ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemWindow } from '../../../model/mail-items.ts';
import type { MailboxItem } from '../../../model/mailbox-item.ts';
import { retoldBy } from '../../retold.ts';
import type { ListingMark } from '../cursor.ts';
import { parentFolderOf } from '../mapping.ts';
import type { XmlNode } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { readContact } from './contact-mapping.ts';
import { isInDeletedItems, itemFolders } from './item-folders.ts';
import { type Reading, retellSeries } from './read-changes.ts';
import { placeInSeries, type ReadEvent, readDetails, readEvents, readSeriesOf } from './read-details.ts';
import { readTask } from './task-mapping.ts';

interface Placed {
  readonly item: MailboxItem;
  readonly folderId: string | null;
}

/** Results in the order asked; `mailbox.item-gone` for one that was deleted. */
export async function readItems(
  { transport, feeds }: Reading,
  collection: Collection,
  ids: readonly ItemId[],
): Promise<readonly ItemResult<MailboxItem>[]> {
  if (ids.length === 0) return [];
  const tree = await feeds.knownTree();
  const results = await readPlaced(transport, { collection, ids, tree });
  return ids.map((itemId, index) => keptResult(itemId, results[index], tree));
}

function keptResult(
  itemId: ItemId,
  result: ItemResult<Placed> | undefined,
  tree: ListingMark,
): ItemResult<MailboxItem> {
  if (result === undefined) return { ok: false, itemId, failure: failure('mailbox.item-unreadable') };
  if (!result.ok) return result;
  const { item, folderId } = result.value;
  if (folderId !== null && isInDeletedItems(folderId, tree))
    return { ok: false, itemId, failure: failure('mailbox.item-gone', { vendorCode: 'InDeletedItems' }) };
  return { ok: true, value: { ...item, itemId } };
}

/** Items as a reading of their folder would tell them: a series by its occurrences in the window. */
export async function retellItems(
  reading: Reading,
  collection: Collection,
  ids: readonly ItemId[],
  window: ItemWindow,
): Promise<readonly ItemChange[]> {
  if (collection !== 'events') return retoldBy(ids, await readItems(reading, collection, ids));
  if (ids.length === 0) return [];
  const { transport, feeds } = reading;
  const tree = await feeds.knownTree();
  const events = await readEvents(transport, ids);
  const placed = await placeEvents(transport, ids, events);
  const alone: ItemId[] = [];
  const results: ItemResult<MailboxItem>[] = [];
  const series = new Map<FeedId, ReadEvent[]>();
  for (const [index, itemId] of ids.entries()) {
    const kept = keptResult(itemId, placed[index], tree);
    const event = events[index];
    const isSeries = kept.ok && event?.ok === true && event.value.kind === 'series';
    const folder = isSeries ? ((event.value.parentFolderId ?? '') as FeedId) : null;
    if (isSeries && folder !== null) series.set(folder, [...(series.get(folder) ?? []), event.value]);
    else {
      alone.push(itemId);
      results.push(kept);
    }
  }
  const changes = [...retoldBy(alone, results)];
  for (const [folder, group] of series)
    changes.push(...(await retellSeries(transport, folder, group, window)));
  return changes;
}

async function readPlaced(
  transport: Transport,
  asked: { readonly collection: Collection; readonly ids: readonly ItemId[]; readonly tree: ListingMark },
): Promise<readonly ItemResult<Placed>[]> {
  const { collection, ids, tree } = asked;
  if (collection === 'events') return placeEvents(transport, ids, await readEvents(transport, ids));
  const salesforce: ReadonlySet<string> = new Set(
    itemFolders(tree).flatMap(({ id, isSalesforceFolder }) => (isSalesforceFolder ? [id] : [])),
  );
  const read = (node: XmlNode | undefined): MailboxItem | null =>
    collection === 'tasks' ? readTask(node) : readContact(node, salesforce.has(parentFolderOf(node) ?? ''));
  return readDetails<Placed>(transport, collection, ids, (node) => {
    const item = read(node);
    return item === null ? null : { item, folderId: parentFolderOf(node) };
  });
}

/** Occurrences take the form of their moment from their series; one whose series is gone is gone. */
async function placeEvents(
  transport: Transport,
  ids: readonly ItemId[],
  results: readonly ItemResult<ReadEvent>[],
): Promise<readonly ItemResult<Placed>[]> {
  const occurrences = ids.filter((_, index) => {
    const result = results[index];
    return result?.ok === true && (result.value.kind === 'occurrence' || result.value.kind === 'exception');
  });
  const series = await readSeriesOf(transport, occurrences);
  return results.map((result, index): ItemResult<Placed> => {
    if (!result.ok) return result;
    const folderId = result.value.parentFolderId;
    const frame = series.get(ids[index] ?? result.value.event.itemId);
    if (frame === undefined) return { ok: true, value: { item: result.value.event, folderId } };
    return frame.ok
      ? { ok: true, value: { item: placeInSeries(result.value, frame.value), folderId } }
      : frame;
  });
}
