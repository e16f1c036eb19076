/**
 * The occurrences of changed series: those of the window, exceptions included, as Graph expands them. What was told once of a series is not asked for
 * again while its entries carry the same versions.
 */
import { readSpan } from '../../../model/canonical.ts';
import type { Instant } from '../../../model/clock.ts';
import { failure, RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemWindow } from '../../../model/mail-items.ts';
import type { EventItem } from '../../../model/mailbox-item.ts';
import { type BatchAnswer, runBatch } from '../batch.ts';
import { itemFailure } from '../heads.ts';
import { pathOfLink } from '../links.ts';
import { type Json, versionOf } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { eventSelect, sortOf, timeOf } from './event.ts';
import { calendarPrefer, PAGE_ITEMS } from './prefer.ts';
import type { ItemReader } from './read-items.ts';

/** Series with more occurrences in the window than these pages hold are damaged. */
const PAGES_MAX = 20;
/** Series whose versions are remembered. */
const TOLD_MAX = 2_000;

export interface SeriesOptions {
  readonly transport: Transport;
  readonly graphOrigin: string;
  readonly reader: ItemReader;
}

export interface SeriesReader {
  /** A first reading begins: whatever was told before is news again. */
  forget(): void;
  /** Whether an entry tells something that was not told with its series yet. */
  isNews(seriesId: ItemId, entry: Json, window: ItemWindow): boolean;
  /** One change per series; `entries` are what a page told of it, so that an exception outside of the window is not lost. */
  read(series: ReadonlyMap<ItemId, readonly Json[]>, window: ItemWindow): Promise<readonly ItemChange[]>;
}

export function createSeriesReader({ transport, graphOrigin, reader }: SeriesOptions): SeriesReader {
  const told = new Map<ItemId, ReadonlyMap<string, string>>();

  const readRest = async (answer: BatchAnswer & { ok: true }): Promise<readonly Json[]> => {
    const events: Json[] = [];
    let page = answer.body as Json | null;
    for (let pages = 1; ; pages += 1) {
      events.push(...entriesOf(page));
      const next = page?.['@odata.nextLink'];
      if (next === undefined || next === null) return events;
      const path = pathOfLink(next, graphOrigin);
      if (path === null || pages >= PAGES_MAX)
        throw new RemoteFailure(failure('mailbox.item-unreadable', { vendorCode: 'TooManyOccurrences' }));
      page = (await transport.json({ ...viewCall(path), operation: 'read-series' })) as Json | null;
    }
  };

  const readOne = async (
    seriesId: ItemId,
    answer: BatchAnswer | undefined,
    entries: readonly Json[],
    window: ItemWindow,
  ): Promise<ItemChange> => {
    if (answer?.ok !== true) {
      const details = answer === undefined ? null : itemFailure(answer);
      if (details?.code === 'mailbox.item-gone') return { kind: 'deleted', itemId: seriesId };
      return {
        kind: 'unreadable',
        itemId: seriesId,
        failure: details ?? failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' }),
      };
    }
    const instances = await readRest(answer);
    const ids = new Set(instances.map(({ id }) => id));
    // An exception that was moved out of the window is still an occurrence; bare entries tell nothing of their own.
    const moved = entries.filter(
      (entry) => isWhole(entry) && sortOf(entry) === 'occurrence' && !ids.has(entry.id),
    );
    const items = await reader.toItems('events', [...instances, ...moved]);
    const master = entries.find((entry) => sortOf(entry) === 'master');
    const versions = [...instances, ...entries].map((each) => [String(each.id), versionOf(each)] as const);
    told.delete(seriesId);
    told.set(seriesId, new Map(versions));
    for (const oldest of told.keys()) {
      if (told.size <= TOLD_MAX) break;
      told.delete(oldest);
    }
    if (master !== undefined) reader.noteMaster(master);
    const { eventsFrom: from, seriesTo: to } = window;
    return { kind: 'series', seriesId, occurrences: [...items.values()] as EventItem[], from, to };
  };

  return {
    forget: () => told.clear(),
    isNews(seriesId, entry, window) {
      const versions = told.get(seriesId);
      const known = versions?.get(String(entry.id));
      if (versions !== undefined && known !== undefined) return known !== versionOf(entry);
      return sortOf(entry) === 'master' || isWhole(entry) || isInside(entry, window);
    },
    async read(series, window) {
      const ids = [...series.keys()];
      for (const entries of series.values())
        for (const entry of entries) if (sortOf(entry) === 'master') reader.noteMaster(entry);
      const calls = ids.map((id) => instancesCall(transport.root, id, window));
      const answers = await runBatch(transport, 'read-series', calls);
      const changes: ItemChange[] = [];
      for (const [at, id] of ids.entries())
        changes.push(await settle(id, readOne(id, answers[at], series.get(id) ?? [], window)));
      return changes;
    },
  };
}

/** Trouble of one series stays its own. */
async function settle(itemId: ItemId, change: Promise<ItemChange>): Promise<ItemChange> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.kind !== 'bad-item') throw error;
    return { kind: 'unreadable', itemId, failure: error.failure };
  }
}

/** Occurrences that are as their series come with their times alone. */
function isWhole(entry: Json): boolean {
  return entry.subject !== undefined;
}

/** Whether a bare entry lies where occurrences are given. */
function isInside(entry: Json, { eventsFrom, seriesTo }: ItemWindow): boolean {
  const span = readSpan(timeOf(entry));
  return span === null || (span.startAt < seriesTo && span.endAt > eventsFrom);
}

function instancesCall(root: string, id: ItemId, { eventsFrom, seriesTo }: ItemWindow): GraphCall {
  return viewCall(
    `${root}/events/${encodeURIComponent(id)}/instances?${rangeQuery(eventsFrom, seriesTo)}&${eventSelect}&$top=${PAGE_ITEMS}`,
  );
}

export function viewCall(path: string): GraphCall {
  return { method: 'GET', path, prefer: calendarPrefer, scope: 'item' };
}

/** The window of a calendar view, its end excluded. */
export function rangeQuery(from: Instant, to: Instant): string {
  const write = (at: Instant) => encodeURIComponent(new Date(at).toISOString());
  return `startDateTime=${write(from)}&endDateTime=${write(to)}`;
}

/** The entries of a page; what is none is left out. */
export function entriesOf(page: unknown): readonly Json[] {
  const { value } = (page ?? {}) as Json;
  return (Array.isArray(value) ? (value as readonly (Json | null)[]) : []).flatMap((entry) =>
    typeof entry?.id === 'string' ? [entry] : [],
  );
}
