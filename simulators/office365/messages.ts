/**
 * What can be done with messages: list, read, read as MIME, change, move, delete. Attachments are in attachments.ts.
 * https://learn.microsoft.com/graph/api/resources/message
 */
import { expandAttachments } from './attachments.ts';
import { editDraft, readMime } from './drafts.ts';
import { badRequest, GraphError } from './errors.ts';
import { writeExtendedProperties } from './extended-properties.ts';
import { findFolder, ofCall } from './find-item.ts';
import { followFlag } from './flagged-tasks.ts';
import { answer, type GraphAnswer, type MailboxCall, readJson, textOf } from './graph-call.ts';
import { type Message, moveMessage, removeMessage, touchMessage } from './mailbox.ts';
import { etagOf, MESSAGE_PROPERTIES, showMessage } from './message-json.ts';
import { listMessages as showList } from './message-list.ts';
import { readSelect } from './odata.ts';

/** Messages of one folder, or of all. */
export async function listMessages(call: MailboxCall): Promise<GraphAnswer> {
  checkSelect(call);
  return showList(call);
}

export async function getMessage(call: MailboxCall): Promise<GraphAnswer> {
  checkSelect(call);
  const message = ofCall(call);
  return answer(call, `users('${call.user.id}')/messages/$entity`, {
    ...(await showMessage(call, message)),
    ...(await expandAttachments(call, message)),
  });
}

/** The mail as it arrived. */
export function getMime(call: MailboxCall): GraphAnswer {
  return { status: 200, content: { type: 'text/plain', bytes: ofCall(call).raw } };
}

/** What may be changed of any message, and what only of a draft. */
const CHANGEABLE = new Set([
  'categories',
  'isRead',
  'importance',
  'flag',
  'inferenceClassification',
  'isDeliveryReceiptRequested',
  'isReadReceiptRequested',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
]);
const CHANGEABLE_IN_DRAFTS = new Set([
  'subject',
  'body',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'internetMessageId',
  'internetMessageHeaders',
]);

/** PATCH. With `If-Match` it fails with 412 when the message has changed since. */
export async function updateMessage(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  checkMatch(call, message);
  const body = readJson(call);
  for (const name of Object.keys(body)) {
    if (name.startsWith('@') || CHANGEABLE.has(name)) continue;
    if (message.isDraft && CHANGEABLE_IN_DRAFTS.has(name)) continue;
    if (!MESSAGE_PROPERTIES.includes(name)) {
      const text = `The property '${name}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type.`;
      throw new GraphError('RequestBodyRead', text, 400);
    }
    throw new GraphError('ErrorInvalidPropertySet', `Set action is invalid for property ${name}.`, 400);
  }
  const { categories, isRead, importance, flag, inferenceClassification } = body;
  if (categories !== undefined) {
    const areTexts = Array.isArray(categories) && categories.every((each) => typeof each === 'string');
    if (!areTexts) throw badRequest('Cannot read the value of the property categories.');
    message.categories = [...new Set(categories as string[])];
  }
  if (typeof isRead === 'boolean') message.isRead = isRead;
  if (importance === 'low' || importance === 'normal' || importance === 'high')
    message.importance = importance;
  if (typeof flag === 'object' && flag !== null) {
    message.flag = { ...message.flag, ...flag };
    followFlag(call.mailbox, message);
  }
  if (inferenceClassification === 'focused' || inferenceClassification === 'other')
    message.inferenceClassification = inferenceClassification;
  writeExtendedProperties(message, body.singleValueExtendedProperties);
  if (Object.keys(body).some((name) => CHANGEABLE_IN_DRAFTS.has(name))) await editDraft(call, message, body);
  touchMessage(
    call.mailbox,
    message,
    Object.keys(body).every((name) => name === 'isRead'),
  );
  return answer(call, `users('${call.user.id}')/messages/$entity`, await showMessage(call, message));
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
  const kind = /\/sendMail$/i.test(call.path)
    ? 'sendMail'
    : /\/forward$/i.test(call.path)
      ? 'forward'
      : 'reply';
  const isMime = /^text\/plain/i.test(call.headers.get('content-type') ?? '');
  if (isMime) readMime(call.text);
  else if (kind === 'sendMail' && typeof readJson(call).message !== 'object')
    throw badRequest('The message is missing.');
  call.world.notifications.push({ kind, from: call.user.mail, at: call.world.now() });
  return { status: 202 };
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
