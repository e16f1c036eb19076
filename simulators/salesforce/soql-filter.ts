/**
 * Turns the WHERE of a statement into a test of a row and finds the index that narrows the rows to be tested. Lists
 * become sets, so that a thousand values cost one look-up a row.
 */
import type { Actor } from './actor.ts';
import { normalizeId } from './ids.ts';
import type { SObjectType } from './schema/schema.ts';
import { type BoundPath, bindPath, readPath, refuseQuery, requireFilterable } from './soql-bind.ts';
import { rangeOfLiteral } from './soql-dates.ts';
import { refuseAt } from './soql-lex.ts';
import type { Condition, Literal, Operator, Path, Query } from './soql-tree.ts';
import { type Row, toDate, toDateTime, type Value } from './values.ts';

/** Whether a row fulfils a condition. */
export type Test = (row: Row) => boolean;

/** What filtering needs: the caller, the object, the statement (for error places) and how to run a semi-join. */
export interface FilterContext {
  readonly actor: Actor;
  readonly type: SObjectType;
  readonly query: Query;
  readonly runJoin: (query: Query) => ReadonlySet<string>;
}

const NUMBERS = new Set(['int', 'double', 'currency', 'percent']);

/** The test of a condition. Fails as Salesforce does for unknown or unfilterable fields and ill-typed values. */
export function compileCondition(context: FilterContext, condition: Condition): Test {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.parts.map((part) => compileCondition(context, part));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = condition.parts.map((part) => compileCondition(context, part));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = compileCondition(context, condition.part);
      return (row) => !test(row);
    }
    case 'compare':
      return compileComparison(context, condition.path, condition.operator, condition.value);
    case 'in':
      return compileList(context, condition.path, condition.negated, condition.values);
    case 'join': {
      const bound = bind(context, condition.path);
      const values = context.runJoin(condition.query);
      return (row) => values.has(keyOf(readPath(context.actor, bound, row))) !== condition.negated;
    }
  }
}

/** Values of an indexed field of the object itself that every fulfilling row must have; undefined when none is asked. */
export function findIndexed(
  context: FilterContext,
  condition: Condition | null,
  isIndexed: (field: string) => boolean,
): { field: string; values: readonly string[] } | undefined {
  if (condition === null) return undefined;
  if (condition.kind === 'and') {
    let best: { field: string; values: readonly string[] } | undefined;
    for (const part of condition.parts) {
      const found = findIndexed(context, part, isIndexed);
      if (found !== undefined && (best === undefined || found.values.length < best.values.length))
        best = found;
    }
    return best;
  }
  const values = literalsOf(condition);
  if (values === undefined || (condition.kind !== 'compare' && condition.kind !== 'in')) return undefined;
  const bound = bind(context, condition.path);
  if (bound.steps.length > 0 || !isIndexed(bound.field.name)) return undefined;
  return { field: bound.field.name, values: values.map((value) => textOfLiteral(context, bound, value)) };
}

function literalsOf(condition: Condition): Extract<Literal, { kind: 'string' }>[] | undefined {
  const literals =
    condition.kind === 'compare' && condition.operator === '='
      ? [condition.value]
      : condition.kind === 'in' && !condition.negated
        ? condition.values
        : [];
  const strings = literals.filter((literal) => literal.kind === 'string');
  return strings.length > 0 && strings.length === literals.length ? strings : undefined;
}

function bind(context: FilterContext, path: Path): BoundPath {
  const bound = bindPath(context.actor.schema, context.type, context.query, path);
  requireFilterable(context.query, path, bound);
  return bound;
}

function compileList(
  context: FilterContext,
  path: Path,
  negated: boolean,
  literals: readonly Literal[],
): Test {
  const bound = bind(context, path);
  const ranges: Test[] = [];
  const keys = new Set<string>();
  for (const literal of literals) {
    checkType(context, bound, literal);
    if (literal.kind === 'range') ranges.push(compileComparison(context, path, '=', literal));
    else keys.add(keyOf(valueOfLiteral(context, bound, literal)));
  }
  return (row) => {
    const found = keys.has(keyOf(readPath(context.actor, bound, row))) || ranges.some((test) => test(row));
    return found !== negated;
  };
}

function compileComparison(context: FilterContext, path: Path, operator: Operator, literal: Literal): Test {
  const bound = bind(context, path);
  checkType(context, bound, literal);
  const read = (row: Row) => readPath(context.actor, bound, row);
  if (operator === 'LIKE') {
    if (literal.kind !== 'string' || !isText(bound) || isId(bound)) {
      throw refuseQuery('INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${bound.field.type} field`);
    }
    const pattern = toPattern(literal.raw);
    return (row) => {
      const value = read(row);
      return typeof value === 'string' && pattern.test(value);
    };
  }
  if (literal.kind === 'range') return compileRange(context, bound, operator, literal);
  const wanted = valueOfLiteral(context, bound, literal);
  if (operator === '=') return (row) => keyOf(read(row)) === keyOf(wanted);
  if (operator === '!=') return (row) => keyOf(read(row)) !== keyOf(wanted);
  return (row) => {
    const value = read(row);
    if (value === null || wanted === null) return false;
    const order = isId(bound) ? compareRaw(String(value), String(wanted)) : compareValues(value, wanted);
    return judge(operator, order);
  };
}

function compileRange(
  context: FilterContext,
  bound: BoundPath,
  operator: Operator,
  literal: Extract<Literal, { kind: 'range' }>,
): Test {
  const { start, end } = rangeOfLiteral(literal.name, literal.count, context.actor.now);
  const form = bound.field.type === 'date' ? toDate : toDateTime;
  const first = form(start);
  const after = form(end);
  return (row) => {
    const value = readPath(context.actor, bound, row);
    if (typeof value !== 'string') return operator === '!=';
    if (operator === '<') return value < first;
    if (operator === '<=') return value < after;
    if (operator === '>') return value >= after;
    if (operator === '>=') return value >= first;
    return (value >= first && value < after) === (operator === '=');
  };
}

function judge(operator: Operator, order: number): boolean {
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '>') return order > 0;
  return order >= 0;
}

/** The order of two values of one type: numbers by size, texts without regard to letter case. */
export function compareValues(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return compareRaw(String(left).toLowerCase(), String(right).toLowerCase());
}

/** The order of two texts, letter case included. */
export function compareRaw(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What two equal values have in common. */
export function keyOf(value: Value): string {
  return value === null ? '\u0000null' : String(value).toLowerCase();
}

function valueOfLiteral(context: FilterContext, bound: BoundPath, literal: Literal): Value {
  switch (literal.kind) {
    case 'string':
      return literal.text === '' ? null : textOfLiteral(context, bound, literal);
    case 'number':
    case 'boolean':
      return literal.value;
    case 'datetime':
    case 'date':
      return literal.text;
    default:
      return null;
  }
}

function textOfLiteral(_context: FilterContext, bound: BoundPath, literal: { text: string }): string {
  if (!isId(bound)) return literal.text;
  const id = normalizeId(literal.text);
  if (id === undefined && literal.text !== '') {
    throw refuseQuery('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.text}`);
  }
  return id ?? '';
}

/** Whether a path leads to an id. */
export function isId(bound: BoundPath): boolean {
  return bound.field.type === 'id' || bound.field.type === 'reference';
}

function isText(bound: BoundPath): boolean {
  const { type } = bound.field;
  return !NUMBERS.has(type) && type !== 'boolean' && type !== 'date' && type !== 'datetime';
}

function checkType(context: FilterContext, bound: BoundPath, literal: Literal): void {
  const { type } = bound.field;
  const fits =
    literal.kind === 'null' ||
    (type === 'boolean' && literal.kind === 'boolean') ||
    (NUMBERS.has(type) && literal.kind === 'number') ||
    ((type === 'date' || type === 'datetime') && (literal.kind === type || literal.kind === 'range')) ||
    (isText(bound) && literal.kind === 'string');
  if (fits) return;
  const shown = type === 'datetime' ? 'dateTime' : isText(bound) ? 'string' : type;
  const quotes = isText(bound) ? 'should be' : 'should not be';
  throw refuseAt(
    context.query.statement,
    literal.at,
    `value of filter criterion for field '${bound.field.name}' must be of type ${shown} and ${quotes} enclosed in quotes`,
    'INVALID_FIELD',
  );
}

function toPattern(raw: string): RegExp {
  let source = '';
  for (let index = 0; index < raw.length; index += 1) {
    const character = raw.charAt(index);
    if (character === '\\') {
      index += 1;
      source += escapePattern(raw.charAt(index));
    } else if (character === '%') source += '[^]*';
    else if (character === '_') source += '[^]';
    else source += escapePattern(character);
  }
  return new RegExp(`^${source}$`, 'iu');
}

function escapePattern(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
