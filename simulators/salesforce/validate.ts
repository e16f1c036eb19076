/**
 * Whether a record may be written as it was sent: known and writable fields, types, lengths, picklists, references,
 * required and unique fields, duplicate rules. It reads rows but changes none; validation rules are in `rules.ts`.
 */
import { type Actor, findType } from './actor.ts';
import { isJsonObject, type JsonObject, RecordError } from './errors.ts';
import { normalizeId, toId15 } from './ids.ts';
import { tableOf } from './organization.ts';
import type { Field } from './schema/notation.ts';
import { type SObjectType, typeOfId } from './schema/schema.ts';
import { findRows, rowOf } from './store.ts';
import { type Row, readValue, type Value } from './values.ts';

const EMAIL = /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]+$/;
const TEXT_TYPES = new Set(['string', 'textarea', 'email', 'phone', 'url', 'combobox', 'picklist']);

/**
 * Reads a body as values of an object's fields. Fails with a `RecordError` for unknown or locked fields and bad
 * values, with an `ApiError` for values that are not of the field's JSON type.
 */
export function readBody(actor: Actor, type: SObjectType, body: JsonObject, isCreate: boolean): Row {
  const row: Row = {};
  const locked: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    const key = name.toLowerCase();
    if (key === 'attributes') continue;
    const field = type.fields.get(key);
    const relationship = type.relationships.get(key);
    if (field !== undefined) {
      if (isCreate ? !field.createable : !field.updateable) locked.push(field.name);
      else row[field.name] = checkValue(actor, field, readValue(field.type, value));
    } else if (relationship !== undefined && isJsonObject(value)) {
      row[relationship.name] = resolveByExternalId(actor, relationship, value);
    } else {
      throw new RecordError('INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`);
    }
  }
  if (locked.length > 0) {
    throw new RecordError(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: ${locked.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      locked,
    );
  }
  return row;
}

/** Refuses a new record that lacks required fields. */
export function requireFields(type: SObjectType, row: Row): void {
  const missing: string[] = [];
  for (const field of type.fields.values()) {
    const required =
      field.createable && !field.nillable && !field.defaultedOnCreate && field.defaultValue === null;
    if (!required || field.type === 'boolean' || field.type === 'JunctionIdList') continue;
    if (row[field.name] === undefined || row[field.name] === null) missing.push(field.name);
  }
  refuseMissing(missing);
}

/** Refuses a change that empties required fields. */
export function keepRequired(type: SObjectType, changes: Row): void {
  const missing: string[] = [];
  for (const [name, value] of Object.entries(changes)) {
    const field = type.fields.get(name.toLowerCase());
    if (value === null && field !== undefined && !field.nillable && TEXT_TYPES.has(field.type))
      missing.push(name);
  }
  refuseMissing(missing);
}

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new RecordError(
    'REQUIRED_FIELD_MISSING',
    `Required fields are missing: [${missing.join(', ')}]`,
    missing,
  );
}

/** Refuses values of unique fields that another record has, deleted ones aside. */
export function checkUnique(actor: Actor, type: SObjectType, row: Row, ownId?: string): void {
  for (const field of type.fields.values()) {
    const value = row[field.name];
    if (!field.unique || typeof value !== 'string') continue;
    const other = findRows(actor, type.name, field.name, value).find((found) => found.Id !== ownId);
    if (other === undefined) continue;
    throw new RecordError(
      'DUPLICATE_VALUE',
      `duplicate value found: ${field.name} duplicates value on record with id: ${toId15(String(other.Id))}`,
    );
  }
}

/** Refuses a new record that a duplicate rule matches, unless the caller overrides a rule that lets him. */
export function checkDuplicates(actor: Actor, type: SObjectType, row: Row, ownId?: string): void {
  for (const rule of actor.organization.duplicateRules) {
    if (rule.object.toLowerCase() !== type.name.toLowerCase()) continue;
    if (rule.allowSave && actor.allowDuplicates) continue;
    const value = row[rule.field];
    if (typeof value !== 'string') continue;
    tableOf(actor.organization, type.name).index(rule.field);
    const found = findRows(actor, type.name, rule.field, value).filter((other) => other.Id !== ownId);
    if (found.length === 0) continue;
    const message = 'Use one of these records?';
    throw new RecordError('DUPLICATES_DETECTED', message, [], {
      duplicateResult: {
        allowSave: rule.allowSave,
        duplicateRule: rule.name ?? `Standard_${type.name}_Duplicate_Rule`,
        duplicateRuleEntityType: type.name,
        errorMessage: message,
        matchResults: [
          {
            entityType: type.name,
            errors: [],
            matchEngine: 'ExactMatchEngine',
            matchRecords: found.map((other) => ({
              additionalInformation: [],
              fieldDiffs: [],
              matchConfidence: 100,
              record: {
                attributes: {
                  type: type.name,
                  url: `/services/data/v${actor.apiVersion}.0/sobjects/${type.name}/${String(other.Id)}`,
                },
                Id: String(other.Id),
              },
            })),
            rule: `Standard_${type.name}_Match_Rule`,
            size: found.length,
            success: true,
          },
        ],
      },
    });
  }
}

function checkValue(actor: Actor, field: Field, value: Value): Value {
  if (Array.isArray(value)) return value.map((entry) => checkId(field, String(entry)));
  if (typeof value !== 'string') return value;
  if (field.type === 'reference' || field.type === 'id') return checkReference(actor, field, value);
  if (field.length > 0 && TEXT_TYPES.has(field.type) && value.length > field.length) {
    const code = field.type === 'picklist' ? 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' : 'STRING_TOO_LONG';
    throw new RecordError(
      code,
      `${field.name}: data value too large: ${value.slice(0, 255)} (max length=${field.length})`,
      [field.name],
    );
  }
  if (field.type === 'email' && !EMAIL.test(value)) {
    throw new RecordError('INVALID_EMAIL_ADDRESS', `${field.name}: invalid email address: ${value}`, [
      field.name,
    ]);
  }
  if (field.restrictedPicklist && field.picklist.length > 0 && !field.picklist.includes(value)) {
    throw new RecordError(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `${field.name}: bad value for restricted picklist field: ${value}`,
      [field.name],
    );
  }
  return value;
}

function checkId(field: Field, value: string): string {
  const id = normalizeId(value);
  if (id !== undefined) return id;
  throw new RecordError('MALFORMED_ID', `${field.name}: id value of incorrect type: ${value}`, [field.name]);
}

function checkReference(actor: Actor, field: Field, value: string): string {
  const id = checkId(field, value);
  const target = typeOfId(actor.organization.schema, id);
  if (target === undefined || (field.referenceTo.length > 0 && !field.referenceTo.includes(target.name))) {
    throw new RecordError('MALFORMED_ID', `${field.name}: id value of incorrect type: ${value}`, [
      field.name,
    ]);
  }
  const row = rowOf(actor, target.name, id);
  if (row === undefined) {
    throw new RecordError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name]);
  }
  if (row.IsDeleted === true) throw new RecordError('ENTITY_IS_DELETED', 'entity is deleted');
  return id;
}

function resolveByExternalId(actor: Actor, field: Field, body: JsonObject): string {
  const [name, value] = Object.entries(body).find(([key]) => key.toLowerCase() !== 'attributes') ?? [];
  for (const target of field.referenceTo) {
    const type = findType(actor, target);
    const key = type?.fields.get((name ?? '').toLowerCase());
    if (type === undefined || key === undefined || (!key.externalId && !key.idLookup)) continue;
    const found = findRows(actor, type.name, key.name, String(value));
    if (found.length === 1) return String(found[0]?.Id);
  }
  throw new RecordError(
    'INVALID_FIELD',
    `Foreign key external ID: ${String(value).toLowerCase()} not found for field ${name ?? ''} in entity ${field.referenceTo[0] ?? ''}`,
  );
}
