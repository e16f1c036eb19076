/**
 * Changed fields of a contact as the People API takes them: whole lists, in which the one value that is ours is changed and all others are as they were.
 * Pure. Vendor page: https://developers.google.com/people/api/rest/v1/people/updateContact
 */
import { reduceField } from '../../../model/canonical.ts';
import type { ContactField, Fields } from '../../../model/collection.ts';
import { addressOf, contactFields, isUnstructured, streetOf } from './contact-mapping.ts';
import { type Slot, slots } from './contact-slots.ts';
import { dateOf } from './lenient.ts';
import { ownValues, type Person, type PersonField, textIn, type Value } from './person.ts';

/** The lists that are written, and the names that the mask has. */
export type PersonWrite = Readonly<Partial<Record<PersonField, readonly Value[]>>>;

type Lists = Partial<Record<PersonField, readonly Value[]>>;
/** A value with a field changed; null where nothing is left of it. */
type Change = (value: Value) => Value | null;

/** Null: the contact is new. */
export function personWrite(fields: Fields, person: Person | null): PersonWrite {
  const lists: Lists = {};
  for (const [name, given] of Object.entries(fields)) {
    const spec = contactFields[name as ContactField];
    if (spec === undefined || given === undefined) continue;
    const value = reduceField(given, spec);
    const [slot, change] = changes[name as ContactField](value);
    const values = lists[slot.list] ?? (person === null ? [] : ownValues(person, slot.list));
    lists[slot.list] = put(values, slot, change);
  }
  return lists;
}

function put(values: readonly Value[], slot: Slot, change: Change): readonly Value[] {
  const index = slot.find(values);
  const changed = change(values[index] ?? slot.fresh);
  if (index < 0) return changed === null ? values : [...values, changed];
  return values.flatMap((value, at) => (at !== index ? [value] : changed === null ? [] : [changed]));
}

const changes: { readonly [Name in ContactField]: (value: string) => readonly [Slot, Change] } = {
  firstName: (value) => [slots.name, named('givenName', value)],
  lastName: (value) => [slots.name, named('familyName', value)],
  email: (value) => [slots.email, whole(value)],
  phone: (value) => [slots.phone, whole(value)],
  mobile: (value) => [slots.mobile, whole(value)],
  homePhone: (value) => [slots.homePhone, whole(value)],
  fax: (value) => [slots.fax, whole(value)],
  title: (value) => [slots.organization, part('title', value)],
  department: (value) => [slots.organization, part('department', value)],
  company: (value) => [slots.organization, part('name', value)],
  street: (value) => [slots.address, placed('streetAddress', value)],
  city: (value) => [slots.address, placed('city', value)],
  state: (value) => [slots.address, placed('region', value)],
  postalCode: (value) => [slots.address, placed('postalCode', value)],
  country: (value) => [slots.address, placed('country', value)],
  birthday: (value) => [slots.birthday, () => birthday(value)],
  notes: (value) => [slots.notes, () => (value === '' ? null : { value, contentType: 'TEXT_PLAIN' })],
};

/** What Google works out by itself, and what would contradict the part that is written. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  whole: ['canonicalForm', 'displayName', 'formattedType'],
  name: [
    'displayName',
    'displayNameLastFirst',
    'unstructuredName',
    'phoneticFullName',
    'phoneticGivenName',
    'phoneticFamilyName',
  ],
  part: ['formattedType'],
  place: ['formattedValue', 'formattedType'],
};

function without(value: Value, names: readonly string[]): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function withPart(value: Value, name: string, written: string): Value {
  return written === '' ? without(value, [name]) : { ...value, [name]: written };
}

/** Whether anything but what Google adds is left. */
function isLeft(value: Value): boolean {
  return Object.entries(value).some(
    ([name, one]) => !['metadata', 'type', 'current'].includes(name) && one !== '' && one !== undefined,
  );
}

function orNothing(value: Value): Value | null {
  return isLeft(value) ? value : null;
}

const whole =
  (written: string): Change =>
  (value) =>
    written === '' ? null : { ...without(value, DERIVED.whole ?? []), value: written };

const part =
  (name: string, written: string): Change =>
  (value) =>
    orNothing(withPart(without(value, DERIVED.part ?? []), name, written));

/** A name that nobody took apart was told as a last name: it is one now. */
function named(name: 'givenName' | 'familyName', written: string): Change {
  return (value) => {
    const isWhole = textIn(value, 'givenName') === '' && textIn(value, 'familyName') === '';
    const known = isWhole ? textIn(value, 'displayName') || textIn(value, 'unstructuredName') : '';
    const bare = without(value, DERIVED.name ?? []);
    return orNothing(withPart(known === '' ? bare : { ...bare, familyName: known }, name, written));
  };
}

/** The street is all three lines that Google has for it. */
function placed(name: string, written: string): Change {
  return (value) => {
    const street = isUnstructured(value) ? streetOf(value) : '';
    const bare = without(value, [
      ...(DERIVED.place ?? []),
      ...(name === 'streetAddress' ? ['extendedAddress', 'poBox'] : []),
      ...(name === 'country' ? ['countryCode'] : []),
    ]);
    return orNothing(withPart(street === '' ? bare : { ...bare, streetAddress: street }, name, written));
  };
}

function birthday(value: string): Value | null {
  const date = dateOf(value);
  if (date === null) return null;
  const [year, month, day] = date.split('-').map(Number);
  return { date: { year, month, day } };
}

/** Other values of the same address go: it would be told twice. */
export function withoutRepeatedAddress(lists: PersonWrite): PersonWrite {
  const { emailAddresses } = lists;
  if (emailAddresses === undefined) return lists;
  const seen = new Set<string>();
  const once = emailAddresses.filter((value) => {
    const address = addressOf(value);
    const isNew = !seen.has(address);
    seen.add(address);
    return isNew;
  });
  return { ...lists, emailAddresses: once };
}
