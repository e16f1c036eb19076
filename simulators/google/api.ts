/**
 * Google's APIs beside Gmail (Calendar, People, Tasks) behind their paths: which method a call means, whether its token
 * may, what it costs, which fault strikes. Calls of their own and the parts of a batch go the same way.
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { RequestLog } from '../shared/request-log.ts';
import { type ApiName, chargeApi } from './api-quota.ts';
import { findToken, isEscaped, readJson, strike } from './call-parts.ts';
import {
  ApiError,
  json,
  type Refusal,
  type RefusalTable,
  refuseBy,
  refuseScope,
  toErrorBody,
} from './errors.ts';
import { applyFields } from './fields.ts';
import type { AccessToken } from './tokens.ts';
import type { Account, World } from './world.ts';

/** One call of a method, authorized and charged. */
export interface ApiCall {
  readonly world: World;
  readonly account: Account;
  /** Those of its token. */
  readonly scopes: readonly string[];
  /** Values of the path's `{names}`. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly url: URL;
}

/** A method by its id in the discovery document. An answer of undefined is 204 without a body. */
export interface ApiMethod {
  readonly id: string;
  /** Its name in the details of errors, e.g. `calendar.v3.Events.List`. */
  readonly rpc: string;
  readonly verb: string;
  /** From the root, without a slash before it, e.g. `calendar/v3/calendars/{calendarId}`. */
  readonly path: string;
  readonly scopes: readonly string[];
  answer(call: ApiCall): unknown;
}

export interface Api {
  readonly name: ApiName;
  /** As it is called where it is switched on, e.g. `People API`. */
  readonly title: string;
  /** Its name among services, e.g. `people.googleapis.com`. */
  readonly service: string;
  readonly methods: readonly ApiMethod[];
  readonly refusals: RefusalTable;
  /** What the person without the service is told. */
  readonly serviceOff: string;
}

interface Route {
  readonly api: Api;
  readonly method: ApiMethod;
  readonly path: Record<string, string>;
}

/** Where the paths of these APIs begin; all others are not looked at. */
const PATHS = /^\/(calendar\/v3|tasks\/v1|v1\/people|v1\/contactGroups)\b/;

/** The method that a call means; undefined for what is no path of these APIs. */
export function findApiRoute(apis: readonly Api[], given: string, encoded: string): Route | undefined {
  if (!PATHS.test(encoded) || !isEscaped(encoded)) return undefined;
  const verb = given === 'HEAD' ? 'GET' : given;
  const pieces = encoded.slice(1).split('/').map(decodeURIComponent);
  for (const api of apis) {
    for (const method of api.methods) {
      const path = method.verb === verb ? matchPath(method.path, pieces) : undefined;
      if (path !== undefined) return { api, method, path };
    }
  }
  return undefined;
}

function matchPath(template: string, pieces: readonly string[]): Record<string, string> | undefined {
  const wanted = template.split('/');
  if (wanted.length !== pieces.length) return undefined;
  const path: Record<string, string> = {};
  for (const [index, piece] of wanted.entries()) {
    const value = pieces[index] ?? '';
    const [, name, ending = ''] = /^\{(\w+)\}(.*)$/.exec(piece) ?? [];
    if (name === undefined) {
      if (piece !== value) return undefined;
    } else {
      const text = value.slice(0, value.length - ending.length);
      const isColonFree = template.startsWith('v1/') && text.includes(':');
      if (!value.endsWith(ending) || text === '' || isColonFree) return undefined;
      path[name] = text;
    }
  }
  return path;
}

/** Answers a call of one of the APIs. Throws `DroppedConnection` where a fault says so. */
export async function answerApi(
  world: World,
  route: Route,
  request: Request,
  log: RequestLog,
): Promise<Response> {
  const { api, method } = route;
  const operation = method.id;
  const token = findToken(world, request);
  const user = token?.account?.email;
  const bytes = Buffer.from(await request.arrayBuffer());
  const fault = world.faults.strike({ operation, user });
  if (fault?.delayMs !== undefined) await world.wait(fault.delayMs);
  const at = world.now();
  if (fault?.effect.kind === 'drop') {
    log.record({ operation, user, status: 0, bytesIn: bytes.byteLength, bytesOut: 0, at });
    throw new DroppedConnection();
  }
  let response: Response;
  let code: string | undefined;
  try {
    const by = (reason: string, message?: string, changes?: Partial<Refusal>) =>
      refuseBy(api.refusals, reason, message, changes);
    const struck = fault === undefined ? undefined : strike(world, fault, by);
    response = struck ?? (await answer(world, route, token, request, bytes));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    code = error.refusal.info?.reason ?? error.refusal.reason;
    response = toResponse(api, error.refusal);
  }
  const bytesOut = (await response.clone().arrayBuffer()).byteLength;
  log.record({ operation, user, status: response.status, code, bytesIn: bytes.byteLength, bytesOut, at });
  if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
  return response;
}

async function answer(
  world: World,
  { api, method, path }: Route,
  token: AccessToken | undefined,
  request: Request,
  bytes: Buffer,
): Promise<Response> {
  const { account, scopes } = admit(world, api, method, token);
  chargeApi(world, account, api.name, method);
  const url = new URL(request.url);
  const query = url.searchParams;
  const body = readJson(bytes);
  const result = await method.answer({
    world,
    account,
    scopes,
    path,
    query,
    body,
    headers: request.headers,
    url,
  });
  if (result instanceof Response) return result;
  if (result === undefined) return new Response(null, { status: 204 });
  const { etag } = (result ?? {}) as { etag?: unknown };
  const headers = {
    vary: 'Origin, X-Origin, Referer',
    ...(typeof etag === 'string' && etag.startsWith('"') ? { etag } : {}),
  };
  return json(200, applyFields(result, query.get('fields')), headers);
}

/** Who may: a live token with one of the method's scopes, of a person who has the service. */
function admit(world: World, api: Api, method: ApiMethod, token: AccessToken | undefined) {
  const by = (reason: string, message?: string) => refuseBy(api.refusals, reason, message);
  if (token === undefined) throw by('authError');
  if (token.token === '') throw by('required');
  if (world.clients.get(token.clientId)?.disabledApis.has(api.name) === true) throw by('accessNotConfigured');
  if (!token.scopes.some((scope) => method.scopes.includes(scope)))
    throw refuseScope(method.rpc, method.scopes);
  const { account } = token;
  if (account === undefined || account.servicesOff.has(api.name)) throw by(api.serviceOff);
  if (account.state !== 'active') throw by('authError');
  return { account, scopes: token.scopes };
}

/** A refusal in the API's own form and with its own name in it. */
function toResponse(api: Api, refusal: Refusal): Response {
  const rename = (text: string) =>
    text.replace('gmail.googleapis.com', api.service).replace('Gmail API', api.title);
  const service = refusal.info?.metadata?.service;
  const info =
    service === undefined || refusal.info === undefined
      ? {}
      : { info: { ...refusal.info, metadata: { ...refusal.info.metadata, service: rename(service) } } };
  const shown = {
    ...refusal,
    ...info,
    message: rename(refusal.message),
  };
  return json(shown.code, toErrorBody(shown), shown.headers);
}

/** Throws 412 where the call is bound to a version that is not `etag`. */
export function checkMatch(call: ApiCall, etag: string): void {
  const wanted = call.headers.get('if-match');
  if (wanted === null || wanted === '*' || wanted.split(/\s*,\s*/).includes(etag)) return;
  throw refuseBy(CONDITIONS, 'conditionNotMet');
}

const CONDITIONS: RefusalTable = {
  conditionNotMet: {
    code: 412,
    message: 'Precondition Failed',
    location: { location: 'If-Match', locationType: 'header' },
  },
};

/** The resource, or 304 for who has this version already. */
export function unlessKnown(call: ApiCall, etag: string, resource: unknown): unknown {
  const known = call.headers.get('if-none-match');
  return known === etag ? new Response(null, { status: 304, headers: { etag } }) : resource;
}

/** A page token or sync token: what it holds, in a form that clients cannot read at a glance. */
export function toOpaque(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** What an opaque token holds; undefined for what no simulator made. */
export function fromOpaque(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Not one of ours.
  }
  return undefined;
}

/** The next version number: rises with every write, and is the time in microseconds where that is enough. */
export function nextVersion(world: World): number {
  world.lastVersion = Math.max(world.lastVersion + 1, world.now() * 1000);
  return world.lastVersion;
}
