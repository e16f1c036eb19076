/**
 * The Gmail API behind its paths: which method a call means, whose mailbox, whether the token may, what it costs, which
 * fault strikes. Calls of their own and the parts of a batch go the same way.
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { RequestLog } from '../shared/request-log.ts';
import { findToken, isEscaped, readJson, strike } from './call-parts.ts';
import { DRAFT_METHODS } from './draft-methods.ts';
import { ApiError, json, refuse, refuseScope, toErrorResponse } from './errors.ts';
import { applyFields } from './fields.ts';
import { LABEL_METHODS } from './label-methods.ts';
import { MAILBOX_METHODS } from './mailbox-methods.ts';
import { MESSAGE_METHODS } from './message-methods.ts';
import type { Method, MethodCall } from './method.ts';
import { charge } from './quota.ts';
import { THREAD_METHODS } from './thread-methods.ts';
import type { AccessToken } from './tokens.ts';
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
    const struck = fault === undefined ? undefined : strike(world, fault, refuse);
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

function readBody(request: Request, route: Route, bytes: Buffer): Record<string, unknown> {
  if (bytes.byteLength === 0) return {};
  const contentType = request.headers.get('content-type') ?? '';
  return route.isUpload ? readUpload(contentType, bytes) : readJson(bytes);
}
