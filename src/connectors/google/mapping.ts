/**
 * From Gmail's message to a head in our words, pure: what sort of mail it is, who wrote it to whom, when. Headers are decoded by mailparser;
 * where a mail lies and what is noted on it come from its labels.
 */
import { type AddressObject, type EmailAddress, type ParsedMail, simpleParser } from 'mailparser';
import { z } from 'zod';
import type { Address, EmailHead, EmailKind, Sensitivity } from '../../model/email.ts';
import type { ItemId } from '../../model/ids.ts';
import { readDateHeader } from '../header-date.ts';
import { readReferences } from '../references.ts';
import { type Labels, versionOf } from './labels.ts';

const partSchema = z.object({
  mimeType: z.string().default(''),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});

/** A part with those inside of it, as deep as a head looks. */
const nested = (depth: number): z.ZodType<Part> =>
  depth === 0
    ? partSchema.transform((part) => ({ ...part, parts: [] }))
    : partSchema.extend({ parts: z.array(nested(depth - 1)).default([]) });

interface Part extends z.infer<typeof partSchema> {
  readonly parts: readonly Part[];
}

/** An invitation lies two or three parts deep: in the alternatives of a related or mixed mail. */
const DEPTH = 3;

/** What a head needs of a message in format `full`: the headers and types of its parts, and not a byte of what is in them. */
export const HEAD_FIELDS = `id,labelIds,internalDate,sizeEstimate,payload(${partFields(DEPTH)})`;

function partFields(depth: number): string {
  return depth === 0 ? 'mimeType,headers' : `mimeType,headers,parts(${partFields(depth - 1)})`;
}

export const messageSchema = z.object({
  id: z.string(),
  labelIds: z.array(z.string()).default([]),
  internalDate: z.coerce.number().catch(0),
  sizeEstimate: z.coerce.number().catch(0),
  payload: nested(DEPTH).default({ mimeType: '', headers: [], parts: [] }),
});

export type Message = z.infer<typeof messageSchema>;

/** The head of a message that was asked with `HEAD_FIELDS`. */
export async function emailHead(message: Message, labels: Labels): Promise<EmailHead> {
  const { id, labelIds, internalDate, sizeEstimate, payload } = message;
  const header = (name: string): string | null => headerOf(payload, name);
  const parsed = await parseHeaders(message);
  const contentType = header('Content-Type') ?? payload.mimeType;
  const sentAt = readDateHeader(header('Date'));
  return {
    itemId: id as ItemId,
    version: versionOf(labelIds),
    place: labels.placeOf(labelIds),
    kind: emailKind({
      labelIds,
      contentType,
      contentClass: header('Content-Class') ?? '',
      calendarType: calendarTypeOf(payload),
    }),
    sensitivity: sensitivityOf(header('Sensitivity')),
    messageId: header('Message-ID'),
    inReplyTo: header('In-Reply-To'),
    references: readReferences(header('References')),
    subject: parsed.subject ?? '',
    from: people(parsed.from)[0] ?? bracketed(header('From')) ?? people(senderOf(parsed))[0] ?? null,
    to: people(parsed.to),
    cc: people(parsed.cc),
    bcc: people(parsed.bcc),
    sentAt,
    receivedAt: internalDate || sentAt || 0,
    sizeBytes: sizeEstimate,
    categories: labels.categoriesOf(labelIds),
    // Names of files are content: a mail of mixed parts counts as one with files.
    hasAttachments: /^multipart\/mixed\b/i.test(contentType),
    isRead: !labelIds.includes('UNREAD'),
  };
}

function headerOf({ headers }: Part, name: string): string | null {
  const wanted = name.toLowerCase();
  return headers.find((one) => one.name.toLowerCase() === wanted)?.value.trim() ?? null;
}

/** The Content-Type of the first calendar part inside of a mail; `''` when there is none. */
function calendarTypeOf({ parts }: Part): string {
  for (const part of parts) {
    if (/^text\/calendar\b/i.test(part.mimeType)) return headerOf(part, 'Content-Type') ?? part.mimeType;
    const inside = calendarTypeOf(part);
    if (inside !== '') return inside;
  }
  return '';
}

export interface KindInput {
  readonly labelIds: readonly string[];
  /** Values of the mail's own headers, `''` when not known. */
  readonly contentType: string;
  readonly contentClass: string;
  /** Content-Type of the first calendar part inside of the mail, `''` when there is none. */
  readonly calendarType: string;
}

/** What sort of message it is: docs/remote-services/google.md#kinds. */
export function emailKind({ labelIds, contentType, contentClass, calendarType }: KindInput): EmailKind {
  if (labelIds.includes('CHAT')) return 'other';
  if (labelIds.includes('DRAFT')) return 'draft';
  const type = contentType.trim().toLowerCase();
  const sort = contentClass.trim().toLowerCase();
  if (/^multipart\/report\b|^message\/(delivery-status|disposition-notification)\b/.test(type))
    return 'report';
  if (/^text\/calendar\b/.test(type) || sort === 'urn:content-classes:calendarmessage') return 'meeting';
  // A calendar file that somebody merely attached has no method (RFC 6047, 2.4).
  if (
    /^multipart\/(mixed|alternative|related)\b/.test(type) &&
    /;\s*method\s*=\s*"?(request|cancel|reply)\b/i.test(calendarType)
  )
    return 'meeting';
  if (sort.startsWith('rpmsg.message') || /^multipart\/encrypted\b/.test(type)) return 'encrypted';
  const opaque = /^application\/(x-)?pkcs7-mime\b/.test(type);
  return opaque && !/smime-type\s*=\s*"?signed-data/.test(type) ? 'encrypted' : 'mail';
}

/** RFC 2156, 5.3.4; Outlook writes the last of them with `Company-`. */
function sensitivityOf(header: string | null): Sensitivity {
  const word = header?.toLowerCase().replace(/^company-/, '');
  return word === 'personal' || word === 'private' || word === 'confidential' ? word : 'normal';
}

type Parsed = Partial<ParsedMail>;

/** Subject and people, decoded. Only their headers are handed over: a body has none of its own here. */
async function parseHeaders({ payload }: Message): Promise<Parsed> {
  const lines = payload.headers
    .filter(({ name }) => DECODED.has(name.toLowerCase()))
    .map(({ name, value }) => `${name}: ${value.replace(/[\r\n\0]+/g, ' ')}`);
  try {
    return await simpleParser(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  } catch {
    return {};
  }
}

const DECODED: ReadonlySet<string> = new Set(['subject', 'from', 'sender', 'to', 'cc', 'bcc']);

function senderOf({ headers }: Parsed): AddressObject | undefined {
  const value = headers?.get('sender');
  return typeof value === 'object' && 'value' in value && Array.isArray(value.value)
    ? (value as AddressObject)
    : undefined;
}

function people(headers: AddressObject | readonly AddressObject[] | undefined): readonly Address[] {
  const list = headers === undefined ? [] : 'value' in headers ? [headers] : headers;
  return list.flatMap(({ value }) => value.flatMap(personsOf));
}

/** Gmail decodes names and leaves their quotes unbalanced where they hold some: then the address in brackets at the end counts. */
function bracketed(header: string | null): Address | null {
  const address = /<([^<>\s@]+@[^<>\s@]+)>$/.exec(header ?? '')?.[1]?.toLowerCase();
  return address === undefined ? null : { address, name: '' };
}

function personsOf(entry: EmailAddress): readonly Address[] {
  if (entry.group !== undefined) return entry.group.flatMap(personsOf);
  const address = (entry.address ?? '').trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) return [];
  const name = entry.name.trim();
  return [{ address, name: name.toLowerCase() === address ? '' : name }];
}
