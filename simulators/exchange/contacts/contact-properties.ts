/**
 * How a contact's properties are written, in the order of the schema's ContactItemType.
 */
import { cheap, type ItemProperty, type PropertySource, property } from '../properties.ts';
import { element, escapeXml, textElement } from '../xml-writer.ts';
import {
  type ContactContent,
  type ContactEntry,
  type DictionaryName,
  displayNameOf,
  fileAsOf,
  fullNameOf,
} from './contact.ts';
import { ADDRESS_PARTS, INDEXED } from './contact-fields.ts';

type Write = (contact: ContactContent, source: PropertySource) => string;

function contacts(name: string, shapes: ItemProperty['shapes'], write: Write): ItemProperty {
  const of = (source: PropertySource) => {
    const { contact } = source.item;
    return contact === undefined ? '' : write(contact, source);
  };
  return property(`contacts:${name}`, shapes, of, cheap);
}

function text(name: string, shapes: ItemProperty['shapes'] = 'all'): ItemProperty {
  return contacts(name, shapes, ({ texts }) => optional(name, texts[name]));
}

function list(name: string): ItemProperty {
  return contacts(name, 'all', ({ lists }) => {
    const values = lists[name] ?? [];
    return values.length === 0
      ? ''
      : element(`t:${name}`, {}, ...values.map((value) => textElement('t:String', value)));
  });
}

function optional(name: string, value: string | undefined): string {
  return value === undefined || value === '' ? '' : textElement(`t:${name}`, value);
}

/** A dictionary whole, or only the entries and parts that indexed paths ask for. */
function dictionary(name: DictionaryName): ItemProperty {
  return contacts(name, 'default', (contact, { shape }) => {
    const isWhole = shape.base !== 'IdOnly' || shape.fieldUris.includes(`contacts:${name}`);
    const paths = shape.indexed.filter((path) => INDEXED[path.uri] === name);
    const written: string[] = [];
    for (const [key, entry] of contact.entries[name] ?? []) {
      const asked = paths.filter((path) => path.key === key).map((path) => path.uri.split(':').at(-1) ?? '');
      if (isWhole) written.push(writeEntry(name, key, entry, ADDRESS_PARTS, contact));
      else if (asked.length > 0) written.push(writeEntry(name, key, entry, asked, contact));
    }
    return written.length === 0 ? '' : element(`t:${name}`, {}, ...written);
  });
}

function writeEntry(
  name: DictionaryName,
  key: string,
  entry: ContactEntry,
  parts: readonly string[],
  contact: ContactContent,
): string {
  if (name === 'PhysicalAddresses') {
    const shown = ADDRESS_PARTS.filter((part) => parts.includes(part));
    return element('t:Entry', { Key: key }, ...shown.map((part) => optional(part, entry.parts[part])));
  }
  if (name !== 'EmailAddresses') return element('t:Entry', { Key: key }, escapeXml(entry.text));
  const about = { Name: displayNameOf(contact), RoutingType: 'SMTP', MailboxType: 'Contact' };
  return element('t:Entry', { Key: key, ...about }, escapeXml(entry.text));
}

function completeName(contact: ContactContent): string {
  const { texts } = contact;
  const parts = [
    optional('FirstName', texts.GivenName),
    optional('MiddleName', texts.MiddleName),
    optional('LastName', texts.Surname),
    optional('Suffix', texts.Generation),
    optional('Initials', texts.Initials),
    optional('FullName', fullNameOf(contact)),
    optional('Nickname', texts.Nickname),
  ].join('');
  return parts === '' ? '' : element('t:CompleteName', {}, parts);
}

/** In the order of the schema. */
export const CONTACT_PROPERTIES: readonly ItemProperty[] = [
  contacts('FileAs', 'find', (contact) => optional('FileAs', fileAsOf(contact))),
  contacts('FileAsMapping', 'all', ({ texts }) =>
    textElement(
      't:FileAsMapping',
      texts.FileAs === undefined ? (texts.FileAsMapping ?? 'LastCommaFirst') : 'None',
    ),
  ),
  contacts('DisplayName', 'find', (contact) => optional('DisplayName', displayNameOf(contact))),
  text('GivenName', 'find'),
  text('Initials'),
  text('MiddleName'),
  text('Nickname'),
  contacts('CompleteName', 'default', completeName),
  text('CompanyName', 'find'),
  dictionary('EmailAddresses'),
  dictionary('PhysicalAddresses'),
  dictionary('PhoneNumbers'),
  text('AssistantName'),
  text('Birthday'),
  text('BusinessHomePage'),
  list('Children'),
  list('Companies'),
  contacts('ContactSource', 'none', () => textElement('t:ContactSource', 'Store')),
  text('Department'),
  text('Generation'),
  dictionary('ImAddresses'),
  text('JobTitle', 'find'),
  text('Manager'),
  text('Mileage'),
  text('OfficeLocation'),
  text('PostalAddressIndex'),
  text('Profession'),
  text('SpouseName'),
  text('Surname', 'find'),
  text('WeddingAnniversary'),
  contacts('HasPicture', 'none', () => textElement('t:HasPicture', false)),
  contacts('Notes', 'none', (_contact, { item }) => optional('Notes', item.body?.content)),
];
