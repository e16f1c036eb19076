/**
 * Active Directory Federation Services beside a simulated Exchange: OAuth 2.0 authorization code with PKCE, refresh tokens and ID tokens for the
 * accounts of its directory. It has no page for consent, as the real one has none.
 * https://learn.microsoft.com/windows-server/identity/ad-fs/overview/ad-fs-openid-connect-oauth-flows-scenarios
 */
import { createHash, randomBytes } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import { type Account, canLogIn, findAccount } from './accounts.ts';
import type { World } from './world.ts';

export interface AdfsClient {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly redirectUris: readonly string[];
  /** What its tokens are for. */
  readonly resource: string;
}

export interface Adfs {
  addClient(client: AdfsClient): void;
  /** An access token for a login, as a sign-in with that client gives it. */
  issue(clientId: string, login: string): string;
  /** Ends the access tokens of a login, or its grants whole: then refresh tokens too. */
  end(login: string, what: 'access' | 'grants'): void;
  accountOf(token: string): Account | undefined;
  /** Undefined for whatever is not below `/adfs/oauth2`. */
  answer(request: Request): Promise<Response | undefined>;
  /** How often tokens were renewed. */
  readonly renewals: { count: number };
}

interface Code {
  readonly client: AdfsClient;
  readonly account: Account;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly nonce: string | null;
  readonly expiresAt: number;
}

interface Grant {
  readonly client: AdfsClient;
  readonly account: Account;
  readonly expiresAt: number;
}

interface State {
  readonly world: World;
  readonly clients: Map<string, AdfsClient>;
  readonly codes: Map<string, Code>;
  readonly access: Map<string, Grant>;
  readonly refresh: Map<string, Grant>;
  readonly renewals: { count: number };
}

const CODE_MS = 600_000;
const ACCESS_MS = 3_600_000;
const REFRESH_MS = 14 * 24 * 3_600_000;

/** A service without clients. */
export function createAdfs(world: World): Adfs {
  const state: State = {
    world,
    clients: new Map(),
    codes: new Map(),
    access: new Map(),
    refresh: new Map(),
    renewals: { count: 0 },
  };
  return {
    renewals: state.renewals,
    addClient: (client) => void state.clients.set(client.clientId, client),
    issue(clientId, login) {
      const client = state.clients.get(clientId);
      const account = findAccount(world.directory, login);
      if (client === undefined || account === undefined) throw new Error(`no ${clientId} or no ${login}`);
      return remember(state, state.access, { client, account }, REFRESH_MS);
    },
    end(login, what) {
      const account = findAccount(world.directory, login);
      for (const grants of what === 'access' ? [state.access] : [state.access, state.refresh])
        for (const [token, grant] of grants) if (grant.account === account) grants.delete(token);
    },
    accountOf(token) {
      const grant = state.access.get(token);
      return grant !== undefined && grant.expiresAt > world.now() ? grant.account : undefined;
    },
    async answer(request) {
      const { pathname } = new URL(request.url);
      if (/^\/adfs\/oauth2\/authorize\/?$/i.test(pathname)) return authorize(state, request);
      if (/^\/adfs\/oauth2\/token\/?$/i.test(pathname)) return answerToken(state, request);
      return undefined;
    },
  };
}

async function authorize(state: State, request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const client = state.clients.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  // What cannot be trusted to lead back is said on a page of its own.
  if (client === undefined || !client.redirectUris.includes(redirectUri))
    return new Response('<h1>An error occurred</h1><p>MSIS9223</p>', { status: 400, headers: HTML });
  const back = (members: Record<string, string>) => {
    const to = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...members, state: query.get('state') ?? '' }))
      to.searchParams.set(name, value);
    return new Response(null, { status: 302, headers: { location: to.href } });
  };
  if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  if (query.get('resource') !== client.resource)
    return back({ error: 'invalid_resource', error_description: 'MSIS9602: The resource is not known.' });
  if (request.method !== 'POST') return new Response(FORM, { headers: HTML });
  const form = new URLSearchParams(await request.text());
  if (form.get('decision') === 'cancel') return back({ error: 'access_denied' });
  const account = findAccount(state.world.directory, form.get('UserName') ?? '');
  if (account === undefined || !canLogIn(account) || account.password !== form.get('Password'))
    return new Response(FORM, { headers: HTML });
  const code = randomBytes(24).toString('base64url');
  state.codes.set(code, {
    client,
    account,
    redirectUri,
    challenge: query.get('code_challenge'),
    nonce: query.get('nonce'),
    expiresAt: state.world.now() + CODE_MS,
  });
  return back({ code });
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const FORM =
  '<form method="post"><label>User account <input name="UserName"></label><label>Password <input type="password" name="Password"></label><button>Sign in</button></form>';

async function answerToken(state: State, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const client = state.clients.get(form.get('client_id') ?? '');
  if (
    client === undefined ||
    (client.clientSecret !== null && form.get('client_secret') !== client.clientSecret)
  )
    return refuse('invalid_client', 'MSIS9607: The client could not be authenticated.');
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return redeem(state, client, form);
    case 'refresh_token':
      return renew(state, client, form);
    default:
      return refuse('unsupported_grant_type', 'MSIS9613: The grant type is not known.');
  }
}

async function redeem(state: State, client: AdfsClient, form: URLSearchParams): Promise<Response> {
  const text = form.get('code') ?? '';
  const code = state.codes.get(text);
  state.codes.delete(text);
  const verifier = form.get('code_verifier') ?? '';
  const isProven =
    code?.challenge == null || createHash('sha256').update(verifier).digest('base64url') === code.challenge;
  const isGood =
    code !== undefined &&
    code.client === client &&
    code.redirectUri === form.get('redirect_uri') &&
    code.expiresAt > state.world.now();
  if (!isGood || !isProven) return refuse('invalid_grant', 'MSIS9612: The authorization code is not valid.');
  const refreshToken = remember(state, state.refresh, code, REFRESH_MS);
  return tokens(state, code, { refresh_token: refreshToken, id_token: await idToken(state, code) });
}

async function renew(state: State, client: AdfsClient, form: URLSearchParams): Promise<Response> {
  const grant = state.refresh.get(form.get('refresh_token') ?? '');
  const isGood =
    grant !== undefined &&
    grant.client === client &&
    grant.expiresAt > state.world.now() &&
    canLogIn(grant.account);
  if (!isGood) return refuse('invalid_grant', 'MSIS9615: The refresh token is not valid.');
  state.renewals.count += 1;
  // The refresh token goes on until its own end; none is given anew.
  return tokens(state, grant, {});
}

function tokens(
  state: State,
  { client, account }: Pick<Grant, 'client' | 'account'>,
  more: Record<string, string>,
): Response {
  const access = remember(state, state.access, { client, account }, ACCESS_MS);
  const lasting = { token_type: 'bearer', expires_in: ACCESS_MS / 1000, resource: client.resource };
  return Response.json(
    { access_token: access, ...lasting, ...more },
    { headers: { 'cache-control': 'no-store' } },
  );
}

function remember(
  { world }: State,
  grants: Map<string, Grant>,
  { client, account }: Pick<Grant, 'client' | 'account'>,
  lifeMs: number,
): string {
  const token = randomBytes(32).toString('base64url');
  grants.set(token, { client, account, expiresAt: world.now() + lifeMs });
  return token;
}

async function idToken({ world }: State, { client, account, nonce }: Code): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  const now = Math.floor(world.now() / 1000);
  return new SignJWT({
    iss: `${world.origin}/adfs`,
    aud: client.clientId,
    sub: createHash('sha256').update(account.upn).digest('base64'),
    upn: account.upn,
    unique_name: `CONTOSO\\${account.userName}`,
    ...(nonce === null ? {} : { nonce }),
    iat: now,
    exp: now + 3600,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(privateKey);
}

function refuse(error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status: 400 });
}
