/**
 * Items as they are now, by their ids: one result each, in the order asked. It is the proof of a deletion: an item is gone when its id answers so, or when
 * it lies in Deleted Items.
 */
import type { Collection } from '../../../model/collection.ts';
import type { ItemResult } from '../../../model/connector.ts';
import { failure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { MailItems } from '../../../model/mail-items.ts';
import type { MailboxItem } from '../../../model/mailbox-item.ts';
import { runBatch } from '../batch.ts';
import { itemFailure } from '../heads.ts';
import { type Json, versionOf } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { isOrganizedMeeting, masterIdOf, sortOf } from './event.ts';
import { itemCall, kinds } from './kinds.ts';
import type { PlaceKeeper, Places } from './places.ts';
import type { Waste } from './waste.ts';

export interface ItemReader {
  readItems: MailItems['readItems'];
  /** As Graph tells them, by id. */
  readJson(
    collection: Collection,
    itemIds: readonly ItemId[],
  ): Promise<ReadonlyMap<ItemId, ItemResult<Json>>>;
  /** Items of what was told; occurrences are joined with their series, which is asked for where it is not known. */
  toItems(collection: Collection, told: readonly Json[]): Promise<ReadonlyMap<ItemId, MailboxItem>>;
  /** A series that was told by the way. */
  noteMaster(master: Json): void;
  masterOf(id: ItemId): Json | null;
  /** Whether an event of this version is a meeting that nobody may change; null where that version was not read. */
  isMeeting(itemId: ItemId, version: string): boolean | null;
  places(collection: Collection): Promise<Places>;
}

/** More than a run keeps between reading items and writing them. */
const KNOWN_MAX = 20_000;

export interface ItemReaderOptions {
  readonly transport: Transport;
  readonly keeper: PlaceKeeper;
  readonly waste: Waste;
}

export function createItemReader({ transport, keeper, waste }: ItemReaderOptions): ItemReader {
  const masters = new Map<ItemId, Json>();
  const meetings = new Map<ItemId, { readonly version: string; readonly isMeeting: boolean }>();

  const places = async (collection: Collection): Promise<Places> => {
    if (collection === 'tasks') return { ...keeper.known(), list: await keeper.list() };
    if (collection === 'contacts') return { ...keeper.known(), folder: await keeper.folder() };
    return keeper.known();
  };

  const noteMaster = (master: Json): void => {
    if (typeof master.id !== 'string') return;
    masters.set(master.id as ItemId, { id: master.id, iCalUId: master.iCalUId });
    bound(masters);
  };

  const readJson: ItemReader['readJson'] = async (collection, itemIds) => {
    const results = new Map<ItemId, ItemResult<Json>>();
    if (itemIds.length === 0) return results;
    const where = await places(collection);
    const unique = [...new Set(itemIds)];
    const calls = unique.map((itemId) => itemCall(kinds[collection], transport.root, where, itemId));
    const folder = collection === 'tasks' ? null : waste.call();
    const answers = await runBatch(transport, 'read-items', folder === null ? calls : [...calls, folder]);
    if (folder !== null) waste.learn(answers[calls.length]);
    for (const [at, itemId] of unique.entries()) {
      const answer = answers[at];
      if (answer === undefined) continue;
      if (!answer.ok) results.set(itemId, { ok: false, itemId, failure: itemFailure(answer) });
      else if (waste.holds((answer.body ?? {}) as Json)) results.set(itemId, gone(itemId));
      else results.set(itemId, { ok: true, value: { ...(answer.body as Json), id: itemId } });
    }
    return results;
  };

  const toItems: ItemReader['toItems'] = async (collection, told) => {
    if (told.length === 0) return new Map();
    if (collection === 'events')
      for (const master of await readMasters(transport, told, masters)) noteMaster(master);
    const where = await places(collection);
    const items = new Map<ItemId, MailboxItem>();
    for (const each of told) {
      const masterId = collection === 'events' ? masterIdOf(each) : null;
      const master = masterId === null ? null : (masters.get(masterId) ?? null);
      const item = kinds[collection].read(each, where, master);
      if (item === null) continue;
      items.set(item.itemId, item);
      if (collection !== 'events') continue;
      meetings.set(item.itemId, { version: versionOf(each), isMeeting: isOrganizedMeeting(each) });
      bound(meetings);
    }
    return items;
  };

  return {
    readJson,
    toItems,
    noteMaster,
    masterOf: (id) => masters.get(id) ?? null,
    places,
    isMeeting(itemId, version) {
      const known = meetings.get(itemId);
      return known === undefined || known.version !== version ? null : known.isMeeting;
    },
    async readItems(collection, itemIds) {
      const told = await readJson(collection, itemIds);
      const good = [...told.values()].flatMap((result) => (result.ok ? [result.value] : []));
      const items = await toItems(collection, good);
      return itemIds.map((itemId) => {
        const item = items.get(itemId);
        if (item !== undefined) return { ok: true, value: item };
        const result = told.get(itemId);
        return result?.ok === false ? result : unread(itemId);
      });
    },
  };
}

/** The series of occurrences that are not known yet; one that cannot be read lends nothing. */
async function readMasters(
  transport: Transport,
  told: readonly Json[],
  known: ReadonlyMap<ItemId, Json>,
): Promise<readonly Json[]> {
  const wanted = told.flatMap((event) => {
    const id = sortOf(event) === 'occurrence' ? masterIdOf(event) : null;
    return id === null || known.has(id) ? [] : [id];
  });
  const calls = [...new Set(wanted)].map((id) => masterCall(transport.root, id));
  const answers = await runBatch(transport, 'read-items', calls);
  return answers.flatMap((answer) => (answer.ok ? [(answer.body ?? {}) as Json] : []));
}

/** Of a series only what it lends to its occurrences. */
function masterCall(root: string, id: ItemId): GraphCall {
  return {
    method: 'GET',
    path: `${root}/events/${encodeURIComponent(id)}?$select=id,iCalUId`,
    scope: 'item',
  };
}

function gone(itemId: ItemId): ItemResult<never> {
  return { ok: false, itemId, failure: failure('mailbox.item-gone', { vendorCode: 'InDeletedItems' }) };
}

export function unread(itemId: ItemId): ItemResult<never> {
  return { ok: false, itemId, failure: failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' }) };
}

function bound(map: Map<ItemId, unknown>): void {
  for (const oldest of map.keys()) {
    if (map.size <= KNOWN_MAX) break;
    map.delete(oldest);
  }
}
