/**
 * `/oauth2/v2.0/authorize`: sign-in, choice of account, consent and the way back with a code. A single POST with
 * address, password and decision does all of it at once, for tests without a browser.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
import { type Application, findUser, type Tenant, type UserAccount } from './directory.ts';
import { allowsRedirect, findApplication } from './entra-client.ts';
import { describeRefusal, EntraError, missing } from './entra-errors.ts';
import {
  renderAccounts,
  renderConsent,
  renderFormPost,
  renderNeedApproval,
  renderRefusal,
  renderSignIn,
} from './entra-pages.ts';
import { makeSecret } from './ids.ts';
import { isOpenId, readScopes } from './scopes.ts';
import { approvalNeeded, checkUser, missingScopes } from './sign-in.ts';
import type { World } from './world.ts';

const COOKIE = 'ESTSAUTH';

/** What one request at the authorization endpoint is about. */
export interface AuthorizeCall {
  readonly world: World;
  readonly request: Request;
  /** Query and body together. */
  readonly form: URLSearchParams;
  readonly tenant: Tenant | undefined;
  readonly app: Application;
  /** Where the forms post to. */
  readonly action: string;
}

/** Answers GET and POST. `tenant` is undefined at `common` and `organizations`. */
export async function answerAuthorize(
  world: World,
  request: Request,
  form: URLSearchParams,
  tenant: Tenant | undefined,
): Promise<Response> {
  let app: Application;
  try {
    app = findApplication(world, form.get('client_id'), tenant);
    if (!allowsRedirect(app, form.get('redirect_uri') ?? '')) throw new EntraError(50011);
  } catch (error) {
    return showRefusal(world, error);
  }
  const action = `${new URL(request.url).pathname}?${withoutAnswers(form)}`;
  const call: AuthorizeCall = { world, request, form, tenant, app, action };
  try {
    const scopes = checkRequest(call);
    const user = signIn(call, scopes);
    if (user instanceof Response) return user;
    const response = consent(call, user, scopes);
    response.headers.append('set-cookie', remember(world, request, user));
    return response;
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    // These are told to the person and never reach the application.
    const isShown = [50034, 50053, 50057, 50105, 53003].includes(error.number);
    return isShown ? showRefusal(world, error) : sendRefusal(call, error);
  }
}

function checkRequest(call: AuthorizeCall): string[] {
  const { form, world } = call;
  if (form.get('response_type') === null) throw missing('response_type');
  if (form.get('response_type') !== 'code') throw new EntraError(70005);
  const challenge = form.get('code_challenge');
  const method = form.get('code_challenge_method') ?? 'plain';
  const isFine = method === 'S256' ? /^[\w-]{43}$/ : method === 'plain' ? /^[\w.~-]{43,128}$/ : /^$/;
  if (challenge !== null && !isFine.test(challenge)) {
    throw new EntraError(501491, { text: 'Invalid size or form of the code_challenge parameter.' });
  }
  const scopes = readScopes(world, form.get('scope') ?? '');
  if (scopes === undefined || scopes.length === 0) throw new EntraError(70011);
  return scopes;
}

/** The user who is signed in after this request, or the page that asks. */
function signIn(call: AuthorizeCall, scopes: string[]): UserAccount | Response {
  const { form, world, request, tenant, app, action } = call;
  const hint = form.get('login_hint') ?? '';
  const prompt = form.get('prompt') ?? '';
  const known = [...(world.tokens.logins.get(readCookie(request)) ?? [])].filter(
    (user) => user.state === 'active' && (tenant === undefined || user.tenant === tenant),
  );
  const typed = form.get('loginfmt') ?? form.get('username');
  if (typed !== null) {
    const user = findUser(world.tenants, typed);
    const password = form.get('passwd') ?? form.get('password');
    if (user === undefined || (tenant !== undefined && user.tenant !== tenant)) {
      return renderSignIn(action, typed, 'We couldn’t find an account with that username.');
    }
    if (user.password !== password)
      return renderSignIn(action, typed, 'Your account or password is incorrect.');
    checkUser(user, app);
    return user;
  }
  const chosen = form.get('account');
  if (chosen === 'other' || (prompt === 'login' && chosen === null)) return renderSignIn(action, '', '');
  const wanted = chosen ?? hint;
  const match = known.find((user) => user.upn.toLowerCase() === wanted.toLowerCase());
  if (match !== undefined && (chosen !== null || prompt !== 'select_account')) {
    checkUser(match, app);
    return match;
  }
  const silent = prompt === 'none';
  const only = known.length === 1 && hint === '' && prompt !== 'select_account' ? known[0] : undefined;
  if (only !== undefined) {
    checkUser(only, app);
    if (silent && missingScopes(only, app, scopes).length > 0) throw new EntraError(65001);
    return only;
  }
  if (silent) throw new EntraError(50058);
  if (known.length === 0 || (hint !== '' && prompt !== 'select_account'))
    return renderSignIn(action, hint, '');
  return renderAccounts(
    action,
    known.map((user) => ({ name: user.displayName, address: user.upn })),
  );
}

/** Consent, or its refusal, or the page that asks for it, or the way back with a code. */
function consent(call: AuthorizeCall, user: UserAccount, scopes: string[]): Response {
  const { form, world, app } = call;
  const decision = form.get('decision');
  const action = `${call.action}&account=${encodeURIComponent(user.upn)}`;
  const missing = missingScopes(user, app, scopes);
  if (missing.length > 0 || form.get('prompt') === 'consent') {
    const barred = approvalNeeded(user, missing);
    if (barred !== undefined) {
      if (decision === null || decision === 'accept') return renderNeedApproval(action, app.name, barred);
      throw new EntraError(barred);
    }
    if (decision === null) {
      const { name } = app;
      return renderConsent(action, {
        app: name,
        address: user.upn,
        scopes,
        isAdmin: user.isAdmin,
        forTenant: false,
      });
    }
    if (decision !== 'accept') throw new EntraError(65004);
    grant(call, user, scopes);
  }
  const code = makeSecret('1.AW');
  world.tokens.codes.set(code, {
    app,
    user,
    scopes: new Set(scopes),
    redirectUri: form.get('redirect_uri') ?? '',
    challenge: form.get('code_challenge') ?? undefined,
    isPlainChallenge: form.get('code_challenge_method') !== 'S256',
    nonce: form.get('nonce') ?? undefined,
    claims: form.get('claims') ?? undefined,
    expiresAt: world.now() + world.settings.codeMs,
    isRedeemed: false,
  });
  return sendBack(call, { code });
}

function grant(call: AuthorizeCall, user: UserAccount, scopes: string[]): void {
  const { app, form } = call;
  const accepted = new Set([...(user.consents.get(app.clientId) ?? []), ...scopes]);
  user.consents.set(app.clientId, accepted);
  if (form.get('for_tenant') === null || !user.isAdmin) return;
  const { adminConsents } = user.tenant;
  const before = adminConsents.get(app.clientId);
  adminConsents.set(app.clientId, {
    scopes: new Set([
      ...(before?.scopes ?? []),
      ...scopes.filter((scope) => scope !== '.default' || isOpenId(scope)),
    ]),
    roles: new Set(before?.roles),
  });
}

function sendRefusal(call: AuthorizeCall, error: EntraError): Response {
  const isPlain = error.number === 65004 || error.number === 90094 || error.number === 90095;
  const { description } = describeRefusal(error, call.world.now());
  return sendBack(call, {
    error: isPlain ? 'access_denied' : error.number === 65001 ? 'consent_required' : error.error,
    error_description: description,
    ...(error.suberror === undefined ? {} : { error_subcode: error.suberror }),
    error_uri: `${call.world.loginOrigin}/error?code=${error.number}`,
  });
}

/** The answer that returns the browser to the application. */
export function sendBack(call: Pick<AuthorizeCall, 'form'>, fields: Record<string, string>): Response {
  const state = call.form.get('state');
  const all = state === null ? fields : { ...fields, state };
  const target = call.form.get('redirect_uri') ?? '';
  const mode = call.form.get('response_mode') ?? 'query';
  if (mode === 'form_post') return renderFormPost(target, all);
  const url = new URL(target);
  if (mode === 'fragment') url.hash = new URLSearchParams(all).toString();
  else for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: url.href } });
}

/** A refusal as a page; anything that is no refusal goes on. */
export function showRefusal(world: World, error: unknown): Response {
  if (!(error instanceof EntraError)) throw error;
  return renderRefusal(describeRefusal(error, world.now()).description);
}

function withoutAnswers(form: URLSearchParams): string {
  const kept = new URLSearchParams(form);
  for (const name of [
    'loginfmt',
    'passwd',
    'username',
    'password',
    'decision',
    'account',
    'for_tenant',
    'reason',
  ]) {
    kept.delete(name);
  }
  return kept.toString();
}

/** The cookie by which the browser stays signed in as `user` too. */
export function remember(world: World, request: Request, user: UserAccount): string {
  const { logins } = world.tokens;
  const known = readCookie(request);
  const cookie = logins.has(known) ? known : makeSecret('login-', 24);
  logins.set(cookie, (logins.get(cookie) ?? new Set()).add(user));
  return `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Lax`;
}

/** The sign-in cookie's value; empty when there is none. */
export function readCookie(request: Request): string {
  return new RegExp(`${COOKIE}=([^;]+)`).exec(request.headers.get('cookie') ?? '')?.[1] ?? '';
}
