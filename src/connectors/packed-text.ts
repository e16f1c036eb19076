/** Text in a cursor, deflated: folder ids of one mailbox share most of their hundred characters. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Cursor } from '../model/connector.ts';

const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

/** `before`: the cursor that was there; where it says the same it is given back, for packing takes many times as long as reading. */
export function packText(prefix: string, text: string, before: Cursor | null = null): Cursor {
  if (before !== null && unpackText(prefix, before) === text) return before;
  return prefix + deflateRawSync(text).toString('base64');
}

/** Null for what is not such a cursor, or damaged. */
export function unpackText(prefix: string, cursor: Cursor): string | null {
  if (!cursor.startsWith(prefix)) return null;
  try {
    const packed = Buffer.from(cursor.slice(prefix.length), 'base64');
    return inflateRawSync(packed, { maxOutputLength: INFLATED_BYTES_MAX }).toString('utf8');
  } catch {
    return null;
  }
}
