import { describe, expect, test } from 'vitest';
import { outcomes, predictions } from '../../../model/access-findings.ts';
import { rolloutStates } from '../../../model/rollout-state.ts';
import { openSteps, outcomeWords, predictionWords, stateWords, stepOf } from './rollout-words.ts';

describe('a roll-out in words', () => {
  test('every state, prediction and outcome has its own', () => {
    expect(Object.keys(stateWords).toSorted()).toEqual(rolloutStates.toSorted());
    expect(Object.keys(predictionWords).toSorted()).toEqual(predictions.toSorted());
    expect(Object.keys(outcomeWords).toSorted()).toEqual(outcomes.toSorted());
  });

  test.each(rolloutStates)('whoever comes back to one that is %s finds an open step', (state) => {
    expect(openSteps(state)).toContain(stepOf(state));
  });

  test('waves cannot be opened before everybody has been checked', () => {
    expect(openSteps('checking')).not.toContain('waves');
    expect(openSteps('checked')).toContain('waves');
  });
});
