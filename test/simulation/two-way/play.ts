/** Plays a world of two ways from its seed: first faults, then calm, then what must hold. */
import { withBackoffCrm, withBackoffMail } from '../../../src/connectors/with-backoff.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/model/clock.ts';
import { defaultSettings } from '../../../src/model/settings.ts';
import type { Database } from '../../../src/store/database.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { openMemoryMailbox } from '../../support/memory-mailbox.ts';
import { runInMemory } from '../../support/memory-run.ts';
import type { Colleague } from '../../support/two-way-scene.ts';
import { createChance } from '../chance.ts';
import { act } from './acts.ts';
import { Crash, faultyCrm, faultyMail } from './faults.ts';
import { brokenPromises } from './invariants.ts';
import { openWorld, pass, type World } from './world.ts';

const FAULT_RATE = 0.05;
/** Rounds of calm after which nothing may be left to write. */
const CALM_ROUNDS = 6;
const WRITES = ['create-items', 'update-items', 'mark-items', 'write-records', 'delete-records'];

/** One line per broken promise; nothing where all hold. */
export async function playTwoWay(db: Database, seed: number): Promise<readonly string[]> {
  const chance = createChance(seed);
  const world = await openWorld(db, seed, chance);
  const steps = chance.between(5, 25);
  for (let step = 0; step < steps; step += 1) {
    const acts = chance.between(0, 4);
    for (let at = 0; at < acts; at += 1) act(world);
    pass(world);
    if (chance.flip(0.05)) chance.pick(world.scene.people).mailbox.personal.epoch += 1;
    if (chance.flip(0.05)) world.scene.org.records.epoch += 1;
    // Somebody offline for a while: not everybody runs each time.
    for (const who of world.scene.people) if (chance.flip(0.7)) await run(world, who, FAULT_RATE);
  }
  world.log.push('calm');
  for (let round = 0; round < CALM_ROUNDS; round += 1) {
    world.scene.clock.now += HOUR;
    let writes = 0;
    for (const who of world.scene.people) writes += await run(world, who, 0);
    if (writes === 0 && round > 0) return await brokenPromises(world);
    if (round === CALM_ROUNDS - 1) world.log.push(`${writes} writes in the last round`);
  }
  return ['calm brings no end of writing', ...world.log.slice(-3)];
}

/** Runs one mailbox; gives the writes. A fault of the product's own is a broken promise by itself. */
async function run(world: World, who: Colleague, rate: number): Promise<number> {
  const { scene, chance } = world;
  scene.clock.now += SECOND;
  const faults = { chance: chance.branch(), rate };
  const plainMail = openMemoryMailbox(who.mailbox);
  const plainCrm = createMemoryCrm(scene.org, { userId: who.userId });
  const backoff = {
    clock: { now: () => scene.clock.now, sleep: () => Promise.resolve() },
    random: faults.chance,
  };
  const repeats = chance.flip(0.5);
  const mail = faultyMail(plainMail, faults);
  const crm = faultyCrm(plainCrm, faults);
  const report = await runInMemory({
    db: world.db,
    tenant: who.tenant,
    mailbox: who.mailbox,
    skewMs: chance.flip(0.15) ? chance.between(-3 * MINUTE, 3 * MINUTE) : 0,
    org: scene.org,
    mail: repeats ? withBackoffMail(mail, backoff) : mail,
    crm: repeats ? withBackoffCrm(crm, backoff) : crm,
    settings: { ...defaultSettings, seriesDaysAhead: 30, deletionsMax: 1_000, deletionShareMax: 1 },
  });
  if (report.fault !== null && !(report.fault instanceof Crash)) throw report.fault;
  if (rate === 0 && report.outcome.kind !== 'done')
    throw new Error(`calm run: ${JSON.stringify(report.outcome)}`);
  if (report.counts.byVerdict['synced.found'] !== undefined) world.foundAt.set(who.address, scene.clock.now);
  world.log.push(`run of ${who.address}: ${report.outcome.kind} ${JSON.stringify(report.counts.byVerdict)}`);
  const operations = [plainMail.traffic().byOperation, plainCrm.traffic().byOperation];
  return operations.reduce((sum, by) => sum + WRITES.reduce((all, name) => all + (by[name] ?? 0), 0), 0);
}
