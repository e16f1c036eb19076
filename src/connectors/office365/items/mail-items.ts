/**
 * Events, contacts and tasks of an Office 365 mailbox behind `MailItems`: wires listing, reading and writing together and holds no logic of its own. No
 * write here notifies anybody: docs/remote-services/office365.md#calendar-mail.
 */
import type { MailItems } from '../../../model/mail-items.ts';
import { retoldBy } from '../../retold.ts';
import { createMarks } from '../marks.ts';
import type { Transport } from '../transport.ts';
import { expired, readCalendarChanges, readCalendarOccurrences, retellEvents } from './calendar-changes.ts';
import { createItemMaker } from './create-items.ts';
import { CALENDAR_FEED, createItemListings, type ItemListings } from './item-listing.ts';
import { itemCapabilities, itemPath, kinds } from './kinds.ts';
import { collectionOf, createListReader } from './list-changes.ts';
import { createPlaceKeeper } from './places.ts';
import { createItemReader } from './read-items.ts';
import { createSeriesReader } from './series.ts';
import { createItemUpdater } from './update-items.ts';
import { createWaste } from './waste.ts';

export interface Items {
  readonly items: MailItems;
  /** For the listing of all feeds, whose batch it shares. */
  readonly listings: ItemListings;
}

export function createItems({
  transport,
  graphOrigin,
}: {
  readonly transport: Transport;
  readonly graphOrigin: string;
}): Items {
  const keeper = createPlaceKeeper(transport);
  const listings = createItemListings(transport, keeper);
  const reader = createItemReader({ transport, keeper, waste: createWaste(transport) });
  const series = createSeriesReader({ transport, graphOrigin, reader });
  const { takeKept } = listings;
  const lists = createListReader({ transport, graphOrigin, reader, takeKept });
  const calendar = {
    ...{ transport, graphOrigin, reader, series },
    takeKept: (cursor: string) => takeKept(CALENDAR_FEED, cursor),
  };
  const items: MailItems = {
    capabilities: itemCapabilities,
    async readItemChanges(feed, cursor, window) {
      const collection = collectionOf(feed, CALENDAR_FEED);
      if (collection === null) throw expired('UnknownFeed');
      if (collection === 'events') return readCalendarChanges(calendar, cursor, window);
      return lists.read(collection, feed, cursor);
    },
    async readOccurrences(feed, range, cursor) {
      if (feed !== CALENDAR_FEED) return { changes: [], cursor: '', done: true };
      return readCalendarOccurrences(calendar, range, cursor);
    },
    readItems: reader.readItems,
    async retellItems(collection, itemIds, window) {
      if (collection === 'events') return retellEvents(calendar, itemIds, window);
      return retoldBy(itemIds, await reader.readItems(collection, itemIds));
    },
    createItems: createItemMaker({ transport, graphOrigin, keeper }),
    updateItems: createItemUpdater(transport, reader),
    async markItems(collection, marks) {
      if (marks.length === 0) return [];
      const places = await reader.places(collection);
      const kind = kinds[collection];
      const mark = createMarks(transport, {
        pathOf: (itemId) => itemPath(kind, transport.root, places, itemId),
        select: collection === 'tasks' ? '' : '?$select=id,changeKey,categories',
      });
      return mark(marks);
    },
  };
  return { items, listings };
}
