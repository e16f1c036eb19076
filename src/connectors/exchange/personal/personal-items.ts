/** Events, contacts and tasks of an Exchange mailbox behind the contract of model/mail-items.ts: wires the files beside it together. */
import type { Clock } from '../../../model/clock.ts';
import type { MailItems } from '../../../model/mail-items.ts';
import type { Feeds } from '../feeds.ts';
import { markItems } from '../items.ts';
import type { Transport } from '../transport.ts';
import { createItems } from './create-items.ts';
import { readOwnersZone } from './event-zones.ts';
import { itemCapabilities } from './item-capabilities.ts';
import { ELEMENTS } from './item-requests.ts';
import { readItemChanges } from './read-changes.ts';
import { readItems, retellItems } from './read-items.ts';
import { readOccurrences } from './read-occurrences.ts';
import { updateItems } from './update-items.ts';
import type { Zone } from './zones.ts';

export function createPersonalItems(transport: Transport, feeds: Feeds, clock: Clock): MailItems {
  let zone: Zone | null = null;
  const ownersZone = async (): Promise<Zone> => {
    zone ??= await readOwnersZone(transport);
    return zone;
  };
  const reading = { transport, feeds, clock, ownersZone };
  return {
    capabilities: itemCapabilities,
    readItemChanges: (feed, cursor, window) => readItemChanges(reading, feed, cursor, window),
    readOccurrences: (feed, range, cursor) => readOccurrences(reading, feed, range, cursor),
    readItems: (collection, ids) => readItems(reading, collection, ids),
    retellItems: (collection, ids, window) => retellItems(reading, collection, ids, window),
    createItems: (collection, items, { mayExist }) => createItems(reading, collection, items, mayExist),
    updateItems: (collection, updates) => updateItems(reading, collection, updates),
    markItems: (collection, marks) => markItems(transport, marks, ELEMENTS[collection]),
  };
}
