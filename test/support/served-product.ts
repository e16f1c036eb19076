/**
 * The real product on simulated services behind real sockets, in any number of instances on any database and under any keys: for what operators do to it
 * (rotating keys, restoring a backup) while people's mail, events, contacts and tasks are kept in step.
 */
import { redirectUrisOf } from '../../sandbox/apps.ts';
import { type Colleague, colleagues } from '../../sandbox/cast.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { createLeapingTime, type LeapingTime } from '../../sandbox/leaping-time.ts';
import { configOf } from '../../sandbox/sandbox.ts';
import { seedSamples } from '../../sandbox/seed-mail.ts';
import { createServices, type Services, serveServices } from '../../sandbox/simulated-services.ts';
import { Visitor } from '../../sandbox/visitor.ts';
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import type { Config } from '../../src/server/config.ts';
import { type Lockstep, openLockstep } from '../../src/server/wire.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { claimDue, releaseLease, setDue } from '../../src/store/leases.ts';
import { listMailboxes } from '../../src/store/mailboxes.ts';
import type { RunReport } from '../../src/sync/run.ts';

/** On which database an instance stands, and under which keys. */
export type Standing = Pick<Config, 'database' | 'masterKey'>;

export interface ServedProduct extends AsyncDisposable {
  readonly services: Services;
  readonly time: LeapingTime;
  /** One on each service. */
  readonly people: readonly Colleague[];
  readonly salesforceUrl: string;
  /** What was logged as a fault by any instance. */
  readonly faults: readonly string[];
  /** Another process, but for the process. The caller closes it. */
  open(standing: Standing): Promise<Lockstep>;
  /** Logs everybody in and connects their mailboxes, through the pages' own HTTP. */
  connectAll(lockstep: Lockstep): Promise<void>;
  /** Runs every mailbox to its end, one after the other. */
  runAll(lockstep: Lockstep): Promise<readonly RunReport[]>;
  /** Requests that all services have answered so far. */
  requests(): number;
  /** What would have been mailed to people on anybody's account. */
  notifications(): number;
}

const RUNS_MAX = 20;
const LEASE_MS = 3_600_000;

/** Seeds the sample mail and the sample week of one colleague on each service. */
export async function serveProduct(seed: number): Promise<ServedProduct> {
  const port = await freePort('localhost');
  const url = `http://localhost:${port}`;
  const time = createLeapingTime();
  const people = colleagues.slice(0, 3);
  const services = createServices({
    now: time.now,
    seed,
    redirectUris: redirectUrisOf(url),
    gmailUnitsPerMinute: 1_000_000_000,
  });
  seedSamples(services, time.now());
  const served = await serveServices(services);
  const faults: string[] = [];
  const all = [services.exchange, services.office365, services.google, services.salesforce];
  return {
    services,
    time,
    people,
    salesforceUrl: served.salesforce.origin,
    faults,
    open: (standing) =>
      openLockstep(
        {
          ...configOf(
            { dataFolder: '', databaseUrl: null, gmailUnitsPerMinute: 1_000_000_000 },
            url,
            port,
            served,
          ),
          ...standing,
        },
        {
          clock: time,
          allowLoopbackHttp: true,
          log: (event, facts) => {
            if (event.endsWith('.fault')) faults.push(JSON.stringify({ event, ...facts }));
          },
        },
      ),
    async connectAll(lockstep) {
      const app = await lockstep.buildApp();
      await app.listen({ host: 'localhost', port });
      for (const who of people) {
        const visitor = new Visitor(url);
        await visitor.logIn(served.salesforce.origin, who);
        await visitor.connect(who, `${served.exchange.origin}/EWS/Exchange.asmx`);
      }
      await app.close();
    },
    runAll: (lockstep) => runAll(lockstep, time),
    requests: () => all.reduce((sum, one) => sum + one.requests.count(), 0),
    notifications: () =>
      [services.exchange, services.office365, services.google].reduce(
        (sum, one) => sum + one.notificationsSent().length,
        0,
      ),
    [Symbol.asyncDispose]: () => served.close(),
  };
}

async function runAll({ ports }: Lockstep, time: LeapingTime): Promise<readonly RunReport[]> {
  const { db } = ports;
  const ended: RunReport[] = [];
  for (const { id } of await acrossOrganizations(db, (tx) => listMailboxes(tx))) {
    for (let run = 0; ; run += 1) {
      if (run === RUNS_MAX) throw new Error('the mailbox never comes to its end');
      const next = { dueAt: time.now(), lane: 'fresh' } as const;
      await acrossOrganizations(db, (tx) => setDue(tx, { mailboxId: id, next }));
      const claim = { worker: 'test', now: time.now(), leaseMs: LEASE_MS, limit: 10 };
      const leases = await acrossOrganizations(db, (tx) => claimDue(tx, claim));
      const lease = leases.find(({ mailboxId }) => mailboxId === id);
      for (const other of leases)
        if (other !== lease)
          await inOrganization(db, other.organizationId, (tx) => releaseLease(tx, other, { next: null }));
      if (lease === undefined) throw new Error('the mailbox cannot be claimed');
      const { report, next: after } = await syncMailbox(ports, lease, new AbortController().signal);
      await inOrganization(db, lease.organizationId, async (tx) => {
        if (after === 'given-back') await setDue(tx, { mailboxId: lease.mailboxId, next: null });
        else await releaseLease(tx, lease, { next: null });
      });
      if (report.outcome.kind === 'more') continue;
      ended.push(report);
      break;
    }
  }
  return ended;
}
