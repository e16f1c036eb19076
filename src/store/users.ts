/**
 * Users: people of a CRM organization who logged in, their role and their own settings.
 */
import type { Instant } from '../model/clock.ts';
import type { OrganizationId, UserId } from '../model/ids.ts';
import type { SettingsLayer } from '../model/settings.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';
import type { StoredSettings } from './organizations.ts';

export type UserRole = 'user' | 'profile-admin' | 'platform-admin';

export interface User {
  readonly id: UserId;
  readonly organizationId: OrganizationId;
  readonly crmUserId: string;
  readonly username: string;
  readonly email: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly role: UserRole;
}

export interface SeenUser {
  readonly organizationId: OrganizationId;
  readonly crmUserId: string;
  readonly username: string;
  readonly email: string;
  readonly timeZone: string;
  readonly now: Instant;
}

/** The user with these identities, new or refreshed. The first user of an organization becomes its platform admin. */
export async function upsertUser(tx: Tx, user: SeenUser): Promise<UserId> {
  // Locks the organization, so that of two first users only one is first.
  await tx.query(`select from organizations where id = $1 for update`, [user.organizationId]);
  const { rows } = await tx.query<{ id: UserId }>(
    `insert into users
       (id, organization_id, crm_user_id, username, email, time_zone, role, created_at, seen_at)
     values ($1, $2, $3, $4, $5, $6,
       case when exists (select from users where organization_id = $2) then 'user' else 'platform-admin' end,
       $7, $7)
     on conflict (organization_id, crm_user_id) do update set
       username = excluded.username, email = excluded.email,
       time_zone = excluded.time_zone, seen_at = excluded.seen_at
     returning id`,
    [
      newId<UserId>(user.now),
      user.organizationId,
      user.crmUserId,
      user.username,
      user.email,
      user.timeZone,
      new Date(user.now),
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the user was not written');
  return row.id;
}

export async function readUser(tx: Tx, id: UserId): Promise<User | null> {
  const { rows } = await tx.query<User>(
    `select id, organization_id as "organizationId", crm_user_id as "crmUserId", username, email,
       time_zone as "timeZone", role
     from users where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Platform admins who are told by e-mail, at most. */
const TOLD_MAX = 50;

/** E-mail addresses of an organization's platform admins. */
export async function listPlatformAdminEmails(
  tx: Tx,
  organizationId: OrganizationId,
): Promise<readonly string[]> {
  const { rows } = await tx.query<{ email: string }>(
    `select distinct email from users where organization_id = $1 and role = 'platform-admin' and email <> ''
     order by email limit ${TOLD_MAX}`,
    [organizationId],
  );
  return rows.map(({ email }) => email);
}

/** The user with this id at the CRM; null when he never logged in. */
export async function findUser(
  tx: Tx,
  organizationId: OrganizationId,
  crmUserId: string,
): Promise<UserId | null> {
  const { rows } = await tx.query<{ id: UserId }>(
    `select id from users where organization_id = $1 and crm_user_id = $2`,
    [organizationId, crmUserId],
  );
  return rows[0]?.id ?? null;
}

export async function readUserSettings(tx: Tx, id: UserId): Promise<StoredSettings> {
  const { rows } = await tx.query<StoredSettings>(
    `select settings, settings_version as version from users where id = $1`,
    [id],
  );
  return rows[0] ?? { settings: {}, version: 0 };
}

/** Replaces the settings if `seenVersion` is still the stored one; false when somebody else wrote meanwhile. */
export async function writeUserSettings(
  tx: Tx,
  { id, seenVersion, settings }: { id: UserId; seenVersion: number; settings: SettingsLayer },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update users set settings = $3, settings_version = settings_version + 1
     where id = $1 and settings_version = $2`,
    [id, seenVersion, JSON.stringify(settings)],
  );
  return rowCount === 1;
}

/** Forgets a person's own settings. */
export async function clearUserSettings(tx: Tx, id: UserId): Promise<void> {
  await tx.query(
    `update users set settings = '{}', settings_version = settings_version + 1 where id = $1 and settings <> '{}'`,
    [id],
  );
}
