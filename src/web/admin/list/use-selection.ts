/** Which entries of a list are selected: one by one over all that was loaded, a range from where the last choice was, or all that match the filter. */
import { useRef, useState } from 'react';
import type { Selection } from './list-model.ts';

export interface Selecting<Item> {
  readonly selection: Selection<Item>;
  readonly has: (item: Item) => boolean;
  /** How many; null where nobody knows. */
  readonly count: number | null;
  readonly toggle: (index: number) => void;
  /** From the last choice to here, both included. */
  readonly extendTo: (index: number) => void;
  readonly takeLoaded: () => void;
  readonly takeAll: () => void;
  readonly clear: () => void;
}

export function useSelection<Item>(props: {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly total: number | null;
  readonly filter: Readonly<Record<string, string>>;
}): Selecting<Item> {
  const { items, keyOf, total, filter } = props;
  const [picked, setPicked] = useState<ReadonlyMap<string, Item>>(new Map());
  // By the filter that it was meant for: whoever narrows the list anew has not meant those who appear then.
  const [allOf, setAllOf] = useState<Readonly<Record<string, string>> | null>(null);
  const anchor = useRef(0);
  const isAll = allOf === filter;
  const set = (next: ReadonlyMap<string, Item>) => {
    setAllOf(null);
    setPicked(next);
  };
  const loaded = () => new Map(items.map((item) => [keyOf(item), item] as const));
  const before = () => (isAll ? loaded() : new Map(picked));
  return {
    selection: isAll ? { kind: 'all', total, filter } : { kind: 'some', items: picked },
    has: (item) => isAll || picked.has(keyOf(item)),
    count: isAll ? total : picked.size,
    toggle: (index) => {
      const item = items[index];
      if (item === undefined) return;
      anchor.current = index;
      const next = before();
      if (!next.delete(keyOf(item))) next.set(keyOf(item), item);
      set(next);
    },
    extendTo: (index) => {
      const next = before();
      const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
      for (const item of items.slice(from, to + 1)) next.set(keyOf(item), item);
      set(next);
    },
    takeLoaded: () => set(new Map([...picked, ...loaded()])),
    takeAll: () => setAllOf(filter),
    clear: () => set(new Map()),
  };
}
