/**
 * The attachments of a message: list, one, its bytes. An attached mail is an itemAttachment, everything else a
 * fileAttachment.
 * https://learn.microsoft.com/graph/api/resources/attachment
 */
import type { AttachedPart } from '../shared/message-view.ts';
import { GraphError } from './errors.ts';
import { ofCall } from './find-item.ts';
import { answer, type GraphAnswer, idOf, type MailboxCall } from './graph-call.ts';
import type { Message } from './mailbox.ts';
import { instant, showItem } from './message-json.ts';
import { listPage, readSelect } from './odata.ts';

export async function listAttachments(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  const { attachments } = await call.world.viewMessage(message.raw);
  const context = `users('${call.user.id}')/messages('${idOf(call, message)}')/attachments`;
  const query = new URLSearchParams(call.query);
  if (!query.has('$top')) query.set('$top', '1000');
  const numbered = attachments.map((part, index) => ({ part, index }));
  return listPage({ ...call, query }, context, numbered, ({ part, index }) =>
    showAttachment(call, message, part, index),
  );
}

/** What `$expand=attachments` adds to a message; nothing when it is not asked for. */
export async function expandAttachments(
  call: MailboxCall,
  message: Message,
): Promise<{ attachments?: Record<string, unknown>[] }> {
  const asked = /(?:^|,)\s*attachments(?:\(([^)]*)\))?/i.exec(call.query.get('$expand') ?? '');
  if (asked === null) return {};
  const { attachments } = await call.world.viewMessage(message.raw);
  const within = { ...call, query: new URLSearchParams((asked[1] ?? '').replaceAll(';', '&')) };
  return { attachments: attachments.map((part, index) => showAttachment(within, message, part, index)) };
}

export async function getAttachment(call: MailboxCall): Promise<GraphAnswer> {
  const message = ofCall(call);
  const { part, index } = await attachmentOf(call, message);
  const context = `users('${call.user.id}')/messages('${idOf(call, message)}')/attachments/$entity`;
  const shown = showAttachment(call, message, part, index);
  const wantsItem = part.isMessage && /itemattachment\/item/i.test(call.query.get('$expand') ?? '');
  if (wantsItem) shown.item = showItem(await call.world.viewMessage(part.content), call);
  return answer(call, context, shown);
}

/** The bytes of a file; of an attached mail its MIME. */
export async function getAttachmentBytes(call: MailboxCall): Promise<GraphAnswer> {
  const { part } = await attachmentOf(call, ofCall(call));
  const type = part.isMessage ? 'text/plain' : part.contentType;
  return { status: 200, content: { type, bytes: part.content } };
}

/** The attachment that the path names. Fails with ErrorItemNotFound. */
export async function attachmentOf(
  call: MailboxCall,
  message: Message,
): Promise<{ part: AttachedPart; index: number }> {
  const { attachments } = await call.world.viewMessage(message.raw);
  const id = call.parts.attachment ?? '';
  const index = [message.restId, message.immutableId]
    .map((each) => attachments.findIndex((_part, at) => attachmentId(each, at) === id))
    .find((at) => at >= 0);
  const part = index === undefined ? undefined : attachments[index];
  if (index === undefined || part === undefined) throw new GraphError('ErrorItemNotFound');
  return { part, index };
}

/** One attachment as JSON; an attached mail has its `item` only where `$expand` asks for it. */
export function showAttachment(
  call: MailboxCall,
  message: Message,
  part: AttachedPart,
  index: number,
): Record<string, unknown> {
  const select = readSelect(call.query);
  const whole: Record<string, unknown> = {
    lastModifiedDateTime: instant(message.createdAt),
    name: part.name ?? (part.isMessage ? 'Untitled' : `attachment-${index + 1}`),
    contentType: part.isMessage ? null : part.contentType,
    size: part.content.byteLength,
    isInline: part.isInline,
  };
  if (!part.isMessage) {
    whole.contentId = part.contentId ?? null;
    whole.contentLocation = null;
    whole.contentBytes = part.content.toString('base64');
  }
  const shown = Object.entries(whole).filter(([name]) => select === undefined || select.has(name));
  return {
    '@odata.type': `#microsoft.graph.${part.isMessage ? 'itemAttachment' : 'fileAttachment'}`,
    id: attachmentId(idOf(call, message), index),
    ...Object.fromEntries(shown),
  };
}

function attachmentId(messageId: string, index: number): string {
  return `${messageId.replace(/=+$/, '')}BEgAQA${String(index).padStart(4, '0')}`;
}
