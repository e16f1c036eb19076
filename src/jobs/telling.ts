/**
 * The telling: beside the runs, looks for late mailboxes and sends what is due of the outbox, on whichever workers there are. Trouble is logged, waited
 * out and tried again; no run waits for it.
 */
import { type Clock, MINUTE, type Random, SECOND } from '../model/clock.ts';
import { repeat } from './repeat.ts';
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

/** Starts both loops. Never rejects. */
export function startTelling(options: TellingOptions): Telling {
  const stopping = new AbortController();
  const { clock, random, log, tell, look } = options;
  const common = { clock, random, log, signal: stopping.signal, event: 'notices.fault' };
  const loops = [
    repeat({ ...common, name: 'tell', act: tell, everyMs: TELL_MS }),
    repeat({ ...common, name: 'look', act: look, everyMs: LOOK_MS }),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
