/** Items of every collection that could not be saved or kept in step, each with what happened, what to do, and *Retry*. */
import { Button, Field, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { collectionWords } from '../../../model/collection-words.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useIssues } from '../../shared/queries.ts';
import { IssueEntry } from './issue-entry.tsx';
import css from './status.module.css';

/** Loads a page of issues, and more when asked. */
export function IssueList() {
  const [collection, setCollection] = useState('');
  const issues = useIssues(collection);
  const items = issues.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Issues">
      {(items.length > 0 || collection !== '') && (
        <Field label="Show">
          <Select value={collection} onChange={(_event, data) => setCollection(data.value)}>
            <option value="">Everything</option>
            {Object.entries(collectionWords).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {issues.isPending && <Loading label="Loading issues" />}
      {issues.error !== null && (
        <ProblemNotice problem={problemOf(issues.error)} onRetry={() => void issues.refetch()} />
      )}
      {issues.isSuccess && items.length === 0 && (
        <Quiet>
          {collection === ''
            ? 'None. Every mail was saved, or skipped by a rule, and everything else is in step.'
            : 'None of this kind.'}
        </Quiet>
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
