/**
 * Renders the small part of Helm's templates that the chart uses, where no helm is at hand: define, include, if/else, range, variables, pipelines and nine
 * functions. It is no Helm: whatever it does not know is an error and never a guess.
 */
import { stringify } from 'yaml';

type Value = unknown;
type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly expression: string }
  | { readonly kind: 'if'; readonly arms: readonly { readonly when: string | null; readonly body: Node[] }[] }
  | {
      readonly kind: 'range';
      readonly names: readonly string[];
      readonly over: string;
      readonly body: Node[];
    };

export interface Chart {
  /** Text of each file below templates, by name; those that end in .tpl only define. */
  readonly templates: Readonly<Record<string, string>>;
  /** `.Values`, `.Release`, `.Chart`. */
  readonly context: Readonly<Record<string, Value>>;
}

/** The text of each manifest, by its file's name. Throws for syntax, functions and paths that it does not know. */
export function renderTemplates({ templates, context }: Chart): Readonly<Record<string, string>> {
  const named = new Map<string, Node[]>();
  const parsed = Object.entries(templates).map(([file, text]) => [file, parse(text, named)] as const);
  const out: Record<string, string> = {};
  for (const [file, nodes] of parsed)
    if (!file.endsWith('.tpl')) out[file] = render(nodes, { dot: context, variables: new Map(), named });
  return out;
}

/** Cuts the text at its actions, with what `{{-` and `-}}` trim, and nests the blocks. */
function parse(text: string, named: Map<string, Node[]>): Node[] {
  const root: Node[] = [];
  const open: {
    readonly word: string;
    body: Node[];
    readonly arms?: { when: string | null; body: Node[] }[];
  }[] = [];
  let body = root;
  let at = 0;
  let trimNext = false;
  const action = /\{\{(-?)\s*(\/\*[\s\S]*?\*\/|[\s\S]*?)\s*(-?)\}\}/g;
  const add = (raw: string, trimEnd: boolean) => {
    const left = trimNext ? raw.trimStart() : raw;
    const whole = trimEnd ? left.trimEnd() : left;
    if (whole !== '') body.push({ kind: 'text', text: whole });
  };
  for (const found of text.matchAll(action)) {
    add(text.slice(at, found.index), found[1] === '-');
    at = found.index + found[0].length;
    trimNext = found[3] === '-';
    const inside = found[2] ?? '';
    if (inside.startsWith('/*')) continue;
    const [, word = '', rest = ''] = /^(\w+)?\s*([\s\S]*)$/.exec(inside) ?? [];
    if (word === 'if') {
      const arms = [{ when: rest as string | null, body: [] as Node[] }];
      body.push({ kind: 'if', arms });
      open.push({ word, body, arms });
      body = arms[0]?.body ?? [];
    } else if (word === 'else') {
      const arms = open.at(-1)?.arms;
      if (arms === undefined) throw new Error(`else without if: ${inside}`);
      const arm = { when: rest === '' ? null : rest.replace(/^if\s+/, ''), body: [] as Node[] };
      arms.push(arm);
      body = arm.body;
    } else if (word === 'range') {
      const [, names, over = ''] = /^(?:((?:\$\w+\s*,\s*)?\$\w+)\s*:=\s*)?([\s\S]+)$/.exec(rest) ?? [];
      const inner: Node[] = [];
      body.push({ kind: 'range', names: names?.split(/\s*,\s*/) ?? [], over, body: inner });
      open.push({ word, body });
      body = inner;
    } else if (word === 'define') {
      const inner: Node[] = [];
      named.set(JSON.parse(rest) as string, inner);
      open.push({ word, body });
      body = inner;
    } else if (word === 'end') {
      const block = open.pop();
      if (block === undefined) throw new Error('end without a block');
      body = block.body;
    } else body.push({ kind: 'print', expression: inside });
  }
  add(text.slice(at), false);
  if (open.length > 0) throw new Error(`${open.at(-1)?.word} without end`);
  return root;
}

interface Scope {
  readonly dot: Value;
  readonly variables: ReadonlyMap<string, Value>;
  readonly named: ReadonlyMap<string, Node[]>;
}

function render(nodes: readonly Node[], scope: Scope): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      if (node.kind === 'print') return print(evaluate(node.expression, scope), node.expression);
      if (node.kind === 'if') {
        const arm = node.arms.find(({ when }) => when === null || isTrue(evaluate(when, scope)));
        return arm === undefined ? '' : render(arm.body, scope);
      }
      return entriesOf(evaluate(node.over, scope))
        .map(([key, value]) => {
          const names = node.names.length === 2 ? [key, value] : [value];
          const variables = new Map(scope.variables);
          for (const [index, name] of node.names.entries()) variables.set(name, names[index]);
          return render(node.body, { ...scope, dot: value, variables });
        })
        .join('');
    })
    .join('');
}

function print(value: Value, expression: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Error(`{{ ${expression} }} is no scalar`);
}

/** Maps are walked in the order of their keys, as Go does. */
function entriesOf(value: Value): readonly (readonly [string | number, Value])[] {
  if (Array.isArray(value)) return value.map((one, index) => [index, one]);
  if (value !== null && typeof value === 'object')
    return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  throw new Error('range over what is neither a list nor a map');
}

function isTrue(value: Value): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return value !== '' && value !== 0 && value !== false;
}

/** A pipeline: each part gets what the part before it gave as its last argument. */
function evaluate(expression: string, scope: Scope): Value {
  const words = expression.match(/"(?:[^"\\]|\\.)*"|\||[^\s|]+/g) ?? [];
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === '|') parts.push([]);
    else parts.at(-1)?.push(word);
  }
  let piped: Value[] = [];
  for (const [head = '', ...rest] of parts) {
    const args = [...rest.map((word) => operand(word, scope)), ...piped];
    piped = [isOperand(head) && args.length === 0 ? operand(head, scope) : call(head, args, scope)];
  }
  return piped[0];
}

function isOperand(word: string): boolean {
  return /^(["$.]|-?\d|true$|false$)/.test(word);
}

function operand(word: string, { dot, variables }: Scope): Value {
  if (word.startsWith('"')) return JSON.parse(word);
  if (/^(-?\d+|true|false)$/.test(word)) return JSON.parse(word);
  const [, base = '', path = ''] = /^(\$\w+)?((?:\.\w+)+|\.)?$/.exec(word) ?? [];
  if (base === '' && path === '') throw new Error(`unknown operand ${word}`);
  if (base !== '' && !variables.has(base)) throw new Error(`unknown variable ${base}`);
  let value = base === '' ? dot : variables.get(base);
  for (const name of path.split('.').filter((one) => one !== '')) {
    if (value === null || typeof value !== 'object' || !(name in value))
      throw new Error(`${word}: there is no ${name}`);
    value = (value as Record<string, Value>)[name];
  }
  return value;
}

function call(name: string, args: readonly Value[], scope: Scope): Value {
  const [first, second] = args;
  switch (name) {
    case 'include': {
      const nodes = scope.named.get(String(first));
      if (nodes === undefined) throw new Error(`no template named ${first}`);
      return render(nodes, { ...scope, dot: second, variables: new Map() });
    }
    case 'toYaml':
      return stringify(first).trimEnd();
    case 'nindent':
      return `\n${String(second).replace(/^(?=.)/gm, ' '.repeat(Number(first)))}`;
    case 'quote':
      return JSON.stringify(String(first));
    case 'default':
      return isTrue(second) ? second : first;
    case 'not':
      return !isTrue(first);
    case 'and':
      return args.find((one) => !isTrue(one)) ?? args.at(-1);
    case 'or':
      return args.find(isTrue) ?? args.at(-1);
    default:
      throw new Error(`unknown function ${name}`);
  }
}
