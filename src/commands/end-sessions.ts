/**
 * Every end of a session before its time: by logging out, by a new login of the same browser, by its owner, by an administrator, and by the CRM's word
 * that the person may not come in any more. Each is logged and counted; sessions that run out or rest too long end without a word.
 */
import type { FailureCode } from '../model/catalogue.ts';
import type { OrganizationId, SessionId, UserId } from '../model/ids.ts';
import { endedByCrm, type SessionEnd } from '../model/session.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { type EndedLogin, type EndLogins, endLogin, endLoginsOf } from '../store/logins.ts';
import { findUser } from '../store/users.ts';
import type { Ports } from './ports.ts';

interface Who {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/** Ends the session of a token, whoever has it and whatever it may do; nothing when there is none. */
export async function endSession(
  ports: Ports,
  tokenHash: string,
  reason: Extract<SessionEnd, 'logged-out' | 'replaced'>,
): Promise<void> {
  const ended = await acrossOrganizations(ports.db, (tx) => endLogin(tx, tokenHash));
  if (ended !== null) tell(ports, [ended], reason);
}

/** Ends sessions of one person: one, all but one, or all. How many there were. */
export async function endSessionsOf(
  ports: Ports,
  which: EndLogins,
  reason: Exclude<SessionEnd, 'logged-out' | 'replaced'>,
): Promise<number> {
  const ended = await inOrganization(ports.db, which.organizationId, (tx) => endLoginsOf(tx, which));
  tell(ports, ended, reason);
  return ended.length;
}

/** What the CRM's failure for this person means for his sessions; most failures mean nothing, and then nothing is asked of the store. */
export async function endSessionsByCrm(ports: Ports, who: Who, code: FailureCode): Promise<void> {
  const which = endedByCrm(code);
  if (which !== null) await endSessionsOf(ports, { ...who, full: which === 'full' }, 'crm');
}

/** Ends every session of users whom the CRM calls inactive, as it names them. */
export async function endSessionsOfInactive(
  ports: Ports,
  organizationId: OrganizationId,
  crmUserIds: readonly string[],
): Promise<void> {
  if (crmUserIds.length === 0) return;
  const known = await inOrganization(ports.db, organizationId, async (tx) => {
    const found: UserId[] = [];
    for (const crmUserId of crmUserIds) {
      const userId = await findUser(tx, organizationId, crmUserId);
      if (userId !== null) found.push(userId);
    }
    return found;
  });
  for (const userId of known) await endSessionsByCrm(ports, { organizationId, userId }, 'crm.user-inactive');
}

function tell(ports: Ports, ended: readonly EndedLogin[], reason: SessionEnd): void {
  for (const { id, organizationId, userId } of ended)
    ports.log('session.ended', {
      organization: organizationId,
      user: userId,
      session: id satisfies SessionId,
      reason,
    });
  if (ended.length > 0) ports.telemetry.sessionsEnded(reason, ended.length);
}
