/**
 * Reads a SOQL statement into a tree: the part of the language a sync uses (fields, parents, child subqueries, plain
 * aggregates, WHERE, ORDER BY, LIMIT, OFFSET). Names are not looked up here; what is not supported is MALFORMED_QUERY.
 */
import { readDateLiteral } from './soql-dates.ts';
import { lex, refuseAt, type Token } from './soql-lex.ts';
import type { Condition, Literal, Operator, Order, Path, Query, SelectItem } from './soql-tree.ts';

const CLAUSES = new Set([
  'USING',
  'WHERE',
  'WITH',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FOR',
  'UPDATE',
  'ALL',
  'FROM',
  'SELECT',
]);
const AGGREGATES = new Set(['COUNT', 'COUNT_DISTINCT', 'MIN', 'MAX', 'SUM', 'AVG']);
const OFFSET_MAX = 2000;

/** Reads one statement. Fails with MALFORMED_QUERY and the place. */
export function parseSoql(statement: string): Query {
  const reader = new Reader(statement);
  const query = readQuery(reader);
  reader.expectEnd();
  return query;
}

/** Reads a condition alone, as validation rules are written. */
export function parseCondition(statement: string): Condition {
  const reader = new Reader(statement);
  const condition = readCondition(reader);
  reader.expectEnd();
  return condition;
}

class Reader {
  readonly statement: string;
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(statement: string) {
    this.statement = statement;
    this.tokens = lex(statement);
  }

  get next(): Token {
    return this.tokens[this.index] ?? { kind: 'end', text: '<EOF>', raw: '', at: this.statement.length };
  }

  take(): Token {
    const token = this.next;
    this.index += 1;
    return token;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.tokens[this.index + ahead];
    return token?.kind === 'name' && token.text.toUpperCase() === word;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.tokens[this.index + ahead];
    return token?.kind === 'symbol' && token.text === symbol;
  }

  accept(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.index += 1;
    return true;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.index += 1;
    return true;
  }

  expect(word: string): void {
    if (!this.accept(word)) throw this.unexpected();
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.next.kind !== 'end') throw this.unexpected();
  }

  unexpected(token: Token = this.next): Error {
    const shown = token.kind === 'end' ? '<EOF>' : token.raw;
    return refuseAt(this.statement, token.at, `unexpected token: '${shown}'`);
  }
}

function readQuery(reader: Reader): Query {
  reader.expect('SELECT');
  const select = readList(reader, readSelectItem);
  reader.expect('FROM');
  const from = readPath(reader);
  const alias = readAlias(reader);
  const scope = readScope(reader);
  const where = reader.accept('WHERE') ? readCondition(reader) : null;
  if (reader.accept('WITH')) {
    if (!reader.accept('SECURITY_ENFORCED') && !reader.accept('USER_MODE') && !reader.accept('SYSTEM_MODE')) {
      throw reader.unexpected();
    }
  }
  const groupBy = readBy(reader, 'GROUP', readPath);
  const orderBy = readBy(reader, 'ORDER', readOrder);
  const limit = reader.accept('LIMIT') ? readCount(reader) : null;
  const offset = reader.accept('OFFSET') ? readCount(reader) : 0;
  if (offset > OFFSET_MAX) {
    throw refuseAt(
      reader.statement,
      reader.next.at,
      `Maximum SOQL offset allowed is ${OFFSET_MAX}`,
      'NUMBER_OUTSIDE_VALID_RANGE',
    );
  }
  if (reader.accept('FOR') && !reader.accept('VIEW') && !reader.accept('REFERENCE')) reader.expect('UPDATE');
  if (reader.accept('ALL')) reader.expect('ROWS');
  const query = {
    statement: reader.statement,
    select,
    from,
    alias,
    where,
    groupBy,
    orderBy,
    limit,
    offset,
    ...(scope === undefined ? {} : { scope }),
  };
  refuseStrayAliases(reader, query);
  return query;
}

function readScope(reader: Reader): string | undefined {
  if (!reader.accept('USING')) return undefined;
  reader.expect('SCOPE');
  return readPath(reader).names.join('.').toLowerCase();
}

function refuseStrayAliases(reader: Reader, query: Query): void {
  for (const item of query.select) {
    if (item.kind !== 'field' || item.alias === undefined || query.groupBy.length > 0) continue;
    throw refuseAt(reader.statement, item.path.at, 'only aggregate expressions use field aliasing');
  }
}

function readSelectItem(reader: Reader): SelectItem {
  if (reader.acceptSymbol('(')) {
    const query = readQuery(reader);
    reader.expectSymbol(')');
    return { kind: 'children', query };
  }
  const { at } = reader.next;
  if (!reader.isSymbol('(', 1)) {
    const path = readPath(reader);
    const alias = readAlias(reader);
    return alias === null ? { kind: 'field', path } : { kind: 'field', path, alias };
  }
  const word = reader.take();
  const name = word.text.toUpperCase();
  reader.expectSymbol('(');
  if (name === 'FIELDS') {
    const group = reader.take().text.toUpperCase();
    reader.expectSymbol(')');
    return { kind: 'group', name: group, at };
  }
  if (!AGGREGATES.has(name)) throw reader.unexpected(word);
  const path = reader.isSymbol(')') ? undefined : readPath(reader);
  if (path === undefined && name !== 'COUNT') throw reader.unexpected();
  reader.expectSymbol(')');
  const alias = readAlias(reader);
  return { kind: 'aggregate', name, at, ...(path && { path }), ...(alias !== null && { alias }) };
}

function readOrder(reader: Reader): Order {
  const path = readPath(reader);
  const descending = reader.accept('DESC');
  if (!descending) reader.accept('ASC');
  let nullsLast = false;
  if (reader.accept('NULLS')) {
    nullsLast = reader.accept('LAST');
    if (!nullsLast) reader.expect('FIRST');
  }
  return { path, descending, nullsLast };
}

function readBy<Item>(reader: Reader, word: string, read: (reader: Reader) => Item): Item[] {
  if (!reader.accept(word)) return [];
  reader.expect('BY');
  return readList(reader, read);
}

function readList<Item>(reader: Reader, read: (reader: Reader) => Item): Item[] {
  const items = [read(reader)];
  while (reader.acceptSymbol(',')) items.push(read(reader));
  return items;
}

function readPath(reader: Reader): Path {
  const token = reader.take();
  if (token.kind !== 'name' || CLAUSES.has(token.text.toUpperCase())) throw reader.unexpected(token);
  return { names: token.text.split('.'), at: token.at };
}

function readAlias(reader: Reader): string | null {
  const { kind, text } = reader.next;
  if (kind !== 'name' || CLAUSES.has(text.toUpperCase()) || text.includes('.')) return null;
  return reader.take().text;
}

function readCount(reader: Reader): number {
  const token = reader.take();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw reader.unexpected(token);
  return Number(token.text);
}

function readCondition(reader: Reader): Condition {
  const first = readTerm(reader);
  const kind = reader.isWord('AND') ? 'and' : reader.isWord('OR') ? 'or' : undefined;
  if (kind === undefined) return first;
  const parts = [first];
  while (reader.accept(kind.toUpperCase())) parts.push(readTerm(reader));
  if (reader.isWord('AND') || reader.isWord('OR')) throw reader.unexpected();
  return { kind, parts };
}

function readTerm(reader: Reader): Condition {
  if (reader.accept('NOT')) return { kind: 'not', part: readTerm(reader) };
  if (reader.acceptSymbol('(')) {
    const condition = readCondition(reader);
    reader.expectSymbol(')');
    return condition;
  }
  return readComparison(reader);
}

function readComparison(reader: Reader): Condition {
  const path = readPath(reader);
  const negated = reader.accept('NOT');
  if (reader.accept('IN')) {
    reader.expectSymbol('(');
    if (reader.isWord('SELECT')) {
      const query = readQuery(reader);
      reader.expectSymbol(')');
      return { kind: 'join', path, negated, query };
    }
    const values = readList(reader, readLiteral);
    reader.expectSymbol(')');
    return { kind: 'in', path, negated, values };
  }
  if (negated) throw reader.unexpected();
  if (reader.accept('LIKE')) return { kind: 'compare', path, operator: 'LIKE', value: readLiteral(reader) };
  const token = reader.take();
  const operator = token.text === '<>' ? '!=' : token.text;
  if (token.kind !== 'symbol' || !['=', '!=', '<', '<=', '>', '>='].includes(operator)) {
    throw reader.unexpected(token);
  }
  return { kind: 'compare', path, operator: operator as Operator, value: readLiteral(reader) };
}

function readLiteral(reader: Reader): Literal {
  const token = reader.take();
  const { at, text } = token;
  if (token.kind === 'string') return { kind: 'string', text, raw: token.raw, at };
  if (token.kind === 'number') return { kind: 'number', value: Number(text), at };
  if (token.kind === 'datetime' || token.kind === 'date') return { kind: token.kind, text, at };
  const word = token.kind === 'name' ? text.toUpperCase() : '';
  if (word === 'NULL') return { kind: 'null', at };
  if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE', at };
  const takesCount = readDateLiteral(word);
  if (takesCount === undefined) throw reader.unexpected(token);
  if (takesCount) reader.expectSymbol(':');
  return { kind: 'range', name: word, count: takesCount ? readCount(reader) : 0, at };
}
