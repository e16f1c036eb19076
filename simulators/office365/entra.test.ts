import { createHash, generateKeyPairSync } from 'node:crypto';
import { createRemoteJWKSet, customFetch, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  ADMIN,
  ANN,
  APP,
  answerPages,
  askToken,
  authorizeUrl,
  BACK,
  BEN,
  callWith,
  createTestWorld,
  LOGIN,
  readBack,
  refresh,
  SECRET,
  signIn,
  VERIFIER,
} from './test-support.ts';

const GRAPH_SCOPES = ['User.Read', 'Mail.ReadWrite', 'MailboxSettings.ReadWrite'];

describe('the sign-in pages', () => {
  it('lead a person from sign-in over consent back to the application, page by page', async () => {
    const { simulator } = createTestWorld();
    const first = await simulator.fetch(new Request(authorizeUrl({ login_hint: ANN })));
    const shown = await first.text();
    expect(shown).toContain(`value="${ANN}"`);
    const consent = await simulator.fetch(
      new Request(authorizeUrl(), {
        method: 'POST',
        body: new URLSearchParams({ loginfmt: ANN, passwd: 'password' }),
      }),
    );
    const cookie = consent.headers.get('set-cookie') ?? '';
    const html = await consent.text();
    expect(html).toContain('Permissions requested');
    const action = /action="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const back = await simulator.fetch(
      new Request(`${LOGIN}${action}`, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ decision: 'accept' }),
      }),
    );
    expect(back.status).toBe(302);
    expect(readBack(back).get('state')).toBe('state-1');
    expect(readBack(back).get('code')).not.toBeNull();
  });

  it('pick an account among those signed in', async () => {
    const { simulator } = createTestWorld();
    const one = await answerPages(simulator);
    const cookie = one.headers.get('set-cookie') ?? '';
    const url = authorizeUrl({ prompt: 'select_account' });
    const picker = await simulator.fetch(new Request(url, { headers: { cookie } }));
    expect(await picker.text()).toContain('Pick an account');
    const choose = (account: string) =>
      simulator.fetch(
        new Request(url, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ account }) }),
      );
    expect(readBack(await choose(ANN)).get('code')).not.toBeNull();
    expect(await (await choose('other')).text()).toContain('name="passwd"');
  });

  it('refuse a wrong password on the page and a wrong redirect address without going there', async () => {
    const { simulator } = createTestWorld();
    const wrong = await answerPages(simulator, { passwd: 'nope' });
    expect(await wrong.text()).toContain('Your account or password is incorrect.');
    const elsewhere = await answerPages(simulator, {}, authorizeUrl({ redirect_uri: `${BACK}/` }));
    expect(elsewhere.status).toBe(400);
    expect(await elsewhere.text()).toContain('AADSTS50011');
  });

  it('send a silent request back that would have to show a page', async () => {
    const { simulator } = createTestWorld();
    const url = authorizeUrl({ prompt: 'none' });
    expect(readBack(await simulator.fetch(new Request(url))).get('error')).toBe('login_required');
    const cookie = (await answerPages(simulator)).headers.get('set-cookie') ?? '';
    const known = await simulator.fetch(new Request(url, { headers: { cookie } }));
    expect(readBack(known).get('code')).not.toBeNull();
  });

  it('send a declined consent back as access_denied with 65004', async () => {
    const { simulator } = createTestWorld();
    const back = readBack(await answerPages(simulator, { decision: 'cancel' }));
    expect(back.get('error')).toBe('access_denied');
    expect(back.get('error_description')).toMatch(/^AADSTS65004: /);
  });

  it.each([
    ['adminOnly', 'Need admin approval', 'AADSTS90094'],
    ['adminRequest', 'Approval required', 'AADSTS90095'],
  ] as const)(
    'say that an administrator must approve when the tenant asks for it (%s)',
    async (userConsent, title, code) => {
      const { simulator } = createTestWorld();
      simulator.setConsent('contoso.test', { userConsent });
      const page = await answerPages(simulator);
      expect(await page.text()).toContain(title);
      const back = readBack(await answerPages(simulator, { decision: 'cancel' }));
      expect(back.get('error_description')).toContain(code);
      simulator.grantAdminConsent('contoso.test', APP, { scopes: GRAPH_SCOPES });
      expect(readBack(await answerPages(simulator)).get('code')).not.toBeNull();
    },
  );

  it('bar unassigned, disabled and blocked users by a page', async () => {
    const { simulator } = createTestWorld();
    simulator.setConsent('contoso.test', { assignmentRequired: [APP] });
    expect(await (await answerPages(simulator)).text()).toContain('AADSTS50105');
    simulator.assign(ANN, APP);
    simulator.setConsent('contoso.test', { isBlockedByPolicy: true });
    expect(await (await answerPages(simulator)).text()).toContain('AADSTS53003');
    simulator.setConsent('contoso.test', { isBlockedByPolicy: false });
    simulator.disable(ANN);
    expect(await (await answerPages(simulator)).text()).toContain('AADSTS50057');
  });

  it('let an administrator consent for everybody at the admin consent address', async () => {
    const { simulator } = createTestWorld();
    const query = new URLSearchParams({ client_id: APP, redirect_uri: BACK, state: 's', scope: 'Mail.Read' });
    const url = `${LOGIN}/contoso.test/v2.0/adminconsent?${query}`;
    const post = (fields: Record<string, string>) =>
      simulator.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(fields) }));
    const byUser = await post({ loginfmt: ANN, passwd: 'password', decision: 'accept' });
    expect(await byUser.text()).toContain('AADSTS90094');
    const back = readBack(await post({ loginfmt: ADMIN, passwd: 'password', decision: 'accept' }));
    expect(back.get('admin_consent')).toBe('True');
    expect(back.get('tenant')).toMatch(/^[0-9a-f-]{36}$/);
    const declined = readBack(await post({ loginfmt: ADMIN, passwd: 'password', decision: 'cancel' }));
    expect(declined.get('error')).toBe('access_denied');
  });
});

describe('tokens', () => {
  it('come with a signed id token and the scopes that were granted', async () => {
    const { simulator, clock } = createTestWorld();
    const tokens = await signIn(simulator);
    expect(tokens.scope.split(' ')).toContain('Mail.ReadWrite');
    expect(tokens.scope).not.toContain('offline_access');
    const keys = createRemoteJWKSet(new URL(`${LOGIN}/common/discovery/v2.0/keys`), {
      [customFetch]: (url, init) => simulator.fetch(new Request(url, init as RequestInit)),
    });
    const options = { audience: APP, currentDate: new Date(clock.at) };
    const { payload } = await jwtVerify(tokens.id_token, keys, options);
    expect(payload).toMatchObject({ nonce: 'nonce-1', preferred_username: ANN, email: ANN, ver: '2.0' });
    expect(payload.iss).toBe(`${LOGIN}/${String(payload.tid)}/v2.0`);
  });

  it('need the verifier of the challenge, and a code is good once', async () => {
    const { simulator } = createTestWorld();
    const code = readBack(await answerPages(simulator)).get('code') ?? '';
    const fields = { grant_type: 'authorization_code', code, redirect_uri: BACK };
    const without = await askToken(simulator, { ...fields, code_verifier: 'x'.repeat(43) });
    expect(without.body.error_codes).toEqual([501481]);
    expect((await askToken(simulator, { ...fields, code_verifier: VERIFIER })).status).toBe(200);
    const again = await askToken(simulator, { ...fields, code_verifier: VERIFIER });
    expect(again.body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
  });

  it('are renewed with a new refresh token, the old one working on or not as it is set', async () => {
    const { simulator } = createTestWorld();
    const tokens = await signIn(simulator);
    const renewed = await refresh(simulator, tokens.refresh_token);
    expect(renewed.status).toBe(200);
    expect(renewed.body.refresh_token).not.toBe(tokens.refresh_token);
    expect((await refresh(simulator, tokens.refresh_token)).status).toBe(200);
    simulator.settings.oldRefreshTokens = 'refused';
    expect((await refresh(simulator, tokens.refresh_token)).body.error_codes).toEqual([70000]);
    expect(simulator.world.tokens.reuseCount).toBe(2);
  });

  it('die as the user, the administrator or time decides, each with its number', async () => {
    const { simulator, clock } = createTestWorld();
    const { refresh_token: token } = await signIn(simulator);
    const codes = async () => (await refresh(simulator, token)).body.error_codes;
    simulator.setPassword(ANN, 'changed by Ann');
    expect(await codes()).toBeUndefined();
    simulator.setUserState(ANN, 'locked');
    expect(await codes()).toEqual([50053]);
    simulator.disable(ANN);
    expect(await codes()).toEqual([50057]);
    simulator.setUserState(ANN, 'active');
    simulator.setTokenFailure(ANN, 50076);
    const interaction = await refresh(simulator, token);
    expect(interaction.body).toMatchObject({ error: 'interaction_required', suberror: 'basic_action' });
    expect(interaction.body.claims).toContain('capolids');
    simulator.setTokenFailure(ANN, undefined);
    simulator.withdrawConsent(ANN, APP);
    const withdrawn = await refresh(simulator, token);
    expect(withdrawn.body).toMatchObject({
      error: 'invalid_grant',
      error_codes: [65001],
      suberror: 'consent_required',
    });
    expect(withdrawn.body.error_description).toMatch(/^AADSTS65001: .* Trace ID: .* Timestamp: /);
    simulator.setPassword(ANN, 'reset', true);
    expect(await codes()).toEqual([50173]);
    clock.at += 90 * 24 * 3_600_000;
    expect(await codes()).toEqual([700082]);
  });

  it('lapse at once when the sandbox wants it', async () => {
    const { simulator } = createTestWorld();
    const tokens = await signIn(simulator);
    simulator.expireAccessTokens(ANN);
    expect((await callWith(simulator, tokens.access_token)('GET', '/me')).status).toBe(401);
    expect((await refresh(simulator, tokens.refresh_token)).status).toBe(200);
    simulator.expireRefreshTokens(ANN);
    expect((await refresh(simulator, tokens.refresh_token)).body.error_codes).toEqual([700082]);
  });

  it('are refused to applications that cannot prove who they are', async () => {
    const { simulator, clock } = createTestWorld();
    const grant = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };
    const wrong = await askToken(simulator, { ...grant, client_secret: 'nope' }, 'contoso.test');
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [7000215] } });
    simulator.addApplication({ clientId: APP, secrets: [{ value: SECRET, expiresAt: clock.at }] });
    expect((await askToken(simulator, grant, 'contoso.test')).body.error_codes).toEqual([7000222]);
    expect(
      (await askToken(simulator, { ...grant, client_id: 'x' }, 'contoso.test')).body.error_codes,
    ).toEqual([700016]);
    expect((await askToken(simulator, grant, 'nowhere.test')).body.error_codes).toEqual([90002]);
  });

  it('are given to an application by itself, by secret or certificate, for the mailboxes in its scope', async () => {
    const { simulator, clock } = createTestWorld();
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const thumbprint = createHash('sha256').update(publicPem).digest();
    simulator.addApplication({
      clientId: APP,
      secrets: [{ value: SECRET }],
      certificates: [{ thumbprint: thumbprint.toString('hex'), publicKey: publicPem }],
    });
    const grant = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };
    expect((await askToken(simulator, grant, 'contoso.test')).body.error_codes).toEqual([7000229]);
    simulator.grantAdminConsent('contoso.test', APP, { roles: ['Mail.Read'] });
    expect(
      (await askToken(simulator, { ...grant, scope: 'Mail.Read' }, 'contoso.test')).body.error_codes,
    ).toEqual([1002012]);
    const seconds = Math.floor(clock.at / 1000);
    const assertion = (key: typeof privateKey) =>
      new SignJWT({ jti: 'one' })
        .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint.toString('base64url') })
        .setIssuer(APP)
        .setSubject(APP)
        .setAudience(`${LOGIN}/contoso.test/oauth2/v2.0/token`)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + 600)
        .sign(key);
    const post = async (signed: string) => {
      const body = new URLSearchParams({
        ...grant,
        client_id: APP,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: signed,
      });
      const url = `${LOGIN}/contoso.test/oauth2/v2.0/token`;
      return simulator.fetch(new Request(url, { method: 'POST', body }));
    };
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(await (await post(await assertion(stranger))).json()).toMatchObject({ error_codes: [700027] });
    const given = (await (await post(await assertion(privateKey))).json()) as { access_token: string };
    const call = callWith(simulator, given.access_token);
    expect((await call('GET', '/me/messages')).status).toBe(400);
    expect((await call('GET', `/users/${ANN}/messages`)).status).toBe(200);
    expect((await call('POST', `/users/${ANN}/sendMail`, { body: { message: {} } })).status).toBe(403);
    simulator.setApplicationScope('contoso.test', APP, [BEN]);
    const blocked = await call('GET', `/users/${ANN}/messages`);
    expect(blocked).toMatchObject({ status: 403, body: { error: { code: 'ErrorAccessDenied' } } });
    expect((await call('GET', `/users/${BEN}/messages`)).status).toBe(200);
  });

  it('fail as faults say, at the token endpoint too', async () => {
    const { simulator } = createTestWorld();
    const { refresh_token: token } = await signIn(simulator);
    simulator.faults.add({ operation: 'entra.token', count: 1, effect: { kind: 'service', code: '90033' } });
    expect(await refresh(simulator, token)).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable' },
    });
    simulator.faults.add({ operation: 'entra.token', count: 1, effect: { kind: 'drop' } });
    await expect(refresh(simulator, token)).rejects.toThrow('fetch failed');
    expect((await refresh(simulator, token)).status).toBe(200);
  });
});
