/**
 * The message class that a server gives to mail arriving from outside, by its MIME type (MS-OXCMAIL 2.2.3, MS-OXOSMIME 2.1).
 */
import { findHeader, type RawHeader } from '../shared/headers.ts';

/** `IPM.Note`, or what reports, secured mail and meeting mail become. */
export function arrivingItemClass(headers: readonly RawHeader[]): string {
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
  return 'IPM.Note';
}

function meetingClass(method: string): string {
  if (method === 'request') return 'IPM.Schedule.Meeting.Request';
  if (method === 'cancel') return 'IPM.Schedule.Meeting.Canceled';
  if (method === 'reply') return 'IPM.Schedule.Meeting.Resp.Pos';
  return 'IPM.Note';
}
