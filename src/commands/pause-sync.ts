/** Pause (R4): no runs until somebody resumes, or until a date. A run under way ends after its chunk; saving by hand still works. */
import { DAY, type Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import { nextMailboxState } from '../model/mailbox-state.ts';
import { type Actor, recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { setDue } from '../store/leases.ts';
import { moveMailbox, readMailbox } from '../store/mailboxes.ts';
import { rewritePause } from '../store/pauses.ts';
import type { Ports } from './ports.ts';

/** The furthest date that a pause may end by. */
export const PAUSE_MS_MAX = 366 * DAY;

export type PauseResult = 'paused' | 'unknown-mailbox' | 'impossible' | 'not-in-future';

/** Pauses; a mailbox that is paused gets the new end. */
export async function pauseSync(
  ports: Ports,
  wish: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly actor: Actor;
    readonly by: 'user' | 'admin' | 'profile';
    /** Null: until somebody resumes. */
    readonly until: Instant | null;
  },
): Promise<PauseResult> {
  const { organizationId, mailboxId, actor, by, until } = wish;
  const now = ports.clock.now();
  if (until !== null && (until <= now || until > now + PAUSE_MS_MAX)) return 'not-in-future';
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readMailbox(tx, mailboxId);
    if (mailbox === null) return 'unknown-mailbox';
    const { id, state: from, streak } = mailbox;
    const to = nextMailboxState(from, 'pause');
    const pause = { until, by };
    const paused =
      to === 'ignored'
        ? await rewritePause(tx, id, pause)
        : to !== 'impossible' && (await moveMailbox(tx, { id, from, to, streak, cause: null, now, pause }));
    if (!paused) return 'impossible';
    await setDue(tx, { mailboxId, next: until === null ? null : { dueAt: until, lane: 'fresh' } });
    await recordAudit(tx, {
      organizationId,
      actor,
      now,
      action: 'mailbox.paused',
      subject: 'mailbox',
      subjectId: mailboxId,
      details: { until },
    });
    return 'paused';
  });
}
