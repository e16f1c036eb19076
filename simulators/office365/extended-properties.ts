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
  return pickExtended(text, (_normalized, id) => readValue(message, id));
}

/** The properties whose ids the text compares with, as far as `read` has a value for an id (normalized, and as written). */
export function pickExtended(
  text: string,
  read: (normalized: string, id: string) => string | undefined,
): { id: string; value: string }[] {
  if (!/singleValueExtendedProperties/.test(text)) return [];
  return [...text.matchAll(/\bid eq '((?:[^']|'')+)'/g)].flatMap(([, given = '']) => {
    const id = given.replaceAll("''", "'");
    const value = read(normalize(id), id);
    return value === undefined ? [] : [{ id, value }];
  });
}

/** Writes what a body's `singleValueExtendedProperties` says. Fails with 400 for ids that are none. */
export function writeExtendedProperties(message: Pick<Message, 'extended'>, given: unknown): void {
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
      return message.itemClass;
    case 'integer 0xe08':
    case 'long 0xe08':
      return String(message.raw.byteLength);
    case 'string 0x7d':
      return message.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
    case 'string 0x1035':
      return message.internetMessageId;
    case 'string 0x1039':
      return findHeader(message.headers, 'references');
    case 'string 0x1042':
      return findHeader(message.headers, 'in-reply-to');
    default:
      return readNamedHeader(message, id);
  }
}

/** PS_INTERNET_HEADERS (MS-OXPROPS): each header of a mail under its own name. */
function readNamedHeader(message: Message, id: string): string | undefined {
  const name = /^string \{00020386-0000-0000-c000-000000000046\} name ([\w-]+)$/.exec(normalize(id))?.[1];
  return name === undefined ? undefined : findHeader(message.headers, name);
}

/** Ids are compared without letter case, and tags without leading zeros. */
function normalize(id: string): string {
  return id.toLowerCase().replace(/ 0x0*(?=[0-9a-f])/, ' 0x');
}

/** The derived type that Graph shows meeting mail as, by its class; undefined for ordinary mail. */
export function eventMessageType(message: Message): string | undefined {
  if (!message.itemClass.startsWith('IPM.Schedule.Meeting')) return undefined;
  if (message.itemClass.endsWith('.Request')) return 'eventMessageRequest';
  return message.itemClass.includes('.Resp.') ? 'eventMessageResponse' : 'eventMessage';
}
