import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, defaultBackoff } from './backoff.ts';

const chance = (value: number) => ({ next: () => value });
const always = chance(0.999_999);

test('the most that is waited doubles with each attempt, up to the ceiling', () => {
  const most = [1, 2, 3, 4, 5, 6, 7].map((attempt) => Math.round(backoffMs(attempt, always) / 100) * 100);
  expect(most).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
});

test('chance spreads the wait evenly from none to the most', () => {
  const waits = [0, 0.25, 0.5, 0.75].map((value) => backoffMs(3, chance(value)));
  expect(waits).toEqual([0, 1_000, 2_000, 3_000]);
});

test('what a service asked for is waited on top, and never less', () => {
  expect(backoffMs(1, chance(0), defaultBackoff, 7_000)).toBe(7_000);
  expect(backoffMs(1, chance(0.5), defaultBackoff, 7_000)).toBe(7_500);
});

test('whatever the limits, the wait is whole milliseconds between what was asked for and the ceiling above it', () => {
  const limits = fc.record({
    firstMs: fc.integer({ min: 1, max: 10_000 }),
    ceilingMs: fc.integer({ min: 1, max: 60_000 }),
    attemptsMax: fc.constant(4),
  });
  const value = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      value,
      limits,
      fc.nat(100_000),
      (attempt, next, given, asked) => {
        const wait = backoffMs(attempt, chance(next), given, asked);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(asked);
        expect(wait).toBeLessThanOrEqual(asked + given.ceilingMs);
      },
    ),
    { seed: 20_261_128 },
  );
});
