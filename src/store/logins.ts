/**
 * Logins (who holds a valid token, and when he last used it) and pending logins (who was sent to the CRM and has not come back). Tokens and states are
 * stored as hashes only; making and hashing them is the caller's.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId, SessionId, UserId } from '../model/ids.ts';
import type { SessionPlace } from '../model/session.ts';
import type { Tx } from './database.ts';
import type { Keyring } from './keyring.ts';
import { newId } from './new-id.ts';

export interface Login {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  readonly expiresAt: Instant;
  /** The one mailbox that this login may connect again, and do nothing else; null: it may do whatever its user may. */
  readonly reconnects: MailboxId | null;
  /** When it was last used, to a few minutes, and last for the console. */
  readonly usedAt: Instant;
  readonly consoleAt: Instant;
}

export interface NewLogin extends Pick<Login, 'userId' | 'organizationId' | 'expiresAt'> {
  readonly reconnects?: MailboxId;
  readonly place: SessionPlace;
  /** SHA-256 of the token, as text. */
  readonly tokenHash: string;
  readonly now: Instant;
}

export async function createLogin(tx: Tx, login: NewLogin): Promise<SessionId> {
  const id = newId<SessionId>(login.now);
  const now = new Date(login.now);
  await tx.query(
    `insert into logins (token_hash, organization_id, user_id, created_at, expires_at, scope, mailbox_id, id, place, used_at, console_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $4, $4)`,
    [
      login.tokenHash,
      login.organizationId,
      login.userId,
      now,
      new Date(login.expiresAt),
      login.reconnects === undefined ? 'full' : 'reconnect',
      login.reconnects ?? null,
      id,
      login.place,
    ],
  );
  return id;
}

/** The login of a token; null when unknown, ended or expired. Whether it has rested for too long is the caller's. Across organizations: the token tells which one it is. */
export async function readLogin(tx: Tx, tokenHash: string, now: Instant): Promise<Login | null> {
  const { rows } = await tx.query<{
    id: SessionId;
    user_id: UserId;
    organization_id: OrganizationId;
    expires_at: Date;
    mailbox_id: MailboxId | null;
    used_at: Date;
    console_at: Date;
  }>(
    `select id, user_id, organization_id, expires_at, mailbox_id, used_at, console_at from logins
     where token_hash = $1 and expires_at > $2`,
    [tokenHash, new Date(now)],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    userId: row.user_id,
    organizationId: row.organization_id,
    expiresAt: row.expires_at.getTime(),
    reconnects: row.mailbox_id,
    usedAt: row.used_at.getTime(),
    consoleAt: row.console_at.getTime(),
  };
}

/** Notes a use, unless one was noted after `before`: of many requests at once one writes. Across organizations, as `readLogin`. */
export async function touchLogin(
  tx: Tx,
  tokenHash: string,
  use: { readonly now: Instant; readonly before: Instant; readonly console: boolean },
): Promise<void> {
  await tx.query(
    `update logins set used_at = greatest(used_at, $2), console_at = case when $4 then greatest(console_at, $2) else console_at end
     where token_hash = $1 and (used_at <= $3 or ($4 and console_at <= $3))`,
    [tokenHash, new Date(use.now), new Date(use.before), use.console],
  );
}

/** Whose a login was that has ended. */
export interface EndedLogin {
  readonly id: SessionId;
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

interface EndedRow {
  readonly id: SessionId;
  readonly organization_id: OrganizationId;
  readonly user_id: UserId;
}

const endedOf = (row: EndedRow): EndedLogin => ({
  id: row.id,
  organizationId: row.organization_id,
  userId: row.user_id,
});

/** Ends the login of a token; null when there was none. Across organizations where nobody is known yet. */
export async function endLogin(tx: Tx, tokenHash: string): Promise<EndedLogin | null> {
  const { rows } = await tx.query<EndedRow>(
    `delete from logins where token_hash = $1 returning id, organization_id, user_id`,
    [tokenHash],
  );
  return rows[0] === undefined ? null : endedOf(rows[0]);
}

export interface ListedLogin {
  readonly id: SessionId;
  readonly place: SessionPlace;
  readonly createdAt: Instant;
  readonly usedAt: Instant;
  readonly expiresAt: Instant;
}

/** A person's logins that are good at `now`, the last used first. `restedAt`: whichever was not used after it has ended. */
export async function listLogins(
  tx: Tx,
  of: {
    readonly organizationId: OrganizationId;
    readonly userId: UserId;
    readonly now: Instant;
    readonly restedAt: Instant;
    readonly limit: number;
  },
): Promise<readonly ListedLogin[]> {
  const { rows } = await tx.query<{
    id: SessionId;
    place: SessionPlace;
    created_at: Date;
    used_at: Date;
    expires_at: Date;
  }>(
    `select id, place, created_at, used_at, expires_at from logins
     where organization_id = $1 and user_id = $2 and expires_at > $3 and used_at > $4
     order by used_at desc, id desc limit $5`,
    [of.organizationId, of.userId, new Date(of.now), new Date(of.restedAt), of.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    place: row.place,
    createdAt: row.created_at.getTime(),
    usedAt: row.used_at.getTime(),
    expiresAt: row.expires_at.getTime(),
  }));
}

/** Which of a person's logins are meant: one, all but one, or all; `full` leaves those of links alone. */
export interface EndLogins {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly only?: SessionId;
  readonly except?: SessionId;
  readonly full?: boolean;
}

/** Ends them, and with all of them whatever login waits for its frame. */
export async function endLoginsOf(tx: Tx, which: EndLogins): Promise<readonly EndedLogin[]> {
  const { organizationId, userId, only = null, except = null, full = false } = which;
  if (only === null)
    await tx.query(`delete from handovers where organization_id = $1 and user_id = $2`, [
      organizationId,
      userId,
    ]);
  const { rows } = await tx.query<EndedRow>(
    `delete from logins where organization_id = $1 and user_id = $2 and ($3::uuid is null or id = $3)
       and ($4::uuid is null or id <> $4) and (not $5 or scope = 'full')
     returning id, organization_id, user_id`,
    [organizationId, userId, only, except, full],
  );
  return rows.map(endedOf);
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
