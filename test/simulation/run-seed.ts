/**
 * One seed from beginning to end: a world, its trouble, its calm, its invariants. Says in one line what is wrong and how to see it again.
 */
import type { Database } from '../../src/store/database.ts';
import { type Broken, checkInvariants } from './invariants.ts';
import { playCalm, playTrouble } from './phases.ts';
import type { Sabotage } from './process.ts';
import { inWorld } from './rows.ts';
import { createWorld, type Traits, type World } from './world.ts';

export interface SeedOptions {
  readonly seed: number;
  readonly database: Database;
  readonly sabotage?: Sabotage;
  readonly traits?: Partial<Traits>;
}

let worlds = 0;

/** Plays a seed. Empty where everything holds. */
export async function runSeed(options: SeedOptions): Promise<readonly Broken[]> {
  worlds += 1;
  const world = await createWorld({ ...options, name: `${options.seed}-${worlds}` });
  try {
    await playTrouble(world);
    const calm = await playCalm(world);
    return await checkInvariants(world, calm);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [{ invariant: 'comes to rest', faults: [text] }];
  } finally {
    await retire(world);
  }
}

/** The next world on this database must find nothing to do for this one. */
export async function retire(world: World): Promise<void> {
  for (const process of world.processes) if (!process.dead) await process.kill();
  await inWorld(world, 'update schedules set due_at = null, lease_expires_at = null');
}

export function describeBroken(seed: number, broken: readonly Broken[]): string {
  const what = broken
    .map(({ invariant, faults }) => `"${invariant}" (${faults.slice(0, 2).join('; ')})`)
    .join(', ');
  return `seed ${seed} breaks ${what}; again with SIMULATION_SEED=${seed} npx vitest run --project simulation`;
}
