/** One person as administrators see and change him; scoped by reach, so that somebody out of it is nobody. Lists are `listed-users.ts`. */
import type { Instant } from '../model/clock.ts';
import type { AccessId, LicenseId, OrganizationId, PresetId, ProfileId, UserId } from '../model/ids.ts';
import type { AuditAction } from './audit.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';
import { type Reach, reaches } from './reach.ts';
import type { UserRole } from './users.ts';

export interface Person {
  readonly id: UserId;
  readonly role: UserRole;
  readonly profileId: ProfileId | null;
  readonly email: string;
  readonly timeZone: string;
  readonly crmUserId: string;
  readonly mailboxLogin: string | null;
  readonly lastLoginAt: Instant | null;
  readonly rolledOutAt: Instant | null;
}

interface Row {
  id: UserId;
  role: UserRole;
  profile_id: ProfileId | null;
  email: string;
  time_zone: string;
  crm_user_id: string;
  mailbox_login: string | null;
  seen_at: Date | null;
  rolled_out_at: Date | null;
}

/** Null when there is nobody of this id within reach. `lock` keeps others from changing him until the transaction ends. */
export async function readPerson(
  tx: Tx,
  who: {
    readonly organizationId: OrganizationId;
    readonly reach: Reach;
    readonly id: UserId;
    readonly lock?: boolean;
  },
): Promise<Person | null> {
  const { rows } = await tx.query<Row>(
    `select id, role, profile_id, email, time_zone, crm_user_id, mailbox_login, seen_at, rolled_out_at
     from users where organization_id = $1 and id = $2${who.lock === true ? ' for no key update' : ''}`,
    [who.organizationId, who.id],
  );
  const [row] = rows;
  if (row === undefined || !reaches(who.reach, row.profile_id)) return null;
  return {
    id: row.id,
    role: row.role,
    profileId: row.profile_id,
    email: row.email,
    timeZone: row.time_zone,
    crmUserId: row.crm_user_id,
    mailboxLogin: row.mailbox_login,
    lastLoginAt: row.seen_at?.getTime() ?? null,
    rolledOutAt: row.rolled_out_at?.getTime() ?? null,
  };
}

/** What of a person administrators change; what is not named stays. */
export interface PersonChange {
  readonly role?: UserRole;
  readonly profileId?: ProfileId | null;
  readonly licenseId?: LicenseId | null;
  readonly presetId?: PresetId | null;
  readonly mailboxAddress?: string | null;
  readonly mailboxLogin?: string | null;
}

const columns: Readonly<Record<keyof PersonChange, string>> = {
  role: 'role',
  profileId: 'profile_id',
  licenseId: 'license_id',
  presetId: 'preset_id',
  mailboxAddress: 'mailbox_address',
  mailboxLogin: 'mailbox_login',
};

/** Which of it was not so before; nothing is written where nothing differs. */
export async function writePerson(
  tx: Tx,
  id: UserId,
  change: PersonChange,
): Promise<readonly (keyof PersonChange)[]> {
  const names = (Object.keys(columns) as (keyof PersonChange)[]).filter((name) => change[name] !== undefined);
  if (names.length === 0) return [];
  const values = names.map((name) => change[name] ?? null);
  const { rows } = await tx.query<Record<string, boolean>>(
    `select ${names.map((name, at) => `${columns[name]}::text is distinct from $${at + 2}::text as "${name}"`).join(', ')}
     from users where id = $1`,
    [id, ...values],
  );
  const changed = names.filter((name) => rows[0]?.[name] === true);
  if (changed.length === 0) return [];
  await tx.query(
    `update users set ${changed.map((name, at) => `${columns[name]} = $${at + 2}`).join(', ')} where id = $1`,
    [id, ...changed.map((name) => change[name] ?? null)],
  );
  return changed;
}

/** Whether nobody else of the organization is a platform admin. Locks the organization, so that the last two cannot both go. */
export async function isLastPlatformAdmin(
  tx: Tx,
  organizationId: OrganizationId,
  id: UserId,
): Promise<boolean> {
  await tx.query(`select from organizations where id = $1 for update`, [organizationId]);
  const { rows } = await tx.query<{ id: UserId }>(
    `select user_id as id from listed_users
     where organization_id = $1 and role <> 'user' and role = 'platform-admin' order by user_id = $2 desc limit 2`,
    [organizationId, id],
  );
  return rows.length === 1 && rows[0]?.id === id;
}

/** Whether this was done to him, or to his mailbox, after `since`. */
export async function wasDoneSince(
  tx: Tx,
  done: {
    readonly organizationId: OrganizationId;
    readonly subjectId: string;
    readonly action: AuditAction;
    readonly since: Instant;
  },
): Promise<boolean> {
  const { rows } = await tx.query<{ done: boolean }>(
    `select exists (select from audit where organization_id = $1 and subject_id = $2 and at > $4 and action = $3) as done`,
    [done.organizationId, done.subjectId, done.action, new Date(done.since)],
  );
  return rows[0]?.done ?? false;
}

/** Forgets a person, his logins and connections. His mailboxes are forgotten before, by whoever calls. */
export async function deletePerson(tx: Tx, organizationId: OrganizationId, id: UserId): Promise<boolean> {
  await tx.query(`delete from mailboxes where organization_id = $1 and user_id = $2`, [organizationId, id]);
  const { rowCount } = await tx.query(`delete from users where organization_id = $1 and id = $2`, [
    organizationId,
    id,
  ]);
  return rowCount === 1;
}

export interface ReachedThrough {
  readonly mailAccess: { readonly id: AccessId; readonly name: string } | null;
  readonly crmAccess: { readonly id: AccessId; readonly name: string } | null;
}

/** The accesses that lend their credential to a person's connections. */
export async function readReachedThrough(tx: Tx, id: UserId): Promise<ReachedThrough> {
  const { rows } = await tx.query<{ side: 'mail' | 'crm'; id: AccessId; name: string }>(
    `select via.side, accesses.id, accesses.name from listed_users
     cross join lateral (values ('mail', mail_via), ('crm', crm_via)) as via (side, connection_id)
     join accesses on accesses.organization_id = listed_users.organization_id and accesses.connection_id = via.connection_id
     where user_id = $1`,
    [id],
  );
  const of = (side: 'mail' | 'crm') => {
    const found = rows.find((row) => row.side === side);
    return found === undefined ? null : { id: found.id, name: found.name };
  };
  return { mailAccess: of('mail'), crmAccess: of('crm') };
}

/** A person by his id at the CRM, new or changed. */
export async function addPerson(
  tx: Tx,
  person: {
    readonly organizationId: OrganizationId;
    readonly crmUserId: string;
    readonly crmUsername: string;
    readonly fullName: string;
    readonly mailboxAddress: string | null;
    readonly mailboxLogin: string | null;
    readonly profileId: ProfileId | null;
    readonly licenseId: LicenseId | null;
    readonly now: Instant;
  },
): Promise<{ readonly id: UserId; readonly created: boolean }> {
  const { rows } = await tx.query<{ id: UserId; created: boolean }>(
    `insert into users (id, organization_id, crm_user_id, username, email, time_zone, role, full_name, profile_id, license_id,
       mailbox_address, mailbox_login, origin, created_at)
     values ($1, $2, $3, $4, $4, 'UTC', 'user', $5, $6, $7, $8, $9, 'single', $10)
     on conflict (organization_id, crm_user_id) do update set username = excluded.username,
       full_name = coalesce(nullif(excluded.full_name, ''), users.full_name),
       profile_id = coalesce(excluded.profile_id, users.profile_id),
       license_id = coalesce(excluded.license_id, users.license_id),
       mailbox_address = coalesce(excluded.mailbox_address, users.mailbox_address),
       mailbox_login = coalesce(excluded.mailbox_login, users.mailbox_login)
     returning id, xmax = 0 as created`,
    [
      newId<UserId>(person.now),
      person.organizationId,
      person.crmUserId,
      person.crmUsername,
      person.fullName,
      person.profileId,
      person.licenseId,
      person.mailboxAddress?.toLowerCase() ?? null,
      person.mailboxLogin,
      new Date(person.now),
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the person was not written');
  return row;
}
