/** The other half of the fixed list of seeds, in a file of its own so that two cores share the work. */
import { expect, test } from 'vitest';
import { isLong } from '../support/long-tests.ts';
import { playSeeds, range } from './seeds.ts';

const isOneSeed = process.env.SIMULATION_SEED !== undefined;

test.skipIf(isOneSeed)('seeds 76 to 150 keep every promise', async () => {
  expect(await playSeeds(range(76, 150))).toEqual([]);
});

test.skipIf(isOneSeed || !isLong)('seeds 576 to 1000 keep every promise', async () => {
  expect(await playSeeds(range(576, 1_000))).toEqual([]);
});
