/** What one run did: when and how it ended, its counts, and for what was not saved the reasons by number. Never any content. */
import type { RunView } from '../../../api-schema/runs.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Notice } from '../../shared/notice.tsx';
import { sayCount, sayDuration } from '../../shared/times.ts';
import { sayOutcome, sayTrigger, skippedOf } from './run-words.ts';
import css from './status.module.css';

/** Examined, saved, skipped, files, issues. */
export function RunCountsView({ run }: { readonly run: RunView }) {
  const counts: readonly (readonly [string, number])[] = [
    ['Examined', run.examined],
    ['Saved', run.created],
    ['Skipped', skippedOf(run)],
    ['Files', run.files],
    ['Issues', run.issues],
  ];
  return (
    <dl className={css.counts}>
      {counts.map(([label, count]) => (
        <div key={label} className={css.count}>
          <dt>{label}</dt>
          <dd>{sayCount(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Everything that is known of a run. */
export function RunFacts({ run }: { readonly run: RunView }) {
  const reasons = run.byVerdict
    .filter(({ code, count }) => code !== 'saved.created' && count > 0)
    .toSorted((a, b) => b.count - a.count);
  return (
    <>
      <p>
        {sayOutcome(run).word}, <InstantText at={run.endedAt ?? run.startedAt} withExact />. {sayTrigger(run)}
        .
      </p>
      {run.failureCode !== null && (
        <Notice tone="bad">
          <p>{run.failureText}</p>
          <FailureDetail
            code={run.failureCode}
            text={run.failureText ?? ''}
            admin={undefined}
            vendorCode={undefined}
            fields={undefined}
          />
        </Notice>
      )}
      <RunCountsView run={run} />
      {reasons.length > 0 && (
        <>
          <h3 className={css.subtitle}>Not newly saved, by reason</h3>
          <ul className={css.reasons}>
            {reasons.map(({ code, text, count }) => (
              <li key={code}>
                <span className={css.number}>{sayCount(count)}</span>
                <span title={code}>{text}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={css.quiet}>
        Requests: {sayCount(run.mailboxRequests)} to the mail server, {sayCount(run.crmRequests)} to
        Salesforce.{run.durationMs !== null && ` It took ${sayDuration(run.durationMs)}.`}
      </p>
    </>
  );
}
