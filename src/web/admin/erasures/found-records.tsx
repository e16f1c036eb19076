/** What Lockstep wrote about one address: how many of each kind, how many others stay, and the first of them by their names in Salesforce. */
import { Link } from '@fluentui/react-components';
import type { ErasureView } from '../../../api-schema/admin/erasure.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Card, Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayNumber } from '../../shared/times.ts';
import css from '../shared/form.module.css';

const order = ['emails', 'events', 'contacts', 'tasks'] as const;
/** More are counted and not named. */
const NAMED_MAX = 100;

export function FoundRecords({ found }: { readonly found: ErasureView }) {
  const { items, others, isComplete } = found;
  return (
    <Card title="Written by Lockstep">
      <p role="status">
        {items.length === 0 ? 'Lockstep wrote nothing about this address.' : sayCounts(found)}{' '}
        {others > 0 &&
          `${sayNumber(others, 'record about it was', 'records about it were')} made by people: ${others === 1 ? 'it stays' : 'they stay'}.`}
      </p>
      {items.length > 0 && (
        <ul className={css.points} aria-label="Records that would be removed">
          {items.slice(0, NAMED_MAX).map(({ recordId, collection, url, label, madeAt }) => (
            <li key={recordId}>
              <Link href={url} target="_blank" rel="noreferrer" inline>
                <BreakableText text={label ?? 'Gone, or not to be seen by you'} />
              </Link>{' '}
              <span className={css.quiet}>
                {collectionWords[collection].names[0]}, <InstantText at={madeAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {(items.length > NAMED_MAX || !isComplete) && (
        <Quiet>There are more than are named here. Erasing takes all of them.</Quiet>
      )}
    </Card>
  );
}

/** `12 e-mails, 1 event.` */
function sayCounts({ items, isComplete }: ErasureView): string {
  const counts = order.flatMap((collection) => {
    const count = items.filter((one) => one.collection === collection).length;
    return count === 0 ? [] : [sayNumber(count, ...collectionWords[collection].names)];
  });
  return `${isComplete ? '' : 'More than '}${counts.join(', ')}.`;
}
