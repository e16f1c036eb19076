/**
 * The product in a process of its own, meant to be killed: opens on the embedded database, logs in and activates where nobody has yet, and works.
 * Tells its parent what each run came to.
 */
import { activateMailbox } from '../../src/commands/activate-mailbox.ts';
import { completeLogin } from '../../src/commands/complete-login.ts';
import type { Ports } from '../../src/commands/ports.ts';
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import type { OrganizationId } from '../../src/model/ids.ts';
import type { Config } from '../../src/server/config.ts';
import { openLockstep } from '../../src/server/wire.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { setDue } from '../../src/store/leases.ts';
import { listMailboxes } from '../../src/store/mailboxes.ts';

export interface Order {
  readonly config: Config;
  readonly salesforceUrl: string;
  readonly ewsUrl: string;
  readonly address: string;
  readonly password: string;
  readonly salesforceUsername: string;
}

/** What stands in the database after a run. */
export interface Sums {
  readonly outcome: string;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly links: number;
  readonly records: number;
  readonly issues: number;
}

/** Short, so that what a killed process held is taken up at once. */
const LEASE_MS = 1_500;
const HEARTBEAT_MS = 300;
const POLL_MS = 50;

process.on('disconnect', () => process.exit());
process.once('message', (message) => {
  void work(message as Order);
});

async function work(order: Order): Promise<void> {
  const { ports } = await openLockstep(order.config, { allowLoopbackHttp: true, log: () => undefined });
  const { db, clock, random } = ports;
  if ((await acrossOrganizations(db, (tx) => listMailboxes(tx))).length === 0) await activate(ports, order);
  await makeDue(ports);
  process.on('message', () => void makeDue(ports));
  startWorker({
    db,
    clock,
    random,
    worker: ports.worker,
    concurrency: 2,
    leaseMs: LEASE_MS,
    heartbeatMs: HEARTBEAT_MS,
    pollMs: POLL_MS,
    handle: async (lease, signal) => {
      const { report, next } = await syncMailbox(ports, lease, signal);
      process.send?.(await sumUp(ports, lease.organizationId, report.outcome.kind));
      return next;
    },
    log: () => undefined,
  });
}

async function activate(ports: Ports, order: Order): Promise<void> {
  const begun = await ports.crmLogin.begin(order.salesforceUrl);
  if (begun === null) throw new Error('no such login host');
  const body = new URLSearchParams({
    username: order.salesforceUsername,
    pw: order.password,
    decision: 'allow',
  });
  const allowed = await fetch(begun.url, { method: 'POST', body, redirect: 'manual' });
  const login = await completeLogin(
    ports,
    await ports.crmLogin.complete(begun.details, allowed.headers.get('location') ?? ''),
  );
  const { organizationId, userId, crmConnectionId } = login;
  const form = { login: order.address, password: order.password, ewsUrl: order.ewsUrl };
  const activation = {
    organizationId,
    userId,
    service: 'exchange',
    access: { kind: 'form', form },
    expectedAddress: null,
    crmConnectionId,
  } as const;
  const result = await activateMailbox(ports, activation, new AbortController().signal);
  if (result.kind === 'refused') throw new Error(result.failure.code);
}

async function makeDue({ db, clock }: Ports): Promise<void> {
  for (const { id } of await acrossOrganizations(db, (tx) => listMailboxes(tx))) {
    const next = { dueAt: clock.now(), lane: 'fresh' } as const;
    await acrossOrganizations(db, (tx) => setDue(tx, { mailboxId: id, next }));
  }
}

async function sumUp({ db }: Ports, organizationId: OrganizationId, outcome: string): Promise<Sums> {
  return await inOrganization(db, organizationId, async (tx) => {
    const verdicts = await tx.query<{ code: string; count: string }>(
      'select code, count(*) from verdicts group by code',
    );
    const links = await tx.query<{ links: string; records: string }>(
      'select count(*) as links, count(distinct record_id) as records from links',
    );
    const issues = await tx.query<{ count: string }>('select count(*) from issues');
    return {
      outcome,
      verdicts: Object.fromEntries(verdicts.rows.map(({ code, count }) => [code, Number(count)])),
      links: Number(links.rows[0]?.links),
      records: Number(links.rows[0]?.records),
      issues: Number(issues.rows[0]?.count),
    };
  });
}
