/**
 * Mail that comes as media, by `/upload/gmail/v1`: the mail itself, a multipart of JSON and mail, or resumable: an
 * address first and the mail to it in pieces. The reasons of refused media are not documented. https://developers.google.com/workspace/gmail/api/guides/uploads
 */
import { refuse } from './errors.ts';
import { makeSecret } from './tokens.ts';

interface Upload {
  readonly url: URL;
  readonly fields: Record<string, unknown>;
  bytes: Buffer;
}

const UPLOADS = new Map<string, Upload>();
const UPLOADS_MAX = 1000;

/** An upload's body as the fields of the method, the mail being `raw`. Throws 400 for other media than mail. */
export function readUpload(contentType: string, bytes: Buffer): Record<string, unknown> {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!/^multipart\//i.test(contentType) || boundary === undefined) {
    checkMedia(contentType);
    return { raw: bytes.toString('base64url') };
  }
  const [, first = '', second = ''] = bytes.toString('latin1').split(`--${boundary}`);
  const bodyOf = (part: string) => part.slice(part.search(/\r?\n\r?\n/)).replace(/^\r?\n\r?\n|\r?\n$/g, '');
  const [head] = second.trimStart().split(/\r?\n\r?\n/);
  checkMedia(/^content-type:\s*(\S+)/im.exec(head ?? '')?.[1] ?? '');
  const isCoded = /^content-transfer-encoding:\s*base64/im.test(head ?? '');
  const mail = Buffer.from(bodyOf(second), isCoded ? 'base64' : 'latin1');
  return { ...readFields(bodyOf(first)), raw: mail.toString('base64url') };
}

function readFields(text: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(Buffer.from(text, 'latin1').toString('utf8') || '{}');
    if (typeof fields === 'object' && fields !== null) return { ...fields };
  } catch {
    // Refused below.
  }
  throw refuse('parseError', 'Parse Error');
}

function checkMedia(contentType: string): void {
  if (/^message\//i.test(contentType)) return;
  const text = `Media type '${contentType.split(';')[0]}' is not supported. Valid media types: [message/*]`;
  throw refuse('badContent', text);
}

/** Begins a resumable upload: 200 with the address that takes the mail. */
export function startUpload(url: URL, mediaType: string | null, fields: Record<string, unknown>): Response {
  if (mediaType !== null) checkMedia(mediaType);
  const id = makeSecret(24);
  const target = new URL(url);
  target.searchParams.set('upload_id', id);
  UPLOADS.set(id, { url, fields, bytes: Buffer.alloc(0) });
  const [oldest] = UPLOADS.keys();
  if (UPLOADS.size > UPLOADS_MAX && oldest !== undefined) UPLOADS.delete(oldest);
  return new Response(null, { status: 200, headers: { location: target.href, 'x-guploader-uploadid': id } });
}

/**
 * A PUT to a resumable upload: the whole call that it completes, or the answer to a piece (308 with the range so far).
 * undefined for all other requests.
 */
export async function continueUpload(request: Request): Promise<Request | Response | undefined> {
  const id = new URL(request.url).searchParams.get('upload_id');
  if (id === null || request.method !== 'PUT') return undefined;
  const upload = UPLOADS.get(id);
  if (upload === undefined) return new Response('Not Found', { status: 404 });
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(request.headers.get('content-range') ?? '');
  const piece = Buffer.from(await request.arrayBuffer());
  const start = Number(range?.[1] ?? upload.bytes.byteLength);
  if (start !== upload.bytes.byteLength) return new Response(null, { status: 400 });
  upload.bytes = Buffer.concat([upload.bytes, piece]);
  const length = upload.bytes.byteLength;
  const isWhole = range === null || (range[2] !== '*' && length >= Number(range[2]));
  if (!isWhole) {
    return new Response(null, {
      status: 308,
      headers: length === 0 ? {} : { range: `bytes=0-${length - 1}` },
    });
  }
  UPLOADS.delete(id);
  const target = new URL(upload.url);
  target.pathname = target.pathname.replace(/^\/upload/, '');
  const headers = new Headers({ 'content-type': 'application/json' });
  const authorization = request.headers.get('authorization');
  if (authorization !== null) headers.set('authorization', authorization);
  const isDraft = /\/drafts(?:\/|$)/.test(target.pathname);
  const mail = { raw: upload.bytes.toString('base64url') };
  const { message, ...rest } = upload.fields;
  const body = isDraft
    ? { ...rest, message: { ...(message as object | undefined), ...mail } }
    : { ...upload.fields, ...mail };
  return new Request(target, { method: 'POST', headers, body: JSON.stringify(body) });
}
