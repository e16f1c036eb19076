/**
 * `/sobjects/X/updated` and `/deleted`: ids of records written or deleted in a window of whole minutes, with the limits
 * of the real ones (30 and 15 days back).
 */
import { type Answer, answer, type Call, methodNotAllowed } from './call.ts';
import { ApiError, type Json } from './errors.ts';
import { tableOf } from './organization.ts';
import type { SObjectType } from './schema/schema.ts';
import { textOf } from './store.ts';
import { fromDateTime, readDateTime, toDateTime } from './values.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UPDATED_BACK_MS = 30 * DAY_MS;
const DELETED_BACK_MS = 15 * DAY_MS;
const IDS_MAX = 600_000;

/** Ids of records created or changed in the window. */
export function listUpdated(call: Call, type: SObjectType): Answer {
  const { start, end } = readWindow(call, type, UPDATED_BACK_MS);
  const ids: string[] = [];
  for (const row of tableOf(call.actor.organization, type.name).rows.values()) {
    const at = textOf(row, 'SystemModstamp');
    if (row.IsDeleted !== true && at >= start && at < end) ids.push(String(row.Id));
  }
  if (ids.length > IDS_MAX) throw new ApiError(400, 'EXCEEDED_ID_LIMIT', 'exceeded id limit');
  return answer(200, { ids, latestDateCovered: end });
}

/** Records deleted in the window. */
export function listDeleted(call: Call, type: SObjectType): Answer {
  const { start, end } = readWindow(call, type, DELETED_BACK_MS);
  const deletedRecords: Json[] = [];
  for (const row of tableOf(call.actor.organization, type.name).rows.values()) {
    const at = textOf(row, 'SystemModstamp');
    if (row.IsDeleted === true && at >= start && at < end) {
      deletedRecords.push({ id: String(row.Id), deletedDate: at });
    }
  }
  const earliest = toDateTime(floorMinute(call.actor.now - DELETED_BACK_MS));
  return answer(200, { deletedRecords, earliestDateAvailable: earliest, latestDateCovered: end });
}

function readWindow(call: Call, type: SObjectType, backMs: number): { start: string; end: string } {
  if (call.method !== 'GET') throw methodNotAllowed(call);
  if (type.abilities.includes('o')) {
    throw new ApiError(400, 'INVALID_TYPE_FOR_OPERATION', `object type ${type.name} is not replicateable`);
  }
  const startAt = readInstant(call, 'start');
  const endAt = Math.min(readInstant(call, 'end'), call.actor.now);
  if (startAt < call.actor.now - backMs) {
    throw new ApiError(400, 'INVALID_REPLICATION_DATE', 'startDate before org replication enabled date');
  }
  if (endAt - startAt < MINUTE_MS) {
    throw new ApiError(
      400,
      'INVALID_REPLICATION_DATE',
      'endDate must be at least one minute greater than startDate',
    );
  }
  return { start: toDateTime(floorMinute(startAt)), end: toDateTime(floorMinute(endAt)) };
}

function readInstant(call: Call, name: string): number {
  const text = call.search.get(name);
  const found = text === null ? undefined : readDateTime(text.replace(' ', '+'));
  if (found !== undefined) return fromDateTime(found);
  throw new ApiError(400, 'INVALID_REPLICATION_DATE', `${name} parameter is missing or no date`);
}

function floorMinute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
