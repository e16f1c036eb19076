/** TRY */
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.ts';
import { describeBroken, runSeed } from './run-seed.ts';

test('seeds', async () => {
  await using database = await createTestDatabase({ poolMax: 4 });
  const first = Number(process.env.SIMULATION_SEED ?? 1);
  const count = Number(process.env.SIMULATION_COUNT ?? 1);
  let bad = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const at = performance.now();
    const broken = await runSeed({ seed, database: database.db });
    if (broken.length > 0) { bad += 1; process.stdout.write(`${describeBroken(seed, broken)}\n`); }
    if (count < 20) process.stdout.write(`${seed}: ${Math.round(performance.now() - at)} ms\n`);
  }
  expect(bad).toBe(0);
});
