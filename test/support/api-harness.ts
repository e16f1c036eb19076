/**
 * The product's HTTP application on a database of its own, with the sandbox's people at simulated services in process (or on loopback ports), and
 * persons who use it without a browser. Every answer and log line is kept, so that a test can search them.
 */
import { type Colleague, colleagues } from '../../sandbox/cast.ts';
import {
  createServices,
  SANDBOX_CLIENT_ID,
  SANDBOX_CLIENT_SECRET,
  type Services,
} from '../../sandbox/simulated-services.ts';
import { type Served, serve } from '../../simulators/shared/serve.ts';
import type { ApiApp } from '../../src/api/app.ts';
import type { ActivationView, ConsentView, MailboxView } from '../../src/api-schema/mailbox.ts';
import type { Problem } from '../../src/api-schema/problem.ts';
import type { SessionView } from '../../src/api-schema/session.ts';
import { tellPeople } from '../../src/commands/tell-people.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import type { MailService } from '../../src/model/connector.ts';
import type { MailboxId } from '../../src/model/ids.ts';
import type { Mail } from '../../src/notify/mailer.ts';
import type { Config } from '../../src/server/config.ts';
import { noHints } from '../../src/server/hints-config.ts';
import { type Lockstep, openLockstep } from '../../src/server/wire.ts';
import { createLeapingClock, type LeapingClock } from './leaping-clock.ts';
import { createMemoryMailer } from './memory-mailer.ts';
import { createTestDatabase, type TestDatabase } from './postgres.ts';
import { runDue } from './run-due.ts';
import { seededRandom } from './seed.ts';

export const PUBLIC_URL = 'https://lockstep.test';
export const LOGIN_ORIGIN = 'https://login.salesforce.test';
export const OTHER_ORIGIN = 'https://globex.my.salesforce.test';
export const EWS_URL = 'https://mail.contoso.test/EWS/Exchange.asmx';
/** The cast, all of them on Exchange. The first to log in is the organization's platform admin. */
const people: readonly Colleague[] = colleagues.map((one) => ({ ...one, service: 'exchange' }));
export const [ANNA, BEN] = people as readonly [Colleague, Colleague];
/** Somebody of another organization, with a mailbox on the same Exchange. */
export const OLGA: Colleague = {
  name: 'Olga Weber',
  address: 'olga.weber@globex.test',
  aliases: [],
  service: 'exchange',
  userName: 'olga',
  password: 'globex-1',
  salesforceUsername: 'olga@globex.test',
};

const SEED = 20_261_123;
const MASTER_KEY = new Uint8Array(32).fill(9);
const CSRF = 'x-csrf-token';

type Configured = 'credentials' | 'ewsAllowedHosts' | 'exchangeOauth' | 'extraCa' | 'hints' | 'traces';
export interface ApiOptions extends Partial<Pick<Config, Configured | 'sessions'>> {
  /** Real sockets instead of simulators in process, Salesforce served on loopback: for what goes wrong below HTTP. */
  readonly network?: boolean;
  readonly keyFields?: boolean;
  readonly publicUrl?: string;
  readonly startAt?: number;
  /** Mail services beside Exchange. */
  readonly mailServices?: (now: () => number) => readonly MailService[];
  /** Metrics on any free port of this machine. */
  readonly metrics?: boolean;
}

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  readonly body: Body;
}

export interface Api extends AsyncDisposable {
  readonly app: ApiApp;
  readonly lockstep: Lockstep;
  readonly database: TestDatabase;
  readonly services: Services;
  readonly clock: LeapingClock;
  /** All answers in order, headers included, as text. */
  readonly answers: string[];
  readonly logLines: string[];
  faultLines(): readonly string[];
  readonly mails: readonly Mail[];
  /** Hosts before and beside the simulators, by name: whatever else a link may lead to. */
  readonly hosts: Map<string, (request: Request) => Response>;
  /** What was sent to the mail server, in order. */
  readonly sentToMail: { readonly url: string; readonly authorization: string | null }[];
  visit(): Person;
  /** A person who has logged in; `visit` gives one without a session. */
  signIn(who?: Colleague): Promise<Person>;
  /** Runs whatever is due now, one mailbox after the other; returns how many ran. */
  runDue(): Promise<number>;
  tell(): Promise<void>;
}

/** Opens everything. Dispose of it, and the database is dropped. */
export async function openApi(options: ApiOptions = {}): Promise<Api> {
  const database = await createTestDatabase();
  const clock = createLeapingClock(options.startAt);
  const { publicUrl = PUBLIC_URL } = options;
  const services = openServices(clock, publicUrl, options);
  const served = options.network === true ? await serveSalesforce(services) : null;
  const loginOrigin = served?.origin ?? LOGIN_ORIGIN;
  const [hosts, sentToMail]: [Api['hosts'], Api['sentToMail']] = [new Map(), []];
  const [logLines, answers]: [string[], string[]] = [[], []];
  const mailer = createMemoryMailer();
  const lockstep = await openLockstep(configOf(database, { publicUrl, loginOrigin, ...options }), {
    clock,
    random: seededRandom(SEED),
    mailer,
    log: (event, facts) => logLines.push(JSON.stringify({ event, ...facts })),
    ...(served === null ? { fetch: createNetwork(services, hosts, sentToMail) } : {}),
  });
  const known = lockstep.ports.mailServices as Map<string, MailService>;
  for (const service of options.mailServices?.(() => clock.now()) ?? []) known.set(service.service, service);
  const app = await lockstep.buildApp();
  await app.ready();
  const visit = () => new Person(app, answers, loginOrigin);
  return {
    app,
    lockstep,
    database,
    services,
    clock,
    answers,
    logLines,
    faultLines: () => logLines.filter((line) => !line.startsWith('{"event":"session.')),
    mails: mailer.mails,
    hosts,
    sentToMail,
    visit,
    async signIn(who = ANNA) {
      const person = visit();
      await person.logIn(services, who);
      return person;
    },
    runDue: () => runDue(lockstep, clock),
    async tell() {
      while ((await tellPeople(lockstep.ports, publicUrl)) > 0);
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await lockstep.close();
      await served?.close();
      await database.drop();
    },
  };
}

function openServices(clock: LeapingClock, publicUrl: string, options: ApiOptions): Services {
  const services = createServices({
    now: () => clock.now(),
    seed: SEED,
    people,
    redirectUris: [`${publicUrl}/login/salesforce/callback`],
    ...(options.keyFields === undefined ? {} : { keyFields: options.keyFields }),
  });
  const { exchange, salesforce } = services;
  exchange.addMailbox({
    address: OLGA.address,
    displayName: OLGA.name,
    userName: OLGA.userName,
    password: OLGA.password,
  });
  const globex = salesforce.addOrganization({ name: 'Globex', instanceOrigin: OTHER_ORIGIN });
  salesforce.addUser({
    username: OLGA.salesforceUsername,
    password: OLGA.password,
    email: OLGA.address,
    organization: globex,
  });
  for (const object of ['EmailMessage', 'Task', 'ContentVersion'])
    salesforce.deployField(object, 'Lockstep_Key__c string(255) cufsgnixq', globex);
  return services;
}

async function serveSalesforce({ salesforce }: Services): Promise<Served> {
  const served = await serve((request, context) => salesforce.handle(request, context), {
    host: 'localhost',
  });
  salesforce.useOrigin(served.origin);
  return served;
}

function configOf(
  database: TestDatabase,
  options: ApiOptions & { readonly publicUrl: string; readonly loginOrigin: string },
): Config {
  const { publicUrl, loginOrigin } = options;
  return {
    host: '127.0.0.1',
    port: 0,
    publicUrl,
    database: { kind: 'server', url: database.url },
    databaseConnectionsMax: 5,
    masterKey: { kind: 'given', key: MASTER_KEY, previous: [] },
    credentials: options.credentials ?? 'sealed',
    salesforce: {
      clientId: SANDBOX_CLIENT_ID,
      clientSecret: SANDBOX_CLIENT_SECRET,
      apiVersion: 'v62.0',
      extraOrigins: [loginOrigin, OTHER_ORIGIN],
    },
    exchangeOauth: options.exchangeOauth ?? null,
    office365: null,
    google: null,
    hints: options.hints ?? noHints,
    frameAncestors: [],
    smtp: null,
    ewsAllowedHosts: options.ewsAllowedHosts ?? [],
    extraCa: options.extraCa ?? [],
    runsAtOnceMax: 2,
    sessions: options.sessions ?? { idleMs: 43_200_000, consoleIdleMs: 43_200_000 }, // Clocks leap in most tests.
    metrics: options.metrics === true ? { host: '127.0.0.1', port: 0 } : null,
    traces: options.traces ?? null,
    logLevel: 'silent',
  };
}

/** The simulators behind their host names; every other name does not resolve. */
function createNetwork(services: Services, hosts: Api['hosts'], sentToMail: Api['sentToMail']): Fetch {
  return async (url, init) => {
    const { hostname } = new URL(url);
    const request = new Request(url, {
      method: init.method,
      headers: init.headers,
      redirect: init.redirect,
      signal: init.signal,
      ...(init.body === undefined ? {} : { body: init.body }),
    });
    if (hostname.endsWith('.salesforce.test')) return services.salesforce.fetch(request);
    sentToMail.push({ url, authorization: request.headers.get('authorization') });
    const host = hosts.get(hostname);
    if (host !== undefined) return host(request);
    if (hostname === 'mail.contoso.test' || hostname === 'autodiscover.contoso.test')
      return services.exchange.fetch(request);
    const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    throw new TypeError('fetch failed', { cause });
  };
}

/** What is meant by an activation, besides its defaults. */
export interface ActivationWish {
  readonly intent?: 'activate' | 'refresh' | 'change';
  readonly start?: boolean;
}

let visitors = 0;

/** Somebody with a browser's manners: keeps the cookie, sends the page's token with every change. */
export class Person {
  readonly #app: ApiApp;
  readonly #answers: string[];
  readonly #loginOrigin: string;
  /** An address of his own, so that limits by address are his own too. */
  readonly remoteAddress: string;
  readonly cookies = new Map<string, string>();
  csrf = '';

  constructor(app: ApiApp, answers: string[], loginOrigin: string) {
    this.#app = app;
    this.#loginOrigin = loginOrigin;
    this.#answers = answers;
    visitors += 1;
    this.remoteAddress = `198.51.${(visitors >> 8) & 255}.${visitors & 255}`;
  }

  async call<Body = unknown>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    const response = await this.#app.inject({
      method,
      url,
      remoteAddress: this.remoteAddress,
      headers: {
        ...(this.cookies.size === 0 ? {} : { cookie: this.cookie }),
        ...(this.csrf === '' ? {} : { [CSRF]: this.csrf }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    this.#answers.push(`${JSON.stringify(response.headers)}\n${response.payload}`);
    const isJson = /\bjson\b/.test(String(response.headers['content-type'] ?? ''));
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.payload,
      body: (isJson ? JSON.parse(response.payload) : null) as Body,
    };
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** As a browser does: a cookie without a value is one that was taken away. */
  keepCookies(headers: Answer['headers']): void {
    for (const cookie of [headers['set-cookie'] ?? []].flat().map(String)) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  /** Begins a login; the address of the CRM's own page. */
  async beginLogin(host = this.#loginOrigin, more: Readonly<Record<string, string>> = {}): Promise<URL> {
    return this.goTo(`/login/salesforce?${new URLSearchParams({ host, ...more })}`);
  }

  /** Follows an address of ours that leads to the CRM's own page. */
  async goTo(url: string): Promise<URL> {
    const { status, headers, text } = await this.call('GET', url);
    if (status !== 302) throw new Error(`the login answered ${status} ${text}`);
    this.keepCookies(headers);
    return new URL(String(headers.location));
  }

  /** Fills in the CRM's form; the address it leads back to. */
  async consent(
    services: Services,
    page: URL,
    who: Colleague,
    decision: 'allow' | 'deny' = 'allow',
  ): Promise<string> {
    const form = new URLSearchParams({ username: who.salesforceUsername, pw: who.password, decision });
    const back = await services.salesforce.fetch(new Request(page, { method: 'POST', body: form }));
    const location = back.headers.get('location');
    if (location === null) throw new Error(`Salesforce answered ${back.status}`);
    return location;
  }

  /** The callback; keeps the session when there is one. Returns the page it leads to. */
  async comeBack(callback: string): Promise<Answer & { readonly landing: string }> {
    const answer = await this.call('GET', callback.replace(/^https:\/\/[^/]+/, ''));
    this.keepCookies(answer.headers);
    return { ...answer, landing: String(answer.headers.location ?? '') };
  }

  async logIn(services: Services, who: Colleague): Promise<SessionView> {
    const page = await this.beginLogin(who === OLGA ? OTHER_ORIGIN : undefined);
    const { landing } = await this.comeBack(await this.consent(services, page, who));
    if (landing !== '/') throw new Error(`the login led to ${landing}`);
    const { body } = await this.call<SessionView>('GET', '/api/session');
    if (!body.signedIn) throw new Error('there is no session');
    this.csrf = body.csrfToken;
    return body;
  }

  activate(form: Readonly<Record<string, string | boolean>> = {}): Promise<Answer<ActivationView & Problem>> {
    return this.call('POST', '/api/mailbox/exchange', {
      login: ANNA.address,
      password: ANNA.password,
      ewsUrl: EWS_URL,
      ...form,
    });
  }

  /** Asks for the sign-in page of a service and keeps the cookie. */
  async beginConsent(
    service: string,
    address?: string,
    wish: ActivationWish = {},
  ): Promise<Answer<ConsentView & Problem>> {
    const form = { ...wish, ...(address === undefined ? {} : { address }) };
    const answer = await this.call<ConsentView & Problem>('POST', `/api/mailbox/${service}/consent`, form);
    this.keepCookies(answer.headers);
    return answer;
  }

  /** What the page does when the browser is back: follows the redirect and asks for the activation. */
  async completeConsent(callback: string): Promise<Answer<ActivationView & Problem>> {
    const { landing } = await this.comeBack(callback);
    const id = new URL(landing, 'https://page.test').searchParams.get('consent');
    if (id === null) throw new Error(`the way back led to ${landing}`);
    return this.call('POST', `/api/mailbox/consents/${id}/complete`);
  }

  async mailbox(): Promise<MailboxView & { readonly id: MailboxId }> {
    const { body } = await this.call<MailboxView & { readonly id: MailboxId }>('GET', '/api/mailbox');
    return body;
  }
}
