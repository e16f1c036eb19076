/**
 * The world of the privacy check: people with marked mail, faults that quote it, and a product that is killed at seeded moments and gets through all the
 * same. It searches nothing.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../simulators/shared/random.ts';
import { type AppCredential, type AppCredentials, redirectUrisOf } from '../apps.ts';
import { colleagues } from '../cast.ts';
import { freePort } from '../free-port.ts';
import { type OutboxMail, openOutbox } from '../outbox.ts';
import { configOf } from '../sandbox.ts';
import { createServices, type Services, serveServices } from '../simulated-services.ts';
import { Visitor } from '../visitor.ts';
import { type Lived, liveWithItems } from './live-with-items.ts';
import { lookIntoMails } from './look-into-mails.ts';
import { plantItems, plantRecords, plantRules } from './marked-items.ts';
import { plantContacts, plantMail } from './marked-mail.ts';
import type { Markers } from './markers.ts';
import { killDatabase, type ProductUnderTest, startProduct } from './product-under-test.ts';
import { addFaults } from './quoting-faults.ts';
import { reachMany } from './reach-many.ts';
import { createSecrets, type Secret } from './secrets.ts';
import { tellOfAStop } from './tell-of-a-stop.ts';

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
  /** What was lived through with events, contacts and tasks. */
  readonly lived: Lived;
  /** Credentials that were in use. */
  readonly secrets: readonly Secret[];
  /** What people were told by e-mail. */
  readonly mails: readonly OutboxMail[];
}

const MAILS_PER_PERSON = 50;
/** Of each collection, in Salesforce. */
const RECORDS_PER_PERSON = 3;
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
  const port = await freePort('localhost');
  const url = `http://localhost:${port}`;
  const people = colleagues.map((one) => ({ ...one, password: markers.plant('mailbox-password') }));
  const apps = plantApps(markers);
  const redirectUris = redirectUrisOf(url);
  const services = createServices({ now: () => Date.now(), seed, redirectUris, people, apps });
  const secrets = createSecrets(services);
  const customers = plantContacts(services, markers);
  for (const one of people) plantMail(services, markers, one, customers, MAILS_PER_PERSON);
  plantRules(services, markers);
  const planted = people.map((one) => plantItems(services, markers, one, customers));
  const served = await serveServices(services);
  const ewsUrl = `${served.exchange.origin}/EWS/Exchange.asmx`;
  const outbox = await openOutbox({ host: 'localhost' });
  const { folder: dataFolder, databaseUrl } = options;
  const config = {
    ...configOf({ dataFolder, databaseUrl, apps, smtp: outbox.smtp }, url, port, served),
    logLevel: 'debug' as const,
  };
  const leak = options.plant === 'leak' ? markers.plant('subject') : null;
  let starts = 0;
  const start = () => {
    starts += 1;
    return startProduct(config, join(options.logFolder, `product-${starts}.log`), leak);
  };
  let product = await start();
  let lived: Lived;
  try {
    const visitors: Visitor[] = [];
    for (const one of people) {
      const visitor = new Visitor(url);
      await visitor.logIn(served.salesforce.origin, one);
      await visitor.connect(one, ewsUrl);
      for (const text of visitor.codes) secrets.add({ name: 'authorization-code', text });
      visitors.push(visitor);
    }
    if (leak !== null) await typeIntoSettings(visitors[0], leak);
    addFaults(services, markers);
    for (const one of people) plantRecords(services, markers, one, RECORDS_PER_PERSON);
    for (let kill = 0; kill < kills; kill += 1) {
      secrets.collect();
      await runABit(services, product, 1 + Math.floor(random.next() * REQUESTS_MAX));
      const isDatabase = kill === 1 && databaseUrl === null;
      if (isDatabase) await killDatabase(join(options.folder, 'postgres'));
      await product.kill();
      log(isDatabase ? 'database and product killed' : 'product killed');
      product = await start();
    }
    await syncInCalm(services, product, visitors);
    lived = await liveWithItems({
      ...{ services, markers, product },
      people: people.flatMap((owner, at) => {
        const [visitor, items] = [visitors[at], planted[at]];
        return visitor === undefined || items === undefined ? [] : [{ owner, visitor, planted: items }];
      }),
      sync: () => syncInCalm(services, product, visitors),
    });
    const [admin] = visitors;
    if (admin !== undefined) await reachMany({ services, markers, secrets, people, admin, ewsUrl });
    for (const [at, visitor] of visitors.entries()) await lookIntoMails(visitor, { undoes: at === 0 });
    await syncInCalm(services, product, visitors);
    await tellOfAStop({ url, ewsUrl, services, product, people, visitors, outbox, secrets });
    secrets.collect();
    await product.stop();
  } finally {
    await product.kill();
    await served.close();
    await outbox.close();
  }
  const mailsSaved = services.salesforce.records('EmailMessage').length;
  return { mailsSaved, kills, lived, secrets: secrets.all, mails: outbox.mails() };
}

/** The operator's own secrets, which the product is given and keeps nowhere. */
function plantApps(markers: Markers): AppCredentials {
  const app = (): AppCredential => ({
    clientId: 'lockstep-under-check',
    clientSecret: markers.plant('client-secret'),
  });
  return { salesforce: app(), office365: app(), google: app() };
}

/** The deliberate fault of the check's own test: content in a row of settings. */
async function typeIntoSettings(visitor: Visitor | undefined, leak: string): Promise<void> {
  const settings = { blocklist: [`${leak}@leak.test`] };
  await visitor?.call('PUT', '/api/settings', { layer: 'user', settings });
}

const POLL_MS = 5;
/** Machines may be busy with other things. */
const PATIENCE_MS = 300_000;

/** Tokens end, so that they are renewed and written anew while the product is killed; it has got so far with its runs. */
async function runABit(services: Services, product: ProductUnderTest, requests: number): Promise<void> {
  services.office365.expireAccessTokens();
  services.google.expireAccessTokens();
  await product.makeDue();
  await untilAsked(services, requests);
}

/** Until the services were asked so often more; at last after a while, since a run may be short. */
async function untilAsked(services: Services, requests: number): Promise<void> {
  const { exchange, office365, google, salesforce } = services;
  const total = () =>
    [exchange, office365, google, salesforce].reduce((sum, one) => sum + one.requests.count(), 0);
  const enough = total() + requests;
  for (let waited = 0; total() < enough && waited < KILL_AFTER_MS; waited += POLL_MS) await wait(POLL_MS);
}

/** No faults any more: every mailbox gets through. */
async function syncInCalm(
  services: Services,
  product: ProductUnderTest,
  visitors: readonly Visitor[],
): Promise<void> {
  const { exchange, office365, google, salesforce } = services;
  for (const one of [exchange, office365, google, salesforce]) one.faults.clear();
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const since = Date.now();
    await product.makeDue();
    const mailboxes = await Promise.all(visitors.map((visitor) => visitor.waitForRun(since, PATIENCE_MS)));
    if (mailboxes.every((mailbox) => mailbox.lastRun?.outcome === 'done')) return;
  }
  throw new Error('The mailboxes do not come to rest.');
}
