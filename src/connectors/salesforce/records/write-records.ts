/**
 * Carries `writeRecords` out: what is there is read where it must be known, rows are sent, doubles become the record that is there, invitees follow their
 * event, and every result tells the version that its echo will carry. Vendor page: docs/remote-services/salesforce.md#writing-records.
 */
import type { Collection } from '../../../model/collection.ts';
import type { RecordResult, RecordWrite, WrittenRecord } from '../../../model/crm-records.ts';
import { type Failure, RemoteFailure } from '../../../model/failure.ts';
import type { RecordId } from '../../../model/ids.ts';
import type { OrgShape } from '../describe.ts';
import { recordFailure, telling } from '../failures.ts';
import { type Row, readQueries } from '../operations.ts';
import { KEY_FIELD } from '../org.ts';
import { remedyFor } from '../repair.ts';
import { chunkQueries, inList } from '../soql.ts';
import { COLUMNS, OBJECT_OF } from './columns.ts';
import { type Prepared, prepareWrite, type WriteFacts } from './prepare-writes.ts';
import { readPersonAccounts } from './read-records.ts';
import { versionOf } from './read-row.ts';
import type { RecordsContext } from './records-context.ts';
import { readEventStates } from './relation-state.ts';
import { type RowOutcome, type RowWrite, type Sent, sendRows, unsent, versionQueries } from './send-rows.ts';
import { writeRelations } from './write-relations.ts';

const SAID_MAX = 1_000;

interface Written {
  readonly prepared: Prepared;
  readonly recordId: RecordId;
  readonly created: boolean;
  readonly version: string;
  readonly reduced: readonly string[];
}

type Progress = Map<number, Written | { readonly failure: Failure; readonly said?: string }>;

/** One request for 200 records; the others it may need are named in docs/remote-services/salesforce.md#requests. */
export async function writeRecords(
  context: RecordsContext,
  collection: Collection,
  writes: readonly RecordWrite[],
): Promise<readonly RecordResult<WrittenRecord>[]> {
  if (writes.length === 0) return [];
  const progress: Progress = new Map();
  const all = writes.map((_, index) => index);
  const outdated = await writeWith(
    context,
    await context.readOrg(false),
    { collection, writes, indexes: all },
    progress,
  );
  // Columns that were refused by name: the org is described anew, and these are sent once more.
  await keepingOthers(progress, outdated, async () => {
    await writeWith(
      context,
      await context.readOrg(true),
      { collection, writes, indexes: outdated },
      progress,
    );
  });
  await addRelations(context, progress);
  await readMissingVersions(context, collection, progress);
  return writes.map((_, index) => resultOf(progress.get(index)));
}

/** Once something was written, trouble with the rest is the rest's: what was written must be told. */
async function keepingOthers(
  progress: Progress,
  indexes: readonly number[],
  work: () => Promise<void>,
): Promise<void> {
  if (indexes.length === 0) return;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    for (const index of indexes) progress.set(index, { failure: error.failure });
  }
}

interface Job {
  readonly collection: Collection;
  readonly writes: readonly RecordWrite[];
  readonly indexes: readonly number[];
}

/** Gives the places of those that an unknown column refused. */
async function writeWith(
  context: RecordsContext,
  org: OrgShape,
  job: Job,
  progress: Progress,
): Promise<readonly number[]> {
  const facts = await readFacts(context, org, job);
  const prepared: Prepared[] = [];
  for (const index of job.indexes) {
    const write = job.writes[index];
    const one = write === undefined ? null : prepareWrite(facts, index, write);
    if (one === null) continue;
    if ('kind' in one) progress.set(index, { failure: one });
    else prepared.push(one);
  }
  const object = OBJECT_OF[job.collection];
  const sent = await sendRows(context, object, rowsOf(prepared));
  const outdated: number[] = [];
  const doubles: Prepared[] = [];
  for (const one of prepared) {
    const outcome = one.row === null ? asItIs(one) : (sent.outcomes.get(one.row) ?? unsent);
    if (!outcome.ok && remedyFor(outcome.errors) === 'describe') outdated.push(one.index);
    if (!outcome.ok && isDouble(one, outcome)) doubles.push(one);
    else progress.set(one.index, settled(job.collection, one, outcome, sent));
  }
  const places = doubles.map(({ index }) => index);
  await keepingOthers(progress, places, () => resolveDoubles(context, job.collection, doubles, progress));
  return outdated;
}

function rowsOf(prepared: readonly Prepared[]): readonly RowWrite[] {
  return prepared.flatMap(({ row }) => (row === null ? [] : [row]));
}

function asItIs({ write }: Prepared): RowOutcome {
  return { ok: true, id: write.recordId ?? '', cut: [] };
}

async function readFacts(context: RecordsContext, org: OrgShape, job: Job): Promise<WriteFacts> {
  const { collection, writes, indexes } = job;
  const known = (is: (write: RecordWrite) => boolean) =>
    indexes.flatMap((index) => {
      const write = writes[index];
      return write !== undefined && write.recordId !== null && is(write) ? [write.recordId] : [];
    });
  return {
    org,
    collection,
    userId: await context.readUserId(),
    ownerId: context.ownerId,
    events:
      collection === 'events'
        ? await readEventStates(
            context,
            org,
            known(({ relations, fields }) => relations !== undefined || fields.isPrivate === 'yes'),
          )
        : new Map(),
    personAccounts:
      collection === 'contacts'
        ? await readPersonAccounts(
            context,
            known(() => true),
          )
        : new Map(),
  };
}

function settled(
  collection: Collection,
  prepared: Prepared,
  outcome: RowOutcome,
  { versions }: Pick<Sent, 'versions'>,
): Written | { readonly failure: Failure; readonly said?: string } {
  if (!outcome.ok) return refused(collection, outcome);
  const recordId = prepared.write.recordId ?? (outcome.id as RecordId);
  const cut = COLUMNS[collection]
    .filter(({ column, person }) => outcome.cut.some((name) => name === column || name === person))
    .map(({ field }) => field);
  return {
    prepared,
    recordId,
    created: prepared.write.recordId === null,
    version: versions.get(recordId) ?? '',
    reduced: [...new Set([...prepared.reduced, ...cut])],
  };
}

function refused(
  collection: Collection,
  outcome: Extract<RowOutcome, { ok: false }>,
): { readonly failure: Failure; readonly said?: string } {
  const failure = outcome.failure ?? recordFailure(outcome.errors, OBJECT_OF[collection]);
  const said = telling(outcome.errors)?.message.slice(0, SAID_MAX) ?? '';
  return { failure, ...(said === '' ? {} : { said }) };
}

/** Our own key is there already; any other unique column is the org's, and its refusal stands. */
function isDouble({ row, write }: Prepared, outcome: Extract<RowOutcome, { ok: false }>): boolean {
  return (
    write.recordId === null && row?.row[KEY_FIELD] !== undefined && remedyFor(outcome.errors) === 'look-up'
  );
}

/**
 * The record that has the key is the result, as it is. Where only the recycle bin has it, the record is made without: what somebody threw away is left
 * there, and the key with it.
 */
async function resolveDoubles(
  context: RecordsContext,
  collection: Collection,
  doubles: readonly Prepared[],
  progress: Progress,
): Promise<void> {
  const object = OBJECT_OF[collection];
  const keys = doubles.map(({ row }) => String(row?.row[KEY_FIELD]));
  const queries = chunkQueries(
    [...new Set(keys)],
    (part) =>
      `SELECT Id,SystemModstamp,LastModifiedById,IsDeleted,${KEY_FIELD} FROM ${object} WHERE ${inList(KEY_FIELD, part)}`,
  );
  const rows = (await readQueries(context.api, queries, 'find-records', 'queryAll')).flat();
  const found = Map.groupBy(rows, (row) => String(row[KEY_FIELD]));
  const binned: { readonly prepared: Prepared; readonly row: RowWrite }[] = [];
  for (const prepared of doubles) {
    const own = found.get(String(prepared.row?.row[KEY_FIELD])) ?? [];
    const live = own.find((row) => row.IsDeleted !== true);
    if (live !== undefined) progress.set(prepared.index, foundRecord(prepared, live));
    else if (own.length > 0 && prepared.row !== null)
      binned.push({ prepared, row: { ...prepared.row, row: withoutKey(prepared.row.row) } });
    else progress.set(prepared.index, refused(collection, duplicateValue));
  }
  const sent = await sendRows(
    context,
    object,
    binned.map(({ row }) => row),
  );
  for (const { prepared, row } of binned)
    progress.set(prepared.index, settled(collection, prepared, sent.outcomes.get(row) ?? unsent, sent));
}

const duplicateValue = {
  ok: false,
  errors: [{ code: 'DUPLICATE_VALUE', message: '', fields: [] }],
} as const;

function foundRecord(prepared: Prepared, row: Row): Written {
  // Nothing was written, so nothing was reduced, and nobody is added to it.
  return {
    prepared: { ...prepared, plan: null },
    recordId: String(row.Id) as RecordId,
    created: false,
    version: versionOf(row),
    reduced: [],
  };
}

function withoutKey(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== KEY_FIELD));
}

/** Invitees of events that were written; where that fails, the event stays and its result says so. */
async function addRelations(context: RecordsContext, progress: Progress): Promise<void> {
  const plans = [...progress].flatMap(([index, one]) =>
    'failure' in one || one.prepared.plan === null
      ? []
      : [{ index, eventId: one.recordId, plan: one.prepared.plan }],
  );
  const outcomes = await writeRelations(context, plans);
  for (const [index, outcome] of outcomes) {
    const one = progress.get(index);
    if (one === undefined || 'failure' in one) continue;
    if (outcome.failure !== null) progress.set(index, { failure: outcome.failure });
    else
      progress.set(index, {
        ...one,
        version: outcome.version,
        reduced: outcome.isReduced ? [...new Set([...one.reduced, 'relations'])] : one.reduced,
      });
  }
}

/** What no request told in passing; a refusal here must not hide what was written. */
async function readMissingVersions(
  context: RecordsContext,
  collection: Collection,
  progress: Progress,
): Promise<void> {
  const unknown = [...progress.values()].flatMap((one) =>
    'failure' in one || one.version !== '' ? [] : [one.recordId],
  );
  if (unknown.length === 0) return;
  try {
    const queries = versionQueries(OBJECT_OF[collection], 'Id', unknown);
    const rows = (await readQueries(context.api, queries, 'versions')).flat();
    const versions = new Map(rows.map((row) => [String(row.Id), versionOf(row)]));
    for (const [index, one] of progress)
      if (!('failure' in one) && one.version === '')
        progress.set(index, { ...one, version: versions.get(one.recordId) ?? '' });
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
  }
}

function resultOf(
  one: Written | { readonly failure: Failure; readonly said?: string } | undefined,
): RecordResult<WrittenRecord> {
  if (one === undefined) return { ok: false, failure: recordFailure([], '') };
  if ('failure' in one) return { ok: false, ...one };
  const { recordId, version, created, reduced } = one;
  return { ok: true, value: { recordId, version, created, reduced } };
}
