/**
 * Deletions that wait for the person's word (S5), each with what it would delete in Salesforce, and those that were decided. Names are read live and kept
 * nowhere.
 */
import { Button } from '@fluentui/react-components';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useHolds } from '../../shared/queries.ts';
import css from '../status/status.module.css';
import { HoldEntry } from './hold-entry.tsx';

export function HoldsCard() {
  const holds = useHolds();
  const items = holds.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Held deletions">
      {holds.isPending && <Loading label="Loading held deletions" />}
      {holds.error !== null && (
        <ProblemNotice problem={problemOf(holds.error)} onRetry={() => void holds.refetch()} />
      )}
      {holds.isSuccess && items.length === 0 && (
        <Quiet>
          None. When unusually many items are deleted in your mailbox at once, Lockstep asks here before it
          deletes them in Salesforce.
        </Quiet>
      )}
      {items.length > 0 && (
        <ul className={css.list}>
          {items.map((hold) => (
            <li key={hold.id}>
              <HoldEntry hold={hold} />
            </li>
          ))}
        </ul>
      )}
      {holds.hasNextPage && (
        <div className={css.actions}>
          <Button disabledFocusable={holds.isFetchingNextPage} onClick={() => void holds.fetchNextPage()}>
            {holds.isFetchingNextPage ? 'Loading more' : 'Show more held deletions'}
          </Button>
        </div>
      )}
    </Card>
  );
}
