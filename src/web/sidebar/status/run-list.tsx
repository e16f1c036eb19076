/** Earlier runs, newest first, each a line that unfolds; what a run created can be taken back (D5). */
import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useRef, useState } from 'react';
import type { RunView } from '../../../api-schema/runs.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { Icon } from '../../shared/icons.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useRuns } from '../../shared/queries.ts';
import { sayCount, sayDuration, sayNumber } from '../../shared/times.ts';
import { RunFacts } from './run-facts.tsx';
import { sayOutcome, skippedOf } from './run-words.ts';
import css from './status.module.css';

const UndoDialog = lazy(async () => ({
  default: (await import('../settings/history/undo-dialog.tsx')).UndoDialog,
}));

/** Loads a page of runs, and more when asked. */
export function RunList() {
  const runs = useRuns();
  const items = runs.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Runs">
      {runs.isPending && <Loading label="Loading runs" lines={4} />}
      {runs.error !== null && (
        <ProblemNotice problem={problemOf(runs.error)} onRetry={() => void runs.refetch()} />
      )}
      {runs.isSuccess && items.length === 0 && <Quiet>No run yet.</Quiet>}
      {items.length > 0 && (
        <ul className={css.list}>
          {items.map((run) => (
            <li key={run.id}>
              <RunLine run={run} />
            </li>
          ))}
        </ul>
      )}
      {runs.hasNextPage && (
        <div className={css.actions}>
          <Button disabledFocusable={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            {runs.isFetchingNextPage ? 'Loading earlier runs' : 'Show earlier runs'}
          </Button>
        </div>
      )}
    </Card>
  );
}

function RunLine({ run }: { readonly run: RunView }) {
  const { word, tone } = sayOutcome(run);
  const parts = [`${sayCount(run.created)} saved`, `${sayCount(skippedOf(run))} skipped`];
  if (run.issues > 0) parts.push(sayNumber(run.issues, 'issue'));
  if (run.durationMs !== null) parts.push(sayDuration(run.durationMs));
  return (
    <details className={css.run}>
      <summary>
        <Icon name={tone} className={css[tone]} />
        <span>
          {word}, <InstantText at={run.startedAt} />
        </span>
        <span className={css.line}>{parts.join(', ')}</span>
        <Icon name="more" size={16} className={css.chevron} />
      </summary>
      <div className={css.inside}>
        <RunFacts run={run} />
        {run.created > 0 && run.endedAt !== null && <Undo run={run} />}
      </div>
    </details>
  );
}

function Undo({ run }: { readonly run: RunView }) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <div className={css.actions}>
      <Button
        ref={(element: HTMLButtonElement | null) => {
          button.current = element;
        }}
        onClick={() => setOpen(true)}
      >
        Undo
      </Button>
      {isOpen && (
        <Suspense>
          <UndoDialog
            run={run}
            onClose={() => {
              setOpen(false);
              button.current?.focus();
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
