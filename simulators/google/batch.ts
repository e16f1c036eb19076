/**
 * `/batch/gmail/v1` and its like: many calls in one multipart request, each answered on its own. Gmail takes up to a
 * hundred, Calendar fifty; `/batch` of the People and Tasks hosts is taken to be as Gmail's.
 * https://developers.google.com/workspace/gmail/api/guides/batch
 * https://developers.google.com/workspace/calendar/api/guides/batch
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { StandingFault } from '../shared/faults.ts';
import type { RequestLog } from '../shared/request-log.ts';
import { refuse, toErrorResponse } from './errors.ts';
import { makeSecret } from './tokens.ts';
import type { World } from './world.ts';

const PARTS_MAX = 100;
const CALENDAR_PARTS_MAX = 50;
const OPERATION = 'batch';

interface Part {
  readonly contentId: string | undefined;
  /** Absent where the part is no HTTP call. */
  readonly request: Request | undefined;
}

/** Answers one call, as a call of its own would be answered. */
export type AnswerCall = (request: Request, log: RequestLog) => Promise<Response>;

/** Whether a path is that of a batch. */
export function isBatch(pathname: string): boolean {
  return /^\/batch(\/(gmail\/v1|calendar\/v3))?$/.test(pathname);
}

/** Answers a batch call. Throws `DroppedConnection` where a fault says so. */
export async function answerBatch(world: World, request: Request, answerCall: AnswerCall): Promise<Response> {
  const text = Buffer.from(await request.arrayBuffer()).toString('latin1');
  const fault = world.faults.strike({ operation: OPERATION });
  if (fault?.delayMs !== undefined) await world.wait(fault.delayMs);
  const record = (status: number, bytesOut: number) =>
    world.requests.record({ operation: OPERATION, status, bytesIn: text.length, bytesOut, at: world.now() });
  if (fault?.effect.kind === 'drop') {
    record(0, 0);
    throw new DroppedConnection();
  }
  const response = refuseWhole(fault) ?? (await answerParts(world, request, text, { fault, answerCall }));
  record(response.status, (await response.clone().arrayBuffer()).byteLength);
  if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
  return response;
}

function refuseWhole(fault: StandingFault | undefined): Response | undefined {
  switch (fault?.effect.kind) {
    case 'http':
      return new Response('', { status: fault.effect.status, headers: { ...fault.effect.headers } });
    case 'service':
      return toErrorResponse(refuse(fault.effect.code, fault.effect.message).refusal);
    case 'throttle': {
      const headers = { 'retry-after': String(Math.ceil(fault.effect.backOffMs / 1000)) };
      return toErrorResponse(refuse('tooManyRequests', undefined, { headers }).refusal);
    }
    case 'garbage':
      return new Response('<<no batch', { headers: { 'content-type': 'multipart/mixed; boundary=none' } });
    default:
      return undefined;
  }
}

async function answerParts(
  world: World,
  outer: Request,
  text: string,
  { fault, answerCall }: { fault: StandingFault | undefined; answerCall: AnswerCall },
) {
  const boundary = /boundary="?([^";]+)"?/i.exec(outer.headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined || outer.method !== 'POST') {
    return toErrorResponse(
      refuse('invalidArgument', 'Failed to parse batch request, missing boundary.').refusal,
    );
  }
  const parts = readParts(text, boundary, outer);
  if (parts.length === 0) {
    return toErrorResponse(refuse('invalidArgument', 'Failed to parse batch request, no parts.').refusal);
  }
  const isCalendar = new URL(outer.url).pathname.endsWith('/calendar/v3');
  const max = isCalendar ? CALENDAR_PARTS_MAX : PARTS_MAX;
  if (parts.length > max) {
    const message = `The batch request could not be processed: too many parts; at most ${max}.`;
    return toErrorResponse(refuse('invalidArgument', message).refusal);
  }
  const mark = `batch_${makeSecret(12)}`;
  const chunks: Buffer[] = [];
  for (const [index, part] of parts.entries()) {
    const effect =
      fault?.effect.kind === 'partial' && fault.effect.nth === index + 1 ? fault.effect : undefined;
    const answer =
      effect === undefined
        ? await answerPart(world, part, answerCall)
        : toErrorResponse(refuse(effect.code, effect.message).refusal);
    chunks.push(await writePart(answer, part.contentId, mark));
  }
  chunks.push(Buffer.from(`--${mark}--\r\n`));
  const headers = { 'content-type': `multipart/mixed; boundary=${mark}` };
  return new Response(Buffer.concat(chunks), { headers });
}

async function answerPart(world: World, { request }: Part, answerCall: AnswerCall): Promise<Response> {
  if (request === undefined) {
    return toErrorResponse(refuse('badRequest', 'Failed to parse batch request part.').refusal);
  }
  try {
    return await answerCall(request, world.parts);
  } catch (error) {
    if (!(error instanceof DroppedConnection)) throw error;
    return toErrorResponse(refuse('backendError').refusal);
  }
}

function readParts(text: string, boundary: string, outer: Request): Part[] {
  const pieces = `\r\n${text}`.split(`\n--${boundary}`);
  return pieces
    .slice(1)
    .filter((piece) => !piece.startsWith('--'))
    .map((piece) => {
      const text = piece.replace(/^[ \t]*\r?\n/, '').replace(/\r$/, '');
      try {
        return readPart(text, outer);
      } catch {
        // A call that no HTTP could carry; only this part is refused.
        return { contentId: contentIdOf(cut(text)[0]), request: undefined };
      }
    });
}

function readPart(piece: string, outer: Request): Part {
  const [head, inner] = cut(piece);
  const [callHead, body] = cut(inner.trimStart());
  const [line = '', ...lines] = callHead.split(/\r?\n/);
  const [, method = 'GET', target = '/'] = /^([A-Z]+)\s+(\S+)/.exec(line) ?? [];
  const headers = new Headers();
  const authorization = outer.headers.get('authorization');
  if (authorization !== null) headers.set('authorization', authorization);
  for (const each of lines) {
    const colon = each.indexOf(':');
    if (colon > 0) headers.set(each.slice(0, colon).trim(), each.slice(colon + 1).trim());
  }
  headers.delete('content-length');
  const url = new URL(target, outer.url);
  const hasBody = method !== 'GET' && method !== 'HEAD' && body !== '';
  return {
    contentId: contentIdOf(head),
    request: new Request(
      url,
      hasBody ? { method, headers, body: Buffer.from(body, 'latin1') } : { method, headers },
    ),
  };
}

function contentIdOf(head: string): string | undefined {
  return /^content-id:\s*<?([^>\r\n]+)>?/im.exec(head)?.[1]?.trim();
}

function cut(text: string): [string, string] {
  const found = /\r?\n\r?\n/.exec(text);
  return found === null
    ? [text, '']
    : [text.slice(0, found.index), text.slice(found.index + found[0].length)];
}

async function writePart(answer: Response, contentId: string | undefined, mark: string): Promise<Buffer> {
  const body = Buffer.from(await answer.arrayBuffer());
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const reference = contentId === undefined ? '' : `Content-ID: <response-${contentId}>\r\n`;
  const head = `--${mark}\r\nContent-Type: application/http\r\n${reference}\r\nHTTP/1.1 ${answer.status} ${phraseOf(answer.status)}\r\n${headers}Content-Length: ${body.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n')]);
}

function phraseOf(status: number): string {
  const phrases: Record<number, string> = {
    200: 'OK',
    204: 'No Content',
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    304: 'Not Modified',
    404: 'Not Found',
    409: 'Conflict',
    410: 'Gone',
    412: 'Precondition Failed',
    429: 'Too Many Requests',
    503: 'Service Unavailable',
  };
  return phrases[status] ?? 'Unknown';
}
