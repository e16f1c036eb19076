/** When a parked item is tried again, and whether it is marked in the mailbox. */
import { describe, expect, test } from 'vitest';
import { catalogue, failureCodes } from '../model/catalogue.ts';
import { DAY } from '../model/clock.ts';
import { failure } from '../model/failure.ts';
import { deservesMark, HEALING_TRIES_MAX, MENDABLE_TRIES_MAX, retryAt } from './retry.ts';

const NOW = 5 * DAY;

function codeMendedBy(isNobody: boolean) {
  const code = failureCodes.find((one) => (catalogue[one].mender === 'nobody') === isNobody);
  if (code === undefined) throw new Error('the catalogue has both');
  return failure(code);
}
const healing = codeMendedBy(true);
const mendable = codeMendedBy(false);

describe('trouble that heals by itself', () => {
  test('is tried with every run, and in the end waits to be asked', () => {
    expect(retryAt(healing, 1, NOW)).toBe(NOW);
    expect(retryAt(healing, HEALING_TRIES_MAX - 1, NOW)).toBe(NOW);
    expect(retryAt(healing, HEALING_TRIES_MAX, NOW)).toBeNull();
  });

  test('is not marked in the mailbox', () => {
    expect(deservesMark(healing)).toBe(false);
  });
});

describe('trouble that somebody must mend', () => {
  test('is tried daily a few times and then waits for him', () => {
    expect(retryAt(mendable, 1, NOW)).toBe(NOW + DAY);
    expect(retryAt(mendable, MENDABLE_TRIES_MAX - 1, NOW)).toBe(NOW + DAY);
    expect(retryAt(mendable, MENDABLE_TRIES_MAX, NOW)).toBeNull();
  });

  test('is marked in the mailbox', () => {
    expect(deservesMark(mendable)).toBe(true);
  });
});
