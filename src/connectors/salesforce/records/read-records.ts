/** Known records as they are now, and their removal into the recycle bin. Vendor page: docs/remote-services/salesforce.md#removing. */
import type { Collection } from '../../../model/collection.ts';
import type { CrmRecord, RecordResult } from '../../../model/crm-records.ts';
import { failure, RemoteFailure } from '../../../model/failure.ts';
import type { RecordId } from '../../../model/ids.ts';
import { recordFailure } from '../failures.ts';
import {
  COLLECTION_RECORDS_MAX,
  deleteRecords,
  type Row,
  readQueries,
  type WriteOutcome,
} from '../operations.ts';
import { toLongId } from '../record-id.ts';
import { isGone } from '../remove-records.ts';
import { chunkQueries, inList } from '../soql.ts';
import { hasPersonAccounts, isReadable, OBJECT_OF, selectionOf } from './columns.ts';
import { outwaitLocks } from './locks.ts';
import { toRecord } from './read-row.ts';
import type { RecordsContext } from './records-context.ts';

/** One request for about a thousand records; deleted ones are told from the recycle bin. */
export async function readRecords(
  context: RecordsContext,
  collection: Collection,
  recordIds: readonly RecordId[],
): Promise<readonly RecordResult<CrmRecord>[]> {
  if (recordIds.length === 0) return [];
  const rows = await selectRows(context, collection, recordIds);
  const userId = await context.readUserId();
  const found = new Map(
    rows.map((row) => toRecord(collection, row, userId)).map((one) => [one.recordId, one]),
  );
  return recordIds.map((recordId) => {
    const value = found.get(recordId);
    return value === undefined ? { ok: false, failure: failure('crm.record-gone') } : { ok: true, value };
  });
}

/** The org is described anew, once, where a column went away. */
async function selectRows(
  context: RecordsContext,
  collection: Collection,
  recordIds: readonly RecordId[],
): Promise<readonly Row[]> {
  const select = async (force: boolean) => {
    const org = await context.readOrg(force);
    if (!isReadable(org, collection))
      throw new RemoteFailure(failure('crm.field-missing', { fields: [OBJECT_OF[collection]] }));
    const queries = chunkQueries(
      plausible(recordIds),
      (part) =>
        `SELECT ${selectionOf(org, collection)} FROM ${OBJECT_OF[collection]} WHERE ${inList('Id', part)}`,
    );
    return (await readQueries(context.api, queries, 'read-records', 'queryAll')).flat();
  };
  try {
    return await select(false);
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.vendorCode !== 'INVALID_FIELD') throw error;
    return await select(true);
  }
}

/** One that is no id at all would refuse the whole query. */
function plausible(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].filter((id) => /^[A-Za-z0-9]{18}$/.test(id) && toLongId(id.slice(0, 15)) === id);
}

/** One request for 200 records; one more for contacts where contact and account may be one person. */
export async function removeRecords(
  context: RecordsContext,
  collection: Collection,
  recordIds: readonly RecordId[],
): Promise<readonly RecordResult<RecordId>[]> {
  const distinct = [...new Set(recordIds)];
  const targets = await targetsOf(context, collection, distinct);
  const outcomes = new Map<RecordId, WriteOutcome>();
  const send = async (part: readonly RecordId[]) => {
    const ids = part.map((id) => targets.get(id) ?? id);
    const answers = await deleteRecords(context.api, ids);
    for (const [index, id] of part.entries()) outcomes.set(id, answers[index] ?? { ok: false, errors: [] });
  };
  for (let at = 0; at < distinct.length; at += COLLECTION_RECORDS_MAX)
    await send(distinct.slice(at, at + COLLECTION_RECORDS_MAX));
  await outwaitLocks(
    context,
    distinct,
    (id) => outcomes.get(id),
    (id) => send([id]),
  );
  return recordIds.map((recordId) => {
    const outcome = outcomes.get(recordId) ?? { ok: false, errors: [] };
    if (outcome.ok || isGone(outcome.errors)) return { ok: true, value: recordId };
    const failed = recordFailure(outcome.errors, OBJECT_OF[collection]);
    return failed.code === 'crm.record-gone' ? { ok: true, value: recordId } : { ok: false, failure: failed };
  });
}

/** A contact that is one with its account goes with the account. */
async function targetsOf(
  context: RecordsContext,
  collection: Collection,
  recordIds: readonly RecordId[],
): Promise<ReadonlyMap<RecordId, string>> {
  if (collection !== 'contacts' || recordIds.length === 0) return new Map();
  return await readPersonAccounts(context, recordIds);
}

/** Account ids of those contacts that are one with their account; no request where the org has no such accounts. */
export async function readPersonAccounts(
  context: RecordsContext,
  recordIds: readonly RecordId[],
): Promise<ReadonlyMap<RecordId, string>> {
  if (recordIds.length === 0 || !hasPersonAccounts(await context.readOrg(false))) return new Map();
  const queries = chunkQueries(
    plausible(recordIds),
    (part) => `SELECT Id,AccountId FROM Contact WHERE IsPersonAccount = true AND ${inList('Id', part)}`,
  );
  const rows = (await readQueries(context.api, queries, 'person-accounts')).flat();
  return new Map(rows.map((row) => [String(row.Id) as RecordId, String(row.AccountId)]));
}
