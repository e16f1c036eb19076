/**
 * Profiles: people who share a way of being reached and a preset, and the administrators who look after them. Who is of a profile stands in `users`;
 * bringing mailboxes in line with a profile that was switched off or on is a command's.
 */
import type { Instant } from '../model/clock.ts';
import type { AccessId, MailboxId, OrganizationId, PresetId, ProfileId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';
import type { Reach } from './reach.ts';

/** Profiles of one organization at most. */
export const PROFILES_MAX = 500;

export interface ProfileForm {
  readonly name: string;
  readonly mailAccessId: AccessId | null;
  readonly crmAccessId: AccessId | null;
  readonly presetId: PresetId | null;
  readonly adminIds: readonly UserId[];
}

interface Named<Id> {
  readonly id: Id;
  readonly name: string;
}

export interface Profile {
  readonly id: ProfileId;
  readonly name: string;
  readonly mailAccess: Named<AccessId> | null;
  readonly crmAccess: Named<AccessId> | null;
  readonly preset: Named<PresetId> | null;
  readonly enabled: boolean;
  readonly admins: readonly Named<UserId>[];
  readonly users: number;
  /** Of its people, those whose sync is active. */
  readonly active: number;
  readonly createdAt: Instant;
}

interface Row extends Omit<Profile, 'users' | 'active' | 'createdAt'> {
  users: string;
  active: string;
  created_at: Date;
}

/** The profiles within reach by name, with how many people they have; one of them where `id` is given. */
export async function listProfiles(
  tx: Tx,
  scope: { readonly organizationId: OrganizationId; readonly reach: Reach; readonly id?: ProfileId },
): Promise<readonly Profile[]> {
  const { rows } = await tx.query<Row>(
    `with chosen as materialized (
       select * from profiles where organization_id = $1 and ($2::uuid[] is null or id = any ($2)) and ($3::uuid is null or id = $3)
     ), counted as materialized (
       select chosen.id as profile_id,
         (select count(*) from listed_users where listed_users.organization_id = $1 and profile_id = chosen.id) as users,
         (select count(*) from listed_users where listed_users.organization_id = $1 and profile_id = chosen.id
            and state = 'active') as active
       from chosen
     )
     select chosen.id, chosen.name, enabled, chosen.created_at, coalesce(counted.users, 0) as users, coalesce(active, 0) as active,
       case when mail.id is not null then jsonb_build_object('id', mail.id, 'name', mail.name) end as "mailAccess",
       case when crm.id is not null then jsonb_build_object('id', crm.id, 'name', crm.name) end as "crmAccess",
       case when presets.id is not null then jsonb_build_object('id', presets.id, 'name', presets.name) end as preset,
       coalesce((
         select jsonb_agg(jsonb_build_object('id', users.id, 'name', coalesce(nullif(full_name, ''), username)) order by username)
         from profile_admins join users on users.id = profile_admins.user_id where profile_admins.profile_id = chosen.id
       ), '[]') as admins
     from chosen left join counted on counted.profile_id = chosen.id
     left join accesses as mail on mail.id = mail_access_id
     left join accesses as crm on crm.id = crm_access_id
     left join presets on presets.id = preset_id
     order by chosen.name limit ${PROFILES_MAX}`,
    [scope.organizationId, scope.reach === 'organization' ? null : scope.reach, scope.id ?? null],
  );
  return rows.map(({ created_at, users, active, ...row }) => ({
    ...row,
    users: Number(users),
    active: Number(active),
    createdAt: created_at.getTime(),
  }));
}

/** Null when there are as many as there may be. A name that is taken breaks `profiles_organization_id_name_key`. */
export async function createProfile(
  tx: Tx,
  profile: ProfileForm & { readonly organizationId: OrganizationId; readonly now: Instant },
): Promise<ProfileId | null> {
  const { rows } = await tx.query<{ id: ProfileId }>(
    `insert into profiles (id, organization_id, name, mail_access_id, crm_access_id, preset_id, created_at)
     select $1, $2, $3, $4, $5, $6, $7
     where (select count(*) from profiles where organization_id = $2) < ${PROFILES_MAX} returning id`,
    [
      newId<ProfileId>(profile.now),
      profile.organizationId,
      profile.name,
      profile.mailAccessId,
      profile.crmAccessId,
      profile.presetId,
      new Date(profile.now),
    ],
  );
  const id = rows[0]?.id ?? null;
  if (id !== null) await writeProfileAdmins(tx, profile.organizationId, id, profile.adminIds);
  return id;
}

/** False when there is no such profile in this scope. */
export async function updateProfile(
  tx: Tx,
  profile: ProfileForm & { readonly organizationId: OrganizationId; readonly id: ProfileId },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update profiles set name = $3, mail_access_id = $4, crm_access_id = $5, preset_id = $6
     where organization_id = $1 and id = $2`,
    [
      profile.organizationId,
      profile.id,
      profile.name,
      profile.mailAccessId,
      profile.crmAccessId,
      profile.presetId,
    ],
  );
  if (rowCount === 0) return false;
  await writeProfileAdmins(tx, profile.organizationId, profile.id, profile.adminIds);
  return true;
}

/** Whether all of these people have a role by which they may look after profiles. */
export async function areAdmins(tx: Tx, ids: readonly UserId[]): Promise<boolean> {
  const { rows } = await tx.query<{ count: string }>(
    `select count(*) from users where id = any ($1::uuid[]) and role <> 'user'`,
    [ids],
  );
  return Number(rows[0]?.count ?? 0) === new Set(ids).size;
}

async function writeProfileAdmins(
  tx: Tx,
  organizationId: OrganizationId,
  profileId: ProfileId,
  ids: readonly UserId[],
): Promise<void> {
  await tx.query(`delete from profile_admins where profile_id = $1 and not user_id = any ($2::uuid[])`, [
    profileId,
    ids,
  ]);
  await tx.query(
    `insert into profile_admins (profile_id, user_id, organization_id)
     select $1, id, $3 from unnest($2::uuid[]) as chosen (id) on conflict do nothing`,
    [profileId, ids, organizationId],
  );
}

/** Whom profiles of his own are taken from: somebody who is an administrator no more. */
export async function endProfileAdmin(tx: Tx, userId: UserId): Promise<void> {
  await tx.query(`delete from profile_admins where user_id = $1`, [userId]);
}

/** Takes the name out and says whether it went: a profile that has people stays. */
export async function deleteProfile(tx: Tx, id: ProfileId): Promise<'deleted' | 'in-use' | 'unknown'> {
  const { rows } = await tx.query<{ used: boolean }>(
    `select exists (select from users where users.organization_id = profiles.organization_id and profile_id = profiles.id) as used
     from profiles where id = $1 for update`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return 'unknown';
  if (row.used) return 'in-use';
  await tx.query(`delete from profiles where id = $1`, [id]);
  return 'deleted';
}

/** Null when there is no such profile in this scope; else whether it changed. */
export async function setProfileEnabled(tx: Tx, id: ProfileId, enabled: boolean): Promise<boolean | null> {
  const { rows } = await tx.query<{ before: boolean }>(
    `select enabled as before from profiles where id = $1 for update`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return null;
  await tx.query(`update profiles set enabled = $2 where id = $1 and enabled <> $2`, [id, enabled]);
  return row.before !== enabled;
}

/** Whether nobody of his profile is to be synced. */
export async function isProfileDisabled(tx: Tx, { userId }: { readonly userId: UserId }): Promise<boolean> {
  const { rows } = await tx.query<{ enabled: boolean }>(
    `select enabled from users join profiles on profiles.id = profile_id where users.id = $1`,
    [userId],
  );
  return rows[0]?.enabled === false;
}

/** Mailboxes of a profile that are not as it says: running while it is off, or paused by it while it is on. Those of the ids behind `after`. */
export async function listOutOfLine(
  tx: Tx,
  of: {
    readonly organizationId: OrganizationId;
    readonly profileId: ProfileId;
    readonly after: MailboxId | null;
    readonly limit: number;
  },
): Promise<readonly { readonly mailboxId: MailboxId; readonly userId: UserId }[]> {
  const { rows } = await tx.query<{ mailboxId: MailboxId; userId: UserId }>(
    `select mailboxes.id as "mailboxId", mailboxes.user_id as "userId"
     from listed_users as listed
     join mailboxes on mailboxes.id = listed.mailbox_id
     join profiles on profiles.id = listed.profile_id
     where listed.organization_id = $1 and listed.profile_id = $2 and ($3::uuid is null or mailboxes.id > $3)
       and case when profiles.enabled then mailboxes.paused_by = 'profile' else mailboxes.state in ('active', 'suspended') end
     order by mailboxes.id limit $4`,
    [of.organizationId, of.profileId, of.after, of.limit],
  );
  return rows;
}
