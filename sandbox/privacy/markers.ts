/**
 * Markers for the privacy check: unmistakable texts to be planted in content, and the byte patterns that each would leave in any of the common
 * encodings. All markers of a check begin with one signature, so that one search finds them all and the rest tells which it was.
 */
import { randomBytes } from 'node:crypto';

/** Where a marker was planted. */
export const MARKED = [
  'subject',
  'text-body',
  'html-body',
  'header',
  'message-id',
  'display-name',
  'local-part',
  'domain',
  'attachment-name',
  'attachment-bytes',
  'folder-name',
  'contact-name',
  'account-name',
  'mailbox-password',
  'client-secret',
  'vendor-error',
  'event-subject',
  'event-body',
  'location',
  'attendee-name',
  'attendee-address',
  'contact-field',
  'task-subject',
  'task-notes',
  'record-text',
] as const;
export type Marked = (typeof MARKED)[number];

export interface Markers {
  readonly signature: string;
  /** A new text for this place: signature, place, serial. Lower-case letters and digits, so that it may stand in an address. */
  plant(place: Marked): string;
  readonly planted: number;
  /** Which place a text that begins behind the signature belongs to; null when it is cut off. */
  placeOf(afterSignature: string): Marked | null;
}

const CODE = /^x([a-z])(\d+)z/;

/** Markers of one check. The signature is drawn anew each time, so that an earlier check's remains are never taken for this one's. */
export function createMarkers(): Markers {
  const signature = `q${randomBytes(12)
    .toString('hex')
    .replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)] ?? 'g')}`;
  let planted = 0;
  return {
    signature,
    plant(place) {
      planted += 1;
      return `${signature}x${letterOf(place)}${planted}z`;
    },
    get planted() {
      return planted;
    },
    placeOf(text) {
      const letter = CODE.exec(text.toLowerCase())?.[1];
      return letter === undefined ? null : (MARKED[letter.charCodeAt(0) - 97] ?? null);
    },
  };
}

function letterOf(place: Marked): string {
  return String.fromCharCode(97 + MARKED.indexOf(place));
}

/** A pattern of bytes, and what it stands for. */
export interface Form {
  /** `signature` or what secret it is, such as `refresh-token`. */
  readonly of: string;
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** All forms of a text. Base64 appears in three alignments, of which only the characters that neighbours cannot change are kept. */
export function formsOf(of: string, text: string): readonly Form[] {
  const plain = Buffer.from(text, 'utf8');
  const wide = Buffer.from(text, 'utf16le');
  const ascii = (encoding: string, form: string): Form => ({
    of,
    encoding,
    bytes: Buffer.from(form, 'latin1'),
  });
  const perByte = (write: (hex: string) => string) =>
    [...plain].map((byte) => write(byte.toString(16).padStart(2, '0'))).join('');
  const forms: Form[] = [
    { of, encoding: 'plain', bytes: plain },
    { of, encoding: 'upper case', bytes: Buffer.from(text.toUpperCase(), 'utf8') },
    { of, encoding: 'utf-16le', bytes: wide },
    { of, encoding: 'utf-16be', bytes: Buffer.from(wide).swap16() },
    ascii('hex', plain.toString('hex')),
    ascii('hex upper case', plain.toString('hex').toUpperCase()),
    ascii('hex of utf-16le', wide.toString('hex')),
    ascii(
      'quoted-printable',
      perByte((hex) => `=${hex.toUpperCase()}`),
    ),
    ascii(
      'percent',
      perByte((hex) => `%${hex.toUpperCase()}`),
    ),
    ascii(
      'json escaped',
      perByte((hex) => `\\u00${hex}`),
    ),
  ];
  for (const offset of [0, 1, 2]) {
    forms.push(ascii(`base64 +${offset}`, alignedBase64(plain, offset)));
    forms.push(ascii(`base64 of utf-16le +${offset}`, alignedBase64(wide, offset)));
    const once = Buffer.from(alignedBase64(plain, offset), 'latin1');
    for (const again of [0, 1, 2])
      forms.push(ascii(`base64 twice +${offset}+${again}`, alignedBase64(once, again)));
  }
  const all = [...forms, ...forms.filter(isUnlikeUrlSafe).map(toUrlSafe)];
  return [...Map.groupBy(all, (form) => form.bytes.toString('latin1')).values()].flatMap((same) =>
    same.slice(0, 1),
  );
}

/**
 * The forms in which a token is likely to be left: as it is, as in an address, and in what wraps bytes. Fewer than for content, since tokens are many,
 * each form is searched for in every byte, and no mail program rewrites a token.
 */
export function tokenFormsOf(of: string, text: string): readonly Form[] {
  const wanted = /^(plain|hex|utf-16le|base64 \+\d)/;
  const inAddress = { of, encoding: 'in an address', bytes: Buffer.from(encodeURIComponent(text), 'latin1') };
  const forms = formsOf(of, text).filter(({ encoding }) => wanted.test(encoding));
  return forms.some(({ bytes }) => bytes.equals(inAddress.bytes)) ? forms : [...forms, inAddress];
}

function alignedBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const first = offset === 0 ? 0 : offset + 1;
  return text.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
}

function isUnlikeUrlSafe({ encoding, bytes }: Form): boolean {
  return encoding.startsWith('base64') && /[+/]/.test(bytes.toString('latin1'));
}

function toUrlSafe(form: Form): Form {
  const text = form.bytes.toString('latin1').replaceAll('+', '-').replaceAll('/', '_');
  return { ...form, encoding: `${form.encoding} url-safe`, bytes: Buffer.from(text, 'latin1') };
}
