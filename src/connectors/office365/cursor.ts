/**
 * The two cursors that Lockstep stores for an Office 365 mailbox, as compact text: Graph's link into one folder's changes, and the folder tree with
 * the link into its own. A cursor that cannot be read (an older form, damage) counts as none, and the folder is read anew.
 */
import type { Cursor } from '../../model/connector.ts';
import { packText, unpackText } from '../packed-text.ts';
import type { Folder, Roles } from './folders.ts';
import { noPlaces, type Places } from './items/places.ts';

/** The folder tree and how far its changes were read; the service reports changes only. */
export interface Tree {
  /** The path of Graph's link below `/v1.0`. */
  readonly path: string;
  readonly roles: Roles;
  readonly folders: readonly Folder[];
}

const FEED_PREFIX = 'g1:';
const LISTING_PREFIX = 'gl1:';

export function writeFeedCursor(path: string): Cursor {
  return FEED_PREFIX + path;
}

/** The path below `/v1.0`; null for anything else. */
export function readFeedCursor(cursor: Cursor): string | null {
  const path = cursor.startsWith(FEED_PREFIX) ? cursor.slice(FEED_PREFIX.length) : '';
  return path.startsWith('/') ? path : null;
}

/** Cursors of the time when there was mail alone end after the rows. */
type Packed = [string, Roles, [string, string, string][], (string | null)?, (string | null)?];

/** `before`: the cursor that was read, given back where nothing changed. */
export function writeListingCursor(
  { path, roles, folders }: Tree,
  { folder, list }: Places,
  before: Cursor | null = null,
): Cursor {
  const rows = folders.map(({ id, parentId, name }) => [id, parentId, name]);
  return packText(LISTING_PREFIX, JSON.stringify([path, roles, rows, folder, list]), before);
}

/** The tree, and where contacts and tasks lie as far as that listing knew. */
export function readListingCursor(cursor: Cursor): (Tree & { readonly places: Places }) | null {
  const text = unpackText(LISTING_PREFIX, cursor);
  if (text === null) return null;
  try {
    const [path, roles, rows, folder, list] = JSON.parse(text) as Packed;
    if (!path.startsWith('/') || typeof roles !== 'object' || roles === null) return null;
    if (!rows.every((row) => row.slice(0, 3).every((text) => typeof text === 'string'))) return null;
    const places = { folder: folder ?? noPlaces.folder, list: list ?? noPlaces.list };
    return { path, roles, places, folders: rows.map(([id, parentId, name]) => ({ id, parentId, name })) };
  } catch {
    return null;
  }
}
