/**
 * Service tokens: what scripts of administrators show instead of a session. Stored as hashes only; making and hashing them is the caller's, and so is
 * deciding what a token may.
 */
import { type Instant, MINUTE } from '../model/clock.ts';
import type { OrganizationId, ProfileId, ServiceTokenId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

/** `read` sees all that is listed; the others also change what they are named after. */
export type TokenScope = 'read' | 'users' | 'profiles' | 'settings' | 'accesses' | 'rollouts';

export interface ServiceToken {
  readonly id: ServiceTokenId;
  readonly organizationId: OrganizationId;
  readonly scopes: readonly TokenScope[];
  /** Reaches the people of this profile alone; null: everybody. */
  readonly profileId: ProfileId | null;
}

export interface ListedToken extends ServiceToken {
  readonly name: string;
  readonly profileName: string | null;
  /** Login name of who made it; null where he is gone. */
  readonly createdBy: string | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly usedAt: Instant | null;
}

/** Tokens of one organization at most, expired ones included. */
export const TOKENS_MAX = 200;
/** Use is noted at most this often. */
const NOTE_MS = MINUTE;

/** The token of a hash; null when unknown or expired. Notes that it was used. Across organizations: the token tells which one it is. */
export async function useServiceToken(tx: Tx, tokenHash: string, now: Instant): Promise<ServiceToken | null> {
  const { rows } = await tx.query<ServiceToken & { usedAt: Date | null }>(
    `select id, organization_id as "organizationId", scopes, profile_id as "profileId", used_at as "usedAt"
     from service_tokens where token_hash = $1 and expires_at > $2`,
    [tokenHash, new Date(now)],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { usedAt, ...token } = row;
  if (usedAt === null || usedAt.getTime() <= now - NOTE_MS)
    await tx.query(`update service_tokens set used_at = $2 where id = $1`, [token.id, new Date(now)]);
  return token;
}

export interface NewServiceToken extends Omit<ServiceToken, 'id'> {
  readonly name: string;
  /** SHA-256 of the token, as text. */
  readonly tokenHash: string;
  readonly createdBy: UserId | null;
  readonly expiresAt: Instant;
  readonly now: Instant;
}

/** Null when there are as many as there may be, or the profile is not of this scope. */
export async function createServiceToken(tx: Tx, token: NewServiceToken): Promise<ServiceTokenId | null> {
  const { rows } = await tx.query<{ id: ServiceTokenId }>(
    `insert into service_tokens
       (id, organization_id, name, token_hash, scopes, profile_id, created_by, created_at, expires_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9
     where (select count(*) from service_tokens where organization_id = $2) < ${TOKENS_MAX}
       and ($6::uuid is null or exists (select from profiles where organization_id = $2 and id = $6))
     returning id`,
    [
      newId<ServiceTokenId>(token.now),
      token.organizationId,
      token.name,
      token.tokenHash,
      token.scopes,
      token.profileId,
      token.createdBy,
      new Date(token.now),
      new Date(token.expiresAt),
    ],
  );
  return rows[0]?.id ?? null;
}

/** All tokens of an organization, the newest first. */
export async function listServiceTokens(
  tx: Tx,
  organizationId: OrganizationId,
): Promise<readonly ListedToken[]> {
  type Row = Omit<ListedToken, 'createdAt' | 'expiresAt' | 'usedAt'> & {
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
  const { rows } = await tx.query<Row>(
    `select tokens.id, tokens.organization_id as "organizationId", tokens.name, scopes, tokens.profile_id as "profileId",
       profiles.name as "profileName", users.username as "createdBy", tokens.created_at, expires_at, used_at
     from service_tokens tokens
     left join profiles on profiles.organization_id = tokens.organization_id and profiles.id = tokens.profile_id
     left join users on users.organization_id = tokens.organization_id and users.id = created_by
     where tokens.organization_id = $1 order by tokens.created_at desc, tokens.id desc limit ${TOKENS_MAX}`,
    [organizationId],
  );
  return rows.map(({ created_at, expires_at, used_at, ...row }) => ({
    ...row,
    createdAt: created_at.getTime(),
    expiresAt: expires_at.getTime(),
    usedAt: used_at?.getTime() ?? null,
  }));
}

/** False when there is no such token in this scope. */
export async function deleteServiceToken(tx: Tx, id: ServiceTokenId): Promise<boolean> {
  const { rowCount } = await tx.query(`delete from service_tokens where id = $1`, [id]);
  return rowCount === 1;
}
