/** What a preset says, to be read: for those who may not change it. */
import type { PresetView } from '../../../api-schema/admin/profiles.ts';
import { defaultSettings } from '../../../model/settings.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { layerDraftOf } from '../settings/layer-draft.ts';
import { type SettingKind, sayChoice, sayCollections, settingGroups } from '../settings/setting-words.ts';
import { Fact, Facts } from '../shared/facts.tsx';

export function SettingList({ preset }: { readonly preset: PresetView }) {
  const draft = layerDraftOf(preset, defaultSettings);
  const said = settingGroups
    .flatMap(({ settings }) => settings)
    .filter(({ name }) => draft[name].decision !== 'open');
  return (
    <Card title="Its settings">
      {said.length === 0 ? (
        <Quiet>It leaves every setting to the organization.</Quiet>
      ) : (
        <Facts>
          {said.map(({ name, label, kind }) => (
            <Fact key={name} name={label}>
              {valueText(kind, draft[name].value)}
              {draft[name].decision === 'force' && ' (forced)'}
            </Fact>
          ))}
        </Facts>
      )}
    </Card>
  );
}

function valueText(kind: SettingKind, value: boolean | string): string {
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (kind === 'collections') return sayCollections(value.split('\n'));
  return sayChoice(kind, value) ?? value.replaceAll('\n', ', ');
}
