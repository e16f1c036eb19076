/**
 * From what a person points at to the mail's head, read live: the open item of his mail client, by id or Message-ID, or the latest mails. Nothing of it is
 * stored.
 */
import type { ItemResult, MailWish } from '../model/connector.ts';
import type { EmailHead } from '../model/email.ts';
import { normaliseMessageId } from '../model/email-key.ts';
import { RemoteFailure } from '../model/failure.ts';
import { readHeads } from '../sync/chunk.ts';
import type { OpenMailbox } from './open-mailbox.ts';

/** A mail by whichever of its names a page knows. */
export type MailName = Exclude<MailWish, { readonly latest: number }>;

/** The head of the mail; null when it is not there, or lies where mail is not watched. */
export async function findHead(
  { mail }: Pick<OpenMailbox, 'mail'>,
  name: MailName,
): Promise<EmailHead | null> {
  const heads = await readHeads({ mail }, await mail.find(name));
  const found = heads.flatMap((head) => (head.ok ? [head.value] : []));
  const [unread] = heads;
  // Found and yet unreadable: its own failure says more than "not found".
  if (found.length === 0 && unread?.ok === false && unread.failure.code !== 'mailbox.item-gone')
    throw new RemoteFailure(unread.failure);
  return ('messageId' in name ? byMessageId(found, name.messageId) : found[0]) ?? null;
}

/** Of several copies the one that lies best: where a person would look first. */
function byMessageId(found: readonly EmailHead[], messageId: string): EmailHead | undefined {
  const wanted = normaliseMessageId(messageId);
  const rank = { 'salesforce-folder': 0, inbox: 1, sent: 2, other: 3 } as const;
  return found
    .filter((head) => normaliseMessageId(head.messageId) === wanted)
    .toSorted((one, other) => rank[one.place] - rank[other.place])[0];
}

/** Heads of the latest mails, newest first. */
export async function latestHeads(
  { mail }: Pick<OpenMailbox, 'mail'>,
  count: number,
): Promise<readonly EmailHead[]> {
  const heads: readonly ItemResult<EmailHead>[] = await readHeads(
    { mail },
    await mail.find({ latest: count }),
  );
  return heads.flatMap((head) => (head.ok ? [head.value] : []));
}
