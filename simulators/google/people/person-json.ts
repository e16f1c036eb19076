/**
 * Persons as the API shows them: the fields of a mask, each with its source, and the names of what may be asked and
 * written. https://developers.google.com/people/api/rest/v1/people
 */
import type { Account } from '../world.ts';
import type { AddressBook, Contact, ContactFields } from './contact-store.ts';
import { refusePeople } from './people-errors.ts';

type Json = Readonly<Record<string, unknown>>;

/** What `updatePersonFields` may name. */
export const WRITABLE = [
  ...['addresses', 'biographies', 'birthdays', 'calendarUrls', 'clientData', 'emailAddresses', 'events'],
  ...['externalIds', 'genders', 'imClients', 'interests', 'locales', 'locations', 'memberships'],
  ...['miscKeywords', 'names', 'nicknames', 'occupations', 'organizations', 'phoneNumbers', 'relations'],
  ...['sipAddresses', 'urls', 'userDefined'],
];
const READABLE = new Set([...WRITABLE, 'ageRanges', 'coverPhotos', 'metadata', 'photos', 'skills']);
/** Of these a contact has one. */
const SINGLETONS = ['biographies', 'birthdays', 'genders', 'names'];
const VALUES_MAX = 500;

/** The fields of a mask. Throws 400 for one that is absent or names what does not exist. */
export function readMask(
  text: string | null,
  name: string,
  allowed: ReadonlySet<string> = READABLE,
): string[] {
  const paths = (text ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  const where = 'https://developers.google.com/people/api/rest/v1/people/get';
  if (paths.length === 0) {
    throw refusePeople(
      'badRequest',
      `${name} mask is required. Please specify one or more valid paths. Valid paths are documented at ${where}.`,
    );
  }
  const unknown = paths.find((path) => !allowed.has(path.split('.')[0] ?? ''));
  if (unknown !== undefined) {
    throw refusePeople(
      'badRequest',
      `Invalid ${name} mask path: "${unknown}". Valid paths are documented at ${where}.`,
    );
  }
  return paths.map((path) => path.split('.')[0] ?? '');
}

/** The mask of a read, by either of its two parameters. */
export function readPersonFields(query: URLSearchParams, isRequired = true): string[] {
  const legacy = query
    .getAll('requestMask.includeField')
    .join(',')
    .replace(/(^|,)\s*person\./g, '$1');
  const given = query.getAll('personFields').join(',') || legacy;
  const text = given === '' ? null : given;
  if (text === null && !isRequired) return [...READABLE];
  return readMask(text, 'personFields');
}

/** The etag of a person: it differs by what was asked, as Google's does; only the version in it counts. */
export function personEtagOf(contact: Contact, mask: readonly string[]): string {
  return `%${Buffer.from(`${contact.version}|${mask.length}`).toString('base64')}`;
}

/** The etag of a contact's source. */
export function sourceEtagOf(contact: Contact): string {
  return `#${Buffer.from(`s${contact.version}`).toString('base64')}`;
}

/** Whether a version that a client holds is the present one. */
export function isCurrent(contact: Contact, etag: string): boolean {
  if (etag === sourceEtagOf(contact)) return true;
  const text = Buffer.from(etag.slice(1), 'base64').toString('utf8');
  return etag.startsWith('%') && text.split('|')[0] === String(contact.version);
}

/** A contact with the fields of a mask. `isSync` adds the names it had before. */
export function showPerson(
  contact: Contact,
  mask: readonly string[],
  isSync = false,
): Record<string, unknown> {
  const head = { resourceName: `people/${contact.id}`, etag: personEtagOf(contact, mask) };
  if (contact.isDeleted) return { ...head, metadata: { ...metadataOf(contact, false), deleted: true } };
  const shown: Record<string, unknown> = { ...head };
  if (mask.includes('metadata') || (isSync && contact.previousIds.length > 0)) {
    shown.metadata = metadataOf(contact, isSync);
  }
  for (const [name, values] of Object.entries(contact.fields)) {
    if (mask.includes(name))
      shown[name] = values.map((value, index) => showValue(contact, name, value, index));
  }
  if (mask.includes('memberships')) {
    shown.memberships = [...contact.groups].map((id) => ({
      metadata: { source: sourceOf(contact) },
      contactGroupMembership: { contactGroupId: id, contactGroupResourceName: `contactGroups/${id}` },
    }));
  }
  if (mask.includes('photos')) {
    const url = 'https://lh3.googleusercontent.test/cm/default=s100';
    shown.photos = [{ metadata: { primary: true, source: sourceOf(contact) }, url, default: true }];
  }
  return shown;
}

/** The person behind an account: name and address of the profile. */
export function showProfile(account: Account, mask: readonly string[]): Record<string, unknown> {
  const source = { type: 'PROFILE', id: account.id };
  const metadata = { primary: true, sourcePrimary: true, verified: true, source };
  const [givenName = '', ...rest] = account.displayName.split(' ');
  const familyName = rest.join(' ');
  const names = [
    {
      metadata,
      displayName: account.displayName,
      givenName,
      ...(familyName === '' ? {} : { familyName }),
      unstructuredName: account.displayName,
    },
  ];
  return {
    resourceName: `people/${account.id}`,
    etag: `%${Buffer.from(account.id).toString('base64')}`,
    ...(mask.includes('metadata')
      ? { metadata: { sources: [{ ...source, etag: '#profile' }], objectType: 'PERSON' } }
      : {}),
    ...(mask.includes('names') ? { names } : {}),
    ...(mask.includes('emailAddresses') ? { emailAddresses: [{ metadata, value: account.email }] } : {}),
  };
}

function metadataOf(contact: Contact, isSync: boolean): Record<string, unknown> {
  const source = {
    type: 'CONTACT',
    id: contact.sourceId,
    etag: sourceEtagOf(contact),
    updateTime: new Date(contact.updated).toISOString(),
  };
  const previous = contact.previousIds.map((id) => `people/${id}`);
  return {
    sources: [source],
    ...(isSync && previous.length > 0 ? { previousResourceNames: previous } : {}),
    objectType: 'PERSON',
  };
}

function sourceOf(contact: Contact) {
  return { type: 'CONTACT', id: contact.sourceId };
}

function showValue(contact: Contact, name: string, value: Json, index: number): Record<string, unknown> {
  const first = index === 0 ? { primary: true, sourcePrimary: true } : {};
  return { metadata: { ...first, source: sourceOf(contact) }, ...value, ...derive(name, value) };
}

/** What Google works out from what was written. */
function derive(name: string, value: Json): Record<string, unknown> {
  const type = typeof value.type === 'string' ? value.type : undefined;
  const formatted = type === undefined ? {} : { formattedType: type.charAt(0).toUpperCase() + type.slice(1) };
  switch (name) {
    case 'names': {
      const parts = [value.honorificPrefix, value.givenName, value.middleName, value.familyName];
      const whole = parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
      const suffix = typeof value.honorificSuffix === 'string' ? `, ${value.honorificSuffix}` : '';
      const text = whole === '' ? String(value.unstructuredName ?? '') : whole + suffix;
      const given = [value.givenName, value.middleName].filter(Boolean).join(' ');
      const last = [value.familyName, given].filter(Boolean).join(', ');
      return { displayName: text, displayNameLastFirst: last === '' ? text : last, unstructuredName: text };
    }
    case 'phoneNumbers': {
      const digits = String(value.value ?? '').replace(/[^\d+]/g, '');
      return { ...formatted, ...(/^\+\d{7,15}$/.test(digits) ? { canonicalForm: digits } : {}) };
    }
    case 'addresses': {
      const place = [value.city, value.region, value.postalCode].filter(Boolean).join(' ');
      const lines = [value.streetAddress, value.extendedAddress, place, value.country].filter(Boolean);
      return {
        ...formatted,
        ...(value.formattedValue === undefined ? { formattedValue: lines.join('\n') } : {}),
      };
    }
    case 'emailAddresses':
    case 'organizations':
    case 'urls':
    case 'relations':
    case 'events':
      return formatted;
    case 'biographies':
      return { contentType: value.contentType ?? 'TEXT_PLAIN' };
    default:
      return {};
  }
}

/** The writable fields of a person's body that the mask names, and its groups. Throws 400. */
export function readPerson(
  body: Json,
  mask: readonly string[],
  book: AddressBook,
): { fields: ContactFields; groups: string[] | undefined } {
  const fields: Record<string, Json[]> = {};
  for (const name of mask) {
    const values = body[name] ?? [];
    if (!Array.isArray(values) || values.length > VALUES_MAX) throw refusePeople('badRequest');
    if (SINGLETONS.includes(name) && values.length > 1) {
      throw refusePeople(
        'badRequest',
        `Request must not have more than one value for singleton field "${name}".`,
      );
    }
    if (name !== 'memberships') fields[name] = values.map((value) => bare(value as Json));
  }
  if (!mask.includes('memberships')) return { fields, groups: undefined };
  return { fields, groups: readGroups(body.memberships, book) };
}

/** A value without what Google adds to it. */
function bare(value: Json): Json {
  const {
    metadata: _metadata,
    formattedType: _type,
    canonicalForm: _form,
    displayNameLastFirst: _last,
    ...kept
  } = value;
  if (kept.givenName !== undefined || kept.familyName !== undefined) {
    const { displayName: _name, unstructuredName: _whole, ...parts } = kept;
    return parts;
  }
  return kept;
}

function readGroups(value: unknown, book: AddressBook): string[] {
  const memberships = (Array.isArray(value) ? value : []) as Json[];
  return memberships.flatMap(({ contactGroupMembership }) => {
    if (contactGroupMembership === undefined) return [];
    const { contactGroupResourceName } = contactGroupMembership as Json;
    const id = String(contactGroupResourceName).replace(/^contactGroups\//, '');
    const group = book.groups.get(id);
    if (group === undefined || group.isDeleted)
      throw refusePeople('badRequest', `Contact group ${id} was not found.`);
    return [id];
  });
}
