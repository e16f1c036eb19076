import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AGE_BOUNDS_MINUTES, ageAt } from './goals.ts';

test('the bounds are those by which the database counts', () => {
  const folder = join(import.meta.dirname, '..', '..', 'migrations');
  const texts = readdirSync(folder)
    .toSorted()
    .flatMap(
      (name) =>
        /bounds constant double precision\[\] := array\[([^\]]+)\]/.exec(
          readFileSync(join(folder, name), 'utf8'),
        ) ?? [],
    );
  expect(texts.at(-1)?.split(',').map(Number)).toEqual([...AGE_BOUNDS_MINUTES]);
});

test('an age lies within the bounds of what was counted, and grows with the share asked for', () => {
  const counts = fc.array(fc.nat(1_000), { minLength: 17, maxLength: 17 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(counts, share, share, (given, one, other) => {
      const low = ageAt(given, Math.min(one, other));
      const high = ageAt(given, Math.max(one, other));
      if (given.every((count) => count === 0)) return low === null && high === null;
      return low !== null && high !== null && low >= 0 && low <= high && high <= 1_440;
    }),
    { seed: 20_261_128 },
  );
});

test('half of what lies between two bounds is told as their middle', () => {
  const counts = AGE_BOUNDS_MINUTES.map((bound) => (bound === 60 ? 10 : 0));
  expect(ageAt(counts, 0.5)).toBe(52.5);
  expect(ageAt([...counts.map(() => 0), 5], 0.5)).toBe(1_440);
});
