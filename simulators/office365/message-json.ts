/**
 * Messages, folders and categories as Graph's JSON, with only what `$select` asks for. The body of a mail is read
 * only when something out of it is wanted.
 * https://learn.microsoft.com/graph/api/resources/message
 */
import { findHeader } from '../shared/headers.ts';
import type { MessageView, Person } from '../shared/message-view.ts';
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
  inferenceClassification: () => 'focused',
  flag: () => ({ flagStatus: 'notFlagged' }),
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
  const wants = (name: string) => (select === undefined ? !NOT_UNLESS_SELECTED.has(name) : select.has(name));
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
  const extended = extendedProperties(message, call.query.get('$expand') ?? '');
  if (extended.length > 0) shown.singleValueExtendedProperties = extended;
  return shown;
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

/** The derived type that Graph shows meeting mail as, by its class. */
function eventMessageType(message: Message): string | undefined {
  if (!message.itemClass.startsWith('IPM.Schedule.Meeting')) return undefined;
  if (message.itemClass.endsWith('.Request')) return 'eventMessageRequest';
  return message.itemClass.includes('.Resp.') ? 'eventMessageResponse' : 'eventMessage';
}

const SENSITIVITIES = ['normal', 'personal', 'private', 'company-confidential'];

/**
 * Properties that the query expands by id: sensitivity, size and class of a message, what it answers, and single headers by name.
 * https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get
 */
function extendedProperties(message: Message, expand: string): Json[] {
  if (!expand.startsWith('singleValueExtendedProperties')) return [];
  const tagged = [...expand.matchAll(/id eq '((Integer|String) 0x0*([0-9A-Fa-f]+))'/g)];
  const named = [...expand.matchAll(/id eq '(String \{([0-9A-Fa-f-]{36})\} Name ([\w-]+))'/g)];
  const wanted: [string, string | undefined][] = [
    ...tagged.map(([, id = '', , tag = '']): [string, string | undefined] => [
      id,
      extendedValue(message, tag.toUpperCase()),
    ]),
    ...named.map(([, id = '', set = '', name = '']): [string, string | undefined] => [
      id,
      set.toUpperCase() === HEADER_SET ? findHeader(message.headers, name.toLowerCase()) : undefined,
    ]),
  ];
  return wanted.flatMap(([id, value]) => (value === undefined ? [] : [{ id, value }]));
}

/** PS_INTERNET_HEADERS (MS-OXPROPS): each header of a mail under its own name. */
const HEADER_SET = '00020386-0000-0000-C000-000000000046';

function extendedValue(message: Message, tag: string): string | undefined {
  switch (tag) {
    case '36': {
      const word = findHeader(message.headers, 'sensitivity')?.toLowerCase() ?? 'normal';
      return String(Math.max(0, SENSITIVITIES.indexOf(word)));
    }
    case 'E08':
      return String(message.raw.byteLength);
    case '1039':
      return findHeader(message.headers, 'references');
    case '1042':
      return findHeader(message.headers, 'in-reply-to');
    case '1A':
      return message.itemClass;
    default:
      return undefined;
  }
}
