/**
 * Worlds of two ways from seeds: people edit both sides, calls fail, processes end; then calm; then everything that must hold. On the in-memory
 * references, so that many seeds can be played.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR } from '../../../src/model/clock.ts';
import { isLong } from '../../support/long-tests.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { range, seedsNamed } from '../seeds.ts';
import { playTwoWay } from './play.ts';

const LANES = 2;
const SEEDS = isLong ? 5_000 : 120;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test(
  `seeds 1 to ${SEEDS} keep every promise of two ways`,
  async () => {
    const only = process.env.SIMULATION_SEED;
    const queue = only === undefined ? [...range(1, SEEDS)] : [...seedsNamed(only)];
    const played = queue.length;
    const broken: string[] = [];
    const lane = async () => {
      for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
        const lines = await playTwoWay(database.db, seed).catch((error: unknown) => [
          String((error as Error).stack),
        ]);
        if (lines.length === 0) continue;
        broken.push(`seed ${seed}: ${lines.join('; ')}`);
        process.stdout.write(`${broken.at(-1)}\n`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    process.stdout.write(`two-way simulation: ${played} seeds, ${broken.length} broken\n`);
    expect(broken.slice(0, 10)).toEqual([]);
  },
  4 * HOUR,
);
