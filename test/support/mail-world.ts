/**
 * A mail service as the contract suite needs it: one mailbox with hands inside it, and a reader that visits it as runs do. It proves nothing by
 * itself.
 */
import type { Change, ChangePage, Cursor, FeedListing, MailConnector } from '../../src/model/connector.ts';
import type { Place } from '../../src/model/email.ts';
import { type Failure, type FailureKind, RemoteFailure } from '../../src/model/failure.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';

/** A mail to be put into the mailbox. */
export interface NewMail {
  readonly subject: string;
  readonly body?: string;
  readonly categories?: readonly string[];
  readonly receivedAt?: number;
  readonly attachments?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** A service with one empty mailbox, and the hands that a test needs inside it. Folders are `inbox`, `sent`, `drafts` or a path. */
export interface MailWorld {
  readonly mail: MailConnector;
  /** The mailbox's addresses, the primary one first. */
  readonly addresses: readonly [string, ...string[]];
  /** Another connector on the same mailbox, as the next run opens one; with another password, or grant, where told. */
  readonly reopen: (password?: string) => MailConnector;
  /** The kind of failure that a wrong password, or a dead grant, is told as. */
  readonly refusal: FailureKind;
  readonly deliver: (folder: string, mail: NewMail) => ItemId;
  readonly setCategories: (itemId: ItemId, categories: readonly string[]) => void;
  readonly categoriesOf: (itemId: ItemId) => readonly string[];
  /** Gives the id that the item has afterwards. */
  readonly move: (itemId: ItemId, folder: string) => ItemId;
  readonly remove: (itemId: ItemId) => void;
  readonly createFolder: (path: string) => void;
  readonly removeFolder: (path: string) => void;
  readonly expireCursors: () => void;
  readonly throttle: (forMs: number) => void;
  /** Calls that came although the service had asked to stay away. */
  readonly callsWhileThrottled: () => number;
  /** What would have been mailed to people. */
  readonly notificationsSent: () => number;
  readonly advance: (ms: number) => void;
  readonly close: () => Promise<void>;
}

/** What a service may be unable to do, by its declared capability. */
type AbilityName = 'stableIds' | 'folderFeeds' | 'categories';

/** Declares one test of the suite, unless it is skipped by name or needs what the service declares that it cannot do. */
export type Check = (
  title: string,
  body: (world: MailWorld) => Promise<void>,
  needs?: readonly AbilityName[],
) => void;

/** What a run keeps between two visits: the listing's cursor and one per feed. */
export interface Memory {
  readonly cursor: Cursor | null;
  readonly feeds: ReadonlyMap<FeedId, Cursor>;
}

export const nothing: Memory = { cursor: null, feeds: new Map() };
const PAGES_MAX = 1_000;

export async function drain(mail: MailConnector, feed: FeedId, from: Cursor | null) {
  const pages: ChangePage[] = [];
  for (let cursor = from; pages.length < PAGES_MAX; ) {
    const page = await mail.readChanges(feed, cursor);
    pages.push(page);
    cursor = page.cursor;
    if (page.done) return { pages, changes: pages.flatMap(({ changes }) => changes), cursor };
  }
  throw new Error('the feed has no end');
}

/** Reads whatever moved; returns the changes and what to remember. */
export async function visit(mail: MailConnector, memory: Memory) {
  const listing = await mail.listFeeds(memory);
  const changes: Change[] = [];
  const feeds = new Map<FeedId, Cursor>();
  for (const { id, moved } of listing.feeds) {
    const known = memory.feeds.get(id);
    if (!moved && known !== undefined) {
      feeds.set(id, known);
      continue;
    }
    const read = await drain(mail, id, known ?? null);
    changes.push(...read.changes);
    feeds.set(id, read.cursor);
  }
  return { changes, listing, memory: { cursor: listing.cursor, feeds } satisfies Memory };
}

export const idsOf = (changes: readonly Change[], kind: Change['kind']) =>
  changes.filter((change) => change.kind === kind).map(({ itemId }) => itemId);

export function feedOf({ feeds }: FeedListing, place: Place): FeedId {
  const found = feeds.find((feed) => feed.place === place);
  if (found === undefined) throw new Error(`no feed stands for ${place}`);
  return found.id;
}

export const listAnew = (mail: MailConnector) => mail.listFeeds(nothing);

export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure;
    throw error;
  }
  throw new Error('nothing was refused');
}

export const versionOf = async (mail: MailConnector, itemId: ItemId) => {
  const [head] = await mail.readHeads([{ itemId, place: 'inbox' }]);
  if (head?.ok !== true) throw new Error('there is no such item');
  return head.value.version;
};
