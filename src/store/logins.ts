/**
 * Logins (who holds a valid cookie) and pending logins (who was sent to the CRM and has not come back). Tokens and states are stored as hashes
 * only; making and hashing them is the caller's.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import type { Keyring } from './keyring.ts';

export interface Login {
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  readonly expiresAt: Instant;
  /** The one mailbox that this login may connect again, and do nothing else; null: it may do whatever its user may. */
  readonly reconnects: MailboxId | null;
}

export interface NewLogin extends Omit<Login, 'reconnects'> {
  readonly reconnects?: MailboxId;
  /** SHA-256 of the token, as text. */
  readonly tokenHash: string;
  readonly now: Instant;
}

export async function createLogin(tx: Tx, login: NewLogin): Promise<void> {
  await tx.query(
    `insert into logins (token_hash, organization_id, user_id, created_at, expires_at, scope, mailbox_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      login.tokenHash,
      login.organizationId,
      login.userId,
      new Date(login.now),
      new Date(login.expiresAt),
      login.reconnects === undefined ? 'full' : 'reconnect',
      login.reconnects ?? null,
    ],
  );
}

/** The login of a token; null when unknown, ended or expired. Across organizations: the token tells which one it is. */
export async function readLogin(tx: Tx, tokenHash: string, now: Instant): Promise<Login | null> {
  const { rows } = await tx.query<{
    user_id: UserId;
    organization_id: OrganizationId;
    expires_at: Date;
    mailbox_id: MailboxId | null;
  }>(
    `select user_id, organization_id, expires_at, mailbox_id from logins where token_hash = $1 and expires_at > $2`,
    [tokenHash, new Date(now)],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    userId: row.user_id,
    organizationId: row.organization_id,
    expiresAt: row.expires_at.getTime(),
    reconnects: row.mailbox_id,
  };
}

export async function endLogin(tx: Tx, tokenHash: string): Promise<void> {
  await tx.query(`delete from logins where token_hash = $1`, [tokenHash]);
}

export interface NewPendingLogin {
  /** SHA-256 of the OAuth `state`, as text. */
  readonly stateHash: string;
  /** PKCE verifier, nonce, where to go afterwards: any JSON; sealed. */
  readonly details: unknown;
  readonly expiresAt: Instant;
  readonly now: Instant;
}

/** Across organizations: nobody is known yet. */
export async function savePendingLogin(tx: Tx, keyring: Keyring, pending: NewPendingLogin): Promise<void> {
  const context = pendingContext(pending.stateHash);
  const text = JSON.stringify(pending.details);
  const sealed = keyring.held === null ? keyring.sealWithMaster(text, context) : Buffer.alloc(0);
  keyring.held?.sweep(pending.now);
  keyring.held?.keep(context, text, { expiresAt: pending.expiresAt });
  await tx.query(
    `insert into pending_logins (state_hash, sealed_details, created_at, expires_at) values ($1, $2, $3, $4)`,
    [pending.stateHash, sealed, new Date(pending.now), new Date(pending.expiresAt)],
  );
}

/** The details of a pending login, which is gone afterwards; null when unknown, used or expired. Across organizations. */
export async function takePendingLogin(
  tx: Tx,
  keyring: Keyring,
  stateHash: string,
  now: Instant,
): Promise<unknown> {
  const { rows } = await tx.query<{ sealed_details: Buffer; expires_at: Date }>(
    `delete from pending_logins where state_hash = $1 returning sealed_details, expires_at`,
    [stateHash],
  );
  const [row] = rows;
  if (row === undefined || row.expires_at.getTime() <= now) return null;
  const context = pendingContext(stateHash);
  if (keyring.held === null)
    return JSON.parse(keyring.openWithMaster(row.sealed_details, context).toString('utf8'));
  const text = keyring.held.take(context);
  return text === null ? null : JSON.parse(text);
}

/** As `takePendingLogin`, and leaves it there. */
export async function readPendingLogin(
  tx: Tx,
  keyring: Keyring,
  stateHash: string,
  now: Instant,
): Promise<unknown> {
  const { rows } = await tx.query<{ sealed_details: Buffer }>(
    `select sealed_details from pending_logins where state_hash = $1 and expires_at > $2`,
    [stateHash, new Date(now)],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return JSON.parse(keyring.openWithMaster(row.sealed_details, pendingContext(stateHash)).toString('utf8'));
}

function pendingContext(stateHash: string): string {
  return `pending_logins.sealed_details ${stateHash}`;
}
