/**
 * A message in the formats of messages.get: minimal, metadata, full and raw. Attachment ids differ from answer to
 * answer, as Gmail's do; `findAttachment` knows them all.
 */
import { simpleParser } from 'mailparser';
import type { StoredMessage } from './mailbox.ts';
import { type MimePart, parseMime } from './mime-tree.ts';

export type MessageFormat = 'minimal' | 'full' | 'raw' | 'metadata';

const SNIPPET_LENGTH = 200;
const snippets = new WeakMap<Buffer, Promise<string>>();
let lastAttachmentNumber = 0;

/** The message as JSON. `metadataHeaders` count for `metadata` only; empty means all headers. */
export async function viewMessage(
  message: StoredMessage,
  format: MessageFormat,
  metadataHeaders: readonly string[] = [],
): Promise<Record<string, unknown>> {
  const labelIds = [...message.labelIds];
  const base = {
    id: message.id,
    threadId: message.threadId,
    ...(labelIds.length === 0 ? {} : { labelIds }),
    snippet: await snippetOf(message.raw),
    sizeEstimate: message.raw.byteLength,
    historyId: String(message.historyId),
    internalDate: String(message.internalDate),
  };
  if (format === 'minimal') return base;
  if (format === 'raw') return { ...base, raw: toBytes(message.raw) };
  const tree = parseMime(message.raw);
  if (format === 'full') return { ...base, payload: viewPart(tree, message.id) };
  const wanted = new Set(metadataHeaders.map((name) => name.toLowerCase()));
  const headers = tree.headers.filter((header) => wanted.size === 0 || wanted.has(header.name.toLowerCase()));
  const payload = { mimeType: tree.mimeType, ...(headers.length === 0 ? {} : { headers }) };
  return { ...base, payload };
}

/** The bytes an attachment id stands for; undefined when the message has no such part. */
export function findAttachment(message: StoredMessage, attachmentId: string): Buffer | undefined {
  const [messageId, partId] = Buffer.from(attachmentId.replace(/^ANGjdJ/, ''), 'base64url')
    .toString('utf8')
    .split(':');
  if (messageId !== message.id || partId === undefined) return undefined;
  return findPart(parseMime(message.raw), partId)?.body;
}

/** Bytes as Google writes them: base64url with padding. */
export function toBytes(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** The first words of a mail, as lists show them. */
export function snippetOf(raw: Buffer): Promise<string> {
  const known = snippets.get(raw);
  if (known !== undefined) return known;
  const made = makeSnippet(raw);
  snippets.set(raw, made);
  return made;
}

async function makeSnippet(raw: Buffer): Promise<string> {
  try {
    const parsed = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true });
    const text = (parsed.text ?? '').replace(/\s+/g, ' ').trim().slice(0, SNIPPET_LENGTH);
    return text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;');
  } catch {
    return '';
  }
}

function viewPart(part: MimePart, messageId: string): Record<string, unknown> {
  const { partId, mimeType, filename, headers } = part;
  return {
    partId,
    mimeType,
    filename,
    ...(headers.length === 0 ? {} : { headers }),
    body: viewBody(part, messageId),
    ...(part.parts.length === 0 ? {} : { parts: part.parts.map((each) => viewPart(each, messageId)) }),
  };
}

function viewBody(part: MimePart, messageId: string): Record<string, unknown> {
  const size = part.body.byteLength;
  if (size === 0) return { size };
  if (part.filename === '' && part.mimeType.startsWith('text/')) return { size, data: toBytes(part.body) };
  lastAttachmentNumber += 1;
  const name = `${messageId}:${part.partId}:${lastAttachmentNumber}`;
  return { attachmentId: `ANGjdJ${Buffer.from(name).toString('base64url')}`, size };
}

function findPart(part: MimePart, partId: string): MimePart | undefined {
  if (part.partId === partId && part.parts.length === 0) return part;
  if (part.partId === partId && part.mimeType === 'message/rfc822') return part;
  for (const each of part.parts) {
    const found = findPart(each, partId);
    if (found !== undefined) return found;
  }
  return undefined;
}
