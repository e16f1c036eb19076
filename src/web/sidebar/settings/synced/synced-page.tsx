/** *What is synced*: what is saved by itself and from when, what it is related to, the marks in the mailbox, and whether the person is told. */
import { Button } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import type { MailboxView } from '../../../../api-schema/mailbox.ts';
import type { SettingsLayerForm, SettingsView } from '../../../../api-schema/settings.ts';
import { problemOf } from '../../../shared/api-problem.ts';
import { useSaveSettings } from '../../../shared/changes.ts';
import { ProblemNotice } from '../../../shared/problem-notice.tsx';
import { isActivated } from '../../activation/activation-need.ts';
import {
  changedSynced,
  type DraftErrors,
  findSyncedErrors,
  type SyncedDraft,
  syncedDraftOf,
} from '../draft.ts';
import { EarlierQuestion } from '../earlier-question.tsx';
import css from '../settings.module.css';
import { WithSettings } from '../with-settings.tsx';
import { SyncedFields } from './synced-fields.tsx';

export function SyncedPage({ mailbox }: { readonly mailbox: MailboxView | null }) {
  return <WithSettings>{(view) => <SyncedForm view={view} mailbox={mailbox} />}</WithSettings>;
}

/** What is typed stays until it is saved, also when the settings are read anew meanwhile. */
function SyncedForm({
  view,
  mailbox,
}: {
  readonly view: SettingsView;
  readonly mailbox: MailboxView | null;
}) {
  const [edits, setEdits] = useState<Partial<SyncedDraft>>({});
  const [errors, setErrors] = useState<DraftErrors<SyncedDraft>>({});
  const [result, setResult] = useState('');
  const [narrowed, setNarrowed] = useState<SettingsLayerForm | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveSettings();
  const shown = syncedDraftOf(view);
  const draft: SyncedDraft = { ...shown, ...edits };
  const edit = (change: Partial<SyncedDraft>) => {
    setEdits((known) => ({ ...known, ...change }));
    setResult('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findSyncedErrors(draft);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    const settings = changedSynced(view, draft);
    if (settings === null) {
      setResult('Nothing was changed.');
      return;
    }
    const isNarrower =
      (shown.autoSaveInbox && !draft.autoSaveInbox) || (shown.autoSaveSent && !draft.autoSaveSent);
    setResult('');
    setNarrowed(null);
    save.mutate([{ layer: 'user', settings }], {
      onSuccess: () => {
        setEdits({});
        setResult('Saved. It counts from the next run on.');
        if (isNarrower && isActivated(mailbox)) setNarrowed(settings);
      },
    });
  };
  return (
    <>
      <form ref={form} className={css.form} onSubmit={submit} noValidate>
        <SyncedFields view={view} draft={draft} errors={errors} mailbox={mailbox} onEdit={edit} />
        {save.error !== null && <ProblemNotice problem={problemOf(save.error)} />}
        <div className={css.actions}>
          <Button appearance="primary" type="submit" disabledFocusable={save.isPending}>
            Save
          </Button>
          <span role="status">{save.isPending ? 'Saving' : result}</span>
        </div>
      </form>
      {narrowed !== null && <EarlierQuestion settings={narrowed} onClose={() => setNarrowed(null)} />}
    </>
  );
}
