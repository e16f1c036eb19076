/** What concerns a mailbox as a whole: profile, history, threads, send-as addresses, watch and stop. */
import { refuse } from './errors.ts';
import { expireHistory, type HistoryRecord, messagesOfThread } from './mailbox.ts';
import { snippetOf, viewMessage } from './message-json.ts';
import {
  checkLabels,
  READ,
  READ_METADATA,
  readFormat,
  readMetadataHeaders,
  selectMessages,
} from './message-methods.ts';
import { checkId, countOf, type Method, type MethodCall, pageOf, textsOf } from './method.ts';
import { scopeOf } from './scopes.ts';
import type { SendAs } from './world.ts';

const KINDS = ['messageAdded', 'messageDeleted', 'labelAdded', 'labelRemoved'];
const WATCH_LIFE_MS = 7 * 86_400_000;
const SETTINGS = [...READ, scopeOf('gmail.settings.basic')];

/** The methods of a mailbox as a whole. */
export const MAILBOX_METHODS: readonly Method[] = [
  {
    id: 'gmail.users.getProfile',
    verb: 'GET',
    path: 'profile',
    scopes: [...READ_METADATA, scopeOf('gmail.compose')],
    answer: ({ account, mailbox }) => ({
      emailAddress: account.email,
      messagesTotal: mailbox.messages.size,
      threadsTotal: new Set([...mailbox.messages.values()].map((message) => message.threadId)).size,
      historyId: String(mailbox.historyId),
    }),
  },
  {
    id: 'gmail.users.history.list',
    verb: 'GET',
    path: 'history',
    scopes: READ_METADATA,
    answer: listHistory,
  },
  {
    id: 'gmail.users.threads.list',
    verb: 'GET',
    path: 'threads',
    scopes: READ_METADATA,
    answer: listThreads,
  },
  {
    id: 'gmail.users.threads.get',
    verb: 'GET',
    path: 'threads/{id}',
    scopes: READ_METADATA,
    answer: getThread,
  },
  {
    id: 'gmail.users.settings.sendAs.list',
    verb: 'GET',
    path: 'settings/sendAs',
    scopes: SETTINGS,
    answer: ({ account }) => ({ sendAs: account.sendAs.map(viewSendAs) }),
  },
  {
    id: 'gmail.users.settings.sendAs.get',
    verb: 'GET',
    path: 'settings/sendAs/{id}',
    scopes: SETTINGS,
    answer: ({ account, path }) => {
      const found = account.sendAs.find((each) => each.sendAsEmail === path.id?.toLowerCase());
      if (found === undefined) throw refuse('notFound');
      return viewSendAs(found);
    },
  },
  { id: 'gmail.users.watch', verb: 'POST', path: 'watch', scopes: READ_METADATA, answer: watch },
  {
    id: 'gmail.users.stop',
    verb: 'POST',
    path: 'stop',
    scopes: READ_METADATA,
    answer: ({ account }) => {
      account.watch = undefined;
    },
  },
];

function viewSendAs({ sendAsEmail, displayName, isPrimary, verificationStatus }: SendAs) {
  const base = { sendAsEmail, displayName, replyToAddress: '', signature: '' };
  return isPrimary
    ? { ...base, isPrimary: true, isDefault: true }
    : { ...base, treatAsAlias: true, verificationStatus };
}

function listHistory(call: MethodCall) {
  const { mailbox, query, world } = call;
  expireHistory(mailbox, world.now() - world.historyLifeMs);
  const text = query.get('startHistoryId');
  if (text === null) throw refuse('invalidArgument', 'Missing parameter: startHistoryId');
  if (!/^\d+$/.test(text)) throw refuse('invalidArgument', "Invalid value at 'start_history_id'");
  const start = Number(text);
  if (start < mailbox.historyFloor || start > mailbox.historyId) throw refuse('notFound');
  const kinds = query.getAll('historyTypes').flatMap((each) => each.split(','));
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) throw refuse('invalidArgument', `Invalid value at 'history_types': ${unknown}`);
  const labelId = query.get('labelId');
  if (labelId !== null) checkLabels(mailbox, [labelId]);
  const found = mailbox.history.filter(
    (record) =>
      record.id > start &&
      (kinds.length === 0 || kinds.includes(record.kind)) &&
      (labelId === null || record.labelIds.includes(labelId) || record.changed.includes(labelId)),
  );
  const { page, nextPageToken } = pageOf(found, (record) => String(record.id), {
    token: query.get('pageToken'),
    count: countOf(query, 'maxResults', 100, 500),
    overlap: world.pageOverlap,
    isAfter: (record, key) => record.id > Number(key),
  });
  return {
    ...(page.length === 0 ? {} : { history: page.map(viewRecord) }),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    historyId: String(mailbox.historyId),
  };
}

function viewRecord(record: HistoryRecord) {
  const { messageId: id, threadId, changed } = record;
  const labelIds = record.labelIds.length === 0 ? {} : { labelIds: record.labelIds };
  const message = { id, threadId, ...labelIds };
  const base = { id: String(record.id), messages: [{ id, threadId }] };
  switch (record.kind) {
    case 'messageAdded':
      return { ...base, messagesAdded: [{ message }] };
    case 'messageDeleted':
      return { ...base, messagesDeleted: [{ message }] };
    case 'labelAdded':
      return { ...base, labelsAdded: [{ message, labelIds: changed }] };
    default:
      return { ...base, labelsRemoved: [{ message, labelIds: changed }] };
  }
}

async function listThreads(call: MethodCall) {
  const found = [...new Map(selectMessages(call).map((each) => [each.threadId, each])).values()];
  const { page, nextPageToken } = pageOf(found, (message) => message.threadId, {
    token: call.query.get('pageToken'),
    count: countOf(call.query, 'maxResults', 100, 500),
    overlap: call.world.pageOverlap,
    isAfter: (message, key) => found.indexOf(message) > found.findIndex((each) => each.threadId === key),
  });
  const threads = await Promise.all(
    page.map(async (message) => ({
      id: message.threadId,
      snippet: await snippetOf(message.raw),
      historyId: String(message.historyId),
    })),
  );
  return {
    ...(threads.length === 0 ? {} : { threads }),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    resultSizeEstimate: found.length,
  };
}

async function getThread(call: MethodCall) {
  const id = call.path.id ?? '';
  checkId(id);
  const stored = messagesOfThread(call.mailbox, id);
  if (stored.length === 0) throw refuse('notFound');
  const format = readFormat(call);
  const headers = readMetadataHeaders(call.query);
  const messages = await Promise.all(stored.map((message) => viewMessage(message, format, headers)));
  const historyId = Math.max(...stored.map((message) => message.historyId));
  return { id, historyId: String(historyId), messages };
}

function watch({ world, account, mailbox, body }: MethodCall) {
  const topicName = typeof body.topicName === 'string' ? body.topicName : '';
  if (!/^projects\/[^/]+\/topics\/[^/]+$/.test(topicName)) {
    throw refuse('invalidArgument', 'Invalid topicName does not match projects/*/topics/*');
  }
  if (!world.topics.has(topicName)) {
    const text = `Error sending test message to Cloud PubSub ${topicName} : Resource not found (resource=${topicName.split('/')[3]}).`;
    throw refuse('invalidArgument', text);
  }
  const labelIds = textsOf(body, 'labelIds');
  checkLabels(mailbox, labelIds);
  const behaviour = body.labelFilterBehavior ?? body.labelFilterAction;
  const expiresAt = world.now() + WATCH_LIFE_MS;
  account.watch = { topicName, labelIds, isExclusion: behaviour === 'exclude', expiresAt };
  return { historyId: String(mailbox.historyId), expiration: String(expiresAt) };
}
