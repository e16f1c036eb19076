/**
 * Messages, folders and categories as Graph's JSON, with only what `$select` asks for. The body of a mail is read
 * only when something out of it is wanted.
 * https://learn.microsoft.com/graph/api/resources/message
 */
import { findHeader } from '../shared/headers.ts';
import type { MessageView, Person } from '../shared/message-view.ts';
import { eventMessageType, readExtendedProperties } from './extended-properties.ts';
import { type GraphCall, idOf, type MailboxCall, preference } from './graph-call.ts';
import { type Category, childrenOf, type Folder, type Mailbox, type Message } from './mailbox.ts';
import { readSelect } from './odata.ts';

type Json = Record<string, unknown>;

const NOT_UNLESS_SELECTED = new Set(['internetMessageHeaders', 'uniqueBody']);

const FROM_STATE: Record<string, (message: Message, call: MailboxCall) => unknown> = {
  createdDateTime: (message) => instant(message.createdAt),
  lastModifiedDateTime: (message) => instant(message.modifiedAt),
  changeKey: (message) => message.changeKey,
  categories: (message) => message.categories,
  receivedDateTime: (message) => instant(message.receivedAt),
  internetMessageId: (message) => message.internetMessageId,
  importance: (message) => message.importance,
  parentFolderId: (message) => message.folder.id,
  conversationId: (message) => message.conversationId,
  conversationIndex: (message) => Buffer.from(`${message.order}`.padStart(22, '0')).toString('base64'),
  isDeliveryReceiptRequested: (message) =>
    findHeader(message.headers, 'return-receipt-to') === undefined ? null : true,
  isReadReceiptRequested: (message) =>
    findHeader(message.headers, 'disposition-notification-to') !== undefined,
  isRead: (message) => message.isRead,
  isDraft: (message) => message.isDraft,
  webLink: (message) =>
    `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(message.restId)}&exvsurl=1`,
  inferenceClassification: (message) => message.inferenceClassification,
  flag: (message) => message.flag,
  internetMessageHeaders: (message) => message.headers.map(({ name, value }) => ({ name, value })),
};

const FROM_VIEW: Record<string, (view: MessageView, message: Message, call: MailboxCall) => unknown> = {
  sentDateTime: (view, message) => instant(view.sentAt ?? message.receivedAt),
  hasAttachments: (view) => view.attachments.some((part) => !part.isInline),
  subject: (view, message) => message.subject ?? view.subject,
  bodyPreview: (view) => view.text.replace(/\s+/g, ' ').trim().slice(0, 255),
  body: (view, _message, call) => bodyOf(view, call),
  uniqueBody: (view, _message, call) => bodyOf(view, call),
  sender: (view) => recipient(view.sender),
  from: (view) => recipient(view.from),
  toRecipients: (view) => view.to.map(recipient),
  ccRecipients: (view) => view.cc.map(recipient),
  bccRecipients: (view) => view.bcc.map(recipient),
  replyTo: (view) => view.replyTo.map(recipient),
};

/** Names of everything a message can be asked for. */
export const MESSAGE_PROPERTIES: readonly string[] = [
  'id',
  ...Object.keys(FROM_STATE),
  ...Object.keys(FROM_VIEW),
];

/** One message, with `@odata.etag` and `id` always. */
export async function showMessage(call: MailboxCall, message: Message): Promise<Json> {
  const select = readSelect(call.query);
  const wantsAll = select === undefined || select.has('*');
  const wants = (name: string) =>
    (wantsAll ? !NOT_UNLESS_SELECTED.has(name) : false) || select?.has(name) === true;
  const type = eventMessageType(message);
  const shown: Json = {
    ...(type === undefined ? {} : { '@odata.type': `#microsoft.graph.${type}` }),
    '@odata.etag': etagOf(message),
    id: idOf(call, message),
  };
  for (const [name, read] of Object.entries(FROM_STATE)) if (wants(name)) shown[name] = read(message, call);
  const fromView = Object.entries(FROM_VIEW).filter(([name]) => wants(name));
  if (fromView.length > 0) {
    const view = await call.world.viewMessage(message.raw);
    for (const [name, read] of fromView) shown[name] = read(view, message, call);
  }
  if (type !== undefined && wants('meetingMessageType')) shown.meetingMessageType = MEETING_TYPES[type];
  const extended = readExtendedProperties(message, call.query.get('$expand') ?? '');
  if (extended.length > 0) shown.singleValueExtendedProperties = extended;
  return shown;
}

/** A mail that is attached to another, as the `item` of its attachment. */
export function showItem(view: MessageView, call: MailboxCall): Json {
  return {
    '@odata.type': '#microsoft.graph.message',
    id: '',
    sentDateTime: view.sentAt === undefined ? null : instant(view.sentAt),
    hasAttachments: view.attachments.some((part) => !part.isInline),
    subject: view.subject,
    body: bodyOf(view, call),
    sender: recipient(view.sender),
    from: recipient(view.from),
    toRecipients: view.to.map(recipient),
    ccRecipients: view.cc.map(recipient),
  };
}

export function etagOf(message: Message): string {
  return `W/"${message.changeKey}"`;
}

export function showFolder(mailbox: Mailbox, folder: Folder, select: ReadonlySet<string> | undefined): Json {
  let unread = 0;
  for (const message of folder.messages.values()) if (!message.isRead) unread += 1;
  const whole: Json = {
    displayName: folder.displayName,
    parentFolderId: folder.parent?.id ?? folder.id,
    childFolderCount: childrenOf(mailbox, folder).length,
    unreadItemCount: unread,
    totalItemCount: folder.messages.size,
    isHidden: folder.isHidden,
  };
  const shown = Object.entries(whole).filter(([name]) => select === undefined || select.has(name));
  return { id: folder.id, ...Object.fromEntries(shown) };
}

export function showCategory(category: Category): Json {
  return { id: category.id, displayName: category.displayName, color: category.color };
}

/** An instant as Graph writes it, without fractions. */
export function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function recipient(person: Person | undefined): Json | null {
  return person === undefined ? null : { emailAddress: { name: person.name, address: person.address } };
}

function bodyOf(view: MessageView, call: GraphCall): Json {
  const wantsText = preference(call, 'outlook.body-content-type')?.toLowerCase() === 'text';
  if (wantsText || view.html === undefined) return { contentType: 'text', content: view.text };
  return { contentType: 'html', content: view.html };
}

const MEETING_TYPES: Readonly<Record<string, string>> = {
  eventMessageRequest: 'meetingRequest',
  eventMessageResponse: 'meetingAccepted',
  eventMessage: 'meetingCancelled',
};
