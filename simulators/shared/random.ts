/**
 * A seeded pseudo-random generator (mulberry32), so that a simulated world can be drawn again from its seed.
 * It is not for secrets: whatever a simulator must keep unguessable comes from node:crypto.
 */

/** A source of chance. `next` gives a number in [0, 1). */
export interface Random {
  next(): number;
}

/** A generator whose whole future follows from `seed` (any 32-bit integer; others are truncated). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
    },
  };
}
