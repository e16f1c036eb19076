/**
 * Mail whose every part carries markers, for some people's mailboxes, and the contacts that make it eligible. Some of it is skipped, some has no
 * Message-ID, some has files: every path of a run is walked.
 */
import type { Colleague, Customer } from '../cast.ts';
import { companyRecords } from '../company-records.ts';
import { deliverTo, makeFolder } from '../deliver.ts';
import type { Services } from '../simulated-services.ts';
import type { Markers } from './markers.ts';

const MINUTE = 60_000;
const CONTACTS = 20;

/** Contacts and accounts with marked names, addresses and domains. */
export function plantContacts(services: Services, markers: Markers): readonly Customer[] {
  const customers = Array.from(
    { length: CONTACTS },
    (_, at): Customer => ({
      firstName: 'Marked',
      lastName: markers.plant('contact-name'),
      address: `${markers.plant('local-part')}@${at % 2 === 0 ? markers.plant('domain') : 'customer'}.test`,
      kind: at % 3 === 0 ? 'lead' : 'contact',
      company: markers.plant('account-name'),
    }),
  );
  companyRecords(services.salesforce, customers);
  return customers;
}

/** Delivers `count` marked mails to a mailbox, and makes a folder with a marked name for some of them. */
export function plantMail(
  services: Services,
  markers: Markers,
  owner: Colleague,
  customers: readonly Customer[],
  count: number,
): void {
  const folder = `Inbox/${markers.plant('folder-name')}`;
  for (const path of [folder, 'Salesforce Emails']) makeFolder(services, owner, path);
  const places = ['inbox', 'sentitems', 'inbox', folder, 'Salesforce Emails'];
  for (let at = 0; at < count; at += 1) {
    const place = places[at % places.length] ?? 'inbox';
    const customer = at % 6 === 5 ? null : (customers[at % customers.length] ?? null);
    const raw = render(markers, owner, customer, at, place === 'sentitems');
    deliverTo(services, owner, {
      folder: place,
      raw,
      receivedAt: Date.now() - (count - at) * MINUTE,
      ...(at % 13 === 0 ? { sensitivity: 'Private' as const } : {}),
    });
  }
}

function render(
  markers: Markers,
  owner: Colleague,
  customer: Customer | null,
  at: number,
  isSent: boolean,
): Buffer {
  const outside = customer?.address ?? `${markers.plant('local-part')}@${markers.plant('domain')}.test`;
  const partner = `"${markers.plant('display-name')}" <${outside}>`;
  const self = `"${markers.plant('display-name')}" <${owner.address}>`;
  const [from, to] = isSent ? [self, partner] : [partner, self];
  const copy = `${markers.plant('display-name')} <${markers.plant('local-part')}@copy.test>`;
  const repeat = (text: string) =>
    Array.from({ length: 8 }, (_, line) => `${'.'.repeat(line)}${text}`).join('\r\n');
  const identified = at % 7 !== 6;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Cc: ${copy}`,
    `Subject: ${markers.plant('subject')} =?utf-8?Q?gr=C3=BC=C3=9Fe?=`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    ...(identified ? [`Message-ID: <${markers.plant('message-id')}.${at}@mail.customer.test>`] : []),
    `References: <${markers.plant('message-id')}@earlier.test>`,
    `X-Marked: ${markers.plant('header')}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="mixed"',
    '',
    '--mixed',
    'Content-Type: multipart/alternative; boundary="alternative"',
    '',
    '--alternative',
    'Content-Type: text/plain; charset=utf-8',
    '',
    repeat(markers.plant('text-body')),
    '--alternative',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<p>${repeat(markers.plant('html-body'))}</p>`,
    '--alternative--',
    ...(at % 3 === 0 ? attachment(markers) : []),
    '--mixed--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'utf8');
}

function attachment(markers: Markers): readonly string[] {
  const bytes = Buffer.from(`${markers.plant('attachment-bytes')} `.repeat(200));
  return [
    '--mixed',
    'Content-Type: application/octet-stream',
    `Content-Disposition: attachment; filename="${markers.plant('attachment-name')}.bin"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
  ];
}
