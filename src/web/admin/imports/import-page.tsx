/** *Import* (M6): people from a CSV file or from Salesforce. A dry run first; what it counted is what the import then does. */
import { Button } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { Link, useSearch } from 'wouter';
import type { ImportLine } from '../../../api-schema/admin/imports.ts';
import { LongWork } from '../../shared/long-work.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { forAdmin } from '../shared/cause-text.tsx';
import css from '../shared/form.module.css';
import { PageFrame } from '../shared/page-frame.tsx';
import { type EndOf, useWork, type Work } from '../shared/use-work.ts';
import { BadRows } from './bad-rows.tsx';
import { crmImportOf, csvImportPath, emptyImport, findFileError, type ImportDraft } from './import-draft.ts';
import { ImportFields } from './import-fields.tsx';

/** Rows of a file at most, so that every bad one can be kept. */
const ROWS_MAX = 100_000;

export function ImportPage() {
  const profileId = new URLSearchParams(useSearch()).get('profile') ?? '';
  const [draft, setDraft] = useState<ImportDraft>({ ...emptyImport, profileId });
  const [file, setFile] = useState<File | null>(null);
  const [fileError, setFileError] = useState<string | null>(null);
  const fileInput = useRef<HTMLInputElement>(null);
  const dryRun = useWork<ImportLine>(ROWS_MAX);
  const real = useWork<ImportLine>(ROWS_MAX);
  const isBusy = dryRun.state.kind === 'under-way' || real.state.kind === 'under-way';
  /** What was counted holds for what was chosen then, and for nothing else. */
  const forget = () => {
    dryRun.reset();
    real.reset();
    setFileError(null);
  };
  const start = (work: Work<ImportLine>, isDry: boolean) => {
    if (draft.source === 'crm') return work.start('/imports/crm', crmImportOf(draft, isDry));
    if (file === null) return;
    work.start(csvImportPath(draft, isDry), file.slice(0, file.size, 'text/csv'));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = draft.source === 'csv' ? findFileError(file) : null;
    setFileError(found);
    if (found !== null) return fileInput.current?.focus();
    real.reset();
    start(dryRun, true);
  };
  return (
    <PageFrame
      title="Import"
      about="Bring people in. Nobody’s sync is switched on by it. The same import twice changes nothing."
    >
      <form className={css.form} onSubmit={submit} noValidate>
        <ImportFields
          draft={draft}
          fileError={fileError}
          fileInput={fileInput}
          onEdit={(change) => {
            setDraft((known) => ({ ...known, ...change }));
            forget();
          }}
          onFile={(chosen) => {
            setFile(chosen);
            forget();
          }}
        />
        <div className={css.actions}>
          <Button
            type="submit"
            appearance={dryRun.state.end === null ? 'primary' : 'secondary'}
            disabledFocusable={isBusy}
          >
            Count first
          </Button>
          <span className={css.quiet}>Nothing is changed by counting.</span>
        </div>
      </form>
      {real.state.kind === 'idle' && <Outcome label="Counting" work={dryRun} />}
      {dryRun.state.end !== null && real.state.kind !== 'under-way' && real.state.end === null && (
        <Proposal end={dryRun.state.end} onImport={() => start(real, false)} isBusy={isBusy} />
      )}
      <Outcome label="Importing" work={real} />
    </PageFrame>
  );
}

/** How far it is, or how it ended. */
function Outcome({ label, work }: { readonly label: string; readonly work: Work<ImportLine> }) {
  const { kind, progress, problem, end, singles, singlesTotal } = work.state;
  const ignored = singles.flatMap((line) => (line.kind === 'ignored-columns' ? line.columns : []));
  return (
    <>
      {kind === 'under-way' && (
        <LongWork label={label} progress={progress} cancel="Stop" onCancel={work.stop} />
      )}
      {kind === 'stopped' && (
        <Notice tone="waiting" live>
          <p>
            Stopped after {sayNumber(progress?.done ?? 0, 'row')}. What was imported stays; importing again
            does the rest.
          </p>
        </Notice>
      )}
      {problem !== null && <ProblemNotice problem={forAdmin(problem)} />}
      {end !== null && !end.dryRun && (
        <Notice tone="good" live>
          <p>
            {sayNumber(end.created, 'person is', 'people are')} new, {sayCount(end.changed)} changed,{' '}
            {sayCount(end.unchanged)} were as they are.
          </p>
          <div className={css.actions}>
            <Link href="/people">Show people</Link>
            <Link href="/rollouts/new">Switch sync on for them</Link>
          </div>
        </Notice>
      )}
      {ignored.length > 0 && (
        <p className={css.quiet}>Columns that are not known were left out: {ignored.join(', ')}.</p>
      )}
      <BadRows rows={singles.filter((line) => line.kind === 'bad-row')} total={singlesTotal} />
    </>
  );
}

/** What the dry run counted, and the deed. */
function Proposal(props: {
  readonly end: EndOf<ImportLine>;
  readonly isBusy: boolean;
  readonly onImport: () => void;
}) {
  const { end, isBusy, onImport } = props;
  const { rows, created, changed, unchanged, bad } = end;
  const toDo = created + changed;
  return (
    <Notice tone={toDo === 0 ? 'waiting' : 'busy'} live>
      <p>
        Of {sayNumber(rows, 'row')}: {sayNumber(created, 'person', 'people')} would be new,{' '}
        {sayCount(changed)} changed, {sayCount(unchanged)} are as they are
        {bad === 0 ? '' : `, ${sayCount(bad)} are not taken`}.
      </p>
      {toDo === 0 ? (
        <p>There is nothing to import.</p>
      ) : (
        <div className={css.actions}>
          <Button appearance="primary" disabledFocusable={isBusy} onClick={onImport}>
            Import {sayNumber(toDo, 'person', 'people')}
          </Button>
        </div>
      )}
    </Notice>
  );
}
