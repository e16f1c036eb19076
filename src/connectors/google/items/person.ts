/**
 * A person of the People API as it is read, and which of its values are the contact's own: profiles are merged in and cannot be written. Pure.
 * Vendor page: https://developers.google.com/people/api/rest/v1/people
 */
import { z } from 'zod';
import { flag, instantOf, listOf, text } from './lenient.ts';

/** What is asked of a person; the same at every request, as sync tokens want it. */
export const PERSON_FIELDS = [
  'addresses',
  'biographies',
  'birthdays',
  'clientData',
  'emailAddresses',
  'memberships',
  'metadata',
  'names',
  'organizations',
  'phoneNumbers',
].join(',');
/** Contacts alone; what Google adds from profiles is not the person's to keep in step. */
export const PERSON_SOURCES = 'READ_SOURCE_TYPE_CONTACT';

const sourceSchema = z.looseObject({ type: text, id: text, etag: text, updateTime: text });
/** A value of a field, whole, so that it can be written back as it was. */
const valueSchema = z.looseObject({});
const membershipSchema = z.object({
  contactGroupMembership: z.object({ contactGroupResourceName: text, contactGroupId: text }),
});

export const personSchema = z.object({
  resourceName: z.string().min(1),
  etag: text,
  metadata: z
    .object({
      sources: listOf(sourceSchema),
      previousResourceNames: listOf(z.string()),
      deleted: flag,
    })
    .catch({ sources: [], previousResourceNames: [], deleted: undefined })
    .default({ sources: [], previousResourceNames: [], deleted: undefined }),
  names: listOf(valueSchema),
  emailAddresses: listOf(valueSchema),
  phoneNumbers: listOf(valueSchema),
  organizations: listOf(valueSchema),
  addresses: listOf(valueSchema),
  birthdays: listOf(valueSchema),
  biographies: listOf(valueSchema),
  clientData: listOf(valueSchema),
  memberships: listOf(membershipSchema),
});

export type Person = z.infer<typeof personSchema>;
export type Value = Readonly<Record<string, unknown>>;
/** The fields of a person that hold values of ours. */
export type PersonField =
  | 'names'
  | 'emailAddresses'
  | 'phoneNumbers'
  | 'organizations'
  | 'addresses'
  | 'birthdays'
  | 'biographies';

const metadataSchema = z.looseObject({
  metadata: z.looseObject({ source: z.looseObject({ type: text }).optional() }).optional(),
});

/** The contact's own values of a field, in their order. */
export function ownValues(person: Person, field: PersonField | 'clientData'): readonly Value[] {
  return person[field].filter((value) => {
    const type = metadataSchema.safeParse(value).data?.metadata?.source?.type;
    return type === undefined || type === 'CONTACT';
  });
}

/** A text in a value; `''` for whatever else stands there. */
export function textIn(value: Value | undefined, part: string): string {
  const found = value?.[part];
  return typeof found === 'string' ? found : '';
}

export function contactSource({ metadata: { sources } }: Person): z.infer<typeof sourceSchema> | undefined {
  return sources.find(({ type }) => type === 'CONTACT') ?? sources.find(({ type }) => type === undefined);
}

/** The version: the etag of the contact itself. The person's own etag differs by what was asked. */
export function versionOf(person: Person): string {
  return contactSource(person)?.etag ?? person.etag ?? '';
}

export function modifiedAtOf(person: Person): number | null {
  return instantOf(contactSource(person)?.updateTime);
}

/**
 * The name of a contact that stays: linking to a profile gives it another resource name, and the first one, which is made of the id of its source, leads
 * to it all the same. `formerly`: all other names that it had. docs/remote-services/google.md#names-of-contacts
 */
export function identityOf(
  person: Person,
  asked?: string,
): { readonly name: string; readonly formerly: readonly string[] } {
  const { resourceName } = person;
  const previous = person.metadata.previousResourceNames;
  const known = new Set([resourceName, ...previous, ...(asked === undefined ? [] : [asked])]);
  const first = firstName(contactSource(person)?.id);
  const name =
    first !== null && (known.has(first) || !/^people\/c/.test(resourceName)) ? first : resourceName;
  return { name, formerly: previous.filter((one) => one !== name) };
}

/** Every name that a deleted contact may be known by. */
export function namesOf(person: Person): readonly string[] {
  const first = firstName(contactSource(person)?.id);
  const names = [
    person.resourceName,
    ...person.metadata.previousResourceNames,
    ...(first === null ? [] : [first]),
  ];
  return [...new Set(names)];
}

/** `people/c` and the id of the source, which is written in hexadecimal, as a decimal number. */
function firstName(sourceId: string | undefined): string | null {
  return sourceId !== undefined && /^[0-9a-f]{1,16}$/i.test(sourceId)
    ? `people/c${BigInt(`0x${sourceId}`)}`
    : null;
}
