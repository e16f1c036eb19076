/**
 * One small run, killed at every single request and statement in turn, before it and after it. Whatever is killed, the next process must bring the
 * world to where it would have been: nothing lost, nothing doubled.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverLetter } from './acts.ts';
import { checkInvariants } from './invariants.ts';
import { playCalm } from './phases.ts';
import type { Death } from './process.ts';
import { retire } from './run-seed.ts';
import { type Lane, openLane } from './session.ts';
import { CUSTOMERS, createWorld, type Traits, type World } from './world.ts';

const MAILS = 12;
const RUN_MS = 5 * 60_000;
const traits: Partial<Traits> = {
  services: ['exchange'],
  enhancedEmail: true,
  keyFields: false,
  processes: 1,
  rotation: false,
};

let databases: readonly Lane[];
beforeAll(async () => {
  databases = await Promise.all([1, 2].map(() => openLane()));
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
});

async function open(database: Lane, name: string, keyFields: boolean): Promise<World> {
  const world = await createWorld({ seed: 4, database: database.db, name, traits: { ...traits, keyFields } });
  for (let at = 0; at < MAILS; at += 1)
    deliverLetter(world, {
      from: CUSTOMERS[at % 3] ?? '',
      files: at % 2 === 0 ? 1 : 0,
      hasMessageId: at % 5 !== 4,
    });
  return world;
}

/** How many requests and statements the undisturbed run makes. */
async function countPoints(database: Lane, keyFields: boolean): Promise<number> {
  const world = await open(database, `count-${keyFields}`, keyFields);
  const process = world.openProcess();
  process.start();
  await world.conductor.drive(() => false, RUN_MS);
  await retire(world);
  return process.ios;
}

async function dieAt(database: Lane, name: string, keyFields: boolean, death: Death): Promise<string[]> {
  const world = await open(database, name, keyFields);
  const process = world.openProcess();
  process.death = death;
  process.start();
  await world.conductor.drive(() => false, RUN_MS);
  const calm = await playCalm(world);
  const broken = await checkInvariants(world, calm);
  await retire(world);
  const lines = broken.map(
    ({ invariant, faults }) => `${death.when} ${death.at}: ${invariant}: ${faults[0]}`,
  );
  return process.dead ? lines : [...lines, `${death.when} ${death.at}: nobody died`];
}

test.each([
  { keyFields: false, what: 'without the key field' },
  { keyFields: true, what: 'with the key field' },
])('a run that is killed at any point loses and doubles nothing, $what', async ({ keyFields }) => {
  const [first] = databases;
  if (first === undefined) throw new Error('no database');
  const points = await countPoints(first, keyFields);
  process.stdout.write(
    `crash points: ${points} requests and statements, ${keyFields ? 'after' : 'before'} each\n`,
  );
  const when = keyFields ? 'after' : 'before';
  const deaths = Array.from({ length: points }, (_, at): Death => ({ at: at + 1, when }));
  const broken = await Promise.all(
    databases.map(async (database, lane) => {
      const lines: string[] = [];
      for (const death of deaths.filter(({ at }) => at % databases.length === lane))
        lines.push(...(await dieAt(database, `${keyFields}-${death.at}`, keyFields, death)));
      return lines;
    }),
  );
  expect(broken.flat()).toEqual([]);
});
