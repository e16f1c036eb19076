import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areShares, cutWaves, JUDGED_FROM, judgeWave } from './judge-wave.ts';

const sizes = (people: number, shares: readonly number[]) =>
  cutWaves(people, shares).map((wave) => wave.people);

test('waves are cut by shares of all people, rounded up, and empty ones are left out', () => {
  expect(sizes(100, [5, 25, 100])).toEqual([5, 20, 75]);
  expect(sizes(7, [5, 25, 100])).toEqual([1, 1, 5]);
  expect(sizes(3, [5, 25, 100])).toEqual([1, 2]);
  expect(sizes(1, [5, 25, 100])).toEqual([1]);
  expect(sizes(0, [5, 100])).toEqual([]);
});

const shares = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 9 })
  .map((some) => [...some.toSorted((one, other) => one - other), 100]);

test('whatever the shares, everybody is in exactly one wave and none is empty', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), shares, (people, some) => {
      expect(areShares(some)).toBe(true);
      const cut = sizes(people, some);
      expect(cut.reduce((sum, size) => sum + size, 0)).toBe(people);
      expect(cut.every((size) => size > 0)).toBe(true);
    }),
    { seed: 20_261_127 },
  );
});

test('shares grow and end with 100', () => {
  expect([[100], [5, 100], [5, 5, 100], [100, 5], [5, 25], []].map(areShares)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('a wave is judged from its fifth person on, and at its end', () => {
  expect(judgeWave({ waiting: 10, succeeded: 0, failed: JUDGED_FROM - 1 }, 20)).toBe('go-on');
  expect(judgeWave({ waiting: 10, succeeded: 3, failed: 2 }, 20)).toBe('halt');
  expect(judgeWave({ waiting: 10, succeeded: 4, failed: 1 }, 20)).toBe('go-on');
  expect(judgeWave({ waiting: 0, succeeded: 0, failed: 1 }, 20)).toBe('halt');
  expect(judgeWave({ waiting: 0, succeeded: 1, failed: 0 }, 20)).toBe('over');
  expect(judgeWave({ waiting: 0, succeeded: 7, failed: 3 }, 20)).toBe('halt');
});

test('a wave in which nobody was tried is over, and one that may fail wholly never halts', () => {
  expect(judgeWave({ waiting: 0, succeeded: 0, failed: 0 }, 0)).toBe('over');
  expect(judgeWave({ waiting: 0, succeeded: 0, failed: 9 }, 100)).toBe('over');
  expect(judgeWave({ waiting: 3, succeeded: 50, failed: 1 }, 0)).toBe('halt');
});

test('a failure more never turns a halt into going on', () => {
  const count = fc.nat(1_000);
  fc.assert(
    fc.property(count, count, count, fc.integer({ min: 0, max: 100 }), (waiting, succeeded, failed, max) => {
      if (judgeWave({ waiting, succeeded, failed }, max) !== 'halt') return;
      expect(judgeWave({ waiting, succeeded, failed: failed + 1 }, max)).toBe('halt');
    }),
    { seed: 20_261_127 },
  );
});
