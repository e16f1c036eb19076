/**
 * One small run, killed at every single request and statement in turn, before it and after it. Whatever is killed, the next process must bring the
 * world to where it would have been: nothing lost, nothing doubled.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverLetter } from './acts.ts';
import { checkInvariants } from './invariants.ts';
import type { ServiceName } from './mail-hands.ts';
import { playCalm } from './phases.ts';
import type { Death } from './process.ts';
import { retire } from './run-seed.ts';
import { type Lane, openLane } from './session.ts';
import { CUSTOMERS, createWorld, type Traits, type World } from './world.ts';

const MAILS: Readonly<Record<ServiceName, number>> = { exchange: 12, office365: 5, google: 8 };
const RUN_MS = 5 * 60_000;
const traits: Partial<Traits> = {
  enhancedEmail: true,
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

interface Case {
  readonly service: ServiceName;
  readonly keyFields: boolean;
  readonly when: Death['when'];
}

async function open(database: Lane, name: string, { service, keyFields }: Case): Promise<World> {
  const world = await createWorld({
    seed: 4,
    database: database.db,
    name,
    traits: { ...traits, services: [service], keyFields },
  });
  for (let at = 0; at < MAILS[service]; at += 1)
    deliverLetter(world, {
      from: CUSTOMERS[at % 3] ?? '',
      files: at % 2 === 0 ? 1 : 0,
      hasMessageId: at % 5 !== 4,
    });
  // So that the run renews its access, and dies on the way too.
  for (const { hands, address } of world.people) hands.expireAccess?.(address, 0);
  return world;
}

/** How many requests and statements the undisturbed run makes. */
async function countPoints(database: Lane, given: Case): Promise<number> {
  const world = await open(database, `count-${nameOf(given)}`, given);
  const process = world.openProcess();
  process.start();
  await world.conductor.drive(() => false, RUN_MS);
  await retire(world);
  return process.ios;
}

async function dieAt(database: Lane, given: Case, at: number): Promise<string[]> {
  const { when } = given;
  const world = await open(database, `${nameOf(given)}-${at}`, given);
  const process = world.openProcess();
  process.death = { at, when };
  process.start();
  await world.conductor.drive(() => false, RUN_MS);
  const calm = await playCalm(world);
  const broken = await checkInvariants(world, calm);
  await retire(world);
  const lines = broken.map(({ invariant, faults }) => `${when} ${at}: ${invariant}: ${faults[0]}`);
  return process.dead ? lines : [...lines, `${when} ${at}: nobody died`];
}

function nameOf({ service, keyFields, when }: Case): string {
  return `${service}-${keyFields}-${when}`;
}

const cases: readonly Case[] = [
  { service: 'exchange', keyFields: false, when: 'before' },
  { service: 'exchange', keyFields: true, when: 'after' },
  { service: 'office365', keyFields: false, when: 'after' },
  { service: 'google', keyFields: false, when: 'after' },
];

test.each(cases)(
  'a run that dies $when any point loses and doubles nothing, $service, key field: $keyFields',
  async (given) => {
    const [first] = databases;
    if (first === undefined) throw new Error('no database');
    const points = await countPoints(first, given);
    process.stdout.write(`crash points: ${points} requests and statements, ${given.when} each\n`);
    const deaths = Array.from({ length: points }, (_, at) => at + 1);
    const broken = await Promise.all(
      databases.map(async (database, lane) => {
        const lines: string[] = [];
        for (const at of deaths.filter((each) => each % databases.length === lane))
          lines.push(...(await dieAt(database, given, at)));
        return lines;
      }),
    );
    expect(broken.flat()).toEqual([]);
  },
);
