/** The preview's counts in words, or how far the counting has come, or why it did not succeed. */
import { Button } from '@fluentui/react-components';
import { LongWork } from '../../shared/long-work.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayCount } from '../../shared/times.ts';
import css from './activation.module.css';
import { sayCollection, sayDown, sayFound, sayUp } from './preview-words.ts';
import type { Preview } from './use-preview.ts';

/** The sentence is read out when it is there. */
export function PreviewCounts({ preview }: { readonly preview: Preview }) {
  const { view, state, count, cancel } = preview;
  if (view !== null) {
    const found = sayFound(view);
    return (
      <div className={css.form}>
        <p role="status" className={css.sum}>
          {sayUp(view)}
        </p>
        {found !== null && <p>{found}</p>}
        <p>{sayDown(view)}</p>
        {view.collections.length > 0 && (
          <ul className={css.points} aria-label="Events, contacts and tasks">
            {view.collections.map((planned) => (
              <li key={planned.collection}>{sayCollection(planned)}</li>
            ))}
          </ul>
        )}
        {!view.isComplete && (
          <p className={css.quiet}>
            Your mailbox holds more than a preview reads, so these are the least there will be.
          </p>
        )}
        {view.up.skipped.length > 0 && (
          <details className={css.approval}>
            <summary>Why some would not be saved</summary>
            <ul className={css.points}>
              {view.up.skipped.map(({ code, text, count: number }) => (
                <li key={code}>
                  {sayCount(number)}: {text}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    );
  }
  if (state.kind === 'refused') return <ProblemNotice problem={state.problem} onRetry={count} />;
  if (state.kind === 'asking') {
    return <LongWork label="Counting mails" progress={state.progress} onCancel={cancel} />;
  }
  return (
    <div className={css.otherWay}>
      <span role="status">Not counted.</span>
      <Button onClick={count}>Count</Button>
    </div>
  );
}
