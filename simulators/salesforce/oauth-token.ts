/**
 * `/services/oauth2/token`, `/revoke` and `/introspect`: codes, refresh tokens and signed assertions against access
 * tokens. No `expires_in` is ever said, as at Salesforce.
 */
import { createHmac } from 'node:crypto';
import { importSPKI, importX509, jwtVerify } from 'jose';
import { type ConnectedApp, findUser, json, OAuthError, type OAuthState, requireUsable } from './oauth.ts';
import type { UserAccount } from './organization.ts';
import {
  addRefreshToken,
  CODE_LIFE_MS,
  findSession,
  fitsChallenge,
  openSession,
  type RefreshToken,
  revokeFamily,
} from './sessions.ts';

const ASSERTION_LIFE_MS = 3 * 60 * 1000;
const CLOCK_SKEW_MS = 5000;
const EXPIRED = 'expired access/refresh token';

/** Answers the token endpoint. */
export async function answerToken(
  state: OAuthState,
  form: URLSearchParams,
  authorization: string | null,
): Promise<Response> {
  try {
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return exchangeCode(state, form, requireApp(state, form, authorization));
      case 'refresh_token':
        return refresh(state, form, requireApp(state, form, authorization));
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
        return await bearAssertion(state, form);
      default:
        throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    }
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return json(error.status, { error: error.code, error_description: error.message });
  }
}

function requireApp(state: OAuthState, form: URLSearchParams, authorization: string | null): ConnectedApp {
  const basic = authorization?.startsWith('Basic ') === true ? atob(authorization.slice(6)).split(':') : [];
  const clientId = decodeURIComponent(basic[0] ?? '') || (form.get('client_id') ?? '');
  const secret = decodeURIComponent(basic[1] ?? '') || form.get('client_secret');
  const app = state.apps.get(clientId);
  if (app === undefined) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  const isGiven = secret !== null && secret !== '';
  if (app.clientSecret !== undefined && (isGiven || app.secretRequired) && secret !== app.clientSecret) {
    throw new OAuthError('invalid_client', 'invalid client credentials');
  }
  if (app.isBlocked) throw new OAuthError('OAUTH_APP_BLOCKED', 'this app is blocked by admin');
  return app;
}

function exchangeCode(state: OAuthState, form: URLSearchParams, app: ConnectedApp): Response {
  const text = form.get('code') ?? '';
  const code = state.sessions.codes.get(text);
  state.sessions.codes.delete(text);
  if (code === undefined) {
    const wasUsed = state.sessions.usedCodes.has(text);
    throw new OAuthError(
      'invalid_grant',
      wasUsed ? 'expired authorization code' : 'invalid authorization code',
    );
  }
  state.sessions.usedCodes.add(text);
  if (state.now() - code.madeAt > CODE_LIFE_MS)
    throw new OAuthError('invalid_grant', 'expired authorization code');
  if (code.clientId !== app.clientId) throw new OAuthError('invalid_grant', 'invalid authorization code');
  if (form.get('redirect_uri') !== code.redirectUri) {
    throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  const verifier = form.get('code_verifier');
  if (code.challenge !== undefined && (verifier === null || !fitsChallenge(verifier, code.challenge))) {
    throw new OAuthError('invalid_grant', 'invalid code verifier');
  }
  requireUsable(code.user);
  const refreshes = code.scopes.includes('refresh_token') || code.scopes.includes('offline_access');
  const token = refreshes
    ? addRefreshToken(state.sessions, code.user, app.clientId, code.scopes, state.now())
    : undefined;
  return grant(state, app, code.user, code.scopes, token, true);
}

function refresh(state: OAuthState, form: URLSearchParams, app: ConnectedApp): Response {
  const token = state.sessions.refreshTokens.get(form.get('refresh_token') ?? '');
  if (token === undefined || token.clientId !== app.clientId) throw new OAuthError('invalid_grant', EXPIRED);
  if (app.refreshTokenLifeMs !== undefined && state.now() - token.madeAt > app.refreshTokenLifeMs) {
    revokeFamily(state.sessions, token.family);
    throw new OAuthError('invalid_grant', EXPIRED);
  }
  if (token.isUsed) {
    revokeFamily(state.sessions, token.family);
    throw new OAuthError('invalid_grant', EXPIRED);
  }
  requireUsable(token.user);
  if (!app.rotation) return grant(state, app, token.user, token.scopes, token, false);
  token.isUsed = true;
  const fresh = addRefreshToken(
    state.sessions,
    token.user,
    app.clientId,
    token.scopes,
    state.now(),
    token.family,
  );
  return grant(state, app, token.user, token.scopes, fresh, true);
}

async function bearAssertion(state: OAuthState, form: URLSearchParams): Promise<Response> {
  const assertion = form.get('assertion') ?? '';
  const claims = readClaims(assertion);
  const app = state.apps.get(String(claims.iss ?? ''));
  if (app === undefined) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  if (app.isBlocked) throw new OAuthError('OAUTH_APP_BLOCKED', 'this app is blocked by admin');
  const audience = String(claims.aud ?? '').replace(/\/$/, '');
  if (!state.isLoginHost(audience)) throw new OAuthError('invalid_grant', 'audience is invalid');
  const expiresAt = Number(claims.exp) * 1000;
  const now = state.now();
  if (!(expiresAt > now - CLOCK_SKEW_MS)) throw new OAuthError('invalid_grant', 'assertion is expired');
  if (expiresAt > now + ASSERTION_LIFE_MS + CLOCK_SKEW_MS)
    throw new OAuthError('invalid_grant', 'invalid assertion');
  await verify(app, assertion, now);
  const user = findUser(state, String(claims.sub ?? ''));
  if (user === undefined) throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
  requireUsable(user);
  const isApproved =
    app.preAuthorized === undefined
      ? state.sessions.approvals.has(`${user.id} ${app.clientId}`)
      : app.preAuthorized.includes(user.username);
  if (!isApproved) {
    const reason =
      app.preAuthorized === undefined
        ? "user hasn't approved this consumer"
        : 'user is not admin approved to access this app';
    throw new OAuthError(app.preAuthorized === undefined ? 'invalid_grant' : 'invalid_app_access', reason);
  }
  return grant(state, app, user, app.scopes, undefined, false);
}

async function verify(app: ConnectedApp, assertion: string, now: number): Promise<void> {
  const pem = app.publicKey ?? '';
  try {
    const key = pem.includes('CERTIFICATE') ? await importX509(pem, 'RS256') : await importSPKI(pem, 'RS256');
    await jwtVerify(assertion, key, {
      algorithms: ['RS256'],
      currentDate: new Date(now),
      clockTolerance: '5 minutes',
    });
  } catch {
    throw new OAuthError('invalid_grant', 'invalid assertion');
  }
}

function readClaims(assertion: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >;
  } catch {
    throw new OAuthError('invalid_grant', 'invalid assertion');
  }
}

function grant(
  state: OAuthState,
  app: ConnectedApp,
  user: UserAccount,
  scopes: readonly string[],
  refreshToken: RefreshToken | undefined,
  tellsRefreshToken: boolean,
): Response {
  const now = state.now();
  const session = openSession(state.sessions, user, app.clientId, scopes, refreshToken?.token, now);
  const id = `${state.loginOrigin()}/id/${user.organization.id}/${user.id}`;
  const issuedAt = String(now);
  const signature = createHmac('sha256', app.clientSecret ?? app.clientId)
    .update(id + issuedAt)
    .digest('base64');
  return json(200, {
    access_token: session.token,
    ...(tellsRefreshToken && refreshToken !== undefined ? { refresh_token: refreshToken.token } : {}),
    signature,
    scope: scopes.join(' '),
    instance_url: user.organization.instanceOrigin,
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
  });
}

/** Ends a token: a refresh token takes its sessions with it, an access token of one takes the refresh token. */
export function answerRevoke(state: OAuthState, form: URLSearchParams): Response {
  const text = form.get('token') ?? '';
  const session = state.sessions.sessions.get(text);
  const refreshToken = state.sessions.refreshTokens.get(text);
  if (refreshToken !== undefined) revokeFamily(state.sessions, refreshToken.family);
  else if (session !== undefined) state.sessions.sessions.delete(text);
  else
    return json(400, {
      error: 'unsupported_token_type',
      error_description: 'this token type is not supported',
    });
  return new Response(null, { status: 200 });
}

/** Tells whether a token is alive. */
export function answerIntrospect(
  state: OAuthState,
  form: URLSearchParams,
  authorization: string | null,
): Response {
  try {
    const app = requireApp(state, form, authorization);
    const text = form.get('token') ?? '';
    const session = findSession(state.sessions, text, state.now());
    const found = session ?? state.sessions.refreshTokens.get(text);
    if (found === undefined || found.clientId !== app.clientId) return json(200, { active: false });
    const { user } = found;
    return json(200, {
      active: true,
      scope: found.scopes.join(' '),
      client_id: app.clientId,
      username: user.username,
      sub: `${state.loginOrigin()}/id/${user.organization.id}/${user.id}`,
      token_type: session === undefined ? 'refresh_token' : 'access_token',
    });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return json(401, { error: error.code, error_description: error.message });
  }
}
