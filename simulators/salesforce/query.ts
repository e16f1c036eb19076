/**
 * `/query` and `/queryAll`: running a statement and handing its records out in pages, with locators that expire.
 */
import { type Answer, answer, type Call, methodNotAllowed } from './call.ts';
import { ApiError, type Json, type JsonObject } from './errors.ts';
import type { Organization } from './organization.ts';
import { runQuery, type Selection } from './soql-evaluate.ts';
import { parseSoql } from './soql-parse.ts';

/** The cursors of one simulator, by the locator's name. */
export type Cursors = Map<string, Cursor>;

interface Cursor {
  readonly organization: Organization;
  readonly userId: string;
  readonly selection: Selection;
  readonly path: string;
  readonly pageSize: number;
  readonly madeAt: number;
}

const PAGE_MIN = 200;
const PAGE_MAX = 2000;
const CURSORS_MAX = 1000;

/** Answers `/query?q=`, `/queryAll?q=` and `/query/LOCATOR`. */
export function answerQuery(call: Call, cursors: Cursors): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call);
  const [resource = 'query', locator] = call.path;
  if (locator !== undefined && locator !== '') return showPage(call, cursors, resource, locator);
  const statement = call.search.get('q');
  if (statement === null || statement === '') {
    throw new ApiError(400, 'MALFORMED_QUERY', 'SOQL statement expected: the parameter q is missing');
  }
  const selection = runQuery(call.actor, parseSoql(statement), resource.toLowerCase() === 'queryall');
  if (selection.whole !== undefined) {
    if (selection.whole.records.length > PAGE_MAX) {
      throw new ApiError(
        400,
        'EXCEEDED_ID_LIMIT',
        'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch',
      );
    }
    return answer(200, { ...selection.whole, records: [...selection.whole.records], done: true });
  }
  const pageSize = readPageSize(call.header('sforce-query-options'));
  const records = show(selection, 0, pageSize);
  if (selection.ids.length <= pageSize) {
    return answer(200, { totalSize: selection.ids.length, done: true, records });
  }
  const name = call.actor.organization.ids.next('01g');
  cursors.set(name, {
    organization: call.actor.organization,
    userId: call.actor.user.id,
    selection,
    path: resource,
    pageSize,
    madeAt: call.actor.now,
  });
  dropOldest(cursors);
  return answer(200, page(call, selection, resource, name, records, pageSize));
}

function showPage(call: Call, cursors: Cursors, resource: string, locator: string): Answer {
  const dash = locator.lastIndexOf('-');
  const name = locator.slice(0, dash);
  const from = Number(locator.slice(dash + 1));
  const cursor = cursors.get(name);
  const { organization, user, now } = call.actor;
  const isOpen =
    cursor !== undefined &&
    cursor.organization === organization &&
    cursor.userId === user.id &&
    now - cursor.madeAt <= organization.settings.queryLocatorLifeMs;
  if (!isOpen || dash < 1 || !Number.isInteger(from)) {
    throw new ApiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  }
  const records = show(cursor.selection, from, cursor.pageSize);
  const next = from + cursor.pageSize;
  if (next >= cursor.selection.ids.length) {
    return answer(200, { totalSize: cursor.selection.ids.length, done: true, records });
  }
  return answer(200, page(call, cursor.selection, resource, name, records, next));
}

function page(
  call: Call,
  selection: Selection,
  resource: string,
  name: string,
  records: Json[],
  next: number,
): JsonObject {
  return {
    totalSize: selection.ids.length,
    done: false,
    nextRecordsUrl: `/services/data/v${call.actor.apiVersion}.0/${resource}/${name}-${next}`,
    records,
  };
}

function show(selection: Selection, from: number, count: number): Json[] {
  const records: Json[] = [];
  for (const id of selection.ids.slice(from, from + count)) {
    const record = selection.show(id);
    if (record !== undefined) records.push(record);
  }
  return records;
}

function readPageSize(header: string | null): number {
  const asked = Number(/batchSize=(\d+)/i.exec(header ?? '')?.[1] ?? PAGE_MAX);
  return Math.min(PAGE_MAX, Math.max(PAGE_MIN, asked));
}

function dropOldest(cursors: Cursors): void {
  for (const name of cursors.keys()) {
    if (cursors.size <= CURSORS_MAX) return;
    cursors.delete(name);
  }
}
