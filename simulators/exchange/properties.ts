/**
 * Every item property this server shows: its path, which base shapes hold it, and how it is written, in the order
 * that the schema's ItemType and MessageType prescribe.
 */

import { readHeaders } from '../shared/headers.ts';
import type { MessageView, Person } from '../shared/message-view.ts';
import type { Item } from './folder.ts';
import type { Shape } from './shape.ts';
import { element, escapeXml, formatTime, textElement } from './xml-writer.ts';

/** What a property is written from. `attachmentIds` go with `view.attachments`. */
export interface PropertySource {
  item: Item;
  view: MessageView;
  shape: Shape;
}

export interface ItemProperty {
  uri: string;
  /** `all`: only in AllProperties; `default`: in Default and AllProperties of GetItem; `find`: in Default of FindItem too. */
  shapes: 'none' | 'all' | 'default' | 'find';
  /** Written without reading the mail's MIME. */
  isCheap?: boolean;
  /** Only messages have it (not calendar items, contacts, tasks). */
  isMessageOnly?: boolean;
  write(source: PropertySource): string;
}

export function person(tag: string, who: Person | undefined): string {
  return who === undefined ? '' : element(`t:${tag}`, {}, mailboxElement(who));
}

function people(tag: string, list: readonly Person[]): string {
  return list.length === 0 ? '' : element(`t:${tag}`, {}, ...list.map(mailboxElement));
}

export function mailboxElement(who: Person): string {
  const address = who.address === '' ? '' : textElement('t:EmailAddress', who.address);
  const routing = who.address === '' ? '' : textElement('t:RoutingType', 'SMTP');
  const kind = who.address === '' ? 'Unknown' : 'OneOff';
  return element(
    't:Mailbox',
    {},
    textElement('t:Name', who.name),
    address,
    routing,
    textElement('t:MailboxType', kind),
  );
}

function displayNames(list: readonly Person[]): string {
  return list.map((who) => who.name).join('; ');
}

function optional(tag: string, text: string | undefined): string {
  return text === undefined ? '' : textElement(`t:${tag}`, text);
}

function body({ view, shape }: PropertySource): string {
  const wantsText = shape.bodyType === 'Text' || (shape.bodyType === 'Best' && view.html === undefined);
  const html = view.html ?? `<html><body><pre>${escapeXml(view.text)}</pre></body></html>`;
  return element(
    't:Body',
    { BodyType: wantsText ? 'Text' : 'HTML', IsTruncated: false },
    escapeXml(wantsText ? view.text : html),
  );
}

function attachments({ item, view }: PropertySource): string {
  if (view.attachments.length === 0) return '';
  const parts = view.attachments.map((part, index) =>
    element(
      part.isMessage ? 't:ItemAttachment' : 't:FileAttachment',
      {},
      element('t:AttachmentId', { Id: attachmentId(item, index) }),
      textElement('t:Name', part.name ?? 'ATT00001'),
      textElement('t:ContentType', part.contentType),
      optional('ContentId', part.contentId),
      textElement('t:Size', part.content.byteLength),
      textElement('t:LastModifiedTime', formatTime(item.modifiedAt)),
      textElement('t:IsInline', part.isInline),
    ),
  );
  return element('t:Attachments', {}, ...parts);
}

/** The bytes of a mail; something like it for what has no MIME. */
function sizeOf(item: Item): number {
  return item.raw.byteLength > 0 ? item.raw.byteLength : 512 + (item.body?.content.length ?? 0);
}

function reminderDueBy({ item: { reminder, event } }: PropertySource): string {
  const dueBy = event?.start ?? reminder?.dueBy;
  return reminder === undefined || dueBy === undefined
    ? ''
    : textElement('t:ReminderDueBy', formatTime(dueBy));
}

/** The id of the attachment at `index` of an item. */
export function attachmentId(item: Item, index: number): string {
  const tail = Buffer.alloc(3);
  tail.writeUInt16BE(index, 1);
  return Buffer.concat([Buffer.from(item.id, 'base64'), tail]).toString('base64');
}

function internetHeaders({ item, shape }: PropertySource): string {
  const wanted = new Set(shape.headerNames.map((name) => name.toLowerCase()));
  const isWhole = shape.base === 'AllProperties' || shape.fieldUris.includes('item:InternetMessageHeaders');
  const headers = readHeaders(item.raw).filter((header) => isWhole || wanted.has(header.name.toLowerCase()));
  if (headers.length === 0) return '';
  return element(
    't:InternetMessageHeaders',
    {},
    ...headers.map(({ name, value }) =>
      element('t:InternetMessageHeader', { HeaderName: name }, escapeXml(value)),
    ),
  );
}

/** One line of the tables of properties. */
export function property(
  uri: string,
  shapes: ItemProperty['shapes'],
  write: ItemProperty['write'],
  flags: { isCheap?: boolean; isMessageOnly?: boolean } = {},
): ItemProperty {
  return { uri, shapes, write, ...flags };
}

export const cheap = { isCheap: true };
const message = { isMessageOnly: true };
const cheapMessage = { isCheap: true, isMessageOnly: true };

/** Properties before the extended ones. */
export const LEADING_PROPERTIES: readonly ItemProperty[] = [
  property(
    'item:MimeContent',
    'none',
    ({ item }) => {
      const { event, contact, task } = item;
      // Conversion of calendar items, contacts and tasks into MIME is not offered here.
      if (event !== undefined || contact !== undefined || task !== undefined) return '';
      return element('t:MimeContent', { CharacterSet: 'UTF-8' }, Buffer.from(item.raw).toString('base64'));
    },
    cheap,
  ),
  property('item:ItemId', 'none', ({ item }) => itemIdElement(item), cheap),
  property(
    'item:ParentFolderId',
    'all',
    ({ item }) => element('t:ParentFolderId', { Id: item.folder.id, ChangeKey: item.folder.changeKey }),
    cheap,
  ),
  property('item:ItemClass', 'all', ({ item }) => textElement('t:ItemClass', item.itemClass), cheap),
  property('item:Subject', 'find', ({ item, view }) =>
    textElement('t:Subject', item.subject ?? view.subject),
  ),
  property('item:Sensitivity', 'find', ({ item }) => textElement('t:Sensitivity', item.sensitivity), cheap),
  property('item:Body', 'default', body),
  property('item:Attachments', 'default', attachments),
  property(
    'item:DateTimeReceived',
    'all',
    ({ item }) => textElement('t:DateTimeReceived', formatTime(item.receivedAt)),
    cheap,
  ),
  property('item:Size', 'find', ({ item }) => textElement('t:Size', sizeOf(item)), cheap),
  property(
    'item:Categories',
    'all',
    ({ item }) =>
      item.categories.length === 0
        ? ''
        : element('t:Categories', {}, ...item.categories.map((name) => textElement('t:String', name))),
    cheap,
  ),
  property('item:Importance', 'all', ({ item }) => textElement('t:Importance', item.importance), cheap),
  property('item:InReplyTo', 'all', ({ view }) => optional('InReplyTo', view.inReplyTo)),
  property('item:IsSubmitted', 'all', () => textElement('t:IsSubmitted', false), cheap),
  property('item:IsDraft', 'all', ({ item }) => textElement('t:IsDraft', item.isDraft), cheap),
  property('item:IsFromMe', 'all', () => textElement('t:IsFromMe', false), cheap),
  property(
    'item:IsUnmodified',
    'all',
    ({ item }) => textElement('t:IsUnmodified', item.modifiedAt === item.createdAt),
    cheap,
  ),
  property('item:InternetMessageHeaders', 'all', internetHeaders, cheap),
  property('item:DateTimeSent', 'find', ({ view }) =>
    view.sentAt === undefined ? '' : textElement('t:DateTimeSent', formatTime(view.sentAt)),
  ),
  property(
    'item:DateTimeCreated',
    'find',
    ({ item }) => textElement('t:DateTimeCreated', formatTime(item.createdAt)),
    cheap,
  ),
  property('item:ReminderDueBy', 'all', reminderDueBy, cheap),
  property(
    'item:ReminderIsSet',
    'all',
    ({ item: { reminder } }) =>
      reminder === undefined ? '' : textElement('t:ReminderIsSet', reminder.isSet),
    cheap,
  ),
  property(
    'item:ReminderMinutesBeforeStart',
    'all',
    ({ item: { reminder } }) =>
      reminder === undefined ? '' : textElement('t:ReminderMinutesBeforeStart', reminder.minutes),
    cheap,
  ),
  property('item:DisplayCc', 'all', ({ view }) => textElement('t:DisplayCc', displayNames(view.cc))),
  property('item:DisplayTo', 'all', ({ view }) => textElement('t:DisplayTo', displayNames(view.to))),
  property('item:HasAttachments', 'find', ({ view }) =>
    textElement(
      't:HasAttachments',
      view.attachments.some((part) => !part.isInline),
    ),
  ),
];

/** Properties after the extended ones. */
export const TRAILING_PROPERTIES: readonly ItemProperty[] = [
  property('item:LastModifiedName', 'all', () => '', cheap),
  property(
    'item:LastModifiedTime',
    'all',
    ({ item }) => textElement('t:LastModifiedTime', formatTime(item.modifiedAt)),
    cheap,
  ),
  property('item:ConversationId', 'all', () => '', cheap),
  property('item:TextBody', 'none', ({ view }) =>
    element('t:TextBody', { BodyType: 'Text', IsTruncated: false }, escapeXml(view.text)),
  ),
  property('message:Sender', 'all', ({ view }) => person('Sender', view.sender), message),
  property('message:ToRecipients', 'default', ({ view }) => people('ToRecipients', view.to), message),
  property('message:CcRecipients', 'default', ({ view }) => people('CcRecipients', view.cc), message),
  property('message:BccRecipients', 'default', ({ view }) => people('BccRecipients', view.bcc), message),
  property('message:From', 'find', ({ view }) => person('From', view.from), message),
  property(
    'message:InternetMessageId',
    'all',
    ({ item }) => optional('InternetMessageId', item.messageId),
    cheapMessage,
  ),
  property('message:IsRead', 'find', ({ item }) => textElement('t:IsRead', item.isRead), cheapMessage),
  property('message:References', 'all', ({ view }) => optional('References', view.references), message),
  property('message:ReplyTo', 'all', ({ view }) => people('ReplyTo', view.replyTo), message),
];

/** The ItemId element every answer about an item has. */
export function itemIdElement(item: Item): string {
  return element('t:ItemId', { Id: item.id, ChangeKey: item.changeKey });
}
