/**
 * The worker: claims due mailboxes, runs them side by side, keeps their leases alive and gives them back. What a run is, it does not know.
 */
import type { Clock, Random } from '../model/clock.ts';
import type { NextRun } from '../model/schedule.ts';
import type { Database } from '../store/database.ts';
import type { Lease } from '../store/leases.ts';

export interface WorkerOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** The worker's name, for people. */
  readonly worker: string;
  /** Runs side by side at most. */
  readonly concurrency: number;
  readonly leaseMs?: number;
  readonly heartbeatMs?: number;
  readonly pollMs?: number;
  /**
   * Does one run and says when the next one is due (null: never). The signal aborts with `LeaseLost` when the lease is lost, and with
   * `WorkerStopping` when the worker stops and the run was not done in time.
   */
  readonly handle: (lease: Lease, signal: AbortSignal) => Promise<NextRun | null>;
  readonly log: WorkerLog;
}

/** Codes, ids and counts only. */
export type WorkerLog = (event: string, facts: Readonly<Record<string, string | number | boolean>>) => void;

export interface Worker {
  /** Claims nothing more, waits for running runs up to `graceMs`, then aborts them and gives their leases back. */
  stop(graceMs?: number): Promise<void>;
}

export function startWorker(options: WorkerOptions): Worker {
  throw new Error(`not yet: ${options.worker}`);
}
