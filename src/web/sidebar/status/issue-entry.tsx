/** One item that could not be saved or kept in step. It is named by nothing of its content: the item itself carries the category *Sync Error*. */
import { Button, Link } from '@fluentui/react-components';
import { useId } from 'react';
import type { IssueView } from '../../../api-schema/runs.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { useRetryIssue } from '../../shared/changes.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayNumber } from '../../shared/times.ts';
import { RemedyOf } from './remedy-button.tsx';
import css from './status.module.css';

/** *Retry* asks for the item to be tried with the next run. */
export function IssueEntry({ issue }: { readonly issue: IssueView }) {
  const retry = useRetryIssue(issue.id);
  const textId = useId();
  const buttonId = useId();
  return (
    <div className={css.issue}>
      <p id={textId}>
        <strong>{subjectOf(issue)}</strong> {issue.text}
      </p>
      <p className={css.quiet}>
        Since <InstantText at={issue.firstAt} />, {sayNumber(issue.attempts, 'attempt')}, next{' '}
        {issue.retryAt === null ? 'only when you ask' : <InstantText at={issue.retryAt} />}
      </p>
      <FailureDetail {...issue} />
      <div className={css.actions}>
        <Button
          id={buttonId}
          aria-labelledby={`${buttonId} ${textId}`}
          disabledFocusable={retry.isPending || retry.isSuccess}
          onClick={() => retry.mutate()}
        >
          Retry
        </Button>
        <RemedyOf remedy={issue.remedy} />
        {issue.mailUrl !== null && (
          <Link href={issue.mailUrl} target="_blank" rel="noreferrer">
            Open the mail
          </Link>
        )}
        {issue.recordUrl !== null && (
          <Link href={issue.recordUrl} target="_blank" rel="noreferrer">
            Open in Salesforce
          </Link>
        )}
        <span role="status" className={css.quiet}>
          {retry.isSuccess ? 'It is tried again with the next run.' : ''}
        </span>
      </div>
      {retry.error !== null && <ProblemNotice problem={problemOf(retry.error)} />}
    </div>
  );
}

/** What it is about: a collection as a whole, an item, or a record that has no item yet. */
function subjectOf({ collection, isWhole, itemId, recordId }: IssueView): string {
  const { title, names } = collectionWords[collection];
  if (isWhole) return `${title} as a whole:`;
  const [one] = names;
  const name = `${one[0]?.toUpperCase()}${one.slice(1)}`;
  return itemId === null && recordId !== null ? `${name} of Salesforce:` : `${name}:`;
}
