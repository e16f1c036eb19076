/**
 * A clock that stands still until a test moves it. Timers fire in the order of their instants, each with room for what it sets off; work in
 * the real world (a database) can be tracked, and then time waits for it.
 */
import type { AbortSignalLike, Clock, Instant } from '../../src/model/clock.ts';

interface Timer {
  readonly at: Instant;
  readonly order: number;
  readonly fire: () => void;
}

export interface FakeClock extends Clock {
  /** Moves time on by `ms`, firing every timer on the way. */
  advance(ms: number): Promise<void>;
  /** Moves time from timer to timer until `promise` settles; rejects after `limitMs` of fake time (a day unless told). */
  advanceUntil<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** Fires timers until none is left, or `limitMs` of fake time are over. */
  runUntilIdle(limitMs?: number): Promise<void>;
  /** Time stands while tracked work is under way. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Timers that wait. */
  pending(): number;
}

const DAY_MS = 86_400_000;
/** Turns of the event loop that work without timers gets before time moves. */
const TURNS = 12;

/** Any instant will do; this one is 2026-01-05T08:00:00Z, a Monday. */
export const MONDAY: Instant = 1_767_600_000_000;

export function createFakeClock(startAt: Instant = MONDAY): FakeClock {
  let now = startAt;
  let orders = 0;
  let tracked = 0;
  const timers: Timer[] = [];

  const settle = async () => {
    for (let turn = 0; turn < TURNS || tracked > 0; turn += 1)
      await new Promise((next) => setImmediate(next));
  };
  const takeNext = (until: Instant): Timer | undefined => {
    timers.sort((one, other) => one.at - other.at || one.order - other.order);
    return timers[0] !== undefined && timers[0].at <= until ? timers.shift() : undefined;
  };
  const step = async (until: Instant): Promise<boolean> => {
    await settle();
    const timer = takeNext(until);
    if (timer === undefined) return false;
    now = Math.max(now, timer.at);
    timer.fire();
    return true;
  };

  return {
    now: () => now,
    sleep: (ms, signal) => sleep(timers, { at: now + Math.max(0, ms), order: orders++ }, signal),
    pending: () => timers.length,
    track: (work) => {
      tracked += 1;
      return work.finally(() => {
        tracked -= 1;
      });
    },
    advance: async (ms) => {
      const until = now + ms;
      while (await step(until)) {}
      now = until;
      await settle();
    },
    advanceUntil: async (promise, limitMs = DAY_MS) => {
      const until = now + limitMs;
      let settled = false;
      const mark = () => {
        settled = true;
      };
      promise.then(mark, mark);
      while (!settled) {
        // Without timers the work waits for something real: it gets time to arrive.
        if (!(await step(until)) && timers.length > 0)
          throw new Error('fake time ran out before the work ended');
      }
      return promise;
    },
    runUntilIdle: async (limitMs = DAY_MS) => {
      const until = now + limitMs;
      while (await step(until)) {}
    },
  };
}

function sleep(
  timers: Timer[],
  when: { readonly at: Instant; readonly order: number },
  signal: AbortSignalLike | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timers.splice(timers.indexOf(timer), 1);
      reject(signal?.reason);
    };
    const timer: Timer = {
      ...when,
      fire: () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
    };
    timers.push(timer);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
