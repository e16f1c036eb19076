/**
 * The cursors of feeds of items: how far a calendar, a folder of contacts or of tasks was read, and how far a span of time was. Damage
 * makes them unreadable, and whoever asked begins anew.
 */
import type { Instant } from '../../../model/clock.ts';
import type { Cursor } from '../../../model/connector.ts';
import { parseCursor } from '../cursor.ts';

/** How far a folder of items was read. */
export interface ItemMark {
  readonly syncState: string;
  /** The folder's marks read before its items were; null while pages are missing, or when the server has none. */
  readonly marks: string | null;
  readonly readAt: Instant | null;
  /** The first reading is under way: what lies outside the window is passed over. */
  readonly isFirstReading: boolean;
}

const ITEMS_PREFIX = 'i1:';
const SPAN_PREFIX = 'o1:';

export function writeItemCursor(mark: ItemMark): Cursor {
  return (
    ITEMS_PREFIX + JSON.stringify([mark.readAt, mark.marks, mark.syncState, mark.isFirstReading ? 1 : 0])
  );
}

export function readItemCursor(cursor: Cursor): ItemMark | null {
  const parts = parseCursor(cursor, ITEMS_PREFIX);
  if (!Array.isArray(parts)) return null;
  const [readAt, marks, syncState, isFirstReading] = parts as unknown[];
  if (typeof syncState !== 'string') return null;
  return {
    syncState,
    marks: typeof marks === 'string' ? marks : null,
    readAt: typeof readAt === 'number' ? readAt : null,
    isFirstReading: isFirstReading === 1,
  };
}

/** Up to which instant a span of time was read. */
export function writeSpanCursor(at: Instant): Cursor {
  return `${SPAN_PREFIX}${at}`;
}

export function readSpanCursor(cursor: Cursor): Instant | null {
  const at = cursor.startsWith(SPAN_PREFIX) ? Number(cursor.slice(SPAN_PREFIX.length)) : Number.NaN;
  return Number.isSafeInteger(at) ? at : null;
}
