/** One thing of a short list that the API hands out whole: what stands on it, or a word that it is gone. */
import type { ReactNode } from 'react';
import { Notice } from '../../shared/notice.tsx';
import { useAdmin } from './admin-queries.ts';
import { WithAnswer } from './with-answer.tsx';

interface Listed {
  readonly id: string;
}

/** Its entry in the list at `below`, once that is known. */
export function useEntry<Item extends Listed>(
  below: string | null,
  id: string,
  everyMs?: (item: Item | undefined) => number | false,
) {
  const find = (items: readonly Item[] | undefined) => items?.find((one) => one.id === id);
  const query = useAdmin<{ readonly items: readonly Item[] }>(
    below,
    everyMs === undefined ? {} : { everyMs: (known) => everyMs(find(known?.items)) },
  );
  return { query, item: find(query.data?.items) };
}

export function WithEntry<Item extends Listed>(props: {
  readonly entry: ReturnType<typeof useEntry<Item>>;
  /** Such as *profile*. */
  readonly kind: string;
  readonly children: (item: Item) => ReactNode;
}) {
  const { entry, kind, children } = props;
  return (
    <WithAnswer query={entry.query} label={`Loading the ${kind}`}>
      {() =>
        entry.item === undefined ? (
          <Notice tone="waiting">
            <p>There is no such {kind}. It may have been deleted.</p>
          </Notice>
        ) : (
          children(entry.item)
        )
      }
    </WithAnswer>
  );
}
