/**
 * Every route of administrators with everybody: nobody, a user, the profile admins of the person's own and of another profile, platform admins of his own and
 * of another organization, and service tokens of every scope, of another organization and of single profiles. A route without a row fails.
 */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Colleague, colleagues } from '../../sandbox/cast.ts';
import { tokenScopes } from '../../src/api-schema/admin/tokens.ts';
import { accessForm } from '../support/access-scenes.ts';
import {
  type AdminScene,
  type Caller,
  findPerson,
  makeScript,
  must,
  openAdminScene,
} from '../support/admin-scenes.ts';
import { ANNA, type Api, BEN, openApi } from '../support/api-harness.ts';
import { listRoutes, type Route } from '../support/list-routes.ts';
import { storeHold } from '../support/stored-holds.ts';

const DORA: Colleague = { ...(colleagues[3] as Colleague), service: 'exchange' };

type Scope = (typeof tokenScopes)[number];

/** Whom a route is for. `list`: all admins, each his own people. `one`: those who reach Ben. `platform`: platform admins. */
interface Row {
  readonly kind: 'list' | 'one' | 'platform' | 'platform-one' | 'in-person' | 'in-person-one';
  /** Of a service token; reading needs any. */
  readonly scope: Scope;
  readonly good: number;
  readonly body?: (ids: Ids) => object;
  readonly id?: (ids: Ids) => string;
  /** Of callers of another organization where no id is in the address. */
  readonly elsewhere?: number;
  /** Of tokens for everybody, where the CRM is asked. */
  readonly unaided?: number;
}

interface Ids {
  readonly ben: string;
  /** Of Ben’s profile. */
  readonly dora: string;
  readonly first: string;
  readonly preset: string;
  readonly license: string;
  readonly token: string;
  /** Of Ben’s mailbox. */
  readonly hold: string;
}

const list = (scope: Scope = 'read', more: Partial<Row> = {}): Row => ({
  kind: 'list',
  scope,
  good: 200,
  ...more,
});
const one = (scope: Scope, more: Partial<Row> = {}): Row => ({
  ...{ kind: 'one', scope, good: 200, id: ({ ben }: Ids) => ben },
  ...more,
});
const platform = (scope: Scope, more: Partial<Row> = {}): Row => ({
  kind: 'platform',
  scope,
  good: 200,
  ...more,
});
const platformOne = (scope: Scope, id: (ids: Ids) => string, more: Partial<Row> = {}): Row => ({
  ...{ kind: 'platform-one', scope, good: 200, id },
  ...more,
});
const preset = ({ preset: id }: Ids) => id;
const profile = ({ first }: Ids) => first;
/** A roll-out that the test makes, and the id of nothing. */
const ROLLOUT = '0192f0c1-7a3e-4b8e-9d5a-111111111111';
const nobodys = () => '0192f0c1-7a3e-4b8e-9d5a-222222222222';

const rows: Readonly<Record<string, Row>> = {
  'GET /api/admin/overview': list(),
  'GET /api/admin/service-levels': list(),
  'GET /api/admin/budget': list(),
  'GET /api/admin/users': list(),
  'GET /api/admin/users.csv': list(),
  // Whoever may not, may not before anything is looked up; a form that names nobody is refused as such. A token has no CRM login of its own.
  'POST /api/admin/users': list('users', {
    good: 400,
    unaided: 422,
    body: () => ({ crmUsername: 'nobody@acme.test', profileId: null }),
  }),
  'GET /api/admin/users/:id': one('read'),
  'PATCH /api/admin/users/:id': one('users', { body: () => ({ licenseId: null }) }),
  'GET /api/admin/users/:id/sessions': one('read'),
  // Of somebody who asks for nothing here.
  'POST /api/admin/users/:id/end-sessions': one('users', { id: ({ dora }) => dora }),
  'POST /api/admin/users/actions': list('users', {
    body: ({ ben }) => ({ act: { action: 'disable' }, target: { userIds: [ben] } }),
  }),
  'POST /api/admin/users/:id/check-access': one('users'),
  'GET /api/admin/holds': list(),
  'POST /api/admin/holds/:id/release': one('users', { id: ({ hold }) => hold }),
  // It was let go by then.
  'POST /api/admin/holds/:id/drop': one('users', { good: 409, id: ({ hold }) => hold }),
  // None of these ids is an access's, and nothing is saved that does not work.
  'GET /api/admin/accesses': platform('read'),
  'POST /api/admin/accesses': platform('accesses', { good: 422, body: () => accessForm }),
  'PUT /api/admin/accesses/:id': platform('accesses', { good: 404, id: nobodys, body: () => accessForm }),
  'DELETE /api/admin/accesses/:id': platform('accesses', { good: 404, id: nobodys }),
  'POST /api/admin/accesses/:id/check': platform('accesses', { good: 404, id: nobodys }),
  'POST /api/admin/accesses/consent': {
    ...{ kind: 'in-person', scope: 'accesses', good: 409 },
    body: () => ({ service: 'exchange', name: 'Contoso', sampleMailbox: ANNA.address }),
  },
  // Nobody has that address. A token has no CRM login of its own.
  'POST /api/admin/erasures/find': platform('users', {
    unaided: 422,
    body: () => ({ address: 'nobody@acme.test' }),
  }),
  'POST /api/admin/erasures': platform('users', { body: () => ({ address: 'nobody@acme.test' }) }),
  // What is sent is no file.
  'POST /api/admin/imports/csv': list('users', { good: 400, body: () => ({}) }),
  'POST /api/admin/imports/crm': {
    ...{ kind: 'one', scope: 'users', good: 200 },
    body: ({ first }) => ({ dryRun: true, profileId: first }),
  },
  'PUT /api/admin/rollouts/:id': one('rollouts', {
    id: () => ROLLOUT,
    body: ({ first }) => ({ profileId: first }),
  }),
  'GET /api/admin/rollouts': list(),
  'GET /api/admin/rollouts/:id': one('read', { id: () => ROLLOUT }),
  'GET /api/admin/rollouts/:id/members': one('read', { id: () => ROLLOUT }),
  'GET /api/admin/rollouts/:id/members.csv': one('read', { id: () => ROLLOUT }),
  // Its pre-flight is under way.
  'POST /api/admin/rollouts/:id/:act': one('rollouts', { good: 409, id: () => ROLLOUT }),
  'GET /api/admin/profiles': list(),
  'POST /api/admin/profiles': platform('profiles', {
    good: 201,
    body: () => ({ name: `Profile ${Math.floor(performance.now() * 1_000)}` }),
  }),
  'PUT /api/admin/profiles/:id': platformOne('profiles', profile, { body: () => ({ name: 'Sales' }) }),
  'POST /api/admin/profiles/:id/enable': platformOne('profiles', profile),
  'POST /api/admin/profiles/:id/disable': platformOne('profiles', profile),
  // It has people.
  'DELETE /api/admin/profiles/:id': platformOne('profiles', profile, { good: 409 }),
  'GET /api/admin/presets': list(),
  'POST /api/admin/presets': platform('settings', {
    good: 201,
    body: () => ({ name: `Preset ${Math.floor(performance.now() * 1_000)}` }),
  }),
  // The version is an old one on purpose, so that all who may are answered alike.
  'PUT /api/admin/presets/:id': platformOne('settings', preset, {
    good: 409,
    body: () => ({ name: 'Quiet', settings: {}, forced: [], version: 99 }),
  }),
  'POST /api/admin/presets/:id/apply': platformOne('settings', preset, {
    body: () => ({ profileIds: [], override: true }),
  }),
  // Somebody has it.
  'DELETE /api/admin/presets/:id': platformOne('settings', preset, { good: 409 }),
  'GET /api/admin/settings': platform('read'),
  'PUT /api/admin/settings': platform('settings', {
    good: 409,
    body: () => ({ settings: {}, forced: [], version: 99 }),
  }),
  'GET /api/admin/licenses': list(),
  'PUT /api/admin/licenses': platform('settings', {
    body: () => ({ name: 'Hourly', intervalMinutes: 60, pattern: 'fixed' }),
  }),
  // Somebody has it.
  'DELETE /api/admin/licenses/:id': platformOne('settings', ({ license }) => license, { good: 409 }),
  'GET /api/admin/runs': list(),
  'GET /api/admin/runs.csv': list(),
  'GET /api/admin/issues': list(),
  'GET /api/admin/issues.csv': list(),
  'GET /api/admin/issues/sums': list(),
  'GET /api/admin/audit': list(),
  'GET /api/admin/audit.csv': list(),
  'GET /api/admin/tokens': { kind: 'in-person', scope: 'read', good: 200 },
  'POST /api/admin/tokens': {
    kind: 'in-person',
    ...{ scope: 'read', good: 201, body: () => ({ name: 'Another', scopes: ['read'] }) },
  },
  // Last of all: the first who may ends it, and it is gone for the next.
  'DELETE /api/admin/tokens/:id': {
    ...{ kind: 'in-person-one', scope: 'read', good: 204, id: ({ token }: Ids) => token },
  },
};

const everyScope: readonly Scope[] = tokenScopes;
const callers = [
  'nobody',
  'user',
  'own profile admin',
  'foreign profile admin',
  'platform admin',
  'another organization',
  ...everyScope.map((scope) => `token ${scope}` as const),
  'token of another organization',
  'token of the own profile',
  'token of a foreign profile',
] as const;
type CallerName = (typeof callers)[number];

function expected({ kind, scope, good, elsewhere, unaided }: Row, caller: CallerName): number {
  const isOne = kind === 'one' || kind === 'platform-one' || kind === 'in-person-one';
  const isPlatform = kind !== 'list' && kind !== 'one';
  const noTokens = kind === 'in-person' || kind === 'in-person-one';
  const foreign = isOne ? 404 : (elsewhere ?? good);
  switch (caller) {
    case 'nobody':
      return 401;
    case 'user':
      return 403;
    case 'own profile admin':
      return isPlatform ? 403 : good;
    case 'foreign profile admin':
      return isPlatform ? 403 : foreign;
    case 'platform admin':
      return good;
    case 'another organization':
      return foreign;
    case 'token of another organization':
      return noTokens ? 403 : (unaided ?? foreign);
    case 'token of the own profile':
      return isPlatform ? 403 : good;
    case 'token of a foreign profile':
      return isPlatform ? 403 : foreign;
    default: {
      const has = caller.slice('token '.length);
      return !noTokens && (scope === 'read' || scope === has) ? (unaided ?? good) : 403;
    }
  }
}

let api: Api;
let scene: AdminScene;
let ids: Ids;
let people: Readonly<Record<CallerName, Caller>>;

beforeAll(async () => {
  api = await openApi();
  scene = await openAdminScene(api);
  const { anna, olga, ben, benId, first, second } = scene;
  const made = await must<{ id: string }>(anna, 'POST', '/api/admin/presets', { name: 'Quiet' });
  const { items } = await must<{ items: readonly { id: string; name: string }[] }>(
    ...([
      anna,
      'PUT',
      '/api/admin/licenses',
      { name: 'Daily', intervalMinutes: 1_440, pattern: 'fixed' },
    ] as const),
  );
  const license = items.find(({ name }) => name === 'Daily')?.id ?? '';
  // Eva's own people have both, so that deleting them is refused and nobody changes what others see.
  await must(anna, 'PATCH', `/api/admin/users/${scene.carlaId}`, { presetId: made.id, licenseId: license });
  const { view } = await must<{ view: { id: string } }>(anna, 'POST', '/api/admin/tokens', {
    ...{ name: 'To be ended', scopes: ['read'] },
  });
  expect((await ben.activate({ login: BEN.address, password: BEN.password })).status).toBe(200);
  const hold = await storeHold(api, BEN.address);
  await api.signIn(DORA);
  const { id: dora } = await findPerson(anna, DORA);
  await must(anna, 'PATCH', `/api/admin/users/${dora}`, { profileId: first });
  ids = { ben: benId, dora, first, preset: made.id, license, token: view.id, hold };
  people = {
    nobody: api.visit(),
    user: ben,
    'own profile admin': scene.dirk,
    'foreign profile admin': scene.eva,
    'platform admin': anna,
    'another organization': olga,
    ...Object.fromEntries(
      await Promise.all(
        everyScope.map(async (scope) => [`token ${scope}`, await makeScript(api, anna, [scope])] as const),
      ),
    ),
    'token of another organization': await makeScript(api, olga, everyScope),
    'token of the own profile': await makeScript(api, anna, everyScope, first),
    'token of a foreign profile': await makeScript(api, anna, everyScope, second),
  } as unknown as Record<CallerName, Caller>;
});
afterAll(() => api[Symbol.asyncDispose]());

const routesThere = () =>
  listRoutes(api.app)
    .filter(({ url }) => url.startsWith('/api/admin/'))
    .map(({ method, url }) => `${method} ${url}`);

test('every route of administrators has a row, and every row its route', () => {
  const there = routesThere();
  expect(there.toSorted()).toEqual(Object.keys(rows).toSorted());
});

/** Out of reach of these callers Ben does not exist. */
const blind: readonly CallerName[] = [
  'foreign profile admin',
  'another organization',
  'token of another organization',
  'token of a foreign profile',
];

describe.each(Object.entries(rows))('%s', (route, row) => {
  it('answers everybody as it should', async () => {
    const [method, url = ''] = route.split(' ') as [Route['method'], string];
    const address = (row.id === undefined ? url : url.replace(':id', row.id(ids))).replace(':act', 'start');
    // Those who may come last, so that what they do changes nothing for the others.
    const order = [...callers].sort((one, other) => expected(row, other) - expected(row, one));
    const wrong: [CallerName, number, number][] = [];
    for (const caller of order) {
      const answer = await people[caller].call(method, address, row.body?.(ids));
      const wanted = expected(row, caller);
      if (answer.status !== wanted) wrong.push([caller, answer.status, wanted]);
      const isTold = method === 'GET' && blind.includes(caller);
      if (isTold && answer.status < 400)
        expect([caller, answer.text]).not.toEqual([caller, expect.stringContaining(ids.ben)]);
    }
    expect(wrong).toEqual([]);
  });
});

describe('a service token', () => {
  it('opens nothing but the administrators’ routes', async () => {
    const script = people['token read'];
    for (const url of ['/api/mailbox', '/api/settings', '/api/runs', '/api/issues'])
      expect([url, (await script.call('GET', url)).status]).toEqual([url, 401]);
  });

  it('is told to wait after many that are none, from this address alone, and for a minute', async () => {
    const guesser = api.visit();
    const guess = () =>
      guesser.call('GET', '/api/admin/users', undefined, { authorization: `Bearer lst_${'x'.repeat(43)}` });
    for (let tried = 0; tried < 20; tried += 1) expect((await guess()).status).toBe(401);
    expect(await guess()).toMatchObject({ status: 429, body: { code: 'api.too-soon' } });
    expect((await people['token read'].call('GET', '/api/admin/users')).status).toBe(200);
    api.clock.advance(61_000);
    expect((await guess()).status).toBe(401);
  });

  it('makes nobody an administrator', async () => {
    const answer = await people['token users'].call('PATCH', `/api/admin/users/${ids.ben}`, {
      role: 'platform-admin',
    });
    expect(answer).toMatchObject({ status: 403 });
  });
});
