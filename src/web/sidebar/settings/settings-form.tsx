/** The form of *Sync settings*: switches, history window and both *Never sync* lists, saved together by one button. */
import { Button, Field, Input, Switch } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import type { SettingsView } from '../../../api-schema/settings.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { useSaveSettings } from '../../shared/changes.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { changesOf, type Draft, type DraftErrors, draftOf, findDraftErrors } from './draft.ts';
import { NeverSyncLists } from './never-sync-lists.tsx';
import css from './settings.module.css';

/** What is typed stays until it is saved, also when the settings are read anew meanwhile. */
export function SettingsForm({ view }: { readonly view: SettingsView }) {
  const [edits, setEdits] = useState<Partial<Draft>>({});
  const [errors, setErrors] = useState<DraftErrors>({});
  const [result, setResult] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveSettings();
  const draft: Draft = { ...draftOf(view), ...edits };
  const edit = (change: Partial<Draft>) => {
    setEdits((known) => ({ ...known, ...change }));
    setResult('');
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findDraftErrors(draft);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    setResult('');
    save.mutate(changesOf(view, draft), {
      onSuccess: () => {
        setEdits({});
        setResult('Saved. It counts from the next run on.');
      },
    });
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit} noValidate>
      <Card title="What is saved by itself">
        <Switch
          label="Mail that I receive (Inbox)"
          checked={draft.autoSaveInbox}
          onChange={(_event, data) => edit({ autoSaveInbox: data.checked })}
        />
        <Switch
          label="Mail that I send (Sent Items)"
          checked={draft.autoSaveSent}
          onChange={(_event, data) => edit({ autoSaveSent: data.checked })}
        />
        <Field
          label="History window in days"
          hint="How far back the first sync looks"
          {...(errors.windowDays === undefined
            ? {}
            : { validationState: 'error', validationMessage: errors.windowDays })}
        >
          <Input
            name="windowDays"
            className={css.days ?? ''}
            inputMode="numeric"
            value={draft.windowDays}
            onChange={(_event, data) => edit({ windowDays: data.value })}
          />
        </Field>
      </Card>
      <NeverSyncLists view={view} draft={draft} errors={errors} onEdit={edit} />
      {save.error !== null && <ProblemNotice problem={problemOf(save.error)} />}
      <div className={css.actions}>
        <Button appearance="primary" type="submit" disabledFocusable={save.isPending}>
          Save
        </Button>
        <span role="status">{save.isPending ? 'Saving' : result}</span>
      </div>
    </form>
  );
}
