/**
 * From Graph's contact to a contact in our words, and from fields to what is written, pure. Lists (addresses, telephones) hold more than one field: what
 * comes after the first stays. Vendor page: docs/remote-services/office365.md#contacts.
 */
import { canonicalLine, canonicalText } from '../../../model/canonical.ts';
import type { FieldName, FieldSpecs, Fields } from '../../../model/collection.ts';
import type { Sensitivity } from '../../../model/email.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ContactItem } from '../../../model/mailbox-item.ts';
import { categoriesOf, instantOf, type Json, readPerson, versionOf } from '../message.ts';
import { textOf } from './body-text.ts';
import { FAX, propertyOf, SENSITIVITY, stampOf } from './stamps.ts';
import { isDate } from './zones.ts';

const free = { lengthMax: null, writable: true } as const;

export const contactFields: FieldSpecs = {
  ...{ firstName: free, lastName: free, email: free, phone: free, mobile: free, homePhone: free, fax: free },
  ...{ title: free, department: free, company: free, street: free, city: free, state: free },
  ...{ postalCode: free, country: free, birthday: free, notes: free },
};

/** Fields that are one text of the contact. */
const TEXTS: Readonly<Partial<Record<FieldName, string>>> = {
  firstName: 'givenName',
  lastName: 'surname',
  mobile: 'mobilePhone',
  title: 'jobTitle',
  department: 'department',
  company: 'companyName',
};
/** Fields that are a part of the business address. */
const PARTS: Readonly<Partial<Record<FieldName, string>>> = {
  street: 'street',
  city: 'city',
  state: 'state',
  postalCode: 'postalCode',
  country: 'countryOrRegion',
};
/** Fields that are the first of a list of telephones. */
const LISTS: Readonly<Partial<Record<FieldName, string>>> = {
  phone: 'businessPhones',
  homePhone: 'homePhones',
};

export const contactSelect = `$select=${[
  ...['id', 'changeKey', 'parentFolderId', 'lastModifiedDateTime', 'categories'],
  ...[
    'displayName',
    'fileAs',
    'middleName',
    'emailAddresses',
    'businessAddress',
    'birthday',
    'personalNotes',
  ],
  ...Object.values(TEXTS),
  ...Object.values(LISTS),
].join(',')}`;

/** By the number that Exchange keeps. */
const SENSITIVITIES: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential'];

/** The contact; null where it has no id. */
export function contactItem(contact: Json, isInSalesforceFolder: boolean): ContactItem | null {
  if (typeof contact.id !== 'string') return null;
  return {
    collection: 'contacts',
    itemId: contact.id as ItemId,
    version: versionOf(contact),
    modifiedAt: instantOf(contact.lastModifiedDateTime),
    fields: readFields(contact),
    sensitivity: SENSITIVITIES[Number(propertyOf(contact, SENSITIVITY) ?? 0)] ?? 'normal',
    categories: categoriesOf(contact),
    stamp: stampOf(contact),
    isInSalesforceFolder,
    addresses: addressesOf(contact),
  };
}

function readFields(contact: Json): Fields {
  const fields: Partial<Record<FieldName, string>> = {};
  for (const [field, name] of pairsOf(TEXTS)) fields[field] = canonicalLine(textOf(contact[name]));
  const address = (contact.businessAddress ?? {}) as Json;
  for (const [field, name] of pairsOf(PARTS)) {
    const text = textOf(address[name]);
    fields[field] = field === 'street' ? canonicalText(text) : canonicalLine(text);
  }
  for (const [field, name] of pairsOf(LISTS)) fields[field] = canonicalLine(listOf(contact[name])[0]);
  const birthday = textOf(contact.birthday).slice(0, 10);
  return {
    ...fields,
    email: addressesOf(contact)[0] ?? '',
    fax: canonicalLine(propertyOf(contact, FAX)),
    birthday: instantOf(contact.birthday) !== null && isDate(birthday) ? birthday : '',
    notes: canonicalText(textOf(contact.personalNotes)),
  };
}

/** Addresses of mail alone: a contact taken over from the directory may have a path in its place. */
function addressesOf({ emailAddresses }: Json): readonly string[] {
  const given = Array.isArray(emailAddresses) ? emailAddresses : [];
  const read = given.flatMap((each: unknown) => readPerson({ emailAddress: each })?.address ?? []);
  return [...new Set(read)];
}

function pairsOf(names: Readonly<Partial<Record<FieldName, string>>>) {
  return Object.entries(names) as readonly (readonly [FieldName, string])[];
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : []).filter((each): each is string => typeof each === 'string');
}

/** What a PATCH or POST says of changed fields; lists and the address are written whole, over what stands. */
export function writeContact(fields: Fields, current: Json | null): Json {
  const written: Record<string, unknown> = {};
  for (const [field, name] of pairsOf(TEXTS)) if (fields[field] !== undefined) written[name] = fields[field];
  for (const [field, name] of pairsOf(LISTS))
    if (fields[field] !== undefined) written[name] = withFirst(fields[field], listOf(current?.[name]));
  if (pairsOf(PARTS).some(([field]) => fields[field] !== undefined)) {
    const before = (current?.businessAddress ?? {}) as Json;
    written.businessAddress = Object.fromEntries(
      pairsOf(PARTS).map(([field, name]) => [name, fields[field] ?? textOf(before[name])]),
    );
  }
  const { email, fax, birthday, notes } = fields;
  if (email !== undefined) written.emailAddresses = writeAddresses(email, current);
  if (fax !== undefined) written.singleValueExtendedProperties = [{ id: FAX, value: fax }];
  // Exchange keeps birthdays so: a date in every zone but the outermost.
  if (birthday !== undefined) written.birthday = isDate(birthday) ? `${birthday}T11:59:00Z` : null;
  if (notes !== undefined) written.personalNotes = notes;
  return { ...written, ...writeNames(fields, current) };
}

/** The others keep their order; an empty first is taken out, so that the next one moves up. */
function withFirst(first: string, before: readonly string[]): readonly string[] {
  const others = before.slice(1).filter((each) => canonicalLine(each) !== first);
  return first === '' ? others : [first, ...others];
}

const ADDRESSES_MAX = 3;

function writeAddresses(email: string, current: Json | null): readonly Json[] {
  const given = current?.emailAddresses;
  const before = (Array.isArray(given) ? given : []) as readonly (Json | null)[];
  const [first] = addressesOf({ emailAddresses: before });
  const others = before.filter((each) => {
    const address = readPerson({ emailAddress: each })?.address;
    return each !== null && address !== first && address !== email;
  }) as readonly Json[];
  if (email === '') return others;
  return [{ address: email, name: email }, ...others].slice(0, ADDRESSES_MAX);
}

/** Graph makes the shown names once, on creation; where they still are what the parts made, they follow the parts. */
function writeNames(fields: Fields, current: Json | null): Json {
  if (current === null || (fields.firstName === undefined && fields.lastName === undefined)) return {};
  const middle = textOf(current.middleName);
  const before = [textOf(current.givenName), middle, textOf(current.surname)] as const;
  const after = [fields.firstName ?? before[0], middle, fields.lastName ?? before[2]] as const;
  const written: Record<string, string> = {};
  if (canonicalLine(textOf(current.displayName)) === wholeName(before))
    written.displayName = wholeName(after);
  const fileAs = canonicalLine(textOf(current.fileAs));
  if (fileAs === filedName(before)) written.fileAs = filedName(after);
  else if (fileAs === wholeName(before)) written.fileAs = wholeName(after);
  return written;
}

type Names = readonly [string, string, string];

function wholeName(names: Names): string {
  return canonicalLine(names.filter((name) => name !== '').join(' '));
}

function filedName([first, middle, last]: Names): string {
  const given = canonicalLine(`${first} ${middle}`);
  return canonicalLine(last === '' || given === '' ? `${last}${given}` : `${last}, ${given}`);
}
