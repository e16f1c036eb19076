/** An org with events, contacts and tasks, for tests of the Salesforce connector's records: a bench, its connector, and short words for what they ask. */
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { CrmConnector } from '../../src/model/connector.ts';
import type {
  ContactScope,
  CrmRecord,
  CrmRecords,
  RecordAsk,
  RecordResult,
  RecordWrite,
} from '../../src/model/crm-records.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { type SalesforceBench, startSalesforceBench } from './salesforce-bench.ts';

export interface RecordsBench extends SalesforceBench {
  readonly crm: CrmConnector;
  readonly records: CrmRecords;
  /** The connected user's. */
  readonly userId: string;
  /** Another user's. */
  readonly colleagueId: string;
}

export async function openRecords({ keyField = true } = {}): Promise<RecordsBench> {
  const bench = await startSalesforceBench({ keyField });
  const colleague = bench.simulator.addUser({
    username: 'bea@contoso.example',
    password: 'x',
    email: 'bea@contoso.example',
  });
  const crm = await bench.connect();
  const { userId } = await crm.identify();
  return { ...bench, crm, records: crm.records, userId, colleagueId: colleague.id };
}

export const newRecord = (fields: Fields, more: Partial<RecordWrite> = {}): RecordWrite => ({
  recordId: null,
  key: null,
  fields,
  ownerId: null,
  ...more,
});

export const changed = (
  recordId: RecordId | string,
  fields: Fields,
  more: Partial<RecordWrite> = {},
): RecordWrite => ({ recordId: recordId as RecordId, key: null, fields, ownerId: null, ...more });

export const ask = (
  collection: Collection,
  cursor: string | null = null,
  scope: ContactScope = { kind: 'mine' },
): RecordAsk => ({ collection, cursor, from: Date.UTC(2026, 9, 19), scope });

/** The values of results that are all good. */
export function good<T>(results: readonly RecordResult<T>[]): readonly T[] {
  return results.map((result) => {
    if (!result.ok) throw new Error(`refused: ${result.failure.code}`);
    return result.value;
  });
}

/** Pages of one collection from a cursor until there are no more. */
export async function readAll(
  records: CrmRecords,
  asked: RecordAsk,
): Promise<{ readonly records: readonly CrmRecord[]; readonly cursor: string; readonly pages: number }> {
  const found: CrmRecord[] = [];
  let { cursor } = asked;
  for (let pages = 1; pages < 100; pages += 1) {
    const [result] = await records.readChanges([{ ...asked, cursor }]);
    if (result?.ok !== true) throw new Error(`not read: ${result?.failure.code}`);
    found.push(...result.page.records);
    cursor = result.page.cursor;
    if (result.page.done) return { records: found, cursor, pages };
  }
  throw new Error('no end of pages');
}

/** What a record holds, read back. */
export async function fieldsOf(
  records: CrmRecords,
  collection: Collection,
  recordId: RecordId,
): Promise<Fields | undefined> {
  const [one] = await records.readRecords(collection, [recordId]);
  return one?.ok === true ? one.value.fields : undefined;
}
