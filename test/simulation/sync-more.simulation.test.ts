/** The second half of the fixed list of seeds, in a file of its own so that two cores share the work. */
import { expect, test } from 'vitest';
import { playSeeds, range } from './seeds.ts';

test.skipIf(process.env.SIMULATION_SEED !== undefined).each([
  { from: 501, to: 750 },
  { from: 751, to: 1_000 },
])('seeds $from to $to keep every promise', async ({ from, to }) => {
  expect(await playSeeds(range(from, to))).toEqual([]);
});
