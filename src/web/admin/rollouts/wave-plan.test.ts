import { describe, expect, test } from 'vitest';
import { rolloutFormSchema } from '../../../api-schema/admin/rollouts.ts';
import { findPlanErrors, firstPlan, mayAddWave, peopleOfWaves, wavesOf, withWave } from './wave-plan.ts';

describe('the plan of waves', () => {
  test('begins as the API’s own', () => {
    const { waves, failuresMax } = rolloutFormSchema.parse({ profileId: crypto.randomUUID() });
    expect(wavesOf(firstPlan)).toEqual(waves);
    expect(Number(firstPlan.failuresMax)).toBe(failuresMax);
  });

  test('must grow, and leaves the last wave to everybody', () => {
    const plan = { shares: ['10', '10', 'x'], failuresMax: '101' };
    expect([...findPlanErrors(plan)]).toEqual([
      [1, 'It must be more than the wave before, 10 %.'],
      [2, 'Enter a whole number from 1 to 99.'],
      ['failuresMax', 'Enter a whole number from 0 to 100.'],
    ]);
    expect(wavesOf({ shares: [], failuresMax: '0' })).toEqual([100]);
  });

  test('says how many people each wave adds', () => {
    expect(peopleOfWaves(firstPlan, 500)).toEqual([25, 100, 375]);
    expect(peopleOfWaves(firstPlan, 3)).toEqual([1, 0, 2]);
    expect(peopleOfWaves({ ...firstPlan, failuresMax: '' }, 500)).toBeNull();
  });

  test('takes one more wave before the last, ten at most', () => {
    expect(withWave(firstPlan).shares).toEqual(['5', '25', '63']);
    const full = { ...firstPlan, shares: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] };
    expect(mayAddWave(full)).toBe(false);
    expect(wavesOf(full)).toHaveLength(10);
  });
});
