/**
 * The product in a process of its own for the privacy check: page, worker and, where no server is named, the embedded database. It writes its log to
 * standard output, makes every mailbox due when told, and is meant to be killed.
 */
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import { syncOnce } from '../../src/commands/sync-once.ts';
import { tellPeople } from '../../src/commands/tell-people.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { DIGEST_GATHER_MS } from '../../src/model/notice.ts';
import type { Config } from '../../src/server/config.ts';
import { createLog } from '../../src/server/log.ts';
import { type Lockstep, openLockstep } from '../../src/server/wire.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { setDue } from '../../src/store/leases.ts';
import { listMailboxes } from '../../src/store/mailboxes.ts';

export type WorkerOrder =
  | { readonly do: 'open'; readonly config: Config; readonly leak: string | null }
  | { readonly do: 'make-due' }
  | { readonly do: 'plan-all' }
  | { readonly do: 'tell' }
  | { readonly do: 'stop' };

/** Short, so that what a killed process held is taken up at once. */
const LEASE_MS = 3_000;
const HEARTBEAT_MS = 500;
const POLL_MS = 100;
const PLAN_MS_MAX = 60_000;

let stop = async (): Promise<void> => undefined;
let opened: { readonly lockstep: Lockstep; readonly publicUrl: string } | null = null;

process.on('message', (message) => {
  carryOut(message as WorkerOrder).then(
    () => process.send?.({ done: true }),
    (error: unknown) => process.send?.({ done: false, error: nameOf(error) }),
  );
});
process.on('disconnect', () => process.exit());

/** Name and the system's code alone, such as `Error EADDRINUSE`: this goes to the check's report. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
}

async function carryOut(order: WorkerOrder): Promise<void> {
  if (order.do === 'open') await open(order.config, order.leak);
  if (order.do === 'make-due') await makeDue();
  if (order.do === 'plan-all') await planAll();
  if (order.do === 'tell') await tell();
  if (order.do === 'stop') {
    await stop();
    setImmediate(() => process.exit());
  }
}

async function open(config: Config, leak: string | null): Promise<void> {
  const log = createLog(config.logLevel);
  const lockstep = await openLockstep(config, { allowLoopbackHttp: true, log });
  const { ports } = lockstep;
  // The deliberate fault of the check's own test: content in a log line.
  if (leak !== null) log('sandbox.planted-leak', { subject: leak });
  const worker = startWorker({
    db: ports.db,
    clock: ports.clock,
    random: ports.random,
    worker: ports.worker,
    concurrency: 4,
    leaseMs: LEASE_MS,
    heartbeatMs: HEARTBEAT_MS,
    pollMs: POLL_MS,
    handle: async (lease, signal) => (await syncMailbox(ports, lease, signal)).next,
    log: ports.log,
  });
  const app = await lockstep.buildApp();
  await app.listen({ host: config.host, port: config.port });
  opened = { lockstep, publicUrl: config.publicUrl };
  stop = async () => {
    await app.close();
    await worker.stop();
    await lockstep.close();
  };
}

/** As if a while had passed: stops are gathered before administrators are told. */
async function tell(): Promise<void> {
  if (opened === null) return;
  const { lockstep, publicUrl } = opened;
  const { clock } = lockstep.ports;
  const later = { ...clock, now: () => clock.now() + DIGEST_GATHER_MS };
  while ((await tellPeople({ ...lockstep.ports, clock: later }, publicUrl)) > 0);
}

/** What a dry run would print goes to whoever asked; here nobody did. */
async function planAll(): Promise<void> {
  if (opened === null) return;
  const { ports } = opened.lockstep;
  const signal = AbortSignal.timeout(PLAN_MS_MAX);
  for (const mailbox of await acrossOrganizations(ports.db, listMailboxes))
    await syncOnce(ports, mailbox, { dryRun: true, signal });
}

async function makeDue(): Promise<void> {
  if (opened === null) return;
  const { db, clock } = opened.lockstep.ports;
  await acrossOrganizations(db, async (tx) => {
    for (const mailbox of await listMailboxes(tx))
      await setDue(tx, { mailboxId: mailbox.id, next: { dueAt: clock.now(), lane: 'fresh' } });
  });
}
