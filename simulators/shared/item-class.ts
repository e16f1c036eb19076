/**
 * The message class that a server gives to mail arriving from outside, by its MIME type (MS-OXCMAIL 2.2.3, MS-OXOSMIME 2.1).
 */
import { findHeader, type RawHeader } from './headers.ts';

/** How far into a mail a calendar part is looked for. */
const SEARCHED_BYTES = 65_536;

/** `IPM.Note`, or what reports, secured mail and meeting mail become. Invitations mostly come as one part of several. */
export function arrivingItemClass(headers: readonly RawHeader[], raw: Uint8Array): string {
  const type = (findHeader(headers, 'content-type') ?? '').toLowerCase();
  const parameter = (name: string) =>
    new RegExp(`;\\s*${name}\\s*=\\s*"?([^";]+)`).exec(type)?.[1]?.trim() ?? '';
  if (type.startsWith('multipart/report')) {
    const report = parameter('report-type');
    if (report === 'delivery-status') return 'REPORT.IPM.Note.NDR';
    if (report === 'disposition-notification') return 'REPORT.IPM.Note.IPNRN';
  }
  if (/^application\/(x-)?pkcs7-mime/.test(type)) return 'IPM.Note.SMIME';
  if (type.startsWith('multipart/signed') && /pkcs7-signature/.test(parameter('protocol'))) {
    return 'IPM.Note.SMIME.MultipartSigned';
  }
  if (type.startsWith('text/calendar')) return meetingClass(parameter('method'));
  return /^multipart\/(mixed|alternative|related)/.test(type)
    ? meetingClass(calendarMethod(raw))
    : 'IPM.Note';
}

/** The method of the first calendar part; empty when there is none. */
function calendarMethod({ buffer, byteOffset, byteLength }: Uint8Array): string {
  const start = Buffer.from(buffer, byteOffset, Math.min(byteLength, SEARCHED_BYTES)).toString('latin1');
  const pattern = /^content-type:\s*text\/calendar\b(?:[^\r\n]|\r?\n[ \t])*?method\s*=\s*"?([a-z]+)/im;
  return pattern.exec(start)?.[1]?.toLowerCase() ?? '';
}

function meetingClass(method: string): string {
  if (method === 'request') return 'IPM.Schedule.Meeting.Request';
  if (method === 'cancel') return 'IPM.Schedule.Meeting.Canceled';
  if (method === 'reply') return 'IPM.Schedule.Meeting.Resp.Pos';
  return 'IPM.Note';
}
