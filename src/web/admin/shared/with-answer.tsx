/** What an answer of the API is awaited for: grey lines, its problem with *Try again*, or what stands on it. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemOf } from '../../shared/api-problem.ts';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';

/** What was read before stays shown when reading it anew fails. */
export function WithAnswer<Answer>(props: {
  readonly query: UseQueryResult<Answer>;
  /** Named while it is awaited: `Loading profiles`. */
  readonly label: string;
  readonly children: (answer: Answer) => ReactNode;
}) {
  const { query, label, children } = props;
  return (
    <>
      {query.isPending && <Loading label={label} lines={6} />}
      {query.error !== null && (
        <ProblemNotice problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && children(query.data)}
    </>
  );
}
