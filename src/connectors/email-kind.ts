/**
 * What sort of message an item of Exchange is, asked by EWS or by Graph: both tell its message class and its mail headers. Pure; it knows neither
 * protocol.
 */
import type { EmailKind } from '../model/email.ts';

export interface KindInput {
  readonly itemClass: string;
  /** Values of the mail's own headers, `''` when not known. */
  readonly contentType: string;
  readonly contentClass: string;
  readonly isDraft: boolean;
  /** Local name of the item's element in EWS: `Message`, `MeetingRequest` and so on. */
  readonly element: string;
}

/**
 * What sort of message an item is, by its class first and by its MIME type where the class does not tell.
 * @see https://learn.microsoft.com/office/vba/outlook/concepts/forms/item-types-and-message-classes
 */
export function emailKind(input: KindInput): EmailKind {
  const itemClass = input.itemClass.toLowerCase();
  const type = input.contentType.toLowerCase();
  const is = (name: string): boolean => itemClass === name || itemClass.startsWith(`${name}.`);
  if (is('ipm.schedule') || is('ipm.notification.meeting')) return 'meeting';
  if (/^(MeetingMessage|MeetingRequest|MeetingResponse|MeetingCancellation)$/.test(input.element))
    return 'meeting';
  if (is('report') || is('ipm.report') || is('ipm.recall') || is('ipm.outlook.recall')) return 'report';
  // Automatic replies: written by a rule, not by a person.
  if (is('ipm.note.rules')) return 'report';
  if (itemClass !== '' && !is('ipm.note')) return 'other';
  if (itemClass === '' && input.element !== 'Message') return 'other';
  if (input.isDraft) return 'draft';
  if (
    /^multipart\/report\b/.test(type) ||
    /^message\/(delivery-status|disposition-notification)\b/.test(type)
  )
    return 'report';
  if (/^text\/calendar\b/.test(type)) return 'meeting';
  return isEncrypted(itemClass, type, input.contentClass.toLowerCase()) ? 'encrypted' : 'mail';
}

/** Signed mail is readable and counts as mail; see docs/remote-services/exchange.md#smime. */
function isEncrypted(itemClass: string, type: string, contentClass: string): boolean {
  if (contentClass.startsWith('rpmsg.message')) return true;
  if (/^multipart\/encrypted\b/.test(type)) return true;
  if (/^multipart\/signed\b/.test(type) || itemClass.endsWith('.multipartsigned')) return false;
  const opaque = /^application\/(x-)?pkcs7-mime\b/.test(type);
  const smime = itemClass.startsWith('ipm.note.smime') || itemClass === 'ipm.note.secure';
  if (!opaque && !smime) return false;
  return !/smime-type\s*=\s*"?signed-data/.test(type);
}
