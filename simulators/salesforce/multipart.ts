/**
 * Reads a multipart/form-data body as Salesforce takes it: one JSON part with the record or the collection, and binary
 * parts. The part without a file name is the JSON one, whatever it is called.
 */
import type { BinaryPart } from './call.ts';
import { ApiError, type Json } from './errors.ts';

/** What a multipart body holds. */
export interface Multipart {
  readonly body: Json | undefined;
  readonly parts: ReadonlyMap<string, BinaryPart>;
}

/** Reads the body of a request. Fails with INVALID_MULTIPART_REQUEST. */
export function readMultipart(bytes: Uint8Array, contentType: string): Multipart {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw refuse('boundary is missing');
  const parts = new Map<string, BinaryPart>();
  let body: Json | undefined;
  for (const section of split(Buffer.from(bytes), boundary)) {
    const end = section.indexOf('\r\n\r\n');
    if (end < 0) throw refuse('a part without headers');
    const head = section.subarray(0, end).toString('utf8');
    const content = section.subarray(end + 4);
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1] ?? '';
    const fileName = /filename="([^"]*)"/i.exec(head)?.[1];
    if (fileName === undefined) body = parse(content.toString('utf8'));
    else parts.set(name, { bytes: new Uint8Array(content), fileName });
  }
  return { body, parts };
}

function split(bytes: Buffer, boundary: string): Buffer[] {
  const sections: Buffer[] = [];
  const delimiter = Buffer.from(`--${boundary}`);
  let start = bytes.indexOf(delimiter);
  while (start >= 0) {
    const from = start + delimiter.length;
    if (bytes.subarray(from, from + 2).toString() === '--') return sections;
    const next = bytes.indexOf(Buffer.from(`\r\n--${boundary}`), from);
    if (next < 0) throw refuse('the last boundary is missing');
    sections.push(bytes.subarray(from + 2, next));
    start = next + 2;
  }
  return sections;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'Unexpected character in the JSON part');
  }
}

function refuse(reason: string): ApiError {
  return new ApiError(400, 'INVALID_MULTIPART_REQUEST', `Multipart message is invalid: ${reason}`);
}
