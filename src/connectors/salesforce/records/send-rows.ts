/**
 * Sends rows as they are: in requests of up to 200, children of one parent together, one request after another, each telling in the same breath the
 * versions that it made. What Salesforce could not lock is sent again alone, what was too long is cut once; every other refusal is the row's outcome.
 * Vendor page: docs/remote-services/salesforce.md#writing-records.
 */
import { type Failure, failure, RemoteFailure } from '../../../model/failure.ts';
import { requestFailure, type VendorError } from '../failures.ts';
import {
  COLLECTION_RECORDS_MAX,
  COMPOSITE_QUERIES_MAX,
  type CompositeAnswer,
  type CompositeRequest,
  pageSchema,
  type Row,
  readOutcomes,
  sendComposite,
} from '../operations.ts';
import { KEY_FIELD } from '../org.ts';
import { mendRow, remedyFor } from '../repair.ts';
import { chunkQueries, encodeSoql, inList } from '../soql.ts';
import { readVendorErrors } from '../wire.ts';
import { REQUEST_BYTES_MAX } from '../writes.ts';
import { outwaitLocks } from './locks.ts';
import { versionOf } from './read-row.ts';
import type { RecordsContext } from './records-context.ts';

export interface RowWrite {
  readonly method: 'POST' | 'PATCH';
  readonly object: string;
  readonly row: Row;
  /** The record whose version is told, where it is known before; the row's own key tells it of a new one. */
  readonly recordId: string | null;
  /** What Salesforce locks while it writes the row. */
  readonly parent: string;
  /** Duplicate rules that let themselves be overridden are. */
  readonly allowDuplicate: boolean;
}

export type RowOutcome =
  | { readonly ok: true; readonly id: string; readonly cut: readonly string[] }
  | {
      readonly ok: false;
      readonly errors: readonly VendorError[];
      /** The request as a whole was refused after others of the same call had gone through. */
      readonly failure?: Failure;
    };

export interface Sent {
  readonly outcomes: ReadonlyMap<RowWrite, RowOutcome>;
  /** By record id, as far as they were told. */
  readonly versions: ReadonlyMap<string, string>;
}

interface Sending {
  readonly context: RecordsContext;
  /** The object whose versions are told. */
  readonly object: string;
  readonly outcomes: Map<RowWrite, RowOutcome>;
  readonly versions: Map<string, string>;
}

/** Rejects only where the first request was refused as a whole, so that nothing was written. */
export async function sendRows(
  context: RecordsContext,
  object: string,
  writes: readonly RowWrite[],
): Promise<Sent> {
  const sending: Sending = { context, object, outcomes: new Map(), versions: new Map() };
  for (const batch of batchesOf(writes)) await sendSafely(sending, batch);
  await sendCut(sending, writes);
  await outwaitLocks(
    context,
    writes,
    (write) => sending.outcomes.get(write),
    (write) => sendSafely(sending, [write]),
  );
  return sending;
}

/** One request each: one method, one object, one wish about duplicates; neighbours by parent. */
export function batchesOf(writes: readonly RowWrite[]): readonly (readonly RowWrite[])[] {
  const sorted = writes.toSorted((one, other) =>
    one.parent === other.parent ? 0 : one.parent < other.parent ? -1 : 1,
  );
  const kinds = Map.groupBy(sorted, (write) =>
    [write.method, write.object, write.allowDuplicate, holdsReference(write.row)].join(' '),
  );
  return [...kinds.values()].flatMap((kind) => {
    const batches: RowWrite[][] = [];
    let bytes = 0;
    for (const write of kind) {
      const size = Buffer.byteLength(JSON.stringify(write.row)) + 200;
      const last = batches.at(-1);
      if (last === undefined || last.length >= COLLECTION_RECORDS_MAX || bytes + size > REQUEST_BYTES_MAX) {
        batches.push([write]);
        bytes = size;
      } else {
        last.push(write);
        bytes += size;
      }
    }
    return batches;
  });
}

/** `@{` anywhere in a composite's body is read as a reference; such rows go by themselves. */
function holdsReference(row: Row): boolean {
  return Object.values(row).some((value) => typeof value === 'string' && value.includes('@{'));
}

/** After a first request went through, a later one's refusal is the trouble of its rows: what was written must be told. */
async function sendSafely(sending: Sending, batch: readonly RowWrite[]): Promise<void> {
  try {
    await sendBatch(sending, batch);
  } catch (error) {
    if (!(error instanceof RemoteFailure) || sending.outcomes.size === 0) throw error;
    for (const write of batch) sending.outcomes.set(write, { ok: false, errors: [], failure: error.failure });
  }
}

/** A request that cannot be read is halved until the one row is found that spoils it. */
async function sendBatch(sending: Sending, batch: readonly RowWrite[]): Promise<void> {
  try {
    await sendOnce(sending, batch);
  } catch (error) {
    if (!(error instanceof RemoteFailure) || !isAboutRows(error.failure)) throw error;
    const code = error.failure.vendorCode ?? 'UNREADABLE_RECORD';
    // An unknown column spoils every row that has it: halving would find nothing out.
    if (batch.length === 1 || error.failure.code === 'crm.field-missing') {
      for (const write of batch)
        sending.outcomes.set(write, { ok: false, errors: [{ code, message: '', fields: [] }] });
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await sendBatch(sending, batch.slice(0, middle));
    await sendBatch(sending, batch.slice(middle));
  }
}

const BODY_CODES = new Set(['JSON_PARSER_ERROR', 'HTTP 400', 'HTTP 413']);

function isAboutRows({ kind, code, vendorCode }: Failure): boolean {
  if (code === 'crm.field-missing') return vendorCode?.startsWith('INVALID_FIELD') === true;
  return kind === 'request-invalid' && vendorCode !== undefined && BODY_CODES.has(vendorCode);
}

async function sendOnce(sending: Sending, batch: readonly RowWrite[]): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  const { api } = sending.context;
  const headers = {
    'Sforce-Auto-Assign': 'FALSE',
    ...(first.allowDuplicate ? { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } : {}),
  };
  const body = {
    allOrNone: false,
    records: batch.map(({ object, row }) => ({ attributes: { type: object }, ...row })),
  };
  if (holdsReference(first.row)) {
    const path = `/services/data/${api.version}/composite/sobjects`;
    const answer = await api.wire.call({
      method: first.method,
      path,
      operation: 'write-records',
      headers,
      body: JSON.stringify(body),
    });
    settle(sending, batch, answer);
    return;
  }
  const write: CompositeRequest = {
    referenceId: 'w',
    path: '/composite/sobjects',
    method: first.method,
    body,
    httpHeaders: headers,
  };
  const answers = await sendComposite(
    api,
    [write, ...versionRequests(sending.object, batch)],
    'write-records',
    headers,
  );
  const answer = answers.find(({ referenceId }) => referenceId === 'w');
  if (answer === undefined || answer.status >= 300)
    throw new RemoteFailure(requestFailure(answer?.status ?? 500, readVendorErrors(answer?.body)));
  settle(sending, batch, answer.body);
  for (const one of answers) if (one !== answer) keepVersions(sending.versions, one);
}

function settle({ outcomes }: Sending, batch: readonly RowWrite[], body: unknown): void {
  const results = readOutcomes(body, batch.length);
  for (const [index, write] of batch.entries()) {
    const result = results[index] ?? { ok: false, errors: [] };
    outcomes.set(write, result.ok ? { ...result, cut: [] } : result);
  }
}

const VERSION_COLUMNS = 'Id,SystemModstamp,LastModifiedById';

/** Of records that were there by id, of new ones by key; as many queries as fit beside the write. */
function versionRequests(object: string, batch: readonly RowWrite[]): readonly CompositeRequest[] {
  const ids = batch.flatMap(({ recordId }) => (recordId === null ? [] : [recordId]));
  const keys = batch.flatMap(({ recordId, row }) =>
    recordId === null && typeof row[KEY_FIELD] === 'string' ? [row[KEY_FIELD]] : [],
  );
  return [...versionQueries(object, 'Id', ids), ...versionQueries(object, KEY_FIELD, keys)]
    .slice(0, COMPOSITE_QUERIES_MAX - 1)
    .map((query, index) => ({ referenceId: `v${index}`, path: `/query?q=${encodeSoql(query)}` }));
}

export function versionQueries(object: string, column: string, values: readonly string[]): readonly string[] {
  return chunkQueries(
    [...new Set(values)],
    (part) => `SELECT ${VERSION_COLUMNS} FROM ${object} WHERE ${inList(column, part)}`,
  );
}

/** A query that was refused costs a version, never the outcome of the write. */
function keepVersions(versions: Map<string, string>, answer: CompositeAnswer): void {
  const page = answer.status === 200 ? pageSchema.safeParse(answer.body) : undefined;
  if (page?.success !== true) return;
  for (const row of page.data.records) versions.set(String(row.Id), versionOf(row));
}

async function sendCut(sending: Sending, writes: readonly RowWrite[]): Promise<void> {
  const shorter = new Map<RowWrite, RowWrite>();
  for (const write of writes) {
    const outcome = sending.outcomes.get(write);
    if (outcome === undefined || outcome.ok || !isTooLong(outcome.errors)) continue;
    const row = mendRow(write.row, outcome.errors);
    if (row !== null) shorter.set({ ...write, row }, write);
  }
  for (const batch of batchesOf([...shorter.keys()])) await sendSafely(sending, batch);
  for (const [cut, write] of shorter) {
    const outcome = sending.outcomes.get(cut) ?? { ok: false, errors: [] };
    const names = Object.keys(write.row).filter((name) => write.row[name] !== cut.row[name]);
    sending.outcomes.set(write, outcome.ok ? { ...outcome, cut: names } : outcome);
  }
}

function isTooLong(errors: readonly VendorError[]): boolean {
  return remedyFor(errors) === 'mend' && errors.some(({ code }) => code === 'STRING_TOO_LONG');
}

/** A row that nothing is known of. */
export const unsent: RowOutcome = { ok: false, errors: [], failure: failure('crm.record-refused') };
