/** Runs whatever is due, once each, as a worker would. */
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import type { Clock } from '../../src/model/clock.ts';
import type { Lockstep } from '../../src/server/wire.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { claimDue, releaseLease } from '../../src/store/leases.ts';

/** Ten mailboxes at most; how many there were. */
export async function runDue(lockstep: Lockstep, clock: Pick<Clock, 'now'>): Promise<number> {
  const { ports } = lockstep;
  const leases = await acrossOrganizations(ports.db, (tx) =>
    claimDue(tx, { worker: 'test', now: clock.now(), leaseMs: 3_600_000, limit: 10 }),
  );
  for (const lease of leases) {
    const { next } = await syncMailbox(ports, lease, new AbortController().signal);
    if (next !== 'given-back')
      await inOrganization(ports.db, lease.organizationId, (tx) => releaseLease(tx, lease, { next }));
  }
  return leases.length;
}
