/**
 * Microsoft Graph over HTTP: who calls, one call or a batch, and the answer written out with the headers Graph sends.
 */
import { randomUUID } from 'node:crypto';
import { DroppedConnection } from '../shared/connection.ts';
import { badRequest, GraphError } from './errors.ts';
import { authenticate } from './graph-access.ts';
import { BatchFault, runBatch } from './graph-batch.ts';
import type { GraphAnswer, GraphCall } from './graph-call.ts';
import { refuse, runCall, strikeWith } from './graph-run.ts';
import type { World } from './world.ts';

/** Answers `/v1.0/...`. Rejects only with DroppedConnection. */
export async function answerGraph(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.replace(/^\/v1\.0/, '');
  const text = request.method === 'GET' ? '' : await request.text();
  const logged: Logged = {
    operation: path === '/$batch' ? '$batch' : 'unknown',
    user: undefined,
    code: undefined,
  };
  let response: Response | undefined;
  try {
    const given = await answerCall(world, request, url, path, text, logged);
    response = writeAnswer(given, request);
    return response;
  } finally {
    const bytesOut = response === undefined ? 0 : Number(response.headers.get('content-length') ?? 0);
    const bytesIn = Buffer.byteLength(text);
    world.requests.record({ ...logged, status: response?.status ?? 0, bytesIn, bytesOut, at: world.now() });
  }
}

interface Logged {
  operation: string;
  user: string | undefined;
  code: string | undefined;
}

async function answerCall(
  world: World,
  request: Request,
  url: URL,
  path: string,
  text: string,
  logged: Logged,
): Promise<GraphAnswer> {
  try {
    const token = authenticate(world, request.headers.get('authorization'));
    const { method, headers } = request;
    const call: GraphCall = { world, method, path, query: url.searchParams, headers, text, token };
    if (path === '/$batch') {
      logged.user = token.user?.mail;
      if (method !== 'POST') throw badRequest('A batch is posted.');
      return await runBatch(call);
    }
    const given = await runCall(call);
    logged.operation = given.operation;
    logged.user = given.user;
    logged.code = given.code;
    return given;
  } catch (error) {
    const refusal = error instanceof BatchFault ? strikeBatch(error) : error;
    if (refusal instanceof GraphError) {
      logged.code = refusal.code;
      return refuse(world, refusal, request.headers);
    }
    if (refusal instanceof Error) throw refusal;
    return refusal as GraphAnswer;
  }
}

function strikeBatch(fault: BatchFault): GraphAnswer | GraphError {
  if (fault.effect.kind === 'lostReply') throw new DroppedConnection();
  try {
    return strikeWith(fault.effect) ?? new GraphError('generalException');
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
}

const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** The id that a refusal's body names, which its header repeats. */
function requestIdOf({ body }: GraphAnswer): string | undefined {
  const error = body?.error as { innerError?: { 'request-id'?: string } } | undefined;
  return error?.innerError?.['request-id'];
}

function writeAnswer(given: GraphAnswer, request: Request): Response {
  const headers = new Headers(given.headers);
  const requestId = requestIdOf(given) ?? randomUUID();
  headers.set('request-id', requestId);
  headers.set('client-request-id', request.headers.get('client-request-id') ?? requestId);
  headers.set('x-ms-ags-diagnostic', '{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"1"}}');
  headers.set('odata-version', '4.0');
  if (given.content !== undefined) {
    headers.set('content-type', given.content.type);
    headers.set('content-length', String(given.content.bytes.byteLength));
    return new Response(Buffer.from(given.content.bytes), { status: given.status, headers });
  }
  if (given.body === undefined) return new Response(null, { status: given.status, headers });
  const text = JSON.stringify(given.body);
  headers.set('content-type', JSON_TYPE);
  headers.set('content-length', String(Buffer.byteLength(text)));
  return new Response(text, { status: given.status, headers });
}
