/** What holds for all routes: sessions, roles, organizations kept apart, problems, headers, limits, and no secret in any answer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessForm } from '../support/access-scenes.ts';
import { ANNA, type Api, BEN, OLGA, openApi, type Person } from '../support/api-harness.ts';
import { annaAtWork, dumpRows } from '../support/api-scenes.ts';
import { listRoutes, type Route } from '../support/list-routes.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const routes = (): readonly Route[] => listRoutes(api.app);

/** Of administrators' routes, which `admin-matrix.test.ts` has all of. */
const isAdmins = ({ url }: Route) => url.startsWith('/api/admin/');

/** Routes for people who have not logged in. */
const OPEN = [
  '/health',
  '/ready',
  '/api/session',
  '/api/openapi.json',
  '/login/salesforce',
  '/login/salesforce/callback',
  '/login/salesforce/start',
  '/connect/:service/callback',
  '/connect/:service/start',
  '/api/session/exchange',
  '/hints/:service',
  '/api/reconnect',
  '/docs/errors',
];
const ISSUE = '0b9f0a54-6f0c-7bd5-8f86-000000000001';
const bodies: Readonly<Record<string, object>> = {
  '/api/admin/erasures/find': { address: 'somebody@outside.test' },
  '/api/admin/erasures': { address: 'somebody@outside.test' },
  '/api/crm/renewal': { intent: 'refresh', challenge: 'c'.repeat(43) },
  '/api/crm/renewal/complete': { code: 'c'.repeat(43), verifier: 'v'.repeat(43) },
  '/api/mailbox/:service': { login: 'a', password: 'b' },
  '/api/mailbox/:service/consent': {},
  '/api/mailbox/pause': { until: null },
  '/api/mailbox/resume': { gap: 'skip' },
  '/api/mailbox/start': {},
  '/api/mailbox/preview': { windowDays: 6 },
  '/api/mailbox/deactivate': { purge: false, removeMarks: false },
  '/api/mails/explain': { messageId: 'nobody@acme.test' },
  '/api/items/explain': { collection: 'events', itemId: 'nothing' },
  '/api/items/settle': { collection: 'events', itemId: 'nothing' },
  '/api/mails/save': { messageId: 'nobody@acme.test' },
  '/api/settings/earlier': { settings: {} },
  '/api/settings/earlier/apply': { settings: {} },
  '/api/settings': { layer: 'user', settings: {} },
  '/api/reconnect': { token: 'x'.repeat(43) },
};
const adminBodies: Readonly<Record<string, object>> = {
  'POST /api/admin/users': { crmUsername: 'nobody@acme.test' },
  'PATCH /api/admin/users/:id': {},
  'POST /api/admin/users/actions': { act: { action: 'disable' }, target: { userIds: [ISSUE] } },
  'POST /api/admin/profiles': { name: 'Sales' },
  'PUT /api/admin/profiles/:id': { name: 'Sales' },
  'POST /api/admin/presets': { name: 'Quiet' },
  'PUT /api/admin/presets/:id': { name: 'Quiet', settings: {}, forced: [], version: 0 },
  'POST /api/admin/presets/:id/apply': { override: false },
  'PUT /api/admin/settings': { settings: {}, forced: [], version: 0 },
  'PUT /api/admin/licenses': { name: 'Hourly', intervalMinutes: 60, pattern: 'fixed' },
  'POST /api/admin/tokens': { name: 'Script', scopes: ['read'] },
  'POST /api/admin/accesses': accessForm,
  'PUT /api/admin/accesses/:id': accessForm,
  'POST /api/admin/accesses/consent': {
    ...{ service: 'exchange', name: 'Contoso', sampleMailbox: ANNA.address },
  },
  'POST /api/admin/imports/csv': {},
  'POST /api/admin/imports/crm': {},
  'PUT /api/admin/rollouts/:id': { profileId: ISSUE },
};
/** Where a route cannot be asked without one. */
const queries: Readonly<Record<string, string>> = { '/api/items/near': '?collection=events' };
const call = (person: Person, { method, url }: Route, id = ISSUE) =>
  person.call(
    method,
    url.replace(':id', id).replace(':service', 'exchange').replace(':act', 'start') + (queries[url] ?? ''),
    method === 'GET' || method === 'DELETE' ? undefined : (adminBodies[`${method} ${url}`] ?? bodies[url]),
  );

describe('every route', () => {
  it('is known to this test', () => {
    expect(
      routes()
        .filter((route) => !isAdmins(route))
        .map(({ method, url }) => `${method} ${url}`)
        .toSorted(),
    ).toEqual([
      'DELETE /api/mailbox',
      'DELETE /api/sessions/:id',
      'GET /api/contact-views',
      'GET /api/holds',
      'GET /api/holds/:id',
      'GET /api/issues',
      'GET /api/items/near',
      'GET /api/mailbox',
      'GET /api/mails/recent',
      'GET /api/openapi.json',
      'GET /api/runs',
      'GET /api/runs/:id/records',
      'GET /api/session',
      'GET /api/sessions',
      'GET /api/settings',
      'GET /connect/:service/callback',
      'GET /connect/:service/start',
      'GET /docs/errors',
      'GET /health',
      'GET /login/salesforce',
      'GET /login/salesforce/callback',
      'GET /login/salesforce/start',
      'GET /ready',
      'POST /api/crm/renewal',
      'POST /api/crm/renewal/complete',
      'POST /api/holds/:id/drop',
      'POST /api/holds/:id/release',
      'POST /api/issues/:id/retry',
      'POST /api/items/explain',
      'POST /api/items/settle',
      'POST /api/logout',
      'POST /api/mailbox/:service',
      'POST /api/mailbox/:service/consent',
      'POST /api/mailbox/consents/:id/complete',
      'POST /api/mailbox/deactivate',
      'POST /api/mailbox/pause',
      'POST /api/mailbox/preview',
      'POST /api/mailbox/resume',
      'POST /api/mailbox/start',
      'POST /api/mailbox/sync-now',
      'POST /api/mails/explain',
      'POST /api/mails/save',
      'POST /api/reconnect',
      'POST /api/runs/:id/undo',
      'POST /api/session/exchange',
      'POST /api/sessions/end-others',
      'POST /api/settings/earlier',
      'POST /api/settings/earlier/apply',
      'POST /hints/:service',
      'PUT /api/settings',
    ]);
  });

  it('that is about somebody is refused without a session, with one that is invented, and with one that has ended', async () => {
    const invented = api.visit();
    invented.cookies.set('__Host-lockstep', 'x'.repeat(43));
    const ended = await api.signIn();
    const [name = '', token = ''] = [...ended.cookies][0] ?? [];
    await ended.call('POST', '/api/logout');
    ended.cookies.set(name, token);
    for (const person of [api.visit(), invented, ended])
      for (const route of routes().filter(({ url }) => !OPEN.includes(url))) {
        const { status, body } = await call(person, route);
        expect({ ...route, status, body }).toMatchObject({
          status: 401,
          body: { code: 'api.not-signed-in' },
        });
      }
  });

  it('that changes something is refused without the page’s own token, and with somebody else’s', async () => {
    const [anna, ben] = [await api.signIn(ANNA), await api.signIn(BEN)];
    const own = anna.csrf;
    for (const csrf of ['', 'x', ben.csrf])
      for (const route of routes().filter(({ method, url }) => method !== 'GET' && !OPEN.includes(url))) {
        anna.csrf = csrf;
        expect(await call(anna, route)).toMatchObject({ status: 403, body: { code: 'api.not-allowed' } });
      }
    anna.csrf = own;
    expect((await call(anna, { method: 'PUT', url: '/api/settings' })).status).toBe(200);
  });

  it('carries the headers that keep a browser safe', async () => {
    for (const route of routes()) {
      const { headers } = await call(api.visit(), route);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toContain('unsafe-eval');
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('answers trouble with problem details (RFC 9457)', async () => {
    for (const route of routes().filter(({ url }) => !OPEN.includes(url))) {
      const { headers, body, status } = await call(api.visit(), route);
      expect(String(headers['content-type'])).toMatch(/^application\/problem\+json/);
      expect(body).toEqual({
        type: '/docs/errors#api.not-signed-in',
        title: expect.any(String),
        status,
        code: 'api.not-signed-in',
        detail: expect.any(String),
      });
    }
  });

  it('is in the OpenAPI document with its answers, good and bad', async () => {
    const { body } = await api.visit().call<{
      paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
    }>('GET', '/api/openapi.json');
    for (const { method, url } of routes().filter((route) => route.url !== '/api/openapi.json')) {
      const operation = body.paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      const { default: trouble, ...good } = operation?.responses ?? {};
      expect(Object.keys(good), `${method} ${url}`).not.toEqual([]);
      expect(Object.keys(trouble?.content ?? {}), `${method} ${url}`).toEqual(['application/problem+json']);
    }
  });
});

describe('an unknown address', () => {
  it.each(['/api/nothing', '/nothing', '/api/issues/1/retry/2', '/..%2f..%2fetc/passwd'])(
    'is not found: %s',
    async (url) => {
      expect(await api.visit().call('GET', url)).toMatchObject({
        status: 404,
        body: { code: 'api.not-found', status: 404 },
      });
    },
  );
});

describe('another organization', () => {
  it('sees nothing of the first, whatever it asks for', async () => {
    const anna = await annaAtWork(api);
    const issues = await anna.call<{ items: { id: string; firstAt: string }[] }>('GET', '/api/issues');
    const runs = await anna.call<{ items: { id: string; startedAt: string }[] }>('GET', '/api/runs');
    const [issue, run] = [issues.body.items[0], runs.body.items[0]];
    if (issue === undefined || run === undefined) throw new Error('there is nothing to see');
    const { id: mailboxId } = await anna.mailbox();
    const olga = await api.signIn(OLGA);
    const from = api.answers.length;
    // The document, lines of work on many, and accesses have a word of their own that is a subject here.
    const mute = /logout|login|health|ready|docs|openapi|users\/actions|accesses/;
    for (const route of routes().filter(({ url }) => !mute.test(url))) await call(olga, route, issue.id);
    const later = Date.parse('2027-01-01');
    expect((await olga.call('GET', `/api/runs?before=${later}.${run.id}`)).body).toEqual({
      items: [],
      next: null,
    });
    expect((await olga.call('GET', `/api/issues?before=${later}.${issue.id}`)).body).toEqual({
      items: [],
      next: null,
    });
    expect(await olga.call('POST', `/api/issues/${issue.id}/retry`)).toMatchObject({ status: 404 });
    expect(await olga.call('GET', '/api/mailbox')).toMatchObject({ status: 404 });
    const told = api.answers.slice(from).join('\n');
    for (const secret of [issue.id, run.id, mailboxId, ANNA.address, 'refused'])
      expect(told).not.toContain(secret);
  });

  it('with a mailbox of its own cannot reach an issue of the first', async () => {
    const anna = await annaAtWork(api);
    const { body } = await anna.call<{ items: { id: string; retryAt: string | null }[] }>(
      'GET',
      '/api/issues',
    );
    const olga = await api.signIn(OLGA);
    expect((await olga.activate({ login: OLGA.address, password: OLGA.password })).status).toBe(200);
    expect(await olga.call('POST', `/api/issues/${body.items[0]?.id}/retry`)).toMatchObject({
      status: 404,
      body: { code: 'api.not-found' },
    });
    expect((await olga.call('GET', `/api/runs?before=${Date.parse('2027-01-01')}.${ISSUE}`)).body).toEqual({
      items: [],
      next: null,
    });
    expect((await anna.call('GET', '/api/issues')).body).toEqual(body);
  });

  it('has settings of its own', async () => {
    const [anna, olga] = [await api.signIn(ANNA), await api.signIn(OLGA)];
    await anna.call('PUT', '/api/settings', {
      layer: 'organization',
      settings: { blocklist: ['acme.test'] },
    });
    expect((await olga.call('GET', '/api/settings')).body).toMatchObject({ organization: {}, user: {} });
    expect(JSON.stringify((await olga.call('GET', '/api/settings')).body)).not.toContain('acme.test');
  });

  it('a colleague of the same organization cannot reach an issue either', async () => {
    const anna = await annaAtWork(api);
    const { body } = await anna.call<{ items: { id: string }[] }>('GET', '/api/issues');
    const ben = await api.signIn(BEN);
    await ben.activate({ login: BEN.address, password: BEN.password });
    expect(await ben.call('POST', `/api/issues/${body.items[0]?.id}/retry`)).toMatchObject({ status: 404 });
    expect((await ben.call('GET', '/api/issues')).body).toEqual({ items: [], next: null });
  });
});

describe('limits', () => {
  it('slow down who begins too many logins', async () => {
    const person = api.visit();
    const answers = [];
    for (let attempt = 0; attempt < 31; attempt += 1)
      answers.push(await person.call('GET', '/login/salesforce'));
    expect(answers.slice(0, 30).map(({ status }) => status)).toEqual(Array(30).fill(302));
    expect(answers[30]).toMatchObject({ status: 429, body: { code: 'api.too-soon' } });
    expect(answers[30]?.body).toMatchObject({ retryAfterSeconds: expect.closeTo(60, -2) });
    expect((await api.visit().call('GET', '/login/salesforce')).status).toBe(302);
  });

  it('are not evaded by inventing an address, and hold for each person behind a proxy of one’s own', async () => {
    const ask = (remoteAddress: string, forwarded: string) =>
      api.app.inject({
        url: '/login/salesforce',
        remoteAddress,
        headers: { 'x-forwarded-for': forwarded },
      });
    const from = async (remoteAddress: string) => {
      const statuses = [];
      for (let attempt = 0; attempt < 31; attempt += 1)
        statuses.push((await ask(remoteAddress, `203.0.113.${attempt}`)).statusCode);
      return statuses.filter((status) => status === 429).length;
    };
    expect(await from('198.51.100.250')).toBe(1);
    expect(await from('10.0.0.7')).toBe(0);
  });

  it('slow down who tries too many passwords', async () => {
    const anna = await api.signIn();
    const answers = [];
    for (let attempt = 0; attempt < 11; attempt += 1)
      answers.push(await anna.activate({ password: 'guess' }));
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(422), 429]);
    expect(answers[10]?.body).toMatchObject({ code: 'api.too-soon' });
    expect(api.sentToMail.filter(({ authorization }) => authorization !== null)).toHaveLength(10);
  });

  it('let a sync be asked for once a minute', async () => {
    const anna = await annaAtWork(api);
    expect(await anna.call('POST', '/api/mailbox/sync-now')).toMatchObject({
      status: 202,
      body: { mailbox: { state: 'active' } },
    });
    expect(await anna.call('POST', '/api/mailbox/sync-now')).toMatchObject({
      status: 429,
      body: { code: 'api.too-soon', retryAfterSeconds: 60 },
    });
    api.clock.advance(60_000);
    expect((await anna.call('POST', '/api/mailbox/sync-now')).status).toBe(202);
  });
});

describe('an issue', () => {
  it('is tried again when somebody asks, and is over when it works', async () => {
    const anna = await annaAtWork(api);
    const { body } = await anna.call<{ items: { id: string; code: string; attempts: number }[] }>(
      'GET',
      '/api/issues',
    );
    expect(body.items).toMatchObject([{ code: 'crm.validation-rule', attempts: 1 }]);
    expect(await anna.mailbox()).toMatchObject({ issuesOpen: 1, savedTotal: 1 });
    api.services.salesforce.organizationOf().validationRules.length = 0;
    api.clock.advance(60_000);
    expect((await anna.call('POST', `/api/issues/${body.items[0]?.id}/retry`)).status).toBe(202);
    expect(await api.runDue()).toBe(1);
    expect((await anna.call('GET', '/api/issues')).body).toEqual({ items: [], next: null });
    expect(await anna.mailbox()).toMatchObject({ issuesOpen: 0, savedTotal: 2 });
    expect(await anna.call('POST', `/api/issues/${body.items[0]?.id}/retry`)).toMatchObject({ status: 404 });
  });
});

describe('a person without a mailbox', () => {
  it('is told so, and sees empty lists', async () => {
    const anna = await api.signIn();
    expect(await anna.call('GET', '/api/mailbox')).toMatchObject({ status: 404 });
    expect(await anna.call('POST', '/api/mailbox/sync-now')).toMatchObject({ status: 404 });
    for (const url of ['/api/runs', '/api/issues'])
      expect((await anna.call('GET', url)).body).toEqual({ items: [], next: null });
  });
});

describe('secrets', () => {
  it('are in no answer, no log line and no row', async () => {
    const anna = await annaAtWork(api);
    await anna.activate({ password: 'mistyped-secret' });
    await anna.activate({ ewsUrl: `https://anna:${'linked-secret'}@mail.contoso.test` });
    await anna.call('PUT', '/api/settings', { layer: 'user', settings: { windowDays: 'typed-secret' } });
    const { sessions } = api.services.salesforce;
    // Before the routes that give them back.
    const tokens = [...sessions.sessions.keys(), ...sessions.refreshTokens.keys()];
    for (const route of routes().filter(({ url }) => !url.includes('logout'))) await call(anna, route);
    expect(tokens.length).toBeGreaterThan(1);
    const secrets = [
      ANNA.password,
      Buffer.from(`${ANNA.address}:${ANNA.password}`).toString('base64'),
      'mistyped-secret',
      'linked-secret',
      'typed-secret',
      'sandbox-secret',
      ...tokens,
    ];
    const told = [...api.answers, ...api.logLines].join('\n');
    const stored = await dumpRows(api);
    expect(stored.length).toBeGreaterThan(1_000);
    for (const secret of secrets) {
      expect(told).not.toContain(secret);
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    }
    // What is kept of a session is its digest.
    expect(stored).not.toContain([...anna.cookies.values()][0]);
  });
});
