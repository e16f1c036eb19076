/**
 * A row of the project's error taxonomy and its place in the catalogue. A row is named by its provider and the beginning of its text; its vendor's words are
 * handed to the connector's own translation.
 */
import type { FailureCode } from '../../src/model/catalogue.ts';
import type { Failure } from '../../src/model/failure.ts';

export interface TaxonomyRow {
  readonly provider: string;
  readonly match: string;
  readonly class: string;
}

export interface MappedRow {
  readonly provider: string;
  readonly starts: string;
  readonly code: FailureCode;
  /** What the connectors make of the row's vendor words; empty where nothing that is built yet meets them. */
  readonly translated: (match: string) => readonly Failure[];
  /** Why its kind is another one than the row's class. */
  readonly differs?: string;
}

export type Translate = MappedRow['translated'];

export const nothingYet: Translate = () => [];
export const wordsOf = (match: string, pattern: RegExp) => [...match.matchAll(pattern)].map(([word]) => word);

export const rowsOf = (
  provider: string,
  ...rows: readonly (readonly [starts: string, code: FailureCode, translated: Translate, differs?: string])[]
): readonly MappedRow[] =>
  rows.map(([starts, code, translated, differs]) => ({
    provider,
    starts,
    code,
    translated,
    ...(differs === undefined ? {} : { differs }),
  }));
