/** Items as they are now, by their ids. What lies among the deleted items is gone, wherever its id still leads. */
import type { Collection } from '../../../model/collection.ts';
import type { ItemResult } from '../../../model/connector.ts';
import { failure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { MailboxItem } from '../../../model/mailbox-item.ts';
import type { ListingMark } from '../cursor.ts';
import { parentFolderOf } from '../mapping.ts';
import type { XmlNode } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { readContact } from './contact-mapping.ts';
import { isInDeletedItems, itemFolders } from './item-folders.ts';
import type { Reading } from './read-changes.ts';
import { placeInSeries, readDetails, readEvents, readSeriesOf } from './read-details.ts';
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
  return results.map((result, index): ItemResult<MailboxItem> => {
    if (!result.ok) return result;
    const itemId = ids[index] ?? result.value.item.itemId;
    const { item, folderId } = result.value;
    if (folderId !== null && isInDeletedItems(folderId, tree))
      return { ok: false, itemId, failure: failure('mailbox.item-gone', { vendorCode: 'InDeletedItems' }) };
    return { ok: true, value: { ...item, itemId } };
  });
}

async function readPlaced(
  transport: Transport,
  asked: { readonly collection: Collection; readonly ids: readonly ItemId[]; readonly tree: ListingMark },
): Promise<readonly ItemResult<Placed>[]> {
  const { collection, ids, tree } = asked;
  if (collection === 'events') return readPlacedEvents(transport, ids);
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
async function readPlacedEvents(
  transport: Transport,
  ids: readonly ItemId[],
): Promise<readonly ItemResult<Placed>[]> {
  const results = await readEvents(transport, ids);
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
