/**
 * Makes items from records, each once: one that an earlier attempt may have made is looked for by its stamp first. Nobody is told, and
 * nobody is invited.
 */

import { readSpan } from '../../../model/canonical.ts';
import type { Collection } from '../../../model/collection.ts';
import type { ItemResult } from '../../../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { CreatedItem, NewItem } from '../../../model/mail-items.ts';
import { SALESFORCE_CONTACTS } from '../../../model/mailbox-item.ts';
import { refuse, responseFailure } from '../failures.ts';
import { askItems } from '../item-batch.ts';
import { type ItemVersion, itemOf, itemVersion } from '../mapping.ts';
import { createFolder, type FolderRef } from '../operations.ts';
import { descend, type ServerVersion } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { stampOf } from './common-mapping.ts';
import { uidOf } from './event-mapping.ts';
import { writesOf } from './field-writes.ts';
import { ITEM_ROLES, itemFolders } from './item-folders.ts';
import { createItemsIn, ELEMENTS, findStamped, getIdentities } from './item-requests.ts';
import { categoriesWrite, newElement, type PropertyWrite, stampWrite } from './property-writes.ts';
import type { Reading } from './read-changes.ts';
import { UTC_ZONE, type Zone } from './zones.ts';

/** Copies of one stamp that are looked through. */
const COPIES_MAX = 4;
const ROUNDS_MAX = 200;

type Made = ReadonlyMap<string, ItemResult<ItemVersion>>;

/** Results in the order asked. Rejects when the trouble is not an item's, whatever was made by then: the stamps find it again. */
export async function createItems(
  reading: Reading,
  collection: Collection,
  items: readonly NewItem[],
  mayExist: boolean,
): Promise<readonly ItemResult<CreatedItem>[]> {
  if (items.length === 0) return [];
  const { transport, clock } = reading;
  const where = await targetOf(reading, collection);
  const stamps = items.map(({ stamp }) => stamp);
  const found = mayExist ? await findMade(transport, where, stamps) : new Map<string, ItemVersion>();
  const missing = items.filter(({ stamp }) => !found.has(stamp));
  const zone = missing.some((item) => isDated(collection, item)) ? await reading.ownersZone() : UTC_ZONE;
  const write = (item: NewItem, version: ServerVersion): string =>
    newElement(ELEMENTS[collection], writesOfNew(collection, item, { version, zone, now: clock.now() }));
  const made = await makeAll(transport, { where, items: missing, zone, write });
  const versions = items.map(({ stamp }): ItemResult<ItemVersion> => {
    const known = found.get(stamp);
    return known === undefined ? (made.get(stamp) ?? unmade(stamp)) : { ok: true, value: known };
  });
  return collection === 'events' ? withUids(transport, versions) : versions.map(withoutUid);
}

/** Whether a zone decides what an item says. */
function isDated(collection: Collection, { fields }: NewItem): boolean {
  return collection === 'events' || (collection === 'tasks' && (fields.due ?? '') !== '');
}

const unmade = (stamp: string, details = failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' })) =>
  ({ ok: false, itemId: stamp as ItemId, failure: details }) as const;

/** An event that has begun reminds nobody of itself. */
function writesOfNew(
  collection: Collection,
  { stamp, fields, categories }: NewItem,
  context: { readonly version: ServerVersion; readonly zone: Zone; readonly now: number },
): readonly PropertyWrite[] {
  const hasBegun = collection === 'events' && (readSpan(fields.time)?.startAt ?? 0) <= context.now;
  const more: PropertyWrite[] = [];
  if (hasBegun) more.push({ kind: 'plain', uri: 'item:ReminderIsSet', text: 'false' });
  // Outlook shows contacts by this name, which the server composes, now and whenever a part of it changes.
  if (collection === 'contacts')
    more.push({ kind: 'plain', uri: 'contacts:FileAsMapping', text: 'LastCommaFirst' });
  if (categories.length > 0) more.push(categoriesWrite(categories));
  return [...writesOf(collection, fields, { ...context, zoneGoesWith: 'all' }), ...more, stampWrite(stamp)];
}

/** Where items of a collection are made; the folder *Salesforce Contacts* is made below the default contacts where there is none. */
async function targetOf({ transport, feeds }: Reading, collection: Collection): Promise<FolderRef> {
  if (collection !== 'contacts') return { role: ITEM_ROLES[collection] };
  const known = salesforceFolder(await feeds.knownTree()) ?? salesforceFolder(await feeds.readTree());
  if (known !== null) return known;
  const body = (): string => createFolder(ITEM_ROLES.contacts, SALESFORCE_CONTACTS, 'ContactsFolder');
  await transport.call({ operation: 'CreateFolder', body }, ({ ok, code }) => {
    if (!ok && code !== 'ErrorFolderExists') throw new RemoteFailure(responseFailure(code, 'mailbox'));
  });
  return salesforceFolder(await feeds.readTree()) ?? refuse('mailbox.request-invalid', 'ErrorFolderExists');
}

function salesforceFolder(tree: Parameters<typeof itemFolders>[0]): FolderRef | null {
  const found = itemFolders(tree).find(({ isSalesforceFolder }) => isSalesforceFolder);
  return found === undefined ? null : { id: found.id };
}

/** What carries one of the stamps already; the first of several copies. */
async function findMade(
  transport: Transport,
  where: FolderRef,
  stamps: readonly string[],
): Promise<ReadonlyMap<string, ItemVersion>> {
  const found = new Map<string, ItemVersion>();
  const body = (): string => findStamped(where, stamps, stamps.length * COPIES_MAX);
  await transport.call({ operation: 'FindItem', body }, ({ ok, code, node }) => {
    if (!ok) throw new RemoteFailure(responseFailure(code, 'mailbox'));
    for (const item of descend(node, 'RootFolder', 'Items')?.children ?? []) {
      const [stamp, ids] = [stampOf(item), itemVersion(item)];
      if (stamp !== null && ids !== null && !found.has(stamp)) found.set(stamp, ids);
    }
  });
  return found;
}

interface Making {
  readonly where: FolderRef;
  readonly items: readonly NewItem[];
  readonly zone: Zone;
  readonly write: (item: NewItem, version: ServerVersion) => string;
}

/**
 * Makes items in as few requests as the server takes. A request is repeated only for what the server said that it left undone, or when it refused
 * the request unread.
 */
async function makeAll(transport: Transport, making: Making): Promise<Made> {
  const { items } = making;
  const made = new Map<string, ItemResult<ItemVersion>>();
  const queue: (readonly NewItem[])[] = items.length === 0 ? [] : [items];
  for (let rounds = 0; queue.length > 0; rounds += 1) {
    if (rounds >= ROUNDS_MAX) return refuse('mailbox.transient', 'ErrorBatchProcessingStopped');
    const batch = queue.shift() ?? [];
    try {
      const before = made.size;
      await makeOnce(transport, { ...making, items: batch }, made);
      const rest = batch.filter(({ stamp }) => !made.has(stamp));
      if (rest.length > 0 && made.size === before) return refuse('mailbox.transient', 'EmptyAnswer');
      if (rest.length > 0) queue.unshift(rest);
    } catch (error) {
      const isUnread = error instanceof RemoteFailure && error.failure.vendorCode === 'ErrorSchemaValidation';
      const [only] = batch;
      if (!isUnread || only === undefined) throw error;
      const middle = Math.ceil(batch.length / 2);
      if (batch.length > 1) queue.unshift(batch.slice(0, middle), batch.slice(middle));
      else made.set(only.stamp, unmade(only.stamp, refusedUnread(error.failure)));
    }
  }
  return made;
}

const refusedUnread = ({ vendorCode }: Failure): Failure =>
  failure('mailbox.item-refused', vendorCode === undefined ? {} : { vendorCode });

async function makeOnce(
  transport: Transport,
  { where, items, zone, write }: Making,
  made: Map<string, ItemResult<ItemVersion>>,
): Promise<void> {
  let at = 0;
  let refused: Failure | null = null;
  const body = (version: ServerVersion): string =>
    createItemsIn(
      where,
      items.map((item) => write(item, version)),
    );
  await transport.call({ operation: 'CreateItem', body, timeZone: zone.name }, ({ ok, code, node }) => {
    const item = items[at];
    at += 1;
    if (item === undefined || code === 'ErrorBatchProcessingStopped') return;
    const ids = ok ? itemVersion(itemOf(node)) : null;
    if (ids !== null) made.set(item.stamp, { ok: true, value: ids });
    else {
      const details = responseFailure(ok ? 'NoItem' : code, 'write');
      const isOfItem = details.kind === 'bad-item' && details.code !== 'mailbox.item-gone';
      if (!isOfItem) refused ??= responseFailure(code, 'mailbox');
      made.set(item.stamp, unmade(item.stamp, details));
    }
  });
  // What was made is worth telling; where nothing was, the trouble is the mailbox's.
  if (refused !== null && ![...made.values()].some(({ ok }) => ok)) throw new RemoteFailure(refused);
}

/** The server gives the UID: it is read back, with the version that the item has by now. */
async function withUids(
  transport: Transport,
  versions: readonly ItemResult<ItemVersion>[],
): Promise<readonly ItemResult<CreatedItem>[]> {
  const ids = versions.flatMap((result) => (result.ok ? [result.value.itemId] : []));
  const results = await askItems<CreatedItem>(transport, {
    operation: 'GetItem',
    ids,
    write: getIdentities,
    read: (message) => {
      const item = itemOf(message);
      const found = itemVersion(item);
      if (item === undefined || found === null) return null;
      const uid = uidOf(item);
      return { ...found, uid: uid === '' ? null : uid };
    },
  });
  const byId = new Map(ids.map((id, index) => [id, results[index]]));
  return versions.map((result): ItemResult<CreatedItem> => {
    if (!result.ok) return result;
    const read = byId.get(result.value.itemId);
    return read?.ok === true
      ? { ok: true, value: { ...read.value, itemId: result.value.itemId } }
      : withoutUid(result);
  });
}

function withoutUid(result: ItemResult<ItemVersion>): ItemResult<CreatedItem> {
  return result.ok ? { ok: true, value: { ...result.value, uid: null } } : result;
}
