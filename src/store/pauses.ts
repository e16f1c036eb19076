/**
 * Pauses and what they leave behind: until when a mailbox is paused, and the gaps of time whose mail somebody chose to leave out. Whether a mailbox may
 * pause stands in `model/mailbox-state.ts`.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import type { Pause } from './mailboxes.ts';

/** A time, `startsAt` inclusive, `endsAt` exclusive. */
export interface StoredGap {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/** Gaps remembered per mailbox; the oldest go first. */
const GAPS_MAX = 100;

/** Gives a paused mailbox another end; false when it is not paused. */
export async function rewritePause(tx: Tx, id: MailboxId, pause: Pause): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update mailboxes set paused_until = $2, paused_by = $3 where id = $1 and state = 'paused'`,
    [id, pause.until === null ? null : new Date(pause.until), pause.by],
  );
  return rowCount === 1;
}

/** Remembers a gap, and that the next runs go over it without reading. */
export async function addGap(
  tx: Tx,
  gap: StoredGap & { readonly organizationId: OrganizationId; readonly mailboxId: MailboxId },
): Promise<void> {
  await tx.query(
    `insert into gaps (mailbox_id, organization_id, starts_at, ends_at) values ($1, $2, $3, $4)
     on conflict (mailbox_id, starts_at) do update set ends_at = greatest(gaps.ends_at, excluded.ends_at)`,
    [gap.mailboxId, gap.organizationId, new Date(gap.startsAt), new Date(gap.endsAt)],
  );
  await tx.query(
    `delete from gaps where mailbox_id = $1 and starts_at not in
       (select starts_at from gaps where mailbox_id = $1 order by starts_at desc limit ${GAPS_MAX})`,
    [gap.mailboxId],
  );
  await tx.query(`update mailboxes set skipping = true where id = $1`, [gap.mailboxId]);
}

/** The gaps of a mailbox, oldest first. */
export async function readGaps(tx: Tx, mailboxId: MailboxId): Promise<readonly StoredGap[]> {
  const { rows } = await tx.query<{ starts_at: Date; ends_at: Date }>(
    `select starts_at, ends_at from gaps where mailbox_id = $1 order by starts_at limit ${GAPS_MAX}`,
    [mailboxId],
  );
  return rows.map((row) => ({ startsAt: row.starts_at.getTime(), endsAt: row.ends_at.getTime() }));
}

/** Everything was read: what came in a gap is behind the cursors now. */
export async function endSkipping(tx: Tx, mailboxId: MailboxId): Promise<void> {
  await tx.query(`update mailboxes set skipping = false where id = $1 and skipping`, [mailboxId]);
}
