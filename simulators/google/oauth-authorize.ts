/**
 * `/o/oauth2/v2/auth`: choosing an account, policies of its administrator, consent and the way back with a code. One
 * POST with email, password, decision and granted does all of it at once, for tests without a browser.
 */
import { renderChooser, renderConsent, renderRefusal } from './oauth-pages.ts';
import { isKnownScope, isMailScope, isSignInScope, readScopes } from './scopes.ts';
import { makeSecret } from './tokens.ts';
import { type Account, findAccount, type OAuthClient, type World } from './world.ts';

const COOKIE = 'GSIM_SID';

interface Ask {
  readonly world: World;
  readonly client: OAuthClient;
  readonly form: URLSearchParams;
  readonly scopes: readonly string[];
  readonly method: string;
  readonly action: string;
  readonly browser: string;
}

/** Answers the authorization endpoint; `form` are the query and the posted fields together. */
export function answerAuthorize(world: World, request: Request, form: URLSearchParams): Response {
  const client = world.clients.get(form.get('client_id') ?? '');
  if (client === undefined) return renderRefusal(401, 'invalid_client', 'The OAuth client was not found.');
  if (client.state !== 'active') {
    return renderRefusal(401, `${client.state}_client`, `The OAuth client was ${client.state}.`);
  }
  const redirectUri = form.get('redirect_uri') ?? '';
  if (!client.redirectUris.includes(redirectUri)) {
    const text = `You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy.`;
    return renderRefusal(400, 'redirect_uri_mismatch', text);
  }
  const scopes = readScopes(form.get('scope'));
  const problem = refuseRequest(form, scopes);
  if (problem !== undefined) return renderRefusal(400, problem[0], problem[1]);
  const url = new URL(request.url);
  const browser = readCookie(request);
  const action = `${url.pathname}?${withoutAnswers(form)}`;
  const ask: Ask = { world, client, form, scopes, method: request.method, action, browser };
  const chosen = chooseAccount(ask);
  if (chosen instanceof Response) return chosen;
  const response = decide(ask, chosen);
  const cookie = signIn(ask, chosen);
  response.headers.append('set-cookie', `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Lax`);
  return response;
}

function refuseRequest(form: URLSearchParams, scopes: readonly string[]): [string, string] | undefined {
  if (form.get('response_type') === null)
    return ['invalid_request', 'Required parameter is missing: response_type'];
  if (form.get('response_type') !== 'code') {
    return ['unsupported_response_type', 'This simulator knows the response type "code" only.'];
  }
  if (scopes.length === 0) return ['invalid_request', 'Missing required parameter: scope'];
  const unknown = scopes.filter((scope) => !isKnownScope(scope));
  if (unknown.length > 0) {
    return ['invalid_scope', `Some requested scopes were invalid. {invalid=[${unknown.join(', ')}]}`];
  }
  if (!['S256', 'plain', null].includes(form.get('code_challenge_method'))) {
    return ['invalid_request', 'Invalid code_challenge_method'];
  }
  return undefined;
}

/** The account this request is about, or the page that asks for it. */
function chooseAccount(ask: Ask): Account | Response {
  const { world, form, client } = ask;
  const signedIn = (world.tokens.browsers.get(ask.browser) ?? []).filter((each) => each.state === 'active');
  const prompt = form.get('prompt') ?? '';
  const hint = form.get('login_hint') ?? '';
  const wanted = form.get('account');
  if (ask.method === 'POST' && form.get('email') !== null) {
    const account = findAccount(world, form.get('email') ?? '');
    if (account === undefined || account.password !== form.get('password')) {
      return chooser('Wrong password. Try again or click Forgot password to reset it.');
    }
    if (account.state === 'suspended') return chooser('Your account has been suspended.');
    account.needsReauthentication = false;
    return fitsDomain(account) ? account : chooser(wrongDomain());
  }
  const named = signedIn.find((each) => each.email === (wanted ?? hint).toLowerCase());
  const only = signedIn.length === 1 && hint === '' ? signedIn[0] : undefined;
  const account = ask.method === 'POST' && wanted !== null ? named : (named ?? only);
  const mustAsk = ask.method === 'GET' && prompt.includes('select_account');
  if (account === undefined || mustAsk || account.needsReauthentication) {
    if (prompt === 'none') return sendBack(ask, { error: 'interaction_required' });
    return chooser('');
  }
  return fitsDomain(account) ? account : chooser(wrongDomain());

  function chooser(problem: string): Response {
    const emails = signedIn.filter(fitsDomain).map((each) => each.email);
    return renderChooser(ask.action, client.name, emails, hint, problem);
  }
  function fitsDomain(each: Account): boolean {
    const hd = form.get('hd');
    if (hd === null) return true;
    return hd === '*' ? each.domain !== undefined : each.domain?.name === hd.toLowerCase();
  }
  function wrongDomain(): string {
    return `Choose an account of the organization ${form.get('hd') ?? ''}.`;
  }
}

/** What stands between the account and the app before anybody is asked. */
function refuseAccount(ask: Ask, account: Account): Response | undefined {
  const { client, scopes } = ask;
  if (client.userType === 'internal' && account.domain?.name !== client.domain) {
    return renderRefusal(
      403,
      'org_internal',
      `${client.name} is restricted to users within its organization.`,
    );
  }
  const isTester = client.testUsers.includes(account.email);
  if (client.userType === 'external' && client.publishing === 'testing' && !isTester) {
    const text = `${client.name} has not completed the Google verification process. The app is currently being tested.`;
    return renderRefusal(403, 'access_denied', text);
  }
  const policy = account.domain?.appPolicies.get(client.clientId) ?? 'allowed';
  if (policy === 'blocked' || (policy === 'limited' && scopes.some(isMailScope))) {
    const text =
      'Access to your account data is restricted by policies within your organization. Please contact the administrator of your organization for more information.';
    return renderRefusal(400, 'admin_policy_enforced', text);
  }
  return undefined;
}

function decide(ask: Ask, account: Account): Response {
  const { form, client, scopes } = ask;
  const refusal = refuseAccount(ask, account);
  if (refusal !== undefined) return refusal;
  const decision = form.get('decision');
  if (decision === 'deny') return sendBack(ask, { error: 'access_denied' });
  const before = account.grants.get(client.clientId) ?? new Set<string>();
  const isFirst = before.size === 0;
  const asksConsent = (form.get('prompt') ?? '').split(' ').includes('consent');
  const isCovered = scopes.every((scope) => before.has(scope));
  // A lone scope is granted as a whole; beside others, each that is not of signing in has its own box.
  const tickable = scopes.length === 1 ? [] : scopes.filter((scope) => !isSignInScope(scope));
  if (decision !== 'allow' && (asksConsent || !isCovered)) {
    if (form.get('prompt') === 'none') return sendBack(ask, { error: 'consent_required' });
    const fixed = scopes.filter((scope) => !tickable.includes(scope));
    return renderConsent({ action: ask.action, app: client.name, email: account.email, fixed, tickable });
  }
  let granted = [...scopes];
  if (decision === 'allow') {
    const ticked = new Set(form.getAll('granted').flatMap((each) => each.split(' ')));
    granted = scopes.filter((scope) => !tickable.includes(scope) || ticked.has('all') || ticked.has(scope));
  }
  if (granted.length === 0) return sendBack(ask, { error: 'access_denied' });
  account.grants.set(client.clientId, new Set([...before, ...granted]));
  const isIncremental = form.get('include_granted_scopes') === 'true';
  return sendCode(ask, account, isIncremental ? [...new Set([...before, ...granted])] : granted, {
    wantsRefreshToken: form.get('access_type') === 'offline' && (isFirst || asksConsent),
    prompt: decision === 'allow' ? 'consent' : 'none',
  });
}

function sendCode(
  ask: Ask,
  account: Account,
  scopes: readonly string[],
  how: { wantsRefreshToken: boolean; prompt: string },
): Response {
  const { form, world, client } = ask;
  const code = `4/0A${makeSecret(48)}`;
  world.tokens.codes.set(code, {
    account,
    clientId: client.clientId,
    redirectUri: form.get('redirect_uri') ?? '',
    scopes,
    challenge: form.get('code_challenge') ?? undefined,
    isPlainChallenge: form.get('code_challenge_method') !== 'S256',
    nonce: form.get('nonce') ?? undefined,
    wantsRefreshToken: how.wantsRefreshToken,
    madeAt: world.now(),
  });
  return sendBack(ask, {
    code,
    scope: scopes.join(' '),
    authuser: '0',
    ...(account.domain === undefined ? {} : { hd: account.domain.name }),
    prompt: how.prompt,
  });
}

function sendBack({ world, form }: Ask, fields: Record<string, string>): Response {
  const target = new URL(form.get('redirect_uri') ?? '');
  const state = form.get('state');
  if (state !== null) target.searchParams.set('state', state);
  target.searchParams.set('iss', world.accountsOrigin);
  for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

function signIn({ world, browser }: Ask, account: Account): string {
  const known = world.tokens.browsers.get(browser);
  const cookie = known === undefined ? makeSecret(24) : browser;
  const others = (known ?? []).filter((each) => each !== account);
  world.tokens.browsers.set(cookie, [account, ...others]);
  return cookie;
}

function readCookie(request: Request): string {
  const header = request.headers.get('cookie') ?? '';
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(header)?.[1] ?? '';
}

function withoutAnswers(form: URLSearchParams): string {
  const kept = new URLSearchParams(form);
  for (const name of ['email', 'password', 'account', 'decision', 'granted']) kept.delete(name);
  return kept.toString();
}
