/**
 * `/composite/sobjects`: up to 200 records in one call, each with its own result in the order sent, or all or none.
 * Bytes of files come base64 in the JSON or as parts of a multipart body, as Salesforce documents both.
 */
import { type Actor, findType } from './actor.ts';
import { type Answer, answer, type Call, methodNotAllowed, requireObject } from './call.ts';
import {
  ApiError,
  isJsonObject,
  type Json,
  type JsonObject,
  notFound,
  RecordError,
  toSaveError,
} from './errors.ts';
import { normalizeId } from './ids.ts';
import { planProjection, projectRow } from './project.ts';
import { createRecord, deleteRecord, requireRecords, toRecordError, updateRecord } from './records.ts';
import { selectOf } from './rows.ts';
import type { SObjectType } from './schema/schema.ts';
import { rowOf } from './store.ts';
import { requireKeyField, SeveralMatch, upsertRecord } from './upsert.ts';

const RECORDS_MAX = 200;
const READS_MAX = 2000;
const CHUNKS_MAX = 10;

/** Answers `/composite/sobjects`, `/composite/sobjects/X` and `/composite/sobjects/X/KEY`. */
export function answerCollections(call: Call): Answer {
  const [, , typeName, keyName] = call.path;
  if (typeName !== undefined && typeName !== '') {
    const type = findType(call.actor, typeName);
    if (type === undefined) throw notFound();
    return keyName === undefined ? readMany(call, type) : upsertMany(call, type, keyName);
  }
  switch (call.method) {
    case 'POST':
      return writeMany(call, (actor, type, body) => ({ id: createRecord(actor, type, body) }));
    case 'PATCH':
      return writeMany(call, (actor, type, body) => {
        const id = idOf(body);
        if (id === undefined) throw new RecordError('MISSING_ARGUMENT', 'Id not specified in an update call');
        updateRecord(actor, type, id, body);
        return { id: normalizeId(id) ?? id };
      });
    case 'DELETE':
      return deleteMany(call);
    default:
      throw methodNotAllowed(call);
  }
}

type Write = (actor: Actor, type: SObjectType, body: JsonObject) => JsonObject;

function writeMany(call: Call, write: Write): Answer {
  const { records, allOrNone } = readRequest(call);
  refuseChunks(records);
  return runAll(
    call.actor,
    allOrNone,
    records.map((record) => ({
      id: call.method === 'PATCH' ? idOf(record) : undefined,
      run: () => write(call.actor, requireTypeOf(call.actor, record), takeParts(call, record)),
    })),
  );
}

function upsertMany(call: Call, type: SObjectType, keyName: string): Answer {
  if (call.method !== 'PATCH') throw methodNotAllowed(call);
  const { records, allOrNone } = readRequest(call);
  const field = requireKeyField(type, keyName);
  const keys = records.map((record) => textUnder(record, field.name));
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.toLowerCase(), (counts.get(key.toLowerCase()) ?? 0) + 1);
  return runAll(
    call.actor,
    allOrNone,
    records.map((record, index) => ({
      id: undefined,
      run() {
        const key = keys[index] ?? '';
        if (field.type !== 'id' && key === '') {
          throw new RecordError('MISSING_ARGUMENT', `${field.name} not specified`, []);
        }
        if (key !== '' && (counts.get(key.toLowerCase()) ?? 0) > 1) {
          throw new RecordError('DUPLICATE_VALUE', `Duplicate external id specified: ${key}`, [field.name]);
        }
        const body: JsonObject = {};
        for (const [name, value] of Object.entries(takeParts(call, record))) {
          if (name.toLowerCase() !== field.name.toLowerCase()) body[name] = value;
        }
        return { ...upsertRecord(call.actor, type, field, key, body) };
      },
    })),
  );
}

function deleteMany(call: Call): Answer {
  const ids = (call.search.get('ids') ?? '').split(',').filter((id) => id !== '');
  if (ids.length > RECORDS_MAX) throw tooMany(RECORDS_MAX);
  const allOrNone = call.search.get('allOrNone') === 'true';
  return runAll(
    call.actor,
    allOrNone,
    ids.map((id) => ({
      id,
      run() {
        deleteRecord(call.actor, id);
        return { id: normalizeId(id) ?? id };
      },
    })),
  );
}

function readMany(call: Call, type: SObjectType): Answer {
  const body = call.method === 'POST' ? requireObject(call) : undefined;
  if (body === undefined && call.method !== 'GET') throw methodNotAllowed(call);
  const ids = body === undefined ? (call.search.get('ids') ?? '').split(',') : listOf(body.ids);
  const fields = body === undefined ? (call.search.get('fields') ?? '') : listOf(body.fields).join(',');
  if (ids.length > READS_MAX) throw tooMany(READS_MAX);
  const projection = planProjection(call.actor, type, selectOf(type, fields), () => {
    throw notFound();
  });
  const found = ids.map((text): Json => {
    const id = normalizeId(text.trim());
    const row = id === undefined ? undefined : rowOf(call.actor, type.name, id);
    return row === undefined || row.IsDeleted === true ? null : projectRow(call.actor, type, projection, row);
  });
  return answer(200, found);
}

interface Job {
  readonly id: string | undefined;
  readonly run: () => JsonObject;
}

function runAll(actor: Actor, allOrNone: boolean, jobs: readonly Job[]): Answer {
  const mark = actor.organization.journal.mark();
  let failed = false;
  const results = jobs.map((job): { result: JsonObject; error?: RecordError } => {
    try {
      const { id = null, ...rest } = job.run();
      return { result: { id, success: true, errors: [], ...rest } };
    } catch (error) {
      failed = true;
      const refusal = error instanceof SeveralMatch ? severalMatch() : toRecordError(error);
      return { result: toFailure(job.id, refusal), error: refusal };
    }
  });
  if (!allOrNone || !failed)
    return answer(
      200,
      results.map(({ result }) => result),
    );
  actor.organization.journal.rollBack(mark);
  const rolledBack = new RecordError(
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    'Record rolled back because not all records were valid and the request was using AllOrNone header',
  );
  return answer(
    200,
    results.map(({ result, error }, index) =>
      error === undefined ? toFailure(jobs[index]?.id, rolledBack) : result,
    ),
  );
}

function toFailure(id: string | undefined, error: RecordError): JsonObject {
  const result = { success: false, errors: [toSaveError(error)] };
  return id === undefined ? result : { id, ...result };
}

function severalMatch(): RecordError {
  return new RecordError('DUPLICATE_EXTERNAL_ID', 'more than one record found for external id field');
}

function readRequest(call: Call): { records: JsonObject[]; allOrNone: boolean } {
  const body = requireObject(call);
  const records = requireRecords(body.records);
  if (records.length > RECORDS_MAX) throw tooMany(RECORDS_MAX);
  return { records, allOrNone: body.allOrNone === true };
}

function tooMany(max: number): ApiError {
  return new ApiError(
    400,
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${max} records into this call`,
  );
}

/** Records are processed in runs of one type; more than ten runs are refused. */
function refuseChunks(records: readonly JsonObject[]): void {
  let chunks = 0;
  let previous = '';
  for (const record of records) {
    const name = typeNameOf(record);
    if (name !== previous) chunks += 1;
    previous = name;
  }
  if (chunks <= CHUNKS_MAX) return;
  throw new ApiError(
    400,
    'LIMIT_EXCEEDED',
    `Cannot have more than ${CHUNKS_MAX} chunks in a single operation. Please rearrange the data to reduce chunking.`,
  );
}

function requireTypeOf(actor: Actor, record: JsonObject): SObjectType {
  const name = typeNameOf(record);
  const type = findType(actor, name);
  if (type !== undefined) return type;
  throw new ApiError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
}

function typeNameOf(record: JsonObject): string {
  const attributes = record.attributes;
  return isJsonObject(attributes) ? String(attributes.type ?? '') : '';
}

/** The record with the bytes of the part its attributes name. */
function takeParts(call: Call, record: JsonObject): JsonObject {
  const attributes = record.attributes;
  if (call.parts.size === 0 || !isJsonObject(attributes)) return record;
  const part = call.parts.get(String(attributes.binaryPartName ?? ''));
  if (part === undefined) return record;
  const alias = String(attributes.binaryPartNameAlias ?? 'VersionData');
  return { ...record, [alias]: Buffer.from(part.bytes).toString('base64') };
}

function idOf(record: JsonObject): string | undefined {
  return textUnder(record, 'id') || undefined;
}

function textUnder(record: JsonObject, name: string): string {
  for (const [key, value] of Object.entries(record)) {
    if (key.toLowerCase() === name.toLowerCase()) return value === null ? '' : String(value);
  }
  return '';
}

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
