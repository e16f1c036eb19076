/** What stands above a list: search, the panels for filters and columns, CSV, and a chip for each filter that is set. */
import { Button, Input } from '@fluentui/react-components';
import { type RefObject, useEffect, useState } from 'react';
import { Icon, type IconName } from '../../shared/icons.tsx';
import css from './list.module.css';
import type { ListFilter } from './list-model.ts';
import type { ListAddress } from './use-list-address.ts';

const TYPING_MS = 250;

export type Panel = 'filter' | 'view';

export function ListToolbar(props: {
  readonly searchLabel: string | null;
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly filters: readonly ListFilter[];
  readonly address: ListAddress;
  readonly panel: Panel | null;
  readonly onPanel: (panel: Panel | null) => void;
  readonly csvUrl: string | null;
}) {
  const { searchLabel, searchField, filters, address, panel, onPanel, csvUrl } = props;
  const opener = (name: Panel, label: string, icon: IconName) => (
    <Button
      size="small"
      className={css.opener ?? ''}
      icon={<Icon name={icon} size={16} />}
      aria-expanded={panel === name}
      onClick={() => onPanel(panel === name ? null : name)}
    >
      {label}
    </Button>
  );
  return (
    <>
      <div className={css.toolbar}>
        {searchLabel !== null && (
          <Search label={searchLabel} field={searchField} text={address.search} onText={address.setSearch} />
        )}
        {filters.length > 0 && opener('filter', 'Filter', 'settings')}
        {opener('view', 'View', 'menu')}
        {csvUrl !== null && (
          <Button as="a" size="small" href={csvUrl} download>
            CSV
          </Button>
        )}
      </div>
      <Chips filters={filters} address={address} />
    </>
  );
}

/** Asks when typing rests. What stands in the address, by back or a chip, shows here too. */
function Search(props: {
  readonly label: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  const { label, field, text, onText } = props;
  const [typed, setTyped] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `onText` is new with every address, and means the same.
  useEffect(() => {
    if (typed === null) return undefined;
    const timer = setTimeout(() => {
      onText(typed);
      setTyped(null);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Input
      input={{ ref: field }}
      className={css.search ?? ''}
      size="small"
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={label}
      value={typed ?? text}
      maxLength={200}
      onChange={(_event, data) => setTyped(data.value)}
    />
  );
}

function Chips({
  filters,
  address,
}: {
  readonly filters: readonly ListFilter[];
  readonly address: ListAddress;
}) {
  const set = filters.filter(({ name }) => address.values.has(name));
  if (set.length === 0) return null;
  return (
    <ul className={css.chips} aria-label="Filters that are set">
      {set.map((filter) => {
        const said = `${filter.label}: ${sayValue(filter, address.values.get(filter.name) ?? '')}`;
        return (
          <li key={filter.name}>
            <button
              type="button"
              className={css.chip}
              aria-label={`Remove the filter ${said}`}
              onClick={() => address.setFilter(filter.name, null)}
            >
              {said} <span aria-hidden="true">×</span>
            </button>
          </li>
        );
      })}
      {set.length > 1 && (
        <li>
          <button type="button" className={css.chip} onClick={address.clear}>
            Remove all filters
          </button>
        </li>
      )}
    </ul>
  );
}

function sayValue({ kind, choices }: ListFilter, value: string): string {
  if (kind !== 'choices') return value;
  return choices?.find((choice) => choice.value === value)?.label ?? 'the one of the link';
}
