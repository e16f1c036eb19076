/**
 * The sandbox's clock: it goes as the system's does, and leaps ahead when told, so that half an hour, a night or a month pass at once for the product
 * and for the simulated services alike. Whoever sleeps wakes when his time has come, by waiting or by a leap.
 */
import type { AbortSignalLike, Clock } from '../src/model/clock.ts';

export interface LeapingTime extends Clock {
  /** Moves time ahead by so many milliseconds; never back. */
  leap(ms: number): void;
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** The longest that a timer of the system may be set for. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export function createLeapingTime(): LeapingTime {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const sleepers = new Set<Sleeper>();
  const sleep = (ms: number, signal?: AbortSignalLike) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const timer = setTimeout(() => sleeper.wake(), Math.min(Math.max(0, ms), TIMER_MS_MAX));
      const end = () => {
        clearTimeout(timer);
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        end();
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        wakeAt: now() + ms,
        wake: () => {
          end();
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  return {
    now,
    sleep,
    leap(ms) {
      ahead += Math.max(0, ms);
      for (const sleeper of [...sleepers]) if (sleeper.wakeAt <= now()) sleeper.wake();
    },
  };
}
