/**
 * The worker's hand for roll-outs: claims those that are due, keeps their leases alive while they are carried on, and gives them back. What carrying on
 * means it does not know. A worker that dies leaves its lease to end by itself, and another one goes on.
 */
import { type Clock, MINUTE, type Random, SECOND } from '../model/clock.ts';
import { acrossOrganizations, type Database, inOrganization } from '../store/database.ts';
import {
  claimRollouts,
  type RolloutLease,
  RolloutLeaseLost,
  releaseRollout,
  renewRolloutLease,
} from '../store/rollouts.ts';
import type { WorkerLog } from './worker.ts';

export interface RolloutsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: WorkerLog;
  /** The worker's name, for people. */
  readonly worker: string;
  /** Carries a roll-out on until nothing is left to do, or its lease is lost, or the signal aborts. */
  readonly run: (lease: RolloutLease, signal: AbortSignal) => Promise<void>;
}

export interface Rollouts {
  /** Aborts what is under way and gives it back; another worker goes on with it. */
  stop(): Promise<void>;
}

/** With the poll the longest time until a dead worker's roll-out goes on elsewhere. */
export const ROLLOUT_LEASE_MS = 90 * SECOND;
const HEARTBEAT_MS = 20 * SECOND;
const POLL_MS = 2 * SECOND;
/** Roll-outs side by side of one worker. */
const AT_ONCE_MAX = 2;
/** After a fault of ours. */
const AFTER_FAULT_MS = 1 * MINUTE;

/** Starts looking at once. Never rejects. */
export function startRollouts(options: RolloutsOptions): Rollouts {
  const { clock, random, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        for (const lease of await claim(options, AT_ONCE_MAX - running.size)) {
          const one = carryOn(options, lease, signal).finally(() => running.delete(one));
          running.add(one);
        }
      } catch (error) {
        log('rollouts.fault', { step: 'claim', error: nameOf(error) });
      }
      await clock.sleep(Math.floor(POLL_MS * (0.5 + random.next())), signal).catch(() => undefined);
    }
    await Promise.all(running);
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort(new Error('the worker is stopping'));
      await looping;
    },
  };
}

let claims = 0;

async function claim(options: RolloutsOptions, limit: number): Promise<readonly RolloutLease[]> {
  const { db, clock, worker } = options;
  if (limit <= 0) return [];
  // Another name for every claim, so that a lease that was lost and taken again by the same worker is another one.
  claims += 1;
  const holder = `${worker}#${claims}`;
  return await acrossOrganizations(db, (tx) =>
    claimRollouts(tx, { holder, now: clock.now(), leaseMs: ROLLOUT_LEASE_MS, limit }),
  );
}

/** One claim from its lease to giving it back. Never rejects. */
export async function carryOn(
  options: RolloutsOptions,
  lease: RolloutLease,
  stopping: AbortSignal,
): Promise<void> {
  const { db, clock, log } = options;
  const lost = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([stopping, lost.signal]);
  const beating = beat(options, lease, lost, ended.signal);
  let againAt = clock.now();
  try {
    await options.run(lease, signal);
  } catch (error) {
    const isOver = error instanceof RolloutLeaseLost || signal.aborted;
    if (!isOver) {
      log('rollouts.fault', { step: 'run', rollout: lease.id, error: nameOf(error) });
      againAt = clock.now() + AFTER_FAULT_MS;
    }
  }
  ended.abort();
  await beating;
  await inOrganization(db, lease.organizationId, (tx) => releaseRollout(tx, lease, { againAt })).catch(
    (error: unknown) => log('rollouts.fault', { step: 'release', error: nameOf(error) }),
  );
}

async function beat(
  { db, clock, log }: RolloutsOptions,
  lease: RolloutLease,
  lost: AbortController,
  ended: AbortSignal,
): Promise<void> {
  let expiresAt = clock.now() + ROLLOUT_LEASE_MS;
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, ended).catch(() => undefined);
    if (ended.aborted) return;
    const now = clock.now();
    try {
      const kept = await inOrganization(db, lease.organizationId, (tx) =>
        renewRolloutLease(tx, lease, { now, leaseMs: ROLLOUT_LEASE_MS }),
      );
      if (!kept) return lost.abort(new RolloutLeaseLost());
      expiresAt = now + ROLLOUT_LEASE_MS;
    } catch (error) {
      log('rollouts.fault', { step: 'heartbeat', error: nameOf(error) });
      if (expiresAt <= clock.now()) return lost.abort(new RolloutLeaseLost());
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
