/**
 * What a profile that is switched off or on makes of its people's mailboxes (R7): off, whatever runs is paused by the profile, and nobody but an
 * administrator ends that; on, those that it had paused go on and catch up. What a person paused himself stays as it is.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, ProfileId, UserId } from '../model/ids.ts';
import { nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { setDue } from '../store/leases.ts';
import { moveMailbox, readCurrentMailbox } from '../store/mailboxes.ts';
import { isProfileDisabled, listOutOfLine, setProfileEnabled } from '../store/profiles.ts';
import { reaches } from '../store/reach.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

/** Mailboxes moved in one transaction. */
const BITE = 100;
/** More people than any organization has. */
const BITES_MAX = 10_000;

/** Brings one person's mailbox in line with the profile that he has now; whether it moved. */
export async function alignWithProfile(tx: Tx, userId: UserId, now: Instant): Promise<boolean> {
  const mailbox = await readCurrentMailbox(tx, userId);
  if (mailbox === null) return false;
  const { id, state: from, pause } = mailbox;
  const disabled = await isProfileDisabled(tx, { userId });
  if (!disabled && pause?.by !== 'profile') return false;
  if (disabled && from === 'paused') return false;
  const to = nextMailboxState(from, disabled ? 'pause' : 'resume');
  if (to === 'ignored' || to === 'impossible') return false;
  const move = { id, from, to, streak: noStreak, cause: null, now };
  const moved = await moveMailbox(tx, disabled ? { ...move, pause: { until: null, by: 'profile' } } : move);
  if (!moved) return false;
  await setDue(tx, { mailboxId: id, next: disabled ? null : { dueAt: now, lane: 'fresh' } });
  return true;
}

/**
 * Switches a profile off or on. Its people follow in bites, so that no transaction holds many of them; asked again, what was left undone is done. Null when
 * there is no such profile within reach, else how many mailboxes moved.
 */
export async function switchProfile(
  ports: Ports,
  { organizationId, actor, reach }: Admin,
  profileId: ProfileId,
  enabled: boolean,
): Promise<number | null> {
  if (!reaches(reach, profileId)) return null;
  const now = ports.clock.now();
  const changed = await inOrganization(ports.db, organizationId, (tx) =>
    setProfileEnabled(tx, profileId, enabled),
  );
  if (changed === null) return null;
  let moved = 0;
  let after: MailboxId | null = null;
  for (let bite = 0; bite < BITES_MAX; bite += 1) {
    const from: MailboxId | null = after;
    const done = await inOrganization(ports.db, organizationId, async (tx) => {
      const found = await listOutOfLine(tx, { organizationId, profileId, after: from, limit: BITE });
      let count = 0;
      for (const { userId } of found) if (await alignWithProfile(tx, userId, now)) count += 1;
      return { count, last: found.length < BITE ? null : (found.at(-1)?.mailboxId ?? null) };
    });
    moved += done.count;
    after = done.last;
    if (after === null) break;
  }
  if (changed || moved > 0)
    await inOrganization(ports.db, organizationId, (tx) =>
      recordAudit(tx, {
        ...{ organizationId, actor, now },
        action: enabled ? 'profile.enabled' : 'profile.disabled',
        subject: 'profile',
        subjectId: profileId,
        details: { mailboxes: moved },
      }),
    );
  return moved;
}
