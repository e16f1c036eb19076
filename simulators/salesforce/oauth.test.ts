/**
 * The OAuth endpoints of the simulator: the flows a person and a server go through, and how tokens end.
 */
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { codeGrant, LOGIN, REDIRECT, startSample } from './sample-client.ts';

const HOUR_MS = 60 * 60 * 1000;

async function sendBackOf(response: Response): Promise<URLSearchParams> {
  return new URL(response.headers.get('location') ?? 'https://nowhere.test').searchParams;
}

describe('the simulated web server flow', () => {
  it('shows a login page, then a consent page, then goes back with code and state', async () => {
    const { authorize } = await startSample();
    const login = await authorize({ username: '-', pw: '-', decision: '-', login_hint: 'ann@example.test' });
    expect(await login.text()).toContain('name="pw"');
    const wrong = await authorize({ pw: 'wrong' });
    expect(await wrong.text()).toContain('check your username and password');
    const consent = await authorize({ decision: '-', prompt: 'consent' });
    expect(await consent.text()).toContain('Allow Access?');
    const allowed = await sendBackOf(await authorize());
    expect(allowed.get('state')).toBe('abc');
    const denied = await sendBackOf(await authorize({ decision: 'deny' }));
    expect(denied.get('error')).toBe('access_denied');
  });

  it('works in a browser: one form after the other, with a cookie between them', async () => {
    const { simulator } = await startSample();
    simulator.addConnectedApp({ clientId: 'fresh', redirectUris: [REDIRECT] });
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'fresh',
      redirect_uri: REDIRECT,
      prompt: 'login',
    });
    const actionOf = (html: string) => /action="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const start = await simulator.fetch(new Request(`${LOGIN}/services/oauth2/authorize?${query}`));
    const login = await simulator.fetch(
      new Request(LOGIN + actionOf(await start.text()), {
        method: 'POST',
        body: new URLSearchParams({ username: 'ann@example.test', pw: 'right' }),
      }),
    );
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const consent = await login.text();
    expect(consent).toContain('fresh is asking to');
    const allowed = await simulator.fetch(
      new Request(LOGIN + actionOf(consent), {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ decision: 'allow' }),
      }),
    );
    expect((await sendBackOf(allowed)).get('code')).toMatch(/^aPrx/);
    query.delete('prompt');
    const again = await simulator.fetch(
      new Request(`${LOGIN}/services/oauth2/authorize?${query}`, { headers: { cookie } }),
    );
    expect(again.status).toBe(302);
  });

  it('refuses another redirect address and an unknown client on a page, never by redirecting', async () => {
    const { authorize } = await startSample();
    const elsewhere = await authorize({ redirect_uri: `${REDIRECT}/more` });
    expect([elsewhere.status, await elsewhere.text()]).toEqual([
      400,
      expect.stringContaining('redirect_uri_mismatch'),
    ]);
    const unknown = await authorize({ client_id: 'nobody' });
    expect(await unknown.text()).toContain('invalid_client_id');
  });

  it('asks for PKCE where the app requires it and checks the verifier', async () => {
    const { authorize, token } = await startSample();
    expect((await sendBackOf(await authorize({ code_challenge: '-' }))).get('error')).toBe('invalid_request');
    const wrong = await token(codeGrant(await authorize(), { code_verifier: 'another' }));
    expect(wrong.body).toEqual({ error: 'invalid_grant', error_description: 'invalid code verifier' });
  });

  it('takes a code once, for a quarter of an hour', async () => {
    const { authorize, token, clock } = await startSample();
    const grant = codeGrant(await authorize());
    expect((await token(grant)).status).toBe(200);
    expect((await token(grant)).body.error).toBe('invalid_grant');
    const late = codeGrant(await authorize());
    clock.now += HOUR_MS;
    expect((await token(late)).body.error_description).toBe('expired authorization code');
  });

  it('answers with instance and identity and says nothing of expiry', async () => {
    const { tokens, simulator } = await startSample();
    expect(tokens).not.toHaveProperty('expires_in');
    expect(tokens.instance_url).toBe('https://example.my.salesforce.test');
    const identity = await simulator.fetch(
      new Request(tokens.id ?? '', { headers: { authorization: `Bearer ${tokens.access_token}` } }),
    );
    expect(await identity.json()).toMatchObject({ username: 'ann@example.test', active: true });
    expect((await simulator.fetch(new Request(tokens.id ?? ''))).status).toBe(403);
  });

  it('lets sandbox users in at the sandbox host and at My Domain only', async () => {
    const { simulator, authorize } = await startSample();
    const organization = simulator.addOrganization({
      isSandbox: true,
      instanceOrigin: 'https://example--dev.sandbox.my.salesforce.test',
    });
    simulator.addUser({ username: 'bob@example.test.dev', password: 'right', organization });
    const asBob = { username: 'bob@example.test.dev' };
    expect((await authorize(asBob)).status).toBe(200);
    expect((await authorize(asBob, 'https://test.salesforce.test')).status).toBe(302);
    expect((await authorize(asBob, organization.instanceOrigin)).status).toBe(302);
  });
});

describe('simulated tokens', () => {
  it('expire when unused for the session timeout, and live on while used', async () => {
    const { call, clock } = await startSample();
    for (let step = 0; step < 3; step += 1) {
      clock.now += 1.5 * HOUR_MS;
      expect((await call('GET', 'limits')).status).toBe(200);
    }
    clock.now += 2 * HOUR_MS;
    const expired = await call('GET', 'limits');
    expect([expired.status, expired.body]).toEqual([
      401,
      [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    ]);
  });

  it('are refreshed without a new refresh token unless the app rotates', async () => {
    const { token, tokens } = await startSample();
    const refresh = {
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: tokens.refresh_token ?? '',
    };
    const first = await token(refresh);
    expect(first.body).not.toHaveProperty('refresh_token');
    expect((await token(refresh)).status).toBe(200);
  });

  it('revoke the whole family when a rotated refresh token comes a second time', async () => {
    const { token, simulator, call, useToken, tokens } = await startSample();
    simulator.addConnectedApp({ clientId: 'app', redirectUris: [REDIRECT], rotation: true });
    const refresh = (refreshToken: string) =>
      token({ grant_type: 'refresh_token', client_id: 'app', refresh_token: refreshToken });
    const first = await refresh(tokens.refresh_token ?? '');
    const second = await refresh(first.body.refresh_token);
    useToken(second.body.access_token);
    expect((await call('GET', 'limits')).status).toBe(200);
    const reused = await refresh(first.body.refresh_token);
    expect(reused.body).toEqual({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    });
    expect((await refresh(second.body.refresh_token)).status).toBe(400);
    expect((await call('GET', 'limits')).status).toBe(401);
  });

  it('end with the oldest approval when a sixth is given', async () => {
    const { token, authorize, tokens } = await startSample();
    for (let count = 0; count < 5; count += 1) await token(codeGrant(await authorize()));
    const oldest = await token({
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect(oldest.body.error_description).toBe('expired access/refresh token');
  });

  it('are refused in the words of the reason', async () => {
    const { token, simulator, tokens } = await startSample();
    const refresh = {
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: tokens.refresh_token ?? '',
    };
    simulator.changeUser('ann@example.test', { ipRestricted: true });
    expect((await token(refresh)).body.error_description).toBe('ip restricted');
    simulator.changeUser('ann@example.test', { ipRestricted: false, active: false });
    expect((await token(refresh)).body.error_description).toBe('inactive user');
    simulator.changeUser('ann@example.test', { active: true });
    simulator.revokeRefreshTokens();
    expect((await token(refresh)).body.error_description).toBe('expired access/refresh token');
  });

  it('can be revoked and introspected', async () => {
    const { simulator, tokens, call } = await startSample();
    const post = (path: string, fields: Record<string, string>) =>
      simulator.fetch(
        new Request(`${LOGIN}/services/oauth2/${path}`, {
          method: 'POST',
          body: new URLSearchParams(fields),
        }),
      );
    const access = tokens.access_token ?? '';
    const alive = await post('introspect', { token: access, client_id: 'app' });
    expect(await alive.json()).toMatchObject({ active: true, username: 'ann@example.test' });
    expect((await post('revoke', { token: tokens.refresh_token ?? '' })).status).toBe(200);
    expect((await call('GET', 'limits')).status).toBe(401);
    expect((await post('revoke', { token: 'nothing' })).status).toBe(400);
  });

  it('are good at the host of their own organization only', async () => {
    const { simulator, tokens } = await startSample();
    const other = simulator.addOrganization({ instanceOrigin: 'https://other.my.salesforce.test' });
    const at = async (origin: string) => {
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      return (await simulator.fetch(new Request(`${origin}/services/data/v66.0/limits`, { headers }))).status;
    };
    expect(await at(tokens.instance_url ?? '')).toBe(200);
    expect(await at(other.instanceOrigin)).toBe(401);
    expect(await at(LOGIN)).toBe(404);
  });

  it('stop at the old host when the organization moves, and work at the new one', async () => {
    const { simulator, token, tokens, call, useToken } = await startSample();
    const old = simulator.organizationOf().instanceOrigin;
    simulator.migrate('https://moved.my.salesforce.test');
    const atOld = await simulator.fetch(
      new Request(`${old}/services/data/v66.0/limits`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      }),
    );
    expect(atOld.status).toBe(401);
    const fresh = await token({
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect(fresh.body.instance_url).toBe('https://moved.my.salesforce.test');
    useToken(fresh.body.access_token);
    expect((await call('GET', 'limits')).status).toBe(200);
  });
});

describe('the simulated JWT bearer flow', () => {
  it('takes a signed assertion for a pre-authorised user and nothing else', async () => {
    const { simulator, token, clock } = await startSample();
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    simulator.addConnectedApp({
      clientId: 'server',
      redirectUris: [],
      publicKey: await exportSPKI(publicKey),
      preAuthorized: ['ann@example.test'],
    });
    const assert = async (subject: string, audience: string, lifeS: number) =>
      token({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await new SignJWT()
          .setProtectedHeader({ alg: 'RS256' })
          .setIssuer('server')
          .setSubject(subject)
          .setAudience(audience)
          .setExpirationTime(Math.floor(clock.now / 1000) + lifeS)
          .sign(privateKey),
      });
    const good = await assert('ann@example.test', LOGIN, 120);
    expect(good.status).toBe(200);
    expect(good.body).not.toHaveProperty('refresh_token');
    expect((await assert('ann@example.test', 'https://elsewhere.test', 120)).body.error_description).toBe(
      'audience is invalid',
    );
    expect((await assert('ann@example.test', LOGIN, 900)).body.error).toBe('invalid_grant');
    simulator.addUser({ username: 'bob@example.test', password: 'x' });
    expect((await assert('bob@example.test', LOGIN, 120)).body.error).toBe('invalid_app_access');
    simulator.changeConnectedApp('server', { preAuthorized: ['bob@example.test'] });
    expect((await assert('bob@example.test', LOGIN, 120)).status).toBe(200);
    expect((await assert('ann@example.test', LOGIN, 120)).body.error).toBe('invalid_app_access');
    const other = await generateKeyPair('RS256', { extractable: true });
    simulator.changeConnectedApp('server', { publicKey: await exportSPKI(other.publicKey) });
    expect((await assert('bob@example.test', LOGIN, 120)).body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'invalid assertion',
    });
  });
});
