/**
 * *Save to Salesforce* for the open mail (U1, R4): as if the person had put it into the folder. Works while sync is paused and beside a run; brings back what
 * was taken back or deleted before. The blocklist still holds.
 */

import type { EmailHead } from '../model/email.ts';
import { headKey } from '../model/email-key.ts';
import { inOrganization } from '../store/database.ts';
import { readLinksByItems, readLinksByPrints } from '../store/links.ts';
import { buryLinks } from '../store/removals.ts';
import { type HandResult, saveByHand } from '../sync/save-by-hand.ts';
import { findHead, type MailName } from './find-mail.ts';
import { handContext, type OpenMailbox, type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';

export interface SavedMail {
  readonly result: NonNullable<HandResult>;
  readonly recordUrl: string | null;
}

/** Saves the mail; null when there is no mailbox or no such mail in it. Rejects with `RemoteFailure` when a service is in trouble. */
export async function saveMail(
  ports: Ports,
  who: Who,
  name: MailName,
  signal: AbortSignal,
): Promise<SavedMail | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const head = await findHead(open, name);
    if (head === null) return null;
    await buryDeadLink(ports, open, head);
    const result = await saveByHand(handContext(ports, open, signal), head);
    if (result === null) return null;
    const { recordId } = result;
    return { result, recordUrl: recordId === null ? null : await open.crm.recordUrl(recordId) };
  });
}

/** A link whose record somebody deleted is a tombstone in all but name: named one, it is lifted by saving. */
async function buryDeadLink(
  ports: Ports,
  { mailbox, keys, crm }: OpenMailbox,
  head: EmailHead,
): Promise<void> {
  const { organizationId, id } = mailbox;
  const key = headKey(head);
  const prints = key === null ? [] : [keys.printKey(key)];
  const links = await inOrganization(ports.db, organizationId, async (tx) => [
    ...(await readLinksByPrints(tx, organizationId, id, prints)).own,
    ...(await readLinksByItems(tx, id, [head.itemId])),
  ]);
  const facts = await crm.describeRecords(links.map(({ recordId }) => recordId));
  const dead = links.filter((_, at) => facts[at]?.exists === false);
  await inOrganization(ports.db, organizationId, (tx) => buryLinks(tx, id, dead, ports.clock.now()));
}
