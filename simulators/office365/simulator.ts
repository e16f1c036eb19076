/**
 * Microsoft Entra ID and Microsoft Graph (mail, calendars, contacts, tasks) for tests and the sandbox: any number of tenants over state in memory,
 * in process or on a port. It shares no code with the connector that it judges.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asFetch, type Handler } from '../shared/connection.ts';
import { createFaults, type Faults } from '../shared/faults.ts';
import { createMessageViews } from '../shared/message-view.ts';
import { createRandom, type Random } from '../shared/random.ts';
import { createRequestLog, type RequestLog } from '../shared/request-log.ts';
import { type Served, type ServeOptions, serve } from '../shared/serve.ts';
import { createMailActs, type MailActs } from './acts.ts';
import { type CalendarActs, createCalendarActs } from './calendar-acts.ts';
import { type ContactTaskActs, createContactTaskActs } from './contact-task-acts.ts';
import { createOffice365Control } from './control.ts';
import { createDirectoryActs, type DirectoryActs } from './directory-acts.ts';
import { answerEntra } from './entra.ts';
import { answerGraph } from './graph.ts';
import { createNotifier } from './subscriptions.ts';
import { createTokenStore } from './token-store.ts';
import { answerUpload } from './uploads.ts';
import { answerUserInfo } from './users.ts';
import type { SentNotification, Settings, World } from './world.ts';

/** What a simulator is made from. Origins have no trailing slash and may be the same. */
export interface Office365SimulatorOptions {
  now: () => number;
  random?: Random;
  /** Where Entra ID is, e.g. `https://login.microsoftonline.test`. */
  loginOrigin: string;
  /** Where Graph is, e.g. `https://graph.microsoft.test`. */
  graphOrigin: string;
  settings?: Partial<Settings>;
  /** How delays pass; real time when absent. */
  wait?: (durationMs: number) => Promise<void>;
  /** How change notifications are posted; over the network when absent. */
  post?: (request: Request) => Promise<Response>;
}

export interface Office365Simulator extends MailActs, DirectoryActs, CalendarActs, ContactTaskActs {
  /** One call in process. */
  fetch(request: Request): Promise<Response>;
  readonly handler: Handler;
  /** Serves both hosts on one port and, unless told not to, moves both origins there. */
  serve(options?: ServeOptions & { keepOrigins?: boolean }): Promise<Served>;
  useOrigins(loginOrigin: string, graphOrigin: string): void;
  readonly faults: Faults;
  /** HTTP calls to either host; a batch is one. */
  readonly requests: RequestLog;
  /** Calls inside of batches. */
  readonly batchItems: RequestLog;
  readonly settings: Settings;
  /** What would have been mailed to people since the start. */
  notificationsSent(): readonly SentNotification[];
  /** Resolves when all change notifications so far were posted. */
  notificationsSettled(): Promise<void>;
  /** Everything, for what has no act of its own. */
  readonly world: World;
}

const DAY_MS = 24 * 3_600_000;

/** A cloud with no tenants yet; `addMailbox` makes them by itself. */
export function createOffice365Simulator(options: Office365SimulatorOptions): Office365Simulator {
  const world = createWorld(options);
  const notifier = createNotifier(world);
  const acts = {
    ...createMailActs(world, notifier),
    ...createDirectoryActs(world, notifier),
    ...createCalendarActs(world),
    ...createContactTaskActs(world),
  };
  const control = createOffice365Control(world, acts);
  const handler: Handler = async (request) => {
    const controlled = await control(request);
    if (controlled !== undefined) return controlled;
    const url = new URL(request.url);
    if (/^\/v1\.0(\/|$)/.test(url.pathname)) return answerGraph(world, request);
    if (url.pathname === '/oidc/userinfo') return answerUserInfo(world, request);
    const uploaded = await answerUpload(world, request);
    if (uploaded !== undefined) return uploaded;
    return (await answerEntra(world, request)) ?? new Response('Not Found', { status: 404 });
  };
  const useOrigins = (loginOrigin: string, graphOrigin: string) => {
    world.loginOrigin = loginOrigin;
    world.graphOrigin = graphOrigin;
  };
  return {
    ...acts,
    world,
    handler,
    fetch: asFetch(handler),
    useOrigins,
    async serve({ keepOrigins, ...serveOptions } = {}) {
      const served = await serve(handler, serveOptions);
      if (keepOrigins !== true) useOrigins(served.origin, served.origin);
      return served;
    },
    faults: world.faults,
    requests: world.requests,
    batchItems: world.batchItems,
    settings: world.settings,
    notificationsSent: () => world.notifications,
    notificationsSettled: () => notifier.settled(),
  };
}

function createWorld(options: Office365SimulatorOptions): World {
  const random = options.random ?? createRandom(1);
  return {
    now: options.now,
    random,
    wait: options.wait ?? ((durationMs) => sleep(durationMs)),
    post: options.post ?? ((request) => fetch(request)),
    loginOrigin: options.loginOrigin,
    graphOrigin: options.graphOrigin,
    tenants: [],
    apps: new Map(),
    tokens: createTokenStore(),
    settings: {
      accessTokenMs: 3_900_000,
      refreshTokenIdleMs: 90 * DAY_MS,
      codeMs: 600_000,
      oldRefreshTokens: 'allowed',
      concurrencyMax: 4,
      callsPerWindowMax: 10_000,
      repeatProbability: 0,
      deltaPageMax: 1000,
      ...options.settings,
    },
    faults: createFaults(random),
    requests: createRequestLog(),
    batchItems: createRequestLog(),
    viewMessage: createMessageViews(),
    notifications: [],
    subscriptions: new Map(),
    throttling: new Map(),
    inFlight: new Map(),
    windows: new Map(),
  };
}
