/**
 * The second way to a content, for items that Exchange cannot write as MIME: the body as text and as HTML, and each attachment by
 * its own request. It is slow and used for damaged items only; docs/remote-services/exchange.md#conversion.
 */
import type { ContentLimits, ItemResult } from '../../model/connector.ts';
import type { Attachment, EmailContent, OmittedAttachment } from '../../model/email.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { attachmentName, readBodies } from '../mime.ts';
import { responseFailure } from './failures.ts';
import { askItems } from './item-batch.ts';
import { itemOf } from './mapping.ts';
import { getAttachment, getItemBody } from './operations.ts';
import { child, find, textOf, type XmlNode } from './soap.ts';
import type { Transport } from './transport.ts';

const ATTACHMENTS_MAX = 50;

/** The content without headers. An attachment that cannot be read makes the whole item unreadable: nothing is lost in silence. */
export async function readBody(
  transport: Transport,
  itemId: ItemId,
  limits: ContentLimits,
): Promise<ItemResult<EmailContent>> {
  const html = await askItem(transport, itemId, 'HTML');
  if (!html.ok) return html;
  const text = await askItem(transport, itemId, 'Text');
  if (!text.ok) return text;
  const bodies = readBodies(textOf(text.value, 'Body'), bodyHtml(html.value));
  try {
    const files = await readFiles(transport, child(html.value, 'Attachments')?.children ?? [], limits);
    return { ok: true, value: { itemId, ...bodies, headers: null, ...files } };
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.kind !== 'bad-item') throw error;
    return { ok: false, itemId, failure: error.failure };
  }
}

async function askItem(
  transport: Transport,
  itemId: ItemId,
  type: 'HTML' | 'Text',
): Promise<ItemResult<XmlNode>> {
  const [result] = await askItems(transport, {
    operation: 'GetItem',
    ids: [itemId],
    write: () => getItemBody(itemId, type),
    read: (message) => itemOf(message) ?? null,
  });
  return result ?? { ok: false, itemId, failure: failure('mailbox.item-unreadable') };
}

/** The body as HTML; a mail that is text only comes as text even when HTML was asked for. */
function bodyHtml(item: XmlNode): string | null {
  const body = child(item, 'Body');
  return body?.attributes.BodyType === 'Text' ? null : (body?.text ?? null);
}

async function readFiles(
  transport: Transport,
  elements: readonly XmlNode[],
  limits: ContentLimits,
): Promise<Pick<EmailContent, 'attachments' | 'omitted'>> {
  const attachments: Attachment[] = [];
  const omitted: OmittedAttachment[] = [];
  if (elements.length > ATTACHMENTS_MAX) throw new RemoteFailure(tooMany());
  for (const element of elements) {
    const sizeBytes = Number(textOf(element, 'Size') ?? 0) || 0;
    const id = child(element, 'AttachmentId')?.attributes.Id;
    if (element.name === 'ReferenceAttachment') omitted.push({ reason: 'cloud-link', sizeBytes });
    else if (isInline(element)) omitted.push({ reason: 'inline', sizeBytes });
    else if (sizeBytes > limits.attachmentBytesMax) omitted.push({ reason: 'too-large', sizeBytes });
    else if (id !== undefined) attachments.push(await readFile(transport, element, id));
  }
  return { attachments, omitted };
}

function isInline(element: XmlNode): boolean {
  const image = textOf(element, 'ContentType')?.toLowerCase().startsWith('image/') === true;
  return image && /^(true|1)$/i.test(textOf(element, 'IsInline') ?? '');
}

async function readFile(transport: Transport, element: XmlNode, id: string): Promise<Attachment> {
  let bytes: Buffer | null = null;
  const isMail = element.name === 'ItemAttachment';
  await transport.call(
    { operation: 'GetAttachment', body: () => getAttachment(id, isMail), scope: 'item' },
    ({ ok, code, node }) => {
      if (!ok) throw new RemoteFailure(responseFailure(code, 'item'));
      const content = find(node, isMail ? 'MimeContent' : 'Content')?.text;
      if (content !== undefined) bytes = Buffer.from(content, 'base64');
    },
  );
  if (bytes === null)
    throw new RemoteFailure(failure('mailbox.item-unreadable', { vendorCode: 'NoContent' }));
  const mediaType = isMail
    ? 'message/rfc822'
    : (textOf(element, 'ContentType') ?? 'application/octet-stream');
  return { name: attachmentName(textOf(element, 'Name'), mediaType), mediaType, bytes };
}

function tooMany(): Failure {
  return failure('mailbox.item-unreadable', { vendorCode: 'TooManyAttachments' });
}
