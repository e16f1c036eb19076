/**
 * The two cursors that Lockstep stores for a Gmail mailbox, as compact text: how far its one feed was read, and the labels known. A cursor that
 * cannot be read (an older form, damage) counts as none, and the mailbox is read anew.
 */
import { z } from 'zod';
import type { Cursor } from '../../model/connector.ts';
import type { Label } from './labels.ts';

const historySchema = z.object({
  phase: z.literal('history'),
  /** Everything up to here was read. */
  historyId: z.string(),
  /** Inside a round of several pages: the next one, and where the round ends. */
  page: z.object({ token: z.string(), end: z.string() }).nullable(),
  /** When the last round ended; old history is forgotten by Gmail, so the mark moves on once a day even where nothing matters. */
  readAt: z.number(),
});
const listSchema = z.object({
  /** `window`: all mail since the given time; `folder`: older mail under the label *Salesforce Emails*. */
  phase: z.enum(['window', 'folder']),
  /** The history's place before the first page: what changes meanwhile is read from here afterwards. */
  pinned: z.string(),
  pageToken: z.string().nullable(),
  since: z.number().nullable(),
  labelId: z.string().nullable(),
});
const feedSchema = z.union([historySchema, listSchema]);

export type HistoryMark = z.infer<typeof historySchema>;
export type ListMark = z.infer<typeof listSchema>;
export type FeedMark = HistoryMark | ListMark;

const FEED_PREFIX = 'gf1:';
const LISTING_PREFIX = 'gl1:';
const labelsSchema = z.array(z.tuple([z.string(), z.string()]));

export function writeFeedCursor(mark: FeedMark): Cursor {
  return FEED_PREFIX + JSON.stringify(mark);
}

export function readFeedCursor(cursor: Cursor): FeedMark | null {
  return parse(cursor, FEED_PREFIX, feedSchema);
}

/** In the order of ids, so that the same labels make the same text. */
export function writeListingCursor(labels: readonly Label[]): Cursor {
  return LISTING_PREFIX + JSON.stringify(labels.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function readListingCursor(cursor: Cursor): readonly Label[] | null {
  return parse(cursor, LISTING_PREFIX, labelsSchema);
}

function parse<T>(cursor: Cursor, prefix: string, schema: z.ZodType<T>): T | null {
  if (!cursor.startsWith(prefix)) return null;
  try {
    return schema.parse(JSON.parse(cursor.slice(prefix.length)));
  } catch {
    return null;
  }
}
