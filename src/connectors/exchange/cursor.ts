/**
 * The two cursors that Lockstep stores for an Exchange mailbox, as compact text: how far one folder was read, and how far the folder
 * tree was. A cursor that cannot be read (an older form, damage) counts as none, and the folder is read anew.
 */
import type { Instant } from '../../model/clock.ts';
import type { Cursor } from '../../model/connector.ts';
import { packText, unpackText } from '../packed-text.ts';
import type { Folder, Roles } from './folders.ts';

/** How far a folder was read. */
export interface FeedMark {
  readonly syncState: string;
  /** The folder's marks read before its items were; null while pages are missing, or when the server has none. */
  readonly marks: string | null;
  /** When the last page was read, so that every folder is looked at once in a while whatever its marks say. */
  readonly readAt: Instant | null;
}

/** How far the folder tree was read, and the tree itself: the service reports changes only. */
export interface ListingMark {
  readonly syncState: string;
  readonly roles: Roles;
  readonly folders: readonly Folder[];
}

const FEED_PREFIX = 'f1:';
/** `l1` knew no roles of calendars, contacts and tasks. */
const LISTING_PREFIX = 'l2:';

export function writeFeedCursor(mark: FeedMark): Cursor {
  return FEED_PREFIX + JSON.stringify([mark.readAt, mark.marks, mark.syncState]);
}

export function readFeedCursor(cursor: Cursor): FeedMark | null {
  const parts = parseCursor(cursor, FEED_PREFIX);
  if (!Array.isArray(parts)) return null;
  const [readAt, marks, syncState] = parts as unknown[];
  if (typeof syncState !== 'string') return null;
  return {
    syncState,
    marks: typeof marks === 'string' ? marks : null,
    readAt: typeof readAt === 'number' ? readAt : null,
  };
}

/** `before`: the cursor that was read, given back where nothing changed. */
export function writeListingCursor(mark: ListingMark, before: Cursor | null = null): Cursor {
  const index = new Map(mark.folders.map((folder, at) => [folder.id, at]));
  const rows = mark.folders.map((folder) => [
    folder.id,
    index.get(folder.parentId) ?? folder.parentId,
    folder.name,
    folder.folderClass,
  ]);
  return packText(LISTING_PREFIX, JSON.stringify([mark.syncState, mark.roles, rows]), before);
}

export function readListingCursor(cursor: Cursor): ListingMark | null {
  const parts = parseText(unpackText(LISTING_PREFIX, cursor));
  if (!Array.isArray(parts)) return null;
  const [syncState, roles, rows] = parts as unknown[];
  if (typeof syncState !== 'string' || typeof roles !== 'object' || roles === null || !Array.isArray(rows))
    return null;
  if (!rows.every(isRow)) return null;
  const list: readonly FolderRow[] = rows;
  const folders = list.map(([id, parent, name, folderClass]) => ({
    id,
    parentId: typeof parent === 'number' ? (list[parent]?.[0] ?? '') : parent,
    name,
    folderClass,
  }));
  return { syncState, roles: roles as Roles, folders };
}

/** Id, parent (its place among the rows, or its id), name and class. */
type FolderRow = readonly [string, number | string, string, string];

function isRow(row: unknown): row is FolderRow {
  if (!Array.isArray(row)) return false;
  const [id, parent, name, folderClass] = row as unknown[];
  return (
    [id, name, folderClass].every((text) => typeof text === 'string') &&
    (typeof parent === 'string' || typeof parent === 'number')
  );
}

/** The JSON behind a prefix; null for anything else. */
export function parseCursor(cursor: Cursor, prefix: string): unknown {
  return parseText(cursor.startsWith(prefix) ? cursor.slice(prefix.length) : null);
}

function parseText(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
