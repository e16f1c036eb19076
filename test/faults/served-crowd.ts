/**
 * The real product with a worker in this process, on real sockets and a real PostgreSQL: mailboxes on Exchange in one organization or two, with mail to save.
 * What lies between the product and its database, or a service, is a test's own proxy.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { configOf } from '../../sandbox/sandbox.ts';
import {
  createServices,
  type ServedServices,
  type Services,
  serveServices,
} from '../../sandbox/simulated-services.ts';
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import type { Clock } from '../../src/model/clock.ts';
import type { MailboxId } from '../../src/model/ids.ts';
import { type Lockstep, openLockstep } from '../../src/server/wire.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { crowdOf, settleOrganization, signInAtCrm } from '../support/worker-crowd.ts';

const PUBLIC_URL = 'http://localhost:39997';
const PATIENCE_MS = 120_000;

/** What a run came to, or that its lease was lost. */
export interface Ended {
  readonly mailboxId: MailboxId;
  readonly outcome: string;
  readonly code: string | null;
}

export interface ServedCrowd extends AsyncDisposable {
  readonly base: TestDatabase;
  readonly services: Services;
  readonly lockstep: Lockstep;
  readonly mailboxes: readonly MailboxId[];
  readonly ended: Ended[];
  /** What the worker logged. */
  readonly logged: string[];
  begun(): number;
  /** Requests that both services have answered. */
  requests(): number;
  startWorker(times: { readonly leaseMs: number; readonly heartbeatMs: number }): void;
}

export interface CrowdOptions {
  readonly count: number;
  readonly clock: Clock;
  /** Where the product finds its database; as it is unless told. */
  readonly databaseUrl?: (url: string) => Promise<string>;
  /** Where it finds the services, by each person's number. */
  readonly served?: (served: ServedServices, person: number) => Promise<ServedServices>;
  /** Where it finds Salesforce. */
  readonly salesforce?: (origin: string) => Promise<string>;
}

/** Everybody is active and has one mail that is to be saved; nobody is due. */
export async function openServedCrowd({
  count,
  clock,
  databaseUrl,
  served,
  salesforce,
}: CrowdOptions): Promise<ServedCrowd> {
  const people = crowdOf(count);
  const base = await createTestDatabase();
  const services = createServices({
    now: () => clock.now(),
    seed: 20_261_128,
    redirectUris: [`${PUBLIC_URL}/login/salesforce/callback`],
    people,
  });
  const direct = await serveServices(services);
  const origin = await salesforce?.(direct.salesforce.origin);
  if (origin !== undefined) services.salesforce.useOrigin(origin);
  const url = (await databaseUrl?.(base.url)) ?? base.url;
  const dataFolder = await mkdtemp(join(tmpdir(), 'lockstep-faults-'));
  const plain = configOf({ dataFolder, databaseUrl: url }, PUBLIC_URL, 39_997, direct);
  const extraOrigins = [...plain.salesforce.extraOrigins, ...(origin === undefined ? [] : [origin])];
  const config = { ...plain, salesforce: { ...plain.salesforce, extraOrigins } };
  const lockstep = await openLockstep(config, { clock, allowLoopbackHttp: true, log: () => undefined });
  const { ports } = lockstep;
  const mailboxes: MailboxId[] = [];
  for (const [at, who] of people.entries()) {
    const seen = (await served?.(direct, at)) ?? direct;
    const crm = await signInAtCrm(ports, direct.salesforce.origin, who);
    const settled = await settleOrganization(ports, seen, `faults-${at}`, [who], crm);
    mailboxes.push(...settled.mailboxes);
    services.exchange.deliver(who.address, 'inbox', Buffer.from(letter(at, who.address, clock.now())));
  }
  const ended: Ended[] = [];
  const logged: string[] = [];
  let begun = 0;
  const stops: (() => Promise<void>)[] = [];
  return {
    base,
    services,
    lockstep,
    mailboxes,
    ended,
    logged,
    begun: () => begun,
    requests: () => services.exchange.requests.count() + services.salesforce.requests.count(),
    startWorker(times) {
      const worker = startWorker({
        ...ports,
        ...times,
        concurrency: 8,
        pollMs: 100,
        handle: async (lease, signal) => {
          begun += 1;
          const { report, next } = await syncMailbox(ports, lease, signal);
          const { outcome } = report;
          const code = outcome.kind === 'failed' ? outcome.failure.code : null;
          ended.push({ mailboxId: lease.mailboxId, outcome: outcome.kind, code });
          return next;
        },
        log: (event, { error }) => logged.push(`${event} ${error ?? ''}`),
      });
      stops.push(() => worker.stop(0));
      lockstep.vitals.watch(worker.lastSignAt);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(stops.map((stop) => stop()));
      await lockstep.close();
      await direct.close();
      await base.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

function letter(at: number, to: string, now: number): string {
  return [
    `Message-ID: <fault-${at}@acme-bikes.test>`,
    'From: Kim Larsen <kim.larsen@acme-bikes.test>',
    `To: <${to}>`,
    `Subject: fault ${at}`,
    `Date: ${new Date(now).toUTCString()}`,
    '',
    'Hello.',
  ].join('\r\n');
}

/** Waits for something that can be seen; `each` is done between two looks. */
export async function until(
  what: string,
  seen: () => boolean | Promise<boolean>,
  each?: () => void,
): Promise<void> {
  const endAt = Date.now() + PATIENCE_MS;
  while (!(await seen())) {
    if (Date.now() > endAt) throw new Error(`in vain: ${what}`);
    each?.();
    await scheduler.wait(20);
  }
}
