/**
 * Runs one mailbox to its end, as the worker would, without a worker: claimed, run, given back, until nothing is left over. So that what is
 * counted belongs to runs and to nothing else.
 */
import type { Ports } from '../src/commands/ports.ts';
import { syncMailbox } from '../src/commands/sync-mailbox.ts';
import type { RunCounts } from '../src/model/run.ts';
import { acrossOrganizations } from '../src/store/database.ts';
import { claimMailbox, releaseLease } from '../src/store/leases.ts';
import { findMailboxByAddress } from '../src/store/mailboxes.ts';

const LEASE_MS = 30 * 60_000;
const RUNS_MAX = 20;

/** One entry per run. Rejects when the mailbox is unknown or held, or when a run fails. */
export async function runToEnd(ports: Ports, address: string): Promise<readonly RunCounts[]> {
  const { db, clock, worker } = ports;
  const runs: RunCounts[] = [];
  const [mailbox] = await acrossOrganizations(db, (tx) => findMailboxByAddress(tx, address));
  if (mailbox === undefined) throw new Error('there is no such mailbox');
  while (runs.length < RUNS_MAX) {
    const claim = {
      worker,
      now: clock.now(),
      leaseMs: LEASE_MS,
      mailboxId: mailbox.id,
      trigger: 'command',
    } as const;
    const lease = await acrossOrganizations(db, (tx) => claimMailbox(tx, claim));
    if (lease === null) throw new Error('somebody else holds the mailbox');
    const { report, next } = await syncMailbox(ports, lease, new AbortController().signal);
    if (next !== 'given-back') await acrossOrganizations(db, (tx) => releaseLease(tx, lease, { next }));
    runs.push(report.counts);
    if (report.outcome.kind === 'failed') throw new Error(`the run failed: ${report.outcome.failure.code}`);
    if (report.outcome.kind === 'abandoned') throw new Error('the run was abandoned');
    if (report.outcome.kind === 'done') return runs;
  }
  throw new Error(`the mailbox is not read after ${RUNS_MAX} runs`);
}
