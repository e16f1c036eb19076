/**
 * An organization with administrators for tests of their routes: Anna is its platform admin, Ben and Carla are people of two profiles, each looked after by
 * a profile admin of its own, and Olga is the platform admin of another organization. Service tokens are persons without a face.
 */
import { type Colleague, colleagues } from '../../sandbox/cast.ts';
import type { ProfileView } from '../../src/api-schema/admin/profiles.ts';
import type { UserRow } from '../../src/api-schema/admin/users.ts';
import { ANNA, type Answer, type Api, BEN, OLGA, type Person } from './api-harness.ts';

const third = colleagues[2];
if (third === undefined) throw new Error('the cast is too small');
export const CARLA: Colleague = { ...third, service: 'exchange' };
const another = (name: string): Colleague => ({
  ...CARLA,
  name: `${name} Brandt`,
  address: `${name.toLowerCase()}@acme-bikes.test`,
  salesforceUsername: `${name.toLowerCase()}@acme-bikes.test.crm`,
  password: `${name}-1`,
});
export const DIRK = another('Dirk');
export const EVA = another('Eva');

export interface Caller {
  call<Body = unknown>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<Answer<Body>>;
}

export interface AdminScene {
  readonly anna: Person;
  /** Of the first profile. */
  readonly ben: Person;
  readonly benId: string;
  /** Of the second profile. */
  readonly carlaId: string;
  /** Looks after the first profile. */
  readonly dirk: Person;
  /** Looks after the second profile. */
  readonly eva: Person;
  readonly olga: Person;
  readonly first: string;
  readonly second: string;
}

/** Logs everybody in and sets profiles and roles up by the API itself. */
export async function openAdminScene(api: Api): Promise<AdminScene> {
  for (const { salesforceUsername: username, password, address: email } of [DIRK, EVA])
    api.services.salesforce.addUser({ username, password, email });
  const anna = await api.signIn(ANNA);
  const [ben, , dirk, eva] = [
    await api.signIn(BEN),
    await api.signIn(CARLA),
    await api.signIn(DIRK),
    await api.signIn(EVA),
  ];
  const idOf = async (who: Colleague) => (await findPerson(anna, who)).id;
  const ids = {
    ben: await idOf(BEN),
    carla: await idOf(CARLA),
    dirk: await idOf(DIRK),
    eva: await idOf(EVA),
  };
  for (const id of [ids.dirk, ids.eva])
    await must(anna, 'PATCH', `/api/admin/users/${id}`, { role: 'profile-admin' });
  const make = async (name: string, adminId: string) =>
    (await must<ProfileView>(anna, 'POST', '/api/admin/profiles', { name, adminIds: [adminId] })).id;
  const first = await make('Sales', ids.dirk);
  const second = await make('Service', ids.eva);
  await must(anna, 'PATCH', `/api/admin/users/${ids.ben}`, { profileId: first });
  await must(anna, 'PATCH', `/api/admin/users/${ids.carla}`, { profileId: second });
  const olga = await api.signIn(OLGA);
  return { anna, ben, benId: ids.ben, carlaId: ids.carla, dirk, eva, olga, first, second };
}

export async function findPerson(admin: Caller, who: Colleague): Promise<UserRow> {
  const { items } = await must<{ items: readonly UserRow[] }>(
    admin,
    'GET',
    `/api/admin/users?search=${encodeURIComponent(who.salesforceUsername)}`,
  );
  const found = items.find(({ username }) => username === who.salesforceUsername);
  if (found === undefined) throw new Error('nobody of this login is listed');
  return found;
}

/** The body of an answer that must be a good one. */
export async function must<Body = unknown>(
  caller: Caller,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
): Promise<Body> {
  const answer = await caller.call<Body>(method, url, body);
  if (answer.status >= 300) throw new Error(`${method} ${url} answered ${answer.status} ${answer.text}`);
  return answer.body;
}

/** The lines of an answer in lines. */
export function linesOf<Line>(answer: Answer): readonly Line[] {
  return answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** A script that shows a service token. */
export function scriptWith(api: Api, token: string): Caller {
  const visitor = api.visit();
  return {
    call: (method, url, body) => visitor.call(method, url, body, { authorization: `Bearer ${token}` }),
  };
}

export async function makeScript(
  api: Api,
  admin: Caller,
  scopes: readonly string[],
  profileId: string | null = null,
): Promise<Caller> {
  const { token } = await must<{ token: string }>(admin, 'POST', '/api/admin/tokens', {
    ...{ name: scopes.join(' '), scopes, profileId },
  });
  return scriptWith(api, token);
}
