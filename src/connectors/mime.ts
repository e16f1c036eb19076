/**
 * From the bytes of a mail to what is saved of it: text, cleaned HTML, attachments, and what was left out and why. It never throws,
 * whatever the bytes: a mail that no parser can read still gives its headers and its raw text.
 */
import { convert } from 'html-to-text';
import PostalMime, { type Email, type Attachment as MimePart } from 'postal-mime';
import sanitizeHtml from 'sanitize-html';
import type { ContentLimits } from '../model/connector.ts';
import type { Attachment, EmailContent, OmittedAttachment } from '../model/email.ts';

export type Content = Omit<EmailContent, 'itemId'>;

/** Above these lengths a body is cut before it is cleaned: no record holds more than 131,072 characters. */
const HTML_LENGTH_MAX = 1_000_000;
const TEXT_LENGTH_MAX = 1_000_000;
const HEADERS_LENGTH_MAX = 1_000_000;
const ATTACHMENTS_MAX = 1_000;

/** Reads a mail. Time and memory are bounded by the length of the bytes. */
export async function readMime(bytes: Uint8Array, limits: ContentLimits): Promise<Content> {
  const mail = withLineFeeds(bytes);
  const headers = headerBlock(mail);
  try {
    // Every message/rfc822 part stays a file of its own; nothing is merged into the mail that carries it.
    const email = await PostalMime.parse(mail, { forceRfc822Attachments: true });
    const files = sortAttachments(email, limits);
    return { ...readBodies(email.text ?? null, email.html ?? null), headers, ...files };
  } catch {
    return { text: cut(rawBody(mail), TEXT_LENGTH_MAX), html: null, headers, attachments: [], omitted: [] };
  }
}

/** Text and cleaned HTML; the text is made from the HTML where the mail has none of its own. */
export function readBodies(
  text: string | null,
  html: string | null,
): { readonly text: string | null; readonly html: string | null } {
  const ownText = text === null || text.trim() === '' ? null : cut(withoutNul(text), TEXT_LENGTH_MAX);
  const ownHtml = html === null || html.trim() === '' ? null : cut(withoutNul(html), HTML_LENGTH_MAX);
  if (ownHtml === null) return { text: ownText, html: null };
  return { text: ownText ?? htmlToText(ownHtml), html: cleanHtml(ownHtml) };
}

/** Leaves what shows a mail and takes what runs or leads elsewhere by itself; styles stay, for mails live by them. */
export function cleanHtml(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...sanitizeHtml.defaults.allowedTags,
      'img',
      'font',
      'center',
      'u',
      'strike',
      'big',
      'title',
    ],
    allowedAttributes: {
      '*': [
        'align',
        'valign',
        'bgcolor',
        'border',
        'color',
        'dir',
        'height',
        'lang',
        'style',
        'title',
        'width',
      ],
      a: ['href', 'name'],
      font: ['face', 'size'],
      img: ['src', 'alt'],
      table: ['cellpadding', 'cellspacing'],
      td: ['colspan', 'rowspan', 'nowrap'],
      th: ['colspan', 'rowspan', 'nowrap'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'cid'] },
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'xml'],
    nestingLimit: 200,
    parseStyleAttributes: false,
  });
}

export function htmlToText(html: string): string | null {
  try {
    const text = convert(html, {
      wordwrap: false,
      limits: { maxDepth: 100, maxInputLength: HTML_LENGTH_MAX },
      selectors: [
        { selector: 'img', format: 'skip' },
        { selector: 'a', options: { ignoreHref: false, hideLinkHrefIfSameAsText: true } },
      ],
    });
    return text.trim() === '' ? null : text;
  } catch {
    return html
      .replace(/<[^<>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  }
}

interface Files {
  readonly attachments: readonly Attachment[];
  readonly omitted: readonly OmittedAttachment[];
}

function sortAttachments(email: Email, limits: ContentLimits): Files {
  const referenced = referencedIds(email.html ?? '');
  const attachments: Attachment[] = [];
  const omitted: OmittedAttachment[] = [];
  for (const part of email.attachments.slice(0, ATTACHMENTS_MAX)) {
    const bytes = bytesOf(part);
    const reason = isEmpty(bytes) ? 'cloud-link' : omission(part, bytes.length, referenced, limits);
    if (reason !== null) omitted.push({ reason, sizeBytes: bytes.length });
    else attachments.push({ name: nameOf(part), mediaType: part.mimeType || DEFAULT_TYPE, bytes });
  }
  return { attachments, omitted };
}

const DEFAULT_TYPE = 'application/octet-stream';

function omission(
  part: Pick<MimePart, 'contentId' | 'disposition' | 'mimeType' | 'related'>,
  sizeBytes: number,
  referenced: ReadonlySet<string>,
  limits: ContentLimits,
): OmittedAttachment['reason'] | null {
  const image = part.mimeType.toLowerCase().startsWith('image/');
  const shown = referenced.has(bareId(part.contentId));
  if (shown || (image && (part.related === true || part.disposition === 'inline'))) return 'inline';
  return sizeBytes > limits.attachmentBytesMax ? 'too-large' : null;
}

/** A link to a file in a cloud comes as a part without bytes (or with a line end); and an empty file could not be saved anyway. */
function isEmpty(bytes: Uint8Array): boolean {
  return bytes.length <= 4 && bytes.every((byte) => byte === 0x0d || byte === 0x0a);
}

/** The Content-IDs that an HTML body shows (RFC 2392). */
function referencedIds(html: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const match of html.matchAll(/cid:([^\s"'<>)\\]{1,500})/gi)) ids.add(decodeId(match[1] ?? ''));
  return ids;
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const bareId = (contentId: string | undefined): string =>
  (contentId ?? '').trim().replace(/^<|>$/g, '') || '\0';

function bytesOf(part: Pick<MimePart, 'content'>): Uint8Array {
  if (typeof part.content === 'string') return new TextEncoder().encode(part.content);
  return part.content instanceof Uint8Array ? part.content : new Uint8Array(part.content);
}

function nameOf(part: Pick<MimePart, 'filename' | 'mimeType'>): string {
  return attachmentName(part.filename, part.mimeType);
}

/** A file name without folders or control characters, 200 characters at most; for a mail within the mail it ends in `.eml`. */
export function attachmentName(given: string | null, mediaType: string): string {
  const isMail = mediaType.toLowerCase() === 'message/rfc822';
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
  const name = last.replace(/[\u0000-\u001f\u007f\u202a-\u202e]/g, '').trim();
  if (name === '' || /^\.+$/.test(name)) return isMail ? 'message.eml' : 'attachment';
  const short = name.length <= NAME_LENGTH_MAX ? name : shorten(name);
  return isMail && !/\.eml$/i.test(short) ? `${short}.eml` : short;
}

const NAME_LENGTH_MAX = 200;

function shorten(name: string): string {
  const extension = /\.[^.]{1,12}$/.exec(name)?.[0] ?? '';
  return name.slice(0, NAME_LENGTH_MAX - extension.length) + extension;
}

// ----------------------------------------------------------------------------------------------------- raw bytes

/** Old Macintosh mail ends its lines with carriage returns alone, which no parser takes for lines. */
function withLineFeeds(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.includes(0x0a) || !buffer.includes(0x0d)) return bytes;
  return Buffer.from(buffer.toString('latin1').replace(/\r/g, '\n'), 'latin1');
}

function headerEnd(mail: Uint8Array): number {
  const buffer = Buffer.from(mail.buffer, mail.byteOffset, mail.length);
  const ends = [buffer.indexOf('\r\n\r\n'), buffer.indexOf('\n\n')].filter((at) => at >= 0);
  return ends.length === 0 ? mail.length : Math.min(...ends);
}

function headerBlock(mail: Uint8Array): string | null {
  const block = mail.subarray(0, Math.min(headerEnd(mail), HEADERS_LENGTH_MAX));
  const text = withoutNul(new TextDecoder().decode(block)).trim();
  return text === '' ? null : text;
}

function rawBody(mail: Uint8Array): string | null {
  const body = mail.subarray(headerEnd(mail), headerEnd(mail) + TEXT_LENGTH_MAX);
  const text = withoutNul(new TextDecoder().decode(body)).trim();
  return text === '' ? null : text;
}

const withoutNul = (text: string): string => text.replaceAll('\0', '');

/** Cuts without splitting a surrogate pair. */
function cut<T extends string | null>(text: T, lengthMax: number): T | string {
  if (text === null || text.length <= lengthMax) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
  return text.slice(0, end);
}
