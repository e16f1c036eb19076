/**
 * A mailbox in memory that keeps the contract of a mail service to the letter: folders, a log of changes, versions, categories; events, contacts and
 * tasks stand in `memory-items.ts`. The contract suite passes on it first, and tests use it where a service's own ways do not matter.
 */
import { collections } from '../../src/model/collection.ts';
import {
  able,
  type Change,
  type ChangePage,
  type Feed,
  type ItemResult,
  type MailCapabilities,
  type MailConnector,
  type Mark,
} from '../../src/model/connector.ts';
import type { Attachment, Place } from '../../src/model/email.ts';
import { type Failure, failure, RemoteFailure } from '../../src/model/failure.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import { SALESFORCE_FOLDER } from '../../src/model/settings.ts';
import { createMemoryItems, type MemoryItems } from './memory-items.ts';
import { listItemFeeds, openMemoryItems } from './memory-items-connector.ts';
import { contentOf, findItems, headOf } from './memory-mail-views.ts';

const anyTime = { eventsFrom: 0, eventsTo: null, seriesTo: 0, tasksFrom: 0 };

export interface MemoryMail {
  readonly subject: string;
  readonly body: string;
  readonly attachments: readonly Attachment[];
  readonly receivedAt: number;
}

/** A mail in a folder. */
export interface MemoryMailItem {
  readonly id: ItemId;
  readonly order: number;
  readonly mail: MemoryMail;
  readonly folder: FeedId;
  readonly categories: readonly string[];
  readonly version: string;
  /** Stays when the item moves, whatever becomes of its id. */
  readonly messageId: string;
  /** Where in the log it entered its folder. */
  readonly enteredAt: number;
}

interface LogEntry {
  readonly folder: FeedId;
  readonly itemId: ItemId;
}

/** The server: several connectors may be open on it. */
export interface MemoryMailbox {
  readonly now: () => number;
  readonly addresses: readonly [string, ...string[]];
  readonly password: string;
  readonly folders: Map<FeedId, Place | 'unwatched'>;
  readonly items: Map<ItemId, MemoryMailItem>;
  readonly log: LogEntry[];
  /** Events, contacts and tasks. */
  readonly personal: MemoryItems;
  /** Cursors of another epoch are forgotten. */
  epoch: number;
  throttledUntil: number;
  callsWhileThrottled: number;
  lastId: number;
  /** Whether ids survive a move. */
  readonly stableIds: boolean;
}

export function createMemoryMailbox(
  now: () => number,
  {
    password = 'pw',
    stableIds = false,
    addresses = ['ann@contoso.test', 'a.lee@contoso.test'],
  }: {
    readonly password?: string;
    readonly stableIds?: boolean;
    readonly addresses?: readonly [string, ...string[]];
  } = {},
): MemoryMailbox {
  return {
    now,
    addresses,
    password,
    folders: new Map<FeedId, Place | 'unwatched'>([
      ['inbox' as FeedId, 'inbox'],
      ['sent' as FeedId, 'sent'],
      ['drafts' as FeedId, 'unwatched'],
      ['deleteditems' as FeedId, 'unwatched'],
    ]),
    items: new Map(),
    log: [],
    personal: createMemoryItems(now, addresses[0].replace('@', '.')),
    epoch: 1,
    throttledUntil: 0,
    callsWhileThrottled: 0,
    lastId: 0,
    stableIds,
  };
}

/** Puts an item into a folder, under a new id. */
export function putItem(
  mailbox: MemoryMailbox,
  folder: string,
  mail: MemoryMail,
  categories: readonly string[],
  messageId?: string,
): ItemId {
  mailbox.lastId += 1;
  const id = `item-${mailbox.lastId}` as ItemId;
  const order = mailbox.lastId;
  const enteredAt = mailbox.log.length;
  write(mailbox, {
    id,
    order,
    mail,
    folder: folder as FeedId,
    categories,
    messageId: messageId ?? `<${id}@outside.test>`,
    version: '',
    enteredAt,
  });
  return id;
}

export function takeItem(mailbox: MemoryMailbox, itemId: ItemId): MemoryMailItem {
  const item = mailbox.items.get(itemId);
  if (item === undefined) throw new Error('there is no such item');
  mailbox.items.delete(itemId);
  mailbox.log.push({ folder: item.folder, itemId });
  return item;
}

/** Puts an item into another folder; gives the id that it has there. */
export function moveItem(mailbox: MemoryMailbox, itemId: ItemId, folder: string): ItemId {
  const item = takeItem(mailbox, itemId);
  if (!mailbox.stableIds) return putItem(mailbox, folder, item.mail, item.categories, item.messageId);
  write(mailbox, { ...item, folder: folder as FeedId, version: '', enteredAt: mailbox.log.length });
  return itemId;
}

/** Changes categories; returns the new version. */
export function setCategories(mailbox: MemoryMailbox, itemId: ItemId, categories: readonly string[]): string {
  const item = mailbox.items.get(itemId);
  if (item === undefined) throw new Error('there is no such item');
  return write(mailbox, { ...item, categories });
}

function write(mailbox: MemoryMailbox, item: MemoryMailItem): string {
  mailbox.log.push({ folder: item.folder, itemId: item.id });
  const version = `v${mailbox.log.length}`;
  mailbox.items.set(item.id, { ...item, version });
  return version;
}

const PAGE_ITEMS = 500;
const REQUEST_BYTES = 100;

const capabilitiesOf = ({ stableIds }: MemoryMailbox): MailCapabilities => ({
  stableIds: stableIds ? able : { able: false, reason: 'This reference moves as Exchange does.' },
  folderFeeds: able,
  categories: able,
  headsMax: 100,
  contentsMax: 10,
  marksMax: 100,
});

/** Opens a connector on the mailbox. Every call counts as one request. */
export function openMemoryMailbox(mailbox: MemoryMailbox, password = mailbox.password): MailConnector {
  const byOperation: Record<string, number> = {};
  let requests = 0;
  let refusal: Failure | null = null;
  let silentUntil = 0;

  const request = (operation: string): void => {
    if (refusal !== null) throw new RemoteFailure(refusal);
    const now = mailbox.now();
    if (silentUntil > now) throw throttled(silentUntil - now);
    requests += 1;
    byOperation[operation] = (byOperation[operation] ?? 0) + 1;
    if (password !== mailbox.password) {
      refusal = failure('mailbox.credentials-rejected');
      throw new RemoteFailure(refusal);
    }
    if (mailbox.throttledUntil <= now) return;
    mailbox.callsWhileThrottled += 1;
    silentUntil = mailbox.throttledUntil;
    throw throttled(silentUntil - now);
  };
  const each = <Asked, T>(
    operation: string,
    asked: readonly Asked[],
    idOf: (one: Asked) => ItemId,
    read: (item: MemoryMailItem, one: Asked) => T,
  ): readonly ItemResult<T>[] => {
    if (asked.length > 0) request(operation);
    return asked.map((one) => {
      const itemId = idOf(one);
      const item = mailbox.items.get(itemId);
      return item === undefined
        ? { ok: false, itemId, failure: failure('mailbox.item-gone') }
        : { ok: true, value: read(item, one) };
    });
  };

  return {
    capabilities: capabilitiesOf(mailbox),
    items: openMemoryItems(mailbox.personal, request),
    async identify() {
      request('identify');
      return { address: mailbox.addresses[0], addresses: mailbox.addresses };
    },
    async check() {
      try {
        request('check');
      } catch (error) {
        if (!(error instanceof RemoteFailure)) throw error;
        return [{ capability: 'sign-in', ok: false, failure: error.failure }];
      }
      mailbox.folders.set(SALESFORCE_FOLDER as FeedId, 'salesforce-folder');
      const { itemTroubles } = listItemFeeds(mailbox.personal, { collections, window: anyTime }, new Map());
      return ['sign-in', 'read-mail', 'write-categories', ...collections].map((capability) => {
        const trouble = itemTroubles.find(({ collection }) => collection === capability);
        return trouble === undefined
          ? { capability, ok: true }
          : { capability, ok: false, failure: trouble.failure };
      });
    },
    async listFeeds(known) {
      request('list');
      const feeds = [...mailbox.folders].flatMap(([id, place]): Feed[] =>
        place === 'unwatched'
          ? []
          : [{ id, place, moved: hasMoved(mailbox, id, known.feeds.get(id) ?? null) }],
      );
      const listed = listItemFeeds(mailbox.personal, known.items, known.feeds);
      return { feeds, cursor: String(mailbox.epoch), ...listed };
    },
    async readChanges(feed, cursor) {
      request('read-changes');
      return readPage(mailbox, feed, cursor);
    },
    async find(wish) {
      request('find');
      return findItems(mailbox, wish);
    },
    readHeads: async (asked) =>
      each(
        'read-heads',
        asked,
        ({ itemId }) => itemId,
        (item, { place }) => headOf(item, place),
      ),
    readContents: async (asked, { attachmentBytesMax }) =>
      each(
        'read-contents',
        asked,
        (itemId) => itemId,
        (item) => contentOf(item, attachmentBytesMax),
      ),
    mark: async (marks) =>
      each(
        'mark',
        marks,
        ({ itemId }) => itemId,
        (item, mark: Mark) => {
          const kept = item.categories.filter((one) => !mark.remove.includes(one) && !mark.add.includes(one));
          return { itemId: item.id, version: setCategories(mailbox, item.id, [...kept, ...mark.add]) };
        },
      ),
    traffic: () => ({
      requests,
      bytesSent: requests * REQUEST_BYTES,
      bytesReceived: requests * REQUEST_BYTES,
      byOperation: { ...byOperation },
    }),
    close: async () => undefined,
  };
}

function throttled(retryAfterMs: number): RemoteFailure {
  return new RemoteFailure(failure('mailbox.throttled', { retryAfterMs }));
}

// ------------------------------------------------------------------------------------------------------------------ the feed

/** How far a feed was read: of the first pass the last item told (null at its end), then the place in the log. */
interface Position {
  readonly epoch: number;
  readonly at: number;
  readonly below: { readonly receivedAt: number; readonly order: number } | 'start' | null;
}

function readPosition(mailbox: MemoryMailbox, cursor: string | null): Position {
  if (cursor === null) return { epoch: mailbox.epoch, at: mailbox.log.length, below: 'start' };
  try {
    const position = JSON.parse(cursor) as Position;
    if (position.epoch === mailbox.epoch) return position;
  } catch {
    // As one that was forgotten.
  }
  throw new RemoteFailure(failure('mailbox.cursor-expired'));
}

function hasMoved(mailbox: MemoryMailbox, feed: FeedId, cursor: string | null): boolean {
  if (cursor === null) return true;
  const position = JSON.parse(cursor) as Position;
  if (position.epoch !== mailbox.epoch || position.below !== null) return true;
  return mailbox.log.slice(position.at).some(({ folder }) => folder === feed);
}

function readPage(mailbox: MemoryMailbox, feed: FeedId, cursor: string | null): ChangePage {
  const position = readPosition(mailbox, cursor);
  return position.below === null
    ? readLog(mailbox, feed, position)
    : readNewestFirst(mailbox, feed, position, position.below);
}

function readNewestFirst(
  mailbox: MemoryMailbox,
  feed: FeedId,
  position: Position,
  below: Exclude<Position['below'], null>,
): ChangePage {
  const left = [...mailbox.items.values()]
    .filter(({ folder, enteredAt }) => folder === feed && enteredAt < position.at)
    .toSorted((one, other) => other.mail.receivedAt - one.mail.receivedAt || other.order - one.order)
    .filter(({ mail, order }) => {
      if (below === 'start') return true;
      return mail.receivedAt === below.receivedAt ? order < below.order : mail.receivedAt < below.receivedAt;
    });
  const page = left.slice(0, PAGE_ITEMS);
  const last = page.at(-1);
  const isLast = left.length <= PAGE_ITEMS || last === undefined;
  const next: Position = {
    ...position,
    below: isLast ? null : { receivedAt: last.mail.receivedAt, order: last.order },
  };
  return { changes: page.map(upsert), cursor: JSON.stringify(next), done: isLast };
}

function readLog(mailbox: MemoryMailbox, feed: FeedId, position: Position): ChangePage {
  const touched = new Set(
    mailbox.log.slice(position.at).flatMap(({ folder, itemId }) => (folder === feed ? [itemId] : [])),
  );
  const changes = [...touched].map((itemId): Change => {
    const item = mailbox.items.get(itemId);
    return item?.folder === feed ? upsert(item) : { kind: 'deleted', itemId };
  });
  return { changes, cursor: JSON.stringify({ ...position, at: mailbox.log.length }), done: true };
}

const upsert = ({ id, version, mail }: MemoryMailItem): Change => ({
  kind: 'upsert',
  itemId: id,
  version,
  receivedAt: mail.receivedAt,
});
