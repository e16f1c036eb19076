/** Plays many seeds, several at a time in one process, each lane on a database of its own. */
import { describeBroken, runSeed } from './run-seed.ts';
import { openLane } from './session.ts';

const LANES = 2;

/** `SIMULATION_SEED` replaces the list by one seed, or by several (`1-40`). Returns one line per seed that breaks something. */
export async function playSeeds(list: readonly number[]): Promise<readonly string[]> {
  const only = process.env.SIMULATION_SEED;
  const queue = only === undefined ? [...list] : [...seedsNamed(only)];
  const startedAt = performance.now();
  const played = queue.length;
  const lines: string[] = [];
  const lane = async () => {
    await using database = await openLane();
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const broken = await runSeed({ seed, database: database.db });
      if (broken.length === 0) continue;
      const line = describeBroken(seed, broken);
      process.stdout.write(`${line}\n`);
      lines.push(line);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stdout.write(`simulation: ${played} seeds in ${seconds} s, ${lines.length} broken\n`);
  return lines;
}

/** The seeds that `SIMULATION_SEED` names: one, or several (`1-40`). */
export function seedsNamed(text: string): readonly number[] {
  const [from = Number.NaN, to = from] = text.split('-').map(Number);
  return range(from, to);
}

export function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
