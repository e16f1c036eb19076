/**
 * How a row is shown: its attributes, its fields in the order asked, parents nested, addresses put together and
 * bodies of files as links. Used by queries and by reading single records alike.
 */
import type { Actor } from './actor.ts';
import type { Json, JsonObject } from './errors.ts';
import type { Field } from './schema/notation.ts';
import { type SObjectType, typeOfId } from './schema/schema.ts';
import { bindPath, followSteps, readPath, refuseQuery } from './soql-bind.ts';
import type { Query } from './soql-tree.ts';
import type { Row } from './values.ts';

const GROUP_LIMIT = 200;

/** What is shown of a row. */
export interface Projection {
  readonly columns: readonly Column[];
}

type Column =
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'parent'; readonly step: Field; readonly columns: Column[]; readonly named: boolean }
  | { readonly kind: 'children'; readonly name: string; readonly select: (row: Row) => Json };

/** Understands the SELECT of a statement; `planChild` does so for a child subquery. */
export function planProjection(
  actor: Actor,
  type: SObjectType,
  query: Query,
  planChild: (query: Query) => { name: string; select: (row: Row) => Json },
): Projection {
  const columns: Column[] = [];
  for (const item of query.select) {
    if (item.kind === 'children') columns.push({ kind: 'children', ...planChild(item.query) });
    else if (item.kind === 'group') addGroup(columns, type, query, item.name);
    else if (item.kind === 'field') {
      const bound = bindPath(actor.schema, type, query, item.path);
      let level = columns;
      for (const step of bound.steps) level = enterParent(level, step);
      addField(level, bound.field);
    }
  }
  return { columns };
}

/** All fields of an object, as reading a record without a list of fields shows it. */
export function projectAll(type: SObjectType): Projection {
  const columns: Column[] = [];
  for (const field of type.fields.values()) {
    if (field.type !== 'JunctionIdList') columns.push({ kind: 'field', field });
  }
  return { columns };
}

/** One row as the API shows it. */
export function projectRow(actor: Actor, type: SObjectType, projection: Projection, row: Row): JsonObject {
  return project(actor, type.name, projection.columns, row);
}

function project(actor: Actor, typeName: string, columns: readonly Column[], row: Row): JsonObject {
  const record: JsonObject = {
    attributes: {
      type: typeName,
      url: `/services/data/v${actor.apiVersion}.0/sobjects/${typeName}/${String(row.Id)}`,
    },
  };
  for (const column of columns) {
    if (column.kind === 'field') record[column.field.name] = showField(actor, typeName, column.field, row);
    else if (column.kind === 'children') record[column.name] = column.select(row);
    else record[column.step.relationshipName ?? column.step.name] = projectParent(actor, column, row);
  }
  return record;
}

function projectParent(actor: Actor, column: Extract<Column, { kind: 'parent' }>, row: Row): Json {
  const parent = followSteps(actor, [column.step], row);
  if (parent === undefined) return null;
  const target = typeOfId(actor.organization.schema, String(parent.Id));
  if (!column.named) return project(actor, target?.name ?? '', column.columns, parent);
  const shown = project(actor, target?.name ?? '', [], parent);
  for (const entry of column.columns) {
    if (entry.kind !== 'field') continue;
    const value = readPath(actor, { steps: [column.step], field: entry.field }, row);
    shown[entry.field.name] = value as Json;
  }
  return shown;
}

function showField(actor: Actor, typeName: string, field: Field, row: Row): Json {
  if (field.type === 'address') return showAddress(field.name.slice(0, -'Address'.length), row);
  if (field.type === 'base64') {
    return `/services/data/v${actor.apiVersion}.0/sobjects/${typeName}/${String(row.Id)}/${field.name}`;
  }
  const value = row[field.name];
  if (value === undefined || value === null)
    return field.type === 'boolean' && !field.nillable ? false : null;
  return Array.isArray(value) ? [...value] : (value as Json);
}

function showAddress(prefix: string, row: Row): Json {
  const part = (name: string): Json => (row[`${prefix}${name}`] as Json | undefined) ?? null;
  const address = {
    city: part('City'),
    country: part('Country'),
    geocodeAccuracy: null,
    latitude: null,
    longitude: null,
    postalCode: part('PostalCode'),
    state: part('State'),
    street: part('Street'),
  };
  return Object.values(address).every((value) => value === null) ? null : address;
}

function enterParent(level: Column[], step: Field): Column[] {
  for (const column of level) {
    if (column.kind === 'parent' && column.step.name === step.name) return column.columns;
  }
  const columns: Column[] = [];
  level.push({ kind: 'parent', step, columns, named: step.polymorphic });
  return columns;
}

function addField(level: Column[], field: Field): void {
  if (level.some((column) => column.kind === 'field' && column.field.name === field.name)) {
    throw refuseQuery('INVALID_FIELD', `duplicate field selected: ${field.name}`);
  }
  level.push({ kind: 'field', field });
}

function addGroup(columns: Column[], type: SObjectType, query: Query, name: string): void {
  if (name !== 'ALL' && name !== 'STANDARD' && name !== 'CUSTOM') {
    throw refuseQuery('MALFORMED_QUERY', `unexpected token: ${name}`);
  }
  if (name !== 'STANDARD' && (query.limit === null || query.limit > GROUP_LIMIT)) {
    throw refuseQuery(
      'MALFORMED_QUERY',
      `The SOQL FIELDS function must have a LIMIT of at most ${GROUP_LIMIT}`,
    );
  }
  for (const field of type.fields.values()) {
    if (name !== 'ALL' && field.custom !== (name === 'CUSTOM')) continue;
    if (field.type !== 'JunctionIdList') addField(columns, field);
  }
}
