/**
 * Rows written past the API, as the simulated organization's own administrator: no checks, few side effects. Field
 * names and JSON types are still checked, so that a test cannot invent fields.
 */
import { completeTask } from './activities.ts';
import type { Actor } from './actor.ts';
import type { Json } from './errors.ts';
import { completeEvent } from './events.ts';
import type { Organization, UserAccount } from './organization.ts';
import { addRow, type Writer } from './store.ts';
import { type Row, readValue, toDateTime } from './values.ts';

/** The first user of an organization as a writer. */
export function systemWriter(organization: Organization, now: number): Writer {
  const [user] = organization.users.values();
  return { organization, now, user: user ?? ({ id: '005000000000001AAA' } as UserAccount) };
}

/** The same as an actor that sees everything. */
export function toSystemActor(writer: Writer): Actor {
  return {
    ...writer,
    schema: writer.organization.schema,
    apiVersion: 66,
    allowDuplicates: true,
    strikeRecord: () => undefined,
  };
}

/** Modification stamps of a writer. */
export function stampOf(writer: Writer): Row {
  const at = toDateTime(writer.now);
  return { SystemModstamp: at, LastModifiedDate: at, LastModifiedById: writer.user.id };
}

/** Adds a row and gives its id. Fails for unknown objects and fields. */
export function addTyped(writer: Writer, object: string, record: Record<string, Json>): string {
  const { organization } = writer;
  const type = organization.schema.types.get(object.toLowerCase());
  if (type === undefined) throw new Error(`no object ${object}`);
  const row = toRow(organization, object, record);
  if (type.name === 'Task') completeTask(writer, row);
  if (row.Name === undefined && row.LastName !== undefined) {
    row.Name = `${row.FirstName ?? ''} ${row.LastName}`.trim();
  }
  const id = addRow(writer, type, row);
  organization.journal.commit();
  return id;
}

/** JSON as a row of an object. Fails for unknown fields. */
export function toRow(organization: Organization, object: string, record: Record<string, Json>): Row {
  const type = organization.schema.types.get(object.toLowerCase());
  const row: Row = {};
  for (const [name, value] of Object.entries(record)) {
    const field = type?.fields.get(name.toLowerCase());
    if (field === undefined) throw new Error(`no field ${object}.${name}`);
    row[field.name] = readValue(field.type, value);
  }
  return row;
}

/** The object's name in its own letter case. Fails when there is none. */
export function requireTypeName(organization: Organization, object: string): string {
  const type = organization.schema.types.get(object.toLowerCase());
  if (type === undefined) throw new Error(`no object ${object}`);
  return type.name;
}

/** What a change of an activity brings about in its other columns: whether a task is closed, how long an event lasts. */
export function completeChange(writer: Writer, object: string, row: Row, before: Row): void {
  if (object === 'Task') completeTask(writer, row, before);
  if (object === 'Event') completeEvent(writer, row, before);
}
