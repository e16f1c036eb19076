/**
 * A feed of items as stored: the service's own mark, whether its first reading has come to its end, whether the pairs are to be compared afterwards because
 * an earlier mark was lost, and up to where the occurrences of series are known.
 */

import type { Instant } from '../../model/clock.ts';
import type { Cursor } from '../../model/connector.ts';

export interface ItemFeedCursor {
  /** Null: the reading begins anew. */
  readonly cursor: Cursor | null;
  readonly read: boolean;
  readonly compares: boolean;
  /** Occurrences of series are known up to here; null where nothing is known yet. */
  readonly seriesTo: Instant | null;
  /** Single events are known up to here; null: however far. */
  readonly eventsTo: Instant | null;
}

export const unread: ItemFeedCursor = {
  cursor: null,
  read: false,
  compares: false,
  seriesTo: null,
  eventsTo: null,
};

export function encodeItemFeedCursor(mark: ItemFeedCursor): string {
  return JSON.stringify([mark.cursor, mark.read, mark.compares, mark.seriesTo, mark.eventsTo]);
}

/** What cannot be read counts as unread: the feed is then read anew and compared. */
export function decodeItemFeedCursor(stored: string): ItemFeedCursor {
  try {
    const [cursor, read, compares, seriesTo, eventsTo] = JSON.parse(stored) as readonly unknown[];
    return {
      cursor: typeof cursor === 'string' ? cursor : null,
      read: read === true,
      compares: compares === true,
      seriesTo: typeof seriesTo === 'number' ? seriesTo : null,
      eventsTo: typeof eventsTo === 'number' ? eventsTo : null,
    };
  } catch {
    return { ...unread, compares: true };
  }
}
