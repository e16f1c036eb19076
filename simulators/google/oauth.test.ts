/** Signing in at the simulated Google: consent, tokens, their ends, and service accounts. */
import { createLocalJWKSet, importPKCS8, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import {
  ACCOUNTS,
  ANN,
  API,
  approve,
  authorizationUrl,
  CARLA,
  CLIENT,
  callWith,
  createTestWorld,
  MODIFY,
  postToken,
  REDIRECT,
  refresh,
  signIn,
  targetOf,
} from './test-support.ts';

const SCOPE = `openid https://www.googleapis.com/auth/userinfo.email ${MODIFY}`;
const DAY_MS = 86_400_000;

test('a first consent gives a refresh token, an access token of an hour and a signed id token', async () => {
  const { simulator, clock } = createTestWorld();
  const tokens = await signIn(simulator, { nonce: 'n-1' });
  expect(tokens.target.searchParams.get('state')).toBe('state-1');
  expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3599, scope: SCOPE });
  expect(tokens.refresh_token).toMatch(/^1\/\//);
  const certs = await simulator.fetch(new Request(`${API}/oauth2/v3/certs`));
  const keys = createLocalJWKSet((await certs.json()) as JSONWebKeySet);
  const { payload } = await jwtVerify(tokens.id_token ?? '', keys, {
    issuer: ACCOUNTS,
    audience: CLIENT,
    currentDate: new Date(clock.at),
  });
  expect(payload).toMatchObject({ email: ANN, email_verified: true, hd: 'contoso.test', nonce: 'n-1' });
  const call = callWith(simulator, tokens.access_token);
  expect((await call('GET', 'profile')).body.emailAddress).toBe(ANN);
  clock.at += 3_600_000;
  const late = await call('GET', 'profile');
  expect([late.status, late.body.error.errors[0].reason]).toEqual([401, 'authError']);
  expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"');
});

test('a second sign-in brings a refresh token only with prompt=consent', async () => {
  const { simulator } = createTestWorld();
  await signIn(simulator);
  expect((await signIn(simulator)).refresh_token).toBeUndefined();
  expect((await signIn(simulator, { prompt: 'consent' })).refresh_token).toBeDefined();
  expect(
    (await signIn(simulator, { access_type: 'online', prompt: 'consent' })).refresh_token,
  ).toBeUndefined();
});

test('the pages ask for an account, then for each scope, and remember the browser', async () => {
  const { simulator } = createTestWorld();
  const url = authorizationUrl({ login_hint: ANN });
  const chooser = await (await simulator.fetch(new Request(url))).text();
  expect(chooser).toContain(`value="${ANN}"`);
  const consent = await simulator.fetch(
    new Request(url, { method: 'POST', body: new URLSearchParams({ email: ANN, password: 'password' }) }),
  );
  const html = await consent.text();
  expect(html).toContain(`name="granted" value="${MODIFY}"`);
  expect(html).not.toContain('value="openid"');
  const cookie = consent.headers.get('set-cookie')?.split(';')[0] ?? '';
  const body = new URLSearchParams({ account: ANN, decision: 'allow' });
  const done = await simulator.fetch(new Request(url, { method: 'POST', body, headers: { cookie } }));
  expect(targetOf(done).searchParams.get('scope')).toBe(
    'openid https://www.googleapis.com/auth/userinfo.email',
  );
  const again = await simulator.fetch(
    new Request(authorizationUrl({ scope: 'openid' }), { headers: { cookie } }),
  );
  expect(targetOf(again).searchParams.get('code')).toBeTruthy();
  const wrong = new URLSearchParams({ email: ANN, password: 'guess' });
  expect(await (await simulator.fetch(new Request(url, { method: 'POST', body: wrong }))).text()).toContain(
    'Wrong',
  );
});

test('an unticked scope is missing in the token and in what the token may', async () => {
  const { simulator } = createTestWorld();
  const tokens = await signIn(simulator, {}, { granted: '' });
  expect(tokens.scope).not.toContain(MODIFY);
  const answer = await callWith(simulator, tokens.access_token)('GET', 'profile');
  expect(answer.status).toBe(403);
  expect(answer.body.error.errors[0].reason).toBe('insufficientPermissions');
  expect(answer.body.error.details[0].reason).toBe('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
});

test('granted scopes are included in later tokens when asked for', async () => {
  const { simulator } = createTestWorld();
  await signIn(simulator);
  const more = await signIn(simulator, {
    scope: 'https://www.googleapis.com/auth/calendar',
    include_granted_scopes: 'true',
  });
  expect(more.scope?.split(' ')).toEqual(
    expect.arrayContaining([MODIFY, 'https://www.googleapis.com/auth/calendar']),
  );
});

test('refusals before consent are pages, a declined consent goes back', async () => {
  const { simulator } = createTestWorld();
  const page = async (response: Response) => [
    response.status,
    /Error \d+: (\w+)/.exec(await response.text())?.[1],
  ];
  expect(await page(await approve(simulator, { redirect_uri: 'http://x.test/' }))).toEqual([
    400,
    'redirect_uri_mismatch',
  ]);
  expect(await page(await approve(simulator, { client_id: 'nobody' }))).toEqual([401, 'invalid_client']);
  expect(await page(await approve(simulator, { scope: 'all.the.things' }))).toEqual([400, 'invalid_scope']);
  simulator.setAppPolicy('contoso.test', CLIENT, 'blocked');
  expect(await page(await approve(simulator))).toEqual([400, 'admin_policy_enforced']);
  simulator.setAppPolicy('contoso.test', CLIENT, 'allowed');
  simulator.addClient({
    clientId: 'inner',
    clientSecret: 's',
    redirectUris: [REDIRECT],
    userType: 'internal',
    domain: 'contoso.test',
  });
  expect(await page(await approve(simulator, { client_id: 'inner' }, { email: CARLA }))).toEqual([
    403,
    'org_internal',
  ]);
  const denied = targetOf(await approve(simulator, {}, { decision: 'deny' })).searchParams;
  expect([denied.get('error'), denied.get('state'), denied.get('code')]).toEqual([
    'access_denied',
    'state-1',
    null,
  ]);
  expect(
    targetOf(await simulator.fetch(new Request(authorizationUrl({ prompt: 'none' })))).searchParams.get(
      'error',
    ),
  ).toBe('interaction_required');
});

test('codes serve once, for their verifier and their redirect address', async () => {
  const { simulator } = createTestWorld();
  const codeOf = async () =>
    targetOf(
      await approve(simulator, { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }),
    ).searchParams.get('code') ?? '';
  const redeem = (code: string, more = {}) =>
    postToken(simulator, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...more });
  expect((await redeem(await codeOf())).body.error_description).toBe('Missing code verifier.');
  expect((await redeem(await codeOf(), { code_verifier: 'y' })).body.error_description).toBe(
    'Invalid code verifier.',
  );
  expect((await redeem(await codeOf(), { redirect_uri: 'http://x.test' })).body.error).toBe(
    'redirect_uri_mismatch',
  );
  expect((await redeem('4/unknown')).body).toEqual({
    error: 'invalid_grant',
    error_description: 'Bad Request',
  });
  expect((await redeem('4/x', { client_secret: 'wrong' })).status).toBe(401);
  simulator.setClientState(CLIENT, 'deleted');
  expect((await redeem('4/x')).body.error).toBe('deleted_client');
});

test('whatever ends a refresh token, the answer is invalid_grant', async () => {
  const { simulator, clock } = createTestWorld();
  const ended = async (end: (token: string) => unknown) => {
    const { refresh_token: token = '' } = await signIn(simulator, { prompt: 'consent' });
    expect((await refresh(simulator, token)).status).toBe(200);
    await end(token);
    const answer = await refresh(simulator, token);
    return [answer.status, answer.body.error, answer.body.error_description];
  };
  const dead = [400, 'invalid_grant', 'Token has been expired or revoked.'];
  expect(await ended(() => simulator.revokeTokens(ANN))).toEqual(dead);
  expect(await ended(() => simulator.changePassword(ANN, 'password'))).toEqual(dead);
  expect(await ended(() => (clock.at += 190 * DAY_MS))).toEqual(dead);
  expect(
    await ended((token) =>
      simulator.fetch(new Request(`${API}/revoke?token=${encodeURIComponent(token)}`, { method: 'POST' })),
    ),
  ).toEqual(dead);
  expect(
    await ended(async () => {
      for (let count = 0; count < 100; count += 1) await signIn(simulator, { prompt: 'consent' });
    }),
  ).toEqual(dead);
  simulator.setPublishing(CLIENT, 'testing', [ANN]);
  expect(await ended(() => (clock.at += 7 * DAY_MS))).toEqual(dead);
});

test('session control, deletion and policy are told apart from a dead token', async () => {
  const { simulator } = createTestWorld();
  const { refresh_token: token } = await signIn(simulator);
  simulator.requireReauthentication(ANN);
  expect((await refresh(simulator, token)).body).toMatchObject({
    error: 'invalid_grant',
    error_subtype: 'invalid_rapt',
  });
  const fresh = await signIn(simulator);
  expect(fresh.status).toBe(200);
  expect((await refresh(simulator, token)).status).toBe(200);
  simulator.setAppPolicy('contoso.test', CLIENT, 'limited');
  expect((await refresh(simulator, token)).body.error).toBe('admin_policy_enforced');
  simulator.setAppPolicy('contoso.test', CLIENT, 'allowed');
  simulator.faults.add({
    operation: 'oauth.token',
    count: 1,
    effect: { kind: 'service', code: 'internal_failure' },
  });
  expect((await refresh(simulator, token)).status).toBe(500);
  simulator.deleteAccount(ANN);
  expect((await refresh(simulator, token)).body.error_description).toBe('Account has been deleted');
});

test('a service account acts for a person with exactly the delegated scopes', async () => {
  const { simulator, clock } = createTestWorld();
  const key = simulator.addServiceAccount({ email: 'sync@simulated.iam.test' });
  const privateKey = await importPKCS8(key.private_key, 'RS256');
  const ask = async (changes: Record<string, unknown> = {}) => {
    const now = Math.floor(clock.at / 1000);
    const claims = {
      iss: key.client_email,
      sub: ANN,
      scope: MODIFY,
      aud: key.token_uri,
      iat: now,
      exp: now + 3600,
      ...changes,
    };
    const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    return postToken(simulator, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  };
  const refused = async (changes?: Record<string, unknown>) => {
    const { status, body } = await ask(changes);
    return [status, body.error, body.error_description?.slice(0, 28)];
  };
  expect(await refused()).toEqual([401, 'unauthorized_client', 'Client is unauthorized to re']);
  simulator.delegate('contoso.test', key.client_id, [MODIFY]);
  const granted = await ask();
  expect(granted.status).toBe(200);
  expect((await callWith(simulator, granted.body.access_token)('GET', 'profile')).body.emailAddress).toBe(
    ANN,
  );
  expect(await refused({ scope: `${MODIFY} https://www.googleapis.com/auth/calendar` })).toEqual([
    401,
    'unauthorized_client',
    'Client is unauthorized to re',
  ]);
  expect(await refused({ sub: CARLA })).toEqual([401, 'unauthorized_client', 'Client is unauthorized to re']);
  expect(await refused({ sub: 'nobody@contoso.test' })).toEqual([
    400,
    'invalid_grant',
    'Invalid email or User ID',
  ]);
  expect(await refused({ exp: clock.at / 1000 + 9999 })).toEqual([
    400,
    'invalid_grant',
    'Invalid JWT: Token must be a',
  ]);
  expect(await refused({ aud: 'http://x' })).toEqual([400, 'invalid_grant', 'Invalid JWT: Failed audience']);
  expect(await refused({ iss: 'x@y.test' })).toEqual([400, 'invalid_grant', 'Invalid grant: account not f']);
  const own = await ask({ sub: undefined });
  const answer = await callWith(simulator, own.body.access_token)('GET', 'profile');
  expect([answer.status, answer.body.error.message]).toEqual([400, 'Precondition check failed.']);
  const other = simulator.addServiceAccount({ email: 'sync@simulated.iam.test', clientId: key.client_id });
  expect(other.client_id).toBe(key.client_id);
  expect(await refused()).toEqual([400, 'invalid_grant', 'Invalid JWT Signature.']);
});

test('userinfo, tokeninfo and the metadata agree with the token', async () => {
  const { simulator } = createTestWorld();
  const tokens = await signIn(simulator);
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    return (await (await simulator.fetch(new Request(API + path, { headers }))).json()) as Record<
      string,
      string
    >;
  };
  expect(await get('/v1/userinfo')).toMatchObject({ email: ANN, hd: 'contoso.test' });
  expect(await get('/tokeninfo')).toMatchObject({
    aud: CLIENT,
    scope: SCOPE,
    email: ANN,
    access_type: 'offline',
  });
  expect(await get('/.well-known/openid-configuration')).toMatchObject({
    issuer: ACCOUNTS,
    token_endpoint: `${API}/token`,
  });
});
