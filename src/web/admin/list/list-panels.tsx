/** What unfolds above a list: its filters and its order, or which columns it shows and whether a single key reaches the search. */
import { Button, Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import css from './list.module.css';
import type { ListColumn, ListFilter, ListSort } from './list-model.ts';
import type { Columns } from './use-columns.ts';
import type { ListAddress } from './use-list-address.ts';

const TYPING_MS = 350;

export function FilterPanel<Item>(props: {
  readonly filters: readonly ListFilter[];
  readonly columns: readonly ListColumn<Item>[];
  readonly address: ListAddress;
}) {
  const { filters, columns, address } = props;
  return (
    <fieldset className={css.panel}>
      <legend className="visually-hidden">Filters</legend>
      {filters.map((filter) => (
        <FilterField key={filter.name} filter={filter} address={address} />
      ))}
      <SortField columns={columns} sort={address.sort} onSort={address.setSort} />
    </fieldset>
  );
}

function FilterField({ filter, address }: { readonly filter: ListFilter; readonly address: ListAddress }) {
  const { name, label, kind, choices = [] } = filter;
  const value = address.values.get(name) ?? '';
  if (kind === 'choices') {
    // Such as a person, who is chosen by a link alone.
    if (choices.length === 0 && value === '') return null;
    const isKnown = value === '' || choices.some((choice) => choice.value === value);
    return (
      <Field label={label} size="small">
        <Select
          size="small"
          value={value}
          onChange={(_event, data) => address.setFilter(name, data.value === '' ? null : data.value)}
        >
          <option value="">Any</option>
          {!isKnown && <option value={value}>The one of the link</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  return (
    <TypedField
      label={label}
      type={kind === 'day' ? 'date' : 'text'}
      value={value}
      onValue={(next) => address.setFilter(name, next)}
    />
  );
}

/** Asks when typing rests. */
function TypedField(props: {
  readonly label: string;
  readonly type: 'text' | 'date';
  readonly value: string;
  readonly onValue: (value: string | null) => void;
}) {
  const { label, type, value, onValue } = props;
  const [typed, setTyped] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `onValue` is new with every address, and means the same.
  useEffect(() => {
    if (typed === null) return undefined;
    const timer = setTimeout(() => {
      onValue(typed.trim() === '' ? null : typed.trim());
      setTyped(null);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field label={label} size="small">
      <Input
        size="small"
        type={type}
        value={typed ?? value}
        maxLength={100}
        onChange={(_event, data) => setTyped(data.value)}
      />
    </Field>
  );
}

/** Narrow, the table has no head to sort by. */
function SortField<Item>(props: {
  readonly columns: readonly ListColumn<Item>[];
  readonly sort: ListSort | null;
  readonly onSort: (sort: ListSort) => void;
}) {
  const { columns, sort, onSort } = props;
  const sortable = columns.flatMap(({ sort: by, title }) => (by === undefined ? [] : [{ by, title }]));
  if (sortable.length === 0 || sort === null) return null;
  return (
    <Field label="Sorted by" size="small">
      <Select
        size="small"
        value={`${sort.by} ${sort.order}`}
        onChange={(_event, data) => {
          const [by = sort.by, order] = data.value.split(' ');
          onSort({ by, order: order === 'descending' ? 'descending' : 'ascending' });
        }}
      >
        {sortable.flatMap(({ by, title }) => [
          <option key={by} value={`${by} ascending`}>
            {title}
          </option>,
          <option key={`${by} down`} value={`${by} descending`}>
            {title}, the other way round
          </option>,
        ])}
      </Select>
    </Field>
  );
}

export function ViewPanel<Item>(props: {
  readonly all: readonly ListColumn<Item>[];
  readonly columns: Columns<Item>;
  readonly hasSearch: boolean;
  readonly hasKey: boolean;
  readonly onKey: (hasKey: boolean) => void;
}) {
  const { all, columns, hasSearch, hasKey, onKey } = props;
  const shown = new Set(columns.shown.map(({ id }) => id));
  return (
    <div className={css.panel}>
      <fieldset className={css.choices}>
        <legend>Columns</legend>
        {all.map(({ id, title }, index) => (
          <Checkbox
            key={id}
            label={title}
            checked={shown.has(id)}
            disabled={index === 0}
            onChange={() => columns.toggle(id)}
          />
        ))}
        <Button size="small" onClick={columns.reset}>
          As at first
        </Button>
      </fieldset>
      {hasSearch && (
        <Checkbox
          label="The key / goes to the search"
          checked={hasKey}
          onChange={(_event, data) => onKey(data.checked === true)}
        />
      )}
    </div>
  );
}
