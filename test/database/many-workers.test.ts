/**
 * Goal: several workers in processes of their own share one PostgreSQL: each mailbox runs once and never twice at once, a large organization does not keep a
 * small one waiting, a worker that sleeps through its lease changes nothing when it wakes, and what a killed one held goes on elsewhere. Method: real
 * processes, signals, HTTP and database; every wait is for something that was seen.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configOf } from '../../sandbox/sandbox.ts';
import {
  createServices,
  type ServedServices,
  type Services,
  serveServices,
} from '../../sandbox/simulated-services.ts';
import { type Lockstep, openLockstep } from '../../src/server/wire.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { PLACES, type Told } from '../support/told.ts';
import {
  type CrowdWorker,
  crowdOf,
  makeDue,
  settleOrganization,
  signInAtCrm,
  startCrowdWorker,
} from '../support/worker-crowd.ts';

const LARGE = Number(process.env.CROWD ?? 200);
const SMALL = 3;
const WORKERS = 3;
const PUBLIC_URL = 'http://localhost:39998';
const PATIENCE_MS = 20 * 60_000;

const people = crowdOf(LARGE + SMALL);
let folder: string;
let base: TestDatabase;
let services: Services;
let served: ServedServices;
let lockstep: Lockstep;
let large: Awaited<ReturnType<typeof settleOrganization>>;
let small: Awaited<ReturnType<typeof settleOrganization>>;
const workers: CrowdWorker[] = [];
const told: { readonly worker: CrowdWorker; readonly what: Told }[] = [];
let onTold: (worker: CrowdWorker, what: Told) => void = () => undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-crowd-'));
  base = await createTestDatabase();
  services = createServices({
    now: () => Date.now(),
    seed: 20_261_128,
    redirectUris: [`${PUBLIC_URL}/login/salesforce/callback`],
    people,
  });
  served = await serveServices(services);
  const config = configOf({ dataFolder: folder, databaseUrl: base.url }, PUBLIC_URL, 39_998, served);
  lockstep = await openLockstep(config, { allowLoopbackHttp: true, log: () => undefined });
  const crm = await signInAtCrm(lockstep.ports, served.salesforce.origin, people[0] as (typeof people)[0]);
  const settle = (name: string, some: typeof people) =>
    settleOrganization(lockstep.ports, served, name, some, crm);
  large = await settle('large', people.slice(0, LARGE));
  small = await settle('small', people.slice(LARGE));
  const hear = (worker: CrowdWorker, what: Told) => {
    told.push({ worker, what });
    onTold(worker, what);
  };
  for (let count = 0; count < WORKERS; count += 1) workers.push(await startCrowdWorker(config, hear));
}, PATIENCE_MS);

afterAll(async () => {
  for (const { child } of workers) child.kill('SIGKILL');
  await lockstep?.close();
  await served?.close();
  await base?.drop();
  await rm(folder, { recursive: true, force: true });
});

test(
  'everybody who is due at once runs once, never twice at the same time, and the small organization among the first',
  async () => {
    const { ports } = lockstep;
    const now = ports.clock.now();
    // The large one has waited longer.
    await makeDue(ports, large.mailboxes, now - 60_000);
    await makeDue(ports, small.mailboxes, now);
    await until('everybody has run', () => endedMailboxes().size === LARGE + SMALL);
    const began = firstOf(told.filter(({ what }) => what.kind === 'began').map(({ what }) => what));
    expect(began).toHaveLength(LARGE + SMALL);
    expect(overlapping(told.map(({ what }) => what))).toEqual([]);
    const places = began.flatMap(({ organizationId }, at) =>
      organizationId === small.organizationId ? [at] : [],
    );
    expect(Math.max(...places)).toBeLessThan(3 * WORKERS * PLACES);
    expect(new Set(told.map(({ worker }) => worker)).size).toBe(WORKERS);
    expect(mostAtOnce(told.map(({ what }) => what))).toBeLessThanOrEqual(WORKERS * PLACES);
    const outcomes = told.filter(({ what }) => what.kind === 'ended').map(({ what }) => what.outcome);
    // A first run may use its budget up and go on.
    expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'more')).toEqual([]);
    // Nobody stays together with those that started with him: each goes towards a moment of his own.
    const waits = await nextWaits();
    for (const minutes of waits) expect(minutes >= 27 && minutes <= 30.1).toBe(true);
    expect(new Set(waits.map((minutes) => Math.floor(minutes * 20))).size).toBeGreaterThan(1);
  },
  PATIENCE_MS,
);

test(
  'a worker that sleeps through its lease changes nothing when it wakes: the run of the heir stands',
  async () => {
    const mailboxId = small.mailboxes[0] ?? '';
    deliver(LARGE, 'slept');
    const victim = await catchAt(mailboxId, (worker) => worker.child.kill('SIGSTOP'));
    await until('somebody else has run it', () => hasEnded(mailboxId, victim.token));
    const before = await standing(mailboxId);
    expect(before.records).toBe(1);
    victim.worker.child.kill('SIGCONT');
    await until('the sleeper has noticed', () =>
      victim.worker.told.some((what) => what.kind === 'lost' && what.mailboxId === mailboxId),
    );
    expect(await standing(mailboxId)).toEqual(before);
    expect(services.exchange.notificationsSent()).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  'what a killed worker held goes on elsewhere, and nothing is saved twice',
  async () => {
    const mailboxId = small.mailboxes[1] ?? '';
    deliver(LARGE + 1, 'killed');
    const before = services.salesforce.records('EmailMessage').length;
    const victim = await catchAt(mailboxId, (worker) => worker.child.kill('SIGKILL'));
    await until('somebody else has run it', () => hasEnded(mailboxId, victim.token));
    const heir = told.find(
      ({ what }) =>
        what.kind === 'ended' && what.mailboxId === mailboxId && Number(what.token) > Number(victim.token),
    );
    expect(heir?.worker).not.toBe(victim.worker);
    expect(services.salesforce.records('EmailMessage').length).toBe(before + 1);
    expect((await standing(mailboxId)).outcomes.at(-1)).toBe('done');
  },
  PATIENCE_MS,
);

/** Makes a mailbox due and does something to the worker that begins to run it, before that worker is answered by anybody. */
async function catchAt(mailboxId: string, act: (worker: CrowdWorker) => void) {
  const caught = new Promise<{ worker: CrowdWorker; token: string }>((resolve) => {
    onTold = (worker, what) => {
      if (what.kind !== 'began' || what.mailboxId !== mailboxId) return;
      onTold = () => undefined;
      act(worker);
      resolve({ worker, token: what.token ?? '' });
    };
  });
  await makeDue(lockstep.ports, [mailboxId as never], lockstep.ports.clock.now());
  return await caught;
}

function deliver(person: number, id: string): void {
  const lines = [
    `Message-ID: <${id}@acme-bikes.test>`,
    'From: kim.larsen@acme-bikes.test',
    `To: ${people[person]?.address}`,
    `Date: ${new Date().toUTCString()}`,
    'Subject: Hi',
    '',
    'Hi.',
    '',
  ];
  services.exchange.deliver(people[person]?.address ?? '', 'inbox', Buffer.from(lines.join('\r\n')));
}

/** What the database and Salesforce hold of a mailbox's mail. */
async function standing(mailboxId: string) {
  const stored = await acrossOrganizations(base.db, async (tx) => {
    const runs = await tx.query<{ outcome: string | null; lease_token: string; ended_at: Date | null }>(
      'select outcome, lease_token, ended_at from runs where mailbox_id = $1 order by started_at, id',
      [mailboxId],
    );
    const links = await tx.query<{ key_print: string; linked_at: Date }>(
      'select key_print, linked_at from links where mailbox_id = $1 order by key_print',
      [mailboxId],
    );
    const cursors = await tx.query<{ feed_id: string; updated_at: Date }>(
      'select feed_id, updated_at from cursors where mailbox_id = $1 order by feed_id',
      [mailboxId],
    );
    const schedule = await tx.query<{ due_at: Date; lease_token: string }>(
      'select due_at, lease_token from schedules where mailbox_id = $1',
      [mailboxId],
    );
    return { runs: runs.rows, links: links.rows, cursors: cursors.rows, schedule: schedule.rows };
  });
  return {
    ...stored,
    outcomes: stored.runs.map((run) => run.outcome),
    records: stored.links.length,
    written: services.salesforce.records('EmailMessage').length,
  };
}

const hasEnded = (mailboxId: string, notBy: string) =>
  told.some(
    ({ what }) => what.kind === 'ended' && what.mailboxId === mailboxId && Number(what.token) > Number(notBy),
  );

const endedMailboxes = () =>
  new Set(told.filter(({ what }) => what.kind === 'ended').map(({ what }) => what.mailboxId));

/** Mailboxes of which a run began before another one had ended, by the machine's own clock. */
function overlapping(all: readonly Told[]): readonly string[] {
  const open = new Map<string, string>();
  const found: string[] = [];
  for (const { kind, mailboxId = '', token = '' } of inTime(all)) {
    if (kind === 'began' && open.has(mailboxId)) found.push(mailboxId);
    if (kind === 'began') open.set(mailboxId, token);
    if (kind === 'ended') open.delete(mailboxId);
  }
  return found;
}

function mostAtOnce(all: readonly Told[]): number {
  let [now, most] = [0, 0];
  for (const { kind } of inTime(all)) {
    if (kind === 'began') now += 1;
    if (kind === 'ended') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

/** The first run of each mailbox, in order. */
function firstOf(began: readonly Told[]): readonly Told[] {
  const seen = new Set<string | undefined>();
  return inTime(began).filter(({ mailboxId }) => !seen.has(mailboxId) && seen.add(mailboxId));
}

/** Ends before beginnings of the same millisecond. */
function inTime(all: readonly Told[]): readonly Told[] {
  const order = (what: Told) => (what.kind === 'ended' ? 0 : 1);
  return [...all].sort((one, other) => one.at - other.at || order(one) - order(other));
}

/** From the beginning of each mailbox's run to its next due time, in minutes. */
async function nextWaits(): Promise<readonly number[]> {
  return await acrossOrganizations(base.db, async (tx) => {
    const { rows } = await tx.query<{ minutes: number }>(
      `select (extract(epoch from due_at - started_at) / 60)::float as minutes
       from schedules join lateral (
         select started_at from runs where runs.mailbox_id = schedules.mailbox_id order by started_at desc limit 1
       ) as newest on true where due_at is not null and lease_expires_at is null and lane = 0`,
    );
    return rows.map((row) => row.minutes);
  });
}

/** Waits until something has been seen. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const endsAt = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > endsAt) throw new Error(`never: ${what}`);
    await scheduler.wait(5);
  }
}
