/**
 * How a batch is written and read: requests as parts of `multipart/mixed`, answers found again by their Content-ID, in whatever order they
 * come. It sends nothing and knows no method.
 */
import { z } from 'zod';

export interface BatchRequest {
  readonly verb: 'GET' | 'POST' | 'PATCH';
  /** From the host's root. */
  readonly path: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One part of an answer, as if it had been answered alone. */
export interface BatchPart {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

const BOUNDARY = 'lockstep_6f1d0c58a7b34e29';

/** The body and its type. Parts are numbered from 0 in their Content-ID. */
export function writeBatch(requests: readonly BatchRequest[]): {
  readonly contentType: string;
  readonly body: string;
} {
  const parts = requests.map(({ verb, path, body, headers = {} }, index) => {
    const json = body === undefined ? null : JSON.stringify(body);
    return [
      `--${BOUNDARY}`,
      'Content-Type: application/http',
      `Content-ID: <item-${index}>`,
      '',
      `${verb} ${path} HTTP/1.1`,
      'Accept: application/json',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(json === null
        ? ['', '']
        : [
            'Content-Type: application/json; charset=UTF-8',
            `Content-Length: ${Buffer.byteLength(json)}`,
            '',
            json,
          ]),
    ].join('\r\n');
  });
  return {
    contentType: `multipart/mixed; boundary=${BOUNDARY}`,
    body: `${parts.join('\r\n')}\r\n--${BOUNDARY}--\r\n`,
  };
}

/** The answers by number; undefined where one is missing. Parts without a known Content-ID count by their place. */
export function readBatch(
  contentType: string,
  text: string,
  count: number,
): readonly (BatchPart | undefined)[] {
  const parts: (BatchPart | undefined)[] = Array.from({ length: count }, () => undefined);
  const boundary = boundaryOf(contentType) ?? /^\s*--([^\r\n]+)/.exec(text)?.[1]?.trim();
  if (boundary === undefined) return parts;
  const pieces = `\n${text}`.split(`\n--${boundary}`).slice(1);
  let place = 0;
  for (const piece of pieces) {
    if (piece.startsWith('--')) break;
    const [head, inner] = cut(piece);
    const part = readAnswer(inner.trimStart());
    const number = /item-(\d+)/i.exec(headerOf(head, 'content-id') ?? '')?.[1];
    const index = number === undefined ? place : Number(number);
    place += 1;
    if (index < count && part !== null) parts[index] = part;
  }
  return parts;
}

function boundaryOf(contentType: string): string | undefined {
  const found = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

function readAnswer(inner: string): BatchPart | null {
  const status = z.coerce
    .number()
    .int()
    .safeParse(/^HTTP\/[\d.]+\s+(\d{3})/.exec(inner)?.[1]);
  if (!status.success) return null;
  const [head, body] = cut(inner);
  return { status: status.data, text: body.trim(), retryAfter: headerOf(head, 'retry-after') };
}

function headerOf(head: string, name: string): string | null {
  return new RegExp(`^${name}:[ \\t]*(.*?)\\s*$`, 'im').exec(head)?.[1] ?? null;
}

/** Head and rest at the first empty line. */
function cut(text: string): [string, string] {
  const found = /\r?\n\r?\n/.exec(text);
  return found === null
    ? [text, '']
    : [text.slice(0, found.index), text.slice(found.index + found[0].length)];
}
