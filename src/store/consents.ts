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
  /** SHA-256 of the verifier of the frame that began it; null where the page itself left. */
  readonly challenge: string | null;
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
  const { tokenHash, organizationId, userId, service, challenge, details, now, expiresAt } = consent;
  await tx.query(`delete from pending_consents where organization_id = $1 and user_id = $2`, [
    organizationId,
    userId,
  ]);
  await tx.query(
    `insert into pending_consents
       (token_hash, organization_id, user_id, service, challenge, sealed_details, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tokenHash,
      organizationId,
      userId,
      service,
      challenge,
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

/** A consent as it is kept; `details` is what was given. */
export interface PendingConsent {
  readonly service: string;
  readonly challenge: string | null;
  readonly details: unknown;
}

interface Row {
  service: string;
  challenge: string | null;
  sealed_details: Buffer;
  expires_at: Date;
}

/** Whose consent that token is, among those begun by a frame; null when there is none. Across organizations: nobody is known in that window. */
export async function findConsentOfFrame(
  tx: Tx,
  tokenHash: string,
  now: Instant,
): Promise<{ readonly organizationId: OrganizationId; readonly userId: UserId } | null> {
  const { rows } = await tx.query<{ organization_id: OrganizationId; user_id: UserId }>(
    `select organization_id, user_id from pending_consents
     where token_hash = $1 and challenge is not null and expires_at > $2`,
    [tokenHash, new Date(now)],
  );
  const [row] = rows;
  return row === undefined ? null : { organizationId: row.organization_id, userId: row.user_id };
}

/** As `takePendingConsent`, and leaves it there. */
export async function readPendingConsent(
  tx: Tx,
  keys: OrganizationKeys,
  { tokenHash, userId, now }: { readonly tokenHash: string; readonly userId: UserId; readonly now: Instant },
): Promise<PendingConsent | null> {
  const { rows } = await tx.query<Row>(
    `select service, challenge, sealed_details, expires_at from pending_consents
     where token_hash = $1 and user_id = $2`,
    [tokenHash, userId],
  );
  return open(tx, keys, { tokenHash, how: 'find', now }, rows[0]);
}

/** This person's consent of that token, which is gone afterwards; null when unknown, somebody else's, used or expired. */
export async function takePendingConsent(
  tx: Tx,
  keys: OrganizationKeys,
  { tokenHash, userId, now }: { readonly tokenHash: string; readonly userId: UserId; readonly now: Instant },
): Promise<PendingConsent | null> {
  const { rows } = await tx.query<Row>(
    `delete from pending_consents where token_hash = $1 and user_id = $2
     returning service, challenge, sealed_details, expires_at`,
    [tokenHash, userId],
  );
  return open(tx, keys, { tokenHash, how: 'take', now }, rows[0]);
}

async function open(
  tx: Tx,
  keys: OrganizationKeys,
  {
    tokenHash,
    how,
    now,
  }: { readonly tokenHash: string; readonly how: 'find' | 'take'; readonly now: Instant },
  row: Row | undefined,
): Promise<PendingConsent | null> {
  if (row === undefined || row.expires_at.getTime() <= now) return null;
  const text =
    keys.held === null
      ? (await openSealed(tx, keys, row.sealed_details, pendingContext(tokenHash))).toString('utf8')
      : keys.held[how](pendingContext(tokenHash));
  const { service, challenge } = row;
  return text === null ? null : { service, challenge, details: JSON.parse(text) };
}

function pendingContext(tokenHash: string): string {
  return `pending_consents.sealed_details ${tokenHash}`;
}
