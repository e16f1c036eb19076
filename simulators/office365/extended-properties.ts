/**
 * Single-value extended properties of messages: those MAPI properties that can be told from the mail itself, and whatever
 * clients wrote. Only the ids that a query names are shown.
 * https://learn.microsoft.com/graph/api/resources/extended-properties-overview
 */
import { findHeader } from '../shared/headers.ts';
import { badRequest } from './errors.ts';
import type { Message } from './mailbox.ts';

const ID =
  /^(?:String|Integer|Boolean|Binary|SystemTime|Short|Long|Float|Double|Currency|CLSID) (?:0x[0-9A-Fa-f]{1,8}|\{[0-9A-Fa-f-]{36}\} (?:Name .+|Id 0x[0-9A-Fa-f]+))$/;
const SENSITIVITIES = ['normal', 'personal', 'private', 'company-confidential'];

/** The properties whose ids the text (an `$expand`, a `$filter`) compares with, as far as the message has them. */
export function readExtendedProperties(message: Message, text: string): { id: string; value: string }[] {
  if (!/singleValueExtendedProperties/.test(text)) return [];
  return [...text.matchAll(/\bid eq '((?:[^']|'')+)'/g)].flatMap(([, given = '']) => {
    const id = given.replaceAll("''", "'");
    const value = readValue(message, id);
    return value === undefined ? [] : [{ id, value }];
  });
}

/** Writes what a body's `singleValueExtendedProperties` says. Fails with 400 for ids that are none. */
export function writeExtendedProperties(message: Message, given: unknown): void {
  if (given === undefined) return;
  if (!Array.isArray(given))
    throw badRequest('Cannot read the value of the property singleValueExtendedProperties.');
  for (const each of given as ({ id?: unknown; value?: unknown } | null)[]) {
    const { id, value } = each ?? {};
    if (typeof id !== 'string' || !ID.test(id)) throw badRequest('The extended property id is not valid.');
    message.extended.set(normalize(id), String(value ?? ''));
  }
}

function readValue(message: Message, id: string): string | undefined {
  const written = message.extended.get(normalize(id));
  if (written !== undefined) return written;
  switch (normalize(id)) {
    case 'integer 0x36': {
      const word = findHeader(message.headers, 'sensitivity')?.toLowerCase() ?? 'normal';
      return String(Math.max(0, SENSITIVITIES.indexOf(word)));
    }
    case 'string 0x1a':
      return messageClass(message);
    case 'string 0x7d':
      return message.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
    case 'string 0x1035':
      return message.internetMessageId;
    case 'string 0x1039':
      return findHeader(message.headers, 'references');
    case 'string 0x1042':
      return findHeader(message.headers, 'in-reply-to');
    default:
      return undefined;
  }
}

function messageClass(message: Message): string {
  const type = findHeader(message.headers, 'content-type')?.toLowerCase() ?? '';
  if (type.startsWith('multipart/report') && type.includes('delivery-status')) return 'REPORT.IPM.Note.NDR';
  return eventMessageType(message) === undefined ? 'IPM.Note' : 'IPM.Schedule.Meeting.Request';
}

/** Ids are compared without letter case, and tags without leading zeros. */
function normalize(id: string): string {
  return id.toLowerCase().replace(/ 0x0*(?=[0-9a-f])/, ' 0x');
}

/** The derived type of a meeting mail; undefined for ordinary mail. */
export function eventMessageType(message: Message): string | undefined {
  const type = findHeader(message.headers, 'content-type') ?? '';
  if (/^text\/calendar/i.test(type)) return 'eventMessageRequest';
  if (!/^multipart\//i.test(type)) return undefined;
  const { buffer, byteOffset, byteLength } = message.raw;
  const start = Buffer.from(buffer, byteOffset, Math.min(byteLength, 65_536)).toString('latin1');
  return /^content-type:\s*text\/calendar\b[\s\S]*?method=/im.test(start) ? 'eventMessageRequest' : undefined;
}
