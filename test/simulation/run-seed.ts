/**
 * One seed from beginning to end: a world, its trouble, its calm, its invariants, and the same acts once more with nothing going wrong, which must
 * end in the same state. Says in one line what is wrong and how to see it again.
 */
import type { Database } from '../../src/store/database.ts';
import { compareStates, type FinalState, readFinalState } from './final-state.ts';
import { type Broken, checkInvariants } from './invariants.ts';
import { playCalm, playQuietly, playTrouble } from './phases.ts';
import type { Sabotage } from './process.ts';
import { inWorld } from './rows.ts';
import { createWorld, type Traits, type World } from './world.ts';

export interface SeedOptions {
  readonly seed: number;
  readonly database: Database;
  readonly sabotage?: Sabotage;
  readonly traits?: Partial<Traits>;
  /** Whether the calm twin, of a product that is whole, is asked too; unless told, where nothing is sabotaged. */
  readonly hasTwin?: boolean;
}

let worlds = 0;

/** The name of what twins are compared by. */
export const SAME_STATE = 'same state as the calm run';

/** Plays a seed. Empty where everything holds. */
export async function runSeed(options: SeedOptions): Promise<readonly Broken[]> {
  const troubled = await playWorld(options, async (world) => {
    await playTrouble(world);
    const calm = await playCalm(world);
    return { broken: await checkInvariants(world, calm), state: await readFinalState(world) };
  });
  const hasTwin = options.hasTwin ?? options.sabotage === undefined;
  if (!hasTwin || troubled.state === null) return troubled.broken;
  const { sabotage: _, ...whole } = options;
  const twin = await playWorld(whole, async (world) => {
    await playQuietly(world);
    return { broken: [], state: await readFinalState(world) };
  });
  const faults = twin.state === null ? [] : compareStates(troubled.state, twin.state);
  return [
    ...troubled.broken,
    ...twin.broken,
    ...(faults.length === 0 ? [] : [{ invariant: SAME_STATE, faults }]),
  ];
}

interface Played {
  readonly broken: readonly Broken[];
  /** Null when the world did not come to its end. */
  readonly state: FinalState | null;
}

async function playWorld(options: SeedOptions, play: (world: World) => Promise<Played>): Promise<Played> {
  worlds += 1;
  const world = await createWorld({ ...options, name: `${options.seed}-${worlds}` });
  try {
    return await play(world);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { broken: [{ invariant: 'comes to rest', faults: [text] }], state: null };
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
