/**
 * Messages that clients make: drafts from JSON or MIME, replies and forwards as drafts, attachments added and taken away,
 * drafts sent (which nobody receives), copies, and deletion for good. Whether a copy keeps its time of receipt is not
 * documented; here it does.
 * https://learn.microsoft.com/graph/api/user-post-messages
 */
import type { AttachedPart } from '../shared/message-view.ts';
import { attachmentOf, showAttachment } from './attachments.ts';
import { changeDraft, composeMime, type Draft, draftOf, emptyDraft, readAttachment } from './compose.ts';
import { badRequest, GraphError } from './errors.ts';
import { writeExtendedProperties } from './extended-properties.ts';
import { findFolder, ofCall } from './find-item.ts';
import { answer, type GraphAnswer, idOf, type MailboxCall, readJson, textOf } from './graph-call.ts';
import {
  deliver,
  type Message,
  moveMessage,
  removeMessage,
  rewriteMessage,
  touchMessage,
} from './mailbox.ts';
import { showMessage } from './message-json.ts';

/** POST to messages: a draft, in Drafts or in the folder the path names. A body of `text/plain` is base64 MIME. */
export async function createMessage(call: MailboxCall): Promise<GraphAnswer> {
  const folder = findFolder(call, call.parts.folder ?? 'drafts');
  const isMime = /^text\/plain/i.test(call.headers.get('content-type') ?? '');
  if (isMime)
    return created(call, deliver(call.mailbox, folder, readMime(call.text), { isDraft: true, isRead: true }));
  const body = readJson(call);
  const draft = changeDraft(emptyDraft(ownPerson(call)), body);
  const categories = Array.isArray(body.categories) ? body.categories.map(String) : [];
  const raw = composeMime(draft, call.world.now());
  const message = deliver(call.mailbox, folder, raw, {
    isDraft: true,
    isRead: body.isRead !== false,
    categories,
  });
  writeExtendedProperties(message, body.singleValueExtendedProperties);
  return created(call, message);
}

/** Base64 MIME. Fails with ErrorMimeContentInvalidBase64String. */
export function readMime(text: string): Buffer {
  const plain = text.replaceAll(/\s/g, '');
  if (plain === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain)) {
    throw new GraphError(
      'ErrorMimeContentInvalidBase64String',
      'Invalid base64 string for MIME content.',
      400,
    );
  }
  return Buffer.from(plain, 'base64');
}

/** createReply, createReplyAll and createForward. */
export async function createAnswer(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  const { message: given, comment } = readJson(call);
  const view = await call.world.viewMessage(message.raw);
  const own = ownPerson(call);
  const isForward = /createForward$/i.test(call.path);
  const back = view.replyTo.length > 0 ? view.replyTo : view.from === undefined ? [] : [view.from];
  const isOther = (each: { address: string }) => each.address.toLowerCase() !== own.address.toLowerCase();
  const isToAll = /createReplyAll$/i.test(call.path);
  const prefix = isForward ? 'FW: ' : 'RE: ';
  const subject = view.subject.toLowerCase().startsWith(prefix.toLowerCase())
    ? view.subject
    : prefix + view.subject;
  const references = [view.references ?? '', message.internetMessageId].join(' ').trim();
  const draft: Draft = {
    ...emptyDraft(own),
    subject,
    to: isForward ? [] : isToAll ? [...back, ...view.to.filter(isOther)] : back,
    cc: isToAll ? view.cc.filter(isOther) : [],
    content: typeof comment === 'string' ? comment : '',
    headers: [
      { name: 'In-Reply-To', value: message.internetMessageId },
      { name: 'References', value: references },
    ],
    attachments: isForward ? view.attachments : [],
  };
  const changed = changeDraft(draft, (given ?? {}) as Record<string, unknown>);
  if (changed.headers !== draft.headers) changed.headers = [...draft.headers, ...changed.headers];
  const raw = composeMime(changed, call.world.now());
  const made = deliver(call.mailbox, findFolder(call, 'drafts'), raw, { isDraft: true, isRead: true });
  return created(call, made);
}

/** Sends a draft: it goes to Sent Items and nobody gets it. */
export function sendDraft(call: MailboxCall): GraphAnswer {
  const message = ofCall(call);
  if (!message.isDraft) throw new GraphError('ErrorInvalidRequest', 'The message is not a draft.', 400);
  message.isDraft = false;
  moveMessage(call.mailbox, message, findFolder(call, 'sentitems'));
  call.world.notifications.push({ kind: 'sendMail', from: call.user.mail, at: call.world.now() });
  return { status: 202 };
}

export async function copyMessage(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  const target = findFolder(call, textOf(readJson(call), 'destinationId'));
  const { receivedAt, isRead, isDraft, categories } = message;
  const copy = deliver(call.mailbox, target, message.raw, {
    receivedAt,
    isRead,
    isDraft,
    categories: [...categories],
  });
  return created(call, copy);
}

/** permanentDelete: gone, past Deleted Items. */
export function deleteForGood(call: MailboxCall): GraphAnswer {
  removeMessage(call.mailbox, ofCall(call));
  return { status: 204 };
}

export async function addAttachment(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  const part = readAttachment(readJson(call));
  const index = await append(call, message, part);
  const context = `users('${call.user.id}')/messages('${idOf(call, message)}')/attachments/$entity`;
  return answer(call, context, showAttachment(call, message, part, index), 201);
}

/** Attaches what was uploaded in parts; gives its id. */
export async function putAttachment(
  call: MailboxCall,
  message: Message,
  part: AttachedPart,
): Promise<string> {
  return String(showAttachment(call, message, part, await append(call, message, part)).id);
}

async function append(call: MailboxCall, message: Message, part: AttachedPart): Promise<number> {
  const draft = await readDraft(call, message);
  draft.attachments = [...draft.attachments, part];
  rewrite(call, message, draft);
  return draft.attachments.length - 1;
}

export async function deleteAttachment(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  const { index } = await attachmentOf(call, message);
  const draft = await readDraft(call, message);
  draft.attachments = draft.attachments.filter((_part, at) => at !== index);
  rewrite(call, message, draft);
  return { status: 204 };
}

/** Changes what of a message only a draft may have changed. */
export async function editDraft(
  call: MailboxCall,
  message: Message,
  body: Record<string, unknown>,
): Promise<void> {
  if (body.attachments !== undefined) throw badRequest('Attachments are changed by their own address.');
  rewriteMessage(message, composeMime(changeDraft(await readDraft(call, message), body), message.createdAt));
  message.subject = undefined;
}

async function readDraft(call: MailboxCall, message: Message): Promise<Draft> {
  const view = await call.world.viewMessage(message.raw);
  return draftOf(
    { ...view, subject: message.subject ?? view.subject },
    message.internetMessageId,
    message.importance,
  );
}

function rewrite(call: MailboxCall, message: Message, draft: Draft): void {
  rewriteMessage(message, composeMime(draft, message.createdAt));
  touchMessage(call.mailbox, message);
}

async function created(call: MailboxCall, message: Message): Promise<GraphAnswer> {
  return answer(call, `users('${call.user.id}')/messages/$entity`, await showMessage(call, message), 201);
}

function ownPerson(call: MailboxCall) {
  return { name: call.user.displayName, address: call.user.mail };
}
