/**
 * The folders of a mailbox as feeds: which there are, which of them moved, and the next page of one. Two requests tell that nothing
 * moved; see docs/remote-services/exchange.md#marks. It reads no item.
 */
import { type Clock, DAY, MINUTE, SECOND } from '../../model/clock.ts';
import type { Change, ChangePage, Cursor, FeedListing, MailConnector } from '../../model/connector.ts';
import type { Place } from '../../model/email.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import {
  type ListingMark,
  readFeedCursor,
  readListingCursor,
  writeFeedCursor,
  writeListingCursor,
} from './cursor.ts';
import { refuse, responseFailure } from './failures.ts';
import {
  type Folder,
  type FolderMarks,
  type Roles,
  readFolder,
  readMarks,
  rolesToAsk,
  watchedFolders,
} from './folders.ts';
import { instantOf, itemVersion } from './mapping.ts';
import { getFolderMarks, getFolderRoles, syncFolderHierarchy, syncFolderItems } from './operations.ts';
import { child, type ServerVersion, textOf, type XmlNode } from './soap.ts';
import type { Transport } from './transport.ts';

/** Pages of a folder tree, and folders asked for their marks in one request. */
const TREE_PAGES_MAX = 100;
const FOLDERS_PER_CALL = 500;
/** Every folder is read once a day whatever its marks say. */
const MARKS_TRUSTED_MS = DAY;
/**
 * Commit times have whole seconds, so that a change in the same second as the one before it changes no mark. A mark is kept only when its
 * second was over as it was read, by the server's own clock; where the server tells no time, two minutes leave room for ours.
 */
const SETTLED_BY_SERVER_MS = 2 * SECOND;
const SETTLED_BY_US_MS = 2 * MINUTE;

export type Feeds = Pick<MailConnector, 'listFeeds' | 'readChanges'> & {
  /** The folder tree from its beginning, for checks and for `ensureFolder`. */
  readTree(): Promise<ListingMark>;
  /** What a folder stands for by the last listing; undefined for one that is not watched or was not listed. */
  placeOf(folderId: string): Place | undefined;
};

export function createFeeds(transport: Transport, clock: Clock): Feeds {
  /** Marks read by the last listing: older than anything that a page read afterwards can hold. */
  const marksRead = new Map<FeedId, string | null>();
  let places: ReadonlyMap<FeedId, Place> = new Map();

  return {
    placeOf: (folderId) => places.get(folderId as FeedId),

    async readTree() {
      const tree = await readTree(transport, null);
      places = watchedFolders(tree.folders, tree.roles);
      return tree;
    },

    async listFeeds(known): Promise<FeedListing> {
      const before = known.cursor === null ? null : readListingCursor(known.cursor);
      const tree = await readTreeAnew(transport, before);
      places = watchedFolders(tree.folders, tree.roles);
      const marks = await readAllMarks(transport, [...places.keys()], tree.roles);
      const feeds = [...places].flatMap(([id, place]) => {
        const now = marks.get(id);
        if (now === undefined) return [];
        marksRead.set(id, isSettled(now, transport.serverTime(), clock.now()) ? now : null);
        return [{ id, place, moved: hasMoved(known.feeds.get(id), now, clock.now()) }];
      });
      return { feeds, cursor: writeListingCursor(tree), itemFeeds: [], itemTroubles: [] };
    },

    async readChanges(feed, cursor): Promise<ChangePage> {
      const mark = cursor === null ? null : readFeedCursor(cursor);
      if (cursor !== null && mark === null) refuse('mailbox.cursor-expired', 'CursorUnreadable');
      const page = await readPage(transport, feed, mark?.syncState ?? null);
      const { syncState, done, changes } = page;
      const next = done
        ? { syncState, marks: marksRead.get(feed) ?? null, readAt: clock.now() }
        : { syncState, marks: null, readAt: null };
      return { changes, cursor: writeFeedCursor(next), done };
    },
  };
}

function hasMoved(cursor: Cursor | undefined, marks: string | null, now: number): boolean {
  const mark = cursor === undefined ? null : readFeedCursor(cursor);
  if (mark === null || marks === null || mark.readAt === null) return true;
  return mark.marks !== marks || now - mark.readAt >= MARKS_TRUSTED_MS;
}

/** False for a mark whose newest commit is so recent that another one may carry the same time. */
function isSettled(marks: string | null, serverTime: number | null, now: number): boolean {
  const [commitTime = '', , totalCount] = marks?.split('/') ?? [];
  // Whatever happens to an empty folder changes its count of items or of deletions.
  if (totalCount === '0') return true;
  const committedAt = Date.parse(commitTime);
  // A time that has not come yet is a fast clock's; until it has, nothing is sure.
  if (Number.isNaN(committedAt)) return true;
  return serverTime === null
    ? now - committedAt > SETTLED_BY_US_MS
    : serverTime - committedAt >= SETTLED_BY_SERVER_MS;
}

/** Goes on from where the tree was; from the beginning when the server no longer knows that point. */
async function readTreeAnew(transport: Transport, before: ListingMark | null): Promise<ListingMark> {
  try {
    return await readTree(transport, before);
  } catch (error) {
    const expired = error instanceof RemoteFailure && error.failure.kind === 'cursor-expired';
    if (before === null || !expired) throw error;
    return readTree(transport, null);
  }
}

async function readTree(transport: Transport, before: ListingMark | null): Promise<ListingMark> {
  const folders = new Map((before?.folders ?? []).map((folder) => [folder.id, folder]));
  let syncState = before?.syncState ?? null;
  let created = before === null;
  for (let page = 0; page < TREE_PAGES_MAX; page += 1) {
    const answer = await readTreePage(transport, syncState);
    syncState = answer.syncState;
    created = applyTreeChanges(folders, answer.changes) || created;
    if (answer.done) {
      const roles = before === null || created ? await readRoles(transport) : before.roles;
      return { syncState, roles, folders: [...folders.values()] };
    }
  }
  return refuse('mailbox.request-invalid', 'TooManyFolders');
}

/** True when a folder was created: then a role may have found its folder. */
function applyTreeChanges(folders: Map<string, Folder>, changes: readonly XmlNode[]): boolean {
  let created = false;
  for (const change of changes) {
    if (change.name === 'Delete') {
      folders.delete(child(change, 'FolderId')?.attributes.Id ?? '');
      continue;
    }
    const element = change.children[0];
    const folder = readFolder(element);
    if (folder === null) folders.delete(child(element, 'FolderId')?.attributes.Id ?? '');
    else {
      created ||= !folders.has(folder.id);
      folders.set(folder.id, folder);
    }
  }
  return created;
}

interface Page<T> {
  readonly syncState: string;
  readonly done: boolean;
  readonly changes: readonly T[];
}

async function readTreePage(transport: Transport, syncState: string | null): Promise<Page<XmlNode>> {
  let page: Page<XmlNode> | null = null;
  await transport.call(
    { operation: 'SyncFolderHierarchy', body: () => syncFolderHierarchy(syncState), scope: 'mailbox' },
    ({ ok, code, node }) => {
      if (!ok) throw new RemoteFailure(responseFailure(code, 'mailbox'));
      page = syncPage(node, 'IncludesLastFolderInRange', (change) => [change]);
    },
  );
  return page ?? refuse('mailbox.transient', 'EmptyAnswer');
}

async function readPage(transport: Transport, feed: FeedId, syncState: string | null): Promise<Page<Change>> {
  let page: Page<Change> | null = null;
  await transport.call(
    { operation: 'SyncFolderItems', body: () => syncFolderItems(feed, syncState), scope: 'feed' },
    ({ ok, code, node }) => {
      if (!ok) throw new RemoteFailure(responseFailure(code, 'feed'));
      page = syncPage(node, 'IncludesLastItemInRange', readChange);
    },
  );
  return page ?? refuse('mailbox.transient', 'EmptyAnswer');
}

function syncPage<T>(
  node: XmlNode,
  lastName: string,
  read: (change: XmlNode) => readonly T[],
): Page<T> | null {
  const syncState = textOf(node, 'SyncState');
  if (syncState === null) return null;
  const changes = (child(node, 'Changes')?.children ?? []).flatMap(read);
  return { syncState, done: /^(true|1)$/i.test(textOf(node, lastName) ?? 'true'), changes };
}

/** A changed read flag is no change to us. */
function readChange(change: XmlNode): readonly Change[] {
  if (change.name === 'Delete') {
    const id = child(change, 'ItemId')?.attributes.Id;
    return id === undefined ? [] : [{ kind: 'deleted', itemId: id as ItemId }];
  }
  if (change.name !== 'Create' && change.name !== 'Update') return [];
  const item = change.children[0];
  const ids = itemVersion(item);
  if (item === undefined || ids === null) return [];
  return [{ kind: 'upsert', ...ids, receivedAt: instantOf(item, 'DateTimeReceived') }];
}

/** Ids of the folders with a role. An older server is asked for the roles that it knows. */
async function readRoles(transport: Transport): Promise<Roles> {
  try {
    return await askRoles(transport, (version) => rolesToAsk(version));
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.vendorCode !== 'ErrorSchemaValidation')
      throw error;
    return askRoles(transport, () => rolesToAsk('Exchange2010_SP2'));
  }
}

async function askRoles(
  transport: Transport,
  choose: (version: ServerVersion) => readonly string[],
): Promise<Roles> {
  let asked: readonly string[] = [];
  let at = 0;
  const roles: Record<string, string> = {};
  const body = (version: ServerVersion): string => {
    asked = choose(version);
    return getFolderRoles(asked);
  };
  await transport.call({ operation: 'GetFolder', body }, ({ ok, code, node }) => {
    const role = asked[at];
    at += 1;
    const id = child(child(node, 'Folders')?.children[0], 'FolderId')?.attributes.Id;
    if (ok && role !== undefined && id !== undefined) roles[role] = id;
    // A role that was merely not told this time would make its folder an ordinary one until the tree changes.
    if (!ok && (role === 'inbox' || !mayBeLeftOut(code)))
      throw new RemoteFailure(responseFailure(code, 'mailbox'));
  });
  return roles;
}

/** Marks by folder; null where the server has none at all. A folder that is gone or closed to us is missing from the map. */
async function readAllMarks(
  transport: Transport,
  ids: readonly FeedId[],
  roles: Roles,
): Promise<ReadonlyMap<FeedId, string | null>> {
  const found = new Map<FeedId, FolderMarks>();
  for (let from = 0; from < ids.length; from += FOLDERS_PER_CALL) {
    const batch = ids.slice(from, from + FOLDERS_PER_CALL);
    let at = 0;
    await transport.call({ operation: 'GetFolder', body: () => getFolderMarks(batch) }, (message) => {
      const id = batch[at];
      at += 1;
      if (id === undefined) return;
      if (message.ok) found.set(id, readMarks(child(message.node, 'Folders')?.children[0]));
      else if (!mayBeLeftOut(message.code) || id === roles.inbox)
        throw new RemoteFailure(responseFailure(message.code, 'mailbox'));
    });
  }
  // A folder that never held an item has no commit time; a server that knows none has it nowhere.
  const known = [...found.values()].some((marks) => marks.commitTime !== null);
  const write = (marks: FolderMarks): string | null =>
    known ? `${marks.commitTime ?? '-'}/${marks.deletedCount ?? '-'}/${marks.totalCount ?? '-'}` : null;
  return new Map([...found].map(([id, marks]) => [id, write(marks)]));
}

function mayBeLeftOut(code: string): boolean {
  return code === 'ErrorFolderNotFound' || code === 'ErrorItemNotFound' || code === 'ErrorAccessDenied';
}
