/**
 * What a bench stands on: simulators in this process on loopback ports, the product in another, one person's mailbox in both. It counts what
 * the simulators were asked; the product measures itself (`meters.ts`).
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redirectUrisOf } from '../sandbox/apps.ts';
import { type Colleague, colleagues, type MailServiceName } from '../sandbox/cast.ts';
import { companyRecords } from '../sandbox/company-records.ts';
import { deliverTo } from '../sandbox/deliver.ts';
import { freePort } from '../sandbox/free-port.ts';
import { createLeapingTime } from '../sandbox/leaping-time.ts';
import { configOf } from '../sandbox/sandbox.ts';
import { createServices, type Services, serveServices } from '../sandbox/simulated-services.ts';
import { Visitor } from '../sandbox/visitor.ts';
import type { RequestLog } from '../simulators/shared/request-log.ts';
import type { RunCounts } from '../src/model/run.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { forkProcess } from './fork-process.ts';
import type { BenchCollection } from './items.ts';
import { benchContacts, benchMail, type MailKind } from './mail.ts';
import type { Answer, Order } from './messages.ts';
import type { Reading } from './meters.ts';

/** What one side was asked. */
export interface SideTraffic {
  readonly requests: number;
  readonly byOperation: Readonly<Record<string, number>>;
  /** As the service saw it: received from the product, sent to it. Bodies only. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Calls that travelled inside of batches, which `requests` counts as one each. */
  readonly batched?: Readonly<Record<string, number>>;
}

export interface Measurement {
  readonly mail: SideTraffic;
  readonly salesforce: SideTraffic;
  readonly product: Reading;
  readonly runs: readonly RunCounts[];
}

export interface Stage {
  readonly services: Services;
  readonly owner: Colleague;
  /** What time it is on the stage. */
  now(): number;
  /** Moves time ahead, for the product and for the services. */
  leap(ms: number): Promise<void>;
  /** Puts more mail into the mailbox. */
  deliver(kind: MailKind, count: number): void;
  /** Runs the mailbox `times` times to its end. */
  run(times?: number): Promise<Measurement>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly seed: number;
  /** Where the mailbox is. */
  readonly service: MailServiceName;
  /** What is kept in step besides mail; all of it unless told. Given, Salesforce knows no contacts but the sandbox's few. */
  readonly collections?: readonly BenchCollection[];
  /** Lets the product's process collect garbage while it is measured: for memory, at the price of CPU. */
  readonly collects?: boolean;
}

/** Quotas would make the product wait by the clock; what it waits for is not measured here. */
const UNBOUND = 1_000_000_000;

/** Starts everything and activates the mailbox; nothing has run yet. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const owner = colleagues.find((one) => one.service === options.service);
  if (owner === undefined) throw new Error('nobody of the cast is on this service');
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
  // Also when a bench breaks off.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const database = await startEmbedded({ folder: join(folder, 'postgres'), fsync: false });
  const port = await freePort('localhost');
  const url = `http://localhost:${port}`;
  const time = createLeapingTime();
  const services = createServices({
    now: time.now,
    seed: options.seed,
    redirectUris: redirectUrisOf(url),
    gmailUnitsPerMinute: UNBOUND,
  });
  services.office365.settings.callsPerWindowMax = UNBOUND;
  if (options.collections === undefined) seedContacts(services);
  const served = await serveServices(services);
  const product = forkProcess<Order, Answer>(
    join(import.meta.dirname, 'product.ts'),
    options.collects === true ? ['--expose-gc'] : [],
  );
  const config = configOf(
    { dataFolder: folder, databaseUrl: database.url, gmailUnitsPerMinute: UNBOUND },
    url,
    port,
    served,
  );
  await product.ask({ do: 'open', config });
  const visitor = new Visitor(url);
  await visitor.logIn(served.salesforce.origin, owner);
  await visitor.connect(owner, `${served.exchange.origin}/EWS/Exchange.asmx`);
  const { collections } = options;
  if (collections !== undefined)
    await visitor.call('PUT', '/api/settings', { layer: 'user', settings: { collections } });
  let delivered = 0;
  return {
    services,
    owner,
    now: time.now,
    async leap(ms) {
      time.leap(ms);
      await product.ask({ do: 'leap', ms });
    },
    deliver(kind, count) {
      const now = time.now();
      for (const mail of benchMail({
        kind,
        count,
        owner: owner.address,
        now,
        seed: options.seed + delivered,
        from: delivered,
      }))
        deliverTo(services, owner, mail);
      delivered += count;
    },
    async run(times = 1) {
      resetCounts(services);
      const { reading, runs } = await product.ask({ do: 'run', address: owner.address, times });
      if (reading === undefined || runs === undefined) throw new Error('the product did not answer');
      return {
        mail: mailTraffic(services, options.service),
        salesforce: crmTraffic(services),
        product: reading,
        runs,
      };
    },
    async close() {
      await product.end();
      await served.close();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The 300 contacts of `mail.ts` and their accounts. */
export function seedContacts(services: Services): void {
  companyRecords(
    services.salesforce,
    benchContacts().map((one) => ({ ...one, firstName: 'Bench', kind: 'contact' })),
  );
}

/** Forgets what was asked so far. */
export function resetCounts({ exchange, office365, google, salesforce }: Services): void {
  for (const one of [exchange, office365, google, salesforce]) one.requests.reset();
  office365.batchItems.reset();
  google.parts.reset();
}

/** What a mail service was asked. */
export function mailTraffic(services: Services, service: MailServiceName): SideTraffic {
  const traffic = trafficOf(services[service].requests);
  if (service === 'office365') return { ...traffic, batched: services.office365.batchItems.counts() };
  return service === 'google' ? { ...traffic, batched: services.google.parts.counts() } : traffic;
}

/** What Salesforce was asked. */
export function crmTraffic({ salesforce }: Services): SideTraffic {
  return trafficOf(salesforce.requests);
}

function trafficOf(log: RequestLog): SideTraffic {
  const { calls, bytesIn, bytesOut } = log.totals();
  return { requests: calls, byOperation: log.counts(), bytesIn, bytesOut };
}
