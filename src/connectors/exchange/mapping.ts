/**
 * From Exchange's item to a head in our words, pure: what sort of message it is, who wrote it to whom, when. It reads trees and
 * fetches nothing.
 */
import type { Instant } from '../../model/clock.ts';
import type { Address, EmailHead, Place, Sensitivity } from '../../model/email.ts';
import type { ItemId } from '../../model/ids.ts';
import { emailKind } from '../email-kind.ts';
import { readReferences } from '../references.ts';
import { CONTENT_CLASS_HEADER, CONTENT_TYPE_HEADER, FROM_SMTP_TAG, SENDER_SMTP_TAG } from './operations.ts';
import { child, textOf, type XmlNode } from './soap.ts';

/** The item element inside a response message's `Items`; its name depends on the item's class. */
export function itemOf(message: XmlNode): XmlNode | undefined {
  return child(message, 'Items')?.children[0];
}

/** The id of the folder that an item lies in; null where the server did not tell it. */
export function parentFolderOf(item: XmlNode | undefined): string | null {
  return child(item, 'ParentFolderId')?.attributes.Id ?? null;
}

export interface ItemVersion {
  readonly itemId: ItemId;
  readonly version: string;
}

/** `ItemId` and its `ChangeKey`; null where the element is missing. */
export function itemVersion(item: XmlNode | undefined): ItemVersion | null {
  const id = child(item, 'ItemId');
  const value = id?.attributes.Id;
  if (id === undefined || value === undefined) return null;
  return { itemId: value as ItemId, version: id.attributes.ChangeKey ?? '' };
}

/** The head of an item as `getItemHeads` asks for it; null where the element has no id. */
export function emailHead(item: XmlNode, place: Place): EmailHead | null {
  const ids = itemVersion(item);
  if (ids === null) return null;
  const sentAt = instantOf(item, 'DateTimeSent');
  return {
    ...ids,
    place,
    kind: emailKind({
      itemClass: textOf(item, 'ItemClass') ?? '',
      contentType: headerProperty(item, CONTENT_TYPE_HEADER) ?? '',
      contentClass: headerProperty(item, CONTENT_CLASS_HEADER) ?? '',
      isDraft: isTrue(item, 'IsDraft'),
      element: item.name,
    }),
    sensitivity: sensitivityOf(textOf(item, 'Sensitivity')),
    messageId: textOf(item, 'InternetMessageId'),
    inReplyTo: textOf(item, 'InReplyTo'),
    references: readReferences(textOf(item, 'References')),
    subject: textOf(item, 'Subject') ?? '',
    from: sender(item),
    to: recipients(item, 'ToRecipients'),
    cc: recipients(item, 'CcRecipients'),
    bcc: recipients(item, 'BccRecipients'),
    sentAt,
    receivedAt: instantOf(item, 'DateTimeReceived') ?? sentAt ?? instantOf(item, 'DateTimeCreated') ?? 0,
    sizeBytes: Number(textOf(item, 'Size') ?? 0) || 0,
    categories: categoriesOf(item),
    hasAttachments: isTrue(item, 'HasAttachments'),
    isRead: isTrue(item, 'IsRead'),
  };
}

export function sensitivityOf(text: string | null): Sensitivity {
  const lower = text?.toLowerCase();
  return lower === 'personal' || lower === 'private' || lower === 'confidential' ? lower : 'normal';
}

/** An `xs:dateTime` in UTC; null when missing or unreadable. */
export function instantOf(item: XmlNode, name: string): Instant | null {
  const text = textOf(item, name);
  if (text === null) return null;
  const at = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  // Exchange writes the years 1601 and 4501 where it holds no date at all.
  return Number.isNaN(at) || at < -2_208_988_800_000 || at > 64_092_211_200_000 ? null : at;
}

export const isTrue = (item: XmlNode, name: string): boolean => /^(true|1)$/i.test(textOf(item, name) ?? '');

/** Categories as they stand. */
export function categoriesOf(item: XmlNode | undefined): readonly string[] {
  return (child(item, 'Categories')?.children ?? [])
    .map((entry) => entry.text.trim())
    .filter((name) => name !== '');
}

function sender(item: XmlNode): Address | null {
  return (
    person(child(item, 'From'), propertyByTag(item, FROM_SMTP_TAG)) ??
    person(child(item, 'Sender'), propertyByTag(item, SENDER_SMTP_TAG))
  );
}

/** Whom a `SingleRecipient` names; `smtp` where the mailbox itself tells no SMTP address. */
export function person(holder: XmlNode | undefined, smtp: string | null): Address | null {
  const mailbox = child(holder, 'Mailbox');
  if (mailbox === undefined) return null;
  const address = smtpAddress(mailbox) ?? plainAddress(smtp);
  return address === null ? null : { address, name: nameOf(mailbox, address) };
}

function recipients(item: XmlNode, name: string): readonly Address[] {
  return (child(item, name)?.children ?? []).flatMap((mailbox) => {
    const address = smtpAddress(mailbox);
    return address === null ? [] : [{ address, name: nameOf(mailbox, address) }];
  });
}

/** People inside the organization come with routing type EX and a directory path instead of an address. */
function smtpAddress(mailbox: XmlNode): string | null {
  const routing = textOf(mailbox, 'RoutingType');
  return routing !== null && routing.toUpperCase() !== 'SMTP'
    ? null
    : plainAddress(textOf(mailbox, 'EmailAddress'));
}

/** An SMTP address in lower case; null for anything else. */
export function plainAddress(text: string | null): string | null {
  const address = text
    ?.trim()
    .replace(/^smtp:/i, '')
    .toLowerCase();
  return address === undefined || !/^[^\s@]+@[^\s@]+$/.test(address) || address.startsWith('/o=')
    ? null
    : address;
}

function nameOf(mailbox: XmlNode, address: string): string {
  const name = textOf(mailbox, 'Name') ?? '';
  return name.toLowerCase() === address ? '' : name;
}

/** The value of an extended property by its tag (`0x5d01`), however the server writes the number. */
export function propertyByTag(node: XmlNode | undefined, tag: string): string | null {
  const wanted = Number.parseInt(tag, 16);
  return propertyWhere(node, (uri) => Number.parseInt(uri.PropertyTag ?? '', 16) === wanted);
}

function headerProperty(item: XmlNode, name: string): string | null {
  const headers = child(item, 'InternetMessageHeaders')?.children ?? [];
  const header = headers.find(
    ({ attributes }) => attributes.HeaderName?.toLowerCase() === name.toLowerCase(),
  );
  return header?.text.trim() ?? null;
}

export function propertyWhere(
  node: XmlNode | undefined,
  matches: (uri: Readonly<Record<string, string>>) => boolean,
): string | null {
  for (const property of node?.children ?? []) {
    if (property.name !== 'ExtendedProperty') continue;
    const uri = child(property, 'ExtendedFieldURI');
    if (uri !== undefined && matches(uri.attributes)) return textOf(property, 'Value');
  }
  return null;
}
