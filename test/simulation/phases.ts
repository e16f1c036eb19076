/**
 * The course of a simulated world: first everybody acts while things go wrong, then calm, in which everything has time to come right. The same
 * acts can also be played with nothing going wrong at all.
 */
import { DAY, MINUTE } from '../../src/model/clock.ts';
import { act, chooseForSaving, deliver } from './acts.ts';
import { forget, setFaults, troubleProcesses } from './faults.ts';
import { currentStage } from './history.ts';
import { judgeMail } from './oracle.ts';
import type { ProductProcess } from './process.ts';
import { inWorld } from './rows.ts';
import { actOnThings } from './thing-acts.ts';
import type { World } from './world.ts';

const CALM_ROUNDS_MAX = 12;
/** From run to run, and until an idle worker looks. */
const RUN_MS_MAX = 45 * MINUTE;

/** People act in rounds while services fail, processes die and answers get lost. */
export async function playTrouble(world: World): Promise<void> {
  const { chance, conductor } = world;
  for (const round of drawRounds(world)) {
    setFaults(world);
    troubleProcesses(world);
    let forgets = chance.flip(0.4) ? 1 : 0;
    let planned = round.acts;
    conductor.beforeTurn = () => {
      if (forgets > 0 && chance.flip(0.02)) {
        forgets -= 1;
        forget(world);
      }
      if (planned === 0 || !chance.flip(0.05)) return;
      planned -= 1;
      act(world);
    };
    keepProcesses(world);
    await conductor.drive(() => false, round.lastsMs);
    for (; planned > 0; planned -= 1) act(world);
    conductor.beforeTurn = () => undefined;
    await noteDeletions(world);
    if (chance.flip(0.5)) clearFaults(world);
  }
  decide(world);
}

/** The same acts in the same order, and nothing goes wrong. */
export async function playQuietly(world: World): Promise<void> {
  const process = world.openProcess();
  process.start();
  for (const round of drawRounds(world)) {
    for (let left = round.acts; left > 0; left -= 1) act(world);
    await world.conductor.drive(() => false, round.lastsMs);
  }
  decide(world);
  world.retried = true;
  await settle(world, process);
  await process.kill();
}

interface Round {
  readonly acts: number;
  readonly lastsMs: number;
}

/** From the script: first some mail, then rounds of acts. What mail is dated by goes on with each. */
function* drawRounds(world: World): Generator<Round> {
  const { script } = world;
  for (let left = script.chance.between(2, 6); left > 0; left -= 1) deliver(world);
  for (let left = script.chance.between(1, 5); left > 0; left -= 1) actOnThings(world);
  for (let left = script.chance.between(2, 4); left > 0; left -= 1) {
    const round = { acts: script.chance.between(0, 9), lastsMs: script.chance.between(5, 40) * MINUTE };
    yield round;
    script.at += round.lastsMs;
  }
}

/**
 * Of mails that only timing would decide (it was right to save them at some moment, and that moment is over), people choose half for saving, so that
 * their fate can be compared too. The other half stays as it is: deciding all would hide what was lost on the way.
 */
function decide(world: World): void {
  const { history, script } = world;
  for (const mail of history.mails.filter((one) => judgeMail(history, one) === 'may')) {
    const copy = mail.copies.find((one) => one.isMail && currentStage(one).spot !== 'nowhere');
    if (copy !== undefined && script.chance.flip(0.5)) chooseForSaving(world, copy);
  }
}

/** A deleted record whose link is stored must never come back; before that, nobody can know that it was there. */
async function noteDeletions(world: World): Promise<void> {
  const open = world.history.mails.filter((mail) => mail.deleted === 'unlinked');
  const removals = world.history.things.flatMap(({ removal }) =>
    removal?.side === 'record' && !removal.linked ? [removal] : [],
  );
  if (
    open.length + removals.length === 0 ||
    world.processes.some((process) => !process.dead && process.isPaused)
  )
    return;
  const rows = await inWorld<{ record_id: string }>(
    world,
    'select record_id from links union select record_id from pairs',
  );
  const linked = new Set(rows.map((row) => row.record_id));
  for (const mail of open) if (linked.has(mail.deletedRecord)) mail.deleted = 'linked';
  for (const removal of removals) removal.linked = removal.recordIds.some((recordId) => linked.has(recordId));
}

/** As many processes as the world has, dead ones replaced. */
function keepProcesses(world: World): void {
  const alive = world.processes.filter((process) => !process.dead && process.started).length;
  for (let missing = world.traits.processes - alive; missing > 0; missing -= 1) world.openProcess().start();
}

function clearFaults({ mail, salesforce }: World): void {
  for (const { faults } of mail) faults.clear();
  salesforce.faults.clear();
}

export interface CalmReport {
  /** Writes of the last run on either side. */
  readonly writes: readonly string[];
  /** Midnight came before the last run: it asks for the occurrences that have come nearer. */
  readonly isNewDay: boolean;
  /** Requests of the last run, by mailbox. */
  readonly lastRuns: readonly {
    readonly mailboxId: string;
    readonly outcome: string | null;
    readonly mailbox: number;
    readonly crm: number;
    /** Items that it looked at. */
    readonly examined: number;
  }[];
}

/** Faults off, one fresh process; people re-activate what was switched off and press *Retry*; runs until nothing is left, and once more. */
export async function playCalm(world: World): Promise<CalmReport> {
  clearFaults(world);
  world.salesforce.changeSettings({ sessionTimeoutMs: 24 * 60 * MINUTE });
  await Promise.all(world.processes.map((process) => (process.dead ? Promise.resolve() : process.kill())));
  const fresh = world.openProcess();
  fresh.start();
  await settle(world, fresh);
  // Its last marks come back as echoes once, and everybody renews: by then nobody needs what a renewal replaced.
  expireAccess(world);
  // What a colleague was saving is tried again minutes later: the last run but one has nothing left to do.
  let day = dayOf(world);
  for (let round = 1; round <= CALM_ROUNDS_MAX; round += 1) {
    // Mailboxes run minutes apart: midnight may lie between the run before the last one of some, and not of others.
    day = dayOf(world);
    await everybodyRuns(world, fresh);
    if ((await lastRuns(world)).every(({ examined }) => examined === 0)) break;
  }
  for (const { endReplacedTokens } of world.mail) endReplacedTokens?.();
  expireAccess(world);
  for (const hands of world.mail) hands.forgetRequests();
  world.salesforce.requests.reset();
  await everybodyRuns(world, fresh);
  const isNewDay = dayOf(world) !== day;
  const report = { writes: writesOf(world), lastRuns: await lastRuns(world), isNewDay };
  await fresh.stop();
  return report;
}

const dayOf = ({ conductor }: World) => Math.floor(conductor.now() / DAY);

/** One run more of every mailbox, or as long as one may wait for it: who is suspended does not run. */
export async function everybodyRuns({ conductor, people }: World, process: ProductProcess): Promise<void> {
  const before = new Map(people.map(({ mailboxId }) => [mailboxId, process.runsOf(mailboxId)]));
  const haveRun = () => [...before].every(([mailboxId, count]) => process.runsOf(mailboxId) > count);
  await conductor.drive(() => conductor.databaseIsFree && haveRun(), RUN_MS_MAX);
}

function expireAccess({ people }: World): void {
  for (const { hands, address } of people) hands.expireAccess?.(address, 0);
}

/** Runs until nothing is left; people re-activate what was switched off and press *Retry*. */
async function settle(world: World, process: ProductProcess): Promise<void> {
  const { conductor } = world;
  for (let round = 1; ; round += 1) {
    await everybodyRuns(world, process);
    if (await isSettled(world)) return;
    if (round >= CALM_ROUNDS_MAX)
      throw new Error(`the world does not come to rest: ${await describeUnrest(world)}`);
    for (const person of world.people) {
      const state = await stateOf(world, person.mailboxId);
      if (state !== 'active') await conductor.driveTo(world.activate(process, person));
    }
    if (round <= 2) await retryAll(world);
  }
}

function writesOf({ mail, salesforce }: World): readonly string[] {
  const operations = Object.keys(salesforce.requests.counts()).filter((name) =>
    /graph|^collections\.(post|patch|delete)|^create$|^update$|^upsert$|^delete$/.test(name),
  );
  return [...mail.flatMap((hands) => hands.writes()), ...operations];
}

async function stateOf(world: World, mailboxId: string): Promise<string> {
  const [row] = await inWorld<{ state: string }>(world, 'select state from mailboxes where id = $1', [
    mailboxId,
  ]);
  return row?.state ?? '';
}

/** Everybody is active, the last run of each went through, and nothing waits for the next run. */
async function isSettled(world: World): Promise<boolean> {
  const runs = await lastRuns(world);
  const [waiting] = await inWorld<{ count: string }>(
    world,
    `select count(*) from issues where organization_id = $1 and retry_at <= $2`,
    [world.organizationId, new Date(world.conductor.now())],
  );
  const states = await Promise.all(world.people.map((person) => stateOf(world, person.mailboxId)));
  return (
    states.every((state) => state === 'active') &&
    runs.length === world.people.length &&
    runs.every((run) => run.outcome === 'done') &&
    waiting?.count === '0' &&
    world.retried
  );
}

/** Codes only: for the line that a failing seed prints. */
async function describeUnrest(world: World): Promise<string> {
  const runs = await inWorld<{ outcome: string; failure: { code?: string } | null }>(
    world,
    'select outcome, failure from runs order by started_at desc limit 3',
  );
  const issues = await inWorld<{ code: string; attempts: number }>(
    world,
    'select code, attempts from issues',
  );
  const states = await inWorld<{ state: string; cause: string | null }>(
    world,
    'select state, cause from mailboxes',
  );
  const schedules = await inWorld<{ due_at: Date | null }>(world, 'select due_at from schedules');
  return [
    ...states.map(({ state, cause }) => `${state} ${cause ?? ''}`),
    ...runs.map(({ outcome, failure }) => `run ${outcome} ${failure?.code ?? ''}`),
    ...issues.map(({ code, attempts }) => `issue ${code} ${attempts}`),
    ...schedules.map(
      ({ due_at }) => `due in ${((due_at?.getTime() ?? 0) - world.conductor.now()) / MINUTE} min`,
    ),
  ].join(', ');
}

async function retryAll(world: World): Promise<void> {
  world.retried = true;
  await inWorld(world, 'update issues set retry_at = $2 where organization_id = $1', [
    world.organizationId,
    new Date(world.conductor.now()),
  ]);
}

/** The last runs that came to their end: the next one may be under way. */
async function lastRuns(world: World): Promise<CalmReport['lastRuns']> {
  const rows = await inWorld<{
    mailbox_id: string;
    outcome: string | null;
    counts: { mailboxRequests?: number; crmRequests?: number; examined?: number };
  }>(
    world,
    `select distinct on (mailbox_id) mailbox_id, outcome, counts from runs where organization_id = $1 and outcome is not null
     order by mailbox_id, started_at desc, id desc`,
    [world.organizationId],
  );
  return rows.map(({ mailbox_id: mailboxId, outcome, counts }) => ({
    mailboxId,
    outcome,
    mailbox: counts.mailboxRequests ?? 0,
    crm: counts.crmRequests ?? 0,
    examined: counts.examined ?? 0,
  }));
}
