/**
 * Looks once a day whether everything eligible is in the CRM (D4), at the end of a run that went through, with the connectors and the lease that it has.
 * Trouble on the way is no trouble of the run: it is logged and the check tried again later.
 */
import { DAY, HOUR, type Instant } from '../model/clock.ts';
import { RemoteFailure } from '../model/failure.ts';
import { setCheckDue } from '../store/completeness.ts';
import { inOrganization } from '../store/database.ts';
import { checkCompleteness } from '../sync/check-completeness.ts';
import type { RunContext } from '../sync/run-context.ts';
import type { Ports } from './ports.ts';

/** After a check that did not go through. */
const AFTER_TROUBLE_MS = HOUR;

/** Checks the mailbox if its time has come. Never rejects, but for faults of the database. */
export async function checkIfDue(
  ports: Ports,
  context: RunContext,
  runStartedAt: Instant,
  dueAt: Instant | null,
): Promise<void> {
  const { organizationId, mailboxId } = context;
  const now = ports.clock.now();
  const dueIn = (ms: number) =>
    inOrganization(ports.db, organizationId, (tx) =>
      setCheckDue(tx, { organizationId, mailboxId, dueAt: now + ms }),
    );
  if (dueAt === null) {
    // Somewhere in the first day, so that mailboxes which were switched on together are not all checked together.
    await dueIn(Math.floor(DAY * (0.25 + ports.random.next() * 0.5)));
    return;
  }
  if (dueAt > now) return;
  try {
    const counts = await checkCompleteness(context, runStartedAt);
    ports.log('completeness.checked', { mailbox: mailboxId, ...counts });
  } catch (error) {
    ports.log('completeness.failed', { mailbox: mailboxId, reason: reasonOf(error) });
    if (!context.signal.aborted) await dueIn(AFTER_TROUBLE_MS);
  }
}

/** A code, or the name of a fault of ours; never a message. */
function reasonOf(error: unknown): string {
  if (error instanceof RemoteFailure) return error.failure.code;
  return error instanceof Error ? error.name : 'unknown';
}
