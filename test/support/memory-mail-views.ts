/** Mails of the mailbox in memory as the contract tells them: found, their heads and their contents. Pure. */
import { type FoundMail, LATEST_MAX, type MailWish } from '../../src/model/connector.ts';
import type { Attachment, EmailContent, EmailHead, Place } from '../../src/model/email.ts';
import type { MemoryMailbox, MemoryMailItem } from './memory-mailbox.ts';

export function findItems(mailbox: MemoryMailbox, wish: MailWish): readonly FoundMail[] {
  const watched = [...mailbox.items.values()].flatMap((item) => {
    const place = mailbox.folders.get(item.folder);
    return place === undefined || place === 'unwatched' ? [] : [{ item, place }];
  });
  const isMeant = ({ id, messageId }: MemoryMailItem): boolean => {
    if ('itemId' in wish) return id === wish.itemId;
    return 'latest' in wish || messageId === `<${wish.messageId.trim().replace(/^<|>$/g, '')}>`;
  };
  return watched
    .filter(({ item }) => isMeant(item))
    .toSorted((one, other) => other.item.mail.receivedAt - one.item.mail.receivedAt)
    .slice(0, 'latest' in wish ? Math.min(wish.latest, LATEST_MAX) : undefined)
    .map(({ item, place }) => ({ itemId: item.id, place }));
}

export function headOf(
  { id, version, mail, categories, messageId }: MemoryMailItem,
  place: Place,
): EmailHead {
  const owner = { address: 'ann@contoso.test', name: 'Ann' };
  return {
    itemId: id,
    version,
    place,
    kind: 'mail',
    sensitivity: 'normal',
    messageId,
    inReplyTo: null,
    references: [],
    subject: mail.subject,
    from: { address: 'bob@outside.test', name: 'Bob' },
    to: [owner],
    cc: [],
    bcc: [],
    sentAt: mail.receivedAt,
    receivedAt: mail.receivedAt,
    sizeBytes: mail.body.length,
    categories,
    hasAttachments: mail.attachments.length > 0,
    isRead: false,
  };
}

export function contentOf({ id, mail }: MemoryMailItem, bytesMax: number): EmailContent {
  const fits = ({ bytes }: Attachment) => bytes.length <= bytesMax;
  return {
    itemId: id,
    text: mail.body,
    html: null,
    headers: `Subject: ${mail.subject}\r\n`,
    attachments: mail.attachments.filter(fits),
    omitted: mail.attachments
      .filter((attachment) => !fits(attachment))
      .map(({ bytes }) => ({ reason: 'too-large', sizeBytes: bytes.length })),
  };
}
