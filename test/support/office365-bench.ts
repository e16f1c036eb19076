/** A simulated Office 365 with one mailbox, the service in front of it, and a person who signs in: what its contract and corpus tests stand on. */
import { createOffice365Simulator, type Office365Simulator } from '../../simulators/office365/simulator.ts';
import { createRandom } from '../../simulators/shared/random.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import {
  createOffice365Service,
  type Office365App,
  type Office365ServiceOptions,
} from '../../src/connectors/office365/service.ts';
import type { Clock } from '../../src/model/clock.ts';
import type {
  Change,
  CredentialKeeper,
  Cursor,
  KeptCredential,
  MailConnector,
  MailService,
  PreparedConnection,
} from '../../src/model/connector.ts';
import type { FeedId } from '../../src/model/ids.ts';
import { seededRandom } from './seed.ts';

export const ANN = 'ann@contoso.test';
export const ALIAS = 'a.lee@contoso.test';
export const BEN = 'ben@contoso.test';
export const LOGIN = 'https://login.microsoftonline.test';
export const GRAPH = 'https://graph.microsoft.test';
export const CLIENT = 'lockstep-app';
export const REDIRECT = 'https://lockstep.test/connect/office365/callback';
/** Application permissions for everything that is kept in step. */
export const APP_ROLES: readonly string[] = [
  'Mail.ReadWrite',
  'Calendars.ReadWrite',
  'Contacts.ReadWrite',
  'Tasks.ReadWrite.All',
];
const SECRET = 'app-secret';
const START = Date.UTC(2026, 0, 5, 8);

export interface BenchOptions {
  readonly app?: Partial<Office365App>;
  readonly clock?: Clock;
  readonly loginOrigin?: string;
  readonly graphOrigin?: string;
  /** Where Graph posts change notifications to, and who takes what it posts; none unless told. */
  readonly hintsOrigin?: string;
  readonly post?: (request: Request) => Promise<Response>;
  /** What is asked in the place of an address: a server that passes over a part of it. */
  readonly rewrite?: (url: string) => string;
  /** What arrives in the place of an answer. */
  readonly answer?: (response: Response) => Promise<Response>;
}

export interface Office365Bench {
  readonly simulator: Office365Simulator;
  readonly clock: Clock;
  readonly advance: (ms: number) => void;
  readonly service: MailService;
  readonly fetch: Fetch;
  /** Addresses of all requests, in order. */
  readonly sent: readonly string[];
  /** Goes through the pages as the person would; gives what the service makes of it. */
  signIn(address?: string): Promise<PreparedConnection>;
  /** A connector on the mailbox of a keeper's credential. */
  connect(keeper: CredentialKeeper, settings?: Record<string, unknown>): MailConnector;
}

export function openBench(options: BenchOptions = {}): Office365Bench {
  let now = START;
  const sent: string[] = [];
  const clock: Clock = options.clock ?? {
    now: () => now,
    sleep: () => new Promise<void>(() => undefined),
  };
  const loginOrigin = options.loginOrigin ?? LOGIN;
  const graphOrigin = options.graphOrigin ?? GRAPH;
  const simulator = createOffice365Simulator({
    now: clock.now,
    random: createRandom(42),
    loginOrigin,
    graphOrigin,
    wait: () => Promise.resolve(),
    ...(options.post === undefined ? {} : { post: options.post }),
  });
  simulator.addMailbox({ address: ANN, displayName: 'Ann Lee', aliases: [ALIAS] });
  simulator.addMailbox({ address: BEN, displayName: 'Ben Baker' });
  simulator.addApplication({
    clientId: CLIENT,
    name: 'Lockstep',
    redirectUris: [REDIRECT],
    secrets: [{ value: SECRET }],
    roles: [...APP_ROLES],
  });
  const fetch: Fetch = async (url, { method, headers, body, signal, redirect }) => {
    sent.push(url);
    const response = await simulator.fetch(
      new Request(options.rewrite?.(url) ?? url, {
        method,
        headers,
        signal,
        redirect,
        ...(body === undefined ? {} : { body }),
      }),
    );
    return options.answer === undefined ? response : options.answer(response);
  };
  const serviceOptions: Office365ServiceOptions = {
    app: {
      clientId: CLIENT,
      clientSecret: SECRET,
      certificate: null,
      tenant: 'organizations',
      loginOrigin,
      graphOrigin,
      ...options.app,
    },
    fetch,
    clock,
    random: seededRandom(1),
    redirectUri: REDIRECT,
    hintsOrigin: options.hintsOrigin ?? null,
  };
  const service = createOffice365Service(serviceOptions);
  const signal = new AbortController().signal;
  return {
    simulator,
    clock,
    service,
    fetch,
    sent,
    advance: (ms) => {
      now += ms;
    },
    signIn: (address = ANN) => signInBy(service, simulator, address, {}),
    connect: (keeper, settings = {}) =>
      service.open({ account: ANN, credential: null, settings }, { signal, keeper }),
  };
}

/** Answers sign-in and consent pages at once, with `fields` over what a person types. */
export async function signInBy(
  { consent }: MailService,
  simulator: Office365Simulator,
  address: string,
  fields: Readonly<Record<string, string>>,
): Promise<PreparedConnection> {
  if (consent === null) throw new Error('the service has no consent pages');
  const start = await consent.begin({ loginHint: address });
  const body = new URLSearchParams({ loginfmt: address, passwd: 'password', decision: 'accept', ...fields });
  const back = await simulator.fetch(new Request(start.url, { method: 'POST', body }));
  const callbackUrl = back.headers.get('location') ?? '';
  return consent.complete(start.details, callbackUrl, new AbortController().signal);
}

/** A keeper in memory, whose credential is made when it is first asked for. */
export function keepLazily(make: () => Promise<unknown>): CredentialKeeper & { latest(): unknown } {
  let kept: Promise<KeptCredential> | null = null;
  let line: Promise<unknown> = Promise.resolve();
  let latest: unknown = null;
  const load = (): Promise<KeptCredential> => {
    kept ??= make().then((credential) => ({ credential, version: 1 }));
    return kept;
  };
  return {
    load,
    latest: () => latest,
    exclusive(work) {
      const mine = line.then(async () => {
        const current = await load();
        const result = await work(current, async (credential) => {
          latest = credential;
          kept = Promise.resolve({ credential, version: current.version + 1 });
          return kept;
        });
        return result;
      });
      line = mine.catch(() => undefined);
      return mine;
    },
  };
}

export const none: ReadonlyMap<FeedId, Cursor> = new Map();

/** Reads a feed to its end. */
export async function drain(connector: MailConnector, feed: FeedId, from: Cursor | null) {
  const changes: Change[] = [];
  for (let cursor = from; ; ) {
    const page = await connector.readChanges(feed, cursor);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (page.done) return { changes, cursor };
  }
}

export async function inboxOf(connector: MailConnector): Promise<FeedId> {
  const { feeds } = await connector.listFeeds({ cursor: null, feeds: none });
  const inbox = feeds.find(({ place }) => place === 'inbox');
  if (inbox === undefined) throw new Error('no inbox');
  return inbox.id;
}
