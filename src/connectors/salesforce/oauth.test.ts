import { expect, test } from 'vitest';
import type { FailureCode } from '../../model/catalogue.ts';
import { createHttp, type Fetch } from '../http.ts';
import { authorizationUrl, exchangeCode, type OauthApp, readIdentity, refresh, revoke } from './oauth.ts';
import type { SalesforceToken } from './wire.ts';

const LOGIN = 'https://login.salesforce.com';
const REPLY = {
  access_token: 'access-1',
  refresh_token: 'refresh-1',
  instance_url: 'https://acme.my.salesforce.com',
  id: `${LOGIN}/id/00D000000000001AAA/005000000000001AAA`,
  token_type: 'Bearer',
  issued_at: '1760000000000',
  signature: 'x',
};

interface Seen {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly headers: Record<string, string>;
}

function createApp(status: number, body: unknown, clientSecret: string | null = 'secret') {
  const seen: Seen[] = [];
  const fetch: Fetch = async (url, init) => {
    if (status === 0) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    seen.push({ url, form: new URLSearchParams(String(init.body ?? '')), headers: init.headers });
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json;charset=UTF-8' },
    });
  };
  const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
  const app: OauthApp = {
    http: createHttp({ fetch, clock }),
    clientId: 'client',
    clientSecret,
    redirectUri: 'https://lockstep.example/login/salesforce/callback',
  };
  return { app, seen };
}

const token: SalesforceToken = {
  accessToken: 'access-0',
  refreshToken: 'refresh-0',
  instanceUrl: 'https://old.my.salesforce.com',
  identityUrl: REPLY.id,
  loginUrl: LOGIN,
};

async function codeOf(promise: Promise<unknown>): Promise<FailureCode | undefined> {
  return promise.then(
    () => undefined,
    (error: { failure?: { code: FailureCode } }) => error.failure?.code,
  );
}

test('a login carries a fresh state and an S256 challenge, and asks for the scopes of the sync', async () => {
  const { app } = createApp(200, REPLY);
  const one = await authorizationUrl(app, LOGIN);
  const two = await authorizationUrl(app, LOGIN);
  const query = new URL(one.url).searchParams;
  expect(new URL(one.url).origin + new URL(one.url).pathname).toBe(`${LOGIN}/services/oauth2/authorize`);
  expect(query.get('code_challenge_method')).toBe('S256');
  expect(query.get('scope')).toBe('api refresh_token id');
  expect(query.get('state')).toBe(one.state);
  expect(one.state).not.toBe(two.state);
  expect(one.codeVerifier).not.toBe(two.codeVerifier);
});

test('a login at a foreign host is refused before anything is sent', async () => {
  const { app, seen } = createApp(200, REPLY);
  expect(await codeOf(authorizationUrl(app, 'https://evil.example'))).toBe('crm.request-invalid');
  expect(await codeOf(refresh(app, { ...token, loginUrl: 'https://evil.example' }))).toBe(
    'crm.request-invalid',
  );
  expect(seen).toEqual([]);
});

test('a code is swapped with its verifier, and the org is where the reply says', async () => {
  const { app, seen } = createApp(200, REPLY);
  const start = await authorizationUrl(app, LOGIN);
  const got = await exchangeCode(app, {
    loginUrl: LOGIN,
    callbackUrl: `/login/salesforce/callback?code=aPrx.%3D%3D&state=${start.state}`,
    state: start.state,
    codeVerifier: start.codeVerifier,
  });
  expect(got).toEqual({
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    instanceUrl: 'https://acme.my.salesforce.com',
    identityUrl: REPLY.id,
    loginUrl: LOGIN,
  });
  expect(Object.fromEntries(seen[0]?.form ?? [])).toMatchObject({
    grant_type: 'authorization_code',
    code: 'aPrx.==',
    code_verifier: start.codeVerifier,
    client_id: 'client',
    client_secret: 'secret',
    redirect_uri: app.redirectUri,
  });
});

test('a callback with a foreign state sends nothing, and a refusal in it is named', async () => {
  const { app, seen } = createApp(200, REPLY);
  const login = { loginUrl: LOGIN, state: 'mine', codeVerifier: 'v'.repeat(43) };
  const callback = (query: string) => exchangeCode(app, { ...login, callbackUrl: `/cb?${query}` });
  expect(await codeOf(callback('code=c&state=theirs'))).toBe('crm.authorization-revoked');
  expect(await codeOf(callback('state=mine&error=OAUTH_APP_BLOCKED&error_description=x'))).toBe(
    'crm.app-not-allowed',
  );
  expect(seen).toEqual([]);
});

test('a renewal keeps the refresh token unless another comes back, and follows the org', async () => {
  const { refresh_token: _, ...plain } = REPLY;
  const kept = await refresh(createApp(200, plain).app, token);
  expect([kept.refreshToken, kept.instanceUrl]).toEqual(['refresh-0', 'https://acme.my.salesforce.com']);
  const { app, seen } = createApp(200, REPLY, null);
  expect((await refresh(app, token)).refreshToken).toBe('refresh-1');
  expect(seen[0]?.form.has('client_secret')).toBe(false);
});

test('a reply that sends the token to a foreign host is refused', async () => {
  const { app } = createApp(200, { ...REPLY, instance_url: 'https://evil.example' });
  expect(await codeOf(refresh(app, token))).toBe('crm.request-invalid');
});

test('each refusal of a renewal is named, and trouble is never a refusal', async () => {
  const grant = (text: string) => ({ error: 'invalid_grant', error_description: text });
  const cases: [number, unknown, FailureCode][] = [
    [400, grant('expired access/refresh token'), 'crm.authorization-revoked'],
    [400, grant("user hasn't approved this consumer"), 'crm.app-not-allowed'],
    [400, { error: 'invalid_app_access' }, 'crm.app-not-allowed'],
    [400, grant('inactive user'), 'crm.user-inactive'],
    [400, grant('inactive organization org'), 'crm.user-inactive'],
    [400, grant('ip restricted'), 'crm.login-restricted'],
    [400, grant('invalid login hours'), 'crm.login-restricted'],
    [
      400,
      { error: 'invalid_client_id', error_description: 'client identifier invalid' },
      'crm.app-misconfigured',
    ],
    [401, { error: 'invalid_client' }, 'crm.app-misconfigured'],
    [400, grant('audience is invalid'), 'crm.app-misconfigured'],
    [400, grant('login rate exceeded'), 'crm.throttled'],
    [429, grant('expired access/refresh token'), 'crm.throttled'],
    [503, '<html>Down for maintenance</html>', 'crm.throttled'],
    [500, grant('expired access/refresh token'), 'crm.transient'],
    [502, 'Bad gateway', 'crm.transient'],
    [404, 'nothing', 'crm.request-invalid'],
    [200, '<html>Sign in to the guest network</html>', 'crm.transient'],
    [0, null, 'crm.unreachable'],
  ];
  for (const [status, body, code] of cases)
    expect(await codeOf(refresh(createApp(status, body).app, token)), JSON.stringify(body)).toBe(code);
});

test('revoking sends the refresh token, and a dead one is revoked too', async () => {
  const { app, seen } = createApp(200, '');
  await revoke(app, token);
  expect(seen[0]?.url).toBe(`${LOGIN}/services/oauth2/revoke`);
  expect(seen[0]?.form.get('token')).toBe('refresh-0');
  await revoke(createApp(400, { error: 'invalid_token' }).app, token);
});

test('an identity is read, and an inactive user is named', async () => {
  const body = {
    organization_id: '00D000000000001AAA',
    user_id: '005000000000001AAA',
    username: 'anna@acme.example',
    email: 'Anna@acme.example',
    timezone: 'Europe/Berlin',
    active: true,
  };
  expect(await readIdentity(createApp(200, body).app, token)).toEqual({
    organizationId: '00D000000000001AAA',
    userId: '005000000000001AAA',
    username: 'anna@acme.example',
    email: 'anna@acme.example',
    timeZone: 'Europe/Berlin',
  });
  expect(await codeOf(readIdentity(createApp(200, { ...body, active: false }).app, token))).toBe(
    'crm.user-inactive',
  );
  expect(await codeOf(readIdentity(createApp(403, 'Bad_OAuth_Token').app, token))).toBe(
    'crm.authorization-revoked',
  );
});
