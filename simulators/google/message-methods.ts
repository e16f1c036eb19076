/** users.messages: list, get, attachments, labels on messages, trash, delete, insert and send. */
import { refuse } from './errors.ts';
import { addMessage, changeLabels, type Mailbox, removeMessage, type StoredMessage } from './mailbox.ts';
import { findAttachment, type MessageFormat, toBytes, viewMessage } from './message-json.ts';
import { countOf, type Method, type MethodCall, messageOf, pageOf, textsOf } from './method.ts';
import { headerOf, readHeaders } from './mime-tree.ts';
import { scopeOf } from './scopes.ts';
import { readSearch } from './search.ts';
import { findAccount } from './world.ts';

const WHOLE = [scopeOf('mail')];
const MODIFY = [...WHOLE, scopeOf('gmail.modify')];
export const READ = [...MODIFY, scopeOf('gmail.readonly')];
export const READ_METADATA = [...READ, scopeOf('gmail.metadata')];
const SEND = [...MODIFY, scopeOf('gmail.compose'), scopeOf('gmail.send')];
const FORMATS = ['minimal', 'full', 'raw', 'metadata'];

/** The methods of users.messages. */
export const MESSAGE_METHODS: readonly Method[] = [
  { id: 'gmail.users.messages.list', verb: 'GET', path: 'messages', scopes: READ_METADATA, answer: list },
  { id: 'gmail.users.messages.get', verb: 'GET', path: 'messages/{id}', scopes: READ_METADATA, answer: get },
  {
    id: 'gmail.users.messages.attachments.get',
    verb: 'GET',
    path: 'messages/{messageId}/attachments/{id}',
    scopes: READ,
    answer: getAttachment,
  },
  {
    id: 'gmail.users.messages.modify',
    verb: 'POST',
    path: 'messages/{id}/modify',
    scopes: MODIFY,
    answer: modify,
  },
  {
    id: 'gmail.users.messages.batchModify',
    verb: 'POST',
    path: 'messages/batchModify',
    scopes: MODIFY,
    answer: batchModify,
  },
  {
    id: 'gmail.users.messages.batchDelete',
    verb: 'POST',
    path: 'messages/batchDelete',
    scopes: WHOLE,
    answer: (call) => {
      // Nothing is said of ids that are gone.
      for (const id of idsOf(call)) {
        const message = call.mailbox.messages.get(id);
        if (message !== undefined) removeMessage(call.mailbox, message);
      }
    },
  },
  {
    id: 'gmail.users.messages.trash',
    verb: 'POST',
    path: 'messages/{id}/trash',
    scopes: MODIFY,
    answer: (call) => relabel(call, ['TRASH'], ['INBOX']),
  },
  {
    id: 'gmail.users.messages.untrash',
    verb: 'POST',
    path: 'messages/{id}/untrash',
    scopes: MODIFY,
    answer: (call) => relabel(call, [], ['TRASH']),
  },
  {
    id: 'gmail.users.messages.delete',
    verb: 'DELETE',
    path: 'messages/{id}',
    scopes: WHOLE,
    answer: (call) => removeMessage(call.mailbox, messageOf(call)),
  },
  {
    id: 'gmail.users.messages.insert',
    verb: 'POST',
    path: 'messages',
    scopes: [...MODIFY, scopeOf('gmail.insert')],
    takesMedia: true,
    answer: (call) => insert(call, 'receivedTime'),
  },
  {
    id: 'gmail.users.messages.import',
    verb: 'POST',
    path: 'messages/import',
    scopes: [...MODIFY, scopeOf('gmail.insert')],
    takesMedia: true,
    answer: (call) => insert(call, 'dateHeader'),
  },
  {
    id: 'gmail.users.messages.send',
    verb: 'POST',
    path: 'messages/send',
    scopes: SEND,
    takesMedia: true,
    answer: (call) => sendRaw(call, rawOf(call), threadOf(call)),
  },
];

/** The messages a list call is about, newest first. */
export function selectMessages(call: MethodCall): StoredMessage[] {
  const { mailbox, query, token, world } = call;
  const words = query.get('q') ?? '';
  if (words !== '' && isMetadataOnly(token.scopes)) {
    throw refuse('forbidden', "Metadata scope does not support 'q' parameter");
  }
  const search = readSearch(mailbox, words, world.now());
  const labelIds = query.getAll('labelIds').flatMap((each) => each.split(','));
  checkLabels(mailbox, labelIds);
  const isInside =
    query.get('includeSpamTrash') === 'true' ||
    search.includesSpamTrash ||
    labelIds.includes('TRASH') ||
    labelIds.includes('SPAM');
  return [...mailbox.messages.values()]
    .filter((message) => isInside || !(message.labelIds.has('TRASH') || message.labelIds.has('SPAM')))
    .filter((message) => labelIds.every((id) => message.labelIds.has(id)) && search.matches(message))
    .sort((left, right) => right.internalDate - left.internalDate || (left.id < right.id ? 1 : -1));
}

function list(call: MethodCall) {
  const found = selectMessages(call);
  const { page, nextPageToken } = pageOf(found, (message) => `${message.internalDate}/${message.id}`, {
    token: call.query.get('pageToken'),
    count: countOf(call.query, 'maxResults', 100, 500),
    overlap: call.world.pageOverlap,
    isAfter: (message, key) => {
      const [date = '0', id = ''] = key.split('/');
      if (message.internalDate !== Number(date)) return message.internalDate < Number(date);
      return message.id < id;
    },
  });
  return {
    ...(page.length === 0 ? {} : { messages: page.map(({ id, threadId }) => ({ id, threadId })) }),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    resultSizeEstimate: found.length,
  };
}

function get(call: MethodCall) {
  const format = readFormat(call);
  return viewMessage(messageOf(call), format, readMetadataHeaders(call.query));
}

/** The format asked for. Throws 400 for an unknown one, 403 where the metadata scope forbids it. */
export function readFormat({ query, token }: MethodCall): MessageFormat {
  const format = (query.get('format') ?? 'full').toLowerCase();
  if (!FORMATS.includes(format)) throw refuse('invalidArgument', `Invalid value at 'format': ${format}`);
  if ((format === 'full' || format === 'raw') && isMetadataOnly(token.scopes)) {
    throw refuse('forbidden', `Metadata scope doesn't allow format ${format.toUpperCase()}`);
  }
  return format as MessageFormat;
}

/** The headers a metadata view is limited to. */
export function readMetadataHeaders(query: URLSearchParams): string[] {
  return query.getAll('metadataHeaders').flatMap((each) => each.split(','));
}

/** The metadata scope forbids bodies and searches, even beside none of the reading scopes. */
function isMetadataOnly(scopes: readonly string[]): boolean {
  return scopes.includes(scopeOf('gmail.metadata')) && !scopes.some((scope) => READ.includes(scope));
}

function getAttachment(call: MethodCall) {
  const bytes = findAttachment(messageOf(call, call.path.messageId), call.path.id ?? '');
  if (bytes === undefined) throw refuse('invalidArgument', 'Invalid attachment token');
  return { size: bytes.byteLength, data: toBytes(bytes) };
}

function modify(call: MethodCall) {
  return relabel(call, textsOf(call.body, 'addLabelIds'), textsOf(call.body, 'removeLabelIds'));
}

function relabel(call: MethodCall, add: readonly string[], remove: readonly string[]) {
  const message = messageOf(call);
  checkChange(call.mailbox, add, remove);
  changeLabels(call.mailbox, message, add, remove);
  const labelIds = [...message.labelIds];
  const { id, threadId } = message;
  return labelIds.length === 0 ? { id, threadId } : { id, threadId, labelIds };
}

function idsOf({ body }: MethodCall): string[] {
  const ids = textsOf(body, 'ids');
  if (ids.length === 0) throw refuse('invalidArgument', 'No message ids specified');
  if (ids.length > 1000) throw refuse('invalidArgument', 'Number of ids cannot exceed 1000');
  return ids;
}

function batchModify(call: MethodCall): undefined {
  const { mailbox, body } = call;
  const ids = idsOf(call);
  const add = textsOf(body, 'addLabelIds');
  const remove = textsOf(body, 'removeLabelIds');
  checkChange(mailbox, add, remove);
  for (const id of ids) {
    const message = mailbox.messages.get(id);
    // Gmail gives no word about ids that are gone.
    if (message !== undefined) changeLabels(mailbox, message, add, remove);
  }
  return undefined;
}

/** Throws 400 for a label that does not exist. */
export function checkLabels(mailbox: Mailbox, labelIds: readonly string[]): void {
  const unknown = labelIds.find((id) => !mailbox.labels.has(id));
  if (unknown !== undefined) throw refuse('invalidArgument', `Invalid label: ${unknown}`);
}

/** Throws 400 for labels that do not exist, are over a hundred, or that nobody may put on by hand. */
export function checkChange(mailbox: Mailbox, add: readonly string[], remove: readonly string[]): void {
  if (add.length > 100 || remove.length > 100)
    throw refuse('invalidArgument', 'Too many label ids; at most 100');
  const fixed = [...add, ...remove].find((id) => id === 'SENT' || id === 'DRAFT');
  if (fixed !== undefined) throw refuse('invalidArgument', `Invalid label: ${fixed}`);
  checkLabels(mailbox, [...add, ...remove]);
}

/** The mail of a body, from base64url. Throws 400 when there is none. */
export function rawOf(call: MethodCall): Buffer {
  if (typeof call.body.raw !== 'string' || call.body.raw === '') {
    throw refuse(
      'invalidArgument',
      "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
    );
  }
  return Buffer.from(call.body.raw, 'base64url');
}

function threadOf({ body, mailbox }: MethodCall): string | undefined {
  const threadId = typeof body.threadId === 'string' && body.threadId !== '' ? body.threadId : undefined;
  if (threadId !== undefined && !mailbox.threadSubjects.has(threadId)) throw refuse('notFound');
  return threadId;
}

function describeStored({ id, threadId, labelIds }: StoredMessage) {
  return labelIds.size === 0 ? { id, threadId } : { id, threadId, labelIds: [...labelIds] };
}

/** Stores a mail as it is. `source` is where its date comes from unless the call says otherwise. */
function insert(call: MethodCall, source: 'receivedTime' | 'dateHeader') {
  const labelIds = textsOf(call.body, 'labelIds');
  checkLabels(call.mailbox, labelIds);
  const raw = rawOf(call);
  const dated = Date.parse(headerOf(readHeaders(raw), 'Date') ?? '');
  const useHeader = (call.query.get('internalDateSource') ?? source) === 'dateHeader' && !Number.isNaN(dated);
  const internalDate = useHeader ? dated : call.world.now();
  const threadId = threadOf(call);
  return describeStored(addMessage(call.mailbox, raw, { labelIds, internalDate, threadId }));
}

/** Sends: a copy under SENT, one for each recipient who is an account here, and a note that people were mailed. */
export function sendRaw(call: MethodCall, raw: Buffer, threadId: string | undefined) {
  const { world, account, mailbox } = call;
  const headers = readHeaders(raw);
  const named = ['To', 'Cc', 'Bcc'].map((name) => headerOf(headers, name) ?? '').join(',');
  const recipients = new Set(
    (named.match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? []).map((each) => each.toLowerCase()),
  );
  if (recipients.size === 0) throw refuse('invalidArgument', 'Recipient address required');
  const stored = addMessage(mailbox, raw, { labelIds: ['SENT'], threadId });
  world.sent.push({ kind: 'mail', from: account.email, recipientCount: recipients.size, at: world.now() });
  for (const address of recipients) {
    const recipient = findAccount(world, address);
    if (recipient !== undefined && recipient !== account) addMessage(recipient.mailbox, raw);
  }
  return describeStored(stored);
}
