/**
 * Mails for simulated worlds: small, each with a mark of its own in subject, body and file names, by which it is found again in
 * Salesforce, and must never be found in the database.
 */
import type { Sensitivity } from './history.ts';

/** Stands in everything that is content. Nothing in the product holds this word. */
export const CONTENT_WORD = 'zqmark';
export const CUSTOMER_DOMAIN = 'zqcustomers.test';
export const BLOCKED_DOMAIN = 'zqblocked.test';
export const COMPANY_DOMAIN = 'contoso.test';
/** In a subject: Salesforce refuses the record. */
export const REFUSED_WORD = 'refusable';

const INVITATION = [
  'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
  '',
  ...[
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTART:20260105T100000Z',
  ],
  ...['END:VEVENT', 'END:VCALENDAR'],
];

export interface Letter {
  /** `zqmark-17-`: stands in the subject and in no other mail's subject. */
  readonly mark: string;
  readonly hasMessageId: boolean;
  readonly from: string;
  readonly to: readonly string[];
  /** File names without extension. */
  readonly files: readonly string[];
  readonly refused: boolean;
  readonly sentAt: number;
}

/** What a mail says of itself where the service keeps nothing beside it. */
export interface Manner {
  readonly sensitivity: Sensitivity;
  /** False: an invitation. */
  readonly isMail: boolean;
}

export function renderLetter(letter: Letter, manner?: Manner): Uint8Array {
  const { mark } = letter;
  const head = [
    ...(letter.hasMessageId ? [`Message-ID: <${mark}@mail.test>`] : []),
    `Date: ${new Date(letter.sentAt).toUTCString().replace('GMT', '+0000')}`,
    `From: <${letter.from}>`,
    `To: ${letter.to.map((address) => `<${address}>`).join(', ')}`,
    `Subject: ${mark} ${letter.refused ? REFUSED_WORD : 'offer'}`,
    'MIME-Version: 1.0',
    ...(manner === undefined || manner.sensitivity === 'Normal' ? [] : [sensitivityLine(manner.sensitivity)]),
  ];
  if (manner?.isMail === false) return encode([...head, ...INVITATION]);
  const text = ['Content-Type: text/plain; charset=utf-8', '', `Dear customer, ${mark} is about the offer.`];
  if (letter.files.length === 0) return encode([...head, ...text]);
  const parts = letter.files.flatMap((name) => [
    '--part',
    `Content-Type: application/octet-stream; name="${name}.bin"`,
    `Content-Disposition: attachment; filename="${name}.bin"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`bytes of ${name}`).toString('base64'),
  ]);
  return encode([
    ...head,
    'Content-Type: multipart/mixed; boundary="part"',
    '',
    '--part',
    ...text,
    ...parts,
    '--part--',
  ]);
}

function encode(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
}

/** https://www.rfc-editor.org/rfc/rfc2156#section-5.3.4: one of the three is named otherwise than in Outlook. */
function sensitivityLine(sensitivity: Sensitivity): string {
  return `Sensitivity: ${sensitivity === 'Confidential' ? 'Company-Confidential' : sensitivity}`;
}
