/** From a contact's element to a contact in our words. Pure, and total for odd data. */
import { canonicalLine, canonicalText } from '../../../model/canonical.ts';
import { DAY } from '../../../model/clock.ts';
import type { Fields } from '../../../model/collection.ts';
import type { ContactItem } from '../../../model/mailbox-item.ts';
import { plainAddress } from '../mapping.ts';
import { child, textOf, type XmlNode } from '../soap.ts';
import { bodyText, commonOf, propertyById } from './common-mapping.ts';
import { BIRTHDAY_LOCAL, EMAIL_NAMES } from './item-requests.ts';
import { nearestDate } from './zones.ts';

/** An item as `getDetails` asks for it; null where it is no contact. */
export function readContact(item: XmlNode | undefined, isInSalesforceFolder: boolean): ContactItem | null {
  const common = item?.name === 'Contact' ? commonOf(item) : null;
  if (item === undefined || common === null) return null;
  const addresses = addressesOf(item);
  return {
    ...common,
    collection: 'contacts',
    fields: fieldsOf(item, addresses[0] ?? ''),
    isInSalesforceFolder,
    addresses,
  };
}

function fieldsOf(item: XmlNode, email: string): Fields {
  const line = (name: string): string => canonicalLine(textOf(item, name));
  const phone = (key: string): string => canonicalLine(entryOf(item, 'PhoneNumbers', key)?.text);
  const business = entryOf(item, 'PhysicalAddresses', 'Business');
  const part = (name: string): string => canonicalLine(textOf(business, name));
  return {
    firstName: line('GivenName'),
    lastName: line('Surname'),
    email,
    phone: phone('BusinessPhone'),
    mobile: phone('MobilePhone'),
    homePhone: phone('HomePhone'),
    fax: phone('BusinessFax'),
    title: line('JobTitle'),
    department: line('Department'),
    company: line('CompanyName'),
    street: canonicalText(child(business, 'Street')?.text),
    city: part('City'),
    state: part('State'),
    postalCode: part('PostalCode'),
    country: part('CountryOrRegion'),
    birthday: birthdayOf(item),
    notes: bodyText(item),
  };
}

function entryOf(item: XmlNode, dictionary: string, key: string): XmlNode | undefined {
  return child(item, dictionary)?.children.find(({ attributes }) => attributes.Key === key);
}

/** In the order of their keys; an entry chosen from the directory may hold a path, with the SMTP address in a property beside it. */
function addressesOf(item: XmlNode): readonly string[] {
  const found = EMAIL_NAMES.flatMap((id, index) => {
    const entry = entryOf(item, 'EmailAddresses', `EmailAddress${index + 1}`);
    return plainAddress(entry?.text ?? null) ?? plainAddress(propertyById(item, 'Address', id)) ?? [];
  });
  return [...new Set(found)];
}

/** Address books write 1604 for a year that they do not know, and Exchange 4501 for no date. */
const EARLIEST = Date.UTC(1605, 0, 1);
const LATEST = Date.UTC(4500, 0, 1);

/**
 * The local date where it stands beside `Birthday`, which is a moment in somebody's time zone. Where the two are more than a day apart, somebody has
 * written the moment alone.
 */
function birthdayOf(item: XmlNode): string {
  const moment = Date.parse(textOf(item, 'Birthday') ?? '');
  const local = Date.parse(propertyById(item, 'Address', BIRTHDAY_LOCAL) ?? '');
  if (Number.isNaN(moment) || moment < EARLIEST || moment > LATEST) return '';
  const isCurrent = !Number.isNaN(local) && Math.abs(local - moment) <= DAY;
  return isCurrent ? new Date(local).toISOString().slice(0, 10) : nearestDate(moment);
}
