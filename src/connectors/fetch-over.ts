/**
 * `Fetch` over undici's own requests: the web's `fetch` builds streams, headers and promises of its own round each of them, which is most of what an idle run
 * would take. Content encodings are undone here (RFC 9110, 8.4); redirects are never followed.
 */
import { pipeline, Readable } from 'node:stream';
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
  inflateSync,
} from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { type Fetch, type FetchInit, type FetchResponse, NetworkError } from './http.ts';

/** What a proxy may encode answers with; a server that encodes otherwise was not asked to. */
const ENCODINGS = 'gzip, deflate, br';
/** A decoder that works bit by bit takes five times as long to begin as a small answer takes to be decoded at once. */
const SMALL_BYTES = 64 * 1024;
/** No small answer is longer than this decoded; a bomb is. */
const DECODED_BYTES_MAX = 64 * 1024 * 1024;

interface Decoder {
  readonly atOnce: (encoded: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Buffer;
  readonly bitByBit: () => NodeJS.ReadWriteStream & Readable;
}

const gzip: Decoder = { atOnce: gunzipSync, bitByBit: createGunzip };
const decoders: Readonly<Record<string, Decoder>> = {
  gzip,
  'x-gzip': gzip,
  deflate: { atOnce: inflateSync, bitByBit: createInflate },
  br: { atOnce: brotliDecompressSync, bitByBit: createBrotliDecompress },
};

/** Requests over `agent`, unless one names its own. Rejects with undici's errors, and with the signal's reason. */
export function fetchOver(agent: Dispatcher): Fetch {
  return async (url, init) => {
    const answer = await request(url, {
      method: init.method as Dispatcher.HttpMethod,
      headers: { accept: '*/*', 'accept-encoding': ENCODINGS, ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
      signal: init.signal,
      dispatcher: init.dispatcher ?? agent,
    });
    return answerOf(answer, init);
  };
}

function answerOf(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { method }: FetchInit,
): FetchResponse {
  const header = (name: string): string | null => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  };
  const hasBody = method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
  const encodings = hasBody ? decodersOf(header('content-encoding')) : [];
  return {
    status: statusCode,
    headers: { get: header },
    body: { getReader: () => readerOf(body, encodings.length === 0 ? body : decoded(body, encodings)) },
  };
}

/** In the order in which they undo what was done: encodings are listed as they were applied. */
function decodersOf(encodings: string | null): readonly Decoder[] {
  const names = (encodings ?? '').toLowerCase().split(',');
  return names.toReversed().flatMap((name) => decoders[name.trim()] ?? []);
}

/** The body as it was before it was encoded for the way. Whoever waits for single pieces of an answer asks for `identity`. */
async function* decoded(body: Readable, undo: readonly Decoder[]): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const head: Uint8Array[] = [];
  for (let size = 0; size <= SMALL_BYTES; ) {
    const { done, value } = await chunks.next();
    if (done === true) {
      yield decodeAtOnce(Buffer.concat(head), undo);
      return;
    }
    head.push(value);
    size += value.length;
  }
  async function* whole() {
    yield* head;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  let stream: Readable = Readable.from(whole());
  // Whatever breaks on the way destroys the last stream, and so reaches whoever reads it.
  for (const { bitByBit } of undo)
    stream = pipeline(stream, bitByBit(), () => undefined) as unknown as Readable;
  yield* stream;
}

function decodeAtOnce(encoded: Uint8Array, undo: readonly Decoder[]): Uint8Array {
  try {
    let bytes = encoded;
    // Room for what is most often there; the usual sixteen kilobytes are made and thrown away with every answer.
    for (const { atOnce } of undo)
      bytes = atOnce(bytes, { maxOutputLength: DECODED_BYTES_MAX, chunkSize: 4 * bytes.length + 256 });
    return bytes;
  } catch (error) {
    const isBomb = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isBomb ? new NetworkError('too-large', 'DECODED_BYTES_MAX') : error;
  }
}

function readerOf(body: Readable, decodedBody: AsyncIterable<Uint8Array>) {
  const chunks = decodedBody[Symbol.asyncIterator]();
  return {
    async read() {
      const { done, value } = await chunks.next();
      return done === true ? { done: true } : { done: false, value };
    },
    async cancel() {
      body.destroy();
    },
  };
}
