/** The other half of the fixed list of seeds, in a file of its own so that two cores share the work. */
import { expect, test } from 'vitest';
import { isLong } from '../support/long-tests.ts';
import { playSeeds, range } from './seeds.ts';

const isOneSeed = process.env.SIMULATION_SEED !== undefined;

test.skipIf(isOneSeed)('seeds 251 to 500 keep every promise', async () => {
  expect(await playSeeds(range(251, 500))).toEqual([]);
});

test.skipIf(isOneSeed || !isLong)('seeds 751 to 1000 keep every promise', async () => {
  expect(await playSeeds(range(751, 1_000))).toEqual([]);
});
