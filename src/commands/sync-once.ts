/**
 * One mailbox, now, from the command line: takes the lease like any worker would, keeps it alive while the run goes on, and gives it back.
 * A dry run takes no lease and writes nothing.
 */
import { SECOND } from '../model/clock.ts';
import { inOrganization } from '../store/database.ts';
import { claimMailbox, type Lease, LeaseLost, releaseLease, renewLease } from '../store/leases.ts';
import type { Mailbox } from '../store/mailboxes.ts';
import type { RunReport } from '../sync/run.ts';
import type { Ports } from './ports.ts';
import { type PlannedRun, planMailbox, syncMailbox } from './sync-mailbox.ts';

const LEASE_MS = 90 * SECOND;
const HEARTBEAT_MS = 20 * SECOND;

export type SyncOnceResult =
  | { readonly kind: 'ran'; readonly report: RunReport }
  | ({ readonly kind: 'planned' } & PlannedRun)
  /** A worker holds the mailbox at this moment. */
  | { readonly kind: 'busy' };

/** Runs (or only plans) a mailbox once. The signal interrupts the run at its next step; what was committed stays. */
export async function syncOnce(
  ports: Ports,
  mailbox: Pick<Mailbox, 'id' | 'organizationId'>,
  options: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<SyncOnceResult> {
  if (options.dryRun) return { kind: 'planned', ...(await planMailbox(ports, mailbox, options.signal)) };
  const lease = await inOrganization(ports.db, mailbox.organizationId, (tx) =>
    claimMailbox(tx, {
      mailboxId: mailbox.id,
      worker: ports.worker,
      now: ports.clock.now(),
      leaseMs: LEASE_MS,
      trigger: 'command',
    }),
  );
  if (lease === null) return { kind: 'busy' };
  const heart = new AbortController();
  const lost = new AbortController();
  const beating = beat(ports, lease, heart.signal, lost);
  try {
    const { report, next } = await syncMailbox(ports, lease, AbortSignal.any([options.signal, lost.signal]));
    if (next !== 'given-back')
      await inOrganization(ports.db, lease.organizationId, (tx) => releaseLease(tx, lease, { next }));
    return { kind: 'ran', report };
  } finally {
    heart.abort();
    await beating;
  }
}

/** Renews the lease until told to stop; a lost one aborts the run. */
async function beat(ports: Ports, lease: Lease, stop: AbortSignal, lost: AbortController): Promise<void> {
  while (!stop.aborted) {
    await ports.clock.sleep(HEARTBEAT_MS, stop).catch(() => undefined);
    if (stop.aborted) return;
    const held = await inOrganization(ports.db, lease.organizationId, (tx) =>
      renewLease(tx, lease, ports.clock.now(), LEASE_MS),
    ).catch(() => false);
    if (!held) {
      lost.abort(new LeaseLost());
      return;
    }
  }
}
