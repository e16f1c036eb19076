/**
 * What changed in events, contacts and tasks: one composite request for the next page of every collection asked for, deleted rows included. A
 * collection that cannot be read fails alone. Vendor page: docs/remote-services/salesforce.md#reading-changes.
 */
import type { Instant } from '../../../model/clock.ts';
import type { CrmRecord, RecordAsk, RecordPageResult } from '../../../model/crm-records.ts';
import { type Failure, failure, RemoteFailure } from '../../../model/failure.ts';
import { fieldMissing, isFilterable, type OrgShape } from '../describe.ts';
import {
  COMPOSITE_QUERIES_MAX,
  type CompositeAnswer,
  type CompositeRequest,
  pageSchema,
  parse,
  type Row,
  readResources,
  sendComposite,
  successBody,
} from '../operations.ts';
import { encodeSoql, quoteSoql } from '../soql.ts';
import { isReadable, OBJECT_OF, selectionOf } from './columns.ts';
import { describeViewRequest, filterOfView, viewGone } from './list-views.ts';
import { instantOf, toRecord } from './read-row.ts';
import {
  advance,
  type Position,
  type ReadingCursor,
  readCursor,
  startReading,
  writeCursor,
} from './reading-cursor.ts';
import type { RecordsContext } from './records-context.ts';

const PAGE_ROWS = 200;
const DAY_MS = 86_400_000;

/**
 * The next page of each ask. One request for up to five asks, and one even where there is nothing to ask for, so that the connection is proven and the
 * allowance known; one more for the first reading of a list view.
 */
export async function readChanges(
  context: RecordsContext,
  asks: readonly RecordAsk[],
): Promise<readonly RecordPageResult[]> {
  if (asks.length === 0) await readResources(context.api);
  const results: RecordPageResult[] = [];
  for (let start = 0; start < asks.length; start += COMPOSITE_QUERIES_MAX) {
    const part = asks.slice(start, start + COMPOSITE_QUERIES_MAX);
    results.push(...(await readPart(context, part, await context.readOrg(false))));
  }
  return results;
}

async function readPart(
  context: RecordsContext,
  asks: readonly RecordAsk[],
  org: OrgShape,
): Promise<readonly RecordPageResult[]> {
  const results = await readOnce(context, asks, org);
  // A column went away, or came back, since the org was described: all is asked once more.
  const outdated = asks.filter((_, index) => {
    const result = results[index];
    return result?.ok === false && result.failure.vendorCode === 'INVALID_FIELD';
  });
  if (outdated.length === 0) return results;
  const fresh = await context.readOrg(true);
  // A list view may name a field that is gone; asking again would not help.
  const isChanged = outdated.some(
    ({ collection }) => selectionOf(fresh, collection) !== selectionOf(org, collection),
  );
  return isChanged ? await readOnce(context, asks, fresh) : results;
}

interface Reading {
  readonly ask: RecordAsk;
  readonly cursor: ReadingCursor;
  readonly requests: readonly CompositeRequest[];
}

async function readOnce(
  context: RecordsContext,
  asks: readonly RecordAsk[],
  org: OrgShape,
): Promise<readonly RecordPageResult[]> {
  const userId = await context.readUserId();
  const cursors = await openCursors(context, asks, org, userId);
  const readings = asks.map((ask, index): Reading | Failure => {
    const cursor = cursors[index];
    if (cursor === undefined || !('of' in cursor)) return cursor ?? failure('crm.cursor-expired');
    const query = queryOf(org, ask, cursor, userId);
    const view = ask.scope.kind === 'list-view' ? describeViewRequest(ask.scope.id, `v${index}`) : null;
    const path = `/queryAll?q=${encodeSoql(query)}`;
    const isKnownView = view !== null && ask.collection === 'contacts' && ask.cursor !== null;
    return { ask, cursor, requests: [{ referenceId: `q${index}`, path }, ...(isKnownView ? [view] : [])] };
  });
  const requests = readings.flatMap((reading) => ('requests' in reading ? reading.requests : []));
  const now = context.clock.now();
  if (requests.length === 0) await readResources(context.api);
  const answers = requests.length === 0 ? [] : await sendComposite(context.api, requests, 'read-changes');
  const answerOf = (referenceId: string) => answers.find((answer) => answer.referenceId === referenceId);
  const results = readings.map((reading, index): RecordPageResult => {
    if (!('requests' in reading)) return { ok: false, failure: reading };
    return isolate(() => {
      const view = answerOf(`v${index}`);
      if (reading.requests.length > 1 && viewFilter(view, userId) !== reading.cursor.filter)
        throw new RemoteFailure(failure('crm.cursor-expired', { vendorCode: 'LIST_VIEW_CHANGED' }));
      return pageOf(reading, successBody(answerOf(`q${index}`)), { userId, now });
    });
  });
  throwSharedTrouble(results);
  return results;
}

/** An outage that met every collection is the connection's; that of one query (too large, timed out) is its own. */
function throwSharedTrouble(results: readonly RecordPageResult[]): void {
  const failures = results.flatMap((result) => (result.ok ? [] : [result.failure]));
  const [first] = failures.filter(({ kind }) => kind === 'transient');
  if (first !== undefined && failures.length === results.length) throw new RemoteFailure(first);
}

/** Trouble of one collection is its own; trouble of the whole connection is thrown. */
function isolate(read: () => RecordPageResult): RecordPageResult {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RemoteFailure) || !OWN_TROUBLE.has(error.failure.kind)) throw error;
    return { ok: false, failure: error.failure };
  }
}

const OWN_TROUBLE: ReadonlySet<string> = new Set([
  'transient',
  'permission-missing',
  'bad-item',
  'cursor-expired',
  'request-invalid',
]);

function viewFilter(answer: CompositeAnswer | undefined, userId: string | null): string {
  // Every refusal of a description but an outage says that this user has no such view.
  if (answer !== undefined && (answer.status === 404 || answer.status === 400 || answer.status === 403))
    throw viewGone;
  return filterOfView(successBody(answer), userId);
}

/** The cursors given, or new ones; a first reading of a list view asks for its condition. */
async function openCursors(
  context: RecordsContext,
  asks: readonly RecordAsk[],
  org: OrgShape,
  userId: string | null,
): Promise<readonly (ReadingCursor | Failure)[]> {
  const opened = asks.map((ask): ReadingCursor | Failure | CompositeRequest => {
    const object = OBJECT_OF[ask.collection];
    if (!isReadable(org, ask.collection)) return fieldMissing([object]).failure;
    const of = `${userId ?? ''} ${scopeOf(ask)}`;
    if (ask.cursor !== null) {
      const cursor = readCursor(ask.cursor);
      return cursor?.of === of ? cursor : failure('crm.cursor-expired');
    }
    if (ask.collection !== 'contacts' || ask.scope.kind !== 'list-view')
      return startReading(of, null, context.clock.now());
    return describeViewRequest(ask.scope.id, 'view') ?? viewGone.failure;
  });
  const cursors: (ReadingCursor | Failure)[] = [];
  for (const [index, one] of opened.entries()) {
    const ask = asks[index];
    if (!('path' in one) || ask === undefined) {
      cursors.push(one as ReadingCursor | Failure);
      continue;
    }
    const [answer] = await sendComposite(context.api, [one], 'list-view');
    try {
      const filter = viewFilter(answer, userId);
      cursors.push(startReading(`${userId ?? ''} ${scopeOf(ask)}`, filter, context.clock.now()));
    } catch (error) {
      if (!(error instanceof RemoteFailure) || !OWN_TROUBLE.has(error.failure.kind)) throw error;
      cursors.push(error.failure);
    }
  }
  return cursors;
}

function scopeOf({ collection, scope }: RecordAsk): string {
  if (collection !== 'contacts') return collection;
  return scope.kind === 'list-view' ? `list-view ${scope.id}` : scope.kind;
}

function queryOf(org: OrgShape, ask: RecordAsk, cursor: ReadingCursor, userId: string | null): string {
  const position = cursor.at ?? cursor.floor;
  const isOwn = ask.collection !== 'contacts' || ask.scope.kind === 'mine';
  const conditions = [
    ...(isOwn ? [`OwnerId = ${quoteSoql(userId ?? '')}`] : []),
    ...(cursor.filter === null || cursor.filter === '' ? [] : [`(${cursor.filter})`]),
    ...(position === null ? [] : [afterPosition(position)]),
    ...(cursor.firstAt === null ? [] : windowOf(org, ask)),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${selectionOf(org, ask.collection)} FROM ${OBJECT_OF[ask.collection]}${where} ORDER BY SystemModstamp, Id LIMIT ${PAGE_ROWS}`;
}

/** A key, not an offset: rows that come or go between two pages shift nothing. */
function afterPosition({ stampAt, id }: Position): string {
  const stamp = literalOf(stampAt);
  if (id === '') return `SystemModstamp > ${stamp}`;
  return `SystemModstamp >= ${stamp} AND (SystemModstamp > ${stamp} OR Id > ${quoteSoql(id)})`;
}

function literalOf(at: Instant): string {
  return new Date(at).toISOString();
}

/** What a first reading may leave out. An all-day event's end is the midnight of its last day. */
function windowOf(org: OrgShape, { collection, from }: RecordAsk): readonly string[] {
  const shape = org.objects.get(OBJECT_OF[collection]);
  const date = literalOf(from - DAY_MS).slice(0, 10);
  if (collection === 'events' && isFilterable(shape, 'EndDateTime') && isFilterable(shape, 'ActivityDate'))
    return [`(EndDateTime >= ${literalOf(from - DAY_MS)} OR ActivityDate >= ${date})`];
  if (collection === 'tasks' && isFilterable(shape, 'IsClosed') && isFilterable(shape, 'ActivityDate'))
    return [`(IsClosed = false OR ActivityDate >= ${date} OR LastModifiedDate >= ${literalOf(from)})`];
  return [];
}

function pageOf(
  { ask, cursor }: Reading,
  body: unknown,
  { userId, now }: { readonly userId: string | null; readonly now: Instant },
): RecordPageResult {
  const { records: rows, done: isWhole } = parse(pageSchema, body);
  const placed = new Map<Position, Row>();
  for (const row of rows) {
    const record = toRecord(ask.collection, row, userId);
    placed.set({ id: record.recordId, stampAt: instantOf(row.SystemModstamp) ?? 0 }, row);
  }
  // Wide rows may come in shorter pages than asked for; the key takes up where they end.
  const isLast = rows.length < PAGE_ROWS && isWhole !== false;
  const behind = advance(cursor, [...placed.keys()], { isLast, now });
  const records: readonly CrmRecord[] = [...placed].flatMap(([position, row]) =>
    behind.fresh.has(position) ? [toRecord(ask.collection, row, userId)] : [],
  );
  return { ok: true, page: { records, cursor: writeCursor(behind.cursor), done: isLast } };
}
