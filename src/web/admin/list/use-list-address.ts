/**
 * What a list is narrowed and sorted by and which columns it shows, kept in the address, so that it can be sent as a link and that back and forward work.
 * Typing replaces the entry of the history, everything else adds one.
 */
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { ListFilter, ListSort } from './list-model.ts';

export interface ListAddress {
  readonly search: string;
  readonly sort: ListSort | null;
  /** Values of the filters that are set, by name. */
  readonly values: ReadonlyMap<string, string>;
  /** What the API is asked: filter and search, by name. */
  readonly asked: Readonly<Record<string, string>>;
  /** Columns that the address names; null: it names none. */
  readonly columns: readonly string[] | null;
  readonly setSearch: (text: string) => void;
  readonly setSort: (sort: ListSort) => void;
  readonly setFilter: (name: string, value: string | null) => void;
  readonly setColumns: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

export function useListAddress(
  filters: readonly ListFilter[],
  sorts: readonly string[],
  first: ListSort | null,
): ListAddress {
  const [parameters, setParameters] = useSearchParams();
  const change = (changes: Readonly<Record<string, string | null>>, replace = false) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace },
    );
  const values = useMemo(
    () =>
      new Map(
        filters.flatMap(({ name }) => {
          const value = parameters.get(name);
          return value === null || value === '' ? [] : [[name, value] as const];
        }),
      ),
    [filters, parameters],
  );
  const search = parameters.get('search') ?? '';
  const asked = useMemo(() => askedFor(filters, values, search), [filters, values, search]);
  return {
    search,
    sort: sortOf(parameters, sorts, first),
    values,
    asked,
    columns: parameters.get('columns')?.split(',') ?? null,
    setSearch: (text) => change({ search: text }, true),
    setSort: ({ by, order }) => change({ sort: by, order }),
    setFilter: (name, value) => change({ [name]: value }),
    setColumns: (ids) => change({ columns: ids.join(',') }, true),
    clear: () => change({ search: null, ...Object.fromEntries(filters.map(({ name }) => [name, null])) }),
  };
}

function askedFor(
  filters: readonly ListFilter[],
  values: ReadonlyMap<string, string>,
  search: string,
): Readonly<Record<string, string>> {
  const asked: Record<string, string> = {};
  for (const { name, ask } of filters) {
    const value = values.get(name);
    if (value !== undefined) asked[name] = ask === undefined ? value : ask(value);
  }
  return search.trim() === '' ? asked : { ...asked, search: search.trim() };
}

/** A sort that the list does not know is none. */
function sortOf(parameters: URLSearchParams, sorts: readonly string[], first: ListSort | null) {
  const by = parameters.get('sort');
  if (by === null || !sorts.includes(by)) return first;
  return { by, order: parameters.get('order') === 'descending' ? 'descending' : 'ascending' } as const;
}
