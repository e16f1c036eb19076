/** What is near of one collection: the nearest events, the contacts or tasks changed last, read live for the page to pick from, each with what became of it. */
import { itemRules } from '../decide/item-rules.ts';
import { readSpan } from '../model/canonical.ts';
import type { Collection } from '../model/collection.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { ItemId } from '../model/ids.ts';
import type { MailboxItem } from '../model/mailbox-item.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { inOrganization } from '../store/database.ts';
import { readVerdicts } from '../store/verdicts.ts';
import { timeOf, titleOf } from './explain-item.ts';
import { type OpenMailbox, type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';

/** Items that the page lists, and feeds that are looked into. */
const NEAR_MAX = 25;
const FEEDS_MAX = 10;

export interface NearItem {
  readonly itemId: ItemId;
  readonly title: string;
  /** Of an event its time, of a task its due date. */
  readonly time: string | null;
  /** Null: not examined yet. */
  readonly verdict: VerdictCode | null;
}

/** Null when there is no mailbox. Rejects with `RemoteFailure`. */
export async function readNearItems(
  ports: Ports,
  who: Who,
  collection: Collection,
  signal: AbortSignal,
): Promise<readonly NearItem[] | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const now = ports.clock.now();
    const items = await firstPages(open, collection, now);
    const near = items
      .map((item) => ({ item, distance: distanceOf(item, now) }))
      .toSorted((one, other) => one.distance - other.distance)
      .slice(0, NEAR_MAX)
      .map(({ item }) => item);
    const prints = new Map(near.map(({ itemId }) => [itemId, open.keys.printItem(itemId)]));
    const verdicts = await inOrganization(ports.db, who.organizationId, (tx) =>
      readVerdicts(tx, open.mailbox.id, [...prints.values()]),
    );
    return near.map((item) => ({
      itemId: item.itemId,
      title: titleOf(item) ?? '',
      time: timeOf(item),
      verdict: verdicts.get(prints.get(item.itemId) ?? '') ?? null,
    }));
  });
}

/** The first page of each feed, as a first reading gives it. */
async function firstPages(
  { mail, rules }: OpenMailbox,
  collection: Collection,
  now: number,
): Promise<readonly MailboxItem[]> {
  const { window } = itemRules(rules, now);
  const wish = { collections: [collection], window };
  const { itemFeeds, itemTroubles } = await mail.listFeeds({ cursor: null, feeds: new Map(), items: wish });
  const trouble = itemTroubles.find((one) => one.collection === collection);
  if (trouble !== undefined) throw new RemoteFailure(trouble.failure);
  const items = new Map<ItemId, MailboxItem>();
  for (const feed of itemFeeds.filter((one) => one.collection === collection).slice(0, FEEDS_MAX)) {
    const { changes } = await mail.items.readItemChanges(feed.id, null, window);
    for (const change of changes) {
      if (change.kind === 'upsert') items.set(change.item.itemId, change.item);
      else if (change.kind === 'series')
        for (const occurrence of change.occurrences) items.set(occurrence.itemId, occurrence);
    }
  }
  return [...items.values()];
}

/** Of events how far their beginning is from now, of all others how long ago they were changed. */
function distanceOf(item: MailboxItem, now: number): number {
  if (item.collection !== 'events') return now - (item.modifiedAt ?? 0);
  const span = readSpan(item.fields.time);
  return span === null ? Number.POSITIVE_INFINITY : Math.abs(span.startAt - now);
}
