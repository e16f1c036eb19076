/**
 * A feed's cursor as stored: the service's own mark, and whether the feed's first reading has come to its end. During a first
 * reading mail older than the window is left unread; afterwards everything that moves is looked at.
 */
import type { Cursor } from '../model/connector.ts';

export interface FeedCursor {
  readonly cursor: Cursor;
  /** The first reading has reached its end at least once. */
  readonly read: boolean;
}

export function encodeFeedCursor(mark: FeedCursor): string {
  return (mark.read ? 'read:' : 'reading:') + mark.cursor;
}

export function decodeFeedCursor(stored: string): FeedCursor {
  const colon = stored.indexOf(':');
  return { read: stored.slice(0, colon) === 'read', cursor: stored.slice(colon + 1) };
}
