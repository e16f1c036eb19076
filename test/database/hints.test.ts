/** How hints move due times, on a real PostgreSQL: a storm is one run a minute, and what must not run is not moved. */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { takeHints } from '../../src/commands/take-hints.ts';
import { MINUTE, SECOND } from '../../src/model/clock.ts';
import type { HintClaim } from '../../src/model/hints.ts';
import type { MailboxId } from '../../src/model/ids.ts';
import { mailboxStates } from '../../src/model/mailbox-state.ts';
import type { NextRun } from '../../src/model/schedule.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import {
  bringForward,
  claimDue,
  type Lease,
  readSchedule,
  releaseLease,
  requestRun,
  setDue,
} from '../../src/store/leases.ts';
import { purge } from '../../src/store/purge.ts';
import { rotateOrganizationKey } from '../../src/store/rotate-keys.ts';
import { addWatches, claimWatches, extendClaims, keepWatch, readWatchMemo } from '../../src/store/watches.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant, testKeyring } from '../support/rows.ts';

let base: TestDatabase | undefined;
let db: Database;
let tenant: Tenant;
const IN_HALF_AN_HOUR = MONDAY + 30 * MINUTE;

beforeEach(async () => {
  await base?.drop();
  base = await createTestDatabase();
  db = base.db;
  tenant = await activeTenant('one');
  await due(IN_HALF_AN_HOUR);
});
afterAll(() => base?.drop());

const everywhere = <T>(fn: (tx: Tx) => Promise<T>) => acrossOrganizations(db, fn);
const setState = (id: MailboxId, state: string) =>
  everywhere((tx) => tx.query(`update mailboxes set state = $2 where id = $1`, [id, state]));
const due = (dueAt: number, lane: NextRun['lane'] = 'fresh') =>
  everywhere((tx) => setDue(tx, { mailboxId: tenant.mailboxId, next: { dueAt, lane } }));
const hint = (now: number) => everywhere((tx) => bringForward(tx, { mailboxIds: [tenant.mailboxId], now }));
const dueAt = async () =>
  (await everywhere((tx) => readSchedule(tx, tenant.mailboxId, MONDAY)))?.dueAt ?? null;
const claim = async (now: number): Promise<Lease | undefined> =>
  (await everywhere((tx) => claimDue(tx, { worker: 'w', now, limit: 1, leaseMs: 90 * SECOND })))[0];
const release = (lease: Lease | undefined, next: NextRun | null) =>
  everywhere((tx) =>
    lease === undefined ? Promise.reject(new Error('no lease')) : releaseLease(tx, lease, { next }),
  );

async function activeTenant(name: string): Promise<Tenant> {
  const made = await seedTenant(db, name);
  await setState(made.mailboxId, 'active');
  return made;
}

async function watch(of: Tenant, key: string, secret: string | null, now = MONDAY): Promise<void> {
  await everywhere((tx) => addWatches(tx, { services: ['exchange'], now, limit: 10 }));
  const stands = { key, secret, memo: { id: key }, holdsUntil: now + 60 * MINUTE };
  await inOrganization(db, of.organizationId, (tx) =>
    keepWatch(tx, of.keys, { mailboxId: of.mailboxId, watch: stands, attendAt: now + 30 * MINUTE }),
  );
}

const take = (claims: readonly Partial<HintClaim>[], now = MONDAY) =>
  takeHints(
    { db, clock: { now: () => now, sleep: () => Promise.resolve() } },
    'exchange',
    claims.map((one) => ({ key: 'k', secret: null, means: 'changed', ...one })),
  );

test('a hint makes the next run due at once, and says so', async () => {
  expect(await hint(MONDAY)).toBe(1);
  expect(await dueAt()).toBe(MONDAY);
  expect(await claim(MONDAY)).toMatchObject({ trigger: 'hint', lane: 'fresh' });
});

test('a storm of hints over four minutes makes at most one run a minute, and one after the last', async () => {
  const startedAt: number[] = [];
  for (let at = MONDAY; at < MONDAY + 6 * MINUTE; at += 5 * SECOND) {
    if (at < MONDAY + 4 * MINUTE) await hint(at);
    const lease = await claim(at);
    if (lease === undefined) continue;
    startedAt.push(at);
    // Hints arrive during the run, too.
    if (at < MONDAY + 4 * MINUTE) await hint(at + 100);
    await release(lease, { dueAt: at + 30 * MINUTE, lane: 'fresh' });
  }
  expect(startedAt).toHaveLength(5);
  for (const [index, at] of startedAt.slice(1).entries())
    expect(at - (startedAt[index] ?? 0)).toBeGreaterThanOrEqual(MINUTE);
  expect(startedAt.at(-1)).toBeGreaterThanOrEqual(MONDAY + 4 * MINUTE);
  expect(await dueAt()).toBe((startedAt.at(-1) ?? 0) + 30 * MINUTE);
});

test('hints during a run make one more run afterwards, a minute after the last that a hint asked for', async () => {
  await hint(MONDAY);
  const lease = await claim(MONDAY);
  expect(await hint(MONDAY + SECOND)).toBe(1);
  expect(await hint(MONDAY + 2 * SECOND)).toBe(0);
  await release(lease, { dueAt: IN_HALF_AN_HOUR, lane: 'fresh' });
  expect(await dueAt()).toBe(MONDAY + MINUTE);
  const again = await claim(MONDAY + MINUTE);
  expect(again?.trigger).toBe('hint');
  await release(again, { dueAt: IN_HALF_AN_HOUR, lane: 'fresh' });
  expect(await dueAt()).toBe(IN_HALF_AN_HOUR);
});

test('somebody who asks during a run that was hinted at is served at once, and hints do not use up his minute', async () => {
  await hint(MONDAY);
  const lease = await claim(MONDAY);
  await hint(MONDAY + SECOND);
  const request = { mailboxId: tenant.mailboxId, now: MONDAY + 2 * SECOND, trigger: 'user' } as const;
  expect(await everywhere((tx) => requestRun(tx, request))).toBe('requested');
  expect(await hint(MONDAY + 3 * SECOND)).toBe(0);
  await release(lease, { dueAt: IN_HALF_AN_HOUR, lane: 'fresh' });
  expect(await dueAt()).toBe(MONDAY + 2 * SECOND);
  expect((await claim(MONDAY + 3 * SECOND))?.trigger).toBe('user');
});

test('no hint moves a mailbox that runs by no schedule', async () => {
  for (const state of mailboxStates.filter((one) => one !== 'active')) {
    await setState(tenant.mailboxId, state);
    expect(await hint(MONDAY), state).toBe(0);
    expect(await dueAt(), state).toBe(IN_HALF_AN_HOUR);
  }
  await setState(tenant.mailboxId, 'active');
  await everywhere((tx) => setDue(tx, { mailboxId: tenant.mailboxId, next: null }));
  expect(await hint(MONDAY)).toBe(0);
  expect(await dueAt()).toBeNull();
});

test('no hint shortens the wait after a failure, before, during or after it; the next good run frees it', async () => {
  await hint(MONDAY);
  const failing = await claim(MONDAY);
  await hint(MONDAY + SECOND);
  const heldUntil = MONDAY + 20 * MINUTE;
  await release(failing, { dueAt: heldUntil, lane: 'fresh', heldUntil });
  expect(await dueAt()).toBe(heldUntil);
  await hint(MONDAY + 10 * MINUTE);
  expect(await dueAt()).toBe(heldUntil);
  await release(await claim(heldUntil), { dueAt: heldUntil + 30 * MINUTE, lane: 'fresh' });
  await hint(heldUntil + 5 * MINUTE);
  expect(await dueAt()).toBe(heldUntil + 5 * MINUTE);
});

test('a hint lets a back-fill go on among fresh mail, once a minute, and never delays it', async () => {
  await due(MONDAY + 5 * SECOND, 'back-fill');
  await hint(MONDAY);
  const lease = await claim(MONDAY);
  expect(lease?.lane).toBe('fresh');
  await release(lease, { dueAt: MONDAY + 10 * SECOND, lane: 'back-fill' });
  expect(await hint(MONDAY + 6 * SECOND)).toBe(0);
  expect(await dueAt()).toBe(MONDAY + 10 * SECOND);
});

test('a claim with the right secret counts; forged, unknown and foreign ones do nothing', async () => {
  await watch(tenant, 'subscription', 'secret');
  const forged = [
    { key: 'subscription', secret: 'guess' },
    { key: 'subscription' },
    { key: 'other', secret: 'secret' },
  ];
  for (const one of forged) expect(await take([one])).toBe(0);
  expect(
    await takeHints({ db, clock: { now: () => MONDAY, sleep: () => Promise.resolve() } }, 'google', [
      { key: 'subscription', secret: 'secret', means: 'changed' },
    ]),
  ).toBe(0);
  expect(await dueAt()).toBe(IN_HALF_AN_HOUR);
  expect(await take([...forged, { key: 'subscription', secret: 'secret' }])).toBe(1);
  expect(await dueAt()).toBe(MONDAY);
});

test('one address that two organizations watch brings both forward, each in its own scope', async () => {
  const other = await activeTenant('two');
  await everywhere((tx) =>
    setDue(tx, { mailboxId: other.mailboxId, next: { dueAt: IN_HALF_AN_HOUR, lane: 'fresh' } }),
  );
  await watch(tenant, 'ann@contoso.test', null);
  await watch(other, 'ann@contoso.test', null);
  expect(await take([{ key: 'ann@contoso.test' }, { key: 'ann@contoso.test' }])).toBe(2);
});

test('a watch that is gone is registered anew and counts as a change; one to be renewed is attended at once', async () => {
  await watch(tenant, 'k', 's');
  const attend = (now: number) =>
    everywhere((tx) => claimWatches(tx, { services: ['exchange'], now, limit: 5, holdMs: MINUTE }));
  expect(await attend(MONDAY)).toEqual([]);
  expect(await take([{ secret: 's', means: 'renew' }])).toBe(0);
  expect(await attend(MONDAY)).toHaveLength(1);
  expect(await take([{ secret: 's', means: 'gone' }], MONDAY + 2 * MINUTE)).toBe(1);
  expect(await take([{ secret: 's' }], MONDAY + 5 * MINUTE)).toBe(0);
  expect(await attend(MONDAY + 2 * MINUTE)).toMatchObject([{ wanted: true, failures: 0 }]);
  const memo = inOrganization(db, tenant.organizationId, (tx) =>
    readWatchMemo(tx, tenant.keys, tenant.mailboxId),
  );
  expect(await memo).toBeNull();
});

test('of many workers one attends a watch, and one whose sign-in was refused is left alone', async () => {
  await everywhere((tx) => addWatches(tx, { services: ['exchange'], now: MONDAY, limit: 10 }));
  const attend = (now: number) =>
    everywhere((tx) => claimWatches(tx, { services: ['exchange'], now, limit: 5, holdMs: MINUTE }));
  const claims = await Promise.all([1, 2, 3, 4].map(() => attend(MONDAY)));
  expect(claims.flat()).toHaveLength(1);
  expect(await attend(MONDAY + MINUTE - 1)).toEqual([]);
  expect(await everywhere((tx) => extendClaims(tx, [tenant.mailboxId], MONDAY + 3 * MINUTE))).toEqual(
    new Set([tenant.mailboxId]),
  );
  expect(await attend(MONDAY + 2 * MINUTE)).toEqual([]);
  await everywhere((tx) => tx.query(`update mailboxes set rejections = 1`));
  expect(await attend(MONDAY + 3 * MINUTE)).toEqual([]);
  await everywhere((tx) => tx.query(`update mailboxes set rejections = 0, state = 'paused'`));
  expect(await attend(MONDAY + 3 * MINUTE)).toMatchObject([{ wanted: false }]);
  expect(await everywhere((tx) => extendClaims(tx, [tenant.mailboxId], MONDAY))).toEqual(new Set());
});

test('a memo survives a rotation of keys, goes with its mailbox, and is forgotten when nobody looks after it', async () => {
  await watch(tenant, 'k', null);
  const { organizationId, mailboxId, keys } = tenant;
  await rotateOrganizationKey(db, testKeyring, organizationId);
  const memo = () => inOrganization(db, organizationId, (tx) => readWatchMemo(tx, keys, mailboxId));
  expect(await memo()).toEqual({ id: 'k' });
  await purge(db, MONDAY + 30 * MINUTE + 7 * 24 * 60 * MINUTE + 1);
  expect(await memo()).toBeNull();
  await watch(tenant, 'k', null);
  await everywhere((tx) => tx.query(`delete from mailboxes where id = $1`, [mailboxId]));
  expect((await everywhere((tx) => tx.query('select from watches'))).rowCount).toBe(0);
});
