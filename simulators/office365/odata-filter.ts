/**
 * `$filter` as a test over a JSON object: comparisons, `in`, `not`, `and`, `or`, brackets, `startswith`, `endswith`,
 * `contains` and `any`. Which properties may be asked for is the caller's matter.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
 */
import { badRequest } from './errors.ts';

type Json = Record<string, unknown>;

/** A filter that was understood: its test, and the paths it looks at in the order they are written. */
export interface ODataFilter {
  test(thing: Json): boolean;
  readonly paths: readonly string[];
}

type Scope = Record<string, unknown>;
type Value = (scope: Scope) => unknown;
type Test = (scope: Scope) => boolean;

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?)|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w.]*(?:\/[A-Za-z_][\w.]*)*)|([(),:]))/y;

/** Reads `text`. Fails with 400 for what is no filter. */
export function readODataFilter(text: string): ODataFilter {
  const parser = new Parser(text);
  const test = parser.either();
  parser.end();
  return { test: (thing) => test({ '': thing }), paths: parser.paths };
}

class Parser {
  readonly paths: string[] = [];
  readonly #tokens: string[] = [];
  readonly #variables: string[] = [];
  #at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    for (let end = 0; text.slice(end).trim() !== ''; end = TOKEN.lastIndex) {
      TOKEN.lastIndex = end;
      const found = TOKEN.exec(text)?.[0].trim();
      if (found === undefined) throw invalid();
      this.#tokens.push(found);
    }
  }

  either(): Test {
    const choices = [this.#both()];
    while (this.#takes('or')) choices.push(this.#both());
    return (scope) => choices.some((test) => test(scope));
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw invalid();
  }

  #both(): Test {
    const terms = [this.#term()];
    while (this.#takes('and')) terms.push(this.#term());
    return (scope) => terms.every((test) => test(scope));
  }

  #term(): Test {
    if (this.#takes('not')) {
      const test = this.#term();
      return (scope) => !test(scope);
    }
    if (this.#takes('(')) {
      const test = this.either();
      this.#expect(')');
      return test;
    }
    const word = this.#next();
    if (this.#takes('(')) return /\/(?:any|all)$/i.test(word) ? this.#lambda(word) : this.#call(word);
    return this.#comparison(this.#value(word));
  }

  #lambda(word: string): Test {
    const list = this.#path(word.replace(/\/\w+$/, ''));
    const isAny = /any$/i.test(word);
    if (this.#takes(')')) return (scope) => (list(scope) as unknown[] | undefined)?.length !== 0;
    const name = this.#next();
    this.#expect(':');
    this.#variables.push(name);
    const test = this.either();
    this.#variables.pop();
    this.#expect(')');
    return (scope) => {
      const all = list(scope);
      const passes = (each: unknown) => test({ ...scope, [name]: each });
      if (!Array.isArray(all)) return !isAny;
      return isAny ? all.some(passes) : all.every(passes);
    };
  }

  #call(word: string): Test {
    const one = this.#value(this.#next());
    this.#expect(',');
    const two = this.#value(this.#next());
    this.#expect(')');
    const texts = (scope: Scope) => [one(scope), two(scope)].map((each) => String(each ?? '').toLowerCase());
    const test: Test = (scope) => {
      const [whole = '', part = ''] = texts(scope);
      switch (word.toLowerCase()) {
        case 'startswith':
          return whole.startsWith(part);
        case 'endswith':
          return whole.endsWith(part);
        default:
          return whole.includes(part);
      }
    };
    if (!['startswith', 'endswith', 'contains'].includes(word.toLowerCase())) throw invalid();
    return this.#takes('eq') ? this.#negatable(test) : test;
  }

  #negatable(test: Test): Test {
    const wanted = this.#next() === 'true';
    return (scope) => test(scope) === wanted;
  }

  #comparison(left: Value): Test {
    const operator = this.#next();
    if (operator === 'in') {
      this.#expect('(');
      const values = [this.#value(this.#next())];
      while (this.#takes(',')) values.push(this.#value(this.#next()));
      this.#expect(')');
      return (scope) => values.some((each) => compare(left(scope), 'eq', each(scope)));
    }
    if (!['eq', 'ne', 'gt', 'ge', 'lt', 'le'].includes(operator)) throw invalid();
    const right = this.#value(this.#next());
    return (scope) => compare(left(scope), operator, right(scope));
  }

  #value(word: string): Value {
    if (word.startsWith("'")) {
      const text = word.slice(1, -1).replaceAll("''", "'");
      return () => text;
    }
    if (/^-?\d/.test(word)) return () => (/^-?[\d.]+$/.test(word) ? Number(word) : new Date(word));
    if (word === 'true' || word === 'false') return () => word === 'true';
    if (word === 'null') return () => null;
    if (!/^[A-Za-z_]/.test(word)) throw invalid();
    return this.#path(word);
  }

  #path(word: string): Value {
    const names = word.split('/');
    const isVariable = this.#variables.includes(names[0] ?? '');
    if (!isVariable) this.paths.push(word);
    return (scope) => {
      let at: unknown = isVariable ? scope : scope[''];
      for (const name of names) at = typeof at === 'object' && at !== null ? (at as Json)[name] : undefined;
      return at;
    };
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw invalid();
    this.#at += 1;
    return token;
  }

  #takes(token: string): boolean {
    const isThere = this.#tokens[this.#at] === token;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) throw invalid();
  }
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  const [one, two] = [left, right].map((each) =>
    comparable(each, left instanceof Date || right instanceof Date),
  );
  if (operator === 'eq') return one === two;
  if (operator === 'ne') return one !== two;
  if (one === null || two === null || one === undefined || two === undefined) return false;
  return (
    (operator === 'gt' && one > two) ||
    (operator === 'ge' && one >= two) ||
    (operator === 'lt' && one < two) ||
    (operator === 'le' && one <= two)
  );
}

/** Instants as numbers, texts without letter case (as Exchange and Entra ID compare). */
function comparable(value: unknown, isInstant: boolean): string | number | boolean | null | undefined {
  if (isInstant) return value instanceof Date ? value.getTime() : Date.parse(String(value));
  if (typeof value === 'string') return value.toLowerCase();
  return value as number | boolean | null | undefined;
}

function invalid() {
  return badRequest('Invalid filter clause');
}
