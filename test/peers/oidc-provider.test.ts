/**
 * Goal: the token code of the product holds against a strict authorization server that nobody here wrote: of twenty jobs that need one account at
 * once, on several machines, exactly one renews at each end of a token, and the server never has cause to end the grant. Method: `oidc-provider`
 * with three-second tokens and rotation, the store on a real PostgreSQL; time is moved, not waited for.
 */

import { getGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepStored } from '../../src/commands/keep-credential.ts';
import { fetchOver } from '../../src/connectors/fetch-over.ts';
import { createHttp } from '../../src/connectors/http.ts';
import { type Access, delegatedAccess } from '../../src/connectors/office365/access.ts';
import { beginConsent, completeConsent } from '../../src/connectors/office365/oauth.ts';
import { HOUR } from '../../src/model/clock.ts';
import { type Connection, readConnection, saveConnection } from '../../src/store/connections.ts';
import { type Database, inOrganization } from '../../src/store/database.ts';
import { ACCESS_TOKEN_MS, CLIENT, type OidcAuthority, openOidcAuthority } from '../support/oidc-authority.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, testKeyring } from '../support/rows.ts';

const JOBS = 20;
const MACHINES = 4;
const ROUNDS = 3;
const REDIRECT = 'http://localhost:1/connect/office365/callback';
const ACCOUNT = 'ben.ochs@contoso.test';

let database: TestDatabase;
let authority: OidcAuthority;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  database = await createTestDatabase();
  authority = await openOidcAuthority(REDIRECT);
});
afterEach(async () => {
  vi.useRealTimers();
  await authority.close();
  await database.drop();
});

/** What the product asks with; its clock may be wrong by `skewMs`. */
function oauthWith(skewMs: number) {
  const clock = { now: () => Date.now() + skewMs, sleep: () => new Promise<void>(() => undefined) };
  const app = {
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    certificate: null,
    tenant: 'organizations',
    loginOrigin: authority.origin,
    graphOrigin: authority.origin,
  };
  const http = createHttp({ fetch: fetchOver(getGlobalDispatcher()), clock });
  return { app, redirectUri: REDIRECT, http, clock };
}

/** A consent through the provider's own pages, stored as an activation stores it. */
async function consent(): Promise<Connection> {
  const oauth = oauthWith(0);
  const begun = await beginConsent(oauth, ACCOUNT);
  const callback = await authority.walkConsent(begun.url, ACCOUNT);
  const prepared = await completeConsent(oauth, begun.details, callback);
  const { organizationId, userId, keys } = await seedTenant(database.db, 'oidc');
  return await inOrganization(database.db, organizationId, async (tx) => {
    const id = await saveConnection(tx, keys, {
      organizationId,
      userId,
      service: 'office365',
      ...prepared,
      now: Date.now(),
    });
    const stored = await readConnection(tx, keys, id);
    if (stored === null) throw new Error('the connection was not written');
    return stored;
  });
}

/** Jobs spread over machines; each opens the connection as a run does. */
function openJobs(connection: Connection, skewMs: number): readonly Access[] {
  const machines = Array.from({ length: MACHINES }, (): Database => database.openAnother(4));
  return Array.from({ length: JOBS }, (_, job) => {
    const db = machines[job % MACHINES] ?? database.db;
    return delegatedAccess(oauthWith(skewMs), keepStored({ db, keyring: testKeyring }, connection));
  });
}

/** As the transport does it: use the token, and when the service refuses it, renew once and use the new one. */
async function work(access: Access): Promise<string> {
  const token = await access.token();
  if (await authority.takes(token)) return token;
  const renewed = await access.renew(token, null);
  expect(await authority.takes(renewed)).toBe(true);
  return renewed;
}

test.each([
  ['the clocks agree, so that tokens are renewed before their end', 0],
  ['the clock here is an hour slow, so that only refusals tell of the end', -HOUR],
])('twenty jobs cause one refresh per end of a token, and no refusal: %s', async (_, skewMs) => {
  const jobs = openJobs(await consent(), skewMs);
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    expect(authority.refreshes()).toBe(round);
    const tokens = await Promise.all(jobs.map(work));
    expect(new Set(tokens).size).toBe(1);
    for (const token of tokens) seen.add(token);
    // Used again at once, nobody renews.
    await Promise.all(jobs.map(work));
    vi.setSystemTime(Date.now() + ACCESS_TOKEN_MS + 1_000);
    await Promise.all(jobs.map(work));
  }
  expect(authority.refreshes()).toBe(ROUNDS);
  expect(seen.size).toBe(ROUNDS);
  expect(authority.refusals).toEqual([]);
});

test('a refresh token that is used twice ends the grant there: the provider does look', async () => {
  const connection = await consent();
  vi.setSystemTime(Date.now() + ACCESS_TOKEN_MS + 1_000);
  await work(openJobs(connection, 0)[0] as Access);
  expect(authority.refusals).toEqual([]);
  // Somebody without the lock and the reading anew, as a broken product would do it.
  const { credential } = connection;
  const keeper = {
    load: () => Promise.resolve({ credential, version: 1 }),
    exclusive: (fn: Parameters<ReturnType<typeof keepStored>['exclusive']>[0]) =>
      fn({ credential, version: 1 }, (saved) => Promise.resolve({ credential: saved, version: 2 })),
  };
  const broken = delegatedAccess(oauthWith(0), keeper);
  await expect(broken.token()).rejects.toMatchObject({ failure: { kind: 'authorization-revoked' } });
  expect(authority.refusals).toEqual(['invalid_grant']);
});
