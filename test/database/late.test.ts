/** The dead-man's check on a real database: who is found late, once, by however many lookers, and what a look costs with very many mailboxes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lookForLate } from '../../src/commands/look-for-late.ts';
import { tellPeople } from '../../src/commands/tell-people.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { noStreak } from '../../src/model/mailbox-state.ts';
import { noCounts, type RunOutcome } from '../../src/model/run.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { claimMailbox, releaseLease } from '../../src/store/leases.ts';
import { moveMailbox } from '../../src/store/mailboxes.ts';
import { writeOrganizationSettings } from '../../src/store/organizations.ts';
import { finishRun, startRun } from '../../src/store/runs.ts';
import { seedDueMailboxes } from '../support/rows.ts';
import { openTellingBench, type TellingBench } from '../support/telling-bench.ts';

let bench: TellingBench;
beforeEach(async () => {
  bench = await openTellingBench('late');
  await move('not-activated', 'active');
});
afterEach(() => bench[Symbol.asyncDispose]());

type Move = Parameters<typeof moveMailbox>[1];

async function move(from: Move['from'], to: Move['to']): Promise<void> {
  const { tenant, db, clock } = bench;
  const wish = { id: tenant.mailboxId, from, to, streak: noStreak, cause: null, now: clock.now() };
  await inOrganization(db, tenant.organizationId, (tx) => moveMailbox(tx, wish));
}

/** A run that ends so, now. */
async function run(outcome: RunOutcome): Promise<void> {
  const { tenant, db, clock } = bench;
  const now = clock.now();
  await inOrganization(db, tenant.organizationId, async (tx) => {
    const claim = { worker: 'test', now, leaseMs: MINUTE, trigger: 'schedule' } as const;
    const lease = await claimMailbox(tx, { ...claim, mailboxId: tenant.mailboxId });
    if (lease === null) throw new Error('somebody holds the mailbox');
    const id = await startRun(tx, { lease, worker: 'test', now });
    await finishRun(tx, { id, outcome, counts: noCounts, endedAt: now });
    await releaseLease(tx, lease, { next: null });
  });
}

async function look(): Promise<void> {
  while ((await lookForLate(bench.ports)) > 0);
}

async function pass(ms: number): Promise<void> {
  const step = Math.max(5 * MINUTE, ms / 24);
  for (let passed = 0; passed < ms; passed += step) {
    await bench.clock.advance(step);
    await look();
  }
}

const lateNotices = () => bench.count(`select count(*) from notices where kind = 'late'`);

it('finds a mailbox within minutes of its being late, and reports it once to each audience', async () => {
  await run({ kind: 'done' });
  await pass(70 * MINUTE);
  expect(await lateNotices()).toBe(0);
  await pass(10 * MINUTE);
  expect(await lateNotices()).toBe(2);
  await pass(6 * HOUR);
  expect(await lateNotices()).toBe(2);
});

it('finds one that no schedule knows any more', async () => {
  await run({ kind: 'done' });
  expect(await bench.count('select count(*) from schedules where due_at is not null')).toBe(0);
  await pass(80 * MINUTE);
  expect(await lateNotices()).toBe(2);
});

it('leaves a mailbox alone that runs, if only within its budget', async () => {
  for (let round = 0; round < 12; round += 1) {
    await run({ kind: round % 2 === 0 ? 'more' : 'done' });
    await pass(30 * MINUTE);
  }
  expect(await lateNotices()).toBe(0);
});

it('reports a second lateness after a good run as a new one', async () => {
  await pass(80 * MINUTE);
  await run({ kind: 'done' });
  await pass(80 * MINUTE);
  expect(await lateNotices()).toBe(4);
});

it.each(['paused', 'deactivated', 'authorization-required', 'suspended'] as const)(
  'reports nothing of a mailbox that is %s',
  async (state) => {
    await move('active', state);
    await pass(2 * DAY);
    expect(await lateNotices()).toBe(0);
  },
);

it('gives a resumed mailbox time, and finds it when it does not come to its feet', async () => {
  await run({ kind: 'done' });
  await move('active', 'paused');
  await pass(3 * DAY);
  await move('paused', 'active');
  await pass(70 * MINUTE);
  expect(await lateNotices()).toBe(0);
  await pass(40 * MINUTE);
  expect(await lateNotices()).toBe(2);
});

it('tells administrators at once and the owner when it lasts', async () => {
  const { organizationId: id } = bench.tenant;
  const settings = { notifyAddresses: ['it@late.example'] };
  await inOrganization(bench.db, id, (tx) => writeOrganizationSettings(tx, { id, seenVersion: 0, settings }));
  const told = async () => {
    while ((await tellPeople(bench.ports, bench.publicUrl)) > 0);
    return bench.mailer.mails.map(({ to, subject }) => `${to.join()}: ${subject}`);
  };
  await pass(95 * MINUTE);
  expect(await told()).toEqual(['it@late.example: Sync with Salesforce: 1 late']);
  await pass(4 * HOUR);
  expect(await told()).toEqual([
    'it@late.example: Sync with Salesforce: 1 late',
    'owner@late.example: Sync with Salesforce is late',
  ]);
});

it('does not tell the owner of a lateness that was over in time', async () => {
  await pass(80 * MINUTE);
  await run({ kind: 'done' });
  await bench.clock.advance(5 * HOUR);
  await run({ kind: 'done' });
  while ((await tellPeople(bench.ports, bench.publicUrl)) > 0);
  expect(bench.mailer.mails).toEqual([]);
});

it('finds each of thousands once, with four lookers at the same time, and then has nothing to do', async () => {
  const { db, tenant, clock, ports } = bench;
  await seedDueMailboxes(db, tenant, 3_000, clock.now());
  await look();
  await bench.clock.advance(76 * MINUTE);
  const lookUntilDone = async () => {
    while ((await lookForLate(ports)) > 0);
  };
  await Promise.all(Array.from({ length: 4 }, lookUntilDone));
  await look();
  expect(await lateNotices()).toBe(2 * 3_001);
  expect(await lookForLate(ports)).toBe(0);
});

it('asks an index for the next looks, whatever the number of mailboxes', async () => {
  const { db, tenant, clock } = bench;
  await seedDueMailboxes(db, tenant, 20_000, clock.now());
  await look();
  const plan = await acrossOrganizations(db, async (tx) => {
    await tx.query('analyze schedules');
    return await tx.query<{ 'QUERY PLAN': string }>(
      `explain select mailbox_id from schedules where look_at <= now() order by look_at limit 500
       for no key update skip locked`,
    );
  });
  expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('schedules_to_look_at');
});
