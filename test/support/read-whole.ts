/** Everything that a mailbox tells of its events, contacts and tasks on a first reading, each item once: occurrences of series as items of their own. */
import { collections } from '../../src/model/collection.ts';
import type { Cursor, MailConnector } from '../../src/model/connector.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { ItemWindow } from '../../src/model/mail-items.ts';
import type { MailboxItem } from '../../src/model/mailbox-item.ts';

const PAGES_MAX = 2_000;

export interface WholeReading {
  readonly items: ReadonlyMap<ItemId, MailboxItem>;
  readonly unreadable: readonly { readonly itemId: ItemId; readonly failure: Failure }[];
}

export async function readWhole(mail: MailConnector, window: ItemWindow): Promise<WholeReading> {
  const wish = { collections, window };
  const { itemFeeds, itemTroubles } = await mail.listFeeds({ cursor: null, feeds: new Map(), items: wish });
  if (itemTroubles.length > 0) throw new Error(`not listed: ${itemTroubles[0]?.failure.code}`);
  const items = new Map<ItemId, MailboxItem>();
  const unreadable = new Map<ItemId, { itemId: ItemId; failure: Failure }>();
  for (const { id } of itemFeeds) {
    let cursor: Cursor | null = null;
    for (let pages = 0; ; pages += 1) {
      if (pages === PAGES_MAX) throw new Error('the feed has no end');
      const page = await mail.items.readItemChanges(id, cursor, window);
      for (const change of page.changes) {
        if (change.kind === 'upsert') items.set(change.item.itemId, change.item);
        else if (change.kind === 'series') for (const one of change.occurrences) items.set(one.itemId, one);
        else if (change.kind === 'unreadable') unreadable.set(change.itemId, change);
      }
      cursor = page.cursor;
      if (page.done) break;
    }
  }
  return { items, unreadable: [...unreadable.values()] };
}
