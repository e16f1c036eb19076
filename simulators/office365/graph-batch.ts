/**
 * `$batch`: up to 20 calls in one, each with its own status, in the order that `dependsOn` asks for; what depended on a
 * failure answers 424.
 * https://learn.microsoft.com/graph/json-batching
 */
import type { FaultEffect } from '../shared/faults.ts';
import { badRequest, GraphError } from './errors.ts';
import { type GraphAnswer, type GraphCall, readJson } from './graph-call.ts';
import { type RunAnswer, refuse, runCall } from './graph-run.ts';

const ITEMS_MAX = 20;
const AT_ONCE_MAX = 4;

interface Item {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  dependsOn: string[];
}

/** Answers a batch. Rejects with DroppedConnection when one item's fault breaks the connection. */
export async function runBatch(call: GraphCall): Promise<GraphAnswer> {
  const fault = call.world.faults.strike({ operation: '$batch', user: call.token.user?.mail });
  if (fault?.delayMs !== undefined && fault.delayMs > 0) await call.world.wait(fault.delayMs);
  const partial = fault?.effect.kind === 'partial' ? fault.effect : undefined;
  if (fault !== undefined && partial === undefined) {
    throw new BatchFault(fault.effect);
  }
  const items = readItems(call);
  const done = new Map<string, { item: Item; given: GraphAnswer }>();
  let waiting = items;
  while (waiting.length > 0) {
    const ready = waiting.filter((item) => item.dependsOn.every((id) => done.has(id))).slice(0, AT_ONCE_MAX);
    if (ready.length === 0) throw badRequest('The dependsOn references form a circle.');
    await Promise.all(
      ready.map(async (item) => {
        const isDoomed = partial !== undefined && items[partial.nth - 1] === item;
        const doom = isDoomed ? new GraphError(partial.code, partial.message) : undefined;
        done.set(item.id, { item, given: await runItem(call, item, done, doom) });
      }),
    );
    waiting = waiting.filter((item) => !done.has(item.id));
  }
  const responses = [...done.values()].map(({ item, given }) => showItem(item, given));
  return { status: 200, body: { responses } };
}

/** A fault that strikes a whole batch; graph.ts gives it its form. */
export class BatchFault extends Error {
  readonly effect: FaultEffect;

  constructor(effect: FaultEffect) {
    super('the batch was struck');
    this.name = 'BatchFault';
    this.effect = effect;
  }
}

async function runItem(
  call: GraphCall,
  item: Item,
  done: Map<string, { given: GraphAnswer }>,
  doom: GraphError | undefined,
): Promise<GraphAnswer> {
  let headers: Headers;
  let url: URL;
  try {
    headers = new Headers(item.headers);
    url = new URL(item.url.replace(/^\/*/, '/'), call.world.graphOrigin);
  } catch {
    return refuse(call.world, badRequest('Invalid request.'), new Headers());
  }
  if (doom !== undefined) return refuse(call.world, doom, headers);
  if (item.dependsOn.some((id) => (done.get(id)?.given.status ?? 0) >= 400)) {
    const error = new GraphError('FailedDependency', 'A request this one depends on has failed.', 424);
    return refuse(call.world, error, headers);
  }
  const given: RunAnswer = await runCall({
    ...call,
    method: item.method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    text: textOfBody(item.body, headers),
  });
  const { operation, user, status, code } = given;
  call.world.batchItems.record({
    operation,
    user,
    status,
    code,
    bytesIn: 0,
    bytesOut: 0,
    at: call.world.now(),
  });
  return given;
}

/** JSON stands in a batch as it is; every other body as base64. */
function textOfBody(body: unknown, headers: Headers): string {
  if (body === undefined || body === null) return '';
  const isJson = /json/i.test(headers.get('content-type') ?? '');
  if (isJson || typeof body !== 'string') return JSON.stringify(body);
  return Buffer.from(body, 'base64').toString('latin1');
}

function readItems(call: GraphCall): Item[] {
  const { requests } = readJson(call);
  if (!Array.isArray(requests) || requests.length === 0) throw badRequest('The batch holds no requests.');
  if (requests.length > ITEMS_MAX) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${ITEMS_MAX}.`);
  }
  const ids = new Set<string>();
  const all = new Set(requests.map((each: Record<string, unknown> | null) => each?.id));
  return requests.map((given: Record<string, unknown> | null) => {
    const { id, method, url, headers, body, dependsOn } = given ?? {};
    if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string' || ids.has(id)) {
      throw badRequest('Each request of a batch needs an id of its own, a method and a url.');
    }
    if (
      body !== undefined &&
      body !== null &&
      !Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type')
    ) {
      throw badRequest(`Write request id : ${id} does not contain Content-Type header or body.`);
    }
    const before = Array.isArray(dependsOn) ? dependsOn.map(String) : [];
    if (before.some((each) => !all.has(each)))
      throw badRequest(`The dependsOn of request ${id} is not known.`);
    ids.add(id);
    return {
      id,
      method: method.toUpperCase(),
      url,
      headers: (headers ?? {}) as Record<string, string>,
      body,
      dependsOn: before,
    };
  });
}

function showItem(item: Item, given: GraphAnswer): Record<string, unknown> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given.headers ?? {})) headers[titled(name)] = value;
  if (given.content !== undefined) {
    headers['Content-Type'] = given.content.type;
    return {
      id: item.id,
      status: given.status,
      headers,
      body: Buffer.from(given.content.bytes).toString('base64'),
    };
  }
  if (given.body !== undefined) headers['Content-Type'] = 'application/json';
  return {
    id: item.id,
    status: given.status,
    headers,
    ...(given.body === undefined ? {} : { body: given.body }),
  };
}

function titled(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
