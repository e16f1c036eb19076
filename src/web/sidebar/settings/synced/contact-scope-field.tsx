/** Which contacts come from Salesforce (C1): one's own, all, or those of a list view, which is chosen from what Salesforce shows at this moment. */
import { Field, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { problemOf } from '../../../shared/api-problem.ts';
import { Loading } from '../../../shared/loading.tsx';
import { ProblemNotice } from '../../../shared/problem-notice.tsx';
import { useContactViews } from '../../../shared/queries.ts';
import { lockIn, type SyncedDraft } from '../draft.ts';
import { lockReason } from '../lock-reason.ts';
import css from '../settings.module.css';
import type { FieldsProps } from './synced-fields.tsx';

const scopes = [
  ['mine', 'only those that I own'],
  ['all', 'all that I may see'],
  ['list-view', 'those of a list view'],
] as const;

export function ContactScopeField(props: FieldsProps) {
  const { view, draft, onEdit } = props;
  const locked = lockReason(lockIn(view, 'contactScope'));
  return (
    <>
      <Field label="Contacts to bring from Salesforce" {...(locked === '' ? {} : { hint: locked })}>
        <RadioGroup
          value={draft.contactScope}
          onChange={(_event, data) => onEdit({ contactScope: data.value as SyncedDraft['contactScope'] })}
        >
          {scopes.map(([value, label]) => (
            <Radio
              key={value}
              value={value}
              label={label}
              // The one in force stays reachable.
              disabled={locked !== '' && value !== draft.contactScope}
            />
          ))}
        </RadioGroup>
      </Field>
      {draft.contactScope === 'list-view' && <ListViewField {...props} />}
    </>
  );
}

function ListViewField({ view, draft, errors, onEdit }: FieldsProps) {
  const views = useContactViews();
  const locked = lockReason(lockIn(view, 'contactListView'));
  const items = views.data?.items ?? [];
  const chosen = draft.contactListView;
  const isKnown = chosen === '' || items.some(({ id }) => id === chosen);
  const error = errors.contactListView;
  return (
    <>
      {views.isPending && <Loading label="Loading list views" lines={1} />}
      {views.error !== null && (
        <ProblemNotice problem={problemOf(views.error)} onRetry={() => void views.refetch()} />
      )}
      <Field
        className={css.narrow ?? ''}
        label="List view"
        hint={locked || 'Lists of contacts that you see in Salesforce'}
        {...(error === undefined ? {} : { validationState: 'error', validationMessage: error })}
      >
        <Select
          name="contactListView"
          value={chosen}
          disabled={locked !== ''}
          onChange={(_event, data) => onEdit({ contactListView: data.value })}
        >
          <option value="">
            {items.length === 0 && views.isSuccess ? 'There are no list views' : 'Choose one'}
          </option>
          {!isKnown && (
            <option value={chosen}>{views.isSuccess ? `${chosen} (not to be seen any more)` : chosen}</option>
          )}
          {items.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}
