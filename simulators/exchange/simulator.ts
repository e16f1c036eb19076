/**
 * An Exchange server for tests and the sandbox: SOAP, Autodiscover and authentication over state in memory, in
 * process or on a port. It shares no code with the connector that it judges.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asFetch, type Handler } from '../shared/connection.ts';
import { createFaults, type Faults } from '../shared/faults.ts';
import { createMessageViews } from '../shared/message-view.ts';
import { createRandom, type Random } from '../shared/random.ts';
import { createRequestLog, type RequestLog } from '../shared/request-log.ts';
import { type Served, type ServeOptions, serve } from '../shared/serve.ts';
import type { Directory } from './accounts.ts';
import { createActs, type ExchangeActs } from './acts.ts';
import { type Adfs, createAdfs } from './adfs.ts';
import { type AuthScheme, createAuthentication } from './authentication.ts';
import { type AutodiscoverSettings, createAutodiscoverSettings } from './autodiscover.ts';
import { createExchangeControl } from './control.ts';
import { createHandler } from './http.ts';
import type { ServerBuild } from './wire.ts';
import type { SentNotification, World } from './world.ts';

/** How the server is set up. Everything may be changed later through `world`. */
export interface ExchangeSimulatorOptions {
  now: () => number;
  random?: Random;
  /** Where Autodiscover says the server is, e.g. `https://mail.contoso.test`; `serve` corrects it when absent. */
  origin?: string;
  /** What it offers to who is not logged in; both when absent. */
  auth?: AuthScheme[];
  netbiosDomain?: string;
  dnsDomain?: string;
  build?: ServerBuild;
  /** RequestServerVersion values it knows; all up to Exchange2016 when absent. */
  versions?: string[];
  /** Whether folders have PidTagLocalCommitTimeMax and PidTagDeletedCountTotal; true when absent. */
  hasCommitMarks?: boolean;
  /** Calls at once per mailbox (EWSMaxConcurrency); 27 when absent. */
  concurrencyMax?: number;
  /** Connections held open per mailbox (10 since Exchange 2016, 3 before); 10 when absent. */
  hangingMax?: number;
  /** Subscriptions per mailbox; 20 when absent. */
  subscriptionsMax?: number;
  autodiscover?: Partial<AutodiscoverSettings>;
  /** How delays pass; real time when absent. */
  wait?: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  observe?: NonNullable<World['observe']>;
}

export interface ExchangeSimulator extends ExchangeActs {
  /** One call in process. NTLM is not offered there, for want of a connection to authenticate. */
  fetch(request: Request): Promise<Response>;
  readonly handler: Handler;
  serve(options?: ServeOptions): Promise<Served>;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** What would have been mailed to people since the start. */
  notificationsSent(): readonly SentNotification[];
  /** The company's own sign-in service, on the same host below `/adfs`. */
  readonly adfs: Adfs;
  /** Everything, for what has no act of its own. */
  readonly world: World;
}

const VERSIONS = [
  'Exchange2007',
  'Exchange2007_SP1',
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2013',
  'Exchange2013_SP1',
  'Exchange2015',
  'Exchange2016',
];

const BUILD: ServerBuild = { major: 15, minor: 2, build: 2562, revision: 17, schema: 'V2017_07_11' };

/** A server with no mailboxes yet. */
export function createExchangeSimulator(options: ExchangeSimulatorOptions): ExchangeSimulator {
  const world = createWorld(options);
  const acts = createActs(world);
  const adfs = createAdfs(world);
  const authentication = createAuthentication({
    directory: world.directory,
    schemes: () => world.auth,
    now: world.now,
    bearer: adfs.accountOf,
  });
  const answer = createHandler({ world, authentication, control: createExchangeControl(world, acts) });
  const handler: Handler = async (request, context) =>
    (await adfs.answer(request)) ?? answer(request, context);
  return {
    ...acts,
    adfs,
    world,
    handler,
    fetch: asFetch(handler),
    async serve(serveOptions) {
      const served = await serve(handler, serveOptions);
      if (options.origin === undefined) world.origin = served.origin;
      return served;
    },
    faults: world.faults,
    requests: world.requests,
    notificationsSent: () => world.notifications,
  };
}

function createWorld(options: ExchangeSimulatorOptions): World {
  const random = options.random ?? createRandom(1);
  const directory: Directory = {
    netbiosDomain: options.netbiosDomain ?? 'CONTOSO',
    dnsDomain: options.dnsDomain ?? 'contoso.test',
    hostName: 'mail',
    accounts: [],
    mailboxes: new Map(),
    deniedMailboxes: new Set(),
    deniedFolders: new Set(),
  };
  return {
    now: options.now,
    random,
    wait:
      options.wait ??
      ((durationMs, signal) => sleep(durationMs, undefined, signal === undefined ? {} : { signal })),
    directory,
    faults: createFaults(random),
    requests: createRequestLog(),
    viewMessage: createMessageViews(),
    notifications: [],
    throttling: new Map(),
    inFlight: new Map(),
    subscriptions: new Map(),
    hanging: new Map(),
    origin: options.origin ?? 'https://mail.contoso.test',
    auth: options.auth ?? ['ntlm', 'basic'],
    build: options.build ?? BUILD,
    versions: new Set(options.versions ?? VERSIONS),
    hasCommitMarks: options.hasCommitMarks ?? true,
    concurrencyMax: options.concurrencyMax ?? 27,
    hangingMax: options.hangingMax ?? 10,
    subscriptionsMax: options.subscriptionsMax ?? 20,
    autodiscover: createAutodiscoverSettings(options.autodiscover),
    lastSubscription: 0,
    observe: options.observe,
  };
}
