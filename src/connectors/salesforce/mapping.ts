/**
 * A mail as an EmailMessage, pure. Only fields that the org's shape lets the user create are written; texts are cut to the described length.
 * Vendor page: docs/remote-services/salesforce.md#emailmessage.
 */
import type { EmailDraft, Person } from '../../model/connector.ts';
import type { Address } from '../../model/email.ts';
import { isCreateable, type ObjectShape } from './describe.ts';
import type { Row } from './operations.ts';
import { hasKeyField, KEY_FIELD } from './org.ts';
import { cleanText, cutText, isAddress, joinAddresses } from './text.ts';

/** Values of EmailMessage.Status. */
const STATUS = { new: '0', read: '1', sent: '3' } as const;
/** Where a describe gives no length. */
const TEXT_LENGTH_MAX = 255;

/** The fields of the record. Recipients with a record of their own go by id (`ToIds` ...), the rest by address. */
export function toEmailMessage(draft: EmailDraft, shape: ObjectShape): Row {
  const { head, content } = draft;
  const to = splitRecipients(head.to, draft.people);
  const cc = splitRecipients(head.cc, draft.people);
  const bcc = splitRecipients(head.bcc, draft.people);
  const sender = head.from === null ? undefined : draft.people.get(head.from.address);
  const addresses = (field: string, of: readonly Address[]) =>
    joinAddresses(of, lengthOf(shape, field, 4_000));
  return writable(shape, {
    Subject: head.subject,
    TextBody: content.text,
    HtmlBody: content.html,
    Headers: content.headers,
    ...senderOf(head.from),
    FromId: sender?.recordId,
    ToIds: to.ids,
    CcIds: cc.ids,
    BccIds: bcc.ids,
    ToAddress: addresses('ToAddress', to.rest),
    CcAddress: addresses('CcAddress', cc.rest),
    BccAddress: addresses('BccAddress', bcc.rest),
    MessageDate: new Date(head.sentAt ?? head.receivedAt).toISOString(),
    Incoming: !draft.outgoing,
    Status: draft.outgoing ? STATUS.sent : head.isRead ? STATUS.read : STATUS.new,
    MessageIdentifier: draft.key,
    ThreadIdentifier: draft.threadKey,
    IsClientManaged: true,
    RelatedToId: draft.relatedTo,
    ...(hasKeyField(shape) ? { [KEY_FIELD]: draft.key } : {}),
  });
}

/** A sender that is no address still has a name to show. */
function senderOf(from: Address | null): Row {
  if (from === null) return {};
  if (isAddress(from.address)) return { FromAddress: from.address, FromName: from.name };
  return { FromName: from.name === '' ? from.address : from.name };
}

interface Recipients {
  readonly ids: readonly string[];
  readonly rest: readonly Address[];
}

/** Each known recipient once, and the addresses that nobody is known by. */
export function splitRecipients(
  addresses: readonly Address[],
  people: ReadonlyMap<string, Person>,
): Recipients {
  const ids = new Set<string>();
  const rest = new Map<string, Address>();
  for (const address of addresses) {
    const person = people.get(address.address);
    if (person !== undefined) ids.add(person.recordId);
    else if (address.address !== '') rest.set(address.address, address);
  }
  return { ids: [...ids], rest: [...rest.values()] };
}

/** Keeps what the shape lets the user create and what says something; cuts texts to their fields. */
export function writable(shape: ObjectShape, values: Readonly<Record<string, unknown>>): Row {
  const row: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(values)) {
    if (!isCreateable(shape, field)) continue;
    if (value === null || value === undefined || value === '') continue;
    if (Array.isArray(value) && value.length === 0) continue;
    const fitted =
      typeof value === 'string' ? cutText(cleanText(value), lengthOf(shape, field, TEXT_LENGTH_MAX)) : value;
    if (fitted !== '') row[field] = fitted;
  }
  return row;
}

/** How much a text field takes; describes give 0 for types without length. */
export function lengthOf(shape: ObjectShape, field: string, fallback: number): number {
  const length = shape.fields.get(field)?.length;
  return length === undefined || length <= 0 ? fallback : length;
}
