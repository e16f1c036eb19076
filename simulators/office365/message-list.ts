/**
 * Lists of messages: `$filter`, `$search` and `$orderby` as Outlook allows them together, over what the messages look
 * like as JSON. The codes of refused combinations with `$search` are not from Microsoft's documents.
 * https://learn.microsoft.com/graph/api/user-list-messages
 */

import { expandAttachments } from './attachments.ts';
import { badRequest, GraphError } from './errors.ts';
import { findFolder } from './find-item.ts';
import type { GraphAnswer, MailboxCall } from './graph-call.ts';
import { type Message, newestFirst } from './mailbox.ts';
import { MESSAGE_PROPERTIES, showMessage } from './message-json.ts';
import { listPage } from './odata.ts';
import { type ODataFilter, readODataFilter } from './odata-filter.ts';

type Json = Record<string, unknown>;

const NOT_FILTERABLE = new Set([
  'internetMessageHeaders',
  'uniqueBody',
  'bccRecipients',
  'ccRecipients',
  'toRecipients',
  'replyTo',
]);
const SEARCH_MAX = 1000;

/** The messages a call means, in the order it asks for; newest first unless told. */
export async function selectMessages(call: MailboxCall): Promise<readonly Message[]> {
  const { folder } = call.parts;
  const all =
    folder === undefined
      ? [...call.mailbox.folders.values()]
          .flatMap((each) => newestFirst(each))
          .sort((one, two) => two.receivedAt - one.receivedAt)
      : newestFirst(findFolder(call, folder));
  const filter = call.query.get('$filter')?.trim() ?? '';
  const search = call.query.get('$search');
  const orderBy = readOrder(call.query.get('$orderby'));
  if (search !== null) {
    for (const name of ['$filter', '$orderby']) {
      if (!call.query.has(name)) continue;
      throw new GraphError(
        'SearchWithFilter',
        `The query parameter '${name}' is not supported with '$search'.`,
        400,
      );
    }
    return (await keep(call, all, readSearch(search))).slice(0, SEARCH_MAX);
  }
  const read = filter === '' ? undefined : readODataFilter(filter);
  if (read !== undefined) {
    checkPaths(read.paths);
    checkOrder(orderBy, read.paths);
  }
  const found = read === undefined ? all : await keep(call, all, { filter: read, text: filter });
  return sort(call, found, orderBy);
}

/** GET on messages. */
export async function listMessages(call: MailboxCall): Promise<GraphAnswer> {
  const found = await selectMessages(call);
  return listPage(call, `users('${call.user.id}')/messages`, found, async (message) => ({
    ...(await showMessage(call, message)),
    ...(await expandAttachments(call, message)),
  }));
}

/** GET on messages/$count. */
export async function countMessages(call: MailboxCall): Promise<GraphAnswer> {
  const { length } = await selectMessages(call);
  return { status: 200, content: { type: 'text/plain', bytes: Buffer.from(String(length)) } };
}

interface Wanted {
  filter: ODataFilter;
  /** The filter as written, for the ids of extended properties in it. */
  text: string;
}

async function keep(call: MailboxCall, messages: readonly Message[], wanted: Wanted): Promise<Message[]> {
  const names = wanted.filter.paths.map((path) => path.split('/')[0] ?? '');
  const test = await tester(call, names, wanted.text);
  const kept: Message[] = [];
  for (const message of messages) if (wanted.filter.test(await test(message))) kept.push(message);
  return kept;
}

/** Shows a message with just these properties. */
async function tester(call: MailboxCall, names: readonly string[], expand = '') {
  const query = new URLSearchParams([['$select', [...new Set(['id', ...names])].join(',')]]);
  if (names.includes('singleValueExtendedProperties')) {
    // Only the ids in it are read, so the filter may stand for the expansion.
    query.set('$expand', expand.replaceAll(/\w+\/id eq/g, 'id eq'));
  }
  const bare = { ...call, query };
  return (message: Message): Promise<Json> => showMessage(bare, message);
}

function checkPaths(paths: readonly string[]): void {
  for (const path of paths) {
    const [name = ''] = path.split('/');
    if (name === 'singleValueExtendedProperties') continue;
    if (!MESSAGE_PROPERTIES.includes(name)) {
      const text = `Could not find a property named '${name}' on type 'Microsoft.OutlookServices.Message'.`;
      throw new GraphError('RequestBroker--ParseUri', text);
    }
    if (NOT_FILTERABLE.has(name)) {
      throw new GraphError(
        'ErrorInvalidUrlQueryFilter',
        'The property can not be used with this type of restriction.',
        400,
      );
    }
  }
}

interface Order {
  path: string;
  sign: 1 | -1;
}

function readOrder(text: string | null): Order[] {
  if (text === null || text.trim() === '') return [];
  return text.split(',').map((each) => {
    const [, path = '', direction = 'asc'] = /^([\w/]+)(?:\s+(asc|desc))?$/i.exec(each.trim()) ?? [];
    const [name = ''] = path.split('/');
    if (!MESSAGE_PROPERTIES.includes(name))
      throw badRequest(`Could not find a property named '${name}' to order by.`);
    return { path, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
}

/** What is ordered by has to stand in the filter too, first and in the same order. */
function checkOrder(orders: readonly Order[], paths: readonly string[]): void {
  const inFilter = [...new Set(paths)];
  if (orders.every(({ path }, index) => inFilter[index] === path)) return;
  const text = 'The restriction or sort order is too complex for this operation.';
  throw new GraphError('InefficientFilter', text, 400);
}

async function sort(call: MailboxCall, messages: readonly Message[], orders: readonly Order[]) {
  if (orders.length === 0) return messages;
  const show = await tester(
    call,
    orders.map(({ path }) => path.split('/')[0] ?? ''),
  );
  const keyed = await Promise.all(messages.map(async (message) => ({ message, shown: await show(message) })));
  keyed.sort((one, two) => {
    for (const { path, sign } of orders) {
      const [left, right] = [textAt(one.shown, path), textAt(two.shown, path)];
      if (left !== right) return sign * (left < right ? -1 : 1);
    }
    return (orders[0]?.sign ?? 1) * (one.message.order - two.message.order);
  });
  return keyed.map(({ message }) => message);
}

function textAt(shown: Json, path: string): string {
  let at: unknown = shown;
  for (const name of path.split('/'))
    at = typeof at === 'object' && at !== null ? (at as Json)[name] : undefined;
  return String(at ?? '').toLowerCase();
}

const SEARCHED: Record<string, readonly string[]> = {
  from: ['from'],
  subject: ['subject'],
  body: ['body'],
  to: ['toRecipients'],
  cc: ['ccRecipients'],
  bcc: ['bccRecipients'],
  recipients: ['toRecipients', 'ccRecipients', 'bccRecipients'],
  participants: ['from', 'toRecipients', 'ccRecipients', 'bccRecipients'],
  importance: ['importance'],
  hasattachments: ['hasAttachments'],
  hasattachment: ['hasAttachments'],
  category: ['categories'],
};

/** KQL as far as mail is commonly searched: words, phrases, `property:value`, AND, OR, NOT. */
function readSearch(text: string): Wanted {
  const plain = text.trim().replaceAll(/^"|"$/g, '').replaceAll('\\"', '"');
  const choices = plain
    .split(/\s+OR\s+/)
    .map((choice) =>
      (choice.match(/(?:-|NOT\s+)?(?:\w+:)?(?:"[^"]*"|[^\s"]+)/g) ?? [])
        .filter((word) => word !== 'AND')
        .map(readWord),
    );
  const paths = ['subject', 'body', 'from', ...Object.values(SEARCHED).flat()];
  const test = (shown: Json) => choices.some((words) => words.every((word) => word(shown)));
  return { filter: { paths, test }, text: '' };
}

function readWord(word: string): (shown: Json) => boolean {
  const negated = /^(?:-|NOT\s+)(.+)$/.exec(word)?.[1];
  if (negated !== undefined) {
    const test = readWord(negated);
    return (shown) => !test(shown);
  }
  const [, name = '', value = word] = /^(\w+):(.+)$/.exec(word) ?? [];
  const wanted = value.replaceAll('"', '').toLowerCase();
  const properties = SEARCHED[name.toLowerCase()] ?? (name === '' ? ['subject', 'body', 'from'] : undefined);
  if (properties === undefined) throw badRequest(`Syntax error: the property '${name}' cannot be searched.`);
  return (shown) =>
    properties.some((each) =>
      JSON.stringify(shown[each] ?? '')
        .toLowerCase()
        .includes(wanted),
    );
}
