/**
 * Contacts of the People API to our words. Pure and total: a value that cannot be read counts as empty.
 * Vendor page: https://developers.google.com/people/api/rest/v1/people
 */
import { z } from 'zod';
import { canonicalLine, canonicalText } from '../../../model/canonical.ts';
import type { ContactField, FieldSpec, FieldSpecs, Fields } from '../../../model/collection.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ContactItem } from '../../../model/mailbox-item.ts';
import { type Slot, slots } from './contact-slots.ts';
import { dateOf } from './lenient.ts';
import { identityOf, modifiedAtOf, ownValues, type Person, textIn, type Value, versionOf } from './person.ts';
import { richToPlain } from './rich-text.ts';

const spec: FieldSpec = { lengthMax: null, writable: true };

export const contactFields: FieldSpecs & { readonly [Name in ContactField]: FieldSpec } = {
  firstName: spec,
  lastName: spec,
  email: spec,
  phone: spec,
  mobile: spec,
  homePhone: spec,
  fax: spec,
  title: spec,
  department: spec,
  company: spec,
  street: spec,
  city: spec,
  state: spec,
  postalCode: spec,
  country: spec,
  birthday: spec,
  notes: spec,
};

/** The key of a contact's client data, which no person sees and this application alone reads. */
export const STAMP = 'lockstep';

/** What is known of a contact's groups. */
export interface Membership {
  readonly isInSalesforceFolder: boolean;
  readonly categories: readonly string[];
}

/** Names of groups that a person belongs to. */
export function groupNamesOf({ memberships }: Person): readonly string[] {
  return memberships.flatMap(({ contactGroupMembership: group }) => {
    const { contactGroupResourceName, contactGroupId } = group;
    if (contactGroupResourceName !== undefined) return [contactGroupResourceName];
    return contactGroupId === undefined ? [] : [`contactGroups/${contactGroupId}`];
  });
}

/** `asked`: the name by which the contact was asked for. */
export function contactItem(person: Person, membership: Membership, asked?: string): ContactItem {
  return {
    collection: 'contacts',
    itemId: identityOf(person, asked).name as ItemId,
    version: versionOf(person),
    modifiedAt: modifiedAtOf(person),
    fields: contactTexts(person),
    sensitivity: 'normal',
    categories: membership.categories,
    stamp: stampOf(person),
    isInSalesforceFolder: membership.isInSalesforceFolder,
    addresses: [
      ...new Set(
        ownValues(person, 'emailAddresses')
          .map(addressOf)
          .filter((address) => address !== ''),
      ),
    ],
  };
}

function stampOf(person: Person): string | null {
  const data = ownValues(person, 'clientData').find((value) => value.key === STAMP);
  const stamp = textIn(data, 'value');
  return stamp === '' ? null : stamp;
}

function contactTexts(person: Person): Fields {
  const at = (slot: Slot): Value | undefined => {
    const values = ownValues(person, slot.list);
    return values[slot.find(values)];
  };
  const line = (slot: Slot, part: string): string => canonicalLine(textIn(at(slot), part));
  const phone = (slot: Slot): string => line(slot, 'value');
  return {
    ...nameTexts(at(slots.name)),
    email: addressOf(at(slots.email)),
    phone: phone(slots.phone),
    mobile: phone(slots.mobile),
    homePhone: phone(slots.homePhone),
    fax: phone(slots.fax),
    title: line(slots.organization, 'title'),
    department: line(slots.organization, 'department'),
    company: line(slots.organization, 'name'),
    ...placeTexts(at(slots.address)),
    birthday: birthdayOf(at(slots.birthday)),
    notes: notesOf(at(slots.notes)),
  };
}

export function addressOf(value: Value | undefined): string {
  return canonicalLine(textIn(value, 'value')).toLowerCase();
}

/** A name that nobody took apart is a last name: records cannot be without one. */
function nameTexts(value: Value | undefined): Fields {
  const firstName = canonicalLine(textIn(value, 'givenName'));
  const lastName = canonicalLine(textIn(value, 'familyName'));
  if (firstName !== '' || lastName !== '') return { firstName, lastName };
  const whole = textIn(value, 'displayName') || textIn(value, 'unstructuredName');
  return { firstName, lastName: canonicalLine(whole) };
}

/** Parts of an address that stand for a street; an address that nobody took apart is a street. */
export function streetOf(value: Value | undefined): string {
  const lines = [textIn(value, 'streetAddress'), textIn(value, 'extendedAddress'), textIn(value, 'poBox')];
  const street = canonicalText(lines.filter((one) => one.trim() !== '').join('\n'));
  return street !== '' || !isUnstructured(value) ? street : canonicalText(textIn(value, 'formattedValue'));
}

export function isUnstructured(value: Value | undefined): boolean {
  const parts = ['streetAddress', 'extendedAddress', 'poBox', 'city', 'region', 'postalCode', 'country'];
  return parts.every((part) => textIn(value, part).trim() === '');
}

function placeTexts(value: Value | undefined): Fields {
  const line = (part: string): string => canonicalLine(textIn(value, part));
  return {
    street: streetOf(value),
    city: line('city'),
    state: line('region'),
    postalCode: line('postalCode'),
    country: line('country'),
  };
}

const dateSchema = z.object({
  date: z.object({
    year: z.number().int().min(1).max(9_999),
    month: z.number().int().min(1).max(12),
    day: z.number().int().min(1).max(31),
  }),
});

/** Empty where the year is missing, as it may: a date without one is none. */
function birthdayOf(value: Value | undefined): string {
  const { data } = dateSchema.safeParse(value);
  if (data === undefined) return '';
  const { year, month, day } = data.date;
  const pad = (number: number, length: number): string => String(number).padStart(length, '0');
  return dateOf(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`) ?? '';
}

function notesOf(value: Value | undefined): string {
  const written = textIn(value, 'value');
  return value?.contentType === 'TEXT_HTML' ? richToPlain(written) : canonicalText(written);
}
