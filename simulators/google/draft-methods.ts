/**
 * users.drafts: a draft is an id of its own over a message labelled DRAFT, and each edit gives it another message.
 * https://developers.google.com/workspace/gmail/api/guides/drafts
 */
import { refuse } from './errors.ts';
import { addMessage, type Mailbox, removeMessage, type StoredMessage } from './mailbox.ts';
import { viewMessage } from './message-json.ts';
import { READ, rawOf, readFormat, selectMessages, sendRaw } from './message-methods.ts';
import { countOf, type Method, type MethodCall, pageOf } from './method.ts';
import { scopeOf } from './scopes.ts';

const COMPOSE = [scopeOf('mail'), scopeOf('gmail.modify'), scopeOf('gmail.compose')];
const READ_DRAFTS = [...READ, scopeOf('gmail.compose')];

/** Message ids by draft id, for each mailbox; drafts that came otherwise get their id when first seen. */
const DRAFTS = new WeakMap<Mailbox, Map<string, string>>();

/** The methods of users.drafts. */
export const DRAFT_METHODS: readonly Method[] = [
  { id: 'gmail.users.drafts.list', verb: 'GET', path: 'drafts', scopes: READ_DRAFTS, answer: list },
  { id: 'gmail.users.drafts.get', verb: 'GET', path: 'drafts/{id}', scopes: READ_DRAFTS, answer: get },
  {
    id: 'gmail.users.drafts.create',
    verb: 'POST',
    path: 'drafts',
    scopes: COMPOSE,
    takesMedia: true,
    answer: create,
  },
  {
    id: 'gmail.users.drafts.send',
    verb: 'POST',
    path: 'drafts/send',
    scopes: COMPOSE,
    takesMedia: true,
    answer: send,
  },
  {
    id: 'gmail.users.drafts.update',
    verb: 'PUT',
    path: 'drafts/{id}',
    scopes: COMPOSE,
    takesMedia: true,
    answer: update,
  },
  {
    id: 'gmail.users.drafts.delete',
    verb: 'DELETE',
    path: 'drafts/{id}',
    scopes: COMPOSE,
    answer: (call) => removeMessage(call.mailbox, draftOf(call, call.path.id).message),
  },
];

function draftsOf(mailbox: Mailbox): Map<string, string> {
  const known = DRAFTS.get(mailbox) ?? new Map<string, string>();
  DRAFTS.set(mailbox, known);
  for (const [id, messageId] of known) {
    if (mailbox.messages.get(messageId)?.labelIds.has('DRAFT') !== true) known.delete(id);
  }
  const named = new Set(known.values());
  for (const message of mailbox.messages.values()) {
    if (message.labelIds.has('DRAFT') && !named.has(message.id))
      known.set(`r${BigInt(`0x${message.id}`)}`, message.id);
  }
  return known;
}

function draftOf({ mailbox }: MethodCall, id: string | undefined): { id: string; message: StoredMessage } {
  const message = mailbox.messages.get(draftsOf(mailbox).get(id ?? '') ?? '');
  if (message === undefined || id === undefined) throw refuse('notFound');
  return { id, message };
}

function list(call: MethodCall) {
  const ids = new Map([...draftsOf(call.mailbox)].map(([id, messageId]) => [messageId, id]));
  const found = selectMessages(call).filter((message) => ids.has(message.id));
  const { page, nextPageToken } = pageOf(found, (message) => message.id, {
    token: call.query.get('pageToken'),
    count: countOf(call.query, 'maxResults', 100, 500),
    overlap: call.world.pageOverlap,
    isAfter: (message, key) => found.indexOf(message) > found.findIndex((each) => each.id === key),
  });
  const drafts = page.map(({ id, threadId }) => ({ id: ids.get(id), message: { id, threadId } }));
  return {
    ...(drafts.length === 0 ? {} : { drafts }),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    resultSizeEstimate: found.length,
  };
}

async function get(call: MethodCall) {
  const { id, message } = draftOf(call, call.path.id);
  return { id, message: await viewMessage(message, readFormat(call)) };
}

function create(call: MethodCall) {
  return show(call, store(call));
}

function update(call: MethodCall) {
  const { id, message: before } = draftOf(call, call.path.id);
  const message = store(call, before.threadId);
  removeMessage(call.mailbox, before);
  draftsOf(call.mailbox).set(id, message.id);
  for (const [other, messageId] of draftsOf(call.mailbox)) {
    if (messageId === message.id && other !== id) draftsOf(call.mailbox).delete(other);
  }
  return show(call, message);
}

/** Sends a draft that exists, or a mail that is given, which then was a draft for no time at all. */
function send(call: MethodCall) {
  const { id } = call.body;
  if (typeof id !== 'string') return sendRaw(call, rawOf(messageOfBody(call)), undefined);
  const { message } = draftOf(call, id);
  const answer = sendRaw(call, message.raw, message.threadId);
  removeMessage(call.mailbox, message);
  return answer;
}

/** The call with the draft's message as its body; an upload has the mail at the top. */
function messageOfBody(call: MethodCall): MethodCall {
  const { message, raw } = call.body;
  const inner = typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
  return { ...call, body: raw === undefined ? inner : { ...inner, raw } };
}

function store(call: MethodCall, before?: string): StoredMessage {
  const inner = messageOfBody(call);
  const threadId = typeof inner.body.threadId === 'string' ? inner.body.threadId : before;
  return addMessage(call.mailbox, rawOf(inner), { labelIds: ['DRAFT'], threadId });
}

function show({ mailbox }: MethodCall, { id, threadId, labelIds }: StoredMessage) {
  const draftId = [...draftsOf(mailbox)].find(([, messageId]) => messageId === id)?.[0];
  return { id: draftId, message: { id, threadId, labelIds: [...labelIds] } };
}
