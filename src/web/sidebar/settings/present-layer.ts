/** A layer of settings as the API sends it, for the rules of the model, which know no `undefined`. */
import type { SettingsLayerForm, SettingsView } from '../../../api-schema/settings.ts';
import type { SettingsLayer, SettingsLayers } from '../../../model/settings.ts';

/** Without the keys that are absent. */
export function presentLayer(layer: SettingsLayerForm): SettingsLayer {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined));
}

/** The layers of the API's answer, for the model. */
export function presentLayers({
  organization,
  organizationForced,
  preset,
  user,
}: SettingsView): SettingsLayers {
  return {
    organization: { settings: presentLayer(organization), forced: organizationForced },
    preset: preset === null ? null : { ...preset, settings: presentLayer(preset.settings) },
    user: presentLayer(user),
  };
}
