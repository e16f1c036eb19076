/**
 * Worlds of two ways from seeds: people edit both sides, calls fail, processes end; then calm; then everything that must hold. On the in-memory
 * references, so that many seeds can be played.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLong } from '../../support/long-tests.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { playTwoWay } from './play.ts';

const LANES = 2;
const SEEDS = isLong ? 5_000 : 120;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test(`seeds 1 to ${SEEDS} keep every promise of two ways`, async () => {
  const only = process.env.SIMULATION_SEED;
  const queue = only === undefined ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [Number(only)];
  const broken: string[] = [];
  const lane = async () => {
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const lines = await playTwoWay(database.db, seed).catch((error: unknown) => [
        String((error as Error).stack),
      ]);
      if (lines.length > 0) broken.push(`seed ${seed}: ${lines.join('; ')}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  process.stdout.write(`two-way simulation: seeds 1 to ${SEEDS}, ${broken.length} broken\n`);
  expect(broken.slice(0, 10)).toEqual([]);
}, 3_600_000);
