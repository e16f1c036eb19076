/** A loop beside the runs: acts again and again with a jittered pause, until it is stopped. Trouble is logged, waited out and tried again. */
import type { Clock, Random } from '../model/clock.ts';
import type { WorkerLog } from './worker.ts';

export interface RepeatOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: WorkerLog;
  readonly signal: AbortSignal;
  /** By which its faults are logged: an event, and the loop's name in it. */
  readonly event: string;
  readonly name: string;
  /** Does some work and resolves with how much, 0 when there was none. */
  readonly act: () => Promise<number>;
  readonly everyMs: number;
}

/** Rounds without a pause; the rest waits for the next time. */
const ROUNDS_MAX = 100;

/** Resolves when the signal has aborted and what was under way is done. Never rejects. */
export async function repeat({
  clock,
  random,
  log,
  signal,
  event,
  name,
  act,
  everyMs,
}: RepeatOptions): Promise<void> {
  for (;;) {
    await clock.sleep(Math.floor(everyMs * (0.75 + random.next() / 2)), signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      for (let round = 0; round < ROUNDS_MAX && !signal.aborted; round += 1) if ((await act()) === 0) break;
    } catch (error) {
      log(event, { loop: name, error: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
