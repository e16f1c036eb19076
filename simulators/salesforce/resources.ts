/**
 * Which resource answers a call below `/services/data/vXX.0`, and refusals as answers. Composites make their calls
 * through here too, so that a call means the same alone and inside another.
 */
import { type Answer, answer, type Call, methodNotAllowed } from './call.ts';
import { answerCollections } from './collections.ts';
import { answerBatch, answerComposite } from './composite.ts';
import { ApiError, type Json, notFound, RecordError, statusOfCode, toErrorBody } from './errors.ts';
import { answerGraphs } from './graph.ts';
import { toLimits } from './limits.ts';
import { tableOf } from './organization.ts';
import { answerQuery, type Cursors } from './query.ts';
import { answerSObjects } from './rows.ts';
import { listResources } from './versions.ts';

/** Answers a call; whatever refuses it becomes an error answer. */
export function answerCall(call: Call, cursors: Cursors): Answer {
  const dispatch = (inner: Call) => answerCall(inner, cursors);
  try {
    return route(call, cursors, dispatch);
  } catch (error) {
    if (error instanceof ApiError) return answer(error.status, toErrorBody(error));
    if (error instanceof RecordError) return answer(statusOfCode(error.code), toErrorBody(error));
    throw error;
  }
}

/** The name a call is counted and struck by. */
export function nameOperation(call: Pick<Call, 'path' | 'method'>): string {
  const [resource = '', second, third, fourth] = call.path;
  switch (resource.toLowerCase()) {
    case 'sobjects':
      return nameSObjectOperation(call.method, second, third, fourth);
    case 'composite':
      if (second === 'sobjects') return `collections.${call.method.toLowerCase()}`;
      return second === undefined ? 'composite' : `composite.${second}`;
    case 'query':
    case 'queryall':
      return second === undefined ? resource : 'query.more';
    case '':
      return 'resources';
    default:
      return resource;
  }
}

function nameSObjectOperation(method: string, type?: string, second?: string, third?: string): string {
  if (type === undefined) return 'describeGlobal';
  if (second === undefined) return method === 'POST' ? 'create' : 'sobject';
  if (second === 'describe' || second === 'updated' || second === 'deleted' || second === 'listviews')
    return second;
  if (third !== undefined && method === 'GET') return third === 'VersionData' ? 'download' : 'retrieve';
  if (method === 'GET') return 'retrieve';
  if (method === 'DELETE') return 'delete';
  return third === undefined ? 'update' : 'upsert';
}

function route(call: Call, cursors: Cursors, dispatch: (call: Call) => Answer): Answer {
  const [resource = '', second, ...rest] = call.path;
  switch (resource.toLowerCase()) {
    case '':
      return answer(200, listResources(call.actor.apiVersion));
    case 'limits':
      return answerLimits(call, second);
    case 'sobjects':
      return answerSObjects(call);
    case 'query':
    case 'queryall':
      return answerQuery(call, cursors);
    case 'composite':
      if (second === undefined) return answerComposite(call, dispatch);
      if (second === 'sobjects') return answerCollections(call);
      if (rest.length > 0) throw notFound();
      if (second === 'graph') return answerGraphs(call, dispatch);
      if (second === 'batch') return answerBatch(call, dispatch);
      throw notFound();
    default:
      throw notFound();
  }
}

function answerLimits(call: Call, part: string | undefined): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call);
  const { organization, now } = call.actor;
  if (part === undefined) {
    return answer(200, toLimits(organization.usage.used(now), organization.settings.dailyApiRequests));
  }
  if (part !== 'recordCount') throw notFound();
  const sObjects: Json[] = [];
  for (const name of (call.search.get('sObjects') ?? '').split(',')) {
    const type = organization.schema.types.get(name.trim().toLowerCase());
    if (type === undefined) continue;
    let count = 0;
    for (const row of tableOf(organization, type.name).rows.values()) if (row.IsDeleted !== true) count += 1;
    sObjects.push({ count, name: type.name });
  }
  return answer(200, { sObjects });
}
