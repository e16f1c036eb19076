/**
 * The folders of a mailbox as feeds: which there are, which of them moved, and the next page of one. Two requests tell that nothing
 * moved, in calendars, contacts and tasks too; see docs/remote-services/exchange.md#marks. It reads no item.
 */
import type { Clock } from '../../model/clock.ts';
import type { Collection } from '../../model/collection.ts';
import type { Change, ChangePage, Cursor, FeedListing, MailConnector } from '../../model/connector.ts';
import type { Place } from '../../model/email.ts';
import { type Failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import type { ItemFeed, ItemsWish, ListingTrouble } from '../../model/mail-items.ts';
import {
  type ListingMark,
  readFeedCursor,
  readListingCursor,
  writeFeedCursor,
  writeListingCursor,
} from './cursor.ts';
import { refuse, responseFailure } from './failures.ts';
import { type Folder, type Roles, readFolder, rolesToAsk, watchedFolders } from './folders.ts';
import { instantOf, itemVersion } from './mapping.ts';
import { type AllMarks, hasMoved, isSettled, mayBeLeftOut, readAllMarks } from './marks.ts';
import { getFolderRoles, syncFolderHierarchy, syncFolderItems } from './operations.ts';
import { readItemCursor } from './personal/item-cursor.ts';
import { ITEM_ROLES, type ItemFolder, itemFolders } from './personal/item-folders.ts';
import { child, type ServerVersion, textOf, type XmlNode } from './soap.ts';
import type { Transport } from './transport.ts';

/** Pages of a folder tree. */
const TREE_PAGES_MAX = 100;

export type Feeds = Pick<MailConnector, 'listFeeds' | 'readChanges'> & {
  /** The folder tree from its beginning, for checks and for `ensureFolder`. */
  readTree(): Promise<ListingMark>;
  /** The tree as it was read last; read now where it was not yet. */
  knownTree(): Promise<ListingMark>;
  /** What a folder stands for by the last listing; undefined for one that is not watched or was not listed. */
  placeOf(folderId: string): Place | undefined;
  /** A folder's marks as the last listing read them; null where they may not be kept. */
  marksOf(feed: FeedId): string | null;
};

export function createFeeds(transport: Transport, clock: Clock): Feeds {
  /** Marks read by the last listing: older than anything that a page read afterwards can hold. */
  const marksRead = new Map<FeedId, string | null>();
  let places: ReadonlyMap<FeedId, Place> = new Map();
  let lastTree: ListingMark | null = null;

  const learn = (tree: ListingMark): ListingMark => {
    places = watchedFolders(tree.folders, tree.roles);
    lastTree = tree;
    return tree;
  };
  const readWhole = async (): Promise<ListingMark> => learn(await readTree(transport, null));
  const marksOf = (feed: FeedId): string | null => marksRead.get(feed) ?? null;

  return {
    placeOf: (folderId) => places.get(folderId as FeedId),
    marksOf,
    readTree: readWhole,
    knownTree: () => (lastTree === null ? readWhole() : Promise.resolve(lastTree)),

    async listFeeds(known): Promise<FeedListing> {
      const before = known.cursor === null ? null : readListingCursor(known.cursor);
      const found = await withItemRoles(transport, await readTreeAnew(transport, before), known.items);
      const tree = learn(found.tree);
      const wanted = itemFolders(tree).filter(
        ({ collection }) => known.items?.collections.includes(collection) === true,
      );
      const isWanted = new Set(wanted.map(({ id }) => id));
      const all = await readAllMarks(
        transport,
        [...places.keys(), ...isWanted],
        (id, code) => isWanted.has(id) || (mayBeLeftOut(code) && id !== tree.roles.inbox),
      );
      const now = clock.now();
      for (const [id, marks] of all.marks)
        marksRead.set(id, isSettled(marks, transport.serverTime(), now) ? marks : null);
      const feeds = [...places].flatMap(([id, place]) => {
        const marks = all.marks.get(id);
        if (marks === undefined) return [];
        const cursor = known.feeds.get(id);
        return [
          { id, place, moved: hasMoved(cursor === undefined ? null : readFeedCursor(cursor), marks, now) },
        ];
      });
      const cursor = writeListingCursor(tree, known.cursor);
      const itemTroubles = troublesOf(found.failures, wanted, all);
      return { feeds, cursor, itemFeeds: itemFeedsOf(wanted, all, known.feeds, now), itemTroubles };
    },

    async readChanges(feed, cursor): Promise<ChangePage> {
      const mark = cursor === null ? null : readFeedCursor(cursor);
      if (cursor !== null && mark === null) refuse('mailbox.cursor-expired', 'CursorUnreadable');
      const page = await readPage(transport, feed, mark?.syncState ?? null);
      const { syncState, done, changes } = page;
      const next = done
        ? { syncState, marks: marksOf(feed), readAt: clock.now() }
        : { syncState, marks: null, readAt: null };
      return { changes, cursor: writeFeedCursor(next), done };
    },
  };
}

function itemFeedsOf(
  folders: readonly ItemFolder[],
  { marks }: AllMarks,
  cursors: ReadonlyMap<FeedId, Cursor>,
  now: number,
): readonly ItemFeed[] {
  return folders.flatMap(({ id, collection }) => {
    const mark = marks.get(id);
    if (mark === undefined) return [];
    const cursor = cursors.get(id);
    const moved = hasMoved(cursor === undefined ? null : readItemCursor(cursor), mark, now);
    return [{ id, collection, moved }];
  });
}

/** One for each collection. A folder *Salesforce Contacts* that went away meanwhile is no trouble. */
function troublesOf(
  failures: ReadonlyMap<Collection, Failure>,
  folders: readonly ItemFolder[],
  all: AllMarks,
): readonly ListingTrouble[] {
  const troubles = new Map(failures);
  for (const { id, collection, isSalesforceFolder } of folders) {
    const failed = all.failures.get(id);
    const isGone = isSalesforceFolder && failed?.vendorCode !== 'ErrorAccessDenied';
    if (failed !== undefined && !(isGone && failed.kind === 'permission-missing'))
      troubles.set(collection, failed);
  }
  return [...troubles].map(([collection, failure]) => ({ collection, failure }));
}

interface FoundRoles {
  readonly tree: ListingMark;
  readonly failures: ReadonlyMap<Collection, Failure>;
}

/** Asks once more for the default folders that were not told with the tree: one that was closed may be open by now. */
async function withItemRoles(
  transport: Transport,
  tree: ListingMark,
  wish: ItemsWish | undefined,
): Promise<FoundRoles> {
  const missing = (wish?.collections ?? []).filter((name) => tree.roles[ITEM_ROLES[name]] === undefined);
  const failures = new Map<Collection, Failure>();
  if (missing.length === 0) return { tree, failures };
  const roles: Record<string, string> = { ...tree.roles };
  const body = (): string => getFolderRoles(missing.map((name) => ITEM_ROLES[name]));
  let at = 0;
  await transport.call({ operation: 'GetFolder', body }, ({ ok, code, node }) => {
    const collection = missing[at];
    at += 1;
    if (collection === undefined) return;
    const id = child(child(node, 'Folders')?.children[0], 'FolderId')?.attributes.Id;
    if (ok && id !== undefined) roles[ITEM_ROLES[collection]] = id;
    else failures.set(collection, responseFailure(ok ? 'ErrorFolderNotFound' : code, 'mailbox'));
  });
  return { tree: { ...tree, roles }, failures };
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
    const isOfMail = !Object.values<string | undefined>(ITEM_ROLES).includes(role);
    if (!ok && isOfMail && (role === 'inbox' || !mayBeLeftOut(code)))
      throw new RemoteFailure(responseFailure(code, 'mailbox'));
  });
  return roles;
}
