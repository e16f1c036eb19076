/** CreateItem: messages from MIME or from elements, and other kinds as bare items; counts whatever would be sent. */
import { findTargetFolder, ownMailbox } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import { readExtended } from '../extended-properties.ts';
import type { Folder, Sensitivity } from '../folder.ts';
import { deliver, findByRole, type Mailbox } from '../mailbox.ts';
import { countNotification, countSend } from '../notifications.ts';
import { itemIdElement } from '../properties.ts';
import type { Call, Operation } from '../world.ts';
import { child, childText, descend, type XmlNode } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

const CLASSES: Record<string, string> = {
  Message: 'IPM.Note',
  CalendarItem: 'IPM.Appointment',
  Contact: 'IPM.Contact',
  Task: 'IPM.Task',
  PostItem: 'IPM.Post',
};

const HOMES: Record<string, string> = { CalendarItem: 'calendar', Contact: 'contacts', Task: 'tasks' };

export const createItem: Operation = async (call) =>
  answerBatch(
    call,
    child(call.request, 'Items')?.children ?? [],
    (node) => createOne(call, node),
    '<m:Items/>',
  );

function createOne(call: Call, node: XmlNode): string {
  const { attributes } = call.request;
  const isMessage = node.name === 'Message';
  if (isMessage && attributes.MessageDisposition === undefined)
    throw new ServiceError('ErrorMessageDispositionRequired');
  if (node.name === 'CalendarItem' && attributes.SendMeetingInvitations === undefined) {
    throw new ServiceError('ErrorSendMeetingInvitationsRequired');
  }
  const { mailbox, folder } = homeOf(call, node);
  const mime = childText(node, 'MimeContent');
  const raw = mime === undefined ? composeMime(node) : Buffer.from(mime, 'base64');
  const isSending = isMessage && attributes.MessageDisposition !== 'SaveOnly';
  const item = deliver(mailbox, folder, raw, {
    itemClass: childText(node, 'ItemClass') ?? CLASSES[node.name] ?? 'IPM.Note',
    categories: (child(node, 'Categories')?.children ?? []).map((name) => name.text),
    sensitivity: (childText(node, 'Sensitivity') as Sensitivity | undefined) ?? 'Normal',
    isRead: isMessage ? childText(node, 'IsRead') !== 'false' : true,
    isDraft: isMessage && !isSending,
  });
  const subject = child(node, 'Subject')?.text;
  if (subject !== undefined) item.subject = subject;
  for (const part of node.children) {
    if (part.name !== 'ExtendedProperty') continue;
    const { path, value } = readExtended(part);
    item.extended.set(path.key, value);
  }
  item.attendeeCount = ['RequiredAttendees', 'OptionalAttendees', 'Resources'].reduce(
    (sum, name) => sum + (child(node, name)?.children.length ?? 0),
    0,
  );
  countNotification(call, item, attributes.SendMeetingInvitations);
  if (isSending) countSend(call, item, countRecipients(node));
  return element('m:Items', {}, element(`t:${node.name}`, {}, itemIdElement(item)));
}

function homeOf(call: Call, node: XmlNode): { mailbox: Mailbox; folder: Folder } {
  const named = child(call.request, 'SavedItemFolderId');
  if (named !== undefined) return findTargetFolder(call, named);
  const mailbox = ownMailbox(call);
  const isSent = node.name === 'Message' && call.request.attributes.MessageDisposition !== 'SaveOnly';
  const folder = findByRole(mailbox, HOMES[node.name] ?? (isSent ? 'sentitems' : 'drafts'));
  if (folder === undefined) throw new ServiceError('ErrorFolderNotFound');
  return { mailbox, folder };
}

function countRecipients(node: XmlNode): number {
  const kinds = ['ToRecipients', 'CcRecipients', 'BccRecipients'];
  return Math.max(
    1,
    kinds.reduce((sum, name) => sum + (child(node, name)?.children.length ?? 0), 0),
  );
}

/** A mail made of a message's elements, for those who create without MIME. */
function composeMime(node: XmlNode): Buffer {
  const lines: string[] = [];
  const people = (field: string, list: XmlNode | undefined) => {
    const addresses = (list?.children ?? []).map((mailbox) => childText(mailbox, 'EmailAddress') ?? '');
    if (addresses.length > 0) lines.push(`${field}: ${addresses.join(', ')}`);
  };
  people('From', child(node, 'From'));
  people('To', child(node, 'ToRecipients'));
  people('Cc', child(node, 'CcRecipients'));
  const messageId = childText(node, 'InternetMessageId');
  if (messageId !== undefined) lines.push(`Message-ID: ${messageId}`);
  const subject = descend(node, 'Subject')?.text ?? '';
  lines.push(`Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`);
  const body = child(node, 'Body');
  const subtype = body?.attributes.BodyType === 'HTML' ? 'html' : 'plain';
  lines.push(
    'MIME-Version: 1.0',
    `Content-Type: text/${subtype}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
  );
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${Buffer.from(body?.text ?? '').toString('base64')}\r\n`);
}
