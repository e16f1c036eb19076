/** The settings that hold for one person, each with the layers it comes from and who locked it. Pure; the words for settings are `setting-words.ts`. */
import type { UserView } from '../../../api-schema/admin/users.ts';
import {
  effectiveSettings,
  lockOf,
  type SettingName,
  type SettingsLayer,
  type SettingsLayers,
  type SyncSettings,
} from '../../../model/settings.ts';
import { type SettingKind, sayChoice, sayCollections, settingGroups } from '../settings/setting-words.ts';

export interface SettingLine {
  readonly name: SettingName;
  readonly label: string;
  readonly value: string;
  /** `Preset Sales`; several where lists add up. */
  readonly source: string;
  /** Why he may not change it; null: he may. */
  readonly lock: string | null;
}

export function settingLines(settings: UserView['settings']): readonly SettingLine[] {
  // What comes from the API is one of the model's layers: both are held together by the API's own tests.
  const layers = settings as unknown as SettingsLayers;
  const effective = effectiveSettings(layers);
  return settingGroups.flatMap((group) =>
    group.settings.map(({ name, label, kind }) => ({
      name,
      label,
      value: sayValue(kind, effective[name]),
      source: sourceOf(layers, name),
      lock: sayLock(layers, name),
    })),
  );
}

function sourceOf(layers: SettingsLayers, name: SettingName): string {
  const lock = lockOf(layers, name);
  const { organization, preset, user } = layers;
  const isOrganizationsOnly = lock?.by === 'organization';
  const said = [
    has(user, name) && lock === null ? 'His own' : null,
    preset !== null && has(preset.settings, name) && !isOrganizationsOnly ? `Preset ${preset.name}` : null,
    has(organization.settings, name) ? 'Organization' : null,
  ].filter((one) => one !== null);
  const isList = name === 'blocklist' || name === 'internalDomains';
  if (said.length === 0) return 'As delivered';
  return isList ? said.join(', ') : (said[0] ?? '');
}

function sayLock(layers: SettingsLayers, name: SettingName): string | null {
  const lock = lockOf(layers, name);
  if (lock === null) return null;
  return lock.by === 'organization' ? 'Locked by the organization' : `Locked by the preset ${lock.name}`;
}

function has(layer: SettingsLayer, name: SettingName): boolean {
  const value = layer[name];
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

function sayValue(kind: SettingKind, value: SyncSettings[SettingName]): string {
  if (kind === 'collections') return sayCollections(value as readonly string[]);
  if (Array.isArray(value)) return value.length === 0 ? 'None' : value.join(', ');
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (kind === 'megabytes') return `${Math.round(Number(value) / (1024 * 1024))} MB`;
  if (kind === 'percent') return `${Math.round(Number(value) * 100)} %`;
  if (kind === 'days') return `${value} days`;
  if (kind === 'id' && value === '') return 'None';
  return sayChoice(kind, String(value)) ?? String(value);
}
