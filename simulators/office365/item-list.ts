/**
 * Lists of events, contacts and tasks: `$filter` and `$orderby` over what the items look like as JSON in UTC, `$top`, `$skip` and
 * `$count`. What messages have of their own is in message-list.ts.
 */
import { badRequest, GraphError } from './errors.ts';
import { type GraphAnswer, type MailboxCall, preference } from './graph-call.ts';
import { listPage } from './odata.ts';
import { readODataFilter } from './odata-filter.ts';
import { readInstant } from './time-zones.ts';

type Json = Record<string, unknown>;

/** How items of one kind are listed. */
export interface ItemList<Item> {
  /** As refusals name it, e.g. `Event`. */
  type: string;
  properties: readonly string[];
  notFilterable: readonly string[];
  show(call: MailboxCall, item: Item): Json;
  /** Extended properties that a filter names, as far as the kind has any. */
  extended?(item: Item, text: string): Json[];
}

/** One page of the items that the query asks for, in its order. */
export async function listItems<Item>(
  call: MailboxCall,
  list: ItemList<Item>,
  context: string,
  items: readonly Item[],
): Promise<GraphAnswer> {
  const query = new URLSearchParams(call.query);
  const preferred = preference(call, 'odata.maxpagesize');
  if (preferred !== undefined && !query.has('$top')) query.set('$top', preferred);
  const found = selectItems(call, list, items);
  return listPage({ ...call, query }, context, found, (item) => list.show(call, item));
}

export function countItems<Item>(
  call: MailboxCall,
  list: ItemList<Item>,
  items: readonly Item[],
): GraphAnswer {
  const { length } = selectItems(call, list, items);
  return { status: 200, content: { type: 'text/plain', bytes: Buffer.from(String(length)) } };
}

function selectItems<Item>(call: MailboxCall, list: ItemList<Item>, items: readonly Item[]): readonly Item[] {
  const filter = call.query.get('$filter')?.trim() ?? '';
  const orderBy = call.query.get('$orderby')?.trim() ?? '';
  for (const name of call.query.get('$select')?.split(',') ?? []) checkName(list, name.trim());
  if (filter === '' && orderBy === '') return items;
  const plain = { ...call, query: new URLSearchParams([['$select', '*']]), headers: new Headers() };
  const seen = items.map((item) => {
    const shown = inUtc(list.show(plain, item));
    const singleValueExtendedProperties = list.extended?.(item, filter) ?? [];
    return { item, shown: { ...shown, singleValueExtendedProperties } };
  });
  const read = filter === '' ? undefined : readODataFilter(withInstants(filter));
  for (const path of read?.paths ?? []) checkFilterable(list, path.split('/')[0] ?? '');
  const kept = read === undefined ? seen : seen.filter(({ shown }) => read.test(shown));
  return sort(list, kept, orderBy).map(({ item }) => item);
}

/** Times are texts to Graph; they are compared as instants all the same. */
function withInstants(filter: string): string {
  return filter.replaceAll(
    /\b(\w+\/dateTime)\s+(eq|ne|ge|gt|le|lt)\s+'?([^'\s)]+)'?/gi,
    (_all, path: string, operator: string, text: string) => {
      const at = readInstant(text);
      if (Number.isNaN(at)) throw badRequest('Invalid filter clause');
      return `${path} ${operator} ${new Date(at).toISOString()}`;
    },
  );
}

function inUtc(shown: Json): Json {
  const entries = Object.entries(shown).map(([name, value]) => {
    const { dateTime } = (value ?? {}) as { dateTime?: unknown };
    return [name, typeof dateTime === 'string' ? { ...(value as Json), dateTime: `${dateTime}Z` } : value];
  });
  return Object.fromEntries(entries) as Json;
}

function checkName<Item>(list: ItemList<Item>, name: string): void {
  if (name === '' || name === '*' || list.properties.includes(name.split('/')[0] ?? '')) return;
  const text = `Could not find a property named '${name}' on type 'Microsoft.OutlookServices.${list.type}'.`;
  throw new GraphError('RequestBroker--ParseUri', text);
}

function checkFilterable<Item>(list: ItemList<Item>, name: string): void {
  if (name === 'singleValueExtendedProperties' && list.extended !== undefined) return;
  checkName(list, name);
  if (!list.notFilterable.includes(name)) return;
  const text = 'The property can not be used with this type of restriction.';
  throw new GraphError('ErrorInvalidUrlQueryFilter', text, 400);
}

interface Seen<Item> {
  item: Item;
  shown: Json;
}

function sort<Item>(list: ItemList<Item>, seen: Seen<Item>[], orderBy: string): Seen<Item>[] {
  if (orderBy === '') return seen;
  const orders = orderBy.split(',').map((each) => {
    const [, path = '', direction = 'asc'] = /^([\w/]+)(?:\s+(asc|desc))?$/i.exec(each.trim()) ?? [];
    checkFilterable(list, path.split('/')[0] ?? '');
    return { path, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return [...seen].sort((one, two) => {
    for (const { path, sign } of orders) {
      const [left, right] = [textAt(one.shown, path), textAt(two.shown, path)];
      if (left !== right) return sign * (left < right ? -1 : 1);
    }
    return 0;
  });
}

function textAt(shown: Json, path: string): string {
  let at: unknown = shown;
  for (const name of path.split('/'))
    at = typeof at === 'object' && at !== null ? (at as Json)[name] : undefined;
  return String(at ?? '').toLowerCase();
}
