/**
 * Claims: mails that a mailbox is saving at this moment, by print, so that two mailboxes of one organization that got the same mail never make
 * two records of it. A claim ends with its run, or by itself when the run died.
 */
import type { Instant, Random } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { KeyPrint } from '../model/link.ts';
import type { Tx } from './database.ts';

export interface PrintClaim {
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  /** The token of a run's lease; below zero for what a person does by hand (`handToken`), beside whatever run is under way. */
  readonly leaseToken: string;
  readonly prints: readonly KeyPrint[];
  readonly now: Instant;
  readonly expiresAt: Instant;
}

/** A token for one act of a person. Random, for people need no lease: many may act at once, each claiming for himself. */
export function handToken(random: Random): string {
  return `-${Math.floor(random.next() * Number.MAX_SAFE_INTEGER) + 1}`;
}

/**
 * Claims what nobody else holds and returns it; commit before the mails are saved. A run takes over what an earlier run of its mailbox left behind; a
 * run and a person never take over from each other, nor do two persons' acts, until the claim expires.
 */
export async function claimPrints(tx: Tx, claim: PrintClaim): Promise<ReadonlySet<KeyPrint>> {
  // In one order, so that two mailboxes with the same mails wait for each other instead of deadlocking.
  const prints = [...new Set(claim.prints)].sort();
  if (prints.length === 0) return new Set();
  const { rows } = await tx.query<{ key_print: KeyPrint }>(
    `insert into claims (organization_id, mailbox_id, lease_token, expires_at, key_print)
     select $1, $2, $3, $4, unnest($5::text[])
     on conflict (organization_id, key_print) do update set
       mailbox_id = excluded.mailbox_id, lease_token = excluded.lease_token, expires_at = excluded.expires_at
     where claims.expires_at <= $6 or (claims.mailbox_id = excluded.mailbox_id
       and (claims.lease_token = excluded.lease_token or (claims.lease_token >= 0 and excluded.lease_token >= 0)))
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

/** Ends the claims that a mailbox's runs hold. */
export async function releaseClaims(tx: Tx, mailboxId: MailboxId): Promise<void> {
  await tx.query(`delete from claims where mailbox_id = $1 and lease_token >= 0`, [mailboxId]);
}

/** Ends the claims of one act by hand. */
export async function releaseHandClaims(tx: Tx, mailboxId: MailboxId, token: string): Promise<void> {
  await tx.query(`delete from claims where mailbox_id = $1 and lease_token = $2`, [mailboxId, token]);
}
