/**
 * Claims: mails that a mailbox is saving at this moment, by print, so that two mailboxes of one organization that got the same mail never make
 * two records of it. A claim ends with its run, or by itself when the run died.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { KeyPrint } from '../model/link.ts';
import type { Tx } from './database.ts';

export interface PrintClaim {
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  readonly leaseToken: string;
  readonly prints: readonly KeyPrint[];
  readonly now: Instant;
  readonly expiresAt: Instant;
}

/** Claims what no other mailbox holds and returns it; commit before the mails are saved. */
export async function claimPrints(tx: Tx, claim: PrintClaim): Promise<ReadonlySet<KeyPrint>> {
  // In one order, so that two mailboxes with the same mails wait for each other instead of deadlocking.
  const prints = [...new Set(claim.prints)].sort();
  if (prints.length === 0) return new Set();
  const { rows } = await tx.query<{ key_print: KeyPrint }>(
    `insert into claims (organization_id, mailbox_id, lease_token, expires_at, key_print)
     select $1, $2, $3, $4, unnest($5::text[])
     on conflict (organization_id, key_print) do update set
       mailbox_id = excluded.mailbox_id, lease_token = excluded.lease_token, expires_at = excluded.expires_at
     where claims.mailbox_id = excluded.mailbox_id or claims.expires_at <= $6
     returning key_print`,
    [
      claim.organizationId,
      claim.mailboxId,
      claim.leaseToken,
      new Date(claim.expiresAt),
      prints,
      new Date(claim.now),
    ],
  );
  return new Set(rows.map((row) => row.key_print));
}

/** Ends all claims of a mailbox, or only those of some mails. */
export async function releaseClaims(
  tx: Tx,
  mailboxId: MailboxId,
  prints: readonly KeyPrint[] | null = null,
): Promise<void> {
  await tx.query(
    `delete from claims where mailbox_id = $1 and ($2::text[] is null or key_print = any ($2::text[]))`,
    [mailboxId, prints],
  );
}
