/** Presets: settings that administrators keep under a name and give to profiles or single people (G4). */
import type { Instant } from '../model/clock.ts';
import type { OrganizationId, PresetId, ProfileId, UserId } from '../model/ids.ts';
import type { AdminLayer, SettingName, SettingsLayer } from '../model/settings.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

/** Presets of one organization at most. */
export const PRESETS_MAX = 200;

export interface Preset extends AdminLayer {
  readonly id: PresetId;
  readonly name: string;
  readonly version: number;
  /** Whose people have it by their profile. */
  readonly profiles: readonly { readonly id: ProfileId; readonly name: string }[];
  /** Who has it himself. */
  readonly users: number;
  readonly updatedAt: Instant;
}

/** All presets by name, or the one of `id`. */
export async function listPresets(
  tx: Tx,
  organizationId: OrganizationId,
  id: PresetId | null = null,
): Promise<readonly Preset[]> {
  type Row = Omit<Preset, 'users' | 'updatedAt'> & { users: string; updated_at: Date };
  const { rows } = await tx.query<Row>(
    `select presets.id, presets.name, settings, forced, version, updated_at,
       (select count(*) from listed_users where listed_users.organization_id = $1 and preset_id = presets.id) as users,
       coalesce((
         select jsonb_agg(jsonb_build_object('id', profiles.id, 'name', profiles.name) order by profiles.name)
         from profiles where profiles.organization_id = $1 and preset_id = presets.id
       ), '[]') as profiles
     from presets where organization_id = $1 and ($2::uuid is null or presets.id = $2)
     order by presets.name limit ${PRESETS_MAX}`,
    [organizationId, id],
  );
  return rows.map(({ users, updated_at, ...row }) => ({
    ...row,
    users: Number(users),
    updatedAt: updated_at.getTime(),
  }));
}

/** Null when there are as many as there may be. A name that is taken breaks `presets_organization_id_name_key`. */
export async function createPreset(
  tx: Tx,
  preset: AdminLayer & {
    readonly organizationId: OrganizationId;
    readonly name: string;
    readonly now: Instant;
  },
): Promise<PresetId | null> {
  const { rows } = await tx.query<{ id: PresetId }>(
    `insert into presets (id, organization_id, name, settings, forced, created_at, updated_at)
     select $1, $2, $3, $4, $5, $6, $6
     where (select count(*) from presets where organization_id = $2) < ${PRESETS_MAX} returning id`,
    [
      newId<PresetId>(preset.now),
      preset.organizationId,
      preset.name,
      JSON.stringify(preset.settings),
      preset.forced,
      new Date(preset.now),
    ],
  );
  return rows[0]?.id ?? null;
}

/** False when there is none of this id, or somebody else wrote since `seenVersion`. */
export async function updatePreset(
  tx: Tx,
  preset: AdminLayer & {
    readonly id: PresetId;
    readonly name: string;
    readonly seenVersion: number;
    readonly now: Instant;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update presets set name = $3, settings = $4, forced = $5, version = version + 1, updated_at = $6
     where id = $1 and version = $2`,
    [
      preset.id,
      preset.seenVersion,
      preset.name,
      JSON.stringify(preset.settings),
      preset.forced,
      new Date(preset.now),
    ],
  );
  return rowCount === 1;
}

/** One that anybody has, himself or by his profile, stays. */
export async function deletePreset(tx: Tx, id: PresetId): Promise<'deleted' | 'in-use' | 'unknown'> {
  const { rows } = await tx.query<{ used: boolean }>(
    `select exists (select from users where users.organization_id = presets.organization_id and preset_id = presets.id)
       or exists (select from profiles where profiles.organization_id = presets.organization_id and preset_id = presets.id) as used
     from presets where id = $1 for update`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return 'unknown';
  if (row.used) return 'in-use';
  await tx.query(`delete from presets where id = $1`, [id]);
  return 'deleted';
}

/** Gives profiles a preset; how many of them there are. */
export async function givePreset(
  tx: Tx,
  presetId: PresetId,
  profileIds: readonly ProfileId[],
): Promise<number> {
  const { rowCount } = await tx.query(`update profiles set preset_id = $1 where id = any ($2::uuid[])`, [
    presetId,
    profileIds,
  ]);
  return rowCount;
}

/** A page of those who have a preset, himself or by his profile, in order of ids. */
export async function listPresetUsers(
  tx: Tx,
  of: {
    readonly organizationId: OrganizationId;
    readonly presetId: PresetId;
    readonly after: UserId | null;
    readonly limit: number;
  },
): Promise<readonly UserId[]> {
  const { rows } = await tx.query<{ id: UserId }>(
    `select user_id as id from listed_users
     where organization_id = $1 and ($3::uuid is null or user_id > $3) and (preset_id = $2 or (preset_id is null and profile_id = any (array(
       select id from profiles where profiles.organization_id = $1 and profiles.preset_id = $2))))
     order by user_id limit $4`,
    [of.organizationId, of.presetId, of.after, of.limit],
  );
  return rows.map(({ id }) => id);
}

/** How many have a preset, themselves or by their profile. */
export async function countPresetUsers(
  tx: Tx,
  of: { readonly organizationId: OrganizationId; readonly presetId: PresetId },
): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(
    `select (select count(*) from listed_users where organization_id = $1 and preset_id = $2)
       + (select count(*) from listed_users where organization_id = $1 and preset_id is null and profile_id = any (array(
         select id from profiles where profiles.organization_id = $1 and profiles.preset_id = $2))) as count`,
    [of.organizationId, of.presetId],
  );
  return Number(rows[0]?.count ?? 0);
}

/** Forgets what people chose for themselves of these settings; how many of them had. */
export async function forgetOwnChoices(
  tx: Tx,
  userIds: readonly UserId[],
  names: readonly SettingName[],
): Promise<number> {
  const { rowCount } = await tx.query(
    `update users set settings = settings - $2::text[], settings_version = settings_version + 1
     where id = any ($1::uuid[]) and settings ?| $2::text[]`,
    [userIds, names],
  );
  return rowCount;
}

/** The organization's own layer, with the version that a writer must have seen. */
export async function readOrganizationLayer(
  tx: Tx,
  id: OrganizationId,
): Promise<AdminLayer & { readonly version: number }> {
  const { rows } = await tx.query<{ settings: SettingsLayer; forced: SettingName[]; version: number }>(
    `select settings, forced, settings_version as version from organizations where id = $1`,
    [id],
  );
  return rows[0] ?? { settings: {}, forced: [], version: 0 };
}

/** Replaces it if `seenVersion` is still the stored one; false when somebody else wrote meanwhile. */
export async function writeOrganizationLayer(
  tx: Tx,
  layer: AdminLayer & { readonly id: OrganizationId; readonly seenVersion: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update organizations set settings = $3, forced = $4, settings_version = settings_version + 1
     where id = $1 and settings_version = $2`,
    [layer.id, layer.seenVersion, JSON.stringify(layer.settings), layer.forced],
  );
  return rowCount === 1;
}
