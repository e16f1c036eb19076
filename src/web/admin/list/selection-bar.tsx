/** How many are selected, what can be done with them, and the way to take all that match, also those not loaded. Read out when it changes. */
import { Button } from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef } from 'react';
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
  const told = useFocusWhenNone(isNone);
  return (
    <div className={`${css.bar} ${isNone ? css.idle : ''}`}>
      <span ref={told} role="status" tabIndex={-1} className={css.selected}>
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
      {/* Hidden and not taken away: a dialog that one of them opened, and that ends with none selected, would not let go of the page. */}
      <div className={css.actions} hidden={isNone}>
        <Button size="small" onClick={selecting.clear}>
          Select none
        </Button>
        {children}
      </div>
    </div>
  );
}

/** What is done with the selected ends with none selected, and takes the button away that had the focus: reading goes on at the count. */
function useFocusWhenNone(isNone: boolean) {
  const told = useRef<HTMLSpanElement>(null);
  const wasNone = useRef(isNone);
  useEffect(() => {
    const mayHaveLost = isNone && !wasNone.current;
    wasNone.current = isNone;
    if (!mayHaveLost) return undefined;
    // After the dialog that did it has let go of the page, which it does in the next moment.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) told.current?.focus();
    }, 50);
    return () => clearTimeout(timer);
  }, [isNone]);
  return told;
}
