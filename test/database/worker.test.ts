import { afterAll, beforeEach, expect, test } from 'vitest';
import { startWorker, type Worker, WorkerStopping } from '../../src/jobs/worker.ts';
import { MINUTE, SECOND } from '../../src/model/clock.ts';
import type { MailboxId } from '../../src/model/ids.ts';
import type { NextRun } from '../../src/model/schedule.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import { claimDue, holdLease, type Lease, LeaseLost, readSchedule, setDue } from '../../src/store/leases.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedDueMailboxes, seedTenant } from '../support/rows.ts';
import { readSeed, seededRandom } from '../support/seed.ts';
import { trackedDatabase } from '../support/tracked-database.ts';

const seed = readSeed('worker');
let base: TestDatabase | undefined;
let db: Database;
let clock: FakeClock;
const workers: Worker[] = [];

beforeEach(async () => {
  await base?.drop();
  base = await createTestDatabase({ poolMax: 15 });
  clock = createFakeClock();
  db = trackedDatabase(base.db, clock);
});
afterAll(() => base?.drop());

interface Seen {
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

function work(
  handle: (lease: Lease, signal: AbortSignal) => Promise<NextRun | null>,
  options: { concurrency?: number; worker?: string; on?: Database; pollMs?: number } = {},
): Worker {
  const worker = startWorker({
    db: options.on ?? db,
    clock,
    random: seededRandom(seed),
    worker: options.worker ?? 'worker',
    concurrency: options.concurrency ?? 4,
    pollMs: options.pollMs ?? 2 * SECOND,
    handle,
    log: () => undefined,
  });
  workers.push(worker);
  return worker;
}

const in30Minutes = (): NextRun => ({ dueAt: clock.now() + 30 * MINUTE, lane: 'fresh' });
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

async function dueTenant(name: string): Promise<MailboxId> {
  const { mailboxId } = await seedTenant(db, name);
  await acrossOrganizations(db, (tx) =>
    setDue(tx, { mailboxId, next: { dueAt: clock.now(), lane: 'fresh' } }),
  );
  return mailboxId;
}
const scheduleOf = (id: MailboxId) => acrossOrganizations(db, (tx: Tx) => readSchedule(tx, id, clock.now()));
const stop = (worker: Worker, graceMs?: number) => clock.advanceUntil(worker.stop(graceMs));

test('a due mailbox is run every 30 minutes, and never twice at once', async () => {
  const id = await dueTenant('one');
  let atOnce = 0;
  const startedAt: number[] = [];
  const worker = work(
    async () => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      startedAt.push(clock.now());
      await clock.sleep(MINUTE);
      atOnce -= 1;
      return { dueAt: (startedAt.at(-1) ?? 0) + 30 * MINUTE, lane: 'fresh' };
    },
    { pollMs: 10 * SECOND },
  );
  await clock.advance(95 * MINUTE);
  await stop(worker);
  expect(startedAt).toHaveLength(4);
  for (const [index, at] of startedAt.slice(1).entries()) {
    const gap = at - (startedAt[index] ?? 0);
    expect(gap).toBeGreaterThanOrEqual(30 * MINUTE);
    expect(gap).toBeLessThan(30 * MINUTE + 20 * SECOND);
  }
  expect(await scheduleOf(id)).toMatchObject({ running: false, worker: null });
});

test('no more run side by side than there is room, and one organization leaves room for another', async () => {
  const crowd = await seedTenant(db, 'crowd');
  await seedDueMailboxes(db, crowd, 40, clock.now() - MINUTE);
  await dueTenant('small');
  const running = new Map<string, number>();
  const order: string[] = [];
  let most = 0;
  const worker = work(async ({ organizationId }) => {
    const name = organizationId === crowd.organizationId ? 'crowd' : 'small';
    order.push(name);
    running.set(name, (running.get(name) ?? 0) + 1);
    most = Math.max(
      most,
      [...running.values()].reduce((sum, count) => sum + count, 0),
    );
    await clock.sleep(10 * SECOND);
    running.set(name, (running.get(name) ?? 0) - 1);
    return in30Minutes();
  });
  await clock.advance(3 * MINUTE);
  await stop(worker);
  expect(order).toHaveLength(41);
  expect(most).toBe(4);
  // The crowd has waited longer, and still the newcomer is among the first four.
  expect(order.slice(0, 4)).toContain('small');
});

test('a run that outlives its lease by far keeps it by heartbeat', { timeout: 120_000 }, async () => {
  const id = await dueTenant('long');
  const handled: Lease[] = [];
  const worker = work(async (lease) => {
    handled.push(lease);
    await clock.sleep(20 * MINUTE);
    await inOrganization(db, lease.organizationId, (tx) => holdLease(tx, lease, clock.now()));
    return in30Minutes();
  });
  await clock.advance(1 * SECOND);
  const other = work(
    (lease) => {
      handled.push(lease);
      return Promise.resolve(null);
    },
    { worker: 'other' },
  );
  await clock.advance(21 * MINUTE);
  expect(handled).toHaveLength(1);
  expect(await scheduleOf(id)).toMatchObject({ running: false });
  await Promise.all([stop(worker), stop(other)]);
});

test('the mailbox of a dead worker goes on elsewhere within two minutes', async () => {
  const id = await dueTenant('orphan');
  const diedAt = clock.now();
  // Claims and is never heard of again: a worker whose process was killed.
  await acrossOrganizations(db, async (tx) => {
    await claimDue(tx, { worker: 'dead', now: diedAt, limit: 1, leaseMs: 90 * SECOND });
  });
  let takenAt = 0;
  const worker = work(({ mailboxId }) => {
    expect(mailboxId).toBe(id);
    takenAt = clock.now();
    return Promise.resolve(in30Minutes());
  });
  await clock.advance(2 * MINUTE);
  await stop(worker);
  expect(takenAt).toBeGreaterThan(0);
  expect(takenAt - diedAt).toBeLessThan(2 * MINUTE);
});

test('a worker that lost its lease is told, and does not give back what is no longer its own', async () => {
  const id = await dueTenant('lost');
  let reason: unknown;
  const worker = work(async (_, signal) => {
    try {
      return await untilAborted(signal);
    } catch (error) {
      reason = error;
      throw error;
    }
  });
  await clock.advance(5 * SECOND);
  await acrossOrganizations(db, (tx) =>
    tx.query(
      `update schedules set lease_token = lease_token + 1, worker = 'heir', lease_expires_at = $2
      where mailbox_id = $1`,
      [id, new Date(clock.now() + 10 * MINUTE)],
    ),
  );
  await clock.advance(30 * SECOND);
  expect(reason).toBeInstanceOf(LeaseLost);
  await stop(worker);
  expect(await scheduleOf(id)).toMatchObject({ running: true, worker: 'heir' });
});

test('an orderly stop waits for runs under way and claims nothing more', async () => {
  const [first, second] = [await dueTenant('first'), await dueTenant('second')];
  let finished = 0;
  const worker = work(
    async () => {
      await clock.sleep(10 * SECOND);
      finished += 1;
      return in30Minutes();
    },
    { concurrency: 1 },
  );
  await clock.advance(1 * SECOND);
  await stop(worker);
  expect(finished).toBe(1);
  const schedules = [await scheduleOf(first), await scheduleOf(second)];
  expect(schedules.map((schedule) => schedule?.running)).toEqual([false, false]);
  expect(schedules.filter((schedule) => (schedule?.dueAt ?? 0) <= clock.now())).toHaveLength(1);
});

test('a stop that waited long enough aborts the runs and gives their mailboxes back at once', async () => {
  const id = await dueTenant('stuck');
  const seen: Seen[] = [];
  const worker = work(async (lease, signal) => {
    seen.push({ lease, signal });
    return untilAborted(signal);
  });
  await clock.advance(1 * SECOND);
  const before = clock.now();
  await stop(worker, 5 * SECOND);
  expect(clock.now() - before).toBeLessThan(6 * SECOND);
  expect(seen[0]?.signal.reason).toBeInstanceOf(WorkerStopping);
  const schedule = await scheduleOf(id);
  expect(schedule).toMatchObject({ running: false });
  expect(schedule?.dueAt).toBeLessThanOrEqual(clock.now());
});

test('a run that throws is tried again later and does not stop the others', async () => {
  const id = await dueTenant('faulty');
  await dueTenant('healthy');
  let healthy = 0;
  const worker = work(({ mailboxId }) => {
    if (mailboxId === id) return Promise.reject(new Error('a fault of ours'));
    healthy += 1;
    return Promise.resolve({ dueAt: clock.now() + MINUTE, lane: 'fresh' });
  });
  await clock.advance(4 * MINUTE);
  await stop(worker);
  expect(healthy).toBeGreaterThanOrEqual(4);
  const schedule = await scheduleOf(id);
  expect(schedule).toMatchObject({ running: false });
  expect(schedule?.dueAt).toBeGreaterThan(clock.now());
});

test('a database that does not answer for a while stops nothing for good', async () => {
  await dueTenant('patient');
  let down = true;
  const flaky: Database = { ...db, pool: Object.create(db.pool) as typeof db.pool };
  flaky.pool.connect = (() =>
    down ? Promise.reject(new Error('connection refused')) : db.pool.connect()) as typeof db.pool.connect;
  let runs = 0;
  const worker = work(
    () => {
      runs += 1;
      return Promise.resolve(in30Minutes());
    },
    { on: flaky },
  );
  await clock.advance(MINUTE);
  expect(runs).toBe(0);
  down = false;
  await clock.advance(5 * SECOND);
  expect(runs).toBe(1);
  await stop(worker);
});
