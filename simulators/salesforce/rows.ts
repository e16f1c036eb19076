/**
 * The resources of single records: `/sobjects`, `/sobjects/X`, `/sobjects/X/ID`, `/sobjects/X/FIELD/VALUE`, describe,
 * updated and deleted ids, and the bytes of a file.
 */
import { findType } from './actor.ts';
import { type Answer, answer, type Call, methodNotAllowed, requireObject } from './call.ts';
import { describeGlobal, describeShort, describeType } from './describe.ts';
import { ApiError, isJsonObject, type Json, type JsonObject, notFound } from './errors.ts';
import { normalizeId } from './ids.ts';
import { answerListViews } from './list-views.ts';
import { planProjection, projectAll, projectRow } from './project.ts';
import { createRecord, deleteRecord, presentRow, requireId, updateRecord } from './records.ts';
import { listDeleted, listUpdated } from './replication.ts';
import type { SObjectType } from './schema/schema.ts';
import type { Query } from './soql-tree.ts';
import { findByKey, requireKeyField, SeveralMatch, upsertRecord } from './upsert.ts';

/** Answers a call below `/sobjects`; `path` starts after that word. */
export function answerSObjects(call: Call): Answer {
  const [, typeName, second, third, ...rest] = call.path;
  if (typeName === undefined || typeName === '') return answerGlobal(call);
  const type = findType(call.actor, typeName);
  if (type !== undefined && second === 'listviews') return answerListViews(call, type, third, rest);
  if (type === undefined || rest.length > 0) throw notFound();
  if (second === undefined || second === '') return answerType(call, type);
  if (second === 'describe') return answerDescribe(call, type);
  if (second === 'updated') return listUpdated(call, type);
  if (second === 'deleted') return listDeleted(call, type);
  if (third === undefined) return answerRow(call, type, second);
  const field = type.fields.get(third.toLowerCase());
  if (field?.type === 'base64') return answerBytes(call, type, second);
  return answerKeyed(call, type, second, third);
}

function answerGlobal(call: Call): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call);
  const { schema, apiVersion } = call.actor;
  return unlessUnmodified(call, () => describeGlobal(schema, apiVersion));
}

function answerDescribe(call: Call, type: SObjectType): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call);
  const { schema, apiVersion } = call.actor;
  return unlessUnmodified(call, () => describeType(schema, type, apiVersion));
}

function unlessUnmodified(call: Call, build: () => Json): Answer {
  const modifiedAt = Math.floor(call.actor.schema.modifiedAt / 1000) * 1000;
  const headers = {
    'Last-Modified': new Date(modifiedAt).toUTCString(),
    ETag: `"${call.actor.organization.accessVersion.toString(16)}${modifiedAt.toString(16)}"`,
  };
  const since = Date.parse(call.header('if-modified-since') ?? '');
  if (!Number.isNaN(since) && since >= modifiedAt) return answer(304, null, headers);
  return answer(200, build(), headers);
}

function answerType(call: Call, type: SObjectType): Answer {
  if (call.method === 'GET') {
    return answer(200, { objectDescribe: describeShort(type, call.actor.apiVersion), recentItems: [] });
  }
  if (call.method !== 'POST') throw methodNotAllowed(call);
  const id = createRecord(call.actor, type, withBytes(call));
  return answer(201, { id, success: true, errors: [] }, { Location: locationOf(call, type, id) });
}

function answerRow(call: Call, type: SObjectType, idText: string): Answer {
  switch (call.method) {
    case 'GET': {
      const id = normalizeId(idText);
      if (id === undefined || !id.startsWith(type.keyPrefix)) {
        throw notFound(`Provided external ID field does not exist or is not accessible: ${idText}`);
      }
      return showRow(call, type, id);
    }
    case 'PATCH':
      updateRecord(call.actor, type, idText, withBytes(call));
      return answer(204, null);
    case 'DELETE':
      deleteRecord(call.actor, requireId(type, idText), type);
      return answer(204, null);
    default:
      throw methodNotAllowed(call);
  }
}

function answerKeyed(call: Call, type: SObjectType, fieldName: string, value: string): Answer {
  const field = requireKeyField(type, fieldName);
  if (call.method === 'PATCH' || call.method === 'POST') return answerUpsert(call, type, fieldName, value);
  const ids = findByKey(call.actor, type, field, value);
  const [id, ...others] = ids;
  if (id === undefined) throw notFound();
  if (others.length > 0) return severalMatch(call, type, ids);
  if (call.method === 'GET') return showRow(call, type, id);
  if (call.method !== 'DELETE') throw methodNotAllowed(call);
  deleteRecord(call.actor, id, type);
  return answer(204, null);
}

function answerUpsert(call: Call, type: SObjectType, fieldName: string, value: string): Answer {
  const field = requireKeyField(type, fieldName);
  try {
    const { id, created } = upsertRecord(call.actor, type, field, value, requireObject(call));
    if (created) {
      const body = { id, success: true, errors: [], created };
      return answer(201, body, { Location: locationOf(call, type, id) });
    }
    return call.actor.apiVersion >= 46
      ? answer(200, { id, success: true, errors: [], created })
      : answer(204, null);
  } catch (error) {
    if (error instanceof SeveralMatch) return severalMatch(call, type, error.ids);
    throw error;
  }
}

function severalMatch(call: Call, type: SObjectType, ids: readonly string[]): Answer {
  return answer(
    300,
    ids.map((id) => locationOf(call, type, id)),
  );
}

function showRow(call: Call, type: SObjectType, id: string): Answer {
  const row = presentRow(call.actor, type, id);
  const wanted = call.search.get('fields');
  const projection =
    wanted === null
      ? projectAll(type)
      : planProjection(call.actor, type, selectOf(type, wanted), () => {
          throw notFound();
        });
  return answer(200, projectRow(call.actor, type, projection, row));
}

/** A list of field names as the SELECT it stands for. */
export function selectOf(type: SObjectType, fields: string): Query {
  const names = new Set(fields.split(',').map((name) => name.trim()));
  return {
    statement: fields,
    select: [...names].map((name) => ({ kind: 'field', path: { names: name.split('.'), at: 0 } })),
    from: { names: [type.name], at: 0 },
    alias: null,
    where: null,
    groupBy: [],
    orderBy: [],
    limit: null,
    offset: 0,
  };
}

function answerBytes(call: Call, type: SObjectType, idText: string): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call);
  const id = requireId(type, idText);
  presentRow(call.actor, type, id);
  const bytes = call.actor.organization.blobs.get(id);
  if (bytes === undefined) throw notFound();
  return { status: 200, body: bytes, headers: { 'content-type': 'application/octetstream' } };
}

function withBytes(call: Call): JsonObject {
  const body = requireObject(call);
  if (call.parts.size === 0) return body;
  if (call.parts.size > 1) {
    throw new ApiError(400, 'INVALID_MULTIPART_REQUEST', 'Cannot include more than one binary part');
  }
  const merged: JsonObject = { ...body };
  for (const [name, part] of call.parts) {
    merged[name] = Buffer.from(part.bytes).toString('base64');
    if (name === 'VersionData' && !isJsonObject(body) && part.fileName !== '')
      merged.PathOnClient = part.fileName;
  }
  return merged;
}

function locationOf(call: Call, type: SObjectType, id: string): string {
  return `/services/data/v${call.actor.apiVersion}.0/sobjects/${type.name}/${id}`;
}
