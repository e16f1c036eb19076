/**
 * A clock for tests that go through the whole product: it stands still until a test moves it, waits between attempts pass at once, and
 * deadlines never come. No test ever sleeps with it.
 */
import type { Clock, Instant } from '../../src/model/clock.ts';
import { MONDAY } from './fake-clock.ts';

export interface LeapingClock extends Clock {
  advance(ms: number): void;
  /** To a later instant; an earlier one changes nothing. */
  advanceTo(at: Instant): void;
  /** The waits that passed, in milliseconds. */
  readonly waits: readonly number[];
}

/** Back-offs are shorter than this, deadlines of requests are not. */
const WAIT_MS_MAX = 20_000;

export function createLeapingClock(startAt: Instant = MONDAY): LeapingClock {
  let now = startAt;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    advanceTo(at) {
      now = Math.max(now, at);
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        if (ms < WAIT_MS_MAX) {
          now += ms;
          waits.push(ms);
          return resolve();
        }
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
}
