/** Which columns a list shows: what the address names, else what this browser chose last, else those that are not hidden. The first always shows. */
import { useMemo, useState } from 'react';
import type { ListColumn } from './list-model.ts';
import type { ListAddress } from './use-list-address.ts';

export interface Columns<Item> {
  readonly shown: readonly ListColumn<Item>[];
  readonly toggle: (id: string) => void;
  /** Back to those that are shown at first. */
  readonly reset: () => void;
}

export function useColumns<Item>(
  list: string,
  all: readonly ListColumn<Item>[],
  address: ListAddress,
): Columns<Item> {
  const key = `lockstep.columns.${list}`;
  const [kept, setKept] = useState(() => readKept(key));
  const named = address.columns ?? kept;
  const shown = useMemo(
    () =>
      all.filter(({ id, isHidden }, index) => {
        if (index === 0) return true;
        return named === null ? isHidden !== true : named.includes(id);
      }),
    [all, named],
  );
  const keep = (ids: readonly string[]) => {
    setKept(ids);
    try {
      window.localStorage.setItem(key, ids.join(','));
    } catch {
      // No storage: for as long as the page is open.
    }
    address.setColumns(ids);
  };
  const ids = shown.map(({ id }) => id);
  return {
    shown,
    toggle: (id) => {
      const next = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
      keep(all.map((column) => column.id).filter((one) => next.includes(one)));
    },
    reset: () => keep(all.filter(({ isHidden }) => isHidden !== true).map(({ id }) => id)),
  };
}

function readKept(key: string): readonly string[] | null {
  try {
    return window.localStorage.getItem(key)?.split(',') ?? null;
  } catch {
    return null;
  }
}
