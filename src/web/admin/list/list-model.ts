/** What a list of the console is told: its columns, its filters, and which of its entries are selected. Types alone. */
import type { ReactNode } from 'react';

export interface ListColumn<Item> {
  readonly id: string;
  readonly title: string;
  readonly cell: (item: Item) => ReactNode;
  /** Its name in the API's `sort`; without it the list cannot be sorted by this column. */
  readonly sort?: string;
  readonly isNumber?: boolean;
  /** Not shown until somebody chooses it. The first column is always shown. */
  readonly isHidden?: boolean;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** `choices`: one of a few; `text`: typed; `day`: a day in the reader's zone. */
export interface ListFilter {
  /** Its name in the address and in the API's query. */
  readonly name: string;
  readonly label: string;
  readonly kind: 'choices' | 'text' | 'day';
  readonly choices?: readonly Choice[];
  /** What the API is asked for, where it is not what the address says. */
  readonly ask?: (value: string) => string;
}

export interface ListSort {
  readonly by: string;
  readonly order: 'ascending' | 'descending';
}

/** `some`: chosen one by one, by key. `all`: everybody whom the filter lets through, also those not loaded. */
export type Selection<Item> =
  | { readonly kind: 'some'; readonly items: ReadonlyMap<string, Item> }
  | {
      readonly kind: 'all';
      readonly total: number | null;
      readonly filter: Readonly<Record<string, string>>;
    };
