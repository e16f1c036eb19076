/**
 * What can be done with messages: list, read, read as MIME, change, move, delete. Attachments are in attachments.ts.
 * https://learn.microsoft.com/graph/api/resources/message
 */
import { badRequest, GraphError } from './errors.ts';
import { findFolder, findMessage } from './find-item.ts';
import {
  answer,
  type GraphAnswer,
  type MailboxCall,
  readJson,
  textOf,
  wantsImmutableIds,
} from './graph-call.ts';
import { type Message, moveMessage, newestFirst, removeMessage, touchMessage } from './mailbox.ts';
import { etagOf, MESSAGE_PROPERTIES, showMessage } from './message-json.ts';
import { listPage, order, readFilter, readSelect } from './odata.ts';

/** Messages of one folder, or of all. */
export async function listMessages(call: MailboxCall): Promise<GraphAnswer> {
  checkSelect(call);
  const { folder } = call.parts;
  const all =
    folder === undefined
      ? [...call.mailbox.folders.values()]
          .flatMap((each) => newestFirst(each))
          .sort((a, b) => b.receivedAt - a.receivedAt)
      : newestFirst(findFolder(call, folder));
  const found = order(all.filter(readFilter(call.query.get('$filter'))), call.query);
  return listPage(call, `users('${call.user.id}')/messages`, found, (message) => showMessage(call, message));
}

export async function getMessage(call: MailboxCall): Promise<GraphAnswer> {
  checkSelect(call);
  const message = ofCall(call);
  return withPreference(
    call,
    answer(call, `users('${call.user.id}')/messages/$entity`, await showMessage(call, message)),
  );
}

/** The mail as it arrived. */
export function getMime(call: MailboxCall): GraphAnswer {
  return { status: 200, content: { type: 'text/plain', bytes: ofCall(call).raw } };
}

const CHANGEABLE = new Set([
  'categories',
  'isRead',
  'importance',
  'subject',
  'flag',
  'inferenceClassification',
]);

/** PATCH. With `If-Match` it fails with 412 when the message has changed since. */
export async function updateMessage(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  checkMatch(call, message);
  const body = readJson(call);
  for (const name of Object.keys(body)) {
    if (!CHANGEABLE.has(name) && !name.startsWith('@')) {
      throw new GraphError('ErrorInvalidPropertySet', `Set action is invalid for property ${name}.`, 400);
    }
  }
  const { categories, isRead, importance, subject } = body;
  if (categories !== undefined) {
    const areTexts = Array.isArray(categories) && categories.every((each) => typeof each === 'string');
    if (!areTexts) throw badRequest('Cannot read the value of the property categories.');
    message.categories = [...new Set(categories as string[])];
  }
  if (typeof isRead === 'boolean') message.isRead = isRead;
  if (importance === 'low' || importance === 'normal' || importance === 'high')
    message.importance = importance;
  if (typeof subject === 'string') {
    if (!message.isDraft)
      throw new GraphError('ErrorInvalidPropertySet', 'Set action is invalid for property subject.', 400);
    message.subject = subject;
  }
  touchMessage(
    call.mailbox,
    message,
    Object.keys(body).every((name) => name === 'isRead'),
  );
  return withPreference(
    call,
    answer(call, `users('${call.user.id}')/messages/$entity`, await showMessage(call, message)),
  );
}

export async function moveMessageTo(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  const target = findFolder(call, textOf(readJson(call), 'destinationId'));
  moveMessage(call.mailbox, message, target);
  return answer(call, `users('${call.user.id}')/messages/$entity`, await showMessage(call, message), 201);
}

/** To Deleted Items; from there, for good. */
export function deleteMessage(call: MailboxCall): GraphAnswer {
  const message = ofCall(call);
  checkMatch(call, message);
  const trash = findFolder(call, 'deleteditems');
  if (message.folder === trash) removeMessage(call.mailbox, message);
  else moveMessage(call.mailbox, message, trash);
  return { status: 204 };
}

/** Nothing is sent anywhere; it is only counted. */
export function sendMail(call: MailboxCall): GraphAnswer {
  const kind = call.path.endsWith('/sendMail')
    ? 'sendMail'
    : call.path.endsWith('/forward')
      ? 'forward'
      : 'reply';
  if (kind === 'sendMail' && typeof readJson(call).message !== 'object')
    throw badRequest('The message is missing.');
  call.world.notifications.push({ kind, from: call.user.mail, at: call.world.now() });
  return { status: 202 };
}

/** The message that the path names. */
export function ofCall(call: MailboxCall): Message {
  return findMessage(call, call.parts.message ?? '', call.parts.folder);
}

function checkMatch(call: MailboxCall, message: Message): void {
  const match = call.headers.get('if-match');
  if (match !== null && match !== '*' && match !== etagOf(message))
    throw new GraphError('ErrorIrresolvableConflict');
}

const ALSO_SELECTABLE = new Set(['meetingMessageType', 'event', 'attachments', '*']);

function checkSelect(call: MailboxCall): void {
  for (const name of readSelect(call.query) ?? []) {
    if (MESSAGE_PROPERTIES.includes(name) || ALSO_SELECTABLE.has(name) || name.startsWith('microsoft.graph.'))
      continue;
    throw new GraphError(
      'RequestBroker--ParseUri',
      `Could not find a property named '${name}' on type 'Microsoft.OutlookServices.Message'.`,
    );
  }
}

function withPreference(call: MailboxCall, given: GraphAnswer): GraphAnswer {
  return wantsImmutableIds(call)
    ? { ...given, headers: { 'preference-applied': 'IdType="ImmutableId"' } }
    : given;
}
