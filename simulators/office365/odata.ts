/**
 * The query options of lists: `$select`, `$top`, `$skip`, `$orderby`, and of `$filter` what Outlook lists of messages
 * are commonly asked with. Anything else is refused and never passed over.
 */
import { badRequest, GraphError } from './errors.ts';
import { contextOf, type GraphAnswer, type GraphCall } from './graph-call.ts';
import type { Message } from './mailbox.ts';

/** Names after `$select`; undefined when everything is wanted. */
export function readSelect(query: URLSearchParams): ReadonlySet<string> | undefined {
  const value = query.get('$select');
  if (value === null || value === '') return undefined;
  return new Set(value.split(',').map((name) => name.trim()));
}

/** A whole number option between 0 (or 1) and `max`. */
export function readCount(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const value = query.get(name);
  if (value === null) return fallback;
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0 || value.trim() === '') {
    throw badRequest(`Invalid value '${value}' for ${name} query option found.`);
  }
  return Math.min(count, max);
}

/** One page of `things` with the link to the next. */
export async function listPage<Thing>(
  call: GraphCall,
  context: string,
  things: readonly Thing[],
  show: (thing: Thing) => Promise<Record<string, unknown>> | Record<string, unknown>,
): Promise<GraphAnswer> {
  const top = readCount(call.query, '$top', 10, 1000);
  const skip = readCount(call.query, '$skip', 0, Number.MAX_SAFE_INTEGER);
  if (top === 0) throw badRequest("Invalid value '0' for $top query option found.");
  const value = await Promise.all(things.slice(skip, skip + top).map(show));
  const body: Record<string, unknown> = { '@odata.context': contextOf(call, context) };
  if (call.query.get('$count') === 'true') body['@odata.count'] = things.length;
  body.value = value;
  if (skip + top < things.length) {
    const query = new URLSearchParams(call.query);
    query.set('$skip', String(skip + top));
    body['@odata.nextLink'] = linkTo(call, query);
  }
  return { status: 200, body };
}

/** The address of the same path with another query. */
export function linkTo(call: GraphCall, query: URLSearchParams): string {
  const text = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${call.world.graphOrigin}/v1.0${call.path}?${text}`;
}

type Test = (message: Message) => boolean;

/** What `$filter` lets through. */
export function readFilter(filter: string | null): Test {
  if (filter === null || filter.trim() === '') return () => true;
  const terms = split(filter, 'and').map((term) => {
    const inner = /^\((.*)\)$/s.exec(term.trim())?.[1] ?? term;
    const choices = split(inner, 'or').map(readTerm);
    return (message: Message) => choices.some((test) => test(message));
  });
  return (message) => terms.every((test) => test(message));
}

const DATES: Record<string, (message: Message) => number> = {
  receivedDateTime: (message) => message.receivedAt,
  createdDateTime: (message) => message.createdAt,
  lastModifiedDateTime: (message) => message.modifiedAt,
};

function readTerm(term: string): Test {
  const category = /^categories\/any\((\w+):\s*\1 eq '((?:[^']|'')*)'\)$/.exec(term.trim())?.[2];
  if (category !== undefined) return (message) => message.categories.includes(category.replaceAll("''", "'"));
  const [, name = '', operator = '', given = ''] =
    /^(\w+) (eq|ne|ge|gt|le|lt) (.+)$/s.exec(term.trim()) ?? [];
  const dateOf = DATES[name];
  if (dateOf !== undefined) {
    const at = Date.parse(given);
    if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(given) || Number.isNaN(at)) throw invalidFilter(term);
    return (message) => compare(dateOf(message), operator, at);
  }
  const text = /^'((?:[^']|'')*)'$/s.exec(given)?.[1]?.replaceAll("''", "'");
  if (name === 'internetMessageId' && text !== undefined && operator === 'eq') {
    return (message) => message.internetMessageId === text;
  }
  if (name === 'conversationId' && text !== undefined && operator === 'eq') {
    return (message) => message.conversationId === text;
  }
  if ((name === 'isRead' || name === 'isDraft') && /^(true|false)$/.test(given)) {
    return (message) => (message[name] === (given === 'true')) === (operator === 'eq');
  }
  throw invalidFilter(term);
}

function compare(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case 'ge':
      return left >= right;
    case 'gt':
      return left > right;
    case 'le':
      return left <= right;
    case 'lt':
      return left < right;
    default:
      return (left === right) === (operator === 'eq');
  }
}

function invalidFilter(term: string): GraphError {
  return badRequest(`Invalid filter clause: ${term.replaceAll(/'[^']*'/g, "'...'")}`);
}

/** Cuts at a word, outside of quotes and brackets. */
function split(text: string, word: 'and' | 'or'): string[] {
  const parts: string[] = [];
  let [start, depth, quoted] = [0, 0, false];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "'") quoted = !quoted;
    else if (!quoted && character === '(') depth += 1;
    else if (!quoted && character === ')') depth -= 1;
    else if (!quoted && depth === 0 && text.startsWith(` ${word} `, index)) {
      parts.push(text.slice(start, index).trim());
      start = index + word.length + 2;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** Sorts messages (given newest first) by `$orderby`. */
export function order(messages: readonly Message[], query: URLSearchParams): readonly Message[] {
  const orderBy = query.get('$orderby');
  if (orderBy === null) return messages;
  const [name = '', direction = 'asc'] = orderBy.trim().split(/\s+/);
  const filter = query.get('$filter') ?? '';
  if (filter !== '' && !filter.includes(name)) {
    const text = 'The restriction or sort order is too complex for this operation.';
    throw new GraphError('InefficientFilter', text, 400);
  }
  const dateOf = DATES[name];
  if (dateOf === undefined) throw badRequest(`Could not find a property named '${name}' to order by.`);
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return [...messages].sort((one, two) => sign * (dateOf(one) - dateOf(two) || one.order - two.order));
}
