/** Logging in with the CRM and out again: what is used once, what is refused, and what the cookie says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionView } from '../../src/api-schema/session.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { ANNA, type Api, LOGIN_ORIGIN, openApi } from '../support/api-harness.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

describe('a login', () => {
  it('is offered to a stranger, with the hosts to choose from', async () => {
    const { status, body } = await api.visit().call<SessionView>('GET', '/api/session');
    expect(status).toBe(200);
    expect(body).toMatchObject({ signedIn: false, myDomainAllowed: true });
    expect(!body.signedIn && body.loginHosts.map(({ id }) => id)).toEqual(
      expect.arrayContaining([LOGIN_ORIGIN, 'production', 'sandbox']),
    );
  });

  it('sends the person to the CRM with a fresh state and a PKCE challenge each time', async () => {
    const pages = [await api.visit().beginLogin(), await api.visit().beginLogin()];
    for (const page of pages) {
      expect(page.searchParams.get('response_type')).toBe('code');
      expect(page.searchParams.get('code_challenge_method')).toBe('S256');
      expect(page.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
      expect(page.searchParams.get('state')?.length).toBeGreaterThanOrEqual(32);
    }
    for (const name of ['state', 'code_challenge'])
      expect(new Set(pages.map((page) => page.searchParams.get(name))).size).toBe(2);
  });

  it('ends with a session of twelve hours that says who it is', async () => {
    const person = api.visit();
    const session = await person.logIn(api.services, ANNA);
    expect(session).toMatchObject({
      signedIn: true,
      user: { username: ANNA.salesforceUsername, email: ANNA.address, role: 'platform-admin' },
      mailbox: null,
    });
    api.clock.advance(12 * HOUR - MINUTE);
    expect((await person.call<SessionView>('GET', '/api/session')).body.signedIn).toBe(true);
    api.clock.advance(MINUTE);
    expect((await person.call<SessionView>('GET', '/api/session')).body.signedIn).toBe(false);
  });

  it('sets a cookie that scripts, other hosts and plain http never see', async () => {
    const person = api.visit();
    const callback = await person.consent(api.services, await person.beginLogin(), ANNA);
    const { headers } = await person.comeBack(callback);
    const cookies = [headers['set-cookie'] ?? []].flat().map(String);
    const cookie = cookies.find((one) => one.startsWith('__Host-lockstep=')) ?? '';
    expect(cookie).toMatch(/^__Host-lockstep=[\w-]{43};/);
    for (const part of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Max-Age=43200'])
      expect(cookie).toContain(part);
    expect(cookie).not.toMatch(/Domain=/i);
  });

  it('cannot be used twice', async () => {
    const person = api.visit();
    const callback = await person.consent(api.services, await person.beginLogin(), ANNA);
    expect((await person.comeBack(callback)).landing).toBe('/');
    for (const name of [...person.cookies.keys()]) person.cookies.delete(name);
    expect((await person.comeBack(callback)).landing).toBe('/?problem=api.login-expired');
    expect(person.cookie).toBe('');
  });

  it('cannot be used twice even where the browser still has its mark', async () => {
    const person = api.visit();
    const callback = await person.consent(api.services, await person.beginLogin(), ANNA);
    const marks = [...person.cookies];
    await person.comeBack(callback);
    person.cookies.clear();
    for (const [name, value] of marks) person.cookies.set(name, value);
    expect((await person.comeBack(callback)).landing).toBe('/?problem=api.login-expired');
  });

  it.each([
    ['is for nobody', 'never-begun'],
    ['is missing', null],
    ['is empty', ''],
  ])('is refused when its state %s', async (_, state) => {
    const person = api.visit();
    const callback = new URL(await person.consent(api.services, await person.beginLogin(), ANNA));
    if (state === null) callback.searchParams.delete('state');
    else callback.searchParams.set('state', state);
    expect((await person.comeBack(callback.href)).landing).toBe('/?problem=api.login-expired');
    expect(person.cookie).toBe('');
  });

  it('is refused when it took longer than ten minutes', async () => {
    const person = api.visit();
    const callback = await person.consent(api.services, await person.beginLogin(), ANNA);
    api.clock.advance(10 * MINUTE + 1);
    expect((await person.comeBack(callback)).landing).toBe('/?problem=api.login-expired');
  });

  it('begun by another person’s browser cannot be slipped under somebody', async () => {
    const thief = api.visit();
    const callback = await thief.consent(api.services, await thief.beginLogin(), ANNA);
    const victim = api.visit();
    expect((await victim.comeBack(callback)).landing).toBe('/?problem=api.login-expired');
    expect(victim.cookie).toBe('');
  });

  it('says so when the person refuses consent', async () => {
    const person = api.visit();
    const callback = await person.consent(api.services, await person.beginLogin(), ANNA, 'deny');
    expect((await person.comeBack(callback)).landing).toBe('/?problem=crm.authorization-revoked');
  });

  it('refuses a code of another login (PKCE)', async () => {
    const [mine, theirs] = [api.visit(), api.visit()];
    const stolen = new URL(await theirs.consent(api.services, await theirs.beginLogin(), ANNA));
    const callback = new URL(await mine.consent(api.services, await mine.beginLogin(), ANNA));
    callback.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    expect((await mine.comeBack(callback.href)).landing).toMatch(/^\/\?problem=crm\./);
    expect(mine.cookie).toBe('');
  });

  it.each(['https://evil.test', 'https://login.salesforce.com.evil.test', 'http://login.salesforce.com', ''])(
    'does not lead to %o',
    async (host) => {
      const answer = await api.visit().call('GET', `/login/salesforce?host=${encodeURIComponent(host)}`);
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'api.invalid-input', fields: ['host'] },
      });
    },
  );

  it.each([
    ['an app that is blocked', 'crm.app-not-allowed'],
    ['a user who is inactive', 'crm.user-inactive'],
    ['an address that login rules refuse', 'crm.login-restricted'],
    ['hours that login rules refuse', 'crm.login-restricted'],
  ])('names %s', async (trouble, code) => {
    const person = api.visit();
    const { salesforce } = api.services;
    const callback = await person.consent(api.services, await person.beginLogin(), ANNA);
    if (trouble.includes('blocked')) {
      const { clientId, redirectUris } = salesforce.addConnectedApp(blockedApp());
      expect([clientId, redirectUris]).toEqual([blockedApp().clientId, blockedApp().redirectUris]);
    }
    if (trouble.includes('inactive')) salesforce.changeUser(ANNA.salesforceUsername, { active: false });
    if (trouble.includes('address')) salesforce.changeUser(ANNA.salesforceUsername, { ipRestricted: true });
    if (trouble.includes('hours'))
      salesforce.changeUser(ANNA.salesforceUsername, { outsideLoginHours: true });
    expect((await person.comeBack(callback)).landing).toBe(`/?problem=${code}`);
    expect(person.cookie).toBe('');
  });
});

const blockedApp = () => ({
  clientId: 'lockstep-sandbox',
  clientSecret: 'sandbox-secret',
  redirectUris: ['https://lockstep.test/login/salesforce/callback'],
  scopes: ['api', 'refresh_token', 'id'],
  pkceRequired: true,
  isBlocked: true,
});

describe('a logout', () => {
  it('ends the session on the server, not in the browser alone', async () => {
    const person = await api.signIn();
    const { status, headers } = await person.call('POST', '/api/logout');
    expect(status).toBe(204);
    expect(String(headers['set-cookie'])).toMatch(/^__Host-lockstep=;/);
    expect((await person.call('GET', '/api/settings')).status).toBe(401);
  });

  it('leaves other sessions of the same person alone', async () => {
    const [desk, sofa] = [await api.signIn(), await api.signIn()];
    await desk.call('POST', '/api/logout');
    expect((await sofa.call('GET', '/api/settings')).status).toBe(200);
  });
});
