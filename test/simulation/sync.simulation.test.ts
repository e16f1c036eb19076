/**
 * Whole worlds from seeds: people act, services fail, processes die; then calm; then everything that must hold is looked at, and compared with the
 * same acts played in calm. Half of the fixed list, and a few seeds that are new every day.
 */
import { expect, test } from 'vitest';
import { isLong } from '../support/long-tests.ts';
import { playSeeds, range } from './seeds.ts';

test('seeds 1 to 250 keep every promise', async () => {
  expect(await playSeeds(range(1, 250))).toEqual([]);
});

const isOneSeed = process.env.SIMULATION_SEED !== undefined;

test.skipIf(isOneSeed || !isLong)('seeds 501 to 750 keep every promise', async () => {
  expect(await playSeeds(range(501, 750))).toEqual([]);
});

test.skipIf(isOneSeed)("today's seeds keep every promise", async () => {
  const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
  const seeds = range(1, 5).map((at) => today * 10 + at);
  process.stdout.write(`today's seeds: ${seeds.join(', ')}\n`);
  expect(await playSeeds(seeds)).toEqual([]);
});
