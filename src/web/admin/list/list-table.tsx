/**
 * The table of a list: a grid whose rows are moved through by the arrow keys. Space selects, Shift with an arrow selects a range, Enter opens. Narrow, each row is a
 * small card with the names of its columns. It holds no data and asks for none.
 */
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '../../shared/icons.tsx';
import css from './list.module.css';
import type { ListColumn, ListSort } from './list-model.ts';
import { roles } from './list-roles.ts';
import { ListRow } from './list-row.tsx';
import type { Selecting } from './use-selection.ts';

export interface ListTableProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly columns: readonly ListColumn<Item>[];
  readonly keyOf: (item: Item) => string;
  /** What a screen reader calls the row. */
  readonly nameOf: (item: Item) => string;
  readonly hrefOf?: ((item: Item) => string) | undefined;
  /** Null where nothing can be selected. */
  readonly selecting: Selecting<Item> | null;
  readonly total: number | null;
  readonly sort: ListSort | null;
  readonly onSort: (sort: ListSort) => void;
  /** Asked when the last row is left downwards. */
  readonly onEnd: () => void;
}

export function ListTable<Item>(props: ListTableProps<Item>) {
  const { label, items, columns, keyOf, nameOf, hrefOf, selecting, total, sort, onSort, onEnd } = props;
  const [chosen, setActive] = useState(0);
  const active = Math.min(chosen, Math.max(items.length - 1, 0));
  const grid = useRef<HTMLTableElement>(null);
  const help = useId();
  const [, goTo] = useLocation();
  const moveTo = (index: number, isRange: boolean) => {
    if (index >= items.length) onEnd();
    const next = Math.max(0, Math.min(index, items.length - 1));
    if (isRange) selecting?.extendTo(next);
    setActive(next);
    grid.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event.key, active, items.length);
    if (step !== null) {
      event.preventDefault();
      moveTo(step, event.shiftKey);
      return;
    }
    if (event.key === 'a' && (event.ctrlKey || event.metaKey) && selecting !== null) {
      event.preventDefault();
      selecting.takeLoaded();
      return;
    }
    // Links and boxes inside a row answer to their own keys.
    if (!(event.target instanceof HTMLTableRowElement)) return;
    const item = items[active];
    if (event.key === ' ' && selecting !== null) {
      event.preventDefault();
      if (event.shiftKey) selecting.extendTo(active);
      else selecting.toggle(active);
    } else if (event.key === 'Enter' && hrefOf !== undefined && item !== undefined) {
      event.preventDefault();
      goTo(hrefOf(item));
    }
  };
  return (
    <div className={css.scroll}>
      <table
        ref={grid}
        {...(selecting === null ? roles.grid : roles.gridOfMany)}
        className={css.table}
        aria-label={label}
        aria-describedby={help}
        aria-rowcount={total === null ? -1 : total + 1}
        onKeyDown={onKeyDown}
      >
        <Head columns={columns} hasBoxes={selecting !== null} sort={sort} onSort={onSort} />
        <tbody {...roles.group}>
          {items.map((item, index) => (
            <ListRow
              key={keyOf(item)}
              item={item}
              index={index}
              name={nameOf(item)}
              href={hrefOf?.(item)}
              columns={columns}
              isActive={index === active}
              isSelected={selecting === null ? null : selecting.has(item)}
              onFocus={setActive}
              onToggle={(isRange) => (isRange ? selecting?.extendTo(index) : selecting?.toggle(index))}
            />
          ))}
        </tbody>
      </table>
      <p id={help} className="visually-hidden">
        Arrow keys move between rows.
        {selecting !== null && ' Space selects, Shift with arrows selects a range.'}
        {hrefOf !== undefined && ' Enter opens.'}
      </p>
    </div>
  );
}

/** Where a key leads; null where it leads nowhere. */
function stepOf(key: string, active: number, count: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: Math.min(active + 10, count - 1),
    PageUp: active - 10,
    Home: 0,
    End: count - 1,
  };
  return steps[key] ?? null;
}

function Head<Item>(props: {
  readonly columns: readonly ListColumn<Item>[];
  readonly hasBoxes: boolean;
  readonly sort: ListSort | null;
  readonly onSort: (sort: ListSort) => void;
}) {
  const { columns, hasBoxes, sort, onSort } = props;
  return (
    <thead {...roles.group}>
      <tr {...roles.row} aria-rowindex={1}>
        {hasBoxes && (
          <th {...roles.columnHead} scope="col" className={css.box}>
            <span className="visually-hidden">Selected</span>
          </th>
        )}
        {columns.map(({ id, title, sort: by, isNumber }) => (
          <th
            key={id}
            {...roles.columnHead}
            scope="col"
            className={isNumber === true ? css.number : undefined}
            aria-sort={by === undefined ? undefined : by === sort?.by ? sort.order : 'none'}
          >
            {by === undefined ? (
              title
            ) : (
              <button
                type="button"
                className={css.sort}
                onClick={() =>
                  onSort({
                    by,
                    order: by === sort?.by && sort.order === 'ascending' ? 'descending' : 'ascending',
                  })
                }
              >
                {title}
                <span className={by === sort?.by ? css.arrow : css.noArrow}>
                  <Icon name="more" size={12} className={sort?.order === 'ascending' ? css.up : undefined} />
                </span>
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}
