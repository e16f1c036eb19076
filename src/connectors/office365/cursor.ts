/**
 * The two cursors that Lockstep stores for an Office 365 mailbox, as compact text: Graph's link into one folder's changes, and the folder tree with
 * the link into its own. A cursor that cannot be read (an older form, damage) counts as none, and the folder is read anew.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Cursor } from '../../model/connector.ts';
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
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

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

/** Deflated: folder ids of one mailbox share most of their hundred characters. */
export function writeListingCursor({ path, roles, folders }: Tree, { folder, list }: Places): Cursor {
  const rows = folders.map(({ id, parentId, name }) => [id, parentId, name]);
  const packed = deflateRawSync(JSON.stringify([path, roles, rows, folder, list]));
  return LISTING_PREFIX + packed.toString('base64');
}

/** The tree, and where contacts and tasks lie as far as that listing knew. */
export function readListingCursor(cursor: Cursor): (Tree & { readonly places: Places }) | null {
  if (!cursor.startsWith(LISTING_PREFIX)) return null;
  try {
    const packed = Buffer.from(cursor.slice(LISTING_PREFIX.length), 'base64');
    const text = inflateRawSync(packed, { maxOutputLength: INFLATED_BYTES_MAX }).toString('utf8');
    const [path, roles, rows, folder, list] = JSON.parse(text) as Packed;
    if (!path.startsWith('/') || typeof roles !== 'object' || roles === null) return null;
    if (!rows.every((row) => row.slice(0, 3).every((text) => typeof text === 'string'))) return null;
    const places = { folder: folder ?? noPlaces.folder, list: list ?? noPlaces.list };
    return { path, roles, places, folders: rows.map(([id, parentId, name]) => ({ id, parentId, name })) };
  } catch {
    return null;
  }
}
