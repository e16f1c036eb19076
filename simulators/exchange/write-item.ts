/**
 * Writes one item for GetItem, FindItem or SyncFolderItems: which element it is, which of the asked properties it may
 * show there, in the schema's order. The mail is parsed only when a property needs it.
 */

import { convert } from 'html-to-text';
import type { MessageView, ViewMessage } from '../shared/message-view.ts';
import { CALENDAR_PROPERTIES } from './calendar/event-properties.ts';
import { INDEXED } from './contacts/contact-fields.ts';
import { CONTACT_PROPERTIES } from './contacts/contact-properties.ts';
import { ServiceError } from './errors.ts';
import { extendedOfItem, writeExtended } from './extended-properties.ts';
import type { Item } from './folder.ts';
import { type ItemProperty, LEADING_PROPERTIES, TRAILING_PROPERTIES } from './properties.ts';
import type { Shape } from './shape.ts';
import { TASK_PROPERTIES } from './tasks/task-properties.ts';
import { element } from './xml-writer.ts';

/** `get` shows everything; `find` and `sync` refuse bodies, attachments, headers and recipients, as Exchange does. */
export type ReadMode = 'get' | 'find' | 'sync';

const NOT_IN_LISTS = new Set([
  'item:MimeContent',
  'item:Body',
  'item:TextBody',
  'item:UniqueBody',
  'item:NormalizedBody',
  'item:Attachments',
  'item:InternetMessageHeaders',
  'message:ToRecipients',
  'message:CcRecipients',
  'message:BccRecipients',
  'message:ReplyTo',
  'calendar:RequiredAttendees',
  'calendar:OptionalAttendees',
  'calendar:Resources',
  'calendar:Recurrence',
  'calendar:FirstOccurrence',
  'calendar:LastOccurrence',
  'calendar:ModifiedOccurrences',
  'calendar:DeletedOccurrences',
  'contacts:Notes',
  'task:Recurrence',
]);

const NO_VIEW: MessageView = {
  subject: '',
  sentAt: undefined,
  from: undefined,
  sender: undefined,
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  inReplyTo: undefined,
  references: undefined,
  text: '',
  html: undefined,
  attachments: [],
};

/** The element an item class is written as. */
export function elementOf(itemClass: string): string {
  const upper = itemClass.toUpperCase();
  if (upper.startsWith('IPM.APPOINTMENT')) return 'CalendarItem';
  if (upper.startsWith('IPM.CONTACT')) return 'Contact';
  if (upper.startsWith('IPM.TASK')) return 'Task';
  if (upper.startsWith('IPM.SCHEDULE.MEETING.REQUEST')) return 'MeetingRequest';
  if (upper.startsWith('IPM.SCHEDULE.MEETING.RESP')) return 'MeetingResponse';
  if (upper.startsWith('IPM.SCHEDULE.MEETING.CANCELED')) return 'MeetingCancellation';
  if (upper.startsWith('IPM.POST')) return 'PostItem';
  return 'Message';
}

/** Refuses a shape that asks, in a list, for what only GetItem gives. */
export function checkShape(shape: Shape, mode: ReadMode): void {
  if (mode === 'get') return;
  const refused = shape.includeMimeContent
    ? 'item:MimeContent'
    : shape.fieldUris.find((uri) => NOT_IN_LISTS.has(uri));
  const uri = refused ?? (shape.headerNames.length > 0 ? 'item:InternetMessageHeader' : undefined);
  if (uri !== undefined) throw refusal(uri);
}

/** The item's element. Fails with ErrorInvalidPropertyRequest for a property its kind does not have. */
export async function writeItem(
  item: Item,
  shape: Shape,
  mode: ReadMode,
  viewMessage: ViewMessage,
): Promise<string> {
  const tag = elementOf(item.itemClass);
  const isMessage = !['CalendarItem', 'Contact', 'Task', 'PostItem'].includes(tag);
  const asked = new Set(shape.fieldUris);
  const wrong = mode === 'get' ? shape.fieldUris.find((uri) => isForeign(uri, tag)) : undefined;
  if (wrong !== undefined) throw refusal(wrong);
  const isShown = (property: ItemProperty) =>
    (isMessage || property.isMessageOnly !== true) && isInShape(property, shape, mode, asked);
  const leading = LEADING_PROPERTIES.filter(isShown);
  const trailing = [...TRAILING_PROPERTIES, ...(OWN_PROPERTIES[tag] ?? [])].filter(isShown);
  const needsView = [...leading, ...trailing].some((property) => property.isCheap !== true);
  const source = { item, shape, view: needsView ? await viewOf(item, viewMessage) : NO_VIEW };
  return element(
    `t:${tag}`,
    {},
    ...leading.map((property) => property.write(source)),
    ...writeAllExtended(item, shape),
    ...trailing.map((property) => property.write(source)),
  );
}

const OWN_PROPERTIES: Readonly<Record<string, readonly ItemProperty[]>> = {
  CalendarItem: CALENDAR_PROPERTIES,
  Contact: CONTACT_PROPERTIES,
  Task: TASK_PROPERTIES,
};
const OWN_PREFIXES: Readonly<Record<string, string>> = {
  CalendarItem: 'calendar:',
  Contact: 'contacts:',
  Task: 'task:',
};

/** Whether a path belongs to another kind of item. Meeting mail shows some of the calendar's. */
function isForeign(uri: string, tag: string): boolean {
  if (uri.startsWith('item:')) return false;
  const own = OWN_PREFIXES[tag];
  if (own !== undefined) return !uri.startsWith(own);
  if (tag.startsWith('Meeting')) return /^(contacts|task):/.test(uri);
  return /^(calendar|contacts|task):/.test(uri);
}

/** A mail as its MIME tells; anything else by what it holds. */
async function viewOf(item: Item, viewMessage: ViewMessage): Promise<MessageView> {
  const { event, contact, task } = item;
  if (event === undefined && contact === undefined && task === undefined) return viewMessage(item.raw);
  const content = item.body?.content ?? '';
  const isHtml = item.body?.type === 'HTML';
  return {
    ...NO_VIEW,
    to: [...(event?.required ?? [])],
    cc: [...(event?.optional ?? [])],
    sentAt: item.createdAt,
    text: isHtml ? convert(content, { wordwrap: false }) : content,
    html: isHtml ? content : undefined,
  };
}

function writeAllExtended(item: Item, shape: Shape): string[] {
  const parts: string[] = [];
  for (const path of shape.extended) {
    const found = extendedOfItem(item, path);
    if (found !== undefined) parts.push(writeExtended(path.attributes, found.values, found.isMany));
  }
  return parts;
}

function isInShape(
  property: ItemProperty,
  shape: Shape,
  mode: ReadMode,
  asked: ReadonlySet<string>,
): boolean {
  const { uri, shapes } = property;
  if (uri === 'item:ItemId' || asked.has(uri)) return true;
  if (uri === 'item:MimeContent') return shape.includeMimeContent;
  if (uri === 'item:InternetMessageHeaders' && shape.headerNames.length > 0) return true;
  if (shape.indexed.some((path) => INDEXED[path.uri] === uri.slice('contacts:'.length))) return true;
  if (mode !== 'get' && NOT_IN_LISTS.has(uri)) return false;
  if (shape.base === 'AllProperties') return shapes !== 'none';
  if (shape.base === 'Default') return shapes === 'find' || (shapes === 'default' && mode === 'get');
  return false;
}

function refusal(fieldUri: string): ServiceError {
  return new ServiceError(
    'ErrorInvalidPropertyRequest',
    `The property ${fieldUri} is not valid for this object type.`,
    {
      fieldUri,
    },
  );
}
