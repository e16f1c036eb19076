/** One item that could not be saved or kept in step. It is named by nothing of its content: the item itself carries the category *Sync Error*. */
import { Button, Link } from '@fluentui/react-components';
import { useId } from 'react';
import type { ItemName } from '../../../api-schema/items.ts';
import type { IssueView } from '../../../api-schema/runs.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { useRetryIssue } from '../../shared/changes.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayNumber } from '../../shared/times.ts';
import { TryNow } from '../items/try-now.tsx';
import { RemedyOf } from './remedy-button.tsx';
import css from './status.module.css';

/** Mails and whole collections are tried again with the next run, a single item at once. */
export function IssueEntry({ issue }: { readonly issue: IssueView }) {
  const textId = useId();
  const name = itemNameOf(issue);
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
      {name === null ? (
        <Retry issue={issue} textId={textId} />
      ) : (
        <TryNow name={name} describedBy={textId} code={issue.code}>
          <Links issue={issue} />
        </TryNow>
      )}
    </div>
  );
}

/** *Retry* asks for it to be tried with the next run. */
function Retry({ issue, textId }: { readonly issue: IssueView; readonly textId: string }) {
  const retry = useRetryIssue(issue.id);
  const buttonId = useId();
  return (
    <>
      <div className={css.actions}>
        <Button
          id={buttonId}
          aria-labelledby={`${buttonId} ${textId}`}
          disabledFocusable={retry.isPending || retry.isSuccess}
          onClick={() => retry.mutate()}
        >
          Retry
        </Button>
        <Links issue={issue} />
        <span role="status" className={css.quiet}>
          {retry.isSuccess ? 'It is tried again with the next run.' : ''}
        </span>
      </div>
      {retry.error !== null && <ProblemNotice problem={problemOf(retry.error)} />}
    </>
  );
}

/** What mends it, and where its two sides open. */
function Links({ issue }: { readonly issue: IssueView }) {
  return (
    <>
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
    </>
  );
}

/** By what a single event, contact or task is tried; null for mails and whole collections. */
function itemNameOf({ collection, isWhole, itemId, recordId }: IssueView): ItemName | null {
  if (collection === 'emails' || isWhole) return null;
  if (itemId !== null) return { collection, itemId };
  return recordId === null ? null : { collection, recordId };
}

/** What it is about: a collection as a whole, an item, or a record that has no item yet. */
function subjectOf({ collection, isWhole, itemId, recordId }: IssueView): string {
  const { title, names } = collectionWords[collection];
  if (isWhole) return `${title} as a whole:`;
  const [one] = names;
  const name = `${one[0]?.toUpperCase()}${one.slice(1)}`;
  return itemId === null && recordId !== null ? `${name} of Salesforce:` : `${name}:`;
}
