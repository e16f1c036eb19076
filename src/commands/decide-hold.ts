/**
 * Lets deletions go, or drops them (S5): by the mailbox's owner, or by an administrator who reaches him. Deciding the same twice changes nothing; deciding
 * otherwise than somebody did before is refused.
 */
import type { HoldId, OrganizationId } from '../model/ids.ts';
import { type Actor, recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { decideHold, type Hold, readHold } from '../store/holds.ts';
import { readOwnedHold } from '../store/listed-holds.ts';
import type { Admin } from './admin.ts';
import type { Who } from './open-mailbox.ts';
import type { Ports } from './ports.ts';
import { ownMailboxId } from './read-overview.ts';
import { syncNow } from './sync-now.ts';

/** `released`: the records are deleted in the CRM; `dropped`: they stay, and are no longer kept in step. */
export type HoldDecision = 'released' | 'dropped';

/** The hold as it is now; `decided`: somebody decided otherwise before; null: there is no such hold here. */
export type Decided<One extends Hold = Hold> = One | 'decided' | null;

/** Decides one of the own mailbox's holds. */
export async function decideOwnHold(ports: Ports, who: Who, id: HoldId, to: HoldDecision): Promise<Decided> {
  const { organizationId, userId } = who;
  const mailboxId = await ownMailboxId(ports, who);
  const hold = await inOrganization(ports.db, organizationId, (tx) => readHold(tx, id));
  if (hold === null || hold.mailboxId !== mailboxId) return null;
  return await decide(ports, hold, { organizationId, actor: { kind: 'user', userId }, to });
}

/** Decides a hold of somebody within reach. */
export async function decideHoldOf(
  ports: Ports,
  { organizationId, reach, actor }: Admin,
  id: HoldId,
  to: HoldDecision,
) {
  const hold = await inOrganization(ports.db, organizationId, (tx) =>
    readOwnedHold(tx, { organizationId, reach, id }),
  );
  return hold === null ? null : await decide(ports, hold, { organizationId, actor, to });
}

async function decide<One extends Hold>(
  ports: Ports,
  hold: One,
  by: { readonly organizationId: OrganizationId; readonly actor: Actor; readonly to: HoldDecision },
): Promise<Decided<One>> {
  const { organizationId, actor, to } = by;
  const { id, mailboxId, collection, held } = hold;
  const now = ports.clock.now();
  const [isDecided, after] = await inOrganization(ports.db, organizationId, async (tx) => {
    const isDone = await decideHold(tx, { id, to, by: actor.userId, now });
    if (isDone)
      await recordAudit(tx, {
        ...{ organizationId, actor, now },
        action: to === 'released' ? 'hold.released' : 'hold.dropped',
        subject: 'mailbox',
        subjectId: mailboxId,
        details: { collection, held },
      });
    return [isDone, await readHold(tx, id)] as const;
  });
  if (after === null) return null;
  if (after.state !== to) return 'decided';
  // The deleting happens in a run; one that was asked for within the minute is due anyway.
  if (isDecided && to === 'released') await syncNow(ports, { organizationId, mailboxId });
  return { ...hold, ...after };
}
