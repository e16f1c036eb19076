/**
 * The Gmail API behind its paths: which method a call means, whose mailbox, whether the token may, what it costs, which
 * fault strikes. Calls of their own and the parts of a batch go the same way.
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { FaultEffect, StandingFault } from '../shared/faults.ts';
import type { RequestLog } from '../shared/request-log.ts';
import { DRAFT_METHODS } from './draft-methods.ts';
import { ApiError, json, refuse, refuseScope, toErrorResponse } from './errors.ts';
import { applyFields } from './fields.ts';
import { LABEL_METHODS } from './label-methods.ts';
import { MAILBOX_METHODS } from './mailbox-methods.ts';
import { MESSAGE_METHODS } from './message-methods.ts';
import type { Method, MethodCall } from './method.ts';
import { charge } from './quota.ts';
import { THREAD_METHODS } from './thread-methods.ts';
import { type AccessToken, findAccessToken } from './tokens.ts';
import { readUpload, startUpload } from './uploads.ts';
import { type Account, findAccount, type World } from './world.ts';

/** Every method this simulator answers. */
export const METHODS: readonly Method[] = [
  ...MESSAGE_METHODS,
  ...DRAFT_METHODS,
  ...THREAD_METHODS,
  ...LABEL_METHODS,
  ...MAILBOX_METHODS,
];

const PREFIX = /^(\/upload)?\/gmail\/v1\/users\/([^/]+)\/(.+)$/;

interface Route {
  readonly method: Method;
  readonly userId: string;
  readonly path: Record<string, string>;
  readonly isUpload: boolean;
}

/** Answers a call below `/gmail/v1`. Throws `DroppedConnection` where a fault says so. */
export async function answerGmail(world: World, request: Request, log: RequestLog): Promise<Response> {
  const url = new URL(request.url);
  const route = findRoute(request.method, url.pathname);
  if (route === undefined) return new Response('Not Found', { status: 404 });
  if (route.isUpload && route.method.takesMedia !== true) return new Response('Not Found', { status: 404 });
  const operation = route.method.id;
  const token = findToken(world, request);
  const user = ownerOf(world, route.userId, token)?.email;
  const text = Buffer.from(await request.arrayBuffer());
  const fault = world.faults.strike({ operation, user });
  if (fault?.delayMs !== undefined) await world.wait(fault.delayMs);
  const at = world.now();
  if (fault?.effect.kind === 'drop') {
    log.record({ operation, user, status: 0, bytesIn: text.byteLength, bytesOut: 0, at });
    throw new DroppedConnection();
  }
  let response: Response;
  let code: string | undefined;
  try {
    const struck = fault === undefined ? undefined : strike(world, fault);
    response = struck ?? (await answerPlain(world, { request, route, token, url, text }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    code = error.refusal.reason;
    response = toErrorResponse(error.refusal);
  }
  const bytesOut = (await response.clone().arrayBuffer()).byteLength;
  log.record({ operation, user, status: response.status, code, bytesIn: text.byteLength, bytesOut, at });
  if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
  return response;
}

interface Asked {
  request: Request;
  route: Route;
  token: AccessToken | undefined;
  url: URL;
  text: Buffer;
}

/** The service's own answer, with the way round of a resumable upload: an address first, the mail to it after. */
async function answerPlain(world: World, asked: Asked): Promise<Response> {
  const { request, route, token, url, text } = asked;
  const isResumable = route.isUpload && url.searchParams.get('uploadType') === 'resumable';
  if (!isResumable) return answer(world, route, token, url, readBody(request, route, text));
  admit(world, route, token);
  return startUpload(url, request.headers.get('x-upload-content-type'), readJson(text));
}

/** The answer a fault gives instead of the service's; undefined for faults that let the call happen. */
function strike(world: World, { effect }: StandingFault): Response | undefined {
  switch (effect.kind) {
    case 'service':
      throw refuse(effect.code, effect.message);
    case 'throttle':
      throw throttled(world, effect);
    case 'http':
      if (effect.body === 'service' || effect.body === 'json') {
        throw refuse(effect.status >= 500 ? 'backendError' : 'invalidArgument', undefined, {
          code: effect.status,
          headers: { ...effect.headers },
        });
      }
      return new Response(effect.body === 'empty' ? '' : `<html><h1>${effect.status}</h1></html>`, {
        status: effect.status,
        headers: { 'content-type': 'text/html; charset=UTF-8', ...effect.headers },
      });
    case 'garbage':
      return new Response('<<not json', { headers: { 'content-type': 'application/json; charset=UTF-8' } });
    default:
      return undefined;
  }
}

function throttled(world: World, effect: Extract<FaultEffect, { kind: 'throttle' }>): ApiError {
  if (effect.form === 'http') {
    return refuse('tooManyRequests', undefined, {
      headers: { 'retry-after': String(Math.ceil(effect.backOffMs / 1000)) },
    });
  }
  const until = new Date(world.now() + effect.backOffMs).toISOString();
  return refuse('userRateLimitExceeded', `User-rate limit exceeded.  Retry after ${until}`, {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
  });
}

async function answer(
  world: World,
  route: Route,
  token: AccessToken | undefined,
  url: URL,
  body: Record<string, unknown>,
): Promise<Response> {
  const query = url.searchParams;
  const { account, token: proven } = admit(world, route, token);
  charge(world, account, route.method.id);
  const call: MethodCall = {
    world,
    account,
    mailbox: account.mailbox,
    token: proven,
    path: route.path,
    query,
    body,
  };
  const result = await route.method.answer(call);
  if (result === undefined) return new Response(null, { status: 204 });
  return json(200, applyFields(result, query.get('fields')), { vary: 'Origin, X-Origin, Referer' });
}

/** Who may: a live token with one of the method's scopes, of the mailbox's owner, whose mail is in service. */
function admit(world: World, { method, userId }: Route, token: AccessToken | undefined) {
  if (token === undefined) throw refuse('authError');
  if (token.token === '') throw refuse('required');
  const client = world.clients.get(token.clientId);
  if (client !== undefined && !client.hasGmailApi) throw refuse('accessNotConfigured');
  if (!token.scopes.some((scope) => method.scopes.includes(scope)))
    throw refuseScope(method.id, method.scopes);
  const own = token.account;
  if (own === undefined) throw refuse('failedPrecondition');
  if (own.state !== 'active') throw refuse('authError');
  if (ownerOf(world, userId, token) !== own) {
    throw refuse('forbidden', `Delegation denied for ${own.email}`);
  }
  if (!own.hasMailService) throw refuse('failedPrecondition', 'Mail service not enabled');
  return { account: own, token };
}

/** The token of a call; one whose text is empty stands for none given. */
function findToken(world: World, request: Request): AccessToken | undefined {
  const header = request.headers.get('authorization');
  const text =
    /^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? new URL(request.url).searchParams.get('access_token');
  if (text !== null) return findAccessToken(world.tokens, text, world.now());
  return { token: '', account: undefined, clientId: '', scopes: [], refreshToken: undefined, expiresAt: 0 };
}

function ownerOf(world: World, userId: string, token: AccessToken | undefined): Account | undefined {
  return userId === 'me' ? token?.account : findAccount(world, userId);
}

function findRoute(given: string, encoded: string): Route | undefined {
  const verb = given === 'HEAD' ? 'GET' : given;
  const pathname = isEscaped(encoded) ? encoded : '';
  const [, upload, user = '', rest = ''] = PREFIX.exec(pathname) ?? [];
  const pieces = rest.split('/');
  for (const method of METHODS) {
    const wanted = method.path.split('/');
    if (method.verb !== verb || wanted.length !== pieces.length) continue;
    const path: Record<string, string> = {};
    const fits = wanted.every((piece, index) => {
      const value = decodeURIComponent(pieces[index] ?? '');
      if (!piece.startsWith('{')) return piece === value;
      path[piece.slice(1, -1)] = value;
      return true;
    });
    if (fits) return { method, userId: decodeURIComponent(user), path, isUpload: upload !== undefined };
  }
  return undefined;
}

/** Whether every percent sign of a path stands for a byte of UTF-8. */
function isEscaped(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

function readBody(request: Request, route: Route, bytes: Buffer): Record<string, unknown> {
  if (bytes.byteLength === 0) return {};
  const contentType = request.headers.get('content-type') ?? '';
  return route.isUpload ? readUpload(contentType, bytes) : readJson(bytes);
}

function readJson(bytes: Buffer): Record<string, unknown> {
  if (bytes.byteLength === 0) return {};
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Falls to the refusal below.
  }
  throw refuse('invalidArgument', 'Invalid JSON payload received.');
}
