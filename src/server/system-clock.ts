/** The one real clock and the one real source of chance; everything else is handed them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { AbortSignalLike, Clock, Random } from '../model/clock.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms: number, signal?: AbortSignalLike) => {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal: signal as AbortSignal });
    } catch (error) {
      // Node rejects with its own AbortError; the contract says the signal's reason.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};

export const systemRandom: Random = { next: () => Math.random() };
