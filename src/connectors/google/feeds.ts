/**
 * The mail of a mailbox as one feed: whether it moved since its cursor, and the next page of it, from the list of all mail at first and from the
 * history afterwards. It reads no mail; the feeds of the collections are listed beside it. Vendor pages: docs/remote-services/google.md#reading.
 */
import { z } from 'zod';
import { type Clock, DAY, type Instant, SECOND } from '../../model/clock.ts';
import type { Change, ChangePage, Cursor, FeedListing, MailConnector } from '../../model/connector.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import { SALESFORCE_FOLDER } from '../../model/settings.ts';
import { callAll } from './batch.ts';
import {
  type FeedMark,
  type HistoryMark,
  type ListMark,
  readFeedCursor,
  readListingCursor,
  writeFeedCursor,
  writeListingCursor,
} from './cursor.ts';
import { refuse } from './failures.ts';
import { endOf, foldHistory, type HistoryPage, historySchema, type Moved } from './history.ts';
import type { ListItems } from './items/streams.ts';
import { isUnwatched, type Labels, versionOf } from './labels.ts';
import { readAs, type Transport } from './transport.ts';

export const MAILBOX_FEED = 'mailbox' as FeedId;

/** Gmail gives 500 at most of either. */
const PAGE_ITEMS = 500;
const HISTORY_TYPES = ['messageAdded', 'messageDeleted', 'labelAdded', 'labelRemoved'];
/** Lists tell ids alone. No head carries this version, so that nothing passes for known. */
const VERSION_UNTOLD = 'untold';
/** Old history is forgotten after about a week: a mark is not left standing for longer. */
const MARK_TRUSTED_MS = DAY;

export type Feeds = Pick<MailConnector, 'listFeeds' | 'readChanges'>;

const NO_ITEMS = { itemFeeds: [], itemTroubles: [] };

interface Context {
  readonly transport: Transport;
  readonly labels: Labels;
  readonly clock: Clock;
  readonly listItems: ListItems;
}

/** What the listing read ahead, for the page that asks for the same. */
type Ahead = { readonly cursor: Cursor; readonly page: HistoryPage } | null;

export function createFeeds(context: Context): Feeds {
  let ahead: Ahead = null;
  return {
    async listFeeds(known): Promise<FeedListing> {
      const { labels } = context;
      const recalled = known.cursor === null ? null : readListingCursor(known.cursor);
      if (recalled !== null) labels.recall(recalled);
      const cursor = known.feeds.get(MAILBOX_FEED) ?? null;
      const page = cursor === null ? null : await lookAhead(context, cursor);
      const moved = page === null || hasMoved(page, readMark(cursor), context.clock.now());
      if (cursor !== null && page !== null) ahead = { cursor, page };
      // Labels are renamed without a trace in the history: they are asked anew whenever there is something to read.
      if (moved || labels.known() === null) await labels.refresh();
      const items = known.items === undefined ? NO_ITEMS : await context.listItems(known.items, known.feeds);
      return {
        feeds: [{ id: MAILBOX_FEED, place: 'inbox', moved }],
        cursor: writeListingCursor(labels.known() ?? []),
        ...items,
      };
    },
    async readChanges(feed, cursor, since): Promise<ChangePage> {
      const mark = readMark(cursor);
      if (feed !== MAILBOX_FEED || (cursor !== null && mark === null))
        refuse('mailbox.cursor-expired', 'CursorUnreadable');
      if (mark === null) return readList(context, await beginList(context, since ?? null));
      if (mark.phase !== 'history') return readList(context, mark);
      const known = ahead?.cursor === cursor ? ahead.page : null;
      ahead = null;
      return readHistory(context, mark, known ?? (await askHistory(context, mark)));
    },
  };
}

function readMark(cursor: Cursor | null): FeedMark | null {
  return cursor === null ? null : readFeedCursor(cursor);
}

// -------------------------------------------------------------------------------------------------------- history

/** The next page of the history; null where it must be read anyway, or is lost. */
async function lookAhead(context: Context, cursor: Cursor): Promise<HistoryPage | null> {
  const mark = readMark(cursor);
  if (mark === null || mark.phase !== 'history' || mark.page !== null) return null;
  try {
    return await askHistory(context, mark);
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.kind === 'cursor-expired') return null;
    throw error;
  }
}

function hasMoved(page: HistoryPage, mark: FeedMark | null, now: Instant): boolean {
  if (page.nextPageToken !== undefined || foldHistory(page).length > 0) return true;
  return (
    mark?.phase === 'history' &&
    now - mark.readAt >= MARK_TRUSTED_MS &&
    endOf(page, mark.historyId) !== mark.historyId
  );
}

async function askHistory({ transport }: Context, { historyId, page }: HistoryMark): Promise<HistoryPage> {
  const query = new URLSearchParams({ startHistoryId: historyId, maxResults: String(PAGE_ITEMS) });
  for (const type of HISTORY_TYPES) query.append('historyTypes', type);
  if (page !== null) query.set('pageToken', page.token);
  const answer = await transport.call({
    method: 'history.list',
    verb: 'GET',
    path: `history?${query}`,
    scope: 'history',
  });
  return readAs(historySchema, answer);
}

async function readHistory(context: Context, mark: HistoryMark, page: HistoryPage): Promise<ChangePage> {
  const end = endOf(page, mark.page?.end ?? mark.historyId);
  const next: HistoryMark =
    page.nextPageToken === undefined
      ? { phase: 'history', historyId: end, page: null, readAt: context.clock.now() }
      : { ...mark, page: { token: page.nextPageToken, end } };
  return {
    changes: await changesOf(context, foldHistory(page)),
    cursor: writeFeedCursor(next),
    done: page.nextPageToken === undefined,
  };
}

async function changesOf(context: Context, moved: readonly Moved[]): Promise<readonly Change[]> {
  const untold = moved.filter(({ kind, labelIds }) => kind === 'relabelled' && labelIds === null);
  const asked = await askLabels(context, untold);
  return moved.flatMap(({ id, kind, labelIds }): Change[] => {
    const itemId = id as ItemId;
    if (kind === 'deleted') return [{ kind: 'deleted', itemId }];
    const told = labelIds ?? asked.get(id) ?? null;
    // Gone since, or thrown away: its deletion is told by its own record.
    if (kind === 'relabelled' && (told === null || isUnwatched(told))) return [];
    const version = told === null ? VERSION_UNTOLD : versionOf(told);
    return [{ kind: 'upsert', itemId, version, receivedAt: null }];
  });
}

const labelledSchema = z.object({ labelIds: z.array(z.string()).default([]) });

/** The history need not tell labels, and tells none of a message that has lost its last one. */
async function askLabels(
  { transport }: Context,
  moved: readonly Moved[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const results = await callAll(
    transport,
    moved.map(({ id }) => ({
      method: 'messages.get',
      verb: 'GET',
      path: `messages/${encodeURIComponent(id)}?format=minimal`,
      scope: 'item',
    })),
  );
  return new Map(
    results.flatMap((result, index) => {
      const id = moved[index]?.id;
      return result.ok && id !== undefined ? [[id, readAs(labelledSchema, result.body).labelIds]] : [];
    }),
  );
}

// ----------------------------------------------------------------------------------------------------------- list

const profileSchema = z.object({ historyId: z.string() });
const listSchema = z.object({
  messages: z.array(z.object({ id: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

/** Pins the history before the first page: what arrives, changes or goes while pages are read is told by it afterwards. */
async function beginList({ transport }: Context, since: Instant | null): Promise<ListMark> {
  const answer = await transport.call({
    method: 'getProfile',
    verb: 'GET',
    path: 'profile',
    scope: 'mailbox',
  });
  const { historyId } = readAs(profileSchema, answer);
  return { phase: 'window', pinned: historyId, pageToken: null, since, labelId: null };
}

async function readList(context: Context, mark: ListMark): Promise<ChangePage> {
  const answer = await context.transport.call({
    method: 'messages.list',
    verb: 'GET',
    path: `messages?${listQuery(mark)}`,
    scope: mark.pageToken === null ? 'mailbox' : 'page',
  });
  const { messages, nextPageToken } = readAs(listSchema, answer);
  const changes = messages.map(({ id }): Change => {
    return { kind: 'upsert', itemId: id as ItemId, version: VERSION_UNTOLD, receivedAt: null };
  });
  if (nextPageToken !== undefined)
    return { changes, cursor: writeFeedCursor({ ...mark, pageToken: nextPageToken }), done: false };
  const folder = mark.phase === 'window' && mark.since !== null ? await folderLabel(context) : null;
  if (folder !== null) {
    const next: ListMark = { ...mark, phase: 'folder', pageToken: null, labelId: folder };
    return { changes, cursor: writeFeedCursor(next), done: false };
  }
  const { pinned } = mark;
  const end: HistoryMark = { phase: 'history', historyId: pinned, page: null, readAt: context.clock.now() };
  return { changes, cursor: writeFeedCursor(end), done: true };
}

async function folderLabel({ labels }: Context): Promise<string | null> {
  await labels.cover([]);
  return labels.idOf(SALESFORCE_FOLDER) ?? null;
}

/** Times of searches are whole seconds; the two phases overlap by one, so that no mail falls between them. */
function listQuery({ phase, pageToken, since, labelId }: ListMark): URLSearchParams {
  const words = ['-in:drafts'];
  if (since !== null) {
    const seconds = Math.floor(since / SECOND);
    words.push(phase === 'window' ? `after:${Math.max(seconds - 1, 0)}` : `before:${seconds + 1}`);
  }
  const query = new URLSearchParams({ maxResults: String(PAGE_ITEMS), q: words.join(' ') });
  if (labelId !== null) query.set('labelIds', labelId);
  if (pageToken !== null) query.set('pageToken', pageToken);
  return query;
}
