/**
 * Worlds of two ways from seeds: people edit both sides, calls fail, processes end; then calm; then everything that must hold. On the in-memory
 * references, so that many seeds can be played: with those of the whole product a thousand in `npm test`.
 */
import { expect, test } from 'vitest';
import { HOUR } from '../../../src/model/clock.ts';
import { isLong } from '../../support/long-tests.ts';
import { range } from '../seeds.ts';
import { playTwoWaySeeds } from './play-seeds.ts';

const SEEDS = isLong ? 2_500 : 425;

test(
  `seeds 1 to ${SEEDS} keep every promise of two ways`,
  async () => {
    expect(await playTwoWaySeeds(range(1, SEEDS))).toEqual([]);
  },
  4 * HOUR,
);
