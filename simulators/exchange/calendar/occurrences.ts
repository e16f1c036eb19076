/**
 * The occurrences of a series: which there are, how one is seen as an item of its own, and how one is changed or
 * deleted, all of which is kept with the master. Their ids are made of the master's and the planned start.
 */
import { ServiceError } from '../errors.ts';
import type { ExtendedValue, Item } from '../folder.ts';
import { type Mailbox, touchItem } from '../mailbox.ts';
import { DAY_MS, dayOf, toLocal, toUtc } from '../zones/zone.ts';
import type { EventContent, OccurrenceChange } from './event.ts';
import { daysOf } from './recurrence.ts';

const ID_MARK = Buffer.from([0x51, 0, 8, 0]);
const ID_TAIL_BYTES = ID_MARK.byteLength + 8;

/** One planned time of a series, whether or not it still takes place. */
export interface Planned {
  /** From 1, as InstanceIndex counts. */
  index: number;
  originalStart: number;
}

/** A calendar item that is a series. */
export function seriesOf(item: Item): EventContent | undefined {
  return item.event?.recurrence === undefined ? undefined : item.event;
}

/** All planned times in order, deleted ones too. */
export function* plannedOf(event: EventContent): Generator<Planned> {
  if (event.recurrence === undefined) return;
  const local = toLocal(event.startZone, event.start);
  const timeOfDay = local - dayOf(local) * DAY_MS;
  let index = 0;
  for (const day of daysOf(event.recurrence)) {
    index += 1;
    yield { index, originalStart: toUtc(event.startZone, day * DAY_MS + timeOfDay) };
  }
}

/** The planned time at `originalStart`, if the series has one there. */
export function plannedAt(event: EventContent, originalStart: number): Planned | undefined {
  for (const planned of plannedOf(event)) {
    if (planned.originalStart === originalStart) return planned;
    if (planned.originalStart > originalStart) return undefined;
  }
  return undefined;
}

/** The ItemId of an occurrence. */
export function occurrenceId(masterId: string, originalStart: number): string {
  const tail = Buffer.alloc(8);
  tail.writeBigInt64BE(BigInt(originalStart));
  return Buffer.concat([Buffer.from(masterId, 'base64'), ID_MARK, tail]).toString('base64');
}

/** Which occurrence an id means; undefined for ids of any other kind. */
export function readOccurrenceId(id: string): { masterId: string; originalStart: number } | undefined {
  const bytes = Buffer.from(id, 'base64');
  const cut = bytes.byteLength - ID_TAIL_BYTES;
  if (cut <= 0 || !bytes.subarray(cut, cut + ID_MARK.byteLength).equals(ID_MARK)) return undefined;
  const originalStart = Number(bytes.readBigInt64BE(cut + ID_MARK.byteLength));
  return { masterId: bytes.subarray(0, cut).toString('base64'), originalStart };
}

/** An occurrence as an item: the master's properties, its own times and id, and whatever was changed. */
export function viewOccurrence(master: Item, originalStart: number): Item {
  const { event } = master;
  if (event === undefined) throw new ServiceError('ErrorItemNotFound');
  const change = event.exceptions.get(originalStart);
  const id = occurrenceId(master.id, originalStart);
  return {
    ...master,
    ...change?.item,
    id,
    extended: new Map([...master.extended, ...(change?.extended ?? [])]),
    event: {
      ...event,
      start: originalStart,
      end: endOf(event, originalStart),
      ...change?.event,
      recurrence: undefined,
      exceptions: new Map(),
      deleted: new Set(),
      occurrence: { masterId: master.id, originalStart, isException: change !== undefined },
    },
  };
}

function endOf(event: EventContent, start: number): number {
  if (!event.isAllDay) return start + event.end - event.start;
  const days = Math.round((event.end - event.start) / DAY_MS);
  const zone = event.startZone;
  return toUtc(zone, (dayOf(toLocal(zone, start)) + days) * DAY_MS);
}

const CHANGEABLE = ['subject', 'body', 'categories', 'sensitivity', 'importance', 'reminder'] as const;

/**
 * Keeps what `draft` (made of viewOccurrence) has otherwise as an exception of the series. Fails with
 * ErrorOccurrenceCrossingBoundary when it would pass its neighbour or come onto the neighbour's day.
 */
export function changeOccurrence(mailbox: Mailbox, master: Item, draft: Item): void {
  const series = seriesOf(master);
  const occurrence = draft.event?.occurrence;
  if (series === undefined || draft.event === undefined || occurrence === undefined)
    throw new ServiceError('ErrorItemNotFound');
  const { originalStart } = occurrence;
  checkNeighbours(series, originalStart, draft.event.start);
  const exceptions = new Map(series.exceptions);
  exceptions.set(originalStart, differenceOf(master, draft, originalStart));
  master.event = { ...series, exceptions };
  touchItem(mailbox, master);
}

function differenceOf(master: Item, draft: Item, originalStart: number): OccurrenceChange {
  const plain = viewOccurrence(
    { ...master, event: master.event && { ...master.event, exceptions: new Map() } },
    originalStart,
  );
  const item: Partial<Item> = {};
  for (const name of CHANGEABLE)
    if (draft[name] !== plain[name]) Object.assign(item, { [name]: draft[name] });
  const event: Partial<EventContent> = {};
  const own = new Set(['recurrence', 'exceptions', 'deleted', 'occurrence', 'uid']);
  for (const [name, value] of Object.entries(draft.event ?? {})) {
    if (!own.has(name) && value !== plain.event?.[name as keyof EventContent])
      Object.assign(event, { [name]: value });
  }
  const extended = new Map<string, ExtendedValue>();
  for (const [key, value] of draft.extended) if (plain.extended.get(key) !== value) extended.set(key, value);
  return { item, event, extended };
}

function checkNeighbours(series: EventContent, originalStart: number, start: number): void {
  const dayOfStart = (at: number) => dayOf(toLocal(series.startZone, at));
  let previous: number | undefined;
  let next: number | undefined;
  for (const { originalStart: at } of plannedOf(series)) {
    if (series.deleted.has(at) || at === originalStart) continue;
    const now = series.exceptions.get(at)?.event.start ?? at;
    if (at < originalStart) previous = now;
    else {
      next = now;
      break;
    }
  }
  const day = dayOfStart(start);
  if (
    (previous !== undefined && day <= dayOfStart(previous)) ||
    (next !== undefined && day >= dayOfStart(next))
  )
    throw new ServiceError('ErrorOccurrenceCrossingBoundary');
}

function hasOther(series: EventContent, deleted: ReadonlySet<number>): boolean {
  for (const { originalStart } of plannedOf(series)) if (!deleted.has(originalStart)) return true;
  return false;
}

/** Takes one occurrence out of its series. Fails with ErrorRecurrenceHasNoOccurrence when it is the last. */
export function deleteOccurrence(mailbox: Mailbox, master: Item, originalStart: number): void {
  const series = seriesOf(master);
  if (series === undefined) throw new ServiceError('ErrorItemNotFound');
  const deleted = new Set(series.deleted).add(originalStart);
  if (!hasOther(series, deleted)) throw new ServiceError('ErrorRecurrenceHasNoOccurrence');
  const exceptions = new Map(series.exceptions);
  exceptions.delete(originalStart);
  master.event = { ...series, deleted, exceptions };
  touchItem(mailbox, master);
}
