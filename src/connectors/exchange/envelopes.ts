/**
 * Cuts a hanging answer of Exchange into the SOAP envelopes it consists of: each is a whole document with a declaration of its own, and together
 * they are none. It knows nothing of what they say.
 */
import { MalformedXml } from './soap.ts';

/** A batch of notifications is a few kilobytes; more than this is no notification. */
const ENVELOPE_BYTES_MAX = 4 * 1024 * 1024;
const END = /<\/(?:[A-Za-z_][\w.-]*:)?Envelope\s*>/g;
/** The longest part of an end tag that a chunk may cut off. */
const TAIL = 100;

/** Each envelope as text, as soon as it is complete. Rejects with `MalformedXml`, and as `chunks` does. */
export async function* readEnvelopes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let held = '';
  let searchFrom = 0;
  for await (const chunk of chunks) {
    held += decoder.decode(chunk, { stream: true });
    for (let end = endOf(held, searchFrom); end !== null; end = endOf(held, 0)) {
      yield held.slice(0, end).trimStart();
      held = held.slice(end);
    }
    searchFrom = Math.max(0, held.length - TAIL);
    if (held.length > ENVELOPE_BYTES_MAX) throw new MalformedXml('an envelope without end');
  }
  if (held.trim() !== '') throw new MalformedXml('an envelope that breaks off');
}

function endOf(text: string, from: number): number | null {
  END.lastIndex = from;
  return END.exec(text) === null ? null : END.lastIndex;
}
