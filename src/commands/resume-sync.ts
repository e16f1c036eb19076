/**
 * Resume (R4, R8): from a pause or a suspension. What came meanwhile is caught up from the cursors, or skipped: then it stays out, unless a person
 * chooses single mails of it by folder or category.
 */
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import { nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { type Actor, recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { setDue } from '../store/leases.ts';
import { moveMailbox, readMailbox } from '../store/mailboxes.ts';
import { addGap } from '../store/pauses.ts';
import { isProfileDisabled } from '../store/profiles.ts';
import type { Ports } from './ports.ts';

export type ResumeResult =
  | 'resumed'
  | 'running-already'
  | 'unknown-mailbox'
  | 'impossible'
  | 'profile-disabled';

/** Resumes; the next run is due at once. */
export async function resumeSync(
  ports: Ports,
  wish: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly actor: Actor;
    readonly gap: 'catch-up' | 'skip';
  },
): Promise<ResumeResult> {
  const { organizationId, mailboxId, actor, gap } = wish;
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readMailbox(tx, mailboxId);
    if (mailbox === null) return 'unknown-mailbox';
    const { id, state: from, stateAt } = mailbox;
    const to = nextMailboxState(from, 'resume');
    if (to === 'ignored') return 'running-already';
    if (await isProfileDisabled(tx, mailbox)) return 'profile-disabled';
    if (to === 'impossible') return 'impossible';
    const moved = await moveMailbox(tx, { id, from, to, streak: noStreak, cause: null, now });
    if (!moved) return 'impossible';
    if (gap === 'skip') await addGap(tx, { organizationId, mailboxId, startsAt: stateAt, endsAt: now });
    await setDue(tx, { mailboxId, next: { dueAt: now, lane: 'fresh' }, trigger: 'user' });
    await recordAudit(tx, {
      organizationId,
      actor,
      now,
      action: 'mailbox.resumed',
      subject: 'mailbox',
      subjectId: mailboxId,
      details: { gap },
    });
    return 'resumed';
  });
}
