/**
 * The links in e-mails that lead back to a connected mailbox (A14): one per mailbox, of the newest e-mail, found by the hash of a token that only the
 * e-mail holds, used once. What a link allows is the caller's.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';

export interface ReconnectLink {
  readonly mailboxId: MailboxId;
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

export interface NewReconnectLink extends ReconnectLink {
  /** SHA-256 of the token, as text. */
  readonly tokenHash: string;
  readonly now: Instant;
  readonly expiresAt: Instant;
}

/** Keeps a link; the one that an earlier e-mail held is no good any more. */
export async function saveReconnectLink(tx: Tx, link: NewReconnectLink): Promise<void> {
  await tx.query(
    `insert into reconnect_links (mailbox_id, organization_id, user_id, token_hash, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (mailbox_id) do update set
       user_id = excluded.user_id, token_hash = excluded.token_hash, created_at = excluded.created_at,
       expires_at = excluded.expires_at, used_at = null`,
    [
      link.mailboxId,
      link.organizationId,
      link.userId,
      link.tokenHash,
      new Date(link.now),
      new Date(link.expiresAt),
    ],
  );
}

/** The link of a token, which is used from now on; null when unknown, replaced, used or expired. Across organizations: the token tells which one. */
export async function useReconnectLink(
  tx: Tx,
  tokenHash: string,
  now: Instant,
): Promise<ReconnectLink | null> {
  const { rows } = await tx.query<ReconnectLink>(
    `update reconnect_links set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2
     returning mailbox_id as "mailboxId", organization_id as "organizationId", user_id as "userId"`,
    [tokenHash, new Date(now)],
  );
  return rows[0] ?? null;
}
