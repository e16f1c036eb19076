/**
 * The message class that a server gives to mail arriving from outside, by its MIME type, and the headers it keeps as named properties
 * (MS-OXCMAIL 2.2.3, MS-OXOSMIME 2.1, MS-OXPROPS PidNameContentType).
 */
import type { ExtendedValue } from './folder.ts';
import { findHeader, type RawHeader } from './headers.ts';

const INTERNET_HEADERS = '00020386-0000-0000-c000-000000000046';
const KEPT_HEADERS = ['Content-Type', 'Content-Class'];

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

/** Headers by which a client may tell the kind of a mail, as properties of the set PS_INTERNET_HEADERS. */
export function headerProperties(headers: readonly RawHeader[]): Map<string, ExtendedValue> {
  const kept = new Map<string, ExtendedValue>();
  for (const name of KEPT_HEADERS) {
    const value = findHeader(headers, name);
    if (value === undefined) continue;
    const attributes = {
      DistinguishedPropertySetId: 'InternetHeaders',
      PropertyName: name,
      PropertyType: 'String',
    };
    kept.set(`${INTERNET_HEADERS}/${name.toLowerCase()}/String`, {
      attributes,
      values: [value],
      isMany: false,
    });
  }
  return kept;
}
