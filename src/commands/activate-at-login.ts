/**
 * Finishes a roll-out for somebody whose login at the CRM was all that was missing: at his first login his mailbox is connected through his profile's
 * access, and no dialog appears (A4). Where that cannot be, the dialog does, and he connects it himself.
 */
import { SECOND } from '../model/clock.ts';
import { inOrganization } from '../store/database.ts';
import { readCurrentMailbox } from '../store/mailboxes.ts';
import { readReachablePerson, writeRolledOut } from '../store/profile-accesses.ts';
import { writeLoginOutcome } from '../store/rollout-members.ts';
import { activateThroughAccess, type ThroughAccessResult } from './activate-through-access.ts';
import type { Who } from './check-user-access.ts';
import type { Ports } from './ports.ts';
import { describeFault } from './sync-mailbox.ts';

/** He waits for his page meanwhile; what took longer is tried at his next login. */
const LOGIN_ACTIVATION_MS = 20 * SECOND;

/** Never rejects for what a service says or for a fault of ours: a login goes through in any case. */
export async function activateAtLogin(ports: Ports, { organizationId, userId }: Who): Promise<void> {
  const who = { organizationId, userId };
  try {
    if (!(await isWaiting(ports, who))) return;
    const result = await activateThroughAccess(
      ports,
      who,
      // The login itself has just proven that he is a user.
      null,
      {
        actor: { kind: 'product', userId: null },
        together: 1,
        alongside: (tx) =>
          writeLoginOutcome(tx, { ...who, outcome: 'active', failure: null, now: ports.clock.now() }),
      },
      AbortSignal.timeout(LOGIN_ACTIVATION_MS),
    );
    if (result !== null) await leaveToHimself(ports, who, result);
  } catch (error) {
    ports.log('login.activation-failed', { ...describeFault(error) });
  }
}

async function isWaiting(ports: Ports, who: Who): Promise<boolean> {
  return await inOrganization(ports.db, who.organizationId, async (tx) => {
    const person = await readReachablePerson(tx, who);
    if (person?.rolledOutAt == null) return false;
    const mailbox = await readCurrentMailbox(tx, who.userId);
    return mailbox === null || mailbox.state === 'not-activated';
  });
}

/** A lasting obstacle ends the waiting; passing trouble is tried again at the next login. */
async function leaveToHimself(ports: Ports, who: Who, result: ThroughAccessResult): Promise<void> {
  if (result.kind !== 'not-tried' || result.findings.predicted !== 'by-himself') return;
  const { failure } = result.findings;
  await inOrganization(ports.db, who.organizationId, async (tx) => {
    await writeLoginOutcome(tx, { ...who, outcome: 'by-himself', failure, now: ports.clock.now() });
    await writeRolledOut(tx, { userId: who.userId, at: null });
  });
}
