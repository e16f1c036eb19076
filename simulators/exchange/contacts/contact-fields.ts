/**
 * Which properties of a contact may be written: texts, lists, and dictionaries as a whole or by one entry.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/contact
 */
import { ServiceError, schemaViolation } from '../errors.ts';
import type { Item } from '../folder.ts';
import { type FieldRule, type FieldWriter, readStrings } from '../item-fields.ts';
import type { XmlNode } from '../xml-tree.ts';
import type { ContactContent, ContactEntry, DictionaryName } from './contact.ts';

/** Texts by element, in no order. `Birthday` and `WeddingAnniversary` are dates with a time. */
const TEXTS =
  `FileAs FileAsMapping DisplayName GivenName Initials MiddleName Nickname CompanyName AssistantName Birthday
  BusinessHomePage Department Generation JobTitle Manager Mileage OfficeLocation PostalAddressIndex Profession
  SpouseName Surname WeddingAnniversary`.split(/\s+/);
const LISTS = ['Children', 'Companies'];
const DATES = new Set(['Birthday', 'WeddingAnniversary']);

const KEYS: Record<DictionaryName, readonly string[]> = {
  EmailAddresses: ['EmailAddress1', 'EmailAddress2', 'EmailAddress3'],
  PhysicalAddresses: ['Home', 'Business', 'Other'],
  ImAddresses: ['ImAddress1', 'ImAddress2', 'ImAddress3'],
  PhoneNumbers:
    `AssistantPhone BusinessFax BusinessPhone BusinessPhone2 Callback CarPhone CompanyMainPhone HomeFax HomePhone
    HomePhone2 Isdn MobilePhone OtherFax OtherTelephone Pager PrimaryPhone RadioPhone Telex TtyTddPhone`.split(
      /\s+/,
    ),
};
export const ADDRESS_PARTS = ['Street', 'City', 'State', 'CountryOrRegion', 'PostalCode'];

/** Indexed URIs and the dictionary each reaches into. */
export const INDEXED: Readonly<Record<string, DictionaryName>> = {
  'contacts:EmailAddress': 'EmailAddresses',
  'contacts:PhoneNumber': 'PhoneNumbers',
  'contacts:ImAddress': 'ImAddresses',
  ...Object.fromEntries(
    ADDRESS_PARTS.map((part) => [`contacts:PhysicalAddress:${part}`, 'PhysicalAddresses' as const]),
  ),
};

function onContact(change: (contact: ContactContent, node: XmlNode) => Partial<ContactContent>): FieldWriter {
  return (draft, node) => {
    if (draft.contact === undefined) throw new ServiceError('ErrorInvalidPropertySet');
    draft.contact = { ...draft.contact, ...change(draft.contact, node) };
  };
}

function without<Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

function textRule(name: string): FieldRule {
  return {
    set: onContact((contact, node) => {
      const text = node.text.trim();
      if (DATES.has(name) && Number.isNaN(Date.parse(text)))
        throw schemaViolation(`The '${name}' element is invalid.`);
      // A name to file under that was given ends the composing of one.
      const kept = name === 'FileAsMapping' ? without(contact.texts, 'FileAs') : contact.texts;
      return { texts: { ...kept, [name]: text } };
    }),
    delete: onContact((contact) => ({ texts: without(contact.texts, name) })),
  };
}

function listRule(name: string): FieldRule {
  return {
    set: onContact((contact, node) => ({ lists: { ...contact.lists, [name]: readStrings(node) } })),
    delete: onContact((contact) => ({ lists: without(contact.lists, name) })),
  };
}

function readEntry(node: XmlNode): ContactEntry {
  const parts = Object.fromEntries(node.children.map((part) => [part.name, part.text]));
  return { text: node.children.length === 0 ? node.text.trim() : '', parts };
}

function readEntries(name: DictionaryName, node: XmlNode): [string, ContactEntry][] {
  return node.children.map((entry) => {
    const key = entry.attributes.Key ?? '';
    if (!KEYS[name].includes(key))
      throw schemaViolation(`The 'Key' attribute is invalid - The value '${key}' is not allowed.`);
    return [key, readEntry(entry)];
  });
}

function dictionaryRule(name: DictionaryName): FieldRule {
  return {
    // What is not named stays: Exchange takes a dictionary entry by entry.
    set: onContact((contact, node) => ({
      entries: {
        ...contact.entries,
        [name]: withoutEmpty(new Map([...(contact.entries[name] ?? []), ...readEntries(name, node)])),
      },
    })),
    delete: onContact((contact) => ({ entries: { ...contact.entries, [name]: new Map() } })),
  };
}

function withoutEmpty(entries: Map<string, ContactEntry>): Map<string, ContactEntry> {
  return new Map([...entries].filter(([, { text, parts }]) => text !== '' || Object.keys(parts).length > 0));
}

/** Writes (or, with no value, deletes) one entry of a dictionary, or one part of a postal address; false for another URI. */
export function writeContactIndexed(
  draft: Item,
  uri: string,
  key: string,
  value: XmlNode | undefined,
): boolean {
  const name = INDEXED[uri];
  if (name === undefined || draft.contact === undefined) return false;
  const isMail = value !== undefined;
  const given = isMail ? readEntries(name, value) : [];
  if (isMail && (value.name !== name || given.length !== 1 || given[0]?.[0] !== key))
    throw new ServiceError('ErrorUpdatePropertyMismatch');
  const entries = new Map(draft.contact.entries[name]);
  const old = entries.get(key);
  const entry = given[0]?.[1];
  if (name !== 'PhysicalAddresses') {
    if (entry === undefined) entries.delete(key);
    else entries.set(key, entry);
  } else {
    const part = uri.split(':').at(-1) ?? '';
    const parts = { ...without(old?.parts ?? {}, part), ...entry?.parts };
    entries.set(key, { text: '', parts });
  }
  draft.contact = { ...draft.contact, entries: { ...draft.contact.entries, [name]: withoutEmpty(entries) } };
  return true;
}

/** Rules by field URI. */
export const CONTACT_FIELDS: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  ...TEXTS.map((name): [string, FieldRule] => [`contacts:${name}`, textRule(name)]),
  ...LISTS.map((name): [string, FieldRule] => [`contacts:${name}`, listRule(name)]),
  ...(Object.keys(KEYS) as DictionaryName[]).map((name): [string, FieldRule] => [
    `contacts:${name}`,
    dictionaryRule(name),
  ]),
]);
