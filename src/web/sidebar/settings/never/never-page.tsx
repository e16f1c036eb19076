/** *Never sync*: the person's own list, the organization's, and after a new entry the question about earlier mail (S6). */
import { Button } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import type { SettingsLayerForm, SettingsView } from '../../../../api-schema/settings.ts';
import { problemOf } from '../../../shared/api-problem.ts';
import { useSaveSettings } from '../../../shared/changes.ts';
import { ProblemNotice } from '../../../shared/problem-notice.tsx';
import {
  changesOfNever,
  type DraftErrors,
  findNeverErrors,
  hasNewEntry,
  type NeverDraft,
  neverDraftOf,
} from '../draft.ts';
import { EarlierQuestion } from '../earlier-question.tsx';
import css from '../settings.module.css';
import { WithSettings } from '../with-settings.tsx';
import { NeverSyncLists } from './never-sync-lists.tsx';

export function NeverPage() {
  return <WithSettings>{(view) => <NeverForm view={view} />}</WithSettings>;
}

/** What is typed stays until it is saved, also when the settings are read anew meanwhile. */
function NeverForm({ view }: { readonly view: SettingsView }) {
  const [edits, setEdits] = useState<Partial<NeverDraft>>({});
  const [errors, setErrors] = useState<DraftErrors<NeverDraft>>({});
  const [result, setResult] = useState('');
  const [narrowed, setNarrowed] = useState<SettingsLayerForm | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveSettings();
  const draft: NeverDraft = { ...neverDraftOf(view), ...edits };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findNeverErrors(draft);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    const changes = changesOfNever(view, draft);
    const own = changes.find(({ layer }) => layer === 'user')?.settings ?? null;
    const isNarrower = own !== null && hasNewEntry(view, draft);
    setResult('');
    setNarrowed(null);
    save.mutate(changes, {
      onSuccess: () => {
        setEdits({});
        setResult('Saved. It counts from the next run on.');
        if (isNarrower) setNarrowed(own);
      },
    });
  };
  return (
    <>
      <form ref={form} className={css.form} onSubmit={submit} noValidate>
        <NeverSyncLists
          view={view}
          draft={draft}
          errors={errors}
          onEdit={(change) => {
            setEdits((known) => ({ ...known, ...change }));
            setResult('');
          }}
        />
        {save.error !== null && <ProblemNotice problem={problemOf(save.error)} />}
        <div className={css.actions}>
          <Button appearance="primary" type="submit" disabledFocusable={save.isPending}>
            Save
          </Button>
          <span role="status">{save.isPending ? 'Saving' : result}</span>
        </div>
      </form>
      {narrowed !== null && (
        <EarlierQuestion
          key={narrowed.blocklist?.join('\n')}
          settings={narrowed}
          onClose={() => setNarrowed(null)}
        />
      )}
    </>
  );
}
