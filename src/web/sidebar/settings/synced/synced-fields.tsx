/**
 * The switches of *What is synced*, each with how many mails it concerns, where that is known. What an administrator locked shows the value in
 * force, greyed, with the reason; it stays reachable by keyboard.
 */
import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import type { MailboxView } from '../../../../api-schema/mailbox.ts';
import type { SettingsView } from '../../../../api-schema/settings.ts';
import { Card } from '../../../shared/card.tsx';
import { useRecentMails } from '../../../shared/mail-queries.ts';
import { sayNumber } from '../../../shared/times.ts';
import { isActivated } from '../../activation/activation-need.ts';
import { type DraftErrors, lockIn, type SyncedDraft } from '../draft.ts';
import { lockReason } from '../lock-reason.ts';
import { DaysField } from './days-field.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import { TwoWayFields } from './two-way-fields.tsx';

const relations = [
  ['account', 'the account'],
  ['opportunity', 'the latest open opportunity, else the account'],
  ['case', 'the latest open case, else the account'],
] as const;

export interface FieldsProps {
  readonly view: SettingsView;
  readonly draft: SyncedDraft;
  readonly errors: DraftErrors<SyncedDraft>;
  readonly mailbox: MailboxView | null;
  readonly onEdit: (change: Partial<SyncedDraft>) => void;
}

export function SyncedFields(props: FieldsProps) {
  const { view, draft, errors, mailbox, onEdit } = props;
  const reasonOf = (name: keyof SyncedDraft) => lockReason(lockIn(view, name));
  const saved = isActivated(mailbox) ? sayNumber(mailbox.savedTotal, 'mail') : null;
  return (
    <>
      <Card title="What is saved by itself">
        {isActivated(mailbox) ? <CountedPlaces {...props} /> : <Places {...props} inbox="" sent="" />}
        <DaysField
          name="windowDays"
          label="History window in days"
          about="How far back the first sync looks"
          draft={draft}
          errors={errors}
          locked={reasonOf('windowDays')}
          onEdit={onEdit}
        />
      </Card>
      <Card title="How it is saved">
        <Field
          label="Relate a mail, besides its people, to"
          {...(reasonOf('relateTo') === '' ? {} : { hint: reasonOf('relateTo') })}
        >
          <RadioGroup
            value={draft.relateTo}
            onChange={(_event, data) => onEdit({ relateTo: data.value as SyncedDraft['relateTo'] })}
          >
            {relations.map(([value, label]) => (
              <Radio
                key={value}
                value={value}
                label={label}
                // The one in force stays reachable.
                disabled={reasonOf('relateTo') !== '' && value !== draft.relateTo}
              />
            ))}
          </RadioGroup>
        </Field>
        <SettingSwitch
          label="Put the category “Salesforce” on every saved mail"
          about={saved === null ? '' : `${saved} of this mailbox in Salesforce so far`}
          locked={reasonOf('markSaved')}
          checked={draft.markSaved}
          onChange={(markSaved) => onEdit({ markSaved })}
        />
        <SettingSwitch
          label="Put the category “Sync Error” on a mail that could not be saved"
          about={isActivated(mailbox) ? `${sayNumber(mailbox.issuesOpen, 'item')} at present` : ''}
          locked={reasonOf('markErrors')}
          checked={draft.markErrors}
          onChange={(markErrors) => onEdit({ markErrors })}
        />
      </Card>
      <TwoWayFields {...props} />
      <Card title="Telling me">
        <SettingSwitch
          label="Tell me by e-mail when sync stops and when it goes on"
          about="At most one reminder a day"
          locked={reasonOf('notifyUser')}
          checked={draft.notifyUser}
          onChange={(notifyUser) => onEdit({ notifyUser })}
        />
      </Card>
    </>
  );
}

/** With the places of the latest mails, read live. Without them the switches stand alone. */
function CountedPlaces(props: FieldsProps) {
  const recent = useRecentMails();
  const items = recent.data?.items ?? [];
  const of = (place: 'inbox' | 'sent') =>
    items.length === 0
      ? ''
      : `Concerns ${items.filter((mail) => mail.place === place).length} of your ${sayNumber(items.length, 'latest mail')}`;
  return <Places {...props} inbox={of('inbox')} sent={of('sent')} />;
}

function Places(props: FieldsProps & { readonly inbox: string; readonly sent: string }) {
  const { view, draft, onEdit, inbox, sent } = props;
  return (
    <>
      <SettingSwitch
        label="Mail that I receive (Inbox)"
        about={inbox}
        locked={lockReason(lockIn(view, 'autoSaveInbox'))}
        checked={draft.autoSaveInbox}
        onChange={(autoSaveInbox) => onEdit({ autoSaveInbox })}
      />
      <SettingSwitch
        label="Mail that I send (Sent Items)"
        about={sent}
        locked={lockReason(lockIn(view, 'autoSaveSent'))}
        checked={draft.autoSaveSent}
        onChange={(autoSaveSent) => onEdit({ autoSaveSent })}
      />
    </>
  );
}
