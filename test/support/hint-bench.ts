/**
 * A worker and its listening on a database of its own, with one active mailbox at a simulated service: what the tests of hints stand on. A run here
 * visits the mailbox, or does nothing, and is only counted.
 */
import { type ApiApp, buildApp } from '../../src/api/app.ts';
import type { Ports } from '../../src/commands/ports.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import type { Listening } from '../../src/jobs/listening.ts';
import { startWorker, type Worker } from '../../src/jobs/worker.ts';
import { MINUTE } from '../../src/model/clock.ts';
import type { MailService } from '../../src/model/connector.ts';
import type { HintAbility } from '../../src/model/hints.ts';
import type { MailboxId } from '../../src/model/ids.ts';
import type { RunTrigger } from '../../src/model/run.ts';
import { readConfig } from '../../src/server/config.ts';
import { createPorts, startListeningFor } from '../../src/server/wire.ts';
import { saveConnection } from '../../src/store/connections.ts';
import { acrossOrganizations, type Database, inOrganization } from '../../src/store/database.ts';
import { setDue } from '../../src/store/leases.ts';
import { createMailbox } from '../../src/store/mailboxes.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createTestDatabase } from './postgres.ts';
import { seedTenant, type Tenant, testKeyring } from './rows.ts';
import { seededRandom } from './seed.ts';
import { trackedDatabase } from './tracked-database.ts';

export const ANN = 'ann@contoso.test';

export interface HintBench extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly db: Database;
  readonly ports: Ports;
  readonly tenant: Tenant;
  readonly mailboxId: MailboxId;
  readonly runs: { readonly at: number; readonly trigger: RunTrigger }[];
  readonly logLines: string[];
  readonly app: ApiApp;
  /** Starts worker and listening, as a process does. */
  start(): { readonly worker: Worker; readonly listening: Listening };
  /** Moves time on until it holds; fails after `limitMs`. */
  until(holds: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  setState(state: string): Promise<unknown>;
}

export interface HintBenchOptions {
  readonly clock?: FakeClock;
  readonly service: string;
  readonly credential: unknown;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The product's own services on this network, or one that has nothing but hints. */
  readonly services:
    | { readonly fetch: Fetch; readonly environment: Record<string, string> }
    | { readonly hints: HintAbility };
  readonly run?: (ports: Ports) => Promise<void>;
  /** How often the worker looks; 2 s unless told. */
  readonly pollMs?: number;
}

export async function openHintBench(options: HintBenchOptions): Promise<HintBench> {
  const clock = options.clock ?? createFakeClock();
  const base = await createTestDatabase();
  const db = trackedDatabase(base.db, clock);
  const logLines: string[] = [];
  const ports = portsOf(options, clock, db, logLines);
  const { tenant, mailboxId } = await seedMailbox(base.db, options, clock);
  const started: { worker: Worker; listening: Listening }[] = [];
  const runs: { at: number; trigger: RunTrigger }[] = [];
  const limit = { rateLimit: { max: 1_000, timeWindow: '1 minute' } };
  const app = await buildApp({
    ports,
    publicUrl: 'https://lockstep.test',
    secure: true,
    pagesFolder: null,
    documents: {},
    activationMs: MINUTE,
    ...{ readLimit: limit, addressLimit: limit },
    loginLimit: limit,
    activationLimit: limit,
    hintLimit: limit,
    mailLimit: limit,
    mailMs: MINUTE,
  });
  return {
    clock,
    db,
    ports,
    tenant,
    mailboxId,
    runs,
    logLines,
    app,
    start() {
      const worker = startWorker({
        db,
        clock,
        random: ports.random,
        worker: 'worker',
        concurrency: 2,
        ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
        log: ports.log,
        async handle(lease) {
          const startedAt = clock.now();
          if (lease.mailboxId === mailboxId) runs.push({ at: startedAt, trigger: lease.trigger });
          await options.run?.(ports);
          return { dueAt: startedAt + 30 * MINUTE, lane: 'fresh' };
        },
      });
      const listening = startListeningFor(ports);
      started.push({ worker, listening });
      return { worker, listening };
    },
    async until(holds, limitMs = 10 * MINUTE) {
      for (const endsAt = clock.now() + limitMs; !(await holds()); ) {
        if (clock.now() >= endsAt) throw new Error('it does not come to hold');
        await clock.advance(500);
      }
    },
    setState: (state) =>
      acrossOrganizations(base.db, (tx) =>
        tx.query(`update mailboxes set state = $2 where id = $1`, [mailboxId, state]),
      ),
    async [Symbol.asyncDispose]() {
      for (const { worker, listening } of started)
        await clock.advanceUntil(Promise.all([worker.stop(), listening.stop()]));
      await app.close();
      await base.drop();
    },
  };
}

function portsOf(options: HintBenchOptions, clock: FakeClock, db: Database, logLines: string[]): Ports {
  const { services } = options;
  const key = Buffer.alloc(32, 7).toString('base64');
  const environment = 'environment' in services ? services.environment : {};
  const config = readConfig({
    SALESFORCE_CLIENT_ID: 'lockstep',
    PUBLIC_URL: 'https://lockstep.test',
    MASTER_KEY: key,
    ...environment,
  });
  const ports = createPorts(
    config,
    {
      clock,
      random: seededRandom(20_261_127),
      fetch: 'fetch' in services ? services.fetch : () => Promise.reject(new Error('there is no network')),
      log: (event, facts) => logLines.push(JSON.stringify({ event, ...facts })),
    },
    db,
    { key: new Uint8Array(32).fill(7), previous: [] },
  );
  if (!('hints' in services)) return ports;
  const nothing = () => Promise.reject(new Error('this service has nothing but hints'));
  const service: MailService = {
    service: options.service,
    displayName: options.service,
    massAccess: null,
    consent: null,
    hints: services.hints,
    prepare: nothing,
    open: () => {
      throw new Error('this service has nothing but hints');
    },
    webLink: () => null,
  };
  return { ...ports, mailServices: new Map([[options.service, service]]) };
}

async function seedMailbox(
  db: Database,
  { service, credential, settings = {} }: HintBenchOptions,
  clock: FakeClock,
): Promise<{ tenant: Tenant; mailboxId: MailboxId }> {
  const now = clock.now();
  const tenant = await seedTenant(db, 'contoso', { now, keyring: testKeyring });
  const { organizationId, userId, crmConnectionId, keys } = tenant;
  const mailboxId = await inOrganization(db, organizationId, async (tx) => {
    const mailboxConnectionId = await saveConnection(tx, keys, {
      organizationId,
      userId,
      service,
      account: ANN,
      credential,
      settings,
      now,
    });
    const id = await createMailbox(tx, {
      organizationId,
      userId,
      service,
      address: ANN,
      addresses: [ANN],
      mailboxConnectionId,
      crmConnectionId,
      historyFrom: now,
      now,
    });
    await tx.query(`update mailboxes set state = 'active' where id = $1`, [id]);
    await setDue(tx, { mailboxId: id, next: { dueAt: now, lane: 'fresh' } });
    return id;
  });
  return { tenant, mailboxId };
}
