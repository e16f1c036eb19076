/** The daily check of a mailbox (D4): when it is due, and the counts of the last one. What is counted how is `sync/check-completeness.ts`. */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { Tx } from './database.ts';

/** Eligible mail of the last 30 days. */
export interface CompletenessCounts {
  readonly eligible: number;
  readonly saved: number;
  /** Eligible and neither saved, nor waiting as an issue, nor removed. */
  readonly missing: number;
  /** Saved once, and deliberately removed from the CRM since. */
  readonly removed: number;
}

export interface Completeness extends CompletenessCounts {
  readonly checkedAt: Instant;
}

/** When the next check is due; null where the mailbox was never synced to the end. */
export async function readCheckDue(tx: Tx, mailboxId: MailboxId): Promise<Instant | null> {
  const { rows } = await tx.query<{ due_at: Date }>(`select due_at from completeness where mailbox_id = $1`, [
    mailboxId,
  ]);
  return rows[0]?.due_at.getTime() ?? null;
}

/** Moves the next check, keeping the counts of the last one. */
export async function setCheckDue(
  tx: Tx,
  due: { readonly organizationId: OrganizationId; readonly mailboxId: MailboxId; readonly dueAt: Instant },
): Promise<void> {
  await tx.query(
    `insert into completeness (mailbox_id, organization_id, due_at) values ($1, $2, $3)
     on conflict (mailbox_id) do update set due_at = excluded.due_at`,
    [due.mailboxId, due.organizationId, new Date(due.dueAt)],
  );
}

/** Stores what a check counted, and when the next one is due. */
export async function writeCompleteness(
  tx: Tx,
  mailboxId: MailboxId,
  {
    counts,
    now,
    dueAt,
  }: { readonly counts: CompletenessCounts; readonly now: Instant; readonly dueAt: Instant },
): Promise<void> {
  await tx.query(
    `update completeness set checked_at = $2, due_at = $3, eligible = $4, saved = $5, missing = $6, removed = $7
     where mailbox_id = $1`,
    [
      mailboxId,
      new Date(now),
      new Date(dueAt),
      counts.eligible,
      counts.saved,
      counts.missing,
      counts.removed,
    ],
  );
}

/** The last check; null before the first. */
export async function readCompleteness(tx: Tx, mailboxId: MailboxId): Promise<Completeness | null> {
  const { rows } = await tx.query<CompletenessCounts & { checked_at: Date | null }>(
    `select checked_at, eligible, saved, missing, removed from completeness where mailbox_id = $1`,
    [mailboxId],
  );
  const [row] = rows;
  if (row === undefined || row.checked_at === null) return null;
  const { checked_at: checkedAt, ...counts } = row;
  return { ...counts, checkedAt: checkedAt.getTime() };
}
