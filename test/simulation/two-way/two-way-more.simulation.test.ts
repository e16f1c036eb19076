/** The other half of the worlds of two ways, in a file of its own so that two cores share the work. */
import { expect, test } from 'vitest';
import { HOUR } from '../../../src/model/clock.ts';
import { isLong } from '../../support/long-tests.ts';
import { range } from '../seeds.ts';
import { playTwoWaySeeds } from './play-seeds.ts';

const FROM = isLong ? 2_501 : 426;
const SEEDS = isLong ? 2_500 : 425;
const isOneSeed = process.env.SIMULATION_SEED !== undefined;

test.skipIf(isOneSeed)(
  `seeds ${FROM} to ${FROM + SEEDS - 1} keep every promise of two ways`,
  async () => {
    expect(await playTwoWaySeeds(range(FROM, FROM + SEEDS - 1))).toEqual([]);
  },
  4 * HOUR,
);
