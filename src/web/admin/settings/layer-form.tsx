/**
 * The settings of a layer, each with who decides: *Not set here*, *Allow* or *Force*. Controlled; the same for the organization and for presets,
 * which lack what is the organization's alone.
 */
import { Checkbox, Field, Input, Select, Switch, Textarea } from '@fluentui/react-components';
import { useId } from 'react';
import { collections } from '../../../model/collection.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import type { SettingName } from '../../../model/settings.ts';
import { Card } from '../../shared/card.tsx';
import { complaint } from '../shared/complaint.ts';
import formCss from '../shared/form.module.css';
import type { Decision, LayerDraft, LayerErrors, SettingDraft } from './layer-draft.ts';
import css from './layer-form.module.css';
import { choicesOf, isOrganizationsAlone, type SettingWords, settingGroups } from './setting-words.ts';

export function LayerForm(props: {
  readonly draft: LayerDraft;
  readonly errors: LayerErrors;
  readonly of: 'organization' | 'preset';
  readonly onEdit: (name: SettingName, setting: SettingDraft) => void;
}) {
  const { draft, errors, of, onEdit } = props;
  const groups = settingGroups
    .map(({ title, settings }) => ({
      title,
      settings: settings.filter(({ name }) => of === 'organization' || !isOrganizationsAlone(name)),
    }))
    .filter(({ settings }) => settings.length > 0);
  return groups.map(({ title, settings }) => (
    <Card key={title} title={title}>
      <div className={css.rows}>
        {settings.map((words) => (
          <SettingRow
            key={words.name}
            words={words}
            setting={draft[words.name]}
            error={errors[words.name]}
            onEdit={(setting) => onEdit(words.name, setting)}
          />
        ))}
      </div>
    </Card>
  ));
}

function SettingRow(props: {
  readonly words: SettingWords;
  readonly setting: SettingDraft;
  readonly error: string | undefined;
  readonly onEdit: (setting: SettingDraft) => void;
}) {
  const { words, setting, error, onEdit } = props;
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of a grid everywhere.
    <div className={css.row} role="group" aria-labelledby={id}>
      <div className={css.words}>
        <span id={id} className={css.label}>
          {words.label}
        </span>
        {words.about !== undefined && <span className={css.about}>{words.about}</span>}
      </div>
      <div className={css.value}>
        <Field {...complaint(error)}>
          <ValueInput
            words={words}
            setting={setting}
            onValue={(value) => onEdit({ decision: setting.decision, value })}
          />
        </Field>
      </div>
      <Select
        aria-label={`Who decides: ${words.label}`}
        value={setting.decision}
        onChange={(_event, data) => onEdit({ ...setting, decision: data.value as Decision })}
      >
        <option value="open">Not set here</option>
        {isOrganizationsAlone(words.name) ? (
          <option value="allow">Set</option>
        ) : (
          <>
            <option value="allow">Allow other choices</option>
            <option value="force">Force</option>
          </>
        )}
      </Select>
    </div>
  );
}

/** What is left open shows the value in force, and cannot be typed into. */
function ValueInput(props: {
  readonly words: SettingWords;
  readonly setting: SettingDraft;
  readonly onValue: (value: boolean | string) => void;
}) {
  const { words, setting, onValue } = props;
  const { name, kind, label } = words;
  const isOpen = setting.decision === 'open';
  const { value } = setting;
  if (typeof value === 'boolean') {
    return (
      <Switch
        aria-label={label}
        label={value ? 'On' : 'Off'}
        checked={value}
        disabledFocusable={isOpen}
        onChange={(_event, data) => onValue(data.checked)}
      />
    );
  }
  if (kind === 'collections')
    return <CollectionsInput label={label} value={value} isOpen={isOpen} onValue={onValue} />;
  const choices = choicesOf(kind);
  if (choices.length > 0) {
    return (
      <Select
        aria-label={label}
        value={value}
        disabled={isOpen}
        onChange={(_event, data) => onValue(data.value)}
      >
        {choices.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </Select>
    );
  }
  const shared = {
    name,
    value,
    readOnly: isOpen,
    'aria-label': label,
    className: (isOpen ? formCss.locked : '') ?? '',
  };
  if (kind === 'entries' || kind === 'addresses') {
    return (
      <Textarea
        {...shared}
        rows={3}
        resize="vertical"
        spellCheck={false}
        onChange={(_event, data) => onValue(data.value)}
      />
    );
  }
  return (
    <Input
      {...shared}
      className={`${formCss.short} ${shared.className}`}
      inputMode={kind === 'id' ? 'text' : 'decimal'}
      onChange={(_event, data) => onValue(data.value)}
    />
  );
}

/** Names of collections, one per line; left open they can be read and not changed. */
function CollectionsInput(props: {
  readonly label: string;
  readonly value: string;
  readonly isOpen: boolean;
  readonly onValue: (value: string) => void;
}) {
  const { label, value, isOpen, onValue } = props;
  const chosen = value.split('\n');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand inside of a field.
    <div role="group" aria-label={label} className={css.choices}>
      {collections.map((name) => (
        <Checkbox
          key={name}
          label={collectionWords[name].title}
          checked={chosen.includes(name)}
          disabled={isOpen}
          onChange={(_event, data) =>
            onValue(
              collections
                .filter((one) => (one === name ? data.checked === true : chosen.includes(one)))
                .join('\n'),
            )
          }
        />
      ))}
    </div>
  );
}
