/** Plays many worlds of two ways, several at a time in one process. */
import { createTestDatabase } from '../../support/postgres.ts';
import { seedsNamed } from '../seeds.ts';
import { playTwoWay } from './play.ts';

const LANES = 2;

/** `SIMULATION_SEED` replaces the list. Returns one line per seed that breaks something. */
export async function playTwoWaySeeds(list: readonly number[]): Promise<readonly string[]> {
  const only = process.env.SIMULATION_SEED;
  const queue = only === undefined ? [...list] : [...seedsNamed(only)];
  const played = queue.length;
  const broken: string[] = [];
  const database = await createTestDatabase();
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
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    await database.drop();
  }
  process.stdout.write(`two-way simulation: ${played} seeds, ${broken.length} broken\n`);
  return broken;
}
