/** The second half of the fixed list of seeds, in a file of its own so that two cores share the work. */
import { expect, test } from 'vitest';
import { playSeeds, range } from './seeds.ts';

test.skipIf(process.env.SIMULATION_SEED !== undefined)('seeds 501 to 1000 keep every promise', async () => {
  expect(await playSeeds(range(501, 1_000))).toEqual([]);
});
