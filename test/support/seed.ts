/**
 * Chance that can be repeated: one seed per run of the tests, printed, and a source of numbers from it.
 */
import type { Random } from '../../src/model/clock.ts';

/** The seed of this run: `SEED` in the environment, else a fixed one. Printed, so that a failure can be repeated. */
export function readSeed(name: string, fallback = 20_260_105): number {
  const seed = Number(process.env.SEED ?? fallback);
  process.stdout.write(`${name}: seed ${seed}\n`);
  return seed;
}

/** mulberry32: small, fast, good enough to shuffle tests (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export function seededRandom(seed: number): Random {
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
