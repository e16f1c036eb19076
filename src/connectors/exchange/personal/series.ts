/**
 * Occurrences of series as events: an ordinary one is its series at another time, a changed one is read by itself. Which series an
 * occurrence of a view belongs to is asked for the first and the last of each UID; only where that is not plain, for all of them.
 */
import type { ItemResult } from '../../../model/connector.ts';
import type { Failure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { EventItem } from '../../../model/mailbox-item.ts';
import type { Transport } from '../transport.ts';
import { type EventDetails, timeOf } from './event-mapping.ts';
import { placeInSeries, readEvents, readSeriesOf, type SeriesFrame } from './read-details.ts';
import type { Hit, Range } from './view.ts';

export interface Grouped {
  readonly bySeries: ReadonlyMap<ItemId, readonly Hit[]>;
  /** Occurrences whose series could not be told, by UID: no list of theirs is complete. */
  readonly spoiled: ReadonlyMap<string, Failure>;
}

/** The hits of each series; an occurrence that went away meanwhile is left out. Rejects as `askItems` does. */
export async function hitsBySeries(transport: Transport, hits: readonly Hit[]): Promise<Grouped> {
  const groups = [...groupByUid(hits).values()];
  const plain = groups.filter(isPlain);
  const ends = await readSeriesOf(transport, [...new Set(plain.flatMap((group) => endsOf(group)))]);
  const seriesOf = new Map<ItemId, ItemId>();
  const unclear: Hit[] = groups.filter((group) => !isPlain(group)).flat();
  for (const group of plain) {
    const series = new Set(endsOf(group).map((id) => idOf(ends.get(id))));
    const [only] = series;
    if (series.size === 1 && only != null) for (const { itemId } of group) seriesOf.set(itemId, only);
    else unclear.push(...group);
  }
  const spoiled = new Map<string, Failure>();
  const asked = await readSeriesOf(
    transport,
    unclear.map(({ itemId }) => itemId),
  );
  for (const { itemId, uid } of unclear) {
    const result = asked.get(itemId);
    if (result?.ok === true) seriesOf.set(itemId, result.value.seriesId);
    else if (result !== undefined && result.failure.code !== 'mailbox.item-gone')
      spoiled.set(uid, result.failure);
  }
  const bySeries = new Map<ItemId, Hit[]>();
  for (const hit of hits) {
    const series = seriesOf.get(hit.itemId);
    const group = series === undefined ? undefined : bySeries.get(series);
    if (group !== undefined) group.push(hit);
    else if (series !== undefined) bySeries.set(series, [hit]);
  }
  return { bySeries, spoiled };
}

const idOf = (result: ItemResult<SeriesFrame> | undefined): ItemId | null =>
  result?.ok === true ? result.value.seriesId : null;

function groupByUid(hits: readonly Hit[]): ReadonlyMap<string, readonly Hit[]> {
  const groups = new Map<string, Hit[]>();
  for (const hit of hits) {
    const group = groups.get(hit.uid);
    if (group === undefined) groups.set(hit.uid, [hit]);
    else group.push(hit);
  }
  for (const group of groups.values())
    group.sort((one, other) => one.originalStartAt - other.originalStartAt);
  return groups;
}

/** Looks like one series: it has a UID, and nothing stood twice at the same time. */
function isPlain(group: readonly Hit[]): boolean {
  return (
    group[0]?.uid !== '' && new Set(group.map(({ originalStartAt }) => originalStartAt)).size === group.length
  );
}

function endsOf(group: readonly Hit[]): readonly ItemId[] {
  return [group[0], group.at(-1)].flatMap((hit) => (hit === undefined ? [] : [hit.itemId]));
}

/** A series and those of its occurrences that are wanted. */
export interface Wanted {
  readonly series: EventDetails;
  readonly hits: readonly Hit[];
}

export type Expanded =
  | { readonly ok: true; readonly occurrences: readonly EventItem[] }
  | { readonly ok: false; readonly failure: Failure };

/**
 * The occurrences of several series. `range` asks also for those that stood in it and were moved out of it. A changed occurrence that cannot be
 * read spoils its series alone: a list without it would say that it was taken out.
 */
export async function expandSeries(
  transport: Transport,
  wanted: readonly Wanted[],
  range: Range | null,
): Promise<ReadonlyMap<ItemId, Expanded>> {
  const changed = new Map(wanted.map((one) => [one.series.event.itemId, changedOf(one, range)]));
  const ids = [...new Set([...changed.values()].flat())];
  const results = await readEvents(transport, ids);
  const byId = new Map(ids.map((id, index) => [id, results[index]]));
  const expanded = new Map<ItemId, Expanded>();
  for (const { series, hits } of wanted) {
    const seriesId = series.event.itemId;
    const frame: SeriesFrame = { seriesId, isAllDay: series.isAllDay, zone: series.zone };
    const occurrences = hits.flatMap((hit) => (hit.kind === 'occurrence' ? [occurrenceOf(series, hit)] : []));
    let spoiled: Failure | null = null;
    for (const id of changed.get(seriesId) ?? []) {
      const result = byId.get(id);
      if (result?.ok === true) occurrences.push(placeInSeries(result.value, frame));
      else if (result !== undefined && result.failure.code !== 'mailbox.item-gone') spoiled = result.failure;
    }
    expanded.set(seriesId, spoiled === null ? { ok: true, occurrences } : { ok: false, failure: spoiled });
  }
  return expanded;
}

/** Ids of the changed occurrences: those in the view, and those that stood in the span and now lie elsewhere. */
function changedOf({ series, hits }: Wanted, range: Range | null): readonly ItemId[] {
  const shown = hits.filter(({ kind }) => kind === 'exception').map(({ itemId }) => itemId);
  if (range === null) return shown;
  const starts = new Set(hits.map(({ originalStartAt }) => originalStartAt));
  const moved = series.modified.filter(
    ({ originalStartAt: at }) => at !== null && at >= range.from && at <= range.to && !starts.has(at),
  );
  return [...new Set([...shown, ...moved.map(({ itemId }) => itemId)])];
}

/** What nobody changed is the series itself at another time. */
function occurrenceOf({ event, isAllDay, zone }: EventDetails, hit: Hit): EventItem {
  const { itemId, version, modifiedAt, originalStartAt } = hit;
  const time = timeOf(hit.node, isAllDay, zone);
  const placed = placeInSeries({ event, originalStartAt }, { seriesId: event.itemId, isAllDay, zone });
  return {
    ...placed,
    itemId,
    version,
    modifiedAt: modifiedAt ?? event.modifiedAt,
    stamp: null,
    fields: { ...event.fields, time },
  };
}
