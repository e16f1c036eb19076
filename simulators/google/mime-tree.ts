/**
 * A mail as Gmail's `payload` needs it: the tree of its parts with their headers in order, encoded words decoded, and
 * each leaf's bytes. No library gives that tree; snippets, which are text for people, come from mailparser instead.
 */

/** One header, its encoded words decoded. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** One MIME part. `body` are the decoded bytes of a leaf (text in UTF-8); a multipart or an enclosed mail has `parts`. */
export interface MimePart {
  readonly partId: string;
  readonly mimeType: string;
  readonly filename: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
  readonly parts: readonly MimePart[];
}

const DEPTH_MAX = 20;

/** Parses a whole mail; whatever is malformed becomes text. */
export function parseMime(raw: Buffer): MimePart {
  return parsePart(readText(raw), '', 0);
}

/** Old Macintosh mail ends its lines with carriage returns alone; Gmail makes lines of them on arrival. */
function readText(raw: Buffer): string {
  const text = raw.toString('latin1');
  return text.includes('\n') ? text : text.replace(/\r/g, '\n');
}

/** The headers at the top of a mail. */
export function readHeaders(raw: Buffer): Header[] {
  const text = readText(raw);
  return parseHeaders(text.slice(0, bodyStart(text).headEnd));
}

/** The first header of that name, letter case ignored. */
export function headerOf(headers: readonly Header[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name.toLowerCase() === wanted)?.value;
}

function parsePart(text: string, partId: string, depth: number): MimePart {
  const { headEnd, start } = bodyStart(text);
  const headers = parseHeaders(text.slice(0, headEnd));
  const body = text.slice(start);
  const contentType = headerOf(headers, 'Content-Type') ?? 'text/plain';
  const mimeType = contentType.split(';')[0]?.trim().toLowerCase() || 'text/plain';
  const disposition = headerOf(headers, 'Content-Disposition') ?? '';
  const filename = parameterOf(disposition, 'filename') ?? parameterOf(contentType, 'name') ?? '';
  const boundary = parameterOf(contentType, 'boundary');
  const child = (index: number) => (partId === '' ? String(index) : `${partId}.${index}`);
  const part = { partId, mimeType, filename, headers };
  if (mimeType.startsWith('multipart/') && boundary !== undefined && depth < DEPTH_MAX) {
    const parts = splitParts(body, boundary).map((each, index) => parsePart(each, child(index), depth + 1));
    return { ...part, body: Buffer.alloc(0), parts };
  }
  const bytes = decodeTransfer(body, headerOf(headers, 'Content-Transfer-Encoding') ?? '');
  if (mimeType === 'message/rfc822' && depth < DEPTH_MAX) {
    return { ...part, body: bytes, parts: [parsePart(bytes.toString('latin1'), child(0), depth + 1)] };
  }
  const isText = mimeType.startsWith('text/') && filename === '';
  return {
    ...part,
    body: isText ? toUtf8(bytes, parameterOf(contentType, 'charset') ?? 'utf-8') : bytes,
    parts: [],
  };
}

function bodyStart(text: string): { headEnd: number; start: number } {
  const found = /\r?\n\r?\n/.exec(text);
  if (found === null) return { headEnd: text.length, start: text.length };
  return { headEnd: found.index, start: found.index + found[0].length };
}

function parseHeaders(head: string): Header[] {
  const headers: Header[] = [];
  for (const line of head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const value = Buffer.from(line.slice(colon + 1).trim(), 'latin1').toString('utf8');
    headers.push({ name: line.slice(0, colon).trim(), value: decodeWords(value) });
  }
  return headers;
}

function splitParts(body: string, boundary: string): string[] {
  const escaped = boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pieces = `\r\n${body}`.split(new RegExp(`\\r?\\n--${escaped}(--)?[ \\t]*(?=\\r?\\n|$)`));
  const parts: string[] = [];
  // Each boundary leaves its `--` capture between two pieces; the first piece is the preamble.
  for (let index = 2; index < pieces.length; index += 2) {
    if (pieces[index - 1] === '--') break;
    parts.push((pieces[index] ?? '').replace(/^\r?\n/, ''));
  }
  return parts;
}

function parameterOf(value: string, name: string): string | undefined {
  const extended = new RegExp(`;\\s*${name}\\*(?:0\\*)?=([^;]+)`, 'i').exec(value)?.[1]?.trim();
  const marked = extended === undefined ? null : /^"?([^']*)'[^']*'([^"]*)"?$/.exec(extended);
  if (marked !== null) {
    const bytes = (marked[2] ?? '').replace(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return toUtf8(Buffer.from(bytes, 'latin1'), marked[1] ?? 'utf-8').toString('utf8');
  }
  const plain = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(value);
  const text = plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2];
  return text === undefined ? undefined : decodeWords(text);
}

function decodeTransfer(body: string, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.replace(/[^0-9A-Za-z+/=]/g, ''), 'base64');
    case 'quoted-printable':
      return decodeQuoted(body.replace(/[ \t]*=\r?\n/g, ''));
    default:
      return Buffer.from(body, 'latin1');
  }
}

function decodeQuoted(text: string): Buffer {
  const bytes = text.replace(/=([0-9a-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}

function decodeWords(value: string): string {
  return value
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/gi, (_all, charset: string, kind: string, text) => {
      const coded = String(text);
      const bytes =
        kind.toLowerCase() === 'b' ? Buffer.from(coded, 'base64') : decodeQuoted(coded.replaceAll('_', ' '));
      return toUtf8(bytes, charset).toString('utf8');
    });
}

function toUtf8(bytes: Buffer, charset: string): Buffer {
  try {
    return Buffer.from(new TextDecoder(charset.trim()).decode(bytes), 'utf8');
  } catch {
    return bytes;
  }
}
