/**
 * A simulated Google for tests and the sandbox: sign-in, tokens, Gmail, Calendar, People, Tasks and as much Pub/Sub as
 * a watch needs, over state in memory, in process or on a port. All of Google's hosts are one handler here; paths tell them apart.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asFetch, type Handler } from '../shared/connection.ts';
import { createFaults, type Faults } from '../shared/faults.ts';
import { createRandom, type Random } from '../shared/random.ts';
import { createRequestLog, type RequestLog } from '../shared/request-log.ts';
import { type Served, type ServeOptions, serve } from '../shared/serve.ts';
import { createActs, type GoogleActs } from './acts.ts';
import { type Administration, createAdministration } from './administration.ts';
import { answerApi, findApiRoute } from './api.ts';
import { API_LIMITS, type ApiLimit } from './api-quota.ts';
import { answerBatch, isBatch } from './batch.ts';
import { CALENDAR_API } from './calendar/calendar-api.ts';
import { createGoogleControl } from './control.ts';
import { answerGmail } from './gmail.ts';
import { answerOAuth } from './oauth.ts';
import { PEOPLE_API } from './people/people-api.ts';
import { answerPubSub } from './pubsub.ts';
import { UNITS } from './quota.ts';
import { TASKS_API } from './tasks/tasks-api.ts';
import { createTokens } from './tokens.ts';
import { continueUpload } from './uploads.ts';
import type { SentMail, World } from './world.ts';

/** What a simulator is made from. Origins have no trailing slash. */
export interface GoogleSimulatorOptions {
  now: () => number;
  random?: Random;
  /** Where people sign in, and the issuer of id tokens; `serve` sets it when absent. */
  accountsOrigin?: string;
  /** Where tokens and mail are; `serve` sets it when absent. */
  apiOrigin?: string;
  /** Quota units per user and minute; 15,000 when absent (6,000 for projects new since May 2026). */
  unitsPerUserMinute?: number;
  /** Costs of methods that differ from the table, by method id. */
  units?: Record<string, number>;
  /** How long history ids are good for; a week when absent. */
  historyLifeMs?: number;
  /** Calls per user of the other APIs, by group; those that are absent are as usual. */
  apiLimits?: Record<string, ApiLimit>;
  /** How long sync tokens of calendars are good for; 28 days when absent. */
  calendarSyncLifeMs?: number;
  /** How notifications of push channels leave; by `fetch` when absent. */
  post?: (request: Request) => Promise<unknown>;
  /** How delays pass; real time when absent. */
  wait?: (durationMs: number) => Promise<void>;
}

export interface GoogleSimulator extends GoogleActs, Administration {
  fetch(request: Request): Promise<Response>;
  readonly handler: Handler;
  serve(options?: ServeOptions): Promise<Served>;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** The calls inside of batches, which `requests` counts as one each. */
  readonly parts: RequestLog;
  /** Mail that was sent through the APIs since the start, Google's own to guests of meetings too. */
  notificationsSent(): readonly SentMail[];
  /** Resolves when all messages to push channels have been delivered or given up. */
  channelsSettled(): Promise<void>;
  /** Everything, for what has no act of its own. */
  readonly world: World;
}

const WEEK_MS = 7 * 86_400_000;
const APIS = [CALENDAR_API, PEOPLE_API, TASKS_API];

/** A Google with no accounts yet. */
export function createGoogleSimulator(options: GoogleSimulatorOptions): GoogleSimulator {
  const world = createWorld(options);
  const acts = createActs(world);
  const administration = createAdministration(world);
  const control = createGoogleControl(world, acts, administration);
  const answerCall = async (request: Request, log: RequestLog): Promise<Response> => {
    const route = findApiRoute(APIS, request.method, new URL(request.url).pathname);
    return route === undefined ? answerGmail(world, request, log) : answerApi(world, route, request, log);
  };
  const handler: Handler = async (request) => {
    const answered =
      (await control(request)) ?? (await answerOAuth(world, request)) ?? (await answerPubSub(world, request));
    if (answered !== undefined) return answered;
    const { pathname } = new URL(request.url);
    if (isBatch(pathname)) return answerBatch(world, request, answerCall);
    const uploaded = await continueUpload(request);
    if (uploaded instanceof Response) return uploaded;
    return answerCall(uploaded ?? request, world.requests);
  };
  return {
    ...acts,
    ...administration,
    world,
    handler,
    fetch: asFetch(handler),
    async serve(serveOptions) {
      const served = await serve(handler, serveOptions);
      if (options.accountsOrigin === undefined) world.accountsOrigin = served.origin;
      if (options.apiOrigin === undefined) world.apiOrigin = served.origin;
      return served;
    },
    faults: world.faults,
    requests: world.requests,
    parts: world.parts,
    notificationsSent: () => world.sent,
    channelsSettled: async () => {
      await world.posting;
    },
  };
}

function createWorld(options: GoogleSimulatorOptions): World {
  const random = options.random ?? createRandom(1);
  return {
    now: options.now,
    random,
    wait: options.wait ?? ((durationMs) => sleep(durationMs)),
    accountsOrigin: options.accountsOrigin ?? 'https://accounts.google.test',
    apiOrigin: options.apiOrigin ?? 'https://gmail.googleapis.test',
    domains: new Map(),
    accounts: [],
    clients: new Map(),
    serviceAccounts: new Map(),
    tokens: createTokens(),
    faults: createFaults(random),
    requests: createRequestLog(),
    parts: createRequestLog(),
    sent: [],
    topics: new Set(),
    subscriptions: new Map(),
    units: { ...UNITS, ...options.units },
    unitsPerUserMinute: options.unitsPerUserMinute ?? 15_000,
    overspendingStatus: 429,
    historyLifeMs: options.historyLifeMs ?? WEEK_MS,
    pageOverlap: 0,
    lastNumber: 0,
    lastVersion: 0,
    apiLimits: { ...API_LIMITS, ...options.apiLimits },
    calendars: new Map(),
    channels: new Map(),
    calendarSyncLifeMs: options.calendarSyncLifeMs ?? 4 * WEEK_MS,
    contactSyncLifeMs: WEEK_MS,
    contactDelayMs: 0,
    post: options.post ?? ((request) => fetch(request)),
    posting: Promise.resolve(),
  };
}
