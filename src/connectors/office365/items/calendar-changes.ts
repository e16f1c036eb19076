/**
 * The changes of the calendar, page by page: single events as they are told, series as all their occurrences in the window. A view tells what was changed
 * outside of it as removed too, so that every removal is looked at before it is told as one. docs/remote-services/office365.md#window.
 */
import { readSpan } from '../../../model/canonical.ts';
import { DAY, type Instant } from '../../../model/clock.ts';
import type { Cursor, ItemResult } from '../../../model/connector.ts';
import { failure, RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemPage, ItemWindow } from '../../../model/mail-items.ts';
import type { MailboxItem } from '../../../model/mailbox-item.ts';
import { retoldBy } from '../../retold.ts';
import { pathOfLink } from '../links.ts';
import type { Json } from '../message.ts';
import { eventSelect, masterIdOf, sortOf } from './event.ts';
import {
  type CalendarCursor,
  frameOf,
  isCovered,
  isStretchDue,
  readCalendarCursor,
  readOccurrencesCursor,
  toldUpTo,
  VIEW_MS_MAX,
  writeCalendarCursor,
  writeOccurrencesCursor,
} from './item-cursor.ts';
import type { KeptPage } from './item-listing.ts';
import { bodyOfKept } from './item-listing.ts';
import { PAGE_ITEMS } from './prefer.ts';
import { unread } from './read-items.ts';
import { entriesOf, rangeQuery, type SeriesOptions, type SeriesReader, viewCall } from './series.ts';

export interface CalendarOptions extends SeriesOptions {
  readonly series: SeriesReader;
  takeKept(cursor: Cursor): KeptPage | null;
}

/** The next page. Rejects with `cursor-expired` also where the frozen window no longer covers what is wanted. */
export async function readCalendarChanges(
  options: CalendarOptions,
  cursor: Cursor | null,
  window: ItemWindow,
): Promise<ItemPage> {
  const { transport, graphOrigin } = options;
  const position = cursor === null ? begin(transport.root, window) : readCalendarCursor(cursor);
  if (position === null) throw expired('CursorUnreadable');
  if (cursor !== null && !isCovered(position, window)) throw expired('WindowMoved');
  if (cursor === null) options.series.forget();
  const kept = cursor === null ? null : options.takeKept(cursor);
  const scope = cursor === null ? ('mailbox' as const) : ('feed' as const);
  const call = { ...viewCall(position.path), scope, operation: 'read-changes' };
  const body = kept === null ? await transport.json(call) : bodyOfKept(kept);
  const { path, done } = linkOf(body, graphOrigin);
  const changes = [...(await readPage(options, body, window))];
  let { told } = position;
  if (isStretchDue(position, window)) {
    const stretch = await readStretch(options, told, toldUpTo(position, window));
    const known = new Set(changes.map((change) => ('item' in change ? change.item.itemId : null)));
    changes.push(
      ...stretch.changes.filter((change) => !('item' in change) || !known.has(change.item.itemId)),
    );
    told = stretch.to;
  } else told = Math.min(told, toldUpTo(position, window));
  return { changes, cursor: writeCalendarCursor({ ...position, path, told }), done };
}

function begin(root: string, window: ItemWindow): CalendarCursor {
  const { from, to } = frameOf(window);
  const path = `${root}/calendarView/delta?${rangeQuery(from, to)}`;
  return { path, from, to, told: toldUpTo({ from, to }, window) };
}

export function expired(vendorCode: string): RemoteFailure {
  return new RemoteFailure(failure('mailbox.cursor-expired', { vendorCode }));
}

/** Where a page goes on, as a path. Rejects where the answer is no page, or leads to another origin. */
export function linkOf(
  body: unknown,
  graphOrigin: string,
): { readonly path: string; readonly done: boolean } {
  const page = (body ?? {}) as Json;
  if (!Array.isArray(page.value))
    throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
  const next = page['@odata.nextLink'];
  const path = pathOfLink(next ?? page['@odata.deltaLink'], graphOrigin);
  if (path === null)
    throw new RemoteFailure(failure('mailbox.request-invalid', { vendorCode: 'FOREIGN_LINK' }));
  return { path, done: next === undefined || next === null };
}

async function readPage(
  { reader, series }: CalendarOptions,
  body: unknown,
  window: ItemWindow,
): Promise<readonly ItemChange[]> {
  // An entry told twice counts as told last.
  const entries = new Map(entriesOf(body).map((entry) => [entry.id as ItemId, entry]));
  const changes: ItemChange[] = [];
  const told: Json[] = [];
  const removed: ItemId[] = [];
  for (const [itemId, entry] of entries)
    if (entry['@removed'] === undefined) told.push(entry);
    else removed.push(itemId);
  const left = await reader.readJson('events', removed);
  for (const itemId of removed) {
    const result = left.get(itemId);
    if (result?.ok === true) told.push(result.value);
    else if (result === undefined || result.failure.code === 'mailbox.item-gone')
      changes.push({ kind: 'deleted', itemId });
    else changes.push({ kind: 'unreadable', itemId, failure: result.failure });
  }
  const singles = told.filter((entry) => sortOf(entry) === 'single');
  const items = await reader.toItems('events', await withStamps(reader, singles));
  for (const item of items.values()) changes.push({ kind: 'upsert', item });
  return [...changes, ...(await series.read(changedSeries(told, series, window), window))];
}

/** Events as the calendar's delta would tell them: a series by its occurrences in the window. */
export async function retellEvents(
  { reader, series }: CalendarOptions,
  itemIds: readonly ItemId[],
  window: ItemWindow,
): Promise<readonly ItemChange[]> {
  const told = await reader.readJson('events', itemIds);
  const masters = new Map<ItemId, readonly Json[]>();
  const alone: Json[] = [];
  for (const result of told.values())
    if (result.ok && sortOf(result.value) === 'master')
      masters.set(result.value.id as ItemId, [result.value]);
    else if (result.ok) alone.push(result.value);
  const items = await reader.toItems('events', alone);
  const ids = itemIds.filter((itemId) => !masters.has(itemId));
  const results = ids.map((itemId): ItemResult<MailboxItem> => {
    const item = items.get(itemId);
    const result = told.get(itemId);
    if (item !== undefined) return { ok: true, value: item };
    return result?.ok === false ? result : unread(itemId);
  });
  return [...retoldBy(ids, results), ...(await series.read(masters, window))];
}

/** Graph tells `transactionId`, null where there is none; where a server leaves it out, the stamp is asked for. */
async function withStamps(
  reader: CalendarOptions['reader'],
  events: readonly Json[],
): Promise<readonly Json[]> {
  const untold = events.filter((event) => event.transactionId === undefined).map(({ id }) => id as ItemId);
  if (untold.length === 0) return events;
  const read = await reader.readJson('events', untold);
  return events.map((event) => {
    const result = read.get(event.id as ItemId);
    return result?.ok === true ? result.value : event;
  });
}

function changedSeries(
  told: readonly Json[],
  series: SeriesReader,
  window: ItemWindow,
): ReadonlyMap<ItemId, readonly Json[]> {
  const entries = new Map<ItemId, Json[]>();
  const changed = new Set<ItemId>();
  for (const entry of told) {
    const sort = sortOf(entry);
    const id = sort === 'master' ? (entry.id as ItemId) : sort === 'occurrence' ? masterIdOf(entry) : null;
    if (id === null) continue;
    entries.set(id, [...(entries.get(id) ?? []), entry]);
    if (series.isNews(id, entry, window)) changed.add(id);
  }
  return new Map([...entries].filter(([id]) => changed.has(id)));
}

const STRETCH_PAGES_MAX = 20;

/** Single events that time brought inside of the window, and up to where they were told. */
async function readStretch(
  { transport, graphOrigin, reader }: CalendarOptions,
  from: Instant,
  to: Instant,
): Promise<{ readonly changes: readonly ItemChange[]; readonly to: Instant }> {
  const changes: ItemChange[] = [];
  let path: string | null = listPath(transport.root, from, to);
  let last = from;
  for (let pages = 0; path !== null; pages += 1) {
    if (pages >= STRETCH_PAGES_MAX) return { changes, to: Math.max(last, from) };
    const body = await transport.json({ ...viewCall(path), scope: 'mailbox', operation: 'read-occurrences' });
    const singles = entriesOf(body).filter((event) => sortOf(event) === 'single');
    for (const item of (await reader.toItems('events', await withStamps(reader, singles))).values()) {
      changes.push({ kind: 'upsert', item });
      last = Math.max(last, readSpan(item.fields.time)?.startAt ?? last);
    }
    path = pathOfLink((body as Json | null)?.['@odata.nextLink'], graphOrigin);
  }
  return { changes, to };
}

function listPath(root: string, from: Instant, to: Instant): string {
  const query = [rangeQuery(from, to), eventSelect, '$orderby=start/dateTime', `$top=${PAGE_ITEMS}`];
  return `${root}/calendarView?${query.join('&')}`;
}

/** A page of the occurrences that start between two instants; of whole days a day more on either side. */
export async function readCalendarOccurrences(
  { transport, graphOrigin, reader }: SeriesOptions,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  cursor: Cursor | null,
): Promise<ItemPage> {
  const end = Math.min(to, from + VIEW_MS_MAX);
  const path = cursor === null ? listPath(transport.root, from, end) : readOccurrencesCursor(cursor);
  if (path === null) throw expired('CursorUnreadable');
  const body = await transport.json({
    ...viewCall(path),
    scope: cursor === null ? 'mailbox' : 'feed',
    operation: 'read-occurrences',
  });
  const occurrences = entriesOf(body).filter((event) => sortOf(event) === 'occurrence');
  const items = await reader.toItems('events', occurrences);
  const changes = [...items.values()].flatMap((item): ItemChange[] => {
    const span = readSpan(item.fields.time);
    const slack = span?.isAllDay === true ? DAY : 0;
    const isOutside = span !== null && (span.startAt < from - slack || span.startAt >= end + slack);
    return isOutside ? [] : [{ kind: 'upsert', item }];
  });
  const next = (body as Json | null)?.['@odata.nextLink'];
  const rest = next === undefined || next === null ? null : pathOfLink(next, graphOrigin);
  if (rest === null && next != null)
    throw new RemoteFailure(failure('mailbox.request-invalid', { vendorCode: 'FOREIGN_LINK' }));
  return { changes, cursor: rest === null ? '' : writeOccurrencesCursor(rest), done: rest === null };
}
