/**
 * A worker of the product in a process of its own, one of several over one database: it tells its parent when each run begins and how it ends, and is meant
 * to be stopped, woken and killed. Its lease is short, so that nobody waits for minutes; all else is the product's.
 */
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import type { Config } from '../../src/server/config.ts';
import { openLockstep } from '../../src/server/wire.ts';
import { PLACES, type Told } from './told.ts';

const LEASE_MS = 15_000;
const HEARTBEAT_MS = 1_000;
const POLL_MS = 100;

process.on('disconnect', () => process.exit());
process.once('message', (message) => {
  void work(message as Config);
});

const tell = (told: Omit<Told, 'at'>) => process.send?.({ ...told, at: Date.now() } satisfies Told);

async function work(config: Config): Promise<void> {
  const { ports } = await openLockstep(config, { allowLoopbackHttp: true, log: () => undefined });
  const { db, clock, random } = ports;
  startWorker({
    db,
    clock,
    random,
    worker: ports.worker,
    concurrency: PLACES,
    leaseMs: LEASE_MS,
    heartbeatMs: HEARTBEAT_MS,
    pollMs: POLL_MS,
    handle: async (lease, signal) => {
      const { mailboxId, organizationId, token } = lease;
      tell({ kind: 'began', mailboxId, organizationId, token });
      const { report, next } = await syncMailbox(ports, lease, signal);
      tell({ kind: 'ended', mailboxId, organizationId, token, outcome: report.outcome.kind });
      return next;
    },
    log: (event, facts) => {
      if (event === 'worker.lease-lost') tell({ kind: 'lost', mailboxId: String(facts.mailboxId) });
    },
  });
  tell({ kind: 'ready' });
}
