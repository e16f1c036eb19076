/**
 * A simulated world (test/simulation) whose trouble is chosen and not drawn: colleagues on the services that a test names, one process at work, the outbox told
 * every quarter of an hour. Time is virtual, PostgreSQL is real.
 */
import { lookForLate } from '../../src/commands/look-for-late.ts';
import { tellPeople } from '../../src/commands/tell-people.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../src/model/clock.ts';
import type { Database } from '../../src/store/database.ts';
import { deliverLetter } from '../simulation/acts.ts';
import { type Broken, checkInvariants } from '../simulation/invariants.ts';
import type { MailHands, ServiceName } from '../simulation/mail-hands.ts';
import { playCalm } from '../simulation/phases.ts';
import type { ProductProcess, Sabotage } from '../simulation/process.ts';
import { inWorld } from '../simulation/rows.ts';
import { retire } from '../simulation/run-seed.ts';
import { CUSTOMERS, createWorld, type World } from '../simulation/world.ts';
import { createMemoryMailer, type MemoryMailer } from '../support/memory-mailer.ts';

const LOOK_EVERY_MS = 15 * MINUTE;
const PUBLIC_URL = 'https://lockstep.test';

/** What runs of one mailbox came to. */
export interface RunRow {
  readonly address: string;
  readonly startedAt: Instant;
  readonly outcome: string | null;
  readonly code: string | null;
}

export interface TroubledWorld extends AsyncDisposable {
  readonly world: World;
  readonly process: ProductProcess;
  readonly mailer: MemoryMailer;
  hands(service: ServiceName): MailHands;
  /** A customer writes to the first colleague. */
  deliver(): void;
  /** Lets so much time pass; lateness is looked for and people are told on the way. */
  pass(ms: number): Promise<void>;
  /** States of the mailboxes with their causes, by address. */
  states(): Promise<Readonly<Record<string, string>>>;
  /** Runs that have started since then, the oldest first. */
  runsSince(at: Instant): Promise<readonly RunRow[]>;
  /** A fresh process until everything is at rest, and what does not hold then. */
  comeToRest(): Promise<readonly Broken[]>;
}

let worlds = 0;

/** Everybody is active and has had a first run. `processes` are at work; the first of them is `process`. */
export async function openTroubledWorld(
  database: Database,
  services: readonly ServiceName[],
  { processes = 1, sabotage = null }: { processes?: number; sabotage?: Sabotage | null } = {},
): Promise<TroubledWorld> {
  worlds += 1;
  const traits = { enhancedEmail: true, keyFields: true, rotation: false, windowDays: 6, markSaved: false };
  const world = await createWorld({
    seed: 11,
    database,
    name: `faults-${worlds}`,
    sabotage,
    traits: { ...traits, services, processes, sessionTimeoutMs: 2 * 60 * MINUTE },
  });
  const { conductor } = world;
  const started = Array.from({ length: processes }, () => world.openProcess());
  const [process] = started;
  if (process === undefined) throw new Error('a world without a process');
  for (const one of started) one.start();
  const mailer = createMemoryMailer();
  const pass = async (ms: number) => {
    const endAt = conductor.now() + ms;
    // Over days nobody asks to the minute when people are told.
    const everyMs = ms > DAY ? HOUR : LOOK_EVERY_MS;
    while (conductor.now() < endAt) {
      await conductor.drive(() => false, Math.min(everyMs, endAt - conductor.now()));
      await conductor.driveTo(lookForLate(process.ports));
      await conductor.driveTo(tellPeople({ ...process.ports, mailer }, PUBLIC_URL));
    }
  };
  await pass(45 * MINUTE);
  return {
    world,
    process,
    mailer,
    hands: (service) => handsOf(world, service),
    deliver: () => deliverLetter(world, { from: CUSTOMERS[0] ?? '', files: 0, hasMessageId: true }),
    pass,
    states: () => readStates(world),
    runsSince: (at) => readRuns(world, at),
    comeToRest: async () => await checkInvariants(world, await playCalm(world)),
    [Symbol.asyncDispose]: () => retire(world),
  };
}

function handsOf({ mail }: World, service: ServiceName): MailHands {
  const hands = mail.find((one) => one.service === service);
  if (hands === undefined) throw new Error(`nobody uses ${service}`);
  return hands;
}

async function readStates(world: World): Promise<Readonly<Record<string, string>>> {
  const rows = await inWorld<{ address: string; state: string }>(
    world,
    'select address, state from mailboxes',
  );
  return Object.fromEntries(rows.map(({ address, state }) => [address, state]));
}

async function readRuns(world: World, at: Instant): Promise<readonly RunRow[]> {
  const rows = await inWorld<{
    address: string;
    started_at: Date;
    outcome: string | null;
    code: string | null;
  }>(
    world,
    `select address, started_at, outcome, failure ->> 'code' as code
     from runs join mailboxes on mailboxes.id = runs.mailbox_id
     where started_at >= $1 order by started_at, runs.id`,
    [new Date(at)],
  );
  return rows.map(({ address, started_at, outcome, code }) => ({
    address,
    startedAt: started_at.getTime(),
    outcome,
    code,
  }));
}
