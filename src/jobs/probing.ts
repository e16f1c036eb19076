/** The probing: beside the runs, asks administrators' accesses that are refused whether they work again, on whichever workers there are. */
import { type Clock, type Random, SECOND } from '../model/clock.ts';
import { repeat } from './repeat.ts';
import type { WorkerLog } from './worker.ts';

export interface ProbingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: WorkerLog;
  /** Probes one access that is due and resolves with 1, or with 0 when none is. */
  readonly probe: (signal: AbortSignal) => Promise<number>;
}

export interface Probing {
  /** Resolves when the probe under way has ended. */
  stop(): Promise<void>;
}

const LOOK_MS = 20 * SECOND;

/** Starts the loop. Never rejects. */
export function startProbing({ clock, random, log, probe }: ProbingOptions): Probing {
  const stopping = new AbortController();
  const { signal } = stopping;
  const act = (): Promise<number> => probe(signal);
  const looping = repeat({
    clock,
    random,
    log,
    signal,
    act,
    event: 'accesses.fault',
    name: 'probe',
    everyMs: LOOK_MS,
  });
  return {
    async stop() {
      stopping.abort();
      await looping;
    },
  };
}
