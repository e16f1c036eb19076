/** A number of days in the settings; what is locked can be read and not typed into. */
import { Field, Input } from '@fluentui/react-components';
import type { DaysName, DraftErrors, SyncedDraft } from '../draft.ts';
import css from '../settings.module.css';

export function DaysField(props: {
  readonly name: DaysName;
  readonly label: string;
  readonly about: string;
  readonly draft: SyncedDraft;
  readonly errors: DraftErrors<SyncedDraft>;
  readonly locked: string;
  readonly onEdit: (change: Partial<SyncedDraft>) => void;
}) {
  const { name, label, about, draft, errors, locked, onEdit } = props;
  const error = errors[name];
  return (
    <Field
      label={label}
      hint={locked || about}
      {...(error === undefined ? {} : { validationState: 'error', validationMessage: error })}
    >
      <Input
        name={name}
        className={`${css.days} ${locked === '' ? '' : css.locked}`}
        readOnly={locked !== ''}
        inputMode="numeric"
        value={draft[name]}
        onChange={(_event, data) => onEdit({ [name]: data.value })}
      />
    </Field>
  );
}
