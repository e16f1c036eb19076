/**
 * In whose midnights whole days are written: of an event that is there in its own time zone, of a new one in that of the events that the owner
 * made last. It reads zones alone; docs/remote-services/exchange.md#writing-items.
 */
import type { ItemResult } from '../../../model/connector.ts';
import { RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import { responseFailure } from '../failures.ts';
import { askItems } from '../item-batch.ts';
import { instantOf, isTrue, itemOf, itemVersion } from '../mapping.ts';
import { descend, textOf, type XmlNode } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { kindOf } from './event-mapping.ts';
import { findNewestEvents, getZones } from './item-requests.ts';
import { midnightOf, startDate, UTC_ZONE, type Zone, zoneOf } from './zones.ts';

/** What must be known of an event before it is written. */
export interface Standing {
  readonly version: string;
  readonly isOccurrence: boolean;
  readonly isReceived: boolean;
  /** In whose midnights its days are written; UTC for a single event in a zone whose clocks nobody knows. */
  readonly zone: Zone;
}

export function readStanding(
  transport: Transport,
  ids: readonly ItemId[],
): Promise<readonly ItemResult<Standing>[]> {
  return askItems<Standing>(transport, {
    operation: 'GetItem',
    ids,
    timeZone: 'UTC',
    write: getZones,
    read: (message) => {
      const item = itemOf(message);
      const found = itemVersion(item);
      if (item === undefined || found === null) return null;
      const kind = kindOf(item);
      const isOccurrence = kind === 'occurrence' || kind === 'exception';
      return {
        version: found.version,
        isOccurrence,
        isReceived: (Number(textOf(item, 'AppointmentState') ?? 0) & RECEIVED) !== 0,
        zone: writableZone(item, isOccurrence),
      };
    },
  });
}

const RECEIVED = 2;

/** An occurrence cannot change its zone: of one that only its maker knows by name the clocks are taken as they stand where the event begins. */
function writableZone(item: XmlNode, isOccurrence: boolean): Zone {
  const zone = zoneOf(item);
  if (zone.offsetAt !== null) return zone;
  const startAt = instantOf(item, 'Start');
  const isWholeDay = isTrue(item, 'IsAllDayEvent') && startAt !== null;
  if (!isOccurrence || !isWholeDay) return UTC_ZONE;
  const local = midnightOf(startDate(startAt, zone), UTC_ZONE) ?? startAt;
  return { name: UTC_ZONE.name, offsetAt: () => local - startAt, offsets: [] };
}

/** Events looked at for the owner's zone. */
const NEWEST_MAX = 20;

/** The zone of the newest event that the owner made in a zone of his own; UTC where there is none, or the calendar may not be opened. */
export async function readOwnersZone(transport: Transport): Promise<Zone> {
  try {
    return await zoneOfNewest(transport);
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.kind === 'permission-missing') return UTC_ZONE;
    throw error;
  }
}

async function zoneOfNewest(transport: Transport): Promise<Zone> {
  const ids: ItemId[] = [];
  await transport.call(
    { operation: 'FindItem', body: () => findNewestEvents(NEWEST_MAX) },
    ({ ok, code, node }) => {
      if (!ok) throw new RemoteFailure(responseFailure(code, 'mailbox'));
      for (const item of descend(node, 'RootFolder', 'Items')?.children ?? []) {
        const found = itemVersion(item);
        if (found !== null && item.name === 'CalendarItem') ids.push(found.itemId);
      }
    },
  );
  for (const result of await readStanding(transport, ids)) {
    if (!result.ok || result.value.isReceived) continue;
    const { zone } = result.value;
    const isNamed = zone.name !== '' && !/utc|customized/i.test(zone.name);
    if (isNamed && midnightOf('2000-01-01', zone) !== null) return zone;
  }
  return UTC_ZONE;
}
