/** CreateItem: messages from MIME or from elements, calendar items, contacts and tasks; counts whatever would be sent. */
import { findFolder, findTargetFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import { readExtended } from '../extended-properties.ts';
import { applyWrites, type PersonalKind, personalKind, readCreation } from '../field-writes.ts';
import type { Folder, Sensitivity } from '../folder.ts';
import { deliver, type Mailbox } from '../mailbox.ts';
import { countMeetingMail, countSend } from '../notifications.ts';
import { blankPersonal, placeDraft } from '../personal-items.ts';
import { itemIdElement } from '../properties.ts';
import type { Call, Operation } from '../world.ts';
import { child, childText, descend, type XmlNode } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';
import { answerMeeting, isMeetingAnswer } from './meeting-answers.ts';

const CLASSES: Record<string, string> = {
  Message: 'IPM.Note',
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
  if (isMeetingAnswer(node)) return answerMeeting(call, node);
  const kind = personalKind(node.name);
  if (kind !== undefined) return createPersonal(call, node, kind);
  const { attributes } = call.request;
  const isMessage = node.name === 'Message';
  if (isMessage && attributes.MessageDisposition === undefined)
    throw new ServiceError('ErrorMessageDispositionRequired');
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
  if (isSending) countSend(call, item, countRecipients(node));
  return element('m:Items', {}, element(`t:${node.name}`, {}, itemIdElement(item)));
}

/** A calendar item, contact or task from its elements; invitations go out, and are counted, unless SendToNone. */
function createPersonal(call: Call, node: XmlNode, kind: PersonalKind): string {
  const { SendMeetingInvitations } = call.request.attributes;
  if (kind === 'CalendarItem') {
    if (SendMeetingInvitations === undefined) throw new ServiceError('ErrorSendMeetingInvitationsRequired');
    if (!['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy'].includes(SendMeetingInvitations))
      throw schemaViolation("The 'SendMeetingInvitations' attribute is invalid.");
  }
  const { mailbox, folder } = homeOf(call, node);
  checkFolderKind(folder, kind);
  const draft = blankPersonal(mailbox, folder, kind, call.zone);
  draft.itemClass = childText(node, 'ItemClass') ?? draft.itemClass;
  const writes = readCreation(kind, node);
  applyWrites(draft, kind, writes, { zone: call.zone, now: call.world.now(), mailbox, isCreation: true });
  const item = placeDraft(
    mailbox,
    draft,
    writes.some(({ uri }) => uri === 'calendar:End'),
  );
  const isSent = countMeetingMail(call, item, SendMeetingInvitations) > 0;
  if (item.event !== undefined) item.event.requestWasSent = isSent;
  return element('m:Items', {}, element(`t:${node.name}`, {}, itemIdElement(item)));
}

const FOLDER_KINDS: Record<PersonalKind, [folderClass: string, error: string]> = {
  CalendarItem: ['IPF.APPOINTMENT', 'ErrorCannotCreateCalendarItemInNonCalendarFolder'],
  Contact: ['IPF.CONTACT', 'ErrorCannotCreateContactInNonContactFolder'],
  Task: ['IPF.TASK', 'ErrorCannotCreateTaskInNonTaskFolder'],
};

function checkFolderKind(folder: Folder, kind: PersonalKind): void {
  const [folderClass, error] = FOLDER_KINDS[kind];
  if (!folder.folderClass.toUpperCase().startsWith(folderClass)) throw new ServiceError(error);
}

function homeOf(call: Call, node: XmlNode): { mailbox: Mailbox; folder: Folder } {
  const named = child(call.request, 'SavedItemFolderId');
  if (named !== undefined) return findTargetFolder(call, named);
  const isSent = node.name === 'Message' && call.request.attributes.MessageDisposition !== 'SaveOnly';
  const role = HOMES[node.name] ?? (isSent ? 'sentitems' : 'drafts');
  return findFolder(call, {
    name: 'DistinguishedFolderId',
    namespace: '',
    attributes: { Id: role },
    children: [],
    text: '',
  });
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
