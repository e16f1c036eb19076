/**
 * An authorization server that nobody here wrote: `oidc-provider` on a loopback port, where Entra ID's endpoints would be, with access tokens of three
 * seconds and refresh tokens that are good for one use: using one twice ends the grant (RFC 9700, 4.14.2).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const ACCESS_TOKEN_MS = 3_000;
export const CLIENT = { id: 'lockstep', secret: 'a-secret-of-some-length' };

export interface OidcAuthority {
  readonly origin: string;
  /** Grants by refresh token that went through, and requests for tokens that were refused, with their error. */
  readonly refreshes: () => number;
  readonly refusals: readonly string[];
  /** Whether the provider takes this access token now. */
  takes(accessToken: string): Promise<boolean>;
  /** A person's way through sign-in and consent: from the address of the consent page to the address that the browser is sent back to. */
  walkConsent(url: string, login: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts the provider. Its time is `Date`. */
export async function openOidcAuthority(redirectUri: string): Promise<OidcAuthority> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = createProvider(origin, redirectUri);
  let refreshes = 0;
  const refusals: string[] = [];
  provider.on('grant.success', ({ oidc }) => {
    if (oidc.params?.grant_type === 'refresh_token') refreshes += 1;
  });
  provider.on('grant.error', (_context, error) => refusals.push(error.message));
  const answer = provider.callback();
  server.on(
    'request',
    (request: IncomingMessage, response: ServerResponse) => void answer(request, response),
  );
  return {
    origin,
    refreshes: () => refreshes,
    refusals,
    async takes(accessToken) {
      const response = await fetch(`${origin}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
      await response.arrayBuffer();
      return response.status === 200;
    },
    walkConsent,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function createProvider(origin: string, redirectUri: string): Provider {
  const provider = new Provider(origin, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: [
      'openid',
      'profile',
      'email',
      'offline_access',
      'User.Read',
      'Mail.ReadWrite',
      'Calendars.ReadWrite',
      'Contacts.ReadWrite',
      'Tasks.ReadWrite',
    ],
    claims: { email: ['email'], profile: ['preferred_username'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, preferred_username: id }),
    }),
    // Entra ID's id tokens carry these; OpenID Connect leaves them to userinfo unless told.
    conformIdTokenClaims: false,
    routes: {
      authorization: '/organizations/oauth2/v2.0/authorize',
      token: '/organizations/oauth2/v2.0/token',
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_MS / 1_000,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: 3_600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
    clockTolerance: 0,
    rotateRefreshToken: true,
    issueRefreshToken: () => Promise.resolve(true),
    pkce: { required: () => true },
    cookies: { keys: ['a key for cookies'] },
  });
  return provider;
}

const STEPS_MAX = 20;

/** Follows redirects and fills the provider's own two forms in: who it is, and that he agrees. */
async function walkConsent(url: string, login: string): Promise<string> {
  const { origin } = new URL(url);
  const cookies = new Map<string, string>();
  let next = { url, form: null as URLSearchParams | null };
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const response = await fetch(next.url, {
      method: next.form === null ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(next.form === null ? {} : { body: next.form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      const target = new URL(location, next.url).href;
      if (!target.startsWith(origin)) return target;
      next = { url: target, form: null };
      continue;
    }
    const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`the provider answered ${response.status} and no form`);
    const form = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login, password: 'any' } : {}) });
    next = { url: new URL(action, next.url).href, form };
  }
  throw new Error('the consent has no end');
}
