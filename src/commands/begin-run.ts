/**
 * How a run begins: whether one is to be made at all, and everything that it needs before its first request, in one transaction. An idle run is made of
 * little else than its transactions.
 */
import type { Instant } from '../model/clock.ts';
import type { RunId } from '../model/ids.ts';
import { nextMailboxState, noStreak, runsInState } from '../model/mailbox-state.ts';
import { readCheckDue } from '../store/completeness.ts';
import type { Tx } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { holdLease, type Lease } from '../store/leases.ts';
import { type Mailbox, moveMailbox, readMailbox } from '../store/mailboxes.ts';
import { rewritePause } from '../store/pauses.ts';
import { isProfileDisabled } from '../store/profiles.ts';
import { startRun } from '../store/runs.ts';
import { readStoredWork, type StoredWork } from '../sync/run.ts';
import { type LoadedMailbox, loadMailbox, refusalOf } from './load-mailbox.ts';
import type { Ports } from './ports.ts';

export interface Begun {
  readonly runId: RunId;
  readonly stored: StoredWork;
  readonly checkDueAt: Instant | null;
}

/** Everything that a run needs before its first request, in one transaction; `begun` is null where no run is to be made. */
export async function beginRun(
  ports: Ports,
  tx: Tx,
  lease: Lease,
  now: Instant,
): Promise<{ readonly loaded: LoadedMailbox | null; readonly begun: Begun | null }> {
  const { mailboxId } = lease;
  const mailbox = await endPause(tx, lease, now);
  if (mailbox === null) return { loaded: null, begun: null };
  const keys = organizationKeys(tx, ports.keyring, lease.organizationId);
  const [loaded, stored, checkDueAt] = await Promise.all([
    loadMailbox(ports, tx, lease, { mailbox, keys }),
    readStoredWork(tx, { keys, mailboxId, now }),
    readCheckDue(tx, mailboxId),
  ]);
  if (loaded === null || !mayRun(loaded, now)) return { loaded, begun: null };
  // A worker that was suspended since its claim would close the run of whoever took over.
  const [, runId] = await Promise.all([
    holdLease(tx, lease, now),
    startRun(tx, { lease, worker: ports.worker, now }),
  ]);
  return { loaded, begun: { runId, stored, checkDueAt } };
}

function mayRun({ mailbox, guard, accesses }: LoadedMailbox, now: Instant): boolean {
  const isHeldBack = guard.until !== null && guard.until > now;
  return runsInState[mailbox.state] !== 'never' && !isHeldBack && refusalOf(accesses) === null;
}

/** A pause whose end has come is over; what came meanwhile is caught up by the run that follows. The mailbox as it is now. */
async function endPause(tx: Tx, { mailboxId }: Lease, now: Instant): Promise<Mailbox | null> {
  const mailbox = await readMailbox(tx, mailboxId);
  if (mailbox === null || mailbox.pause?.until == null || mailbox.pause.until > now) return mailbox;
  const to = nextMailboxState(mailbox.state, 'pause-ended');
  if (to === 'ignored' || to === 'impossible') return mailbox;
  if (await isProfileDisabled(tx, mailbox))
    await rewritePause(tx, mailbox.id, { until: null, by: 'profile' });
  else await moveMailbox(tx, { id: mailboxId, from: mailbox.state, to, streak: noStreak, cause: null, now });
  return await readMailbox(tx, mailboxId);
}
