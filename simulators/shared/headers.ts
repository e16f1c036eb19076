/**
 * The header block of a raw mail, read forgivingly and without decoding: enough for the Message-ID that searches and
 * snapshots need at once. Everything a person would read goes through mailparser in message-view.ts.
 */

/** Raw header fields in their order; names as written, values unfolded. Bytes above 127 are read as Latin-1. */
export interface RawHeader {
  name: string;
  value: string;
}

const HEADER_BYTES_MAX = 1024 * 1024;

/** The header fields of `raw`; line ends may be CRLF, LF or CR; nonsense lines are passed over. */
export function readHeaders(raw: Uint8Array): RawHeader[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, HEADER_BYTES_MAX));
  const whole = bytes.toString('latin1');
  const end = whole.search(/[^\r\n](?:\r\n\r\n|\n\n|\r\r)/);
  const text = end < 0 ? whole : whole.slice(0, end + 1);
  const headers: RawHeader[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') continue;
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last.value += ` ${line.trim()}`;
      continue;
    }
    const match = /^([!-9;-~]{1,100})[ \t]*:(.*)$/s.exec(line);
    if (match !== null) headers.push({ name: match[1] ?? '', value: (match[2] ?? '').trim() });
  }
  return headers;
}

/** The value of the first field called `name` (letter case ignored). */
export function findHeader(headers: readonly RawHeader[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name.toLowerCase() === wanted)?.value;
}

/** The Message-ID with its angle brackets, as Exchange keeps it; undefined when the mail has none. */
export function findMessageId(headers: readonly RawHeader[]): string | undefined {
  const value = findHeader(headers, 'message-id');
  if (value === undefined || value === '') return undefined;
  return /<[^<>]+>/.exec(value)?.[0] ?? value;
}
