/**
 * The tree a SOQL statement is read into. Only shapes: reading is in `soql-parse.ts`, meaning in `soql-bind.ts`.
 */

/** A dotted name and its place in the statement. */
export interface Path {
  readonly names: readonly string[];
  readonly at: number;
}

export type Literal =
  | { readonly kind: 'string'; readonly text: string; readonly raw: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'datetime' | 'date'; readonly text: string; readonly at: number }
  | { readonly kind: 'range'; readonly name: string; readonly count: number; readonly at: number };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly path: Path; readonly operator: Operator; readonly value: Literal }
  | {
      readonly kind: 'in';
      readonly path: Path;
      readonly negated: boolean;
      readonly values: readonly Literal[];
    }
  | { readonly kind: 'join'; readonly path: Path; readonly negated: boolean; readonly query: Query };

export type SelectItem =
  | { readonly kind: 'field'; readonly path: Path; readonly alias?: string }
  | { readonly kind: 'group'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'aggregate';
      readonly name: string;
      readonly path?: Path;
      readonly alias?: string;
      readonly at: number;
    }
  | { readonly kind: 'children'; readonly query: Query };

export interface Order {
  readonly path: Path;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export interface Query {
  readonly statement: string;
  readonly select: readonly SelectItem[];
  readonly from: Path;
  readonly alias: string | null;
  /** Of USING SCOPE, lower case. */
  readonly scope?: string;
  readonly where: Condition | null;
  readonly groupBy: readonly Path[];
  readonly orderBy: readonly Order[];
  readonly limit: number | null;
  readonly offset: number;
}
