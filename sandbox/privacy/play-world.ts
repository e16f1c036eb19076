/**
 * The world of the privacy check: people with marked mail, faults that quote it, and a product that is killed at seeded moments and gets through all the
 * same. It searches nothing.
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../simulators/shared/random.ts';
import { type Colleague, colleagues } from '../cast.ts';
import { configOf } from '../sandbox.ts';
import { createServices, type Services, serveServices } from '../simulated-services.ts';
import { Visitor } from '../visitor.ts';
import { plantContacts, plantMail } from './marked-mail.ts';
import type { Markers } from './markers.ts';
import { killDatabase, type ProductUnderTest, startProduct } from './product-under-test.ts';

export interface WorldOptions {
  readonly folder: string;
  readonly logFolder: string;
  readonly databaseUrl: string | null;
  readonly seed: number;
  readonly plant?: 'none' | 'leak';
  readonly kills?: number;
  readonly markers: Markers;
  readonly log: (line: string) => void;
}

export interface World {
  readonly mailsSaved: number;
  readonly kills: number;
  /** Credentials that were in use, with names for a report. */
  readonly secrets: readonly { readonly name: string; readonly text: string }[];
}

const MAILS_PER_PERSON = 60;
const KILLS = 4;
/** Requests after which a process is killed, at most. */
const REQUESTS_MAX = 30;
/** A run may be shorter than that: then it is killed after so long. */
const KILL_AFTER_MS = 4_000;
const ATTEMPTS_MAX = 5;

/** Plays it to its end; the product has stopped afterwards. */
export async function playWorld(options: WorldOptions): Promise<World> {
  const { markers, seed, log, kills = KILLS } = options;
  const random = createRandom(seed);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const people = colleagues.map((one) => ({ ...one, password: markers.plant('mailbox-password') }));
  const redirectUris = [`${url}/login/salesforce/callback`];
  const services = createServices({ now: () => Date.now(), seed, redirectUris, people });
  const customers = plantContacts(services, markers);
  for (const one of people) plantMail(services, markers, one, customers, MAILS_PER_PERSON);
  const served = await serveServices(services, { exchange: {}, salesforce: {} });
  const config = {
    ...configOf({ dataFolder: options.folder, databaseUrl: options.databaseUrl }, url, port, served),
    logLevel: 'debug' as const,
  };
  const leak = options.plant === 'leak' ? markers.plant('subject') : null;
  let starts = 0;
  const start = () => {
    starts += 1;
    return startProduct(config, join(options.logFolder, `product-${starts}.log`), leak);
  };
  let product = await start();
  try {
    const visitors = [];
    for (const one of people) visitors.push(await activate(url, served, one));
    if (leak !== null) await typeIntoSettings(visitors[0], leak);
    addFaults(services, markers);
    for (let kill = 0; kill < kills; kill += 1) {
      await product.makeDue();
      await untilAsked(services, 1 + Math.floor(random.next() * REQUESTS_MAX));
      const isDatabase = kill === 1 && options.databaseUrl === null;
      if (isDatabase) await killDatabase(join(options.folder, 'postgres'));
      await product.kill();
      log(isDatabase ? 'database and product killed' : 'product killed');
      product = await start();
    }
    await syncInCalm(services, product, visitors);
    await product.stop();
  } finally {
    await product.kill();
    await served.close();
  }
  const mailsSaved = services.salesforce.records('EmailMessage').length;
  return { mailsSaved, kills, secrets: secretsOf(services) };
}

async function activate(
  url: string,
  served: {
    readonly exchange: { readonly origin: string };
    readonly salesforce: { readonly origin: string };
  },
  who: Colleague,
): Promise<Visitor> {
  const visitor = new Visitor(url);
  await visitor.logIn(served.salesforce.origin, who);
  const ewsUrl = `${served.exchange.origin}/EWS/Exchange.asmx`;
  await visitor.activate({ login: who.address, password: who.password, ewsUrl });
  return visitor;
}

/** The deliberate fault of the check's own test: content in a row of settings. */
async function typeIntoSettings(visitor: Visitor | undefined, leak: string): Promise<void> {
  const settings = { blocklist: [`${leak}@leak.test`] };
  await visitor?.call('PUT', '/api/settings', { layer: 'user', settings });
}

/** Services that fail in part, break off, lose replies, and quote in their errors what they were sent. */
function addFaults({ exchange, salesforce }: Services, markers: Markers): void {
  const message = () => `The value ${markers.plant('vendor-error')} is not allowed.`;
  const vendor = (code: string) => ({ kind: 'service', code, message: message() }) as const;
  exchange.faults.add({
    operation: 'GetItem',
    nth: 3,
    count: 2,
    effect: vendor('ErrorInternalServerTransientError'),
  });
  exchange.faults.add({ operation: 'GetItem', nth: 6, count: 1, effect: { kind: 'drop' } });
  exchange.faults.add({
    operation: 'GetItem',
    nth: 8,
    count: 3,
    effect: { kind: 'partial', nth: 2, code: 'ErrorCorruptData', message: message() },
  });
  exchange.faults.add({ operation: 'SyncFolderItems', nth: 9, count: 1, effect: { kind: 'garbage' } });
  salesforce.faults.add({ operation: 'composite', nth: 2, count: 1, effect: { kind: 'lostReply' } });
  salesforce.faults.add({
    operation: 'collections.post',
    nth: 1,
    count: 4,
    effect: { kind: 'partial', nth: 3, code: 'STRING_TOO_LONG', message: message() },
  });
  salesforce.faults.add({ operation: 'composite.graph', nth: 2, count: 1, effect: { kind: 'lostReply' } });
}

const POLL_MS = 5;
const PATIENCE_MS = 20_000;

/** Until the services were asked so often more; at last after a while, since a run may be short. */
async function untilAsked({ exchange, salesforce }: Services, requests: number): Promise<void> {
  const total = () => exchange.requests.count() + salesforce.requests.count();
  const enough = total() + requests;
  for (let waited = 0; total() < enough && waited < KILL_AFTER_MS; waited += POLL_MS) await wait(POLL_MS);
}

/** No faults any more: every mailbox gets through. */
async function syncInCalm(
  services: Services,
  product: ProductUnderTest,
  visitors: readonly Visitor[],
): Promise<void> {
  services.exchange.faults.clear();
  services.salesforce.faults.clear();
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const since = Date.now();
    await product.makeDue();
    const mailboxes = await Promise.all(visitors.map((visitor) => visitor.waitForRun(since, PATIENCE_MS)));
    if (mailboxes.every((mailbox) => mailbox.lastRun?.outcome === 'done')) return;
  }
  throw new Error('The mailboxes do not come to rest.');
}

/** Tokens that were in use at the end; those that a run used are not to be found outside sealed values. */
function secretsOf({ salesforce }: Services): World['secrets'] {
  const { sessions, refreshTokens, codes } = salesforce.sessions;
  const named = (name: string, texts: Iterable<string>) => [...texts].map((text) => ({ name, text }));
  return [
    ...named('access-token', sessions.keys()),
    ...named('refresh-token', refreshTokens.keys()),
    ...named('authorization-code', codes.keys()),
  ];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, 'localhost', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
