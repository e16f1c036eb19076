/**
 * Cuts a SOQL statement into tokens with their places. It knows literals and escapes, not grammar, and writes the
 * error texts that point to a place in the statement.
 */
import { ApiError } from './errors.ts';
import { readDate, readDateTime } from './values.ts';

/** A token: `text` is the decoded value of a string, the canonical form of an instant or day, else the source. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'datetime' | 'date' | 'symbol' | 'end';
  readonly text: string;
  /** Strings only: the source between the quotes, which LIKE needs for its own escapes. */
  readonly raw: string;
  readonly at: number;
}

const STATEMENT_MAX = 100_000;
const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y;
const NUMBER = /[+-]?\d+(?:\.\d+)?/y;
const DATE_TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/y;
const DATE = /\d{4}-\d{2}-\d{2}(?![T\d])/y;
const SYMBOL = /<>|<=|>=|!=|[=<>(),:]/y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  N: '\n',
  r: '\r',
  R: '\r',
  t: '\t',
  T: '\t',
  b: '\b',
  B: '\b',
  f: '\f',
  F: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
  _: '_',
  '%': '%',
};

/** The tokens of a statement, the last of kind `end`. Fails with MALFORMED_QUERY. */
export function lex(statement: string): Token[] {
  if (statement.length > STATEMENT_MAX) {
    throw new ApiError(
      400,
      'MALFORMED_QUERY',
      `SOQL statements cannot be longer than ${STATEMENT_MAX} characters.`,
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < statement.length) {
    if (/\s/.test(statement.charAt(at))) {
      at += 1;
      continue;
    }
    const { token, end } = statement.charAt(at) === "'" ? lexString(statement, at) : lexPlain(statement, at);
    tokens.push(token);
    at = end;
  }
  tokens.push({ kind: 'end', text: '<EOF>', raw: '', at: statement.length });
  return tokens;
}

function lexPlain(statement: string, at: number): { token: Token; end: number } {
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(statement)?.[0];
  };
  const make = (kind: Token['kind'], source: string, text = source) => ({
    token: { kind, text, raw: source, at },
    end: at + source.length,
  });
  const instant = match(DATE_TIME);
  if (instant !== undefined) {
    const text = readDateTime(instant);
    if (text === undefined) throw refuseAt(statement, at, `line 1:${at} invalid date`);
    return make('datetime', instant, text);
  }
  const day = match(DATE);
  if (day !== undefined) {
    if (readDate(day) === undefined) throw refuseAt(statement, at, `line 1:${at} invalid date`);
    return make('date', day);
  }
  const number = match(NUMBER);
  if (number !== undefined) return make('number', number);
  const name = match(NAME);
  if (name !== undefined) return make('name', name);
  const symbol = match(SYMBOL);
  if (symbol !== undefined) return make('symbol', symbol);
  throw refuseAt(statement, at, `line 1:${at} no viable alternative at character '${statement.charAt(at)}'`);
}

function lexString(statement: string, start: number): { token: Token; end: number } {
  let text = '';
  let at = start + 1;
  for (;;) {
    const character = statement.charAt(at);
    if (character === '')
      throw refuseAt(
        statement,
        start,
        `line 1:${statement.length} mismatched character '<EOF>' expecting '''`,
      );
    if (character === "'") break;
    if (character !== '\\') {
      text += character;
      at += 1;
      continue;
    }
    const decoded = ESCAPES[statement.charAt(at + 1)];
    if (decoded === undefined) {
      throw refuseAt(
        statement,
        at,
        `Illegal string literal: Invalid string literal '\\${statement.charAt(at + 1)}'`,
      );
    }
    text += decoded;
    at += 2;
  }
  return { token: { kind: 'string', text, raw: statement.slice(start + 1, at), at: start }, end: at + 1 };
}

/** The refusal that shows the place in the statement: rows and columns count from 1. */
export function refuseAt(statement: string, at: number, message: string, code = 'MALFORMED_QUERY'): ApiError {
  const before = statement.slice(0, at);
  const row = before.split('\n').length;
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = statement.indexOf('\n', at);
  const from = Math.max(lineStart, at - 40);
  const excerpt = statement.slice(from, Math.min(lineEnd === -1 ? statement.length : lineEnd, at + 40));
  const pointer = `${' '.repeat(at - from)}^`;
  const column = at - lineStart + 1;
  return new ApiError(
    400,
    code,
    `\n${excerpt}\n${pointer}\nERROR at Row:${row}:Column:${column}\n${message}`,
  );
}
