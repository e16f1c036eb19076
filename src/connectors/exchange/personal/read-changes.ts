/**
 * The next page of a calendar, a folder of contacts or of tasks: what came, changed or went, each item whole, and series with their
 * occurrences. It keeps nothing between two pages but the cursor.
 */
import type { Clock } from '../../../model/clock.ts';
import type { Cursor, ItemResult } from '../../../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../../model/failure.ts';
import type { FeedId, ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemPage, ItemWindow } from '../../../model/mail-items.ts';
import type { MailboxItem } from '../../../model/mailbox-item.ts';
import { refuse, responseFailure } from '../failures.ts';
import type { Feeds } from '../feeds.ts';
import { instantOf, itemVersion } from '../mapping.ts';
import { child, textOf, type XmlNode } from '../soap.ts';
import type { Transport } from '../transport.ts';
import { readContact } from './contact-mapping.ts';
import { kindOf } from './event-mapping.ts';
import { type ItemMark, readItemCursor, writeItemCursor } from './item-cursor.ts';
import { type ItemFolder, itemFolders } from './item-folders.ts';
import { ELEMENTS, syncItems } from './item-requests.ts';
import { type ReadEvent, readDetails, readEvents } from './read-details.ts';
import { expandSeries, type Grouped, hitsBySeries } from './series.ts';
import { readTask } from './task-mapping.ts';
import { type Range, viewSpan } from './view.ts';
import type { Zone } from './zones.ts';

export interface Reading {
  readonly transport: Transport;
  readonly feeds: Feeds;
  readonly clock: Clock;
  /** In which zone events are made. */
  readonly ownersZone: () => Promise<Zone>;
}

/** The folder behind a feed. Rejects with `cursor-expired` for one that the mailbox no longer has. */
export async function folderOf({ feeds }: Reading, feed: FeedId): Promise<ItemFolder> {
  const found = itemFolders(await feeds.knownTree()).find(({ id }) => id === feed);
  return found ?? refuse('mailbox.cursor-expired', 'FolderUnknown');
}

export async function readItemChanges(
  reading: Reading,
  feed: FeedId,
  cursor: Cursor | null,
  window: ItemWindow,
): Promise<ItemPage> {
  const { transport, feeds, clock } = reading;
  const mark = cursor === null ? null : readItemCursor(cursor);
  if (cursor !== null && mark === null) refuse('mailbox.cursor-expired', 'CursorUnreadable');
  const folder = await folderOf(reading, feed);
  const page = await readSync(transport, folder, mark?.syncState ?? null);
  const isFirstReading = mark?.isFirstReading ?? true;
  const isWanted = (item: XmlNode): boolean => !isFirstReading || isInWindow(item, window);
  const told = lastOfEach(page.told).filter(({ item }) => item === null || isWanted(item));
  const answers = await readAll(transport, folder, { told, window, isFirstReading });
  const changes = told.flatMap(({ itemId, item }): readonly ItemChange[] =>
    item === null ? [{ kind: 'deleted', itemId }] : (answers.get(itemId) ?? []),
  );
  const next: ItemMark = {
    syncState: page.syncState,
    marks: page.done ? feeds.marksOf(feed) : null,
    readAt: page.done ? clock.now() : null,
    isFirstReading: isFirstReading && !page.done,
  };
  return { changes, cursor: writeItemCursor(next), done: page.done };
}

/** What a page tells of an item: as it is shown there, or null where it went away. */
interface Told {
  readonly itemId: ItemId;
  readonly item: XmlNode | null;
}

interface SyncPage {
  readonly syncState: string;
  readonly done: boolean;
  readonly told: readonly Told[];
}

async function readSync(
  transport: Transport,
  { id, collection }: ItemFolder,
  syncState: string | null,
): Promise<SyncPage> {
  let page: SyncPage | null = null;
  const body = (): string => syncItems(collection, id, syncState);
  await transport.call(
    { operation: 'SyncFolderItems', body, scope: 'feed', timeZone: 'UTC' },
    ({ ok, code, node }) => {
      if (!ok) throw new RemoteFailure(responseFailure(code, 'feed'));
      const state = textOf(node, 'SyncState');
      if (state === null) return;
      const told = (child(node, 'Changes')?.children ?? []).flatMap((change) =>
        toldBy(change, ELEMENTS[collection]),
      );
      const done = /^(true|1)$/i.test(textOf(node, 'IncludesLastItemInRange') ?? 'true');
      page = { syncState: state, done, told };
    },
  );
  return page ?? refuse('mailbox.transient', 'EmptyAnswer');
}

/** Distribution lists, notes and mails that were dropped into the folder are no items of its collection. */
function toldBy(change: XmlNode, element: string): readonly Told[] {
  if (change.name === 'Delete') {
    const id = child(change, 'ItemId')?.attributes.Id;
    return id === undefined ? [] : [{ itemId: id as ItemId, item: null }];
  }
  if (change.name !== 'Create' && change.name !== 'Update') return [];
  const item = change.children.find(({ name }) => name === element);
  const ids = itemVersion(item);
  return item === undefined || ids === null ? [] : [{ itemId: ids.itemId, item }];
}

/** An item that a page tells of twice is as it was told last. */
function lastOfEach(told: readonly Told[]): readonly Told[] {
  const last = new Map(told.map((one) => [one.itemId, one]));
  return told.filter((one) => last.get(one.itemId) === one);
}

/** By what the page itself shows; what shows nothing is read. Series are looked at in the window's own view. */
function isInWindow(item: XmlNode, window: ItemWindow): boolean {
  if (item.name === 'Task') {
    const changedAt = instantOf(item, 'LastModifiedTime');
    const dueAt = instantOf(item, 'DueDate');
    const isOpen = textOf(item, 'Status') !== 'Completed';
    return isOpen || changedAt === null || changedAt >= window.tasksFrom || (dueAt ?? 0) >= window.tasksFrom;
  }
  if (item.name !== 'CalendarItem' || kindOf(item) === 'series') return true;
  const startAt = instantOf(item, 'Start');
  const endAt = instantOf(item, 'End') ?? startAt;
  if (startAt === null || endAt === null) return true;
  return endAt >= window.eventsFrom && (window.eventsTo === null || startAt <= window.eventsTo);
}

interface Page {
  readonly told: readonly Told[];
  readonly window: ItemWindow;
  readonly isFirstReading: boolean;
}

type Answers = ReadonlyMap<ItemId, readonly ItemChange[]>;

/** The changes that each item makes. */
async function readAll(transport: Transport, folder: ItemFolder, page: Page): Promise<Answers> {
  const items = page.told.flatMap(({ item, itemId }) => (item === null ? [] : [{ item, itemId }]));
  const ids = items.map(({ itemId }) => itemId);
  if (folder.collection === 'contacts') {
    const read = (item: XmlNode | undefined) => readContact(item, folder.isSalesforceFolder);
    return answersOf(ids, await readDetails(transport, 'contacts', ids, read));
  }
  if (folder.collection === 'tasks')
    return answersOf(ids, await readDetails(transport, 'tasks', ids, readTask));
  return readCalendar(transport, folder.id, { ...page, items });
}

function answersOf(ids: readonly ItemId[], results: readonly ItemResult<MailboxItem>[]): Answers {
  return new Map(
    ids.map((itemId, index) => {
      const result = results[index];
      if (result?.ok === true) return [itemId, [{ kind: 'upsert', item: result.value }]];
      return [itemId, troubleOf(itemId, result?.failure)];
    }),
  );
}

/** An item that went away since the page was told is told as deleted by the next one. */
function troubleOf(itemId: ItemId, details = failure('mailbox.item-unreadable')): readonly ItemChange[] {
  return details.code === 'mailbox.item-gone' ? [] : [{ kind: 'unreadable', itemId, failure: details }];
}

/** What a view of the window shows, by series; null where the calendar holds more than a view can show. */
type Seen = (Grouped & { readonly range: Range }) | null;

async function see(transport: Transport, feed: FeedId, range: Range): Promise<Seen> {
  const hits = await viewSpan(transport, feed, range);
  return hits === null ? null : { ...(await hitsBySeries(transport, hits)), range };
}

async function readCalendar(
  transport: Transport,
  feed: FeedId,
  page: Page & { readonly items: readonly { readonly itemId: ItemId; readonly item: XmlNode }[] },
): Promise<Answers> {
  const { items, window, isFirstReading } = page;
  const masters = items.filter(({ item }) => kindOf(item) === 'series').map(({ itemId }) => itemId);
  const range = rangeOf(window);
  let seen = masters.length === 0 ? undefined : await see(transport, feed, range);
  // On a first reading nothing is known that could have been moved out of the span.
  const isPlain = isFirstReading && seen != null && seen.spoiled.size === 0;
  const idle = new Set(isPlain ? masters.filter((id) => seen?.bySeries.has(id) === false) : []);
  const ids = items.map(({ itemId }) => itemId).filter((id) => !idle.has(id));
  const results = await readEvents(transport, ids);
  const answers = new Map<ItemId, readonly ItemChange[]>();
  for (const id of idle) answers.set(id, [{ kind: 'series', seriesId: id, occurrences: [], ...range }]);
  const series: ReadEvent[] = [];
  for (const [index, itemId] of ids.entries()) {
    const result = results[index];
    if (result?.ok !== true) answers.set(itemId, troubleOf(itemId, result?.failure));
    else if (result.value.kind === 'series') series.push(result.value);
    else answers.set(itemId, [{ kind: 'upsert', item: result.value.event }]);
  }
  // A server may keep to itself, until an item is read, that it is a series.
  if (series.length > 0 && seen === undefined) seen = await see(transport, feed, range);
  const told = await tellSeries(transport, series, seen ?? null);
  for (const [itemId, change] of told) answers.set(itemId, [change]);
  return answers;
}

/** Series of one calendar, each told whole. */
export async function retellSeries(
  transport: Transport,
  feed: FeedId,
  series: readonly ReadEvent[],
  window: ItemWindow,
): Promise<readonly ItemChange[]> {
  return [...(await tellSeries(transport, series, await see(transport, feed, rangeOf(window)))).values()];
}

function rangeOf({ eventsFrom, seriesTo }: ItemWindow): Range {
  return { from: eventsFrom, to: Math.max(seriesTo, eventsFrom) };
}

async function tellSeries(
  transport: Transport,
  series: readonly ReadEvent[],
  seen: Seen,
): Promise<ReadonlyMap<ItemId, ItemChange>> {
  const unreadable = (itemId: ItemId, details: Failure): ItemChange => ({
    kind: 'unreadable',
    itemId,
    failure: details,
  });
  if (seen === null) {
    const tooMany = failure('mailbox.item-unreadable', { vendorCode: 'ErrorExceededFindCountLimit' });
    return new Map(series.map(({ event }) => [event.itemId, unreadable(event.itemId, tooMany)]));
  }
  const { bySeries, spoiled, range } = seen;
  const whole = series.filter(({ event }) => !spoiled.has(event.uid));
  const wanted = whole.map((one) => ({ series: one, hits: bySeries.get(one.event.itemId) ?? [] }));
  const expanded = await expandSeries(transport, wanted, range);
  const waiting = series.flatMap(({ event }): [ItemId, ItemChange][] => {
    const why = spoiled.get(event.uid);
    return why === undefined ? [] : [[event.itemId, unreadable(event.itemId, why)]];
  });
  return new Map([
    ...waiting,
    ...[...expanded].map(([seriesId, one]): [ItemId, ItemChange] => [
      seriesId,
      one.ok
        ? { kind: 'series', seriesId, occurrences: one.occurrences, ...range }
        : unreadable(seriesId, one.failure),
    ]),
  ]);
}
