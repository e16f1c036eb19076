/**
 * Rows with their system fields: ids, CreatedDate, SystemModstamp and who wrote them. It validates nothing and has no
 * side effects on other objects; `records.ts` is what the API calls.
 */
import type { Actor } from './actor.ts';
import { tableOf } from './organization.ts';
import type { SObjectType } from './schema/schema.ts';
import { type Row, toDateTime } from './values.ts';

/** What a store operation needs to know of its caller. */
export type Writer = Pick<Actor, 'organization' | 'user' | 'now'>;

/** A row with the system fields and defaults of a new record, added to its table. Gives its id. */
export function addRow(writer: Writer, type: SObjectType, values: Row): string {
  const id = typeof values.Id === 'string' ? values.Id : writer.organization.ids.next(type.keyPrefix);
  const at = toDateTime(writer.now);
  const row: Row = { Id: id, IsDeleted: false };
  for (const field of type.fields.values()) {
    if (field.defaultValue !== null) row[field.name] = field.defaultValue;
    else if (field.type === 'boolean' && !field.nillable) row[field.name] = false;
  }
  row.CreatedDate = at;
  row.CreatedById = writer.user.id;
  row.LastModifiedDate = at;
  row.LastModifiedById = writer.user.id;
  row.SystemModstamp = at;
  if (type.fields.has('ownerid')) row.OwnerId = writer.user.id;
  for (const [name, value] of Object.entries(values)) if (value !== null) row[name] = value;
  tableOf(writer.organization, type.name).add(id, row);
  return id;
}

/** Changes fields of a row and stamps it as modified by the writer. */
export function patchRow(writer: Writer, typeName: string, id: string, changes: Row): void {
  const at = toDateTime(writer.now);
  tableOf(writer.organization, typeName).patch(id, {
    ...changes,
    LastModifiedDate: at,
    LastModifiedById: writer.user.id,
    SystemModstamp: at,
  });
}

/** Changes fields the platform calculates: the modification stamps stay. */
export function patchSilently(writer: Writer, typeName: string, id: string, changes: Row): void {
  tableOf(writer.organization, typeName).patch(id, changes);
}

/** Moves a row to the recycle bin, or out of it. */
export function setDeleted(writer: Writer, typeName: string, id: string, isDeleted: boolean): void {
  patchRow(writer, typeName, id, { IsDeleted: isDeleted });
}

/** The row of an id, deleted or not. */
export function rowOf(writer: Pick<Writer, 'organization'>, typeName: string, id: string): Row | undefined {
  return tableOf(writer.organization, typeName).rows.get(id);
}

/** The rows whose indexed field has this value and that are not in the bin. */
export function findRows(
  writer: Pick<Writer, 'organization'>,
  typeName: string,
  field: string,
  value: string,
): Row[] {
  const table = tableOf(writer.organization, typeName);
  const found: Row[] = [];
  for (const id of table.find(field, value)) {
    const row = table.rows.get(id);
    if (row !== undefined && row.IsDeleted !== true) found.push(row);
  }
  return found;
}

/** A field of a row as text, empty when it is null or no text. */
export function textOf(row: Row | undefined, field: string): string {
  const value = row?.[field];
  return typeof value === 'string' ? value : '';
}
