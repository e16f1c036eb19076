/**
 * `Fetch` over undici's own requests: the web's `fetch` builds streams, headers and promises of its own round each of them, which is most of what an idle run
 * would take. Content encodings are undone here (RFC 9110, 8.4); redirects are never followed.
 */
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import type { Fetch, FetchInit, FetchResponse } from './http.ts';

/** What a proxy may encode answers with; a server that encodes otherwise was not asked to. */
const ENCODINGS = 'gzip, deflate, br';
const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
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
  return {
    status: statusCode,
    headers: { get: header },
    body: { getReader: () => readerOf(hasBody ? decoded(body, header('content-encoding')) : body) },
  };
}

/** The text of the body as it was before it was encoded for the way; encodings are listed in the order in which they were applied. */
function decoded(body: Readable, encodings: string | null): Readable {
  const names = (encodings ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  let stream = body;
  for (const name of names.toReversed()) {
    const decoder = decoders[name]?.();
    // Whatever breaks on the way destroys the last stream, and so reaches whoever reads it.
    if (decoder !== undefined) stream = pipeline(stream, decoder, () => undefined) as unknown as Readable;
  }
  return stream;
}

function readerOf(stream: Readable) {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return {
    async read() {
      const { done, value } = await chunks.next();
      return done === true ? { done: true } : { done: false, value };
    },
    async cancel() {
      stream.destroy();
    },
  };
}
