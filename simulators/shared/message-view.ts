/**
 * A mail as a mail server would show it (subject, people, bodies, attachments), read by mailparser from the raw bytes.
 * Reading never fails: what cannot be understood is simply absent.
 */
import {
  type AddressObject,
  type Attachment,
  type EmailAddress,
  type ParsedMail,
  simpleParser,
} from 'mailparser';
import { findHeader, readHeaders } from './headers.ts';

export interface Person {
  name: string;
  address: string;
}

export interface AttachedPart {
  name: string | undefined;
  contentType: string;
  contentId: string | undefined;
  content: Buffer;
  isInline: boolean;
  /** The content is itself a mail (message/rfc822). */
  isMessage: boolean;
}

export interface MessageView {
  subject: string;
  sentAt: number | undefined;
  from: Person | undefined;
  sender: Person | undefined;
  to: Person[];
  cc: Person[];
  bcc: Person[];
  replyTo: Person[];
  inReplyTo: string | undefined;
  references: string | undefined;
  text: string;
  html: string | undefined;
  attachments: AttachedPart[];
}

const PARSED_MAX = 128;

/** Views by raw bytes; the last 128 are kept, since a client asks for the same mail more than once. */
export type ViewMessage = (raw: Uint8Array) => Promise<MessageView>;

export function createMessageViews(): ViewMessage {
  const recent = new Map<Uint8Array, Promise<MessageView>>();
  return (raw) => {
    const known = recent.get(raw);
    if (known !== undefined) return known;
    const view = readView(raw);
    recent.set(raw, view);
    const [oldest] = recent.keys();
    if (recent.size > PARSED_MAX && oldest !== undefined) recent.delete(oldest);
    return view;
  };
}

async function readView(raw: Uint8Array): Promise<MessageView> {
  let mail: Partial<ParsedMail> = {};
  try {
    mail = await simpleParser(forParser(raw), {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
    });
  } catch {
    // The mail is shown with nothing but what its raw headers say.
  }
  const html = typeof mail.html === 'string' ? mail.html : undefined;
  return {
    subject: mail.subject ?? '',
    sentAt: sentTime(raw),
    from: people(mail.from)[0],
    sender: people(senderOf(mail))[0] ?? people(mail.from)[0],
    to: people(mail.to),
    cc: people(mail.cc),
    bcc: people(mail.bcc),
    replyTo: people(mail.replyTo),
    inReplyTo: mail.inReplyTo,
    references: Array.isArray(mail.references) ? mail.references.join(' ') : mail.references,
    text: mail.text ?? (html === undefined ? '' : stripTags(html)),
    html,
    attachments: (mail.attachments ?? []).map(attachedPart),
  };
}

/**
 * What servers make of mail on arrival: lines that end in carriage returns alone, as old Macintosh mail has them, become lines, and blanks before a
 * header's colon go (RFC 5322, 4.5 lets them be and mailparser does not).
 */
function forParser(raw: Uint8Array): Buffer {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const lined = bytes.includes(0x0a)
    ? bytes
    : Buffer.from(bytes.toString('latin1').replace(/\r/g, '\n'), 'latin1');
  const blank = /\n\r?\n/.exec(lined.toString('latin1', 0, HEADER_BYTES_MAX));
  const end = blank === null ? Math.min(lined.length, HEADER_BYTES_MAX) : blank.index;
  const headers = lined.toString('latin1', 0, end);
  if (!SPACED_COLON.test(headers)) return lined;
  const mended = headers.replace(new RegExp(SPACED_COLON, 'gm'), '$1:');
  return Buffer.concat([Buffer.from(mended, 'latin1'), lined.subarray(end)]);
}

const HEADER_BYTES_MAX = 1024 * 1024;
const SPACED_COLON = /^([!-9;-~]{1,100})[ \t]+:/m;

/** mailparser puts the present in place of a missing Date, so the header itself is asked. */
function sentTime(raw: Uint8Array): number | undefined {
  const value = findHeader(readHeaders(raw), 'date');
  if (value === undefined) return undefined;
  const at = Date.parse(value.replace(/\([^)]*\)/g, '').trim());
  const isSane = Number.isFinite(at) && at > -11_644_473_600_000 && at < 253_402_300_800_000;
  return isSane ? at : undefined;
}

function senderOf(mail: Partial<ParsedMail>): AddressObject | undefined {
  const value = mail.headers?.get('sender');
  return typeof value === 'object' && 'value' in value && Array.isArray(value.value)
    ? (value as AddressObject)
    : undefined;
}

function people(addresses: AddressObject | AddressObject[] | undefined): Person[] {
  const list = addresses === undefined ? [] : Array.isArray(addresses) ? addresses : [addresses];
  return list.flatMap((entry) => entry.value).flatMap(flatten);
}

function flatten(entry: EmailAddress): Person[] {
  if (entry.group !== undefined) return entry.group.flatMap(flatten);
  const address = entry.address ?? '';
  return address === '' && entry.name === ''
    ? []
    : [{ name: entry.name === '' ? address : entry.name, address }];
}

function attachedPart(part: Attachment): AttachedPart {
  return {
    name: part.filename,
    contentType: part.contentType,
    contentId: part.cid,
    content: Buffer.isBuffer(part.content) ? part.content : Buffer.alloc(0),
    isInline: part.contentDisposition === 'inline' || part.related === true,
    isMessage: part.contentType === 'message/rfc822',
  };
}

function stripTags(html: string): string {
  return html
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim();
}
