/** GetAttachment: the bytes of file attachments, attached mails as MIME. */
import { findItem } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import type { Call, Operation } from '../world.ts';
import { child, childText, type XmlNode } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

export const getAttachment: Operation = async (call) => {
  const includesMime = childText(child(call.request, 'AttachmentShape'), 'IncludeMimeContent') === 'true';
  return answerBatch(
    call,
    child(call.request, 'AttachmentIds')?.children ?? [],
    async (node) => element('m:Attachments', {}, await writeAttachment(call, node, includesMime)),
    '<m:Attachments/>',
  );
};

async function writeAttachment(call: Call, node: XmlNode, includesMime: boolean): Promise<string> {
  const id = node.attributes.Id ?? '';
  const bytes = Buffer.from(id, 'base64');
  if (bytes.byteLength < 40) throw new ServiceError('ErrorInvalidAttachmentId');
  const { item } = findItem(call, bytes.subarray(0, -3).toString('base64'));
  const part = (await call.world.viewMessage(item.raw)).attachments[bytes.readUInt16BE(bytes.byteLength - 2)];
  if (part === undefined) throw new ServiceError('ErrorItemNotFound');
  const common = [
    element('t:AttachmentId', { Id: id }),
    textElement('t:Name', part.name ?? 'ATT00001'),
    textElement('t:ContentType', part.contentType),
    part.contentId === undefined ? '' : textElement('t:ContentId', part.contentId),
  ];
  if (!part.isMessage) {
    return element(
      't:FileAttachment',
      {},
      ...common,
      textElement('t:Content', part.content.toString('base64')),
    );
  }
  const mime = element('t:MimeContent', { CharacterSet: 'UTF-8' }, part.content.toString('base64'));
  return element('t:ItemAttachment', {}, ...common, element('t:Message', {}, includesMime ? mime : ''));
}
