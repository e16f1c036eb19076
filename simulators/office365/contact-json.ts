/**
 * Contacts as Graph's JSON, and what a client's JSON says about one: names, up to three e-mail addresses, telephones, addresses.
 * https://learn.microsoft.com/graph/api/resources/contact
 */
import type { Contact, ContactFolder } from './contact-store.ts';
import { GraphError } from './errors.ts';
import { checkNames, readTexts, unreadable } from './event-body.ts';
import { pickExtended } from './extended-properties.ts';
import { idOf, type MailboxCall } from './graph-call.ts';
import type { ItemList } from './item-list.ts';
import { instant } from './message-json.ts';
import { readSelect } from './odata.ts';

type Json = Record<string, unknown>;

const TEXTS = [
  'fileAs',
  'displayName',
  'givenName',
  'initials',
  'middleName',
  'nickName',
  'surname',
  'title',
  'yomiGivenName',
  'yomiSurname',
  'yomiCompanyName',
  'generation',
  'jobTitle',
  'companyName',
  'department',
  'officeLocation',
  'profession',
  'businessHomePage',
  'assistantName',
  'manager',
  'mobilePhone',
  'spouseName',
  'personalNotes',
] as const;
const LISTS: Readonly<Record<string, number>> = {
  imAddresses: 3,
  homePhones: 2,
  businessPhones: 2,
  children: 100,
  categories: 1000,
};
const ADDRESSES = ['homeAddress', 'businessAddress', 'otherAddress'] as const;
const ADDRESS_PARTS = ['street', 'city', 'state', 'countryOrRegion', 'postalCode'] as const;
const EMAILS_MAX = 3;
/** PidTagMessageClass, which every item of Exchange has. */
const ITEM_CLASS = 'string 0x1a';

/** Names of everything a contact can be asked for. */
export const CONTACT_PROPERTIES: readonly string[] = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'parentFolderId',
  'birthday',
  ...TEXTS,
  ...Object.keys(LISTS),
  ...ADDRESSES,
  'emailAddresses',
  'primaryEmailAddress',
  'secondaryEmailAddress',
  'tertiaryEmailAddress',
];

/** One contact, with `@odata.etag` and `id` always. */
export function showContact(call: MailboxCall, contact: Contact): Json {
  const select = readSelect(call.query);
  const { fields } = contact;
  const [first, second, third] = (fields.emailAddresses ?? []) as Json[];
  const whole: Json = {
    createdDateTime: instant(contact.createdAt),
    lastModifiedDateTime: instant(contact.modifiedAt),
    changeKey: contact.changeKey,
    categories: [],
    parentFolderId: contact.folder.id,
    birthday: null,
    ...Object.fromEntries(TEXTS.map((name) => [name, name === 'personalNotes' ? '' : null])),
    ...Object.fromEntries(Object.keys(LISTS).map((name) => [name, []])),
    ...Object.fromEntries(ADDRESSES.map((name) => [name, {}])),
    emailAddresses: [],
    ...fields,
    primaryEmailAddress: first ?? null,
    secondaryEmailAddress: second ?? null,
    tertiaryEmailAddress: third ?? null,
  };
  const shown = Object.entries(whole).filter(
    ([name]) => select === undefined || select.has('*') || select.has(name),
  );
  const extended = extendedOf(contact, call.query.get('$expand') ?? '');
  return {
    '@odata.etag': contactEtag(contact),
    id: idOf(call, contact),
    ...Object.fromEntries(shown),
    ...(extended.length === 0 ? {} : { singleValueExtendedProperties: extended }),
  };
}

function extendedOf(contact: Contact, text: string): { id: string; value: string }[] {
  return pickExtended(
    text,
    (id) => contact.extended.get(id) ?? (id === ITEM_CLASS ? 'IPM.Contact' : undefined),
  );
}

export function contactEtag({ changeKey }: Contact): string {
  return `W/"${changeKey}"`;
}

export const CONTACT_LIST: ItemList<Contact> = {
  type: 'Contact',
  properties: CONTACT_PROPERTIES,
  notFilterable: ['personalNotes', ...ADDRESSES],
  show: showContact,
  extended: extendedOf,
};

export function showContactFolder(call: MailboxCall, folder: ContactFolder): Json {
  const select = readSelect(call.query);
  const whole: Json = {
    displayName: folder.displayName,
    // The default folder's parent is the root of the mailbox.
    parentFolderId: folder.parent?.id ?? [...call.mailbox.folders.keys()][0] ?? null,
  };
  const shown = Object.entries(whole).filter(([name]) => select === undefined || select.has(name));
  return { id: folder.id, ...Object.fromEntries(shown) };
}

/** The fields that `body` sets. A new contact gets the names that Outlook makes out of the others. */
export function readContactFields(body: Json, isNew: boolean): Json {
  checkNames(body, CONTACT_PROPERTIES, 'contact');
  const fields: Json = {};
  for (const name of TEXTS) if (body[name] !== undefined) fields[name] = readText(body[name], name);
  for (const [name, max] of Object.entries(LISTS)) {
    if (body[name] === undefined) continue;
    const texts = readTexts(body[name], name);
    if (texts.length > max) throw tooMany(name, max);
    fields[name] = texts;
  }
  for (const name of ADDRESSES) if (body[name] !== undefined) fields[name] = readAddress(body[name], name);
  if (body.emailAddresses !== undefined) fields.emailAddresses = readEmails(body.emailAddresses);
  if (body.birthday !== undefined) fields.birthday = readBirthday(body.birthday);
  if (!isNew) return fields;
  const { givenName, middleName, surname, companyName } = fields as Record<string, string | null | undefined>;
  const names = [givenName, middleName, surname].filter((each) => typeof each === 'string' && each !== '');
  const last = typeof surname === 'string' && surname !== '' ? surname : undefined;
  fields.displayName ??= names.length > 0 ? names.join(' ') : (companyName ?? '');
  fields.fileAs ??= last !== undefined && names.length > 1 ? `${last}, ${names[0]}` : fields.displayName;
  return fields;
}

function readText(given: unknown, name: string): string | null {
  if (given === null || typeof given === 'string') return given;
  throw unreadable(name);
}

function readAddress(given: unknown, name: string): Json {
  if (given === null) return {};
  if (typeof given !== 'object') throw unreadable(name);
  const parts = ADDRESS_PARTS.filter((part) => (given as Json)[part] !== undefined);
  return Object.fromEntries(parts.map((part) => [part, readText((given as Json)[part], name)]));
}

function readEmails(given: unknown): Json[] {
  if (given === null) return [];
  if (!Array.isArray(given)) throw unreadable('emailAddresses');
  if (given.length > EMAILS_MAX) throw tooMany('emailAddresses', EMAILS_MAX);
  return given.map((each: Json | null) => {
    const address = readText(each?.address ?? null, 'emailAddresses');
    return { name: readText(each?.name ?? address, 'emailAddresses'), address };
  });
}

/** A date, which Exchange keeps as 11:59 UTC of that day. */
function readBirthday(given: unknown): string | null {
  if (given === null) return null;
  const at = Date.parse(String(given));
  if (Number.isNaN(at)) throw unreadable('birthday');
  return `${new Date(at).toISOString().slice(0, 10)}T11:59:00Z`;
}

function tooMany(name: string, max: number): GraphError {
  return new GraphError('ErrorInvalidRequest', `The property '${name}' takes at most ${max} values.`, 400);
}
