/**
 * `/services/oauth2/authorize`: login, consent and the way back with a code. A single POST with username, password and
 * decision does all of it at once, for tests without a browser.
 */
import { type ConnectedApp, findUser, json, type OAuthState, readForm } from './oauth.ts';
import { renderConsent, renderLogin, renderOAuthError } from './oauth-pages.ts';
import type { UserAccount } from './organization.ts';
import { makeSecret } from './sessions.ts';

const COOKIE = 'sid';

/** Answers the authorization endpoint for a host; `allows` says whether the host may log the user in. */
export async function answerAuthorize(
  state: OAuthState,
  request: Request,
  allows: (user: UserAccount) => boolean,
): Promise<Response> {
  const url = new URL(request.url);
  const form = await readForm(request);
  const app = state.apps.get(form.get('client_id') ?? '');
  if (app === undefined) return renderOAuthError('invalid_client_id', 'client identifier invalid');
  const redirectUri = form.get('redirect_uri') ?? '';
  if (!app.redirectUris.includes(redirectUri)) {
    return renderOAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  const refusal = refuseRequest(app, form);
  if (refusal !== undefined) return sendBack(form, request, refusal);
  const action = `${url.pathname}?${withoutCredentials(form)}`;
  const login = logIn(state, request, form, allows);
  if (typeof login === 'string') return renderLogin(action, form.get('login_hint') ?? '', login);
  const response = decide(state, request, form, app, login, action);
  response.headers.append(
    'set-cookie',
    `${COOKIE}=${rememberLogin(state, login)}; Path=/; HttpOnly; SameSite=Lax`,
  );
  return response;
}

function refuseRequest(app: ConnectedApp, form: URLSearchParams): Record<string, string> | undefined {
  if (form.get('response_type') !== 'code') {
    return { error: 'unsupported_response_type', error_description: 'response type not supported' };
  }
  if (app.isBlocked) return { error: 'OAUTH_APP_BLOCKED', error_description: 'this app is blocked by admin' };
  const method = form.get('code_challenge_method') ?? 'S256';
  const challenge = form.get('code_challenge');
  if (app.pkceRequired && challenge === null) {
    return { error: 'invalid_request', error_description: 'missing required code challenge' };
  }
  if (challenge !== null && method !== 'S256') {
    return { error: 'invalid_request', error_description: 'invalid code challenge method' };
  }
  const unknown = scopesOf(app, form).filter((scope) => !app.scopes.includes(scope));
  if (unknown.length > 0) {
    return {
      error: 'invalid_scope',
      error_description: 'the requested scope is invalid, unknown, or malformed',
    };
  }
  return undefined;
}

/** The user who is logged in after this request, or what the login page has to say. */
function logIn(
  state: OAuthState,
  request: Request,
  form: URLSearchParams,
  allows: (user: UserAccount) => boolean,
): UserAccount | string {
  const username = form.get('username');
  const password = form.get('pw') ?? form.get('password');
  if (username === null || password === null) {
    const known = state.sessions.logins.get(readCookie(request));
    const mustAsk = form.get('prompt')?.includes('login') === true && request.method === 'GET';
    return known === undefined || mustAsk || !known.active || !allows(known) ? '' : known;
  }
  const user = findUser(state, username);
  const isRight = user !== undefined && user.password === password && user.active;
  if (!isRight || !allows(user))
    return 'Please check your username and password. If you still can’t log in, contact your Salesforce administrator.';
  if (user.ipRestricted || user.outsideLoginHours)
    return 'Your login is restricted. Contact your Salesforce administrator.';
  return user;
}

function decide(
  state: OAuthState,
  request: Request,
  form: URLSearchParams,
  app: ConnectedApp,
  user: UserAccount,
  action: string,
): Response {
  if (app.preAuthorized !== undefined && !app.preAuthorized.includes(user.username)) {
    return sendBack(form, request, {
      error: 'OAUTH_APP_ACCESS_DENIED',
      error_description: 'user is not admin approved to access this app',
    });
  }
  const decision = form.get('decision');
  if (decision === 'deny') {
    return sendBack(form, request, {
      error: 'access_denied',
      error_description: 'end-user denied authorization',
    });
  }
  const approval = `${user.id} ${app.clientId}`;
  const mustAsk = form.get('prompt')?.includes('consent') === true || !state.sessions.approvals.has(approval);
  const scopes = scopesOf(app, form);
  if (decision !== 'allow' && mustAsk && app.preAuthorized === undefined) {
    return renderConsent(action, app.clientId, user.username, scopes);
  }
  state.sessions.approvals.add(approval);
  const code = `aPrx${makeSecret(36)}`;
  state.sessions.codes.set(code, {
    user,
    clientId: app.clientId,
    redirectUri: form.get('redirect_uri') ?? '',
    scopes,
    challenge: form.get('code_challenge') ?? undefined,
    madeAt: state.now(),
  });
  return sendBack(form, request, { code });
}

function sendBack(form: URLSearchParams, request: Request, fields: Record<string, string>): Response {
  const target = new URL(form.get('redirect_uri') ?? '');
  for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
  const given = form.get('state');
  if (given !== null) target.searchParams.set('state', given);
  if (request.headers.get('accept')?.startsWith('application/json') === true) {
    return json(200, { redirect: target.href });
  }
  return new Response(null, { status: 302, headers: { location: target.href } });
}

/** Scopes asked for; all of the app's when none is named. */
function scopesOf(app: ConnectedApp, form: URLSearchParams): string[] {
  const asked = (form.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
  return asked.length === 0 ? [...app.scopes] : asked;
}

function rememberLogin(state: OAuthState, user: UserAccount): string {
  const cookie = makeSecret(24);
  state.sessions.logins.set(cookie, user);
  return cookie;
}

function readCookie(request: Request): string {
  const header = request.headers.get('cookie') ?? '';
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(header)?.[1] ?? '';
}

function withoutCredentials(form: URLSearchParams): string {
  const kept = new URLSearchParams(form);
  for (const name of ['username', 'pw', 'password', 'decision']) kept.delete(name);
  if (kept.get('prompt')?.includes('login') === true) kept.delete('prompt');
  return kept.toString();
}
