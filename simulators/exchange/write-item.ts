/**
 * Writes one item for GetItem, FindItem or SyncFolderItems: which element it is, which of the asked properties it may
 * show there, in the schema's order. The mail is parsed only when a property needs it.
 */

import type { MessageView, ViewMessage } from '../shared/message-view.ts';
import { ServiceError } from './errors.ts';
import { extendedOfItem, writeExtended } from './extended-properties.ts';
import type { Item } from './folder.ts';
import { type ItemProperty, LEADING_PROPERTIES, TRAILING_PROPERTIES } from './properties.ts';
import type { Shape } from './shape.ts';
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
  if (!isMessage) {
    const wrong = shape.fieldUris.find((uri) => uri.startsWith('message:'));
    if (wrong !== undefined) throw refusal(wrong);
  }
  const isShown = (property: ItemProperty) =>
    (isMessage || property.isMessageOnly !== true) && isInShape(property, shape, mode, asked);
  const leading = LEADING_PROPERTIES.filter(isShown);
  const trailing = TRAILING_PROPERTIES.filter(isShown);
  const needsView = [...leading, ...trailing].some((property) => property.isCheap !== true);
  const source = { item, shape, view: needsView ? await viewMessage(item.raw) : NO_VIEW };
  return element(
    `t:${tag}`,
    {},
    ...leading.map((property) => property.write(source)),
    ...writeAllExtended(item, shape),
    ...trailing.map((property) => property.write(source)),
  );
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
