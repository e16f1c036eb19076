/** Deletions of many people that wait for a word (S5): whose and how many, never what. An admin may give it where the person does not. */
import { Button } from '@fluentui/react-components';
import { useId, useRef } from 'react';
import { Link } from 'wouter';
import type { AdminHold } from '../../../api-schema/holds.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayCount } from '../../shared/times.ts';
import { useAdminChange, useAdminPages } from '../shared/admin-queries.ts';
import { routes } from '../shared/routes.ts';
import css from './issues.module.css';

const all = new URLSearchParams();

/** Nothing where none wait; what was decided here stays told until the page is left. */
export function HeldDeletions() {
  const holds = useAdminPages<AdminHold>(routes.holds, all);
  const decide = useAdminChange<AdminHold>();
  const told = useRef<HTMLParagraphElement>(null);
  const items = holds.data?.pages.flatMap((page) => page.items) ?? [];
  const say = ({ id }: AdminHold, verb: 'release' | 'drop') =>
    decide.mutate(
      { method: 'POST', below: routes.hold(id, `/${verb}`) },
      { onSuccess: () => told.current?.focus() },
    );
  if (holds.error !== null)
    return <ProblemNotice problem={problemOf(holds.error)} onRetry={() => void holds.refetch()} />;
  if (items.length === 0 && decide.data === undefined) return null;
  return (
    <Card title="Held deletions">
      <Quiet>
        Unusually many items were deleted in these mailboxes at once. Nothing is deleted in Salesforce until
        the person, or you, decides.
      </Quiet>
      <p ref={told} tabIndex={-1} role="status">
        {decide.data !== undefined &&
          (decide.data.state === 'released'
            ? `For ${decide.data.owner.name}: deleted with the next run.`
            : `For ${decide.data.owner.name}: everything stays in Salesforce.`)}
      </p>
      {decide.error !== null && <ProblemNotice problem={problemOf(decide.error)} />}
      {items.length > 0 && (
        <ul className={css.sums} aria-label="Held deletions">
          {items.map((hold) => (
            <li key={hold.id}>
              <Held hold={hold} isBusy={decide.isPending} onSay={(verb) => say(hold, verb)} />
            </li>
          ))}
        </ul>
      )}
      {holds.hasNextPage && (
        <div>
          <Button disabledFocusable={holds.isFetchingNextPage} onClick={() => void holds.fetchNextPage()}>
            {holds.isFetchingNextPage ? 'Loading more' : 'Show more held deletions'}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Held(props: {
  readonly hold: AdminHold;
  readonly isBusy: boolean;
  readonly onSay: (verb: 'release' | 'drop') => void;
}) {
  const { hold, isBusy, onSay } = props;
  const id = useId();
  const { owner } = hold;
  return (
    <>
      <p className={css.count}>
        <Link href={`/people/${encodeURIComponent(owner.userId)}`}>{owner.name}</Link>
      </p>
      <div className={css.held} id={id}>
        <p>{hold.text}</p>
        <p className={css.mender}>
          <InstantText at={hold.createdAt} withExact />, of {sayCount(hold.paired)} that were kept in step
        </p>
        <div className={css.words}>
          <Button aria-describedby={id} disabledFocusable={isBusy} onClick={() => onSay('release')}>
            Delete in Salesforce
          </Button>
          <Button aria-describedby={id} disabledFocusable={isBusy} onClick={() => onSay('drop')}>
            Keep in Salesforce
          </Button>
        </div>
      </div>
    </>
  );
}
