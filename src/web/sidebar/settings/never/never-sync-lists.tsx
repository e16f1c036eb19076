/** *Never sync*: the person's own list, and the organization's, greyed with its reason unless this person may edit it. */
import { Field, Textarea } from '@fluentui/react-components';
import type { SettingsView } from '../../../../api-schema/settings.ts';
import { Card } from '../../../shared/card.tsx';
import { type DraftErrors, lockIn, type NeverDraft } from '../draft.ts';
import { listToText } from '../list-text.ts';
import { lockReason } from '../lock-reason.ts';
import css from '../settings.module.css';

function complaint(error: string | undefined) {
  return error === undefined ? {} : ({ validationState: 'error', validationMessage: error } as const);
}

/** A locked list stays readable and reachable by keyboard. */
export function NeverSyncLists(props: {
  readonly view: SettingsView;
  readonly draft: NeverDraft;
  readonly errors: DraftErrors<NeverDraft>;
  readonly onEdit: (change: Partial<NeverDraft>) => void;
}) {
  const { view, draft, errors, onEdit } = props;
  const locked = !view.mayEditOrganization;
  const presetList = view.preset?.settings.blocklist ?? [];
  const ownLock = lockReason(lockIn(view, 'blocklist'));
  return (
    <Card title="Addresses and domains">
      <Field
        label="My list"
        hint={ownLock || 'One address or domain per line; a domain covers its subdomains'}
        {...complaint(errors.ownList)}
      >
        <Textarea
          name="ownList"
          rows={4}
          resize="vertical"
          spellCheck={false}
          readOnly={ownLock !== ''}
          className={ownLock === '' ? '' : (css.locked ?? '')}
          placeholder={ownLock === '' ? '' : 'Empty'}
          value={draft.ownList}
          onChange={(_event, data) => onEdit({ ownList: data.value })}
        />
      </Field>
      {view.preset !== null && presetList.length > 0 && (
        <Field
          label={`The list of the preset “${view.preset.name}”`}
          hint="Set by your administrator; only an administrator can change it"
        >
          <Textarea
            rows={4}
            resize="vertical"
            spellCheck={false}
            readOnly
            className={css.locked ?? ''}
            value={listToText(presetList)}
          />
        </Field>
      )}
      <Field
        label="My organization’s list"
        hint={
          locked
            ? 'Set by your administrator for everybody; only an administrator can change it'
            : 'Counts for everybody in your organization'
        }
        {...complaint(errors.organizationList)}
      >
        <Textarea
          name="organizationList"
          rows={4}
          resize="vertical"
          spellCheck={false}
          readOnly={locked}
          className={locked ? (css.locked ?? '') : ''}
          placeholder={locked ? 'Empty' : ''}
          value={draft.organizationList}
          onChange={(_event, data) => onEdit({ organizationList: data.value })}
        />
      </Field>
    </Card>
  );
}
