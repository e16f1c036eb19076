/**
 * Plays a scenario once undisturbed, to count its requests and statements, and then once for each death: killed there, before or after the service
 * did what was asked, restarted, brought to rest and compared with what the undisturbed one came to.
 */
import type { Database } from '../../src/store/database.ts';
import type { Scenario } from './crash-scenarios.ts';
import { expectedItems, expectedRecords } from './expected-things.ts';
import { compareStates, type FinalState, readFinalState } from './final-state.ts';
import { checkInvariants, recordsOf } from './invariants.ts';
import { judgeMail } from './oracle.ts';
import { playCalm } from './phases.ts';
import type { Death } from './process.ts';
import { retire } from './run-seed.ts';
import { personAt, rowsOf } from './thing-drafts.ts';
import { createWorld, type World } from './world.ts';

const SEED = 4;

/** What a scenario comes to when nobody is killed. */
export interface Undisturbed {
  /** Requests and statements of the work. */
  readonly points: number;
  readonly state: FinalState;
}

/** What became of one death. */
export interface Outcome {
  readonly lost: number;
  readonly doubled: number;
  /** What does not hold; empty: everything does. */
  readonly broken: readonly string[];
}

let worlds = 0;

/** Counts the points of the undisturbed work; throws when something is wrong already without a death. */
export async function playUndisturbed(database: Database, scenario: Scenario): Promise<Undisturbed> {
  const world = await open(database, scenario);
  const process = world.openProcess();
  await scenario.work(world, process);
  const points = process.ios;
  if (points === 0) throw new Error('the work asked nobody for anything');
  await scenario.recover?.(world);
  const { broken, state } = await bringToRest(world);
  await retire(world);
  if (broken.length > 0) throw new Error(`without a death: ${broken.join('; ')}`);
  return { points, state };
}

/** Kills the work at one point, or once Salesforce has saved something that is not written down. */
export async function playDeath(
  database: Database,
  scenario: Scenario,
  death: Death | 'after a write',
  undisturbed: Undisturbed,
): Promise<Outcome> {
  const world = await open(database, scenario);
  const process = world.openProcess();
  if (death === 'after a write') process.diesAfterWrite = true;
  else process.death = death;
  await scenario.work(world, process);
  const name = death === 'after a write' ? death : `${death.when} ${death.at}`;
  if (!process.dead) {
    await retire(world);
    return { lost: 0, doubled: 0, broken: [`${name}: nobody died`] };
  }
  await scenario.recover?.(world);
  const { broken, state } = await bringToRest(world);
  const differing = compareStates(state, undisturbed.state).slice(0, 2);
  const counted = countFaults(world);
  await retire(world);
  return { ...counted, broken: [...broken, ...differing].map((line) => `${name}: ${line}`) };
}

async function open(database: Database, scenario: Scenario): Promise<World> {
  worlds += 1;
  const { traits, isActive = true, sabotage = null } = scenario;
  const world = await createWorld({
    seed: SEED,
    database,
    name: `${scenario.name} ${worlds}`,
    traits,
    isActive,
    sabotage,
  });
  await scenario.prepare(world);
  return world;
}

async function bringToRest(world: World) {
  const calm = await playCalm(world);
  const broken = await checkInvariants(world, calm);
  return {
    broken: broken.map(({ invariant, faults }) => `${invariant}: ${faults[0]}`),
    state: await readFinalState(world),
  };
}

/** Of mails, events, contacts and tasks: what is missing on either side, and what is there too often. */
function countFaults(world: World): { readonly lost: number; readonly doubled: number } {
  const { history, script } = world;
  const mails = history.mails.map((mail) => {
    const isWanted = judgeMail(history, mail) === 'must' && mail.deleted === 'no';
    return { count: recordsOf(world, mail).length, min: isWanted ? 1 : 0, max: 1 };
  });
  const things = history.things.flatMap((thing) => {
    const records = { count: rowsOf(world, thing).length, ...expectedRecords(thing, script.at) };
    if (thing.invitation !== null) return [records];
    const hands = personAt(world, thing.owner).hands.itemsOf(thing.owner);
    return [records, { count: hands.count(thing.collection, thing.mark), ...expectedItems(thing) }];
  });
  const all = [...mails, ...things];
  return {
    lost: all.reduce((sum, { count, min }) => sum + Math.max(0, min - count), 0),
    doubled: all.reduce((sum, { count, max }) => sum + Math.max(0, count - max), 0),
  };
}
