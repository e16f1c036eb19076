/**
 * Single events: read, made and changed. Every write suppresses notifications, names no attendees and leaves conferences alone. Vendor pages:
 * docs/remote-services/google.md#writing-events.
 */
import type { ItemResult } from '../../../model/connector.ts';
import { failure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type {
  CreatedItem,
  ItemChange,
  ItemUpdate,
  ItemVersion,
  ItemWindow,
  NewItem,
} from '../../../model/mail-items.ts';
import type { EventItem } from '../../../model/mailbox-item.ts';
import { retoldBy } from '../../retold.ts';
import type { PartResult } from '../batch.ts';
import type { Call, Transport } from '../transport.ts';
import { badItem, callMany, gone, unreadable, untouched } from './call-each.ts';
import {
  type EventBody,
  eventBody,
  eventIdOf,
  eventItem,
  eventSchema,
  type GoogleEvent,
  isEvent,
  isGone,
  newEventBody,
} from './event-mapping.ts';
import { expandSeries } from './series.ts';

/** Nobody is written to, whatever is written. https://developers.google.com/workspace/calendar/api/v3/reference/events/patch */
const NOBODY = 'sendUpdates=none';
const noTime = failure('mailbox.item-refused', { vendorCode: 'NO_TIME' });

const pathOf = (itemId: ItemId): string => `events/${encodeURIComponent(itemId)}`;

function readEvent(result: PartResult | undefined): GoogleEvent | null {
  if (result?.ok !== true) return null;
  return eventSchema.safeParse(result.body).data ?? null;
}

const getCall = (itemId: ItemId): Call => ({
  method: 'events.get',
  verb: 'GET',
  path: pathOf(itemId),
  scope: 'item',
});

/** Events as they are now; a deleted one is gone, although Google still answers for it. */
export async function readEvents(
  transport: Transport,
  itemIds: readonly ItemId[],
): Promise<readonly ItemResult<EventItem>[]> {
  const results = await askEvents(transport, itemIds);
  return results.map((result, index): ItemResult<EventItem> => {
    const itemId = itemIds[index] ?? ('' as ItemId);
    return result.ok ? { ok: true, value: { ...eventItem(result.value), itemId } } : result;
  });
}

async function askEvents(
  transport: Transport,
  itemIds: readonly ItemId[],
): Promise<readonly ItemResult<GoogleEvent>[]> {
  const results = await callMany(transport, itemIds.map(getCall));
  return itemIds.map((itemId, index): ItemResult<GoogleEvent> => {
    const result = results[index];
    if (result?.ok === false) return badItem(itemId, result.failure);
    const event = readEvent(result);
    if (event === null) return badItem(itemId, unreadable);
    return isGone(event) ? badItem(itemId, gone) : { ok: true, value: event };
  });
}

/** Events as the stream would tell them: a series by its occurrences in the window. */
export async function retellEvents(
  transport: Transport,
  itemIds: readonly ItemId[],
  { eventsFrom, seriesTo }: ItemWindow,
): Promise<readonly ItemChange[]> {
  const results = await askEvents(transport, itemIds);
  const isSeries = (index: number): boolean => {
    const result = results[index];
    return result?.ok === true && result.value.recurrence !== undefined && isEvent(result.value);
  };
  const alone = itemIds.flatMap((itemId, index) => {
    const result = results[index];
    if (result === undefined || isSeries(index)) return [];
    const told: ItemResult<EventItem> = result.ok
      ? { ok: true, value: { ...eventItem(result.value), itemId } }
      : result;
    return [{ itemId, told }];
  });
  const series = itemIds.filter((_, index) => isSeries(index));
  const expanded = await expandSeries(transport, series, { from: eventsFrom, to: seriesTo });
  return [
    ...retoldBy(
      alone.map(({ itemId }) => itemId),
      alone.map(({ told }) => told),
    ),
    ...[...expanded.values()].flatMap((told) => told([], undefined)),
  ];
}

// ------------------------------------------------------------------------------------------------------- creation

/** Whether an earlier attempt went through is told by Google: the id follows from the stamp, and a second event of the same id is refused. */
export async function createEvents(
  transport: Transport,
  items: readonly NewItem[],
): Promise<readonly ItemResult<CreatedItem>[]> {
  const bodies = items.map(({ stamp, fields }) => newEventBody(stamp, fields));
  const results = await callSome(transport, bodies, insertCall);
  const taken = results.flatMap((result, index) =>
    result?.ok === false && result.failure.code === 'mailbox.item-conflict' ? [index] : [],
  );
  const found = await findTaken(transport, items, taken);
  return items.map(({ stamp }, index): ItemResult<CreatedItem> => {
    const itemId = stamp as ItemId;
    if (bodies[index] === null) return badItem(itemId, noTime);
    const result = found.get(index) ?? results[index];
    if (result?.ok === false) return badItem(itemId, result.failure);
    const event = readEvent(result);
    return event === null ? badItem(itemId, unreadable) : { ok: true, value: createdItem(event) };
  });
}

function createdItem(event: GoogleEvent): CreatedItem {
  const { itemId, version, uid } = eventItem(event);
  return { itemId, version, uid: uid === '' ? null : uid };
}

const insertCall = (body: EventBody): Call => ({
  method: 'events.insert',
  verb: 'POST',
  path: `events?${NOBODY}`,
  body,
  scope: 'making',
});

/** What has the ids already. An id is never free again: what was deleted under it comes back as what is to be made. */
async function findTaken(
  transport: Transport,
  items: readonly NewItem[],
  taken: readonly number[],
): Promise<ReadonlyMap<number, PartResult>> {
  const ids = taken.map((index) => eventIdOf(items[index]?.stamp ?? ''));
  const there = await callMany(transport, ids.map(getCall));
  const found = new Map<number, PartResult>();
  const deleted: { readonly index: number; readonly call: Call }[] = [];
  for (const [at, index] of taken.entries()) {
    const result = there[at];
    if (result === undefined) continue;
    found.set(index, result);
    const event = readEvent(result);
    const itemId = ids[at];
    if (event === null || itemId === undefined || !isGone(event)) continue;
    const body = { ...eventBody(items[index]?.fields ?? {}, false), status: 'confirmed' };
    deleted.push({ index, call: patchCall(itemId, event.etag, body) });
  }
  const revived = await callMany(
    transport,
    deleted.map(({ call }) => call),
  );
  for (const [at, { index }] of deleted.entries()) {
    const result = revived[at];
    if (result !== undefined) found.set(index, result);
  }
  return found;
}

// -------------------------------------------------------------------------------------------------------- changes

function patchCall(itemId: ItemId, version: string, body: EventBody): Call {
  return {
    method: 'events.patch',
    verb: 'PATCH',
    path: `${pathOf(itemId)}?${NOBODY}`,
    body,
    ...(version === '' ? {} : { headers: { 'if-match': version } }),
    scope: 'write',
  };
}

/** Writes changed fields; another version than the one that was merged is refused by Google itself. */
export async function updateEvents(
  transport: Transport,
  updates: readonly ItemUpdate[],
): Promise<readonly ItemResult<ItemVersion>[]> {
  const bodies = updates.map(({ fields }) => eventBody(fields, false));
  const changed = bodies.map((body) => (body === null || Object.keys(body).length === 0 ? null : body));
  const results = await callSome(transport, changed, (body, index) => {
    const { itemId, version } = updates[index] as ItemUpdate;
    return patchCall(itemId, version, body);
  });
  return updates.map(({ itemId, version }, index): ItemResult<ItemVersion> => {
    if (bodies[index] === null) return badItem(itemId, noTime);
    if (changed[index] === null) return untouched(itemId, version);
    const result = results[index];
    if (result?.ok === false) return badItem(itemId, result.failure);
    const event = readEvent(result);
    return event === null ? badItem(itemId, unreadable) : untouched(itemId, event.etag);
  });
}

/** One call for each body that there is; results stand where their bodies stood. */
async function callSome(
  transport: Transport,
  bodies: readonly (EventBody | null)[],
  callOf: (body: EventBody, index: number) => Call,
): Promise<readonly (PartResult | undefined)[]> {
  const calls = bodies.flatMap((body, index) => (body === null ? [] : [callOf(body, index)]));
  const results = [...(await callMany(transport, calls))];
  return bodies.map((body) => (body === null ? undefined : results.shift()));
}
