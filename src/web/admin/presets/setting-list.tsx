/** What a preset says, to be read: for those who may not change it. */
import type { PresetView } from '../../../api-schema/admin/profiles.ts';
import { defaultSettings } from '../../../model/settings.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { layerDraftOf } from '../settings/layer-draft.ts';
import { relations, settingGroups } from '../settings/setting-words.ts';
import css from '../shared/form.module.css';

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
        <dl className={css.facts}>
          {said.map(({ name, label }) => (
            <Setting
              key={name}
              label={label}
              value={valueText(draft[name].value)}
              isForced={draft[name].decision === 'force'}
            />
          ))}
        </dl>
      )}
    </Card>
  );
}

function Setting(props: { readonly label: string; readonly value: string; readonly isForced: boolean }) {
  return (
    <>
      <dt>{props.label}</dt>
      <dd>
        {props.value}
        {props.isForced && ' (forced)'}
      </dd>
    </>
  );
}

function valueText(value: boolean | string): string {
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  return relations.find(([key]) => key === value)?.[1] ?? value.replaceAll('\n', ', ');
}
