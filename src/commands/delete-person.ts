/** Deletes a person with everything that is known of him (G2). Refused while his sync is activated, unless by force: then it is switched off first. */
import type { UserId } from '../model/ids.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { listMailboxes } from '../store/mailboxes.ts';
import { deletePerson, isLastPlatformAdmin, readPerson } from '../store/people.ts';
import type { ActResult } from './act-on-person.ts';
import type { Admin } from './admin.ts';
import { deactivateSync } from './deactivate-sync.ts';
import type { Ports } from './ports.ts';

/** Whether sync is switched on, even where it stands still. */
export function isActivated(state: MailboxState): boolean {
  return state !== 'not-activated' && state !== 'deactivated';
}

/** Grants are given back to the services before anything is forgotten. Nothing is deleted on either side. */
export async function deletePersonWhole(
  ports: Ports,
  { organizationId, actor, reach }: Admin,
  id: UserId,
  byForce: boolean,
  signal: AbortSignal,
): Promise<ActResult> {
  const found = await inOrganization(ports.db, organizationId, async (tx) => {
    const person = await readPerson(tx, { organizationId, reach, id });
    if (person === null) return null;
    return {
      // A profile admin has no power over those who may be above him.
      tooHigh: reach !== 'organization' && person.role === 'platform-admin',
      isLast: person.role === 'platform-admin' && (await isLastPlatformAdmin(tx, organizationId, id)),
      mailboxes: await listMailboxes(tx, { userId: id }),
    };
  });
  if (found === null) return { refused: 'unknown' };
  if (found.tooHigh) return { refused: 'not-allowed' };
  if (found.isLast) return { refused: 'last-admin' };
  if (!byForce && found.mailboxes.some(({ state }) => isActivated(state)))
    return { refused: 'still-activated' };
  for (const { id: mailboxId } of found.mailboxes)
    await deactivateSync(
      ports,
      { organizationId, mailboxId, actor, purge: true, removeMarks: false },
      signal,
    );
  return await inOrganization(ports.db, organizationId, async (tx) => {
    // Asked again under the lock: the other platform admin may have gone meanwhile.
    const person = await readPerson(tx, { organizationId, reach, id, lock: true });
    if (person === null) return 'unchanged';
    if (person.role === 'platform-admin' && (await isLastPlatformAdmin(tx, organizationId, id)))
      return { refused: 'last-admin' };
    await recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: 'user.deleted',
      subject: 'user',
      subjectId: id,
      details: { byForce },
    });
    await deletePerson(tx, organizationId, id);
    return 'changed';
  });
}
