/** One hold: what was deleted and what is asked, what would go in Salesforce, and the two words that end it. */
import { Button, Link } from '@fluentui/react-components';
import { useId, useRef, useState } from 'react';
import type { HoldView } from '../../../api-schema/holds.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { useDecideHold } from '../../shared/changes.ts';
import { InstantText } from '../../shared/instant-text.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useHeldRecords } from '../../shared/queries.ts';
import { sayCount } from '../../shared/times.ts';
import mailsCss from '../mails/mails.module.css';
import css from '../status/status.module.css';

export function HoldEntry({ hold }: { readonly hold: HoldView }) {
  const decide = useDecideHold(hold.id);
  const [isOpen, setOpen] = useState(false);
  const text = useRef<HTMLParagraphElement>(null);
  const id = useId();
  const isWaiting = hold.state === 'waiting';
  const say = (verb: 'release' | 'drop') =>
    decide.mutate(verb, {
      // The buttons go: whoever used them reads on from the text.
      onSuccess: () => text.current?.focus(),
    });
  const them = hold.held === 1 ? 'it' : 'them';
  return (
    <div className={css.issue}>
      <p id={`${id}-text`} ref={text} tabIndex={-1} className={isWaiting ? css.sentence : ''}>
        {hold.text}
      </p>
      <p className={css.quiet}>
        Found <InstantText at={hold.createdAt} withExact />, of {sayCount(hold.paired)} that were kept in step
        {hold.decidedAt !== null && (
          <>
            ; decided <InstantText at={hold.decidedAt} withExact />
          </>
        )}
        .
      </p>
      {isWaiting && (
        <>
          <div>
            <Link
              as="button"
              inline
              aria-expanded={isOpen}
              aria-controls={`${id}-records`}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Hide what would be deleted' : 'See what would be deleted'}
            </Link>
          </div>
          <div id={`${id}-records`}>{isOpen && <HeldRecords id={hold.id} />}</div>
          <p className={css.quiet}>
            Deleted ones go into Salesforce’s recycle bin. Kept ones stay there, and are no longer kept in
            step.
          </p>
          <div className={css.actions}>
            <Button
              aria-describedby={`${id}-text`}
              disabledFocusable={decide.isPending}
              onClick={() => say('release')}
            >
              Delete {them}
            </Button>
            <Button
              aria-describedby={`${id}-text`}
              disabledFocusable={decide.isPending}
              onClick={() => say('drop')}
            >
              Keep {them}
            </Button>
          </div>
        </>
      )}
      <span role="status" className={css.quiet}>
        {decide.isSuccess &&
          (hold.state === 'released' ? 'They are deleted with the next run.' : 'They stay.')}
      </span>
      {decide.error !== null && <ProblemNotice problem={problemOf(decide.error)} />}
    </div>
  );
}

function HeldRecords({ id }: { readonly id: string }) {
  const records = useHeldRecords(id);
  const items = records.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={mailsCss.stack}>
      {records.isPending && <Loading label="Loading what would be deleted" lines={4} />}
      {records.error !== null && (
        <ProblemNotice problem={problemOf(records.error)} onRetry={() => void records.refetch()} />
      )}
      {records.isSuccess && items.length === 0 && (
        <p className={css.quiet}>Nothing is left of it: everything came back, or is gone.</p>
      )}
      {items.length > 0 && (
        <ul className={mailsCss.list} aria-label="What would be deleted">
          {items.map(({ recordId, label, url }) => (
            <li key={recordId}>
              <Link href={url} target="_blank" rel="noreferrer" inline>
                {label ?? recordId}
              </Link>
              {label === null && <span className={css.quiet}> · gone already</span>}
            </li>
          ))}
        </ul>
      )}
      {records.hasNextPage && (
        <div>
          <Button disabledFocusable={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>
            {records.isFetchingNextPage ? 'Loading more records' : 'Show more records'}
          </Button>
        </div>
      )}
    </div>
  );
}
