/**
 * The Salesforce simulator: login host and instances of any number of organizations behind one `fetch`. State is in
 * memory; time is an argument. It shares no code with the product.
 */
import { asFetch, type CallContext } from '../shared/connection.ts';
import { createControl } from '../shared/control.ts';
import { createFaults, type Faults } from '../shared/faults.ts';
import { createRandom, type Random } from '../shared/random.ts';
import { createRequestLog, type RequestLog } from '../shared/request-log.ts';
import { type Administration, createAdministration } from './administration.ts';
import { controlActions } from './control.ts';
import { findHost } from './hosts.ts';
import { answerFormerHost, answerOAuth, describeIssuer } from './login-host.ts';
import { type ConnectedApp, json, type OAuthState } from './oauth.ts';
import type { Organization } from './organization.ts';
import type { Cursors } from './query.ts';
import { answerRest, type RestState } from './rest.ts';
import { createSessions, type Sessions } from './sessions.ts';

/** What a simulator is made from. Origins have no trailing slash. */
export interface SalesforceSimulatorOptions {
  now: () => number;
  random?: Random;
  /** The login host, e.g. `https://login.salesforce.test`. */
  origin: string;
  /** The login host of sandboxes; the login host with `test.` for `login.` unless told. */
  sandboxOrigin?: string;
  /** The host of the first organization; made from the login host unless told. */
  instanceOrigin?: string;
  /** Waits out the delays of faults; unless told, delays are skipped. */
  sleep?: (ms: number) => Promise<void>;
}

/** A running simulator. */
export interface SalesforceSimulator extends Administration {
  fetch(request: Request): Promise<Response>;
  /** For `serve`: as `fetch`, but a dropped connection is thrown as `DroppedConnection`. */
  handle(request: Request, context: CallContext): Promise<Response>;
  /** Moves the login host, and every organization that lives on it, to another origin (a port known late). */
  useOrigin(origin: string): void;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly sessions: Sessions;
  /** Calls by operation, and API usage by organization id. */
  counters(): { requests: Record<string, number>; apiUsage: Record<string, number> };
}

/** Makes a simulator without organizations; `addUser` makes the first by itself. */
export function createSalesforceSimulator(options: SalesforceSimulatorOptions): SalesforceSimulator {
  const organizations: Organization[] = [];
  const apps = new Map<string, ConnectedApp>();
  const sessions = createSessions();
  const cursors: Cursors = new Map();
  const faults = createFaults(options.random ?? createRandom(1));
  const requests = createRequestLog();
  let origin = options.origin;
  let sandboxOrigin = options.sandboxOrigin ?? origin.replace('//login.', '//test.');
  const loginOrigins = () => [origin, sandboxOrigin];
  const oauth: OAuthState = {
    now: options.now,
    sessions,
    apps,
    organizations: () => organizations,
    loginOrigin: () => origin,
    isLoginHost: (audience) => findHost(audience, loginOrigins(), organizations).kind !== 'unknown',
  };
  const sleep = options.sleep ?? (() => Promise.resolve());
  const rest: RestState = { now: options.now, sessions, cursors, faults, requests, sleep };
  const administration = createAdministration({
    now: options.now,
    organizations,
    apps,
    sessions,
    cursors,
    firstInstanceOrigin: () => options.instanceOrigin ?? origin.replace('//login.', '//example.my.'),
  });
  const counters = () => ({
    requests: requests.counts(),
    apiUsage: Object.fromEntries(organizations.map((each) => [each.id, each.usage.used(options.now())])),
  });
  const control = createControl({
    name: 'salesforce',
    state: () => ({ ...counters(), organizations: organizations.map(administration.summarize) }),
    faults,
    requests,
    actions: controlActions(administration),
  });

  async function handle(request: Request): Promise<Response> {
    const controlled = await control(request);
    if (controlled !== undefined) return controlled;
    const url = new URL(request.url);
    const host = findHost(url.origin, loginOrigins(), organizations);
    if (host.kind === 'former') return answerFormerHost(request, host);
    if (url.pathname.startsWith('/services/oauth2/') || url.pathname.startsWith('/id/')) {
      return answerOAuth(oauth, { request, host, faults, requests, sleep, sandboxOrigin });
    }
    if (url.pathname === '/.well-known/openid-configuration') return json(200, describeIssuer(url.origin));
    if (!/^\/services\/data(\/|$)/.test(url.pathname)) return new Response('Not Found', { status: 404 });
    if (host.kind === 'login') {
      return json(404, [
        {
          message: 'Destination URL not reset. The URL returned from login must be set',
          errorCode: 'URL_NOT_RESET',
        },
      ]);
    }
    return answerRest(rest, request, host);
  }

  return {
    ...administration,
    handle,
    fetch: asFetch(handle),
    faults,
    requests,
    sessions,
    counters,
    useOrigin(fresh) {
      for (const organization of organizations) {
        if (organization.instanceOrigin === origin) organization.instanceOrigin = fresh;
      }
      if (sandboxOrigin === origin) sandboxOrigin = fresh;
      origin = fresh;
    },
  };
}
