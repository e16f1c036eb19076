/** A switch of the settings with what it concerns, or why it is locked. */
import { Switch } from '@fluentui/react-components';
import { useId } from 'react';
import css from '../settings.module.css';

/** `locked`: why it cannot be changed; empty where it can. */
export function SettingSwitch(props: {
  readonly label: string;
  readonly about: string;
  readonly locked: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const { label, about, locked, checked, onChange } = props;
  const id = useId();
  return (
    <div className={css.setting}>
      <Switch
        label={label}
        checked={checked}
        disabledFocusable={locked !== ''}
        aria-describedby={id}
        onChange={(_event, data) => onChange(data.checked)}
      />
      <span id={id} className={css.about}>
        {locked === '' ? about : locked}
      </span>
    </div>
  );
}
