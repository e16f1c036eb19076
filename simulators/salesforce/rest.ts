/**
 * REST over HTTP: from a `Request` to a call and from an answer to a `Response`. Sessions, API limits and faults are
 * decided here, once for each HTTP call, before any resource sees it.
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { FaultEffect, Faults, StandingFault } from '../shared/faults.ts';
import type { RequestLog } from '../shared/request-log.ts';
import { visibleSchema } from './access.ts';
import type { Actor } from './actor.ts';
import { type Answer, answer, type BinaryPart, type Call } from './call.ts';
import { ApiError, type Json, toErrorBody } from './errors.ts';
import type { Host } from './hosts.ts';
import { readMultipart } from './multipart.ts';
import type { Cursors } from './query.ts';
import { answerCall, nameOperation } from './resources.ts';
import { findSession, type Session, type Sessions } from './sessions.ts';
import { listVersions, readVersion } from './versions.ts';

const URI_BYTES_MAX = 16_384;
const BODY_BYTES_MAX = 50 * 1024 * 1024;

/** What REST works on. `sleep` waits out the delays of faults. */
export interface RestState {
  readonly now: () => number;
  readonly sessions: Sessions;
  readonly cursors: Cursors;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Answers a request below `/services/data` at the host of an instance. */
export async function answerRest(state: RestState, request: Request, host: Host): Promise<Response> {
  const url = new URL(request.url);
  const segments = url.pathname.split('/').filter((part) => part !== '');
  const path = segments.slice(3).map((part) => decodeURIComponent(part));
  const bytes = new Uint8Array(await request.arrayBuffer());
  const isList = segments.length <= 2;
  const operation = isList ? 'versions' : nameOperation({ path, method: request.method });
  const token = /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const found = findSession(state.sessions, token, state.now());
  const session = found !== undefined && isAtHome(found, url.origin, host) ? found : undefined;
  const user = session?.user.username;
  const fault = state.faults.strike({ operation, user });
  if (fault?.delayMs !== undefined) await state.sleep(fault.delayMs);
  const log = (response: Response, status = response.status) => {
    const bytesOut = Number(response.headers.get('x-bytes') ?? 0);
    response.headers.delete('x-bytes');
    state.requests.record({ operation, user, status, bytesIn: bytes.byteLength, bytesOut, at: state.now() });
    return response;
  };
  if (fault?.effect.kind === 'drop') {
    log(new Response(null), 0);
    throw new DroppedConnection();
  }
  const refused = fault === undefined ? undefined : toFaultAnswer(fault.effect);
  if (isList && refused === undefined) return log(toResponse(answer(200, listVersions()), undefined, state));
  const result =
    refused ?? perform(state, { request, url, path, bytes, session, version: segments[2] ?? '', fault });
  const response = log(toResponse(result, session, state));
  if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
  return response;
}

/** A session is good at the host of its own organization only. */
function isAtHome(session: Session, origin: string, host: Host): boolean {
  return host.kind !== 'instance' || session.instanceOrigin === origin;
}

interface Incoming {
  readonly request: Request;
  readonly url: URL;
  readonly path: readonly string[];
  readonly bytes: Uint8Array;
  readonly session: Session | undefined;
  readonly version: string;
  readonly fault: StandingFault | undefined;
}

function perform(state: RestState, incoming: Incoming): Answer {
  try {
    const { request, url, path, bytes } = incoming;
    const apiVersion = readVersion(incoming.version);
    if (url.pathname.length + url.search.length > URI_BYTES_MAX) {
      throw new ApiError(414, 'URI_TOO_LONG', 'The length of the URI exceeds the limit of 16,384 bytes.');
    }
    const session = admit(state, incoming.session);
    const { body, parts } = readBody(request, bytes);
    const call: Call = {
      actor: toActor(state, session, apiVersion, request, incoming.fault),
      method: readMethod(request, url),
      path,
      search: url.searchParams,
      header: (name) => request.headers.get(name),
      body,
      parts,
    };
    try {
      return answerCall(call, state.cursors);
    } finally {
      session.user.organization.journal.commit();
    }
  } catch (error) {
    if (error instanceof ApiError) return answer(error.status, toErrorBody(error));
    throw error;
  }
}

function admit(state: RestState, session: Session | undefined): Session {
  if (session === undefined) throw new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  const { organization } = session.user;
  if (!organization.settings.apiEnabled) {
    throw new ApiError(403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled for this Organization.');
  }
  if (!session.scopes.includes('api') && !session.scopes.includes('full')) {
    throw new ApiError(403, 'INSUFFICIENT_ACCESS', 'This session is not valid for use with the REST API');
  }
  const now = state.now();
  if (organization.usage.used(now) >= organization.settings.dailyApiRequests) {
    throw new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  }
  organization.usage.count(now);
  return session;
}

function toActor(
  state: RestState,
  session: Session,
  apiVersion: number,
  request: Request,
  fault: StandingFault | undefined,
): Actor {
  const { user } = session;
  let written = 0;
  return {
    organization: user.organization,
    user,
    schema: visibleSchema(user),
    now: state.now(),
    apiVersion,
    allowDuplicates: /allowSave=true/i.test(request.headers.get('sforce-duplicate-rule-header') ?? ''),
    strikeRecord(operation, typeName) {
      written += 1;
      const struck = fault?.effect.kind === 'partial' && fault.effect.nth === written ? fault : undefined;
      const found =
        struck ?? state.faults.strike({ operation: `record.${operation}.${typeName}`, user: user.username });
      if (found === undefined || !('code' in found.effect)) return undefined;
      const { code, message } = found.effect;
      return { code, message: message ?? code.toLowerCase().replaceAll('_', ' ') };
    },
  };
}

/** `_HttpMethod=PATCH` lets clients that cannot PATCH do so. */
function readMethod(request: Request, url: URL): string {
  const override = url.searchParams.get('_HttpMethod');
  return request.method === 'POST' && override !== null ? override.toUpperCase() : request.method;
}

function readBody(
  request: Request,
  bytes: Uint8Array,
): { body: Json | undefined; parts: ReadonlyMap<string, BinaryPart> } {
  const none = new Map<string, BinaryPart>();
  if (bytes.byteLength === 0) return { body: undefined, parts: none };
  const type = request.headers.get('content-type') ?? '';
  if (type.startsWith('multipart/form-data')) return readMultipart(bytes, type);
  if (!type.includes('json')) {
    throw new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', `Content-Type not supported: ${type}`);
  }
  if (bytes.byteLength > BODY_BYTES_MAX) {
    throw new ApiError(413, 'REQUEST_TOO_LARGE', 'The request body exceeds the limit of 50 MB.');
  }
  try {
    return { body: JSON.parse(Buffer.from(bytes).toString('utf8')) as Json, parts: none };
  } catch {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'Unexpected character in the request body');
  }
}

function toResponse(result: Answer, session: Session | undefined, state: RestState): Response {
  const isBytes = result.body instanceof Uint8Array;
  const isEmpty = result.status === 204 || result.status === 304;
  const payload =
    result.body instanceof Uint8Array
      ? Buffer.from(result.body)
      : isEmpty
        ? null
        : JSON.stringify(result.body);
  const headers = new Headers({ ...result.headers });
  if (!isBytes && !isEmpty && !headers.has('content-type')) {
    headers.set('content-type', 'application/json;charset=UTF-8');
  }
  if (session !== undefined) {
    const { usage, settings } = session.user.organization;
    headers.set('Sforce-Limit-Info', `api-usage=${usage.used(state.now())}/${settings.dailyApiRequests}`);
  }
  headers.set('x-bytes', String(payload === null ? 0 : Buffer.byteLength(payload)));
  return new Response(payload, { status: result.status, headers });
}

function toFaultAnswer(effect: FaultEffect): Answer | undefined {
  switch (effect.kind) {
    case 'http': {
      const headers = { ...effect.headers };
      if (effect.body === 'json' || effect.body === 'service') {
        return answer(
          effect.status,
          [{ message: 'An unexpected error occurred.', errorCode: 'UNKNOWN_EXCEPTION' }],
          headers,
        );
      }
      const html = effect.body === 'html' ? '<html><body>Service temporarily unavailable</body></html>' : '';
      const text = effect.body === 'garbage' ? '\u0000{"records":[' : html;
      return {
        status: effect.status,
        body: new Uint8Array(Buffer.from(text)),
        headers: { 'content-type': 'text/html', ...headers },
      };
    }
    case 'service':
      return answer(statusOfFault(effect.code), [
        { message: effect.message ?? effect.code, errorCode: effect.code },
      ]);
    case 'throttle':
      return answer(403, [
        {
          message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
          errorCode: 'REQUEST_LIMIT_EXCEEDED',
        },
      ]);
    case 'garbage':
      return {
        status: 200,
        body: new Uint8Array(Buffer.from('{"totalSize":1,"done":true,"rec')),
        headers: { 'content-type': 'application/json;charset=UTF-8' },
      };
    default:
      return undefined;
  }
}

function statusOfFault(code: string): number {
  if (code === 'INVALID_SESSION_ID') return 401;
  if (code === 'SERVER_UNAVAILABLE') return 503;
  if (code === 'UNKNOWN_EXCEPTION') return 500;
  if (code === 'REQUEST_LIMIT_EXCEEDED' || code.startsWith('API_') || code.startsWith('INSUFFICIENT_'))
    return 403;
  return 400;
}
