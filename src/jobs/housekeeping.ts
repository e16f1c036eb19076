/**
 * The hourly sweep: forgets what has had its time (runs, verdicts, ended logins), on whichever workers there are. Many may sweep at once; each
 * row goes once.
 */
import { type Clock, HOUR, MINUTE, type Random } from '../model/clock.ts';
import type { Database } from '../store/database.ts';
import { purge } from '../store/purge.ts';
import type { WorkerLog } from './worker.ts';

export interface Housekeeping {
  /** Resolves when a sweep under way is done. */
  stop(): Promise<void>;
}

/** Sweeps a few minutes after the start and then about hourly. A failed sweep is logged and tried again with the next one. */
export function startHousekeeping(options: {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: WorkerLog;
}): Housekeeping {
  const { db, clock, random, log } = options;
  const stopping = new AbortController();
  const loop = async () => {
    let waitMs = MINUTE + random.next() * 5 * MINUTE;
    for (;;) {
      await clock.sleep(waitMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      waitMs = HOUR * (0.9 + random.next() * 0.2);
      try {
        const purged = await purge(db, clock.now());
        if (Object.values(purged).some((count) => count > 0)) log('housekeeping.swept', purged);
      } catch (error) {
        log('housekeeping.fault', { error: error instanceof Error ? error.name : 'unknown' });
      }
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
