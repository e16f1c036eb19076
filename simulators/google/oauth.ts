/**
 * The OAuth and OpenID Connect endpoints behind their paths: authorize, token, revoke, userinfo, tokeninfo, keys and
 * metadata, with faults and the request log around them.
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { FaultEffect } from '../shared/faults.ts';
import { json, refuse, toErrorResponse } from './errors.ts';
import { listKeys, listPemKeys, verifyIdToken } from './id-tokens.ts';
import { answerAuthorize } from './oauth-authorize.ts';
import { OAuthError, refuseByCode, toOAuthResponse } from './oauth-errors.ts';
import { answerToken } from './oauth-token.ts';
import { endGrants, findAccessToken } from './tokens.ts';
import type { Account, World } from './world.ts';

const OPERATIONS: Readonly<Record<string, string>> = {
  '/o/oauth2/v2/auth': 'oauth.authorize',
  '/o/oauth2/auth': 'oauth.authorize',
  '/token': 'oauth.token',
  '/oauth2/v4/token': 'oauth.token',
  '/revoke': 'oauth.revoke',
  '/o/oauth2/revoke': 'oauth.revoke',
  '/v1/userinfo': 'oauth.userinfo',
  '/oauth2/v3/userinfo': 'oauth.userinfo',
  '/oauth2/v2/userinfo': 'oauth.userinfo',
  '/tokeninfo': 'oauth.tokeninfo',
  '/oauth2/v1/tokeninfo': 'oauth.tokeninfo',
  '/oauth2/v2/tokeninfo': 'oauth.tokeninfo',
  '/oauth2/v3/tokeninfo': 'oauth.tokeninfo',
  '/oauth2/v3/certs': 'oauth.certs',
  '/oauth2/v1/certs': 'oauth.certs.pem',
  '/.well-known/openid-configuration': 'oauth.metadata',
};

/** Answers an OAuth path; undefined for all others. */
export async function answerOAuth(world: World, request: Request): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const operation = OPERATIONS[pathname];
  if (operation === undefined) return undefined;
  const text = request.method === 'POST' ? await request.text() : '';
  const fault = world.faults.strike({ operation });
  if (fault?.delayMs !== undefined) await world.wait(fault.delayMs);
  const record = (status: number, bytesOut = 0) =>
    world.requests.record({ operation, status, bytesIn: text.length, bytesOut, at: world.now() });
  if (fault?.effect.kind === 'drop') {
    record(0);
    throw new DroppedConnection();
  }
  const struck = fault === undefined ? undefined : strike(fault.effect);
  const response = struck ?? (await answer(world, request, operation, text));
  record(response.status, (await response.clone().arrayBuffer()).byteLength);
  if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
  return response;
}

function strike(effect: FaultEffect): Response | undefined {
  switch (effect.kind) {
    case 'service':
      return toOAuthResponse(refuseByCode(effect.code, effect.message));
    case 'throttle':
      return json(429, { error: 'rate_limit_exceeded', error_description: 'Too many requests' });
    case 'http':
      return new Response('', { status: effect.status, headers: { ...effect.headers } });
    case 'garbage':
      return new Response('<<not json', { headers: { 'content-type': 'application/json' } });
    default:
      return undefined;
  }
}

async function answer(world: World, request: Request, operation: string, text: string) {
  try {
    const form = readForm(request, text);
    switch (operation) {
      case 'oauth.authorize':
        return answerAuthorize(world, request, form);
      case 'oauth.token':
        if (request.method !== 'POST') return json(404, { error: 'not_found' });
        return await answerToken(world, form, request.headers.get('authorization'));
      case 'oauth.revoke':
        return answerRevoke(world, form);
      case 'oauth.userinfo':
        return answerUserInfo(world, request, form);
      case 'oauth.tokeninfo':
        return await answerTokenInfo(world, request, form);
      case 'oauth.certs':
        return json(200, await listKeys(), { 'cache-control': 'public, max-age=20000' });
      case 'oauth.certs.pem':
        return json(200, listPemKeys(), { 'cache-control': 'public, max-age=20000' });
      default:
        return json(200, describeIssuer(world));
    }
  } catch (error) {
    if (error instanceof OAuthError) return toOAuthResponse(error);
    throw error;
  }
}

/** Query and body as one; the body wins. JSON bodies are taken too, as Google takes them. */
function readForm(request: Request, text: string): URLSearchParams {
  const form = new URLSearchParams(new URL(request.url).search);
  if (text === '') return form;
  const isJson = request.headers.get('content-type')?.includes('json') === true;
  const body = new URLSearchParams(isJson ? readJson(text) : text);
  for (const name of new Set(body.keys())) form.delete(name);
  for (const [name, value] of body) form.append(name, value);
  return form;
}

function readJson(text: string): Record<string, string> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, string>;
  } catch {
    // Refused below.
  }
  throw new OAuthError(400, 'invalid_request', 'Bad Request');
}

/** Revoking any token of a grant ends the whole grant. */
function answerRevoke(world: World, form: URLSearchParams): Response {
  const text = form.get('token') ?? '';
  const found = world.tokens.refresh.get(text) ?? findAccessToken(world.tokens, text, world.now());
  if (found === undefined) throw new OAuthError(400, 'invalid_token', 'Token expired or revoked');
  if (found.account === undefined) world.tokens.access.delete(text);
  else endGrants(world.tokens, found.account, found.clientId);
  return json(200, {});
}

function bearerOf(request: Request, form: URLSearchParams): string {
  const header = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return header ?? form.get('access_token') ?? '';
}

function answerUserInfo(world: World, request: Request, form: URLSearchParams): Response {
  const token = findAccessToken(world.tokens, bearerOf(request, form), world.now());
  const account = token?.account;
  const isOld = new URL(request.url).pathname.includes('/v2/');
  if (token === undefined || account === undefined || account.state !== 'active') {
    if (isOld) return toErrorResponse(refuse('authError').refusal);
    const text = { error: 'invalid_request', error_description: 'Invalid Credentials' };
    return json(401, text, { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' });
  }
  const has = (name: string) => token.scopes.some((scope) => scope.endsWith(name));
  const [id, verified] = isOld ? ['id', 'verified_email'] : ['sub', 'email_verified'];
  return json(200, {
    [id ?? 'sub']: account.id,
    ...(has('/userinfo.profile') ? profileOf(account) : {}),
    ...(has('/userinfo.email') ? { email: account.email, [verified ?? 'email_verified']: true } : {}),
    ...(account.domain === undefined ? {} : { hd: account.domain.name }),
  });
}

function profileOf({ displayName }: Account) {
  const [given = displayName, ...rest] = displayName.split(' ');
  const names = { name: displayName, given_name: given };
  return rest.length === 0 ? names : { ...names, family_name: rest.join(' ') };
}

/** The claims of an id token of ours, as texts, with the head's algorithm and key. */
async function describeIdToken(world: World, text: string): Promise<Response> {
  try {
    const { payload, protectedHeader } = await verifyIdToken(text, world.now());
    const claims = Object.entries(payload).map(([name, value]) => [name, String(value)]);
    const { alg, kid, typ } = protectedHeader;
    return json(200, { ...Object.fromEntries(claims), alg, kid, typ });
  } catch {
    throw new OAuthError(400, 'invalid_token', 'Invalid Value');
  }
}

async function answerTokenInfo(world: World, request: Request, form: URLSearchParams): Promise<Response> {
  const idToken = form.get('id_token');
  if (idToken !== null) return describeIdToken(world, idToken);

  const token = findAccessToken(world.tokens, bearerOf(request, form), world.now());
  if (token === undefined) throw new OAuthError(400, 'invalid_token', 'Invalid Value');
  const has = (name: string) => token.scopes.some((scope) => scope.endsWith(name));
  const seconds = Math.floor((token.expiresAt - world.now()) / 1000);
  return json(200, {
    azp: token.clientId,
    aud: token.clientId,
    ...(token.account === undefined ? {} : { sub: token.account.id }),
    scope: token.scopes.join(' '),
    exp: String(Math.floor(token.expiresAt / 1000)),
    expires_in: String(seconds),
    ...(has('/userinfo.email') && token.account !== undefined
      ? { email: token.account.email, email_verified: 'true' }
      : {}),
    access_type: token.refreshToken === undefined ? 'online' : 'offline',
  });
}

function describeIssuer(world: World): Record<string, unknown> {
  const { accountsOrigin, apiOrigin } = world;
  return {
    issuer: accountsOrigin,
    authorization_endpoint: `${accountsOrigin}/o/oauth2/v2/auth`,
    token_endpoint: `${apiOrigin}/token`,
    userinfo_endpoint: `${apiOrigin}/v1/userinfo`,
    revocation_endpoint: `${apiOrigin}/revoke`,
    jwks_uri: `${apiOrigin}/oauth2/v3/certs`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: ['plain', 'S256'],
    claims_supported: [
      ...['aud', 'email', 'email_verified', 'exp', 'family_name'],
      ...['given_name', 'iat', 'iss', 'name', 'picture', 'sub'],
    ],
    response_modes_supported: ['query'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ],
    authorization_response_iss_parameter_supported: true,
  };
}
