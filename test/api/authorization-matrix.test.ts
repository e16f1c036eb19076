/**
 * Every route with everybody, those of administrators excepted, which are in `admin-matrix.test.ts`: nobody, a user, a profile admin and a platform admin of one organization, and the platform admin of another who knows the
 * first one's ids. A route without a row fails, so that none is added without saying who may use it. What the session of an e-mail's link reaches is in
 * `reconnect.test.ts`, for all routes too.
 */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Colleague, colleagues } from '../../sandbox/cast.ts';
import type { OwnSessionsView } from '../../src/api-schema/sessions.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { ANNA, type Api, BEN, OLGA, openApi, type Person } from '../support/api-harness.ts';
import { annaAtWork } from '../support/api-scenes.ts';
import { type ConsentApi, openConsentApi } from '../support/consent-scenes.ts';
import { Frame } from '../support/frame-scenes.ts';
import { listRoutes, type Route } from '../support/list-routes.ts';
import { storeHold } from '../support/stored-holds.ts';

const CARLA: Colleague = { ...(colleagues[2] as Colleague), service: 'exchange' };

const actors = ['nobody', 'user', 'profile-admin', 'platform-admin', 'another organization'] as const;
type Actor = (typeof actors)[number];

interface Row {
  readonly body?: object;
  /** Statuses in the order of `actors`. The platform admin is the owner of all ids in addresses, and acts last. */
  readonly answers: readonly [number, number, number, number, number];
}

const everybody = (status: number): Row => ({ answers: [status, status, status, status, status] });
/** About the caller's own mailbox, which only the platform admin has. */
const own = (without: number, owner: number, body?: object): Row => ({
  answers: [401, without, without, owner, without],
  ...(body === undefined ? {} : { body }),
});
const signedIn = (status: number, body?: object): Row => own(status, status, body);

const rows: Readonly<Record<string, Row>> = {
  'GET /health': everybody(200),
  'GET /ready': everybody(200),
  'GET /api/openapi.json': everybody(200),
  'GET /api/session': everybody(200),
  'GET /login/salesforce': everybody(302),
  'GET /login/salesforce/callback': everybody(302),
  'GET /login/salesforce/start': everybody(302),
  'GET /connect/:service/start': everybody(302),
  'GET /connect/:service/callback': everybody(302),
  'POST /hints/:service': everybody(404),
  'GET /docs/errors': everybody(200),
  // A link is its own proof, and one that is none opens nothing, whoever shows it.
  'POST /api/reconnect': { ...everybody(400), body: { token: 'x'.repeat(43) } },
  // A code is its own proof; one that is none is worth nothing to anybody.
  'POST /api/session/exchange': {
    ...everybody(400),
    body: { code: 'c'.repeat(43), verifier: 'v'.repeat(43) },
  },
  'GET /api/mailbox': own(404, 200),
  'GET /api/runs': signedIn(200),
  'GET /api/issues': signedIn(200),
  'POST /api/issues/:id/retry': own(404, 202),
  'GET /api/holds': signedIn(200),
  'GET /api/holds/:id': own(404, 200),
  'POST /api/holds/:id/release': own(404, 200),
  // It was let go by then.
  'POST /api/holds/:id/drop': own(404, 409),
  // Single mails and records are their owner's alone, whatever anybody's role.
  'GET /api/mails/recent': own(404, 200),
  'POST /api/mails/explain': own(404, 200, { messageId: 'fine@acme-bikes.test' }),
  'POST /api/mails/save': own(404, 200, { messageId: 'fine@acme-bikes.test' }),
  // What the owner's mailbox has is told by `why-items.test.ts`; here the service answers as it does for a name that is none.
  'GET /api/items/near': own(404, 200),
  'POST /api/items/explain': own(404, 404, { collection: 'events', itemId: 'nothing' }),
  'POST /api/items/settle': own(404, 404, { collection: 'events', itemId: 'nothing' }),
  'GET /api/runs/:id/records': own(404, 200),
  'POST /api/runs/:id/undo': own(404, 200),
  'POST /api/settings/earlier': own(404, 200, { settings: {} }),
  'POST /api/settings/earlier/apply': own(404, 200, { settings: {} }),
  'POST /api/mailbox/sync-now': own(404, 202),
  // Whoever is signed in may try to connect a mailbox, and a password that is wrong opens none.
  'POST /api/mailbox/:service': signedIn(409, { login: 'x', password: 'y' }),
  'POST /api/mailbox/:service/consent': signedIn(200, {}),
  'POST /api/mailbox/consents/:id/complete': own(400, 200),
  'GET /api/settings': signedIn(200),
  'GET /api/contact-views': own(404, 200),
  'PUT /api/settings': {
    answers: [401, 403, 403, 200, 200],
    body: { layer: 'organization', settings: {} },
  },
  // A renewal is begun by whoever is signed in, for himself; its code is its own proof.
  'POST /api/crm/renewal': signedIn(200, { intent: 'refresh', challenge: 'c'.repeat(43) }),
  'POST /api/crm/renewal/complete': signedIn(400, { code: 'c'.repeat(43), verifier: 'v'.repeat(43) }),
  'POST /api/mailbox/preview': own(404, 200, { windowDays: 6 }),
  'POST /api/mailbox/pause': own(404, 200, { until: null }),
  'POST /api/mailbox/resume': own(404, 200, { gap: 'skip' }),
  // The owner's mailbox has long been started.
  'POST /api/mailbox/start': own(404, 409, {}),
  // These end the mailbox, and so come late.
  'POST /api/mailbox/deactivate': own(404, 200, { purge: false, removeMarks: false }),
  'DELETE /api/mailbox': own(404, 200),
  'GET /api/sessions': signedIn(200),
  // Somebody else's session is nobody's; this is the owner's second one.
  'DELETE /api/sessions/:id': own(404, 204),
  'POST /api/sessions/end-others': signedIn(200),
  'POST /api/logout': signedIn(204),
};

let api: ConsentApi;
let issueId: string;
let runId: string;
let holdId: string;
let otherSessionId: string;
let people: Readonly<Record<Actor, Person>>;

beforeAll(async () => {
  api = await openConsentApi();
  const anna = await annaAtWork(api);
  issueId =
    (await anna.call<{ items: readonly { id: string }[] }>('GET', '/api/issues')).body.items[0]?.id ?? '';
  runId = (await anna.call<{ items: readonly { id: string }[] }>('GET', '/api/runs')).body.items[0]?.id ?? '';
  expect([issueId, runId]).not.toContain('');
  holdId = await storeHold(api, ANNA.address);
  await api.signIn();
  const { body } = await anna.call<OwnSessionsView>('GET', '/api/sessions');
  otherSessionId = body.items.find(({ current }) => !current)?.id ?? '';
  people = {
    nobody: api.visit(),
    user: await api.signIn(BEN),
    'profile-admin': await asProfileAdmin(),
    'platform-admin': anna,
    'another organization': await api.signIn(OLGA),
  };
});
afterAll(() => api[Symbol.asyncDispose]());

async function asProfileAdmin(): Promise<Person> {
  const carla = await api.signIn(CARLA);
  await acrossOrganizations(api.database.db, (tx) =>
    tx.query(`update users set role = 'profile-admin' where username = $1`, [CARLA.salesforceUsername]),
  );
  const { body } = await carla.call<{ user: { role: string } }>('GET', '/api/session');
  expect(body.user.role).toBe('profile-admin');
  return carla;
}

/** The id that belongs to the platform admin, where the address asks for one. */
async function addressOf(route: string): Promise<string> {
  const [, url = ''] = route.split(' ');
  if (url.includes('/consents/:id')) {
    const anna = people['platform-admin'];
    const { body } = await anna.beginConsent('cloud');
    const { landing } = await anna.comeBack(api.cloud.decide(body.url, ANNA.address));
    return url.replace(':id', landing.split('=')[1] ?? '');
  }
  if (url === '/api/items/near') return `${url}?collection=events`;
  if (url.startsWith('/api/holds/')) return url.replace(':id', holdId);
  if (url.startsWith('/api/runs/')) return url.replace(':id', runId);
  return url
    .replace('/login/salesforce/start', '/login/salesforce/start?state=never-begun')
    .replace(':service/start', 'cloud/start?state=never-begun')
    .replace(':service', 'cloud')
    .replace('sessions/:id', `sessions/${otherSessionId}`)
    .replace(':id', issueId);
}

test('every route has a row, and every row its route', () => {
  const found = listRoutes(api.app)
    .filter(({ url }) => !url.startsWith('/api/admin/'))
    .map(({ method, url }) => `${method} ${url}`);
  expect(found.toSorted()).toEqual(Object.keys(rows).toSorted());
});

// The owner acts last: what he does uses the ids up, and his logout ends all.
const order: readonly Actor[] = ['nobody', 'user', 'profile-admin', 'another organization', 'platform-admin'];

const lasting = Object.entries(rows).filter(([route]) => !route.endsWith('/api/logout'));

describe.each(lasting)('%s', (route, { body, answers }) => {
  it('answers everybody as it should', async () => {
    // Sync now is taken once a minute.
    api.clock.advance(2 * MINUTE);
    const address = await addressOf(route);
    const [method] = route.split(' ') as [Route['method']];
    for (const actor of order) {
      const answer = await people[actor].call(method, address, body);
      expect([actor, answer.status]).toEqual([actor, answers[actors.indexOf(actor)]]);
      if (actor !== 'platform-admin' && answer.status < 400) expect(answer.text).not.toContain(issueId);
    }
  });
});

describe('a session in a frame', () => {
  it('may what the same person’s cookie may, and no more', async () => {
    const frames = {
      user: await new Frame(api).logIn(BEN),
      'another organization': await new Frame(api).logIn(OLGA),
    };
    for (const [actor, frame] of Object.entries(frames))
      for (const [route, { body, answers }] of Object.entries(rows)) {
        if (/logout|sessions.end-others|consents|deactivate|DELETE/.test(route)) continue;
        const [method] = route.split(' ') as [Route['method']];
        const address = await addressOf(route);
        const { status } = await frame.call(method, address, body);
        expect([actor, route, status]).toEqual([actor, route, answers[actors.indexOf(actor as Actor)]]);
      }
  });
});

describe('a logout', () => {
  it('ends the caller’s own session and nobody else’s', async () => {
    const { answers } = rows['POST /api/logout'] as Row;
    for (const actor of order) {
      const { status } = await people[actor].call('POST', '/api/logout');
      expect([actor, status]).toEqual([actor, answers[actors.indexOf(actor)]]);
      const { status: after } = await people[actor].call('GET', '/api/settings');
      expect([actor, after]).toEqual([actor, 401]);
    }
  });
});

describe('a login', () => {
  it('never adopts a session’s value that was there before', async () => {
    const planted = 'p'.repeat(43);
    const victim = api.visit();
    victim.cookies.set('__Host-lockstep', planted);
    await victim.logIn(api.services, BEN);
    expect(victim.cookies.get('__Host-lockstep')).not.toBe(planted);
    const thief = api.visit();
    thief.cookies.set('__Host-lockstep', planted);
    expect((await thief.call('GET', '/api/settings')).status).toBe(401);
  });

  it('makes a new session each time, also for the same person in the same browser', async () => {
    const person = api.visit();
    await person.logIn(api.services, BEN);
    const first = person.cookies.get('__Host-lockstep');
    await person.logIn(api.services, BEN);
    expect(person.cookies.get('__Host-lockstep')).not.toBe(first);
  });
});

describe('limits by address', () => {
  let limited: Api;
  beforeAll(async () => {
    limited = await openApi();
  });
  afterAll(() => limited[Symbol.asyncDispose]());

  it.each([
    ['logging in', 'GET', '/login/salesforce', undefined, 30],
    ['the way back', 'GET', '/login/salesforce/callback?state=x', undefined, 30],
    ['taking over', 'POST', '/api/session/exchange', { code: 'c'.repeat(43), verifier: 'v'.repeat(43) }, 30],
    ['a link', 'POST', '/api/reconnect', { token: 't'.repeat(43) }, 30],
    ['connecting', 'POST', '/api/mailbox/exchange', { login: 'x', password: 'y' }, 10],
  ] as const)('end %s for a minute, for that address alone', async (_, method, url, body, max) => {
    const person = limited.visit();
    for (let call = 0; call < max; call += 1)
      expect((await person.call(method, url, body)).status).not.toBe(429);
    const refused = await person.call(method, url, body);
    expect(refused).toMatchObject({ status: 429, body: { code: 'api.too-soon' } });
    expect((refused.body as { retryAfterSeconds: number }).retryAfterSeconds).toBeLessThanOrEqual(60);
    expect((await limited.visit().call(method, url, body)).status).not.toBe(429);
  });

  it('cannot be got round by naming another address in a header', async () => {
    const person = limited.visit();
    const call = (index: number) =>
      person.call('GET', '/login/salesforce', undefined, { 'x-forwarded-for': `203.0.113.${index}` });
    for (let index = 0; index < 30; index += 1) await call(index);
    expect((await call(99)).status).toBe(429);
  });
});
