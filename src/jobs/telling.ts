/**
 * The telling: beside the runs, looks for late mailboxes and sends what is due of the outbox, on whichever workers there are. Trouble is logged, waited
 * out and tried again; no run waits for it.
 */
import { type Clock, MINUTE, type Random, SECOND } from '../model/clock.ts';
import type { WorkerLog } from './worker.ts';

export interface TellingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: WorkerLog;
  /** Tells a few people and resolves with their number, 0 when nothing is due. */
  readonly tell: () => Promise<number>;
  /** Looks at some mailboxes and resolves with their number, 0 when none is to be looked at. */
  readonly look: () => Promise<number>;
}

export interface Telling {
  /** Resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Between two rounds, with jitter. */
const TELL_MS = 10 * SECOND;
const LOOK_MS = 1 * MINUTE;
/** Rounds without a pause; the rest waits for the next time. */
const ROUNDS_MAX = 100;

/** Starts both loops. Never rejects. */
export function startTelling(options: TellingOptions): Telling {
  const stopping = new AbortController();
  const loops = [
    loop(options, 'tell', options.tell, TELL_MS, stopping.signal),
    loop(options, 'look', options.look, LOOK_MS, stopping.signal),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function loop(
  { clock, random, log }: TellingOptions,
  name: string,
  act: () => Promise<number>,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(Math.floor(everyMs * (0.75 + random.next() / 2)), signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      for (let round = 0; round < ROUNDS_MAX && !signal.aborted; round += 1) if ((await act()) === 0) break;
    } catch (error) {
      log('notices.fault', { loop: name, error: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
