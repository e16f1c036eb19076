/**
 * Runs a parsed SOQL statement over the rows of an organization: which rows, in which order, and how a row is shown.
 * Paging is in `query.ts`.
 */
import type { Actor } from './actor.ts';
import type { Json, JsonObject } from './errors.ts';
import { tableOf } from './organization.ts';
import { type Projection, planProjection, projectRow } from './project.ts';
import { childRelationships, type SObjectType } from './schema/schema.ts';
import { bindFrom, bindPath, readPath, refuseQuery, requireSortable } from './soql-bind.ts';
import {
  compareRaw,
  compareValues,
  compileCondition,
  type FilterContext,
  findIndexed,
  isId,
  keyOf,
} from './soql-filter.ts';
import { refuseAt } from './soql-lex.ts';
import type { Condition, Query, SelectItem } from './soql-tree.ts';
import type { Row, Value } from './values.ts';

/** A statement that was run: ids to be shown page by page, or an answer that is already complete. */
export interface Selection {
  readonly type: SObjectType;
  readonly ids: readonly string[];
  show(id: string): JsonObject | undefined;
  readonly whole?: { readonly totalSize: number; readonly records: readonly Json[] };
}

/** Runs a statement. `includeDeleted` is what tells queryAll from query. Fails with an `ApiError`. */
export function runQuery(actor: Actor, query: Query, includeDeleted: boolean): Selection {
  const type = bindFrom(actor.schema, query);
  const rows = selectRows(actor, type, query, includeDeleted);
  if (query.select.some((item) => item.kind === 'aggregate')) return aggregate(actor, type, query, rows);
  const projection = planProjection(actor, type, query, (child) =>
    planChildren(actor, type, child, includeDeleted),
  );
  const table = tableOf(actor.organization, type.name);
  return {
    type,
    ids: rows.map((row) => String(row.Id)),
    show: (id) => {
      const row = table.rows.get(id);
      return row === undefined ? undefined : projectRow(actor, type, projection, row);
    },
  };
}

function selectRows(actor: Actor, type: SObjectType, query: Query, includeDeleted: boolean): Row[] {
  const context: FilterContext = {
    actor,
    type,
    query,
    runJoin: (inner) => runJoin(actor, inner, includeDeleted),
  };
  refuseUnboundLinks(type, query.where);
  const test = query.where === null ? () => true : compileCondition(context, query.where);
  const found: Row[] = [];
  for (const row of candidates(context, query.where)) {
    if (query.scope === 'mine' && row.OwnerId !== actor.user.id) continue;
    if ((includeDeleted || row.IsDeleted !== true) && test(row)) found.push(row);
  }
  sortRows(actor, type, query, found);
  return found.slice(query.offset, query.limit === null ? undefined : query.offset + query.limit);
}

function candidates(context: FilterContext, where: Condition | null): Iterable<Row> {
  const table = tableOf(context.actor.organization, context.type.name);
  const indexed = findIndexed(context, where, (field) => table.isIndexed(field));
  if (indexed === undefined) return table.rows.values();
  const ids = new Set<string>();
  for (const value of indexed.values) for (const id of table.find(indexed.field, value)) ids.add(id);
  const rows: Row[] = [];
  for (const id of [...ids].sort()) {
    const row = table.rows.get(id);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function sortRows(actor: Actor, type: SObjectType, query: Query, rows: Row[]): void {
  if (query.orderBy.length === 0) return;
  const keys = query.orderBy.map((order) => {
    const bound = bindPath(actor.schema, type, query, order.path);
    requireSortable(query, order.path, bound);
    return { ...order, bound };
  });
  const values = new Map<Row, Value[]>();
  for (const row of rows)
    values.set(
      row,
      keys.map((key) => readPath(actor, key.bound, row)),
    );
  rows.sort((left, right) => {
    const a = values.get(left) ?? [];
    const b = values.get(right) ?? [];
    for (const [index, key] of keys.entries()) {
      const x = a[index] ?? null;
      const y = b[index] ?? null;
      if (x === null && y === null) continue;
      if (x === null) return key.nullsLast ? 1 : -1;
      if (y === null) return key.nullsLast ? -1 : 1;
      // Ids have an order of their own, the one in which `Id > '...'` compares them.
      const order = isId(key.bound) ? compareRaw(String(x), String(y)) : compareValues(x, y);
      if (order !== 0) return key.descending ? -order : order;
    }
    return 0;
  });
}

function runJoin(actor: Actor, query: Query, includeDeleted: boolean): ReadonlySet<string> {
  const [item, ...rest] = query.select;
  if (item?.kind !== 'field' || rest.length > 0) {
    throw refuseAt(query.statement, query.from.at, 'semi join sub-selects must select one field');
  }
  const type = bindFrom(actor.schema, query);
  const bound = bindPath(actor.schema, type, query, item.path);
  const rows = selectRows(actor, type, query, includeDeleted);
  const keys = new Set<string>();
  for (const row of rows) {
    const value = readPath(actor, bound, row);
    if (value !== null) keys.add(keyOf(value));
  }
  return keys;
}

function planChildren(
  actor: Actor,
  parent: SObjectType,
  query: Query,
  includeDeleted: boolean,
): { name: string; select: (row: Row) => Json } {
  const wanted = (query.from.names.at(-1) ?? '').toLowerCase();
  const relationship = childRelationships(actor.schema, parent).find(
    (found) => found.name?.toLowerCase() === wanted,
  );
  if (relationship?.name === undefined || relationship.name === null) {
    throw refuseAt(
      query.statement,
      query.from.at,
      `Didn't understand relationship '${query.from.names.join('.')}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
      'INVALID_TYPE',
    );
  }
  const { child, field, name } = relationship;
  const projection: Projection = planProjection(actor, child, query, () => {
    throw refuseQuery('MALFORMED_QUERY', 'child relationships nest only one level here');
  });
  const table = tableOf(actor.organization, child.name);
  table.index(field.name);
  const context: FilterContext = {
    actor,
    type: child,
    query,
    runJoin: (inner) => runJoin(actor, inner, includeDeleted),
  };
  const test = query.where === null ? () => true : compileCondition(context, query.where);
  return {
    name,
    select(row) {
      const rows: Row[] = [];
      for (const id of table.find(field.name, String(row.Id))) {
        const found = table.rows.get(id);
        if (found !== undefined && (includeDeleted || found.IsDeleted !== true) && test(found))
          rows.push(found);
      }
      sortRows(actor, child, query, rows);
      const kept = query.limit === null ? rows : rows.slice(0, query.limit);
      if (kept.length === 0) return null;
      const records = kept.map((found) => projectRow(actor, child, projection, found));
      return { totalSize: records.length, done: true, records };
    },
  };
}

function aggregate(actor: Actor, type: SObjectType, query: Query, rows: readonly Row[]): Selection {
  const [first] = query.select;
  const nothing = { type, ids: [], show: () => undefined };
  if (query.select.length === 1 && first?.kind === 'aggregate' && first.path === undefined) {
    return { ...nothing, whole: { totalSize: rows.length, records: [] } };
  }
  const groups = new Map<string, Row[]>();
  const groupPaths = query.groupBy.map((path) => bindPath(actor.schema, type, query, path));
  if (groupPaths.length === 0) groups.set('', [...rows]);
  for (const row of groupPaths.length === 0 ? [] : rows) {
    const key = JSON.stringify(groupPaths.map((path) => keyOf(readPath(actor, path, row))));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const records = [...groups.values()].map((group) => toAggregate(actor, type, query, group));
  return { ...nothing, whole: { totalSize: records.length, records } };
}

function toAggregate(actor: Actor, type: SObjectType, query: Query, group: readonly Row[]): JsonObject {
  const record: JsonObject = { attributes: { type: 'AggregateResult' } };
  let unnamed = 0;
  for (const item of query.select) {
    if (item.kind === 'aggregate') {
      const name = item.alias ?? `expr${unnamed++}`;
      record[name] = compute(actor, type, query, item, group);
    } else if (item.kind === 'field') {
      const bound = bindPath(actor.schema, type, query, item.path);
      const value = group[0] === undefined ? null : readPath(actor, bound, group[0]);
      record[item.alias ?? bound.field.name] = Array.isArray(value) ? null : (value as Json);
    }
  }
  return record;
}

function compute(
  actor: Actor,
  type: SObjectType,
  query: Query,
  item: Extract<SelectItem, { kind: 'aggregate' }>,
  group: readonly Row[],
): Json {
  if (item.path === undefined) return group.length;
  const bound = bindPath(actor.schema, type, query, item.path);
  const values = group.map((row) => readPath(actor, bound, row)).filter((value) => value !== null);
  if (item.name === 'COUNT') return values.length;
  if (item.name === 'COUNT_DISTINCT') return new Set(values.map(keyOf)).size;
  if (values.length === 0) return null;
  const sorted = [...values].sort(compareValues);
  const extreme = item.name === 'MIN' ? sorted[0] : sorted.at(-1);
  if (item.name === 'MIN' || item.name === 'MAX')
    return typeof extreme === 'object' ? null : (extreme ?? null);
  const sum = values.reduce<number>((total, value) => total + Number(value), 0);
  return item.name === 'SUM' ? sum : sum / values.length;
}

/** ContentDocumentLink may only be queried by document or by entity. */
function refuseUnboundLinks(type: SObjectType, where: Condition | null): void {
  if (type.name !== 'ContentDocumentLink' || where === null || namesLinkKey(where)) {
    if (type.name !== 'ContentDocumentLink' || where !== null) return;
  }
  throw refuseQuery(
    'MALFORMED_QUERY',
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
  );
}

function namesLinkKey(condition: Condition): boolean {
  if (condition.kind === 'and') return condition.parts.some(namesLinkKey);
  if (condition.kind !== 'compare' && condition.kind !== 'in' && condition.kind !== 'join') return false;
  const name = condition.path.names.at(-1)?.toLowerCase() ?? '';
  const isKey = name === 'contentdocumentid' || name === 'linkedentityid' || name === 'id';
  return isKey && (condition.kind === 'compare' ? condition.operator === '=' : !condition.negated);
}
