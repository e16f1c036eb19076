/**
 * The second way to a content, for messages that Graph cannot write as MIME: the body as text and as HTML, and each attachment by its own request. It
 * is slow and used for damaged items only. https://learn.microsoft.com/graph/api/resources/attachment
 */
import type { ContentLimits } from '../../model/connector.ts';
import type { Attachment, OmittedAttachment } from '../../model/email.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { attachmentName, type Content, readBodies } from '../mime.ts';
import { type Json, wordOf } from './message.ts';
import type { SingleCall, Transport } from './transport.ts';

const ATTACHMENTS_MAX = 50;

/** The content without headers. An attachment that cannot be read makes the whole item unreadable: nothing is lost in silence. */
export async function readBody(
  transport: Transport,
  itemId: ItemId,
  limits: ContentLimits,
): Promise<Content> {
  const message = `${transport.root}/messages/${encodeURIComponent(itemId)}`;
  const get = (path: string, more: Partial<SingleCall> = {}): SingleCall => ({
    method: 'GET',
    path,
    operation: 'read-contents',
    scope: 'item',
    ...more,
  });
  const bodyAs = (type: 'text' | 'html') =>
    transport.json(
      get(`${message}?$select=id,body,hasAttachments`, {
        prefer: [`outlook.body-content-type="${type}"`],
      }),
    );
  const html = (await bodyAs('html')) as Json | null;
  const text = (await bodyAs('text')) as Json | null;
  const bodies = readBodies(contentOf(text, 'text'), contentOf(html, 'html'));
  const listed = (await transport.json(
    get(`${message}/attachments?$select=id,name,contentType,size,isInline&$top=${ATTACHMENTS_MAX + 1}`),
  )) as Json | null;
  const entries = (Array.isArray(listed?.value) ? listed.value : []) as readonly Json[];
  if (entries.length > ATTACHMENTS_MAX)
    throw new RemoteFailure(failure('mailbox.item-unreadable', { vendorCode: 'TooManyAttachments' }));
  const attachments: Attachment[] = [];
  const omitted: OmittedAttachment[] = [];
  for (const entry of entries) {
    const reason = reasonToOmit(entry, limits);
    if (reason !== null) omitted.push({ reason, sizeBytes: sizeOf(entry) });
    else {
      const path = `${message}/attachments/${encodeURIComponent(wordOf(entry.id).toWellFormed())}/$value`;
      const bytes = await transport.bytes(get(path, { headers: { accept: '*/*' } }));
      attachments.push({ ...describe(entry), bytes });
    }
  }
  return { ...bodies, headers: null, attachments, omitted };
}

/** The body where it is of the kind asked for; a mail that is text only comes as text even when HTML was asked for. */
function contentOf(message: Json | null, type: 'text' | 'html'): string | null {
  const { contentType, content } = (message?.body ?? {}) as Json;
  return typeof content === 'string' && wordOf(contentType).toLowerCase() === type ? content : null;
}

function reasonToOmit(entry: Json, limits: ContentLimits): OmittedAttachment['reason'] | null {
  if (typeOf(entry) === 'referenceAttachment') return 'cloud-link';
  const isImage = wordOf(entry.contentType).toLowerCase().startsWith('image/');
  if (entry.isInline === true && isImage) return 'inline';
  return sizeOf(entry) > limits.attachmentBytesMax ? 'too-large' : null;
}

function describe(entry: Json): Omit<Attachment, 'bytes'> {
  const isMail = typeOf(entry) === 'itemAttachment';
  const given = typeof entry.contentType === 'string' && entry.contentType !== '' ? entry.contentType : null;
  const mediaType = isMail ? 'message/rfc822' : (given ?? 'application/octet-stream');
  return { name: attachmentName(typeof entry.name === 'string' ? entry.name : null, mediaType), mediaType };
}

function typeOf(entry: Json): string {
  return wordOf(entry['@odata.type']).replace(/^.*\./, '');
}

function sizeOf(entry: Json): number {
  return Number(entry.size ?? 0) || 0;
}
