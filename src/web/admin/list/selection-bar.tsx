/** How many are selected, what can be done with them, and the way to take all that match, also those not loaded. Read out when it changes. */
import { Button } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { sayCount, sayNumber } from '../../shared/times.ts';
import css from './list.module.css';
import type { Selecting } from './use-selection.ts';

export function SelectionBar<Item>(props: {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly selecting: Selecting<Item>;
  readonly total: number | null;
  readonly words: readonly [string, string];
  readonly children: ReactNode;
}) {
  const { items, keyOf, selecting, total, words, children } = props;
  const { selection, count } = selecting;
  const isAll = selection.kind === 'all';
  const isNone = !isAll && selection.items.size === 0;
  const loaded = new Set(items.map(keyOf));
  const away = isAll ? 0 : [...selection.items.keys()].filter((key) => !loaded.has(key)).length;
  const hasAllLoaded = isAll || items.every((item) => selecting.has(item));
  return (
    <div className={`${css.bar} ${isNone ? css.idle : ''}`}>
      <span role="status" className={css.selected}>
        {isAll && `All ${count === null ? '' : `${sayCount(count)} `}that match are selected`}
        {!isAll && !isNone && `${sayNumber(selection.items.size, words[0], words[1])} selected`}
        {away > 0 && `, ${sayCount(away)} of them not in this list`}
        {isNone && 'None selected'}
      </span>
      {!hasAllLoaded && (
        <Button size="small" onClick={selecting.takeLoaded}>
          Select all shown
        </Button>
      )}
      {!isAll && hasAllLoaded && (total === null || total > items.length) && (
        <Button size="small" onClick={selecting.takeAll}>
          {total === null ? 'Select all that match' : `Select all ${sayCount(total)} that match`}
        </Button>
      )}
      {!isNone && (
        <>
          <Button size="small" onClick={selecting.clear}>
            Select none
          </Button>
          <div className={css.actions}>{children}</div>
        </>
      )}
    </div>
  );
}
