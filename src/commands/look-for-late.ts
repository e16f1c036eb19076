/**
 * The dead-man's check (N3): looks at mailboxes whose time has come and writes a notice for each that is late, once per lateness. It asks the runs nothing
 * and relies on no schedule, so that whatever keeps a mailbox from running shows here.
 */
import { HOUR, MINUTE } from '../model/clock.ts';
import { expectedIntervalMs, latenessOf } from '../model/late.ts';
import { acrossOrganizations } from '../store/database.ts';
import { lookLater, takeLooks } from '../store/looks.ts';
import { writeNotices } from '../store/notices.ts';
import type { Ports } from './ports.ts';

/** Looks in one go. */
export const LOOKS_AT_ONCE_MAX = 500;
/** Until the next look at a mailbox that is late already, or of which no run is expected; a resumed one is looked at within it. */
const LATE_LOOK_MS = 1 * HOUR;
const IDLE_LOOK_MS = 30 * MINUTE;

/** Looks at some mailboxes and returns how many; 0: none is to be looked at now. */
export async function lookForLate(ports: Pick<Ports, 'db' | 'clock' | 'log'>): Promise<number> {
  const now = ports.clock.now();
  const seen = await acrossOrganizations(ports.db, async (tx) => {
    const looks = await takeLooks(tx, { now, limit: LOOKS_AT_ONCE_MAX });
    let late = 0;
    const next = [];
    for (const look of looks) {
      const lateness = latenessOf({
        ...look,
        intervalMs: expectedIntervalMs(look.rhythm, look.quietRuns, look.guard),
      });
      const isLate = lateness !== null && lateness.lateAt <= now;
      next.push({
        mailboxId: look.mailboxId,
        at: isLate ? now + LATE_LOOK_MS : (lateness?.lateAt ?? now + IDLE_LOOK_MS),
      });
      // A suspended mailbox is late as well, but its owner was told that it has stopped, and is reminded.
      if (!isLate || look.state !== 'active') continue;
      late += 1;
      const { mailboxId, organizationId, cause: code } = look;
      await writeNotices(tx, { organizationId, mailboxId, kind: 'late', code, aboutAt: lateness.since, now });
    }
    if (looks.length > 0) await lookLater(tx, next);
    return { looks: looks.length, late };
  });
  if (seen.late > 0) ports.log('mailboxes.late', { count: seen.late });
  return seen.looks;
}
