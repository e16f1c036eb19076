/** A layer of settings as the API sends it, for the rules of the model, which know no `undefined`. */
import type { SettingsLayerForm } from '../../../api-schema/settings.ts';
import type { SettingsLayer } from '../../../model/settings.ts';

/** Without the keys that are absent. */
export function presentLayer(layer: SettingsLayerForm): SettingsLayer {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined));
}
