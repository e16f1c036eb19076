/**
 * Writes changed fields, each item against the version that was merged, and tells nobody. Occurrences of one series outdate each other's
 * versions, so that several of them are compared first and then written.
 */

import { readSpan } from '../../../model/canonical.ts';
import type { Collection } from '../../../model/collection.ts';
import type { ItemResult } from '../../../model/connector.ts';
import { failure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ItemUpdate, ItemVersion } from '../../../model/mail-items.ts';
import { askItems } from '../item-batch.ts';
import { itemOf, itemVersion } from '../mapping.ts';
import type { ServerVersion } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { readStanding, type Standing } from './event-zones.ts';
import { writesOf } from './field-writes.ts';
import { ELEMENTS, updateItemsXml } from './item-requests.ts';
import { updatesOf } from './property-writes.ts';
import type { Reading } from './read-changes.ts';
import { UTC_ZONE, type Zone } from './zones.ts';

type Results = Map<ItemId, ItemResult<ItemVersion>>;
type Standings = ReadonlyMap<ItemId, ItemResult<Standing>>;

/** Results in the order asked; the id of a recurring task that was completed is that of the task left done. */
export async function updateItems(
  reading: Reading,
  collection: Collection,
  updates: readonly ItemUpdate[],
): Promise<readonly ItemResult<ItemVersion>[]> {
  const { transport } = reading;
  const results: Results = new Map();
  const standings = collection === 'events' ? await standingsOf(transport, updates) : new Map();
  const daysZone = collection === 'tasks' && updates.some(hasDue) ? await reading.ownersZone() : UTC_ZONE;
  const known: Known = { collection, standings, daysZone };
  const open: ItemUpdate[] = [];
  for (const update of updates) {
    const { itemId, version } = update;
    const standing: ItemResult<Standing> | undefined = standings.get(itemId);
    if (standing !== undefined && !standing.ok) results.set(itemId, standing);
    else if (xmlOf(known, update, 'Exchange2013_SP1') === '')
      results.set(itemId, { ok: true, value: { itemId, version } });
    else open.push(update);
  }
  const isCompared = ({ itemId, version }: ItemUpdate): boolean => {
    const standing: ItemResult<Standing> | undefined = standings.get(itemId);
    return standing?.ok === true && standing.value.isOccurrence && standing.value.version === version;
  };
  const compared = open.filter(isCompared);
  const rest = open.filter((update) => !isCompared(update));
  await write(transport, { ...known, updates: rest, resolution: 'NeverOverwrite' }, results);
  const resolution = compared.length > 1 ? 'AlwaysOverwrite' : 'NeverOverwrite';
  await write(transport, { ...known, updates: compared, resolution }, results);
  return updates.map(({ itemId }) => results.get(itemId) ?? unanswered(itemId));
}

function unanswered(itemId: ItemId): ItemResult<ItemVersion> {
  return { ok: false, itemId, failure: failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' }) };
}

/** Whole days need the event's own zone, and several events may be occurrences of one series; a single timed one needs no look. */
async function standingsOf(transport: Transport, updates: readonly ItemUpdate[]): Promise<Standings> {
  if (updates.length < 2 && !updates.some(isWholeDay)) return new Map();
  const ids = updates.map(({ itemId }) => itemId);
  const results = await readStanding(transport, ids);
  return new Map(
    ids.flatMap((id, index) => {
      const result = results[index];
      return result === undefined ? [] : [[id, result] as const];
    }),
  );
}

const isWholeDay = ({ fields }: ItemUpdate): boolean => readSpan(fields.time)?.isAllDay === true;
const hasDue = ({ fields }: ItemUpdate): boolean => (fields.due ?? '') !== '';

/** What the updates of one call are written by. */
interface Known {
  readonly collection: Collection;
  readonly standings: Standings;
  /** In which the days of tasks begin. */
  readonly daysZone: Zone;
}

function xmlOf(
  { collection, standings, daysZone }: Known,
  { itemId, fields }: ItemUpdate,
  version: ServerVersion,
): string {
  const standing = standings.get(itemId);
  const { zone, isOccurrence } =
    standing?.ok === true ? standing.value : { zone: daysZone, isOccurrence: false };
  const zoneGoesWith = isOccurrence ? 'none' : 'whole-days';
  return updatesOf(ELEMENTS[collection], writesOf(collection, fields, { version, zone, zoneGoesWith }));
}

interface Writing extends Known {
  readonly updates: readonly ItemUpdate[];
  readonly resolution: 'NeverOverwrite' | 'AlwaysOverwrite';
}

/** Days begin in the zone of the request as well: those of another zone go by themselves. */
async function write(transport: Transport, writing: Writing, results: Results): Promise<void> {
  const byZone = Map.groupBy(writing.updates, (update) => {
    if (hasDue(update)) return writing.daysZone.name;
    const standing = writing.standings.get(update.itemId);
    return isWholeDay(update) && standing?.ok === true ? standing.value.zone.name : UTC_ZONE.name;
  });
  for (const [timeZone, updates] of byZone)
    await writeIn(transport, timeZone, { ...writing, updates }, results);
}

async function writeIn(
  transport: Transport,
  timeZone: string,
  writing: Writing,
  results: Results,
): Promise<void> {
  const { updates, resolution } = writing;
  const byId = new Map(updates.map((update) => [update.itemId, update]));
  const ids = [...byId.keys()];
  const written = await askItems<ItemVersion>(transport, {
    operation: 'UpdateItem',
    ids,
    timeZone,
    write: (batch, version) => {
      const changes = batch.flatMap((id) => {
        const update = byId.get(id);
        if (update === undefined) return [];
        const xml = xmlOf(writing, update, version);
        return [{ itemId: id, version: update.version, updates: xml }];
      });
      return updateItemsXml(changes, version, resolution);
    },
    read: (message, itemId) => {
      const now = itemVersion(itemOf(message));
      return { itemId: now?.itemId ?? itemId, version: now?.version ?? '' };
    },
  });
  for (const [index, itemId] of ids.entries()) results.set(itemId, written[index] ?? unanswered(itemId));
}
