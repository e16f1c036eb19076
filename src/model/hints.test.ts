/** When a registration for hints is renewed (R3). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR } from './clock.ts';
import { renewalAt } from './hints.ts';

const always = (chance: number) => ({ next: () => chance });

test('a registration is renewed in the last fifth before half of its life', () => {
  expect(renewalAt(1_000, 1_000 + 10 * HOUR, always(0))).toBe(1_000 + 4 * HOUR);
  expect(renewalAt(1_000, 1_000 + 10 * HOUR, always(0.5))).toBe(1_000 + 4.5 * HOUR);
});

test('a long life is renewed daily, and one that is over at once', () => {
  expect(renewalAt(0, 30 * DAY, always(0))).toBe(0.8 * DAY);
  expect(renewalAt(5 * DAY, 4 * DAY, always(0.9))).toBe(5 * DAY);
});

test('no renewal comes before now, after a day, or after half of what is left', () => {
  const at = fc.integer({ min: 0, max: 1_000 * DAY });
  fc.assert(
    fc.property(
      at,
      at,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (now, until, chance) => {
        const renewal = renewalAt(now, until, always(chance));
        expect(renewal).toBeGreaterThanOrEqual(now);
        expect(renewal).toBeLessThanOrEqual(now + Math.min(DAY, Math.max(0, until - now) / 2));
        expect(Number.isInteger(renewal)).toBe(true);
      },
    ),
    { seed: 20_261_128, numRuns: 200 },
  );
});
