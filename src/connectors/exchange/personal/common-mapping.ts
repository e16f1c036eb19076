/** What calendar items, contacts and tasks have in common, read from their elements. Pure, and total for odd data. */

import { canonicalText } from '../../../model/canonical.ts';
import type { Fields } from '../../../model/collection.ts';
import type { MailboxItem } from '../../../model/mailbox-item.ts';
import { readBodies } from '../../mime.ts';
import { categoriesOf, instantOf, itemVersion, propertyWhere, sensitivityOf } from '../mapping.ts';
import { child, textOf, type XmlNode } from '../soap.ts';
import { STAMP_NAME, STAMP_SET } from './item-requests.ts';

type Common = Omit<MailboxItem, 'collection' | 'fields'> & { readonly fields?: Fields };

/** Ids, version, sensitivity, categories and stamp; null where the element has no id. */
export function commonOf(item: XmlNode): Common | null {
  const ids = itemVersion(item);
  if (ids === null) return null;
  return {
    ...ids,
    modifiedAt: instantOf(item, 'LastModifiedTime'),
    sensitivity: sensitivityOf(textOf(item, 'Sensitivity')),
    categories: categoriesOf(item),
    stamp: stampOf(item),
  };
}

/** The record that an item was made from. */
export function stampOf(item: XmlNode): string | null {
  return propertyWhere(
    item,
    ({ PropertySetId, PropertyName }) =>
      PropertySetId?.toLowerCase() === STAMP_SET && PropertyName === STAMP_NAME,
  );
}

/** The body as plain text, also where the server gave HTML although text was asked for. */
export function bodyText(item: XmlNode): string {
  const body = child(item, 'Body');
  if (body === undefined) return '';
  if (body.attributes.BodyType?.toUpperCase() !== 'HTML') return canonicalText(body.text);
  return canonicalText(readBodies(null, body.text).text);
}

/** A named property of a set that the schema has a word for, however the server writes it back. */
export function propertyById(item: XmlNode, set: string, id: number): string | null {
  const guid = SETS[set];
  return propertyWhere(item, (uri) => {
    const isOfSet =
      uri.DistinguishedPropertySetId?.toLowerCase() === set.toLowerCase() ||
      (guid !== undefined && uri.PropertySetId?.toLowerCase() === guid);
    return isOfSet && Number(uri.PropertyId) === id;
  });
}

const SETS: Readonly<Record<string, string>> = {
  Meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
  Address: '00062004-0000-0000-c000-000000000046',
};
