/** Chance from a seed for benches: mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
import type { Random } from '../../src/model/clock.ts';

export function benchRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
