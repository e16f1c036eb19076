/** Items that could not be saved, each with what happened, what to do, and *Retry*. */
import { Button } from '@fluentui/react-components';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useIssues } from '../../shared/queries.ts';
import { IssueEntry } from './issue-entry.tsx';
import css from './status.module.css';

/** Loads a page of issues, and more when asked. */
export function IssueList() {
  const issues = useIssues();
  const items = issues.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Issues">
      {issues.isPending && <Loading label="Loading issues" />}
      {issues.error !== null && (
        <ProblemNotice problem={problemOf(issues.error)} onRetry={() => void issues.refetch()} />
      )}
      {issues.isSuccess && items.length === 0 && (
        <Quiet>None. Every mail was saved, or skipped by a rule.</Quiet>
      )}
      {items.length > 0 && (
        <ul className={css.list}>
          {items.map((issue) => (
            <li key={issue.id}>
              <IssueEntry issue={issue} />
            </li>
          ))}
        </ul>
      )}
      {issues.hasNextPage && (
        <div className={css.actions}>
          <Button disabledFocusable={issues.isFetchingNextPage} onClick={() => void issues.fetchNextPage()}>
            {issues.isFetchingNextPage ? 'Loading more issues' : 'Show more issues'}
          </Button>
        </div>
      )}
    </Card>
  );
}
