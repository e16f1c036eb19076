/** Activation on a service's own sign-in pages, through the API as the page and a browser use it; the services are in memory. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionView } from '../../src/api-schema/session.ts';
import { catalogue } from '../../src/model/catalogue.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { purge } from '../../src/store/purge.ts';
import { ANNA, BEN, OLGA, type Person, PUBLIC_URL } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { type ConsentApi, openConsentApi, setState, signInAt } from '../support/consent-scenes.ts';
import { APPROVAL_URL } from '../support/fake-mail-service.ts';

let api: ConsentApi;
let anna: Person;
beforeEach(async () => {
  api = await openConsentApi();
  anna = await api.signIn(ANNA);
});
afterEach(() => api[Symbol.asyncDispose]());

const COOKIE = '__Host-lockstep-consent';

/** Anna's own way as far as the address that she is sent back to. */
async function wayBack(service = api.cloud): Promise<string> {
  const { body } = await anna.beginConsent(service.service.service);
  return service.decide(body.url, ANNA.address);
}

describe('what can be activated', () => {
  it('is in the session, with the way and the approval page', async () => {
    const { body } = await anna.call<SessionView>('GET', '/api/session');
    expect(body).toMatchObject({
      services: [
        { service: 'exchange', displayName: 'Exchange', activatedBy: 'form', approvalUrl: null },
        { service: 'cloud', displayName: 'Cloud Mail', activatedBy: 'consent', approvalUrl: APPROVAL_URL },
        { service: 'other', displayName: 'Other Mail', activatedBy: 'consent', approvalUrl: null },
      ],
    });
    expect((await api.visit().call('GET', '/api/session')).text).not.toContain('services');
  });

  it('by consent has no form, by form has no consent, and what is not offered is not found', async () => {
    const form = { login: 'a', password: 'b' };
    for (const body of [form, {}])
      expect(await anna.call('POST', '/api/mailbox/cloud', body)).toMatchObject({
        status: 409,
        body: {
          code: 'api.conflict',
          detail: expect.stringContaining('Cloud Mail is connected by signing in'),
        },
      });
    expect(await anna.beginConsent('exchange')).toMatchObject({
      status: 409,
      body: { code: 'api.conflict', detail: expect.stringContaining('login and password') },
    });
    expect(await anna.call('POST', '/api/mailbox/nothing', form)).toMatchObject({ status: 404 });
    expect(await anna.beginConsent('nothing')).toMatchObject({ status: 404 });
    expect(await anna.call('GET', '/connect/nothing/callback')).toMatchObject({ status: 404 });
    expect((await anna.beginConsent('cloud', 'no address')).body).toMatchObject({ fields: ['address'] });
  });
});

describe('a consent', () => {
  it('connects the mailbox, whose mail is then saved', async () => {
    api.cloud.deliver(ANNA.address, 'first');
    expect(await signInAt(api.cloud, anna, { meant: ANNA.address.toUpperCase() })).toMatchObject({
      status: 200,
      body: {
        mailbox: { address: ANNA.address, service: 'Cloud Mail', serviceId: 'cloud', state: 'active' },
        checks: expect.arrayContaining([{ capability: 'sign-in', ok: true, failure: null }]),
      },
    });
    expect(api.cloud.begun[0]?.loginHint).toBe(ANNA.address);
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ savedTotal: 1, lastRun: { outcome: 'done' } });
  });

  it('leads back at once to an address that holds an id and nothing else', async () => {
    const { landing, headers } = await anna.comeBack(await wayBack());
    expect(landing).toMatch(/^\/\?consent=[\w-]{43}$/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(api.cloud.completed.count).toBe(0);
    expect((await anna.call('GET', '/api/mailbox')).status).toBe(404);
  });

  it('leaves no code, state, verifier or token in answers, log or rows, whole or in part of the way', async () => {
    const callback = await wayBack();
    const { landing } = await anna.comeBack(callback);
    const between = await dumpRows(api);
    const id = landing.split('=')[1] ?? '';
    expect((await anna.call('POST', `/api/mailbox/consents/${id}/complete`)).status).toBe(200);
    const url = api.cloud.begun[0]?.url ?? '';
    const told = [...api.answers, ...api.logLines].join('\n').replaceAll(url, '');
    const stored = `${between}\n${await dumpRows(api)}`;
    for (const secret of [
      'cloud-code-secret',
      'cloud-state-secret',
      'cloud-verifier-secret',
      'cloud-token-secret',
    ]) {
      expect(told).not.toContain(secret);
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    }
    expect(stored).not.toContain(id);
  });

  it('is good once', async () => {
    const callback = await wayBack();
    const cookie = anna.cookies.get(COOKIE) ?? '';
    const { landing } = await anna.comeBack(callback);
    expect(anna.cookies.has(COOKIE)).toBe(false);
    anna.cookies.set(COOKIE, cookie);
    expect((await anna.comeBack(callback)).landing).toBe('/?problem=api.consent-expired');
    const complete = `/api/mailbox/consents/${landing.split('=')[1]}/complete`;
    expect((await anna.call('POST', complete)).status).toBe(200);
    expect(await anna.call('POST', complete)).toMatchObject({
      status: 400,
      body: { code: 'api.consent-expired', detail: expect.stringContaining('Begin it again') },
    });
    expect(api.cloud.completed.count).toBe(1);
  });

  it('is good for ten minutes on the way and for ten more on the page', async () => {
    const early = await wayBack();
    api.clock.advance(10 * MINUTE);
    expect((await anna.comeBack(early)).landing).toBe('/?problem=api.consent-expired');
    const { landing } = await anna.comeBack(await wayBack());
    api.clock.advance(10 * MINUTE);
    const id = landing.split('=')[1];
    expect(await anna.call('POST', `/api/mailbox/consents/${id}/complete`)).toMatchObject({
      body: { code: 'api.consent-expired' },
    });
    await wayBack();
    api.clock.advance(11 * MINUTE);
    expect(await purge(api.lockstep.ports.db, api.clock.now())).toMatchObject({ pending_consents: 1 });
  });

  it('that is begun anew makes the one before worthless', async () => {
    const first = await wayBack();
    const cookie = anna.cookies.get(COOKIE) ?? '';
    const second = await wayBack();
    anna.cookies.set(COOKIE, cookie);
    expect((await anna.comeBack(first)).landing).toBe('/?problem=api.consent-expired');
    expect((await anna.beginConsent('cloud')).status).toBe(200);
    expect((await anna.comeBack(second)).landing).toBe('/?problem=api.consent-expired');
  });
});

describe('a way back', () => {
  it('in another browser goes no further, though its owner is signed in there', async () => {
    const callback = await wayBack();
    const elsewhere = await api.signIn(ANNA);
    expect((await elsewhere.comeBack(callback)).landing).toBe('/?problem=api.consent-expired');
    expect((await anna.comeBack(callback)).landing).toMatch(/consent=/);
  });

  it('to somebody else’s session goes no further, in the same browser or with the id', async () => {
    const ben = await api.signIn(BEN);
    const olga = await api.signIn(OLGA);
    for (const stranger of [ben, olga]) {
      const callback = await wayBack();
      stranger.cookies.set(COOKIE, anna.cookies.get(COOKIE) ?? '');
      expect((await stranger.comeBack(callback)).landing).toBe('/?problem=api.consent-expired');
      const { landing } = await anna.comeBack(callback);
      const complete = `/api/mailbox/consents/${landing.split('=')[1]}/complete`;
      expect(await stranger.call('POST', complete)).toMatchObject({ body: { code: 'api.consent-expired' } });
      expect((await anna.call('POST', complete)).status).toBe(200);
    }
  });

  it('after the session has ended leads to the login', async () => {
    const callback = await wayBack();
    await anna.call('POST', '/api/logout');
    expect((await anna.comeBack(callback)).landing).toBe('/?problem=api.not-signed-in');
  });

  it('of another service is not taken', async () => {
    const callback = (await wayBack()).replace('/cloud/', '/other/');
    expect((await anna.comeBack(callback)).landing).toBe('/?problem=api.consent-expired');
  });

  it('without anything is no fault', async () => {
    expect((await anna.comeBack(`${PUBLIC_URL}/connect/cloud/callback`)).landing).toBe(
      '/?problem=api.consent-expired',
    );
    expect(api.faultLines()).toEqual([]);
  });
});

describe('an administrator’s approval', () => {
  it.each([
    ['admin_consent=True&tenant=contoso.test', 'approved'],
    ['admin_consent=True&tenant=contoso.test&state=something', 'approved'],
    ['admin_consent=True&error=access_denied&error_description=The+admin+canceled', 'declined'],
    ['error=permission_denied&error_description=The+admin+canceled+the+request', 'declined'],
    ['admin_consent=False&tenant=contoso.test', 'declined'],
  ])('lands in any browser on a page that says so: %s', async (query, outcome) => {
    const { landing } = await api.visit().comeBack(`${PUBLIC_URL}/connect/cloud/callback?${query}`);
    expect(landing).toBe(`/?approval=${outcome}`);
  });

  it('leaves the person’s own consent, that waits in the same browser, as it is', async () => {
    const callback = await wayBack();
    await anna.comeBack(`${PUBLIC_URL}/connect/cloud/callback?admin_consent=True&tenant=contoso.test`);
    expect((await anna.completeConsent(callback)).status).toBe(200);
  });
});

describe('a consent that goes wrong', () => {
  it.each([
    ['decline', 'mailbox.consent-declined', {}],
    ['needs-approval', 'mailbox.admin-approval-needed', { approvalUrl: APPROVAL_URL }],
    ['untick', 'mailbox.scope-missing', { fields: ['mail.modify'] }],
  ] as const)('is named with its remedy and can be begun anew: %s', async (decision, code, more) => {
    const { user, admin } = catalogue[code];
    const answer = await signInAt(api.cloud, anna, { decision });
    expect(answer).toMatchObject({ status: 422, body: { code, detail: user, admin, ...more } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Object.keys(answer.body)).not.toContain('accounts');
    expect((await anna.call('GET', '/api/mailbox')).status).toBe(404);
    expect(await signInAt(api.cloud, anna)).toMatchObject({ status: 200 });
  });

  it('has no approval link where the service has no such page', async () => {
    const { body } = await signInAt(api.other, anna, { decision: 'needs-approval' });
    expect(body.code).toBe('mailbox.admin-approval-needed');
    expect(Object.keys(body)).not.toContain('approvalUrl');
  });

  it('because another account was chosen names both, and saves nothing', async () => {
    api.cloud.addAccount(BEN.address);
    const answer = await signInAt(api.cloud, anna, { as: BEN.address, meant: ANNA.address });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'mailbox.wrong-account',
        accounts: { expected: ANNA.address, authorised: BEN.address },
      },
    });
    expect((await anna.call('GET', '/api/mailbox')).status).toBe(404);
    expect(api.logLines.join('\n')).not.toContain(BEN.address);
  });

  it('because another account was chosen leaves the mailbox that is connected as it is', async () => {
    await signInAt(api.cloud, anna);
    api.cloud.addAccount(BEN.address);
    // Whatever address is sent along: the mailbox that is there is the one that is meant.
    const answer = await signInAt(api.cloud, anna, { as: BEN.address, meant: BEN.address });
    expect(answer.body).toMatchObject({ accounts: { expected: ANNA.address, authorised: BEN.address } });
    expect(await anna.mailbox()).toMatchObject({ address: ANNA.address, state: 'active' });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ lastRun: { outcome: 'done' } });
  });

  it('takes an alias as the same mailbox', async () => {
    expect(await signInAt(api.cloud, anna, { meant: 'sales@contoso.test' })).toMatchObject({
      status: 200,
      body: { mailbox: { address: ANNA.address } },
    });
  });
});

describe('a form', () => {
  it('for another mailbox than the one that is connected is refused, naming both', async () => {
    expect((await anna.activate()).status).toBe(200);
    expect(await anna.activate({ login: BEN.address, password: BEN.password })).toMatchObject({
      status: 422,
      body: {
        code: 'mailbox.wrong-account',
        accounts: { expected: ANNA.address, authorised: BEN.address },
      },
    });
    expect(await anna.mailbox()).toMatchObject({ address: ANNA.address, state: 'active' });
  });
});

describe('a grant that was withdrawn, or ended with a changed password', () => {
  it('stops sync after one run, and signing in again clears it', async () => {
    api.cloud.deliver(ANNA.address, 'first');
    await signInAt(api.cloud, anna);
    await api.runDue();
    const { id, nextRunAt } = await anna.mailbox();
    api.cloud.withdraw(ANNA.address);
    api.clock.advanceTo(Date.parse(nextRunAt ?? ''));
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({
      state: 'authorization-required',
      cause: { code: 'mailbox.grant-ended', text: catalogue['mailbox.grant-ended'].user },
      status: { tone: 'bad', text: expect.stringContaining('Sign in again') },
      nextRunAt: null,
    });
    api.clock.advance(60 * MINUTE);
    expect(await api.runDue()).toBe(0);
    api.cloud.deliver(ANNA.address, 'second');
    expect(await signInAt(api.cloud, anna)).toMatchObject({
      status: 200,
      body: { mailbox: { id, state: 'active', cause: null, savedTotal: 1 } },
    });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ savedTotal: 2, lastRun: { created: 1, outcome: 'done' } });
  });

  it.each(['paused', 'suspended', 'authorization-required', 'deactivated'] as const)(
    'and any other consent brings a mailbox back that is %s',
    async (state) => {
      await signInAt(api.cloud, anna);
      const { id } = await anna.mailbox();
      await setState(api, anna, state);
      expect(await signInAt(api.cloud, anna)).toMatchObject({
        status: 200,
        body: { mailbox: { id, state: 'active' } },
      });
      expect(await api.runDue()).toBe(1);
    },
  );
});

describe('limits', () => {
  it('slow down who begins or completes too many consents', async () => {
    const begun = [];
    const completed = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      begun.push((await anna.beginConsent('cloud')).status);
      completed.push((await anna.call('POST', `/api/mailbox/consents/x${attempt}/complete`)).status);
    }
    expect(begun).toEqual([...Array(10).fill(200), 429]);
    expect(completed).toEqual([...Array(10).fill(400), 429]);
  });
});
