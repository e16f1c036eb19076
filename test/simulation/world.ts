/**
 * A whole world from one seed: simulated Exchange and Salesforce in process, people with mailboxes, and processes of the real product on a real
 * PostgreSQL. It sets everything up and offers what steps need; what happens is decided elsewhere.
 */
import { createExchangeSimulator, type ExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import {
  createSalesforceSimulator,
  type SalesforceSimulator,
} from '../../simulators/salesforce/simulator.ts';
import { activateMailbox } from '../../src/commands/activate-mailbox.ts';
import { changeSettings } from '../../src/commands/change-settings.ts';
import { completeLogin } from '../../src/commands/complete-login.ts';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { MailboxId, OrganizationId, UserId } from '../../src/model/ids.ts';
import type { SettingsLayer } from '../../src/model/settings.ts';
import type { Config } from '../../src/server/config.ts';
import { noHints } from '../../src/server/hints-config.ts';
import type { Database } from '../../src/store/database.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { type Chance, createChance } from './chance.ts';
import { Conductor } from './conductor.ts';
import type { History } from './history.ts';
import { BLOCKED_DOMAIN, COMPANY_DOMAIN, CUSTOMER_DOMAIN, REFUSED_WORD } from './letters.ts';
import { createNetwork, LOGIN } from './network.ts';
import { ProductProcess, type Sabotage } from './process.ts';

/** What the seed decided before anything happened. */
export interface Traits {
  readonly mailboxes: number;
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

export interface Person {
  readonly address: string;
  readonly aliases: readonly string[];
  readonly salesforceUsername: string;
  password: string;
  userId: UserId;
  mailboxId: MailboxId;
}

export interface World {
  readonly seed: number;
  readonly chance: Chance;
  readonly conductor: Conductor;
  readonly traits: Traits;
  readonly exchange: ExchangeSimulator;
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
}

const EXCHANGE = 'https://mail.contoso.test';
const KEY_FIELD = 'Lockstep_Key__c string(255) cufsgnixq';
const MASTER_KEYS = { key: new Uint8Array(32).fill(9), previous: [] };
const config: Config = {
  host: 'localhost',
  port: 0,
  publicUrl: 'https://lockstep.test',
  database: { kind: 'server', url: '' },
  databaseConnectionsMax: 2,
  masterKey: { kind: 'given', ...MASTER_KEYS },
  salesforce: { clientId: 'lockstep', clientSecret: null, apiVersion: 'v62.0', extraOrigins: [LOGIN] },
  office365: null,
  google: null,
  hints: noHints,
  ewsAllowedHosts: ['mail.contoso.test'],
  extraCa: [],
  runsAtOnceMax: 4,
  logLevel: 'silent',
};

export function drawTraits(chance: Chance): Traits {
  const enhancedEmail = chance.flip(0.75);
  const keyFields = chance.flip(0.6);
  return {
    mailboxes: chance.pick([1, 1, 2, 2, 3]),
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

/** People, mailboxes, contacts and processes; everybody is active, and nothing has been synced. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const chance = createChance(options.seed);
  const traits = { ...drawTraits(chance), ...options.traits };
  const conductor = new Conductor(
    MONDAY + chance.between(0, 6) * DAY + chance.between(0, 23) * HOUR,
    chance.branch(),
  );
  const services = createServices(conductor, chance, traits);
  const people = createPeople(services, traits);
  const logs: string[] = [];
  const violations: string[] = [];
  const callsDuringBackOff: string[] = [];
  const processes: ProductProcess[] = [];
  const fetch = createNetwork({ ...services, callsDuringBackOff });
  const random = chance.branch();
  const world: World = {
    seed: options.seed,
    chance,
    conductor,
    traits,
    ...services,
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
  const first = world.openProcess();
  for (const person of people) {
    const refused = await conductor.driveTo(world.activate(first, person));
    if (refused !== '') throw new Error(`the activation was refused: ${refused}`);
    if (world.history.settings.length === 0) await applySettings(world, first);
  }
  return world;
}

type Services = Pick<World, 'exchange' | 'salesforce'>;

function createServices(conductor: Conductor, chance: Chance, traits: Traits): Services {
  const now = () => conductor.now();
  const exchange = createExchangeSimulator({
    now,
    random: chance.branch(),
    origin: EXCHANGE,
    auth: ['basic'],
    wait: () => Promise.resolve(),
  });
  const salesforce = createSalesforceSimulator({
    now,
    random: chance.branch(),
    origin: LOGIN,
    instanceOrigin: LOGIN,
  });
  const object = traits.enhancedEmail ? 'EmailMessage' : 'Task';
  salesforce.addOrganization({ instanceOrigin: LOGIN });
  salesforce.changeSettings({
    enhancedEmail: traits.enhancedEmail,
    sessionTimeoutMs: traits.sessionTimeoutMs,
  });
  salesforce.addConnectedApp({
    clientId: 'lockstep',
    redirectUris: ['https://lockstep.test/login/salesforce/callback'],
    pkceRequired: true,
    rotation: traits.rotation,
  });
  if (traits.keyFields) salesforce.deployField(object, KEY_FIELD);
  salesforce.addValidationRule({
    object,
    condition: `Subject LIKE '%${REFUSED_WORD}%'`,
    message: 'not this one',
  });
  return { exchange, salesforce };
}

function createPeople({ exchange, salesforce }: Services, traits: Traits): readonly Person[] {
  return ['anna', 'ben', 'carla'].slice(0, traits.mailboxes).map((name) => {
    const address = `${name}@${COMPANY_DOMAIN}`;
    const aliases = name === 'anna' ? [`sales@${COMPANY_DOMAIN}`] : [];
    exchange.addMailbox({ address, userName: name, password: 'first', aliases: [...aliases] });
    for (const folder of ['Salesforce Emails', 'Archive', 'Inbox/Customers'])
      exchange.createFolder(address, folder);
    const salesforceUsername = `${name}@${COMPANY_DOMAIN}`;
    salesforce.addUser({ username: salesforceUsername, password: 'right', email: address });
    return {
      address,
      aliases,
      salesforceUsername,
      password: 'first',
      userId: '' as UserId,
      mailboxId: '' as MailboxId,
    };
  });
}

function createHistory(people: readonly Person[]): History {
  return {
    tick: 0,
    mails: [],
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

async function activate(
  world: World,
  process: ProductProcess,
  person: Person,
  name: string,
): Promise<string> {
  const { ports } = process;
  const signal = new AbortController().signal;
  const begun = await ports.crmLogin.begin(LOGIN);
  if (begun === null) throw new Error('no such login host');
  const form = new URLSearchParams(new URL(begun.url).searchParams);
  for (const [key, value] of Object.entries({
    username: person.salesforceUsername,
    pw: 'right',
    decision: 'allow',
  }))
    form.set(key, value);
  const allowed = await world.salesforce.fetch(
    new Request(`${LOGIN}/services/oauth2/authorize`, { method: 'POST', body: form }),
  );
  const done = await ports.crmLogin.complete(begun.details, allowed.headers.get('location') ?? '');
  const identity = { ...done.identity, organizationId: `${done.identity.organizationId} ${name}` };
  const login = await completeLogin(ports, { ...done, identity });
  const result = await activateMailbox(
    ports,
    {
      organizationId: login.organizationId,
      userId: login.userId,
      service: 'exchange',
      access: {
        kind: 'form',
        form: { login: person.address, password: person.password, ewsUrl: `${EXCHANGE}/EWS/Exchange.asmx` },
      },
      expectedAddress: null,
      crmConnectionId: login.crmConnectionId,
    },
    signal,
  );
  if (result.kind === 'refused') return result.failure.code;
  world.organizationId = login.organizationId;
  person.userId = login.userId;
  person.mailboxId = result.mailboxId;
  const owner = world.history.mailboxes.find((one) => one.address === person.address);
  // A second activation keeps the window of the first. Six days hold until the settings say otherwise (E6).
  const windowDays = world.history.settings.length === 0 ? 6 : world.traits.windowDays;
  if (owner !== undefined && owner.historyFrom === 0) owner.historyFrom = process.now - windowDays * DAY;
  return '';
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
  await writeSettings(world, process, { ...version, windowDays, markSaved });
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
