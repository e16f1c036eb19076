/**
 * The worker: claims due mailboxes, runs them side by side, keeps their leases alive and gives them back. What a run is, it does not know;
 * when a mailbox is due next, the run says. See docs/decisions/leases.md.
 */
import { type Clock, type Instant, MINUTE, type Random, SECOND } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { NextRun } from '../model/schedule.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { acrossOrganizationsAtOnce, type Database } from '../store/database.ts';
import { claimDue, type Lease, LeaseLost, releaseLease, renewLeases } from '../store/leases.ts';
import { type ClaimStage, type ClaimWish, claimWish, stageAfter } from './share.ts';

export interface WorkerOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** The worker's name, for people. */
  readonly worker: string;
  /** Runs side by side at most. */
  readonly concurrency: number;
  /** 90 s unless told: with the poll, the longest time until a dead worker's mailboxes go on elsewhere. */
  readonly leaseMs?: number;
  /** 20 s unless told; several beats may fail before a lease ends. */
  readonly heartbeatMs?: number;
  /** 2 s unless told, with jitter: how long an idle worker waits before it looks again. */
  readonly pollMs?: number;
  /**
   * Does one run and says when the next one is due (null: never), or that the lease was given back with the run's own end. The signal aborts with `LeaseLost` when the lease is lost, and with
   * `WorkerStopping` when the worker stops and the run was not done in time.
   */
  readonly handle: (lease: Lease, signal: AbortSignal) => Promise<NextRun | null | 'given-back'>;
  readonly log: WorkerLog;
  /** Is told of leases taken and lost. */
  readonly telemetry?: Pick<Telemetry, 'leaseTaken' | 'leaseLost'>;
}

/** Codes, ids and counts only. */
export type WorkerLog = (event: string, facts: Readonly<Record<string, string | number | boolean>>) => void;

export interface Worker {
  /** Claims nothing more, waits for running runs up to `graceMs` (20 s), then aborts them and gives their leases back. */
  stop(graceMs?: number): Promise<void>;
  /** When the slower of its two loops last turned: claiming every 2 s, heartbeats every 20 s. Old: it is stuck. */
  readonly lastSignAt: () => Instant;
}

/** The reason that a run's signal carries when the worker is stopped. */
export class WorkerStopping extends Error {
  constructor() {
    super('the worker is stopping');
    this.name = 'WorkerStopping';
  }
}

export const LEASE_MS = 90 * SECOND;
export const HEARTBEAT_MS = 20 * SECOND;
const POLL_MS = 2 * SECOND;
const GRACE_MS = 20 * SECOND;
/** After a run that threw, which no run should. */
const AFTER_FAULT_MS = 5 * MINUTE;
const RELEASE_ATTEMPTS_MAX = 3;

interface Running {
  readonly lease: Lease;
  readonly aborter: AbortController;
  expiresAt: Instant;
  done: Promise<void>;
}

/** Starts claiming at once. Never rejects: trouble with the database is logged and tried again. */
export function startWorker(options: WorkerOptions): Worker {
  const running = new Map<MailboxId, Running>();
  const life = new AbortController();
  const nap = new Nap(options.clock, life.signal);
  const start = (lease: Lease) => {
    const now = options.clock.now();
    options.telemetry?.leaseTaken(Math.max(0, now - (lease.dueAt ?? now)));
    const entry: Running = {
      lease,
      aborter: new AbortController(),
      expiresAt: lease.expiresAt,
      done: Promise.resolve(),
    };
    running.set(lease.mailboxId, entry);
    entry.done = runOne(options, entry).finally(() => {
      const wasFull = running.size >= options.concurrency;
      // Given back, it may be claimed again by now.
      if (running.get(lease.mailboxId) === entry) running.delete(lease.mailboxId);
      // A worker with room has just found nothing due; to look after every run would be a statement for each.
      if (wasFull) nap.interrupt();
    });
  };
  const signs = { claim: options.clock.now(), beat: options.clock.now() };
  const turned = (loop: keyof typeof signs) => {
    signs[loop] = options.clock.now();
  };
  const claiming = claimLoop(options, running, start, nap, life.signal, () => turned('claim'));
  // Beats until the last lease is given back, hence a life of its own.
  const pulse = new AbortController();
  const beating = heartbeatLoop(options, running, pulse.signal, () => turned('beat'));
  let stopping: Promise<void> | undefined;
  return {
    lastSignAt: () => (life.signal.aborted ? signs.beat : Math.min(signs.claim, signs.beat)),
    stop: (graceMs = GRACE_MS) => {
      stopping ??= (async () => {
        life.abort(new WorkerStopping());
        await claiming;
        await finishWithin(options.clock, running, graceMs);
        pulse.abort(new WorkerStopping());
        await beating;
      })();
      return stopping;
    },
  };
}

async function claimLoop(
  options: WorkerOptions,
  running: ReadonlyMap<MailboxId, Running>,
  start: (lease: Lease) => void,
  nap: Nap,
  signal: AbortSignal,
  turned: () => void,
): Promise<void> {
  const pollMs = options.pollMs ?? POLL_MS;
  while (!signal.aborted) {
    turned();
    try {
      await fillRoom(options, running, start, signal);
    } catch (error) {
      options.log('worker.claim-failed', { worker: options.worker, error: nameOf(error) });
    }
    if (signal.aborted) return;
    // Full: the next run that ends interrupts the nap. Otherwise nothing was due, and workers must not all look at the same moment.
    await nap.take(lookAgainMs(options.random, pollMs));
  }
}

/** How long a worker waits before it looks again, unless a run ends meanwhile: from half to one and a half times the poll. */
export function lookAgainMs(random: Random, pollMs: number = POLL_MS): number {
  return Math.floor(pollMs * (0.5 + random.next()));
}

/** Claims until no room is left or nothing is due: first from organizations below their share, then from anybody. */
async function fillRoom(
  options: WorkerOptions,
  running: ReadonlyMap<MailboxId, Running>,
  start: (lease: Lease) => void,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, worker, concurrency } = options;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  for (let stage: ClaimStage | null = 'below-share'; stage !== null && !signal.aborted; ) {
    const wish: ClaimWish<OrganizationId> | null = claimWish(byOrganization(running), concurrency, stage);
    if (wish === null) return;
    const leases: readonly Lease[] = await acrossOrganizationsAtOnce(db, (tx) =>
      claimDue(tx, { worker, now: clock.now(), leaseMs, ...wish }),
    );
    if (signal.aborted) {
      await Promise.all(
        leases.map((lease) => giveBack(options, lease, { dueAt: clock.now(), lane: lease.lane })),
      );
      return;
    }
    for (const lease of leases) start(lease);
    stage = stageAfter(stage, wish, leases.length);
  }
}

function byOrganization(running: ReadonlyMap<MailboxId, Running>): ReadonlyMap<OrganizationId, number> {
  const counts = new Map<OrganizationId, number>();
  for (const { lease } of running.values())
    counts.set(lease.organizationId, (counts.get(lease.organizationId) ?? 0) + 1);
  return counts;
}

async function runOne(options: WorkerOptions, entry: Running): Promise<void> {
  const { lease, aborter } = entry;
  const { clock, log, worker } = options;
  const again = (afterMs: number): NextRun => {
    const dueAt = clock.now() + afterMs;
    return { dueAt, lane: lease.lane, heldUntil: dueAt };
  };
  let next: NextRun | null | 'given-back';
  try {
    next = await options.handle(lease, aborter.signal);
  } catch (error) {
    if (error instanceof LeaseLost || aborter.signal.reason instanceof LeaseLost) {
      log('worker.lease-lost', { worker, mailboxId: lease.mailboxId });
      options.telemetry?.leaseLost();
      return;
    }
    const stopping = aborter.signal.reason instanceof WorkerStopping;
    if (!stopping) log('worker.run-threw', { worker, mailboxId: lease.mailboxId, error: nameOf(error) });
    next = again(stopping ? 0 : AFTER_FAULT_MS);
  }
  if (next !== 'given-back') await giveBack(options, lease, next);
}

/** Gives a lease back; when the database does not answer, the lease ends by itself and somebody takes over. */
async function giveBack(options: WorkerOptions, lease: Lease, next: NextRun | null): Promise<void> {
  for (let attempt = 1; attempt <= RELEASE_ATTEMPTS_MAX; attempt += 1) {
    try {
      const wasHeld = await acrossOrganizationsAtOnce(options.db, (tx) => releaseLease(tx, lease, { next }));
      if (!wasHeld) options.telemetry?.leaseLost();
      return;
    } catch (error) {
      options.log('worker.release-failed', {
        worker: options.worker,
        mailboxId: lease.mailboxId,
        error: nameOf(error),
      });
      if (attempt < RELEASE_ATTEMPTS_MAX) await options.clock.sleep(attempt * SECOND);
    }
  }
}

async function heartbeatLoop(
  options: WorkerOptions,
  running: ReadonlyMap<MailboxId, Running>,
  signal: AbortSignal,
  turned: () => void,
): Promise<void> {
  const { clock, db, log, worker } = options;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  for (;;) {
    await clock.sleep(options.heartbeatMs ?? HEARTBEAT_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    turned();
    const entries = [...running.values()];
    if (entries.length === 0) continue;
    const now = clock.now();
    try {
      const leases = entries.map((entry) => entry.lease);
      const kept = await acrossOrganizationsAtOnce(db, (tx) => renewLeases(tx, leases, now, leaseMs));
      for (const entry of entries) {
        if (kept.has(entry.lease.mailboxId)) entry.expiresAt = now + leaseMs;
        else if (running.get(entry.lease.mailboxId) === entry) entry.aborter.abort(new LeaseLost());
      }
    } catch (error) {
      log('worker.heartbeat-failed', { worker, error: nameOf(error) });
      for (const entry of entries) {
        if (entry.expiresAt <= clock.now()) entry.aborter.abort(new LeaseLost());
      }
    }
  }
}

async function finishWithin(
  clock: Clock,
  running: ReadonlyMap<MailboxId, Running>,
  graceMs: number,
): Promise<void> {
  const all = () => Promise.all([...running.values()].map((entry) => entry.done));
  const timer = new AbortController();
  const inTime = await Promise.race([
    all().then(() => true),
    clock.sleep(graceMs, timer.signal).then(
      () => false,
      () => true,
    ),
  ]);
  timer.abort();
  if (inTime) return;
  for (const entry of running.values()) entry.aborter.abort(new WorkerStopping());
  await all();
}

/** A reason of our own: without one, each interruption would cost an exception with its stack. */
const WOKEN = new Error('woken');

/** A sleep that can be cut short, also just before it begins. */
class Nap {
  readonly #clock: Clock;
  readonly #life: AbortSignal;
  #current = new AbortController();
  constructor(clock: Clock, life: AbortSignal) {
    this.#clock = clock;
    this.#life = life;
  }
  interrupt(): void {
    this.#current.abort(WOKEN);
  }
  async take(ms: number): Promise<void> {
    await this.#clock.sleep(ms, AbortSignal.any([this.#current.signal, this.#life])).catch(() => undefined);
    this.#current = new AbortController();
  }
}

/** A name is all that may be said of an unknown error: its text may hold anything. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
