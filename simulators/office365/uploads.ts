/**
 * Upload sessions for large attachments: an address of its own, ranges put there without a token, the attachment with
 * the last one. https://learn.microsoft.com/graph/outlook-large-attachments
 */
import type { AttachedPart } from '../shared/message-view.ts';
import { putAttachment } from './drafts.ts';
import { badRequest, GraphError } from './errors.ts';
import { ofCall } from './find-item.ts';
import { answer, type GraphAnswer, type MailboxCall, readJson } from './graph-call.ts';
import { makeSecret } from './ids.ts';
import type { Message } from './mailbox.ts';
import type { World } from './world.ts';

const PATH = '/api/v2.0/attachment-sessions/';
const LIFE_MS = 3_600_000;
const BYTES_MAX = 150 * 1024 * 1024;

interface Session {
  readonly call: MailboxCall;
  readonly message: Message;
  readonly part: Omit<AttachedPart, 'content'>;
  readonly size: number;
  readonly expiresAt: number;
  bytes: Buffer;
}

const SESSIONS = new WeakMap<World, Map<string, Session>>();

/** POST to attachments/createUploadSession. */
export function createUploadSession(call: MailboxCall): GraphAnswer {
  const message = ofCall(call);
  const item = (readJson(call).AttachmentItem ?? readJson(call).attachmentItem) as
    | Record<string, unknown>
    | undefined;
  const { name, size, contentType, contentId, isInline } = item ?? {};
  if (typeof name !== 'string' || typeof size !== 'number' || !(size > 0)) {
    throw badRequest('An AttachmentItem with attachmentType, name and size is needed.');
  }
  if (size > BYTES_MAX)
    throw new GraphError('ErrorAttachmentSizeLimitExceeded', 'The attachment is too large.', 400);
  const id = makeSecret('', 24);
  const { world } = call;
  const session: Session = {
    call,
    message,
    part: {
      name,
      contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
      contentId: typeof contentId === 'string' ? contentId : undefined,
      isInline: isInline === true,
      isMessage: false,
    },
    size,
    expiresAt: world.now() + LIFE_MS,
    bytes: Buffer.alloc(0),
  };
  const sessions = SESSIONS.get(world) ?? new Map<string, Session>();
  SESSIONS.set(world, sessions.set(id, session));
  return answer(
    call,
    'microsoft.graph.uploadSession',
    { uploadUrl: `${world.graphOrigin}${PATH}${id}`, ...progress(session) },
    201,
  );
}

/** Answers the address of an upload session; undefined for all other addresses. */
export async function answerUpload(world: World, request: Request): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith(PATH)) return undefined;
  const id = pathname.slice(PATH.length);
  const session = SESSIONS.get(world)?.get(id);
  if (session === undefined || session.expiresAt <= world.now())
    return json(404, refusal('ErrorItemNotFound', 'The upload session was not found.'));
  if (request.method === 'DELETE') {
    SESSIONS.get(world)?.delete(id);
    return new Response(null, { status: 204 });
  }
  if (request.method === 'GET') return json(200, progress(session));
  if (request.method !== 'PUT') return new Response(null, { status: 405 });
  const [, start, end, total] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers.get('content-range') ?? '') ?? [];
  const bytes = Buffer.from(await request.arrayBuffer());
  const fits =
    Number(start) === session.bytes.byteLength &&
    Number(end) - Number(start) + 1 === bytes.byteLength &&
    Number(total) === session.size;
  if (!fits)
    return json(416, refusal('ErrorInvalidRange', 'The uploaded range is not the one expected next.'));
  session.bytes = Buffer.concat([session.bytes, bytes]);
  if (session.bytes.byteLength < session.size) return json(200, progress(session));
  SESSIONS.get(world)?.delete(id);
  const { call, message, part } = session;
  const attachmentId = await putAttachment(call, message, { ...part, content: session.bytes });
  const path = `/api/v2.0/Users('${call.user.id}')/Messages('${message.restId}')/Attachments('${attachmentId}')`;
  return new Response(null, { status: 201, headers: { location: `${world.graphOrigin}${path}` } });
}

function progress(session: Session) {
  return {
    expirationDateTime: new Date(session.expiresAt).toISOString(),
    nextExpectedRanges: [`${session.bytes.byteLength}-`],
  };
}

function refusal(code: string, message: string) {
  return { error: { code, message } };
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
