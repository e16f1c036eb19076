/**
 * Logins that ended in a window of their own and wait for the frame that began them. Codes and verifiers are stored as hashes only; making and
 * hashing them is the caller's.
 */
import type { Instant } from '../model/clock.ts';
import type { OrganizationId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';

export interface Handover {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  /** SHA-256 of the frame's verifier, as text. */
  readonly challenge: string;
}

export interface NewHandover extends Handover {
  /** SHA-256 of the code, as text. */
  readonly codeHash: string;
  readonly now: Instant;
  readonly expiresAt: Instant;
}

export async function saveHandover(tx: Tx, handover: NewHandover): Promise<void> {
  const { codeHash, organizationId, userId, challenge, now, expiresAt } = handover;
  await tx.query(
    `insert into handovers (code_hash, organization_id, user_id, challenge, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [codeHash, organizationId, userId, challenge, new Date(now), new Date(expiresAt)],
  );
}

/** The handover of that code, which is gone afterwards; null when unknown, used or expired. Across organizations: the code tells which one it is. */
export async function takeHandover(tx: Tx, codeHash: string, now: Instant): Promise<Handover | null> {
  const { rows } = await tx.query<{
    organization_id: OrganizationId;
    user_id: UserId;
    challenge: string;
    expires_at: Date;
  }>(
    `delete from handovers where code_hash = $1
     returning organization_id, user_id, challenge, expires_at`,
    [codeHash],
  );
  const [row] = rows;
  if (row === undefined || row.expires_at.getTime() <= now) return null;
  return { organizationId: row.organization_id, userId: row.user_id, challenge: row.challenge };
}
