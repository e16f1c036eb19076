/**
 * A whole world from one seed: simulated mail services and Salesforce in process, people with mailboxes, and processes of the real product on a
 * real PostgreSQL. It sets everything up and offers what steps need; what happens is decided elsewhere.
 */
import type { SalesforceSimulator } from '../../simulators/salesforce/simulator.ts';
import { changeSettings } from '../../src/commands/change-settings.ts';
import { DAY, HOUR, type Instant } from '../../src/model/clock.ts';
import type { MailboxId, OrganizationId, UserId } from '../../src/model/ids.ts';
import type { SettingsLayer } from '../../src/model/settings.ts';
import type { Database } from '../../src/store/database.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { activate } from './activation.ts';
import { type Chance, createChance } from './chance.ts';
import { Conductor } from './conductor.ts';
import type { History } from './history.ts';
import { BLOCKED_DOMAIN, COMPANY_DOMAIN, CUSTOMER_DOMAIN } from './letters.ts';
import type { MailAccount, MailHands, ServiceName } from './mail-hands.ts';
import { createNetwork } from './network.ts';
import { ProductProcess, type Sabotage } from './process.ts';
import { config, createMail, createSalesforce, MASTER_KEYS } from './services.ts';

/** What the seed decided before anything happened. */
export interface Traits {
  /** One mailbox for each; the first person has the first. */
  readonly services: readonly ServiceName[];
  readonly enhancedEmail: boolean;
  readonly keyFields: boolean;
  readonly rotation: boolean;
  readonly sessionTimeoutMs: number;
  readonly windowDays: number;
  readonly markSaved: boolean;
  readonly processes: number;
  /** How likely a turn is to kill a process right after a write; broken products get a deadlier world, so that few seeds suffice. */
  readonly deathsAfterWrite: number;
}

export interface Person extends MailAccount {
  readonly hands: MailHands;
  readonly salesforceUsername: string;
  userId: UserId;
  mailboxId: MailboxId;
}

/** What people will do: the same for every world of a seed, whatever goes wrong meanwhile. */
export interface Script {
  readonly chance: Chance;
  /** When the present round was to begin: what mail is dated by. No clock shows less by then. */
  at: Instant;
}

export interface World {
  readonly seed: number;
  /** Decides what goes wrong, and whose turn it is. */
  readonly chance: Chance;
  readonly script: Script;
  readonly conductor: Conductor;
  readonly traits: Traits;
  /** The mail services that its people use. */
  readonly mail: readonly MailHands[];
  readonly salesforce: SalesforceSimulator;
  readonly database: Database;
  readonly history: History;
  readonly people: readonly Person[];
  readonly processes: ProductProcess[];
  readonly logs: string[];
  readonly violations: string[];
  readonly callsDuringBackOff: string[];
  organizationId: OrganizationId;
  /** Whether somebody pressed *Retry* since the trouble was over. */
  retried: boolean;
  /** A new process of the product; not started. */
  openProcess(): ProductProcess;
  /** Through Salesforce's login and the activation dialog, as this person. */
  activate(process: ProductProcess, person: Person): Promise<string>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly database: Database;
  /** Makes this world's organization different from others in the database. */
  readonly name: string;
  readonly sabotage?: Sabotage | null;
  readonly traits?: Partial<Traits>;
  /** False: nobody is activated yet. */
  readonly isActive?: boolean;
}

export function drawTraits(chance: Chance): Traits {
  const enhancedEmail = chance.flip(0.75);
  const keyFields = chance.flip(0.6);
  return {
    services: drawServices(chance),
    enhancedEmail,
    keyFields,
    rotation: chance.flip(0.5),
    sessionTimeoutMs: chance.pick([15, 30, 120]) * 60_000,
    windowDays: chance.pick([1, 6, 6, 30]),
    markSaved: chance.flip(0.3),
    processes: chance.pick([1, 2, 2]),
    deathsAfterWrite: 0.15,
  };
}

const NAMES = ['anna', 'ben', 'carla'];

/** Whatever of these people use; more than one of a service is as likely as different ones. */
const SERVICES: readonly ServiceName[] = ['exchange', 'office365', 'google'];

function drawServices(chance: Chance): readonly ServiceName[] {
  return Array.from({ length: chance.pick([1, 1, 2, 2, 3]) }, () => chance.pick(SERVICES));
}

/** People, mailboxes, contacts and processes; everybody is active, and nothing has been synced. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const chance = createChance(options.seed);
  const traits = { ...drawTraits(chance), ...options.traits };
  const startAt = MONDAY + chance.between(0, 6) * DAY + chance.between(0, 23) * HOUR;
  const conductor = new Conductor(startAt, chance.branch());
  const now = () => conductor.now();
  const mail = createMail(now, chance.branch(), traits);
  const salesforce = createSalesforce(now, chance.branch(), traits);
  const people = createPeople(mail, salesforce, traits);
  const logs: string[] = [];
  const violations: string[] = [];
  const callsDuringBackOff: string[] = [];
  const processes: ProductProcess[] = [];
  const fetch = createNetwork({ mail, salesforce, now, callsDuringBackOff });
  const random = chance.branch();
  const world: World = {
    seed: options.seed,
    chance,
    conductor,
    traits,
    script: { chance: chance.branch(), at: startAt },
    mail,
    salesforce,
    database: options.database,
    history: createHistory(people),
    people,
    processes,
    logs,
    violations,
    callsDuringBackOff,
    organizationId: '' as OrganizationId,
    retried: false,
    openProcess() {
      const opened = new ProductProcess({
        name: `process-${options.name}-${processes.length}`,
        conductor,
        database: options.database,
        fetch,
        random,
        config,
        masterKeys: MASTER_KEYS,
        sabotage: options.sabotage ?? null,
        onLog: (line) => logs.push(line),
        onViolation: (text) => violations.push(text),
      });
      processes.push(opened);
      return opened;
    },
    activate: (process, person) => activate(world, process, person, options.name),
  };
  createCustomers(world);
  if (options.isActive !== false) await activateEverybody(world, world.openProcess());
  return world;
}

/** Everybody's first activation, and what the organization's admin chooses. */
export async function activateEverybody(world: World, process: ProductProcess): Promise<void> {
  for (const person of world.people) {
    const refused = await world.conductor.driveTo(world.activate(process, person));
    if (refused !== '') throw new Error(`the activation was refused: ${refused}`);
    if (world.history.settings.length === 0) await applySettings(world, process);
  }
}

function createPeople(
  mail: readonly MailHands[],
  salesforce: SalesforceSimulator,
  traits: Traits,
): readonly Person[] {
  return traits.services.map((service, at) => {
    const name = NAMES[at] ?? `colleague${at}`;
    const hands = mail.find((one) => one.service === service);
    if (hands === undefined) throw new Error(`nobody simulates ${service}`);
    const address = `${name}@${COMPANY_DOMAIN}`;
    const account = { address, aliases: at === 0 ? [`sales@${COMPANY_DOMAIN}`] : [], password: 'first' };
    hands.addMailbox(account);
    salesforce.addUser({ username: address, password: 'right', email: address });
    return {
      ...account,
      hands,
      salesforceUsername: address,
      userId: '' as UserId,
      mailboxId: '' as MailboxId,
    };
  });
}

function createHistory(people: readonly Person[]): History {
  return {
    tick: 0,
    mails: [],
    things: [],
    known: new Map(),
    settings: [],
    mailboxes: people.map(({ address, aliases }) => ({
      address,
      addresses: [address, ...aliases],
      historyFrom: 0,
    })),
  };
}

/** Addresses outside of the company; which of them are contacts may change. */
export const CUSTOMERS = ['kim', 'noor', 'luis', 'mei', 'sam'].map((name) => `${name}@${CUSTOMER_DOMAIN}`);
export const BLOCKED_CUSTOMER = `rival@${BLOCKED_DOMAIN}`;

function createCustomers({ salesforce, history }: World): void {
  for (const address of [...CUSTOMERS.slice(0, 3), BLOCKED_CUSTOMER]) {
    const [recordId = ''] = salesforce.insert('Contact', [{ LastName: 'zqmark customer', Email: address }]);
    history.known.set(address, [{ tick: 0, isKnown: true, recordId }]);
  }
}

async function applySettings(world: World, process: ProductProcess): Promise<void> {
  const { chance, history, traits } = world;
  const version = {
    autoSaveInbox: chance.flip(0.9),
    autoSaveSent: chance.flip(0.9),
    blocklist: chance.flip(0.7) ? [BLOCKED_DOMAIN] : [],
  };
  history.settings.push(version);
  const { windowDays, markSaved } = traits;
  await writeSettings(world, process, {
    ...version,
    windowDays,
    markSaved,
    // A whole series thrown away is no mistake here: nobody would press the button that lets held deletions go.
    deletionsMax: 1_000,
    deletionShareMax: 1,
  });
}

/** Sets what the organization's admin may choose. */
export async function writeSettings(
  world: World,
  process: ProductProcess,
  layer: SettingsLayer,
): Promise<void> {
  const { organizationId } = world;
  const userId = world.people[0]?.userId ?? ('' as UserId);
  await world.conductor.driveTo(
    changeSettings(process.ports, { organizationId, userId }, 'organization', layer),
  );
}
