import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/model/clock.ts';
import type { RecordId, RunId } from '../../src/model/ids.ts';
import type { KeyPrint } from '../../src/model/link.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import {
  claimDue,
  claimMailbox,
  holdLease,
  type Lease,
  LeaseLost,
  readSchedule,
  releaseLease,
  renewLease,
  renewLeases,
  requestRun,
  setDue,
} from '../../src/store/leases.ts';
import { countLinks, writeLinks } from '../../src/store/links.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedDueMailboxes, seedTenant, type Tenant } from '../support/rows.ts';
import { readSeed, seededRandom } from '../support/seed.ts';

const LEASE_MS = 90 * SECOND;
let base: TestDatabase;
let db: Database;
let tenant: Tenant;

beforeAll(async () => {
  base = await createTestDatabase();
  db = base.db;
  tenant = await seedTenant(db, 'leases');
});
afterAll(() => base.drop());

const claim = (on: Database, worker: string, now: number, limit = 1) =>
  acrossOrganizations(on, (tx) => claimDue(tx, { worker, now, limit, leaseMs: LEASE_MS }));
const dueNow = (now: number, lane: 'fresh' | 'back-fill' = 'fresh') =>
  acrossOrganizations(db, (tx) => setDue(tx, { mailboxId: tenant.mailboxId, next: { dueAt: now, lane } }));
const one = (leases: readonly Lease[]): Lease => {
  const [lease] = leases;
  if (lease === undefined) throw new Error('nothing was claimed');
  return lease;
};

test('10,000 due mailboxes are claimed by several workers at once: none twice, none lost', {
  timeout: 120_000,
}, async () => {
  await using many = await createTestDatabase();
  const owner = await seedTenant(many.db, 'crowd');
  await seedDueMailboxes(many.db, owner, 9_000, MONDAY);
  await seedDueMailboxes(many.db, owner, 1_000, MONDAY, 1);
  const random = seededRandom(readSeed('leases'));
  const pools = Array.from({ length: 6 }, () => many.openAnother(2));
  const claimed = await Promise.all(
    pools.flatMap((pool, index) => [0, 1].map(() => claimAll(pool, `worker ${index}`, random.next))),
  );
  const ids = claimed.flat().map((lease) => lease.mailboxId);
  expect(ids).toHaveLength(10_000);
  expect(new Set(ids).size).toBe(10_000);
  for (const leases of claimed) {
    const firstBackFill = leases.findIndex((lease) => lease.lane === 'back-fill');
    const lastFresh = leases.findLastIndex((lease) => lease.lane === 'fresh');
    if (firstBackFill >= 0) expect(lastFresh).toBeLessThan(firstBackFill + 200);
  }
});

async function claimAll(pool: Database, worker: string, chance: () => number): Promise<Lease[]> {
  const all: Lease[] = [];
  for (let empty = 0; empty < 2; ) {
    const leases = await claim(pool, worker, MONDAY, 1 + Math.floor(chance() * 200));
    all.push(...leases);
    // Rows that others are claiming at this moment are passed over, so one empty answer does not mean the end.
    empty = leases.length === 0 ? empty + 1 : 0;
  }
  return all;
}

test('a held mailbox is not claimed again until its lease has ended, then by anybody', async () => {
  const now = MONDAY;
  await dueNow(now);
  const first = one(await claim(db, 'one', now));
  expect(await claim(db, 'two', now + LEASE_MS - 1)).toEqual([]);
  const second = one(await claim(db, 'two', now + LEASE_MS));
  expect(second.mailboxId).toBe(first.mailboxId);
  expect(BigInt(second.token)).toBeGreaterThan(BigInt(first.token));
  await acrossOrganizations(db, (tx) => releaseLease(tx, second, { next: null }));
});

test('a writer whose lease was taken over writes nothing', async () => {
  const now = MONDAY + 10 * MINUTE;
  await dueNow(now);
  const late = one(await claim(db, 'late', now));
  const heir = one(await claim(db, 'heir', now + LEASE_MS));
  const checkpoint = inOrganization(db, tenant.organizationId, async (tx) => {
    await holdLease(tx, late, now + LEASE_MS);
    await writeLinks(tx, {
      organizationId: tenant.organizationId,
      mailboxId: tenant.mailboxId,
      runId: '0195d9a0-0000-7000-8000-000000000001' as RunId,
      links: [
        {
          keyPrint: 'p' as KeyPrint,
          itemId: null,
          itemVersion: '',
          recordId: 'r' as RecordId,
          created: true,
        },
      ],
      now,
    });
  });
  await expect(checkpoint).rejects.toBeInstanceOf(LeaseLost);
  const scoped = <T>(fn: Parameters<typeof inOrganization<T>>[2]) =>
    inOrganization(db, tenant.organizationId, fn);
  expect(await scoped((tx) => countLinks(tx, tenant.mailboxId))).toBe(0);
  expect(await scoped((tx) => renewLease(tx, late, now + LEASE_MS, LEASE_MS))).toBe(false);
  expect(await scoped((tx) => releaseLease(tx, late, { next: null }))).toBe(false);
  expect(await scoped((tx) => releaseLease(tx, heir, { next: null }))).toBe(true);
});

test('a lease that has ended refuses its own holder, too, even when nobody took over', async () => {
  const now = MONDAY + 20 * MINUTE;
  await dueNow(now);
  const lease = one(await claim(db, 'slow', now));
  const held = acrossOrganizations(db, (tx) => holdLease(tx, lease, lease.expiresAt));
  await expect(held).rejects.toBeInstanceOf(LeaseLost);
  await acrossOrganizations(db, (tx) => releaseLease(tx, lease, { next: null }));
});

test('while a checkpoint is open, nobody takes the mailbox over', async () => {
  const now = MONDAY + 25 * MINUTE;
  await dueNow(now);
  const lease = one(await claim(db, 'one', now));
  await inOrganization(db, tenant.organizationId, async (tx) => {
    await holdLease(tx, lease, now + LEASE_MS - 1);
    expect(await claim(db, 'two', now + LEASE_MS + 1)).toEqual([]);
  });
  const heir = one(await claim(db, 'two', now + LEASE_MS + 1));
  await acrossOrganizations(db, (tx) => releaseLease(tx, heir, { next: null }));
});

test('one heartbeat renews all leases that are held and tells which are lost', async () => {
  await using some = await createTestDatabase();
  const owner = await seedTenant(some.db, 'heartbeat');
  await seedDueMailboxes(some.db, owner, 3, MONDAY);
  const leases = await claim(some.db, 'one', MONDAY, 3);
  const lost = one(leases);
  await acrossOrganizations(some.db, (tx) =>
    releaseLease(tx, lost, { next: { dueAt: MONDAY, lane: 'fresh' } }),
  );
  await claim(some.db, 'two', MONDAY, 1);
  const kept = await acrossOrganizations(some.db, (tx) => renewLeases(tx, leases, MONDAY + MINUTE, LEASE_MS));
  expect([...kept].sort()).toEqual(
    leases
      .slice(1)
      .map((lease) => lease.mailboxId)
      .sort(),
  );
});

test('a run is asked for at most once a minute, and a request during a run starts the next one at its end', async () => {
  const now = MONDAY + 30 * MINUTE;
  const ask = (at: number) =>
    acrossOrganizations(db, (tx) =>
      requestRun(tx, { mailboxId: tenant.mailboxId, now: at, trigger: 'user' }),
    );
  expect(await ask(now)).toBe('requested');
  expect(await ask(now + 59 * SECOND)).toBe('too-soon');
  const lease = one(await claim(db, 'one', now + 59 * SECOND));
  expect(lease.trigger).toBe('user');
  expect(await ask(now + MINUTE)).toBe('requested');
  await acrossOrganizations(db, (tx) =>
    releaseLease(tx, lease, { next: { dueAt: now + 30 * MINUTE, lane: 'back-fill' } }),
  );
  const again = one(await claim(db, 'one', now + MINUTE));
  expect(again).toMatchObject({ lane: 'fresh', trigger: 'user' });
  const next = { dueAt: now + 31 * MINUTE, lane: 'fresh' } as const;
  await acrossOrganizations(db, (tx) => releaseLease(tx, again, { next }));
  expect(await acrossOrganizations(db, (tx) => readSchedule(tx, tenant.mailboxId, now))).toEqual({
    dueAt: next.dueAt,
    lane: 'fresh',
    running: false,
    worker: null,
    quietRuns: 0,
  });
});

test('a mailbox that was paused while it ran is not due at the end of the run, whoever asked meanwhile', async () => {
  const now = MONDAY + 70 * MINUTE;
  await dueNow(now);
  const lease = one(await claim(db, 'one', now));
  await acrossOrganizations(db, (tx) =>
    requestRun(tx, { mailboxId: tenant.mailboxId, now, trigger: 'user' }),
  );
  await acrossOrganizations(db, (tx) => releaseLease(tx, lease, { next: null }));
  expect(await claim(db, 'one', now + 24 * 60 * MINUTE)).toEqual([]);
});

test('a claim leaves out organizations that have their share', async () => {
  await using some = await createTestDatabase();
  const [a, b] = [await seedTenant(some.db, 'a'), await seedTenant(some.db, 'b')];
  await seedDueMailboxes(some.db, a, 5, MONDAY);
  await acrossOrganizations(some.db, (tx) =>
    setDue(tx, { mailboxId: b.mailboxId, next: { dueAt: MONDAY + 1, lane: 'fresh' } }),
  );
  const leases = await acrossOrganizations(some.db, (tx) =>
    claimDue(tx, { worker: 'w', now: MONDAY + 1, limit: 10, leaseMs: LEASE_MS, except: [a.organizationId] }),
  );
  expect(leases.map((lease) => lease.mailboxId)).toEqual([b.mailboxId]);
});

test('what somebody plans during a run ends it after its chunk, and stands when the lease is given back', async () => {
  const { mailboxId } = await seedTenant(db, 'replanned');
  const everywhere = <T>(work: (tx: Tx) => Promise<T>) => acrossOrganizations(db, work);
  await everywhere((tx) => setDue(tx, { mailboxId, next: { dueAt: MONDAY, lane: 'fresh' } }));
  const lease = await everywhere((tx) =>
    claimMailbox(tx, { mailboxId, worker: 'w', now: MONDAY, leaseMs: LEASE_MS, trigger: 'schedule' }),
  );
  if (lease === null) throw new Error('nothing was claimed');
  expect(await everywhere((tx) => holdLease(tx, lease, MONDAY))).toBe('as-planned');
  await everywhere((tx) => setDue(tx, { mailboxId, next: null }));
  expect(await everywhere((tx) => holdLease(tx, lease, MONDAY))).toBe('replanned');
  // Paused and resumed again, all during the same run.
  await everywhere((tx) =>
    setDue(tx, { mailboxId, next: { dueAt: MONDAY + 7, lane: 'fresh' }, trigger: 'user' }),
  );
  const late = { next: { dueAt: MONDAY + 30 * 60_000, lane: 'back-fill' } } as const;
  expect(await everywhere((tx) => releaseLease(tx, lease, late))).toBe(true);
  expect(await everywhere((tx) => readSchedule(tx, mailboxId, MONDAY))).toMatchObject({
    dueAt: MONDAY + 7,
    lane: 'fresh',
    running: false,
  });
  const next = await everywhere((tx) =>
    claimMailbox(tx, { mailboxId, worker: 'w', now: MONDAY + 7, leaseMs: LEASE_MS, trigger: 'schedule' }),
  );
  if (next === null) throw new Error('nothing was claimed');
  expect(await everywhere((tx) => holdLease(tx, next, MONDAY + 7))).toBe('as-planned');
});
