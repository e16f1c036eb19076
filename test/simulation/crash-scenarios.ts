/**
 * What a process is doing when it is killed: tiny worlds, each with what lies ready and the work that is cut short. `crash-play.ts` kills each of
 * them at every request and statement.
 */

import { MINUTE } from '../../src/model/clock.ts';
import type { Collection, FieldName, Fields } from '../../src/model/collection.ts';
import { collections } from '../../src/model/collection.ts';
import { deliverLetter, dragTo } from './acts.ts';
import type { ServiceName } from './mail-hands.ts';
import { answerMeeting, makeMeeting } from './meeting-acts.ts';
import { everybodyRuns } from './phases.ts';
import type { ProductProcess, Sabotage } from './process.ts';
import { inWorld } from './rows.ts';
import { makeSeries, putItem, putRecord, remove, write } from './thing-acts.ts';
import { draft, newMark, textFor } from './thing-drafts.ts';
import type { Side, Thing } from './things.ts';
import { activateEverybody, CUSTOMERS, type Traits, type World } from './world.ts';

export interface Scenario {
  readonly name: string;
  readonly traits: Partial<Traits> & Pick<Traits, 'services'>;
  /** False: nobody has ever activated; the work that is killed is the activation. */
  readonly isActive?: boolean;
  /** A broken part, to see that the play notices. */
  readonly sabotage?: Sabotage;
  /** What lies ready when the process starts that is to die. */
  readonly prepare: (world: World) => Promise<void> | void;
  /** What the process does until it is done or dead. */
  readonly work: (world: World, process: ProductProcess) => Promise<void>;
  /** What its people do afterwards, before the calm. */
  readonly recover?: (world: World) => Promise<void>;
}

/** Time for a run, with all that a service may ask to wait. */
const RUN_MS = 5 * MINUTE;

const services: readonly ServiceName[] = ['exchange', 'office365', 'google'];

const traits = {
  enhancedEmail: true,
  keyFields: true,
  processes: 1,
  rotation: false,
  windowDays: 6,
  markSaved: true,
} satisfies Partial<Traits>;

// -------------------------------------------------------------------------------------------------------------- lying ready

/** The pages of one service are larger than those of another. */
const MAILS: Readonly<Record<ServiceName, number>> = { exchange: 12, office365: 5, google: 8 };

function mailFor(service: ServiceName) {
  return (world: World): void => {
    for (let at = 0; at < MAILS[service]; at += 1)
      deliverLetter(world, {
        from: CUSTOMERS[at % 3] ?? '',
        files: at % 2 === 0 ? 1 : 0,
        hasMessageId: at % 5 !== 4,
      });
    expireAccess(world);
  };
}

/** So that the run renews its access, and dies on the way too. */
function expireAccess({ people }: World): void {
  for (const { hands, address } of people) hands.expireAccess?.(address, 0);
}

function make(world: World, side: Side, collection: Collection, fields: Fields = {}): Thing {
  const [owner] = world.people;
  if (owner === undefined) throw new Error('a world without people');
  world.history.tick += 1;
  const mark = newMark(world);
  const making = { collection, mark, owner, fields: { ...draft(world, collection, mark), ...fields } };
  return side === 'record'
    ? putRecord(world, making)
    : putItem(world, { ...making, isPrivate: false, isFiled: true });
}

const oneOfEach = (side: Side) => (world: World) => {
  for (const collection of collections) make(world, side, collection);
};

/** A run of everybody with nobody killed, so that what is there is in step. */
async function bringInStep(world: World): Promise<void> {
  const process = world.openProcess();
  process.start();
  await everybodyRuns(world, process);
  await process.stop();
}

/** A deletion is known to be of something that was in step. */
function discard(world: World, thing: Thing, side: Side): void {
  world.history.tick += 1;
  remove(world, thing, side);
  if (thing.removal !== null) thing.removal.linked = true;
}

async function prepareDeletions(world: World): Promise<void> {
  const upward = [make(world, 'item', 'events'), make(world, 'item', 'tasks', { status: 'open' })];
  const downward = [make(world, 'record', 'events'), make(world, 'record', 'contacts')];
  await bringInStep(world);
  for (const thing of upward) discard(world, thing, 'item');
  for (const thing of downward) discard(world, thing, 'record');
}

const editedOnItems = { events: 'location', contacts: 'phone', tasks: 'due' } as const;
const editedOnRecords = { events: 'description', contacts: 'city', tasks: 'priority' } as const;

/** One field of each on one side, another on the other side. */
async function prepareEdits(world: World): Promise<void> {
  const things = collections.map((collection, at) => make(world, at === 1 ? 'record' : 'item', collection));
  await bringInStep(world);
  for (const thing of things) {
    world.history.tick += 1;
    const edit = (side: Side, field: FieldName) =>
      write(world, thing, { side, field, text: textFor(world, field, thing.mark) });
    edit('item', editedOnItems[thing.collection]);
    edit('record', editedOnRecords[thing.collection]);
  }
}

/** One that was left alone is chosen for saving; one that was saved is filed elsewhere. */
async function prepareMoves(world: World): Promise<void> {
  for (const from of [CUSTOMERS[0] ?? '', CUSTOMERS[4] ?? ''])
    deliverLetter(world, { from, files: 1, hasMessageId: true });
  await bringInStep(world);
  const [saved, left] = world.history.mails.map(({ copies }) => copies[0]);
  if (saved === undefined || left === undefined) throw new Error('two mails were delivered');
  dragTo(world, saved, 'archive');
  dragTo(world, left, 'salesforce');
}

/** Nothing new but that both accesses have run out. */
async function prepareRenewal(world: World): Promise<void> {
  await bringInStep(world);
  expireAccess(world);
  world.salesforce.endSessions();
  deliverLetter(world, { from: CUSTOMERS[0] ?? '', files: 0, hasMessageId: true });
}

function prepareActivation(world: World): void {
  deliverLetter(world, { from: CUSTOMERS[0] ?? '', files: 0, hasMessageId: true });
  make(world, 'record', 'events');
}

async function prepareMeeting(world: World): Promise<void> {
  makeMeeting(world);
  answerMeeting(world);
}

// -------------------------------------------------------------------------------------------------------------------- work

/** Every mailbox is due now, and runs. */
async function runEverybody(world: World, process: ProductProcess): Promise<void> {
  await inWorld(world, 'update schedules set due_at = $1', [new Date(world.conductor.now())]);
  process.start();
  await world.conductor.drive(() => process.dead, RUN_MS);
}

/** The first colleague goes through the dialog. */
async function activateOne(world: World, process: ProductProcess): Promise<void> {
  const [person] = world.people;
  if (person === undefined) throw new Error('a world without people');
  let isDone = false;
  const done = world.activate(process, person).finally(() => {
    isDone = true;
  });
  await world.conductor.driveUntil(() => isDone || process.dead);
  if (!isDone) return;
  const refused = await done;
  if (refused !== '') throw new Error(`the activation was refused: ${refused}`);
}

/** Who was in the middle of it begins once more. */
const beginAfresh = async (world: World) => await activateEverybody(world, world.openProcess());

function of(service: ServiceName): readonly Scenario[] {
  const alone = { ...traits, services: [service] };
  const runs = { traits: alone, work: runEverybody };
  return [
    { name: 'events, contacts and tasks up', ...runs, prepare: oneOfEach('item') },
    { name: 'events, contacts and tasks down', ...runs, prepare: oneOfEach('record') },
    { name: 'deletions both ways', ...runs, prepare: prepareDeletions },
    { name: 'edits on both sides', ...runs, prepare: prepareEdits },
    { name: 'mail moved', ...runs, prepare: prepareMoves },
    { name: 'a series up', ...runs, prepare: makeSeries },
    { name: 'access renewed', ...runs, prepare: prepareRenewal },
    {
      name: 'first activation',
      traits: alone,
      isActive: false,
      prepare: prepareActivation,
      work: activateOne,
      recover: beginAfresh,
    } satisfies Scenario,
  ].map((scenario) => ({ ...scenario, name: `${scenario.name}, ${service}` }));
}

const mailCases: readonly (readonly [ServiceName, boolean])[] = [
  ['exchange', false],
  ['exchange', true],
  ['office365', false],
  ['google', false],
];

export const scenarios: readonly Scenario[] = [
  ...mailCases.map(([service, keyFields]) => ({
    name: `mail up, ${service}, ${keyFields ? 'with' : 'without'} a key field`,
    traits: { ...traits, services: [service], keyFields },
    prepare: mailFor(service),
    work: runEverybody,
  })),
  ...services.flatMap(of),
  {
    name: 'a meeting of two colleagues, exchange and google',
    traits: { ...traits, services: ['exchange', 'google'] },
    prepare: prepareMeeting,
    work: runEverybody,
  },
];
