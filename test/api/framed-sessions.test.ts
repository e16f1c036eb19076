/** Logging in and connecting from inside of another site's frame, where there are no cookies: by a window of its own, and a bearer token. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Colleague } from '../../sandbox/cast.ts';
import type { SessionView } from '../../src/api-schema/session.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { purge } from '../../src/store/purge.ts';
import { ANNA, BEN, PUBLIC_URL } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { type ConsentApi, openConsentApi } from '../support/consent-scenes.ts';
import { broughtBy, challengeOf, Frame } from '../support/frame-scenes.ts';

let api: ConsentApi;
beforeEach(async () => {
  api = await openConsentApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const OTHER_VERIFIER = 'w'.repeat(43);

describe('a login in a window', () => {
  it('gives the frame a session without any cookie', async () => {
    const frame = await new Frame(api).logIn();
    const { body } = await frame.call<SessionView>('GET', '/api/session');
    expect(body).toMatchObject({ signedIn: true, user: { email: ANNA.address } });
    expect(frame.person.cookie).toBe('');
    expect((await frame.call('GET', '/api/settings')).status).toBe(200);
  });

  it('leaves no session in the window’s own browser', async () => {
    const window = api.visit();
    const page = await window.beginLogin(undefined, {
      display: 'dialog',
      challenge: challengeOf(OTHER_VERIFIER),
    });
    const { headers } = await window.comeBack(await window.consent(api.services, page, ANNA));
    expect(window.cookie).toBe('');
    expect(headers['cross-origin-opener-policy']).toBe('unsafe-none');
    expect((await window.call<SessionView>('GET', '/api/session')).body.signedIn).toBe(false);
  });

  it('hands over a code that is good once', async () => {
    const frame = new Frame(api);
    const { login = '' } = await frame.openLogin();
    expect((await frame.exchange(login)).status).toBe(200);
    expect(await frame.exchange(login)).toMatchObject({ status: 400, body: { code: 'api.login-expired' } });
  });

  it('hands over a code that is good for a minute', async () => {
    const frame = new Frame(api);
    const { login = '' } = await frame.openLogin();
    api.clock.advance(MINUTE);
    expect(await frame.exchange(login)).toMatchObject({ status: 400, body: { code: 'api.login-expired' } });
  });

  it('hands over a code that is worth nothing to a thief, and ends with his attempt', async () => {
    const frame = new Frame(api);
    const { login = '' } = await frame.openLogin();
    expect((await frame.exchange(login, OTHER_VERIFIER)).status).toBe(400);
    expect((await frame.exchange(login)).status).toBe(400);
  });

  it.each([
    ['no challenge', { display: 'dialog' }],
    ['a challenge that is none', { display: 'dialog', challenge: 'short' }],
    ['a challenge and no window', { challenge: 'c'.repeat(43) }],
    ['a display that is none', { display: 'popup', challenge: 'c'.repeat(43) }],
  ])('does not begin with %s', async (_, query) => {
    const answer = await api
      .visit()
      .call('GET', `/login/salesforce?${new URLSearchParams(query as Record<string, string>)}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'api.invalid-input' } });
  });

  it('tells the window what went wrong', async () => {
    const window = api.visit();
    const page = await window.beginLogin(undefined, {
      display: 'dialog',
      challenge: challengeOf(OTHER_VERIFIER),
    });
    const refused = await window.consent(api.services, page, ANNA, 'deny');
    expect(broughtBy((await window.comeBack(refused)).landing)).toEqual({
      problem: 'crm.authorization-revoked',
    });
  });

  it('leaves neither code nor token nor verifier in rows or log, and nothing after the sweep', async () => {
    const frame = new Frame(api);
    const { login = '' } = await frame.openLogin();
    const between = await dumpRows(api);
    await frame.exchange(login).then(({ body }) => {
      frame.token = body.token;
    });
    const stored = [between, await dumpRows(api), ...api.logLines].join('\n');
    for (const secret of [login, frame.token, frame.verifier]) expect(stored).not.toContain(secret);
    await new Frame(api).openLogin(BEN);
    api.clock.advance(MINUTE + 1);
    expect(await purge(api.database.db, api.clock.now())).toMatchObject({ handovers: 1 });
  });
});

describe('a bearer token', () => {
  it('lets changes through without the page’s other token, for no other site can send it', async () => {
    const frame = await new Frame(api).logIn();
    const changed = await frame.call('PUT', '/api/settings', { layer: 'user', settings: { windowDays: 9 } });
    expect(changed).toMatchObject({ status: 200, body: { user: { windowDays: 9 } } });
  });

  it('ends with its own logout and by itself after twelve hours', async () => {
    const [one, two] = [await new Frame(api).logIn(), await new Frame(api).logIn()];
    expect((await one.call('POST', '/api/logout')).status).toBe(204);
    expect((await one.call('GET', '/api/settings')).status).toBe(401);
    expect((await two.call('GET', '/api/settings')).status).toBe(200);
    api.clock.advance(12 * HOUR);
    expect((await two.call('GET', '/api/settings')).status).toBe(401);
  });

  it('is no cookie, and a cookie is no bearer token', async () => {
    const frame = await new Frame(api).logIn();
    const anna = await api.signIn(ANNA);
    const [name = '', token = ''] = [...anna.cookies][0] ?? [];
    expect(
      (await api.visit().call('GET', '/api/settings', undefined, { authorization: `Bearer ${token}` }))
        .status,
    ).toBe(401);
    expect(
      (await api.visit().call('GET', '/api/settings', undefined, { cookie: `${name}=${frame.token}` }))
        .status,
    ).toBe(401);
  });

  it('counts alone where it stands: a wrong one is not mended by a cookie', async () => {
    const anna = await api.signIn(ANNA);
    for (const authorization of ['Bearer ', 'Bearer wrong-token-wrong-token', 'Basic YTpi'])
      expect((await anna.call('GET', '/api/settings', undefined, { authorization })).status).toBe(401);
  });

  it('is never taken from an address', async () => {
    const { token } = await new Frame(api).logIn();
    for (const name of ['token', 'access_token', 'bearer'])
      expect((await api.visit().call('GET', `/api/settings?${name}=${token}`)).status).toBe(401);
  });
});

describe('a consent in a window', () => {
  /** The window's way to the service and back. */
  async function through(
    url: string,
  ): Promise<{ landing: string; brought: Readonly<Record<string, string>> }> {
    const window = api.visit();
    const start = await window.comeBack(url);
    expect(start.status).toBe(302);
    expect(start.headers['cross-origin-opener-policy']).toBe('unsafe-none');
    const { landing } = await window.comeBack(api.cloud.decide(start.landing, ANNA.address));
    return { landing, brought: broughtBy(landing) };
  }

  it('connects the mailbox of the frame’s person, without any cookie of his', async () => {
    const frame = await new Frame(api).logIn();
    const { status, body, headers } = await frame.beginConsent('cloud');
    expect(status).toBe(200);
    expect(body.url).toMatch(new RegExp(`^${PUBLIC_URL}/connect/cloud/start\\?state=`));
    expect(headers['set-cookie']).toBeUndefined();
    const { brought } = await through(body.url);
    const complete = `/api/mailbox/consents/${brought.consent}/complete`;
    expect(await frame.call('POST', complete, { verifier: frame.verifier })).toMatchObject({
      status: 200,
      body: { mailbox: { address: ANNA.address, state: 'active' } },
    });
  });

  it.each([
    ['another verifier', { verifier: OTHER_VERIFIER }],
    ['no verifier', {}],
    ['nothing', undefined],
  ])('is not completed with %s', async (_, form) => {
    const frame = await new Frame(api).logIn();
    const { brought } = await through((await frame.beginConsent('cloud')).body.url);
    const complete = `/api/mailbox/consents/${brought.consent}/complete`;
    expect((await frame.call('POST', complete, form)).body).toMatchObject({ code: 'api.consent-expired' });
    expect(api.cloud.completed.count).toBe(0);
  });

  it('is completed by nobody but the person who began', async () => {
    const frame = await new Frame(api).logIn();
    const ben = await new Frame(api, frame.verifier).logIn(BEN);
    const { brought } = await through((await frame.beginConsent('cloud')).body.url);
    const complete = `/api/mailbox/consents/${brought.consent}/complete`;
    expect((await ben.call('POST', complete, { verifier: ben.verifier })).status).toBe(400);
  });

  it('comes back to the browser that went, and to no other', async () => {
    const frame = await new Frame(api).logIn();
    const window = api.visit();
    const start = await window.comeBack((await frame.beginConsent('cloud')).body.url);
    const back = api.cloud.decide(start.landing, ANNA.address);
    expect((await api.visit().comeBack(back)).landing).not.toContain('consent=');
    expect(broughtBy((await window.comeBack(back)).landing)).toHaveProperty('consent');
  });

  it('does not start for a state that no frame began, nor at another service', async () => {
    const anna = await api.signIn(ANNA);
    const page = new URL((await anna.beginConsent('cloud')).body.url);
    const state = page.searchParams.get('state') ?? '';
    const frame = await new Frame(api).logIn(BEN);
    const theirs = new URL((await frame.beginConsent('cloud')).body.url).search;
    for (const address of [
      `/connect/cloud/start?state=${state}`,
      '/connect/cloud/start?state=never-begun',
      `/connect/other/start${theirs}`,
    ])
      expect(broughtBy((await api.visit().comeBack(address)).landing)).toEqual({
        problem: 'api.consent-expired',
      });
  });

  it('needs a challenge, and a page’s consent needs none', async () => {
    const frame = await new Frame(api).logIn();
    const begun = await frame.call('POST', '/api/mailbox/cloud/consent', { display: 'dialog' });
    expect(begun).toMatchObject({ status: 400, body: { fields: ['challenge'] } });
  });
});

describe('renewing the Salesforce account from a frame', () => {
  /** The window's way: to Salesforce as somebody, and back; what it brings. */
  async function through(url: string, who: Colleague): Promise<Readonly<Record<string, string>>> {
    const window = api.visit();
    const start = await window.comeBack(url);
    expect(start.status).toBe(302);
    const { landing } = await window.comeBack(
      await window.consent(api.services, new URL(start.landing), who),
    );
    expect(window.cookie).toBe('');
    return broughtBy(landing);
  }
  const begin = (frame: Frame, intent: string) =>
    frame.call<{ url: string }>('POST', '/api/crm/renewal', {
      intent,
      challenge: challengeOf(frame.verifier),
    });
  const complete = (frame: Frame, code: string, verifier = frame.verifier) =>
    frame.call<{ session: { token: string } | null }>('POST', '/api/crm/renewal/complete', {
      code,
      verifier,
    });

  it('refreshes the same account and keeps the session', async () => {
    const frame = await new Frame(api).logIn();
    const { login = '' } = await through((await begin(frame, 'refresh')).body.url, ANNA);
    expect(await complete(frame, login)).toMatchObject({ status: 200, body: { session: null } });
    expect((await frame.call('GET', '/api/settings')).status).toBe(200);
  });

  it('refuses another account where the same was meant', async () => {
    const frame = await new Frame(api).logIn();
    const { login = '' } = await through((await begin(frame, 'refresh')).body.url, BEN);
    expect(await complete(frame, login)).toMatchObject({ status: 422, body: { code: 'crm.wrong-account' } });
  });

  it('goes on with another account under a new session, and ends the old one', async () => {
    const frame = await new Frame(api).logIn();
    const old = frame.token;
    const { login = '' } = await through((await begin(frame, 'change')).body.url, BEN);
    const { body } = await complete(frame, login);
    frame.token = body.session?.token ?? '';
    expect((await frame.call<SessionView>('GET', '/api/session')).body).toMatchObject({
      user: { email: BEN.address },
    });
    frame.token = old;
    expect((await frame.call('GET', '/api/settings')).status).toBe(401);
  });

  it('is ended by nobody but the frame that began, once, and within a minute', async () => {
    const frame = await new Frame(api).logIn();
    const ben = await new Frame(api, frame.verifier).logIn(BEN);
    const code = async () => (await through((await begin(frame, 'refresh')).body.url, ANNA)).login ?? '';
    expect((await complete(ben, await code())).body).toMatchObject({ code: 'api.login-expired' });
    expect((await complete(frame, await code(), OTHER_VERIFIER)).status).toBe(400);
    const used = await code();
    expect((await complete(frame, used)).status).toBe(200);
    expect((await complete(frame, used)).status).toBe(400);
    const late = await code();
    api.clock.advance(MINUTE);
    expect((await complete(frame, late)).status).toBe(400);
  });

  it('starts for no state that a page began, nor that a login of a frame began', async () => {
    const anna = await api.signIn(ANNA);
    const page = await anna.call('GET', '/login/salesforce?intent=refresh');
    const framed = await anna.call(
      'GET',
      `/login/salesforce?display=dialog&challenge=${challengeOf(OTHER_VERIFIER)}`,
    );
    for (const { headers } of [page, framed]) {
      const state = new URL(String(headers.location)).searchParams.get('state') ?? '';
      const { landing } = await api.visit().comeBack(`/login/salesforce/start?state=${state}`);
      expect(broughtBy(landing)).toEqual({ problem: 'api.login-expired' });
    }
  });
});
