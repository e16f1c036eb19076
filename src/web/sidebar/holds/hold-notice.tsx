/** On the first page: deletions wait for the person's word (S5). What they are, and the word itself, stand on the overview of *Sync settings*. */
import { Button } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import cardCss from '../../shared/card.module.css';
import { Notice } from '../../shared/notice.tsx';
import { useHolds } from '../../shared/queries.ts';
import css from '../home/home.module.css';

/** `count`: how many hold something; until they are read, that alone is said. */
export function HoldNotice({ count }: { readonly count: number }) {
  const holds = useHolds();
  const [, goTo] = useLocation();
  const waiting = (holds.data?.pages[0]?.items ?? []).filter(({ state }) => state === 'waiting');
  return (
    <section className={cardCss.card} aria-label="Deletions wait for you">
      <Notice tone="waiting">
        {waiting.length === 0 ? (
          <p className={css.sentence}>
            Many items were deleted in your mailbox{count > 1 ? `, ${count} times` : ''}. Nothing was deleted
            in Salesforce yet: Lockstep waits for your word.
          </p>
        ) : (
          waiting.map(({ id, text }) => (
            <p key={id} className={css.sentence}>
              {text}
            </p>
          ))
        )}
      </Notice>
      <div className={css.actions}>
        <Button appearance="primary" onClick={() => goTo('/settings')}>
          Look and decide
        </Button>
      </div>
    </section>
  );
}
