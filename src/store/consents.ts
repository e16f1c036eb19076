/**
 * Consents at a mail service that were begun and not finished: one per person at most, found by the hash of a token that only his browser
 * holds, sealed, and given out once. What is in them is the caller's.
 */
import type { Instant } from '../model/clock.ts';
import type { OrganizationId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import type { OrganizationKeys } from './keyring.ts';
import { openSealed } from './open-sealed.ts';

export interface NewPendingConsent {
  /** SHA-256 of the token, as text. */
  readonly tokenHash: string;
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly service: string;
  /** Any JSON; sealed. */
  readonly details: unknown;
  readonly now: Instant;
  readonly expiresAt: Instant;
}

/** Keeps a consent; one that the same person began before is forgotten. */
export async function savePendingConsent(
  tx: Tx,
  keys: OrganizationKeys,
  consent: NewPendingConsent,
): Promise<void> {
  const { tokenHash, organizationId, userId, service, details, now, expiresAt } = consent;
  await tx.query(`delete from pending_consents where organization_id = $1 and user_id = $2`, [
    organizationId,
    userId,
  ]);
  await tx.query(
    `insert into pending_consents
       (token_hash, organization_id, user_id, service, sealed_details, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tokenHash,
      organizationId,
      userId,
      service,
      keys.held === null ? keys.seal(JSON.stringify(details), pendingContext(tokenHash)) : NOTHING,
      new Date(now),
      new Date(expiresAt),
    ],
  );
  keys.held?.sweep(now);
  keys.held?.keep(pendingContext(tokenHash), JSON.stringify(details), { expiresAt });
}

/** In the row of what is held in memory alone. */
const NOTHING = Buffer.alloc(0);

/** This person's consent of that token, which is gone afterwards; null when unknown, somebody else's, used or expired. */
export async function takePendingConsent(
  tx: Tx,
  keys: OrganizationKeys,
  { tokenHash, userId, now }: { readonly tokenHash: string; readonly userId: UserId; readonly now: Instant },
): Promise<{ readonly service: string; readonly details: unknown } | null> {
  const { rows } = await tx.query<{ service: string; sealed_details: Buffer; expires_at: Date }>(
    `delete from pending_consents where token_hash = $1 and user_id = $2
     returning service, sealed_details, expires_at`,
    [tokenHash, userId],
  );
  const [row] = rows;
  if (row === undefined || row.expires_at.getTime() <= now) return null;
  const text =
    keys.held === null
      ? (await openSealed(tx, keys, row.sealed_details, pendingContext(tokenHash))).toString('utf8')
      : keys.held.take(pendingContext(tokenHash));
  return text === null ? null : { service: row.service, details: JSON.parse(text) };
}

function pendingContext(tokenHash: string): string {
  return `pending_consents.sealed_details ${tokenHash}`;
}
