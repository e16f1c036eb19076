/**
 * The vCards of the shared corpus, versions 2.1 to 4.0, as persons of an address book. Read line by line, as clients do that take in whatever they are
 * given: what is no property is passed over.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';

const CARDS = '../shared/corpus/vcf';

export interface CorpusCard {
  readonly firstName: string;
  readonly lastName: string;
  readonly addresses: readonly string[];
  readonly phone: string;
  readonly mobile: string;
  readonly company: string;
  readonly title: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
  /** A date, or ''. */
  readonly birthday: string;
  readonly notes: string;
}

/** All cards, in the order of their files' names; `files` counts these. */
export function readCards(): { readonly files: number; readonly cards: readonly CorpusCard[] } {
  const files = readdirSync(CARDS).filter((name) => name.endsWith('.vcf'));
  const cards = files.toSorted().flatMap((file) => {
    const text = textOf(readFileSync(join(CARDS, file)));
    const bodies = text.match(/^[ \t]*BEGIN:VCARD[\s\S]*?^[ \t]*END:VCARD/gim) ?? [];
    return bodies.map((body) => cardOf(propertiesIn(body)));
  });
  return { files: files.length, cards };
}

/** UTF-8 where it is that, else Latin-1; soft line breaks of quoted-printable and folded lines joined. */
function textOf(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder('latin1').decode(bytes);
  }
  return text.replace(/=\r?\n/g, '').replace(/\r?\n[ \t]/g, '');
}

function propertiesIn(body: string): readonly ICAL.Property[] {
  return body.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon < 1) return [];
    const [name = '', ...parameters] = line.slice(0, colon).split(';');
    const isQuoted = parameters.some((one) => /^(ENCODING=)?QUOTED-PRINTABLE$/i.test(one));
    const value = isQuoted ? fromQuoted(line.slice(colon + 1)) : line.slice(colon + 1);
    const kinds = parameters.filter((one) => /^(TYPE=)?(CELL|HOME|WORK)$/i.test(one));
    const typed = kinds.map((one) => `;TYPE=${one.replace(/^TYPE=/i, '')}`).join('');
    try {
      const text = `${name.replace(/^[^.]*\./, '').trim()}${typed}:${value}`;
      const property = ICAL.Property.fromString(text, ICAL.design.vcard3);
      // Reads the values, which is where nonsense shows.
      return property.getValues().length === 0 ? [] : [property];
    } catch {
      return [];
    }
  });
}

function fromQuoted(value: string): string {
  const bytes = value.replace(/=([0-9A-F]{2})/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  const decoded = Buffer.from(bytes, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? bytes : decoded.replace(/\r?\n/g, '\\n');
}

function cardOf(properties: readonly ICAL.Property[]): CorpusCard {
  const all = (name: string) => properties.filter((one) => one.name === name);
  const parts = (name: string): readonly string[] => {
    const [property] = all(name);
    if (property === undefined) return [];
    const value = property.getFirstValue();
    return (Array.isArray(value) ? value.flat() : property.getValues()).map((one) =>
      String(one ?? '').trim(),
    );
  };
  const text = (name: string) => parts(name)[0] ?? '';
  const kind = (property: ICAL.Property) => String(property.getParameter('type') ?? '').toLowerCase();
  const phones = all('tel').map((one) => ({
    isMobile: kind(one) === 'cell',
    number: String(one.getFirstValue()),
  }));
  const [lastName = '', firstName = ''] = parts('n');
  const [, , street = '', city = '', , postalCode = '', country = ''] = parts('adr');
  const birthday = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text('bday'));
  return {
    firstName,
    lastName: lastName || (firstName === '' ? text('fn') || text('org') : ''),
    addresses: [
      ...new Set(all('email').map((one) => String(one.getFirstValue()).trim().toLowerCase())),
    ].slice(0, 3),
    phone: phones.find(({ isMobile }) => !isMobile)?.number ?? '',
    mobile: phones.find(({ isMobile }) => isMobile)?.number ?? '',
    company: text('org'),
    title: text('title'),
    street,
    city,
    postalCode,
    country,
    birthday: birthday === null ? '' : birthday.slice(1, 4).join('-'),
    notes: text('note'),
  };
}
