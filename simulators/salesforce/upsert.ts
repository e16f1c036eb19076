/**
 * Writing a record under a key that is not its id: which record a key means, and creating or changing accordingly.
 */
import type { Actor } from './actor.ts';
import { ApiError, type JsonObject, notFound, RecordError } from './errors.ts';
import { normalizeId } from './ids.ts';
import { createRecord, updateRecord } from './records.ts';
import type { Field } from './schema/notation.ts';
import type { SObjectType } from './schema/schema.ts';
import { findRows, rowOf } from './store.ts';

/** What became of an upsert. */
export interface Upserted {
  readonly id: string;
  readonly created: boolean;
}

/** Several records have the key: their ids. Answered with HTTP 300. */
export class SeveralMatch extends Error {
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super('several records match');
    this.name = 'SeveralMatch';
    this.ids = ids;
  }
}

/** The field of a key in a path. Fails with 404 when the object has no such key field. */
export function requireKeyField(type: SObjectType, name: string): Field {
  const field = type.fields.get(name.toLowerCase());
  if (field !== undefined && (field.externalId || field.idLookup || field.type === 'id')) return field;
  throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
}

/** Ids of the records that have this key. */
export function findByKey(actor: Actor, type: SObjectType, field: Field, value: string): string[] {
  if (field.type === 'id') {
    const id = normalizeId(value);
    const row = id === undefined ? undefined : rowOf(actor, type.name, id);
    return row === undefined || row.IsDeleted === true ? [] : [String(row.Id)];
  }
  return findRows(actor, type.name, field.name, value).map((row) => String(row.Id));
}

/** Creates or changes the record that has this key. Fails with `SeveralMatch` or as writing does. */
export function upsertRecord(
  actor: Actor,
  type: SObjectType,
  field: Field,
  value: string,
  body: JsonObject,
): Upserted {
  const [first, ...others] = findByKey(actor, type, field, value);
  if (first !== undefined && others.length > 0) throw new SeveralMatch([first, ...others]);
  const rest: JsonObject = {};
  for (const [name, entry] of Object.entries(body)) {
    if (name.toLowerCase() === field.name.toLowerCase()) {
      if (first === undefined || field.type === 'id') continue;
      throw new ApiError(
        400,
        'INVALID_FIELD',
        `The ${field.name} field should not be specified in the sobject data.`,
      );
    }
    rest[name] = entry;
  }
  if (first !== undefined) {
    updateRecord(actor, type, first, rest);
    return { id: first, created: false };
  }
  if (field.type === 'id' && value !== '') {
    throw new RecordError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  }
  const keyed = field.type === 'id' ? rest : { ...rest, [field.name]: value };
  return { id: createRecord(actor, type, keyed), created: true };
}
