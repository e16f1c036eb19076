/** A simulated Google with one mailbox, signed in, and connectors onto it: what the contract and corpus tests stand on. */

import { createGoogleSimulator, type GoogleSimulatorOptions } from '../../simulators/google/simulator.ts';
import { approve, targetOf } from '../../simulators/google/test-support.ts';
import { createRandom } from '../../simulators/shared/random.ts';
import {
  createGoogleService,
  type GoogleApp,
  type GoogleServiceOptions,
} from '../../src/connectors/google/service.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import { SECOND } from '../../src/model/clock.ts';
import type {
  CredentialKeeper,
  KeptCredential,
  MailConnector,
  PreparedConnection,
} from '../../src/model/connector.ts';
import { seededRandom } from './seed.ts';

export const ANN = 'ann@contoso.test';
export const ALIAS = 'a.lee@contoso.test';
const ACCOUNTS = 'https://accounts.google.test';
export const API = 'https://gmail.googleapis.test';
const CLIENT = { clientId: 'lockstep.test', clientSecret: 'secret' };
const REDIRECT = 'https://lockstep.test/connect/google/callback';
export const MODIFY = 'https://www.googleapis.com/auth/gmail.modify';
/** What an administrator lists for the whole product. */
export const SCOPES = [
  MODIFY,
  ...['calendar.events', 'contacts', 'tasks'].map((name) => `https://www.googleapis.com/auth/${name}`),
];
const START = Date.UTC(2026, 0, 5, 8);
/** Shorter waits pass at once; deadlines of requests never come. */
const WAIT_MS_MAX = 90 * SECOND;

export interface BenchOptions {
  readonly server?: Partial<GoogleSimulatorOptions>;
  readonly app?: Partial<GoogleApp>;
  readonly pubsub?: GoogleServiceOptions['pubsub'];
  /** Hears of every request before the simulator does. */
  readonly onRequest?: (url: string, method: string, body: unknown) => void;
  /** What arrives in the place of an answer. */
  readonly answer?: (response: Response) => Promise<Response>;
}

/** The world before anybody signed in. */
export function openGoogle({ server, app, pubsub = null, onRequest, answer }: BenchOptions = {}) {
  let now = START;
  const waits: number[] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      if (ms > WAIT_MS_MAX) return new Promise<void>(() => undefined);
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
    advance: (ms: number) => {
      now += ms;
    },
  };
  const simulator = createGoogleSimulator({
    now: clock.now,
    random: createRandom(7),
    accountsOrigin: ACCOUNTS,
    apiOrigin: API,
    ...server,
  });
  simulator.addDomain('contoso.test');
  simulator.addAccount({ email: ANN, displayName: 'Ann Lee', aliases: [ALIAS] });
  simulator.addClient({ ...CLIENT, redirectUris: [REDIRECT], name: 'Lockstep' });
  const fetch: Fetch = async (url, { method, headers, body, signal, redirect }) => {
    onRequest?.(url, method, body);
    const response = await simulator.fetch(
      new Request(url, { method, headers, signal, redirect, ...(body === undefined ? {} : { body }) }),
    );
    return answer === undefined ? response : answer(response);
  };
  const service = createGoogleService({
    app: {
      ...CLIENT,
      serviceAccount: null,
      accountsOrigin: ACCOUNTS,
      tokenOrigin: API,
      gmailOrigin: API,
      unitsPerMinute: 15_000,
      ...app,
    },
    fetch,
    clock,
    random: seededRandom(1),
    redirectUri: REDIRECT,
    pubsub,
  });
  return { simulator, service, clock, waits, fetch };
}

/** The world with Ann's consent, and what her connection became. */
export async function signInToGoogle(options: BenchOptions = {}) {
  const world = openGoogle(options);
  const { service, simulator } = world;
  const prepared = await consent(world);
  const keeper = keepInMemory(prepared.credential);
  const connect = (more: Partial<PreparedConnection> = {}): MailConnector =>
    service.open({ ...prepared, ...more }, { signal: new AbortController().signal, keeper });
  return { ...world, simulator, prepared, keeper, connect };
}

/** Signs in as a browser would. */
export async function consent({ service, simulator }: ReturnType<typeof openGoogle>, answers = {}) {
  if (service.consent === null) throw new Error('no consent');
  const start = await service.consent.begin({ loginHint: ANN });
  const url = new URL(start.url);
  const query = Object.fromEntries(url.searchParams);
  const back = targetOf(await approve(simulator, query, { email: ANN, ...answers }));
  return service.consent.complete(start.details, back.href, new AbortController().signal);
}

/** A keeper in memory, as an activation holds one. */
export function keepInMemory(credential: unknown): CredentialKeeper {
  let kept: KeptCredential = { credential, version: 1 };
  return {
    load: async () => kept,
    exclusive: async (work) => {
      kept = await work(kept, async (renewed) => ({ credential: renewed, version: kept.version + 1 }));
      return kept;
    },
  };
}

export const mail = (id: string, more = '', body = 'Hello.'): string =>
  `From: Bob <bob@outside.test>\r\nTo: Ann <${ANN}>\r\nSubject: About ${id}\r\nMessage-ID: <${id}@outside.test>\r\n` +
  `Date: Mon, 05 Jan 2026 07:00:00 +0000\r\nMIME-Version: 1.0\r\n${more}\r\n${body}\r\n`;
