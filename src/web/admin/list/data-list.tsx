/**
 * A list of the console: search, filters, order and columns in the address, pages by the mark of the one before, selection over all pages, bulk actions and CSV.
 * What is in it, and what can be done with it, is the caller's. Everything is read from one route of the API.
 */
import { Button, Spinner } from '@fluentui/react-components';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { problemOf } from '../../shared/api-problem.ts';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { useAdminPages } from '../shared/admin-queries.ts';
import css from './list.module.css';
import type { ListColumn, ListFilter, ListSort, Selection } from './list-model.ts';
import { FilterPanel, ViewPanel } from './list-panels.tsx';
import { ListTable } from './list-table.tsx';
import { ListToolbar, type Panel } from './list-toolbar.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useColumns } from './use-columns.ts';
import { useListAddress } from './use-list-address.ts';
import { useSearchKey } from './use-search-key.ts';
import { useSelection } from './use-selection.ts';

const PAGE_ITEMS = 100;
/** More are not shown at once: whoever has come so far narrows the list. */
const SHOWN_MAX = 2_000;
const nothing: Readonly<Record<string, string>> = {};

export interface DataListProps<Item> {
  /** Under which columns are remembered. */
  readonly name: string;
  readonly label: string;
  /** `person`, `people` */
  readonly words: readonly [one: string, many: string];
  /** The route, below /api/admin. */
  readonly below: string;
  /** Outside the component that renders the list, or memoized. */
  readonly columns: readonly ListColumn<Item>[];
  readonly filters?: readonly ListFilter[];
  readonly sort?: ListSort;
  /** Names the search field; without it there is none. */
  readonly searchLabel?: string;
  /** Asked with everything; the same object until it changes. */
  readonly always?: Readonly<Record<string, string>>;
  readonly keyOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  /** What Enter opens, below /admin. */
  readonly hrefOf?: (item: Item) => string;
  /** The same list as a file, below /api/admin. */
  readonly csv?: string;
  /** Buttons for what is selected; without it nothing can be selected. */
  readonly actions?: (selection: Selection<Item>, clear: () => void) => ReactNode;
  /** What is said where there is nothing at all, and no filter is set. */
  readonly empty: ReactNode;
}

const noFilters: readonly ListFilter[] = [];

export function DataList<Item>(props: DataListProps<Item>) {
  const { label, words, below, columns: all, filters = noFilters, searchLabel, keyOf, csv, actions } = props;
  const address = useListAddress(
    filters,
    all.flatMap(({ sort }) => sort ?? []),
    props.sort ?? null,
  );
  const columns = useColumns(props.name, all, address);
  const [panel, setPanel] = useState<Panel | null>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [hasKey, setKey] = useSearchKey(searchField);
  const always = props.always ?? nothing;
  const asked = useMemo(() => ({ ...always, ...address.asked }), [always, address.asked]);
  const order = address.sort === null ? nothing : { sort: address.sort.by, order: address.sort.order };
  const query = useAdminPages<Item>(
    below,
    new URLSearchParams({ ...asked, ...order, limit: String(PAGE_ITEMS) }),
  );
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const total = query.data?.pages[0]?.total ?? (query.hasNextPage ? null : items.length);
  const selecting = useSelection({ items, keyOf, total, filter: asked });
  const mayLoad = query.hasNextPage && items.length < SHOWN_MAX;
  const loadMore = () => {
    if (mayLoad && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  const isNarrowed = Object.keys(address.asked).length > 0;
  return (
    <section className={css.list} aria-label={label}>
      <ListToolbar
        searchLabel={searchLabel ?? null}
        searchField={searchField}
        filters={filters}
        address={address}
        panel={panel}
        onPanel={setPanel}
        csvUrl={csv === undefined ? null : `/api/admin${csv}?${new URLSearchParams({ ...asked, ...order })}`}
      />
      {panel === 'filter' && <FilterPanel filters={filters} columns={all} address={address} />}
      {panel === 'view' && (
        <ViewPanel
          all={all}
          columns={columns}
          hasSearch={searchLabel !== undefined}
          hasKey={hasKey}
          onKey={setKey}
        />
      )}
      <p role="status" className={css.count}>
        {query.data === undefined ? '' : sayShown(items.length, total, words)}
        {query.isPlaceholderData && ' Loading'}
      </p>
      {query.isPending && <Loading label={`Loading ${words[1]}`} lines={10} />}
      {query.error !== null && (
        <ProblemNotice problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
      )}
      {actions !== undefined && items.length > 0 && (
        <SelectionBar items={items} keyOf={keyOf} selecting={selecting} total={total} words={words}>
          {actions(selecting.selection, selecting.clear)}
        </SelectionBar>
      )}
      {query.data !== undefined && items.length === 0 && (
        <div className={css.empty}>
          {isNarrowed ? <p>Nothing matches. Remove a filter, or search for something else.</p> : props.empty}
        </div>
      )}
      {items.length > 0 && (
        <ListTable
          label={label}
          items={items}
          columns={columns.shown}
          keyOf={keyOf}
          nameOf={props.nameOf}
          hrefOf={props.hrefOf}
          selecting={actions === undefined ? null : selecting}
          total={total}
          sort={address.sort}
          onSort={address.setSort}
          onEnd={loadMore}
        />
      )}
      <More
        count={items.length}
        mayLoad={mayLoad}
        isLoading={query.isFetchingNextPage}
        onMore={loadMore}
        hasMore={query.hasNextPage}
      />
    </section>
  );
}

function More(props: {
  readonly count: number;
  readonly hasMore: boolean;
  readonly mayLoad: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}) {
  const { count, hasMore, mayLoad, isLoading, onMore } = props;
  if (!hasMore) return null;
  if (!mayLoad)
    return <p className={css.count}>{sayCount(count)} are shown. Narrow the list to see others.</p>;
  return (
    <div className={css.more}>
      <Button
        onClick={onMore}
        disabledFocusable={isLoading}
        icon={isLoading ? <Spinner size="tiny" /> : null}
      >
        {isLoading ? 'Loading' : 'Load more'}
      </Button>
    </div>
  );
}

function sayShown(shown: number, total: number | null, [one, many]: readonly [string, string]): string {
  if (total === null) return `${sayNumber(shown, one, many)} shown, there are more.`;
  if (shown < total) return `${sayCount(shown)} of ${sayNumber(total, one, many)} shown.`;
  return `${sayNumber(total, one, many)}.`;
}
