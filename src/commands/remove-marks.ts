/**
 * Takes Lockstep's categories off the mails that it knows by links and issues (*Reset mailbox*, R5). Nothing else in the mailbox is looked at, nobody is
 * notified, and trouble ends it early without a word: it is a courtesy at the end.
 */
import { hasCategory } from '../decide/screen.ts';
import { type Collection, collections } from '../model/collection.ts';
import type { MailConnector, Mark } from '../model/connector.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { ItemId } from '../model/ids.ts';
import { ERROR_CATEGORY, SALESFORCE_CATEGORY } from '../model/settings.ts';
import { readLendingAccesses } from '../store/accesses.ts';
import { readConnection } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { listKnownItems } from '../store/links.ts';
import type { Mailbox } from '../store/mailboxes.ts';
import { listPairedItems } from '../store/pairs.ts';
import { keepStored } from './keep-credential.ts';
import { refusalOf } from './load-mailbox.ts';
import type { Ports } from './ports.ts';

/** Mails looked at, at most; and how many are asked of the store at a time. */
const ITEMS_MAX = 20_000;
const PAGE_ITEMS = 500;
const OURS = [SALESFORCE_CATEGORY, ERROR_CATEGORY];

/** How many mails lost a category; 0 where the service has none or access is gone. */
export async function removeMarks(ports: Ports, mailbox: Mailbox, signal: AbortSignal): Promise<number> {
  const { id, organizationId } = mailbox;
  const { connection, refusal } = await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const found = await readConnection(tx, keys, mailbox.mailboxConnectionId);
    return { connection: found, refusal: refusalOf(await readLendingAccesses(tx, [found?.lenderId])) };
  });
  const service = ports.mailServices.get(mailbox.service);
  if (service === undefined || connection?.credential == null || refusal !== null) return 0;
  const connector = service.open(connection, { signal, keeper: keepStored(ports, connection) });
  let removed = 0;
  try {
    for (const collection of collections) removed += await unmarkItems(ports, connector, mailbox, collection);
    if (!connector.capabilities.categories.able) return removed;
    let after: ItemId | null = null;
    for (let seen = 0; seen < ITEMS_MAX; ) {
      const last: ItemId | null = after;
      const items: readonly ItemId[] = await inOrganization(ports.db, organizationId, (tx) =>
        listKnownItems(tx, { mailboxId: id, after: last, limit: PAGE_ITEMS }),
      );
      seen += items.length;
      removed += await unmark(connector, items);
      after = items.at(-1) ?? null;
      if (items.length < PAGE_ITEMS) break;
    }
  } catch (error) {
    if (!(error instanceof RemoteFailure) && !signal.aborted) throw error;
  } finally {
    await connector.close();
  }
  return removed;
}

/** The same for events, contacts and tasks; an occurrence is left alone, for it never got a category of its own. */
async function unmarkItems(
  ports: Ports,
  { items }: MailConnector,
  { id, organizationId }: Mailbox,
  collection: Collection,
): Promise<number> {
  const { categories, batchMax } = items.capabilities[collection];
  if (!categories.able) return 0;
  let removed = 0;
  let after: ItemId | null = null;
  for (let seen = 0; seen < ITEMS_MAX; ) {
    const last: ItemId | null = after;
    const ids: readonly ItemId[] = await inOrganization(ports.db, organizationId, (tx) =>
      listPairedItems(tx, { mailboxId: id, collection, after: last, limit: batchMax }),
    );
    if (ids.length === 0) break;
    seen += ids.length;
    const marks = (await items.readItems(collection, ids)).flatMap((read): readonly Mark[] => {
      if (!read.ok || (read.value.collection === 'events' && read.value.seriesId !== null)) return [];
      const { itemId, version } = read.value;
      const remove = OURS.filter((category) => hasCategory(read.value, category));
      return remove.length === 0 ? [] : [{ itemId, version, add: [], remove }];
    });
    if (marks.length > 0) removed += (await items.markItems(collection, marks)).filter(({ ok }) => ok).length;
    after = ids.at(-1) ?? null;
    if (ids.length < batchMax) break;
  }
  return removed;
}

async function unmark(connector: MailConnector, items: readonly ItemId[]): Promise<number> {
  const { headsMax, marksMax } = connector.capabilities;
  const marks: Mark[] = [];
  for (let at = 0; at < items.length; at += headsMax) {
    const part = items.slice(at, at + headsMax);
    for (const head of await connector.readHeads(part.map((itemId) => ({ itemId, place: 'other' })))) {
      if (!head.ok) continue;
      const remove = OURS.filter((category) => hasCategory(head.value, category));
      const { itemId, version } = head.value;
      if (remove.length > 0) marks.push({ itemId, version, add: [], remove });
    }
  }
  let removed = 0;
  for (let at = 0; at < marks.length; at += marksMax)
    removed += (await connector.mark(marks.slice(at, at + marksMax))).filter(({ ok }) => ok).length;
  return removed;
}
