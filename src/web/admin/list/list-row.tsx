/** One row of a list. Only the row that is active can be reached by Tab, and what is in it; the arrow keys are the table's. */
import { type MouseEvent, useRef } from 'react';
import { Link } from 'wouter';
import css from './list.module.css';
import type { ListColumn } from './list-model.ts';
import { roles } from './list-roles.ts';

export function ListRow<Item>(props: {
  readonly item: Item;
  /** From 0. */
  readonly index: number;
  readonly name: string;
  readonly href: string | undefined;
  readonly columns: readonly ListColumn<Item>[];
  readonly isActive: boolean;
  /** Null where nothing can be selected. */
  readonly isSelected: boolean | null;
  readonly onFocus: (index: number) => void;
  readonly onToggle: (isRange: boolean) => void;
}) {
  const { item, index, name, href, columns, isActive, isSelected, onFocus, onToggle } = props;
  const isRange = useRef(false);
  const [first, ...others] = columns;
  const tabIndex = isActive ? 0 : -1;
  const look = (event: MouseEvent) => {
    isRange.current = event.shiftKey;
  };
  return (
    <tr
      {...roles.row}
      className={css.row}
      data-index={index}
      tabIndex={tabIndex}
      aria-rowindex={index + 2}
      aria-selected={isSelected ?? undefined}
      onFocus={() => onFocus(index)}
    >
      {isSelected !== null && (
        <td {...roles.cell} className={css.box}>
          <input
            type="checkbox"
            tabIndex={tabIndex}
            aria-label={`Select ${name}`}
            checked={isSelected}
            onClick={look}
            onChange={() => onToggle(isRange.current)}
          />
        </td>
      )}
      {first !== undefined && (
        <th {...roles.rowHead} scope="row">
          {href === undefined ? (
            first.cell(item)
          ) : (
            <Link href={href} className={css.open ?? ''} tabIndex={tabIndex}>
              {first.cell(item)}
            </Link>
          )}
        </th>
      )}
      {others.map(({ id, title, cell, isNumber }) => (
        <td
          key={id}
          {...roles.cell}
          data-title={title}
          className={isNumber === true ? css.number : undefined}
        >
          {cell(item)}
        </td>
      ))}
    </tr>
  );
}
