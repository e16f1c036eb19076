/**
 * Chance as the simulation speaks of it: coins, dice and draws, all from one seed. It adds no state of its own to the source.
 */
import type { Random } from '../../src/model/clock.ts';
import { seededRandom } from '../support/seed.ts';

export interface Chance extends Random {
  /** Whether an event of this probability happens. */
  flip(probability: number): boolean;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** One of these; throws on an empty list. */
  pick<T>(from: readonly T[]): T;
  /** A source of its own, so that one part of a world does not shift the draws of another. */
  branch(): Chance;
}

export function createChance(seed: number): Chance {
  const { next } = seededRandom(seed);
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    between,
    flip: (probability) => next() < probability,
    pick(from) {
      const picked = from[between(0, from.length - 1)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    branch: () => createChance(Math.floor(next() * 2 ** 32)),
  };
}
