/**
 * All layers of settings that hold for one person, read in one statement: his organization's, the preset that he or his profile has, his own.
 */
import type { OrganizationId, UserId } from '../model/ids.ts';
import { emptyLayer, type SettingName, type SettingsLayer, type SettingsLayers } from '../model/settings.ts';
import type { Tx } from './database.ts';

export interface LayersRow {
  organization: SettingsLayer;
  organization_forced: SettingName[];
  preset: SettingsLayer | null;
  preset_forced: SettingName[] | null;
  preset_name: string | null;
  own: SettingsLayer;
}

/** What `layersOf` needs of a row. */
export const layersColumns = `organizations.settings as organization, organizations.forced as organization_forced,
  presets.settings as preset, presets.forced as preset_forced, presets.name as preset_name, users.settings as own`;

/** A person with everything that his layers stand in; $1: the organization, $2: the user. */
export const layersOrigin = `users
  join organizations on organizations.id = users.organization_id
  left join profiles on profiles.organization_id = users.organization_id and profiles.id = users.profile_id
  left join presets on presets.organization_id = users.organization_id
    and presets.id = coalesce(users.preset_id, profiles.preset_id)`;

export const layersOfNobody: SettingsLayers = { organization: emptyLayer, preset: null, user: {} };

/** The layers of a person in this scope; those of nobody are empty. */
export async function readSettingsLayers(
  tx: Tx,
  { organizationId, userId }: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<SettingsLayers> {
  const { rows } = await tx.query<LayersRow>(
    `select ${layersColumns} from ${layersOrigin} where users.organization_id = $1 and users.id = $2`,
    [organizationId, userId],
  );
  const [row] = rows;
  return row === undefined ? layersOfNobody : layersOf(row);
}

export function layersOf(row: LayersRow): SettingsLayers {
  const { preset, preset_forced: forced, preset_name: name } = row;
  return {
    organization: { settings: row.organization, forced: row.organization_forced },
    preset: preset === null || name === null ? null : { name, settings: preset, forced: forced ?? [] },
    user: row.own,
  };
}
