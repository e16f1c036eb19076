/**
 * The stamp of what Lockstep made, and the MAPI properties that Graph shows by `$expand` only: their names, how they are asked for, read, written and
 * searched. Pure. https://learn.microsoft.com/graph/api/resources/extended-properties-overview
 */
import type { Json } from '../message.ts';

/** A named property of Lockstep's own. Its name is compared with its letter case. */
export const STAMP = 'String {8e0ab0a4-53a5-4c0f-9d9e-6d0f3c2b7f51} Name LockstepStamp';
/** PidTagBusinessFaxNumber: contacts of v1.0 have no fax. */
export const FAX = 'String 0x3A24';
/** PidTagSensitivity, 0 to 3: contacts show it nowhere else. */
export const SENSITIVITY = 'Integer 0x0036';
/** PidTagMessageClass, which everything has: its presence tells that a server shows properties. */
export const ITEM_CLASS = 'String 0x001A';
/** PidTagParentEntryId and PidTagEntryId: in which folder an event lies, and which folder that is. */
export const PARENT = 'Binary 0x0E09';
export const ENTRY = 'Binary 0x0FFF';

/** `$expand` of the properties. */
export function expandProperties(...ids: readonly string[]): string {
  const filter = ids.map((id) => `id eq '${id}'`).join(' or ');
  return `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=${filter})`)}`;
}

/** `$filter` for the items that carry a stamp. */
export function stampFilter(stamp: string): string {
  const value = stamp.replaceAll("'", "''");
  const test = `singleValueExtendedProperties/Any(ep: ep/id eq '${STAMP}' and ep/value eq '${value}')`;
  return `$filter=${encodeURIComponent(test)}`;
}

/** The value of a property, however the server writes its number and letter case; null where the item does not show it. */
export function propertyOf(item: Json, id: string): string | null {
  const given = item.singleValueExtendedProperties;
  if (!Array.isArray(given)) return null;
  for (const property of given as readonly unknown[]) {
    const { id: name, value } = (property ?? {}) as Json;
    if (typeof name === 'string' && keyOf(name) === keyOf(id) && typeof value === 'string') return value;
  }
  return null;
}

function keyOf(id: string): string {
  return id.toLowerCase().replace(/ 0x0*/, ' 0x');
}

const TRANSACTION = 'lockstep:';

/** The `transactionId` of an event made from a record: Graph makes no second event of it, and shows it where it expands nothing. */
export function transactionOf(stamp: string): string {
  return TRANSACTION + stamp;
}

/** The stamp of an event, of a contact: the property, else what the `transactionId` tells. */
export function stampOf(item: Json): string | null {
  const { transactionId } = item;
  const own = propertyOf(item, STAMP);
  if (own !== null && own !== '') return own;
  return typeof transactionId === 'string' && transactionId.startsWith(TRANSACTION)
    ? transactionId.slice(TRANSACTION.length)
    : null;
}

/** As which application tasks name their stamp. */
const APPLICATION = 'Lockstep';

/** The linked resource that carries a task's stamp. */
export function stampLink(stamp: string): Json {
  return { applicationName: APPLICATION, displayName: 'Salesforce', externalId: stamp };
}

/** The stamp among a task's linked resources. */
export function stampOfLinks(links: unknown): string | null {
  if (!Array.isArray(links)) return null;
  for (const link of links as readonly unknown[]) {
    const { applicationName, externalId } = (link ?? {}) as Json;
    if (applicationName === APPLICATION && typeof externalId === 'string' && externalId !== '')
      return externalId;
  }
  return null;
}
