/**
 * From Graph's message to a head in our words, pure: what is asked of a message, what sort it is, who wrote it to whom, when. It reads JSON and
 * fetches nothing. Vendor page: docs/remote-services/office365.md#heads.
 */
import type { Instant } from '../../model/clock.ts';
import type { Address, EmailHead, Place, Sensitivity } from '../../model/email.ts';
import type { ItemId } from '../../model/ids.ts';
import { emailKind } from '../email-kind.ts';
import { readDateHeader } from '../header-date.ts';
import { readReferences } from '../references.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What a head is made of. */
const SELECTED = [
  ...['id', 'changeKey', 'parentFolderId', 'internetMessageId', 'conversationId', 'subject'],
  ...['from', 'sender', 'toRecipients', 'ccRecipients', 'bccRecipients'],
  ...['sentDateTime', 'receivedDateTime', 'createdDateTime'],
  ...['categories', 'hasAttachments', 'isRead', 'isDraft', 'internetMessageHeaders'],
];

/** MAPI properties that the message itself lacks: class, sensitivity, size; then what the headers of sent mail do not tell. MS-OXPROPS. */
const ITEM_CLASS = 'String 0x001A';
const SENSITIVITY = 'Integer 0x0036';
const SIZE = 'Integer 0x0E08';
const REFERENCES = 'String 0x1039';
const IN_REPLY_TO = 'String 0x1042';
const HEADER_SET = '{00020386-0000-0000-C000-000000000046}';
const CONTENT_TYPE = `String ${HEADER_SET} Name content-type`;
const CONTENT_CLASS = `String ${HEADER_SET} Name content-class`;
const EXPANDED = [ITEM_CLASS, SENSITIVITY, SIZE, REFERENCES, IN_REPLY_TO, CONTENT_TYPE, CONTENT_CLASS];

export const headSelect = `$select=${SELECTED.join(',')}`;
export const headExpand = `$expand=${encodeURIComponent(
  `singleValueExtendedProperties($filter=${EXPANDED.map((id) => `id eq '${id}'`).join(' or ')})`,
)}`;

/** `changeKey`, which is also inside the tag; `''` where a change tells neither. */
export function versionOf(message: Json): string {
  if (typeof message.changeKey === 'string') return message.changeKey;
  const tag = message['@odata.etag'];
  return typeof tag === 'string' ? tag.replace(/^(?:W\/)?"(.*)"$/, '$1') : '';
}

/** Whether a message of a change page tells all that was asked for; the read flag alone comes alone. */
export function isWhole(message: Json): boolean {
  return (
    versionOf(message) !== '' &&
    Array.isArray(message.toRecipients) &&
    typeof message.receivedDateTime === 'string' &&
    message.subject !== undefined &&
    message.isDraft !== undefined
  );
}

/** Whether the properties of Exchange came along. */
export function hasProperties(message: Json): boolean {
  return Array.isArray(message.singleValueExtendedProperties);
}

/** The head of a message; null where it has no id. */
export function emailHead(message: Json, place: Place): EmailHead | null {
  if (typeof message.id !== 'string') return null;
  const properties = readProperties(message);
  const headers = readHeaders(message);
  const sentAt = sentAtOf(message, headers);
  return {
    itemId: message.id as ItemId,
    version: versionOf(message),
    place,
    kind: emailKind({
      itemClass: properties.get(keyOf(ITEM_CLASS)) ?? '',
      contentType: headers.get('content-type') ?? properties.get(keyOf(CONTENT_TYPE)) ?? '',
      contentClass: headers.get('content-class') ?? properties.get(keyOf(CONTENT_CLASS)) ?? '',
      isDraft: message.isDraft === true,
      element: elementOf(message),
    }),
    sensitivity: sensitivityOf(properties.get(keyOf(SENSITIVITY)), headers.get('sensitivity')),
    messageId: messageIdOf(message, headers),
    inReplyTo: headers.get('in-reply-to') ?? textOf(properties.get(keyOf(IN_REPLY_TO))),
    references: readReferences(headers.get('references') ?? properties.get(keyOf(REFERENCES)) ?? null),
    subject: textOf(message.subject) ?? '',
    from: readPerson(message.from) ?? readPerson(message.sender),
    to: readPeople(message.toRecipients),
    cc: readPeople(message.ccRecipients),
    bcc: readPeople(message.bccRecipients),
    sentAt,
    receivedAt: instantOf(message.receivedDateTime) ?? sentAt ?? instantOf(message.createdDateTime) ?? 0,
    sizeBytes: Number(properties.get(keyOf(SIZE)) ?? 0) || 0,
    categories: categoriesOf(message),
    hasAttachments: message.hasAttachments === true,
    isRead: message.isRead === true,
  };
}

export function categoriesOf(message: Json): readonly string[] {
  const given = Array.isArray(message.categories) ? message.categories : [];
  return given.filter((name): name is string => typeof name === 'string' && name.trim() !== '');
}

/** An instant as Graph writes it, in UTC; null when missing or unreadable. */
export function instantOf(value: unknown): Instant | null {
  if (typeof value !== 'string') return null;
  const at = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`);
  // Exchange writes the years 1601, 0001 and 4501 where it holds no date at all.
  return Number.isNaN(at) || at < -2_208_988_800_000 || at > 64_092_211_200_000 ? null : at;
}

/** A word as a text; '' for anything else, also for an object, of which not every one has a text. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The element that EWS would give: `@odata.type` names the derived types only. */
function elementOf(message: Json): string {
  const type = wordOf(message['@odata.type']).replace(/^.*\./, '');
  if (/^eventMessage/i.test(type)) return 'MeetingMessage';
  return type === '' || type === 'message' ? 'Message' : type;
}

const SENSITIVITIES: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential'];

function sensitivityOf(property: string | undefined, header: string | undefined): Sensitivity {
  const byNumber = property === undefined ? undefined : SENSITIVITIES[Number(property)];
  if (byNumber !== undefined) return byNumber;
  const word = header
    ?.trim()
    .toLowerCase()
    .replace(/^company-/, '');
  return SENSITIVITIES.find((each) => each === word) ?? 'normal';
}

/** Extended properties by id, however the server writes its number and letter case. */
function readProperties(message: Json): ReadonlyMap<string, string> {
  const given = message.singleValueExtendedProperties;
  const entries = (Array.isArray(given) ? given : []).flatMap((property: unknown) => {
    const { id, value } = (property ?? {}) as Json;
    const isTold = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return typeof id === 'string' && isTold ? [[keyOf(id), String(value)] as const] : [];
  });
  return new Map(entries);
}

function keyOf(id: string): string {
  return id.toLowerCase().replace(/ 0x0*/, ' 0x');
}

/**
 * The mail's own Message-ID. Graph gives mail that came without one an id of its own making, by which no other mailbox knows the mail; so where
 * the headers are told and have none, there is none.
 */
function messageIdOf(message: Json, headers: ReadonlyMap<string, string>): string | null {
  return headers.size > 0 && !headers.has('message-id') ? null : textOf(message.internetMessageId);
}

/** In place of a Date that is missing or unreadable Graph tells when the mail came, which is another moment in every mailbox. */
function sentAtOf(message: Json, headers: ReadonlyMap<string, string>): Instant | null {
  return headers.size > 0 ? readDateHeader(headers.get('date') ?? null) : instantOf(message.sentDateTime);
}

/** The first of each header, by its name in lower case. */
function readHeaders(message: Json): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const given = message.internetMessageHeaders;
  for (const header of Array.isArray(given) ? given : []) {
    const { name, value } = (header ?? {}) as Json;
    if (typeof name !== 'string' || typeof value !== 'string') continue;
    const key = name.toLowerCase();
    if (!headers.has(key)) headers.set(key, value.trim());
  }
  return headers;
}

function readPeople(value: unknown): readonly Address[] {
  return (Array.isArray(value) ? value : []).flatMap((each: unknown) => readPerson(each) ?? []);
}

/** People of the organization whose address does not resolve come with a directory path instead: nobody to us. */
export function readPerson(value: unknown): Address | null {
  const given = ((value ?? {}) as Json).emailAddress;
  const { address, name } = (given ?? {}) as Json;
  if (typeof address !== 'string') return null;
  const plain = address
    .trim()
    .replace(/^smtp:/i, '')
    .toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/.test(plain) || plain.startsWith('/o=')) return null;
  const shown = typeof name === 'string' ? name : '';
  return { address: plain, name: shown.toLowerCase() === plain ? '' : shown };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
