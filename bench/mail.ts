/**
 * Mail and contacts for the benches, made from a seed: plain business letters of about three kilobytes with Message-IDs as long as real ones.
 * It knows nothing of the product nor of what is measured.
 */
import { createRandom } from '../simulators/shared/random.ts';

/**
 * `all`: every mail is with one of 300 contacts. `mix`: one in five is, the rest is with strangers of whom Salesforce knows nothing.
 * `files`: as `all`, and one in ten carries a file of 20 kB.
 */
export type MailKind = 'all' | 'mix' | 'files';

export interface BenchMail {
  readonly folder: 'inbox' | 'sentitems';
  readonly raw: Uint8Array;
  readonly receivedAt: number;
}

export const CONTACTS = 300;
const COMPANIES = 60;
const STRANGERS = 3_000;
const FILE_BYTES = 20_000;
const HOUR = 3_600_000;
/** Everything lies inside the default history window of six days. */
const SPAN_MS = 120 * HOUR;

export function contactAddress(at: number): string {
  return `contact${at}.person@company-${at % COMPANIES}.test`;
}

/** Contacts for the simulated Salesforce; the rest of a record is the sandbox's business. */
export function benchContacts(): readonly { address: string; lastName: string; company: string }[] {
  return Array.from({ length: CONTACTS }, (_, at) => ({
    address: contactAddress(at),
    lastName: `Person ${at}`,
    company: `Company ${at % COMPANIES}`,
  }));
}

/** `count` mails of the last five days, oldest first; two thirds received, one third sent. `from` numbers them, so that later ones differ. */
export function* benchMail(options: {
  readonly kind: MailKind;
  readonly count: number;
  readonly owner: string;
  readonly now: number;
  readonly seed: number;
  readonly from?: number;
}): Generator<BenchMail> {
  const random = createRandom(options.seed);
  const from = options.from ?? 0;
  for (let at = from; at < from + options.count; at += 1) {
    const receivedAt = Math.floor(options.now - SPAN_MS + ((at - from + 1) / (options.count + 1)) * SPAN_MS);
    const isKnown = options.kind !== 'mix' || at % 5 === 0;
    const partner = isKnown
      ? contactAddress(Math.floor(random.next() * CONTACTS))
      : `stranger${Math.floor(random.next() * STRANGERS)}.somebody@elsewhere-${at % 700}.test`;
    const isSent = at % 3 === 2;
    const [sender, recipient] = isSent ? [options.owner, partner] : [partner, options.owner];
    const hasFile = options.kind === 'files' && at % 10 === 0;
    const raw = render({ at, sender, recipient, receivedAt, hasFile, random });
    yield { folder: isSent ? 'sentitems' : 'inbox', raw, receivedAt };
  }
}

interface Letter {
  readonly at: number;
  readonly sender: string;
  readonly recipient: string;
  readonly receivedAt: number;
  readonly hasFile: boolean;
  readonly random: { next(): number };
}

const SENTENCE =
  'Thank you for the time today; as agreed I send you what we spoke about and what follows from it. ';

function render(letter: Letter): Buffer {
  const { at, hasFile, random } = letter;
  const word = () =>
    Math.floor(random.next() * 2 ** 52)
      .toString(16)
      .padStart(13, '0');
  const text = `Dear reader,\r\n\r\n${SENTENCE.repeat(10)}\r\n\r\nNumber ${at}\r\n`;
  const html = `<html><body><p>Dear reader,</p><p>${SENTENCE.repeat(10)}</p><p>Number ${at}</p></body></html>\r\n`;
  const body = [
    '--alternative',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '--alternative',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    '--alternative--',
  ].join('\r\n');
  const alternative = 'multipart/alternative; boundary="alternative"';
  const head = [
    `From: <${letter.sender}>`,
    `To: <${letter.recipient}>`,
    `Subject: Letter number ${at}`,
    `Date: ${new Date(letter.receivedAt).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${word()}${word()}.${at}@mail-${word().slice(0, 6)}.outbound.company.test>`,
    'MIME-Version: 1.0',
  ];
  const parts = hasFile
    ? ['Content-Type: multipart/mixed; boundary="mixed"', '', ...filed(at, alternative, body)]
    : [`Content-Type: ${alternative}`, '', body];
  return Buffer.from([...head, ...parts, ''].join('\r\n'), 'latin1');
}

function filed(at: number, alternative: string, body: string): readonly string[] {
  const bytes = Buffer.alloc(FILE_BYTES, `file ${at} `);
  return [
    '--mixed',
    `Content-Type: ${alternative}`,
    '',
    body,
    '--mixed',
    `Content-Type: application/octet-stream; name="drawing-${at}.bin"`,
    `Content-Disposition: attachment; filename="drawing-${at}.bin"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--mixed--',
  ];
}
