/**
 * Events as a calendar shows them: single ones, series masters, occurrences and exceptions, expanded out of what is stored; and
 * the ids of occurrences, which are their master's with the original day inside.
 */
import type { CalendarEvent, EventFields, FormerShape, OccurrenceChange } from './calendar-store.ts';
import { GraphError } from './errors.ts';
import { isWellFormedId } from './ids.ts';
import type { ItemIds } from './item-source.ts';
import type { Mailbox } from './mailbox.ts';
import { daysBetween } from './recurrence.ts';
import { DAY_MS, dateOf, dayOf, instantOf, wallMs, wallText, type ZonedTime } from './time-zones.ts';

export type InstanceType = 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';

/** One event as it is shown. */
export interface Instance {
  readonly event: CalendarEvent;
  readonly type: InstanceType;
  /** The original day, of occurrences and exceptions. */
  readonly day: number | undefined;
  readonly ids: ItemIds;
  readonly fields: EventFields;
  readonly changeKey: string;
  readonly modifiedAt: number;
  readonly extended: ReadonlyMap<string, string>;
  readonly startAt: number;
  readonly endAt: number;
}

/** A window of instants (ms), its end excluded. */
export interface Window {
  from: number;
  to: number;
}

/** The single event, or the master of a series. */
export function mainInstance(event: CalendarEvent): Instance {
  const { recurrence, fields, changeKey, modifiedAt, extended } = event;
  const type = recurrence === undefined ? 'singleInstance' : 'seriesMaster';
  return {
    event,
    type,
    day: undefined,
    ids: event,
    fields,
    changeKey,
    modifiedAt,
    extended,
    ...spanOf(fields),
  };
}

/** The occurrence or exception of an original day; undefined where the series has none or it was cancelled. */
export function instanceOn(event: CalendarEvent, day: number): Instance | undefined {
  const { recurrence } = event;
  if (recurrence === undefined || event.cancelled.has(day)) return undefined;
  if (daysBetween(recurrence, day, day).length === 0) return undefined;
  return onDay(event, day, event.exceptions.get(day));
}

function onDay(event: CalendarEvent, day: number, change: OccurrenceChange | undefined): Instance {
  const fields = { ...fallingOn(event.fields, day), ...change?.fields };
  return {
    event,
    type: change === undefined ? 'occurrence' : 'exception',
    day,
    ids: occurrenceIds(event, day),
    fields,
    changeKey: change?.changeKey ?? event.occurrenceKey,
    modifiedAt: change?.modifiedAt ?? event.modifiedAt,
    extended: new Map([...event.extended, ...(change?.extended ?? [])]),
    ...spanOf(fields),
  };
}

/** What a calendar view holds of an event: itself, or its occurrences and exceptions by original day. */
export function instancesWithin(event: CalendarEvent, window: Window): Instance[] {
  if (event.recurrence === undefined) return [mainInstance(event)].filter((each) => isWithin(each, window));
  return daysWithin(event, window)
    .filter((day) => !event.cancelled.has(day))
    .map((day) => onDay(event, day, event.exceptions.get(day)))
    .filter((each) => isWithin(each, window));
}

type Shape = Pick<FormerShape, 'fields' | 'recurrence' | 'exceptions'>;

/** The original days that a series, in its present or a former shape, has in a window; of a single event none. */
export function daysWithin({ fields, recurrence, exceptions }: Shape, window: Window): number[] {
  if (recurrence === undefined) return [];
  const lengthMs = wallMs(fields.end.dateTime) - wallMs(fields.start.dateTime);
  // A day more on either side, since zones are up to 14 hours from UTC.
  const fromDay = Math.floor((window.from - lengthMs) / DAY_MS) - 1;
  const regular = daysBetween(recurrence, fromDay, Math.floor(window.to / DAY_MS) + 1).filter((day) => {
    const { startAt, endAt } = spanOf(fallingOn(fields, day));
    return exceptions.has(day) || isWithin({ startAt, endAt }, window);
  });
  return [...new Set([...regular, ...exceptions.keys()])].sort((one, two) => one - two);
}

export function isWithin({ startAt, endAt }: Pick<Instance, 'startAt' | 'endAt'>, window: Window): boolean {
  return startAt < window.to && (endAt > window.from || (startAt === endAt && startAt >= window.from));
}

/** The fields of a series with its times moved to a day. */
function fallingOn<Times extends { start: ZonedTime; end: ZonedTime }>(fields: Times, day: number): Times {
  const lengthMs = wallMs(fields.end.dateTime) - wallMs(fields.start.dateTime);
  const dateTime = `${dateOf(day)}${fields.start.dateTime.slice(10)}`;
  return {
    ...fields,
    start: { dateTime, timeZone: fields.start.timeZone },
    end: { dateTime: wallText(wallMs(dateTime) + lengthMs), timeZone: fields.end.timeZone },
  };
}

function spanOf({ start, end }: Pick<EventFields, 'start' | 'end'>) {
  return { startAt: instantOf(start), endAt: instantOf(end) };
}

/** The first day of a series on or after its start, which is where its master is shown. */
export function firstDay(event: Pick<CalendarEvent, 'recurrence' | 'fields'>): number {
  const start = dayOf(event.fields.start.dateTime);
  if (event.recurrence === undefined) return start;
  return daysBetween(event.recurrence, start, start + 366 * 5)[0] ?? start;
}

const MARK = [0x51, 0x00, 0x08];
const TAIL_BYTES = 8;

export function occurrenceIds({ restId, immutableId }: ItemIds, day: number): ItemIds {
  return { restId: withDay(restId, day), immutableId: withDay(immutableId, day) };
}

function withDay(id: string, day: number): string {
  const tail = Buffer.alloc(TAIL_BYTES, 0x10);
  tail.set(MARK);
  tail.writeInt32BE(day, 3);
  return encode(Buffer.concat([decode(id), tail]));
}

/** The event of an id in either form, of an occurrence's too. Fails with ErrorInvalidIdMalformed or ErrorItemNotFound. */
export function findInstance(mailbox: Mailbox, id: string, calendarId?: string): Instance {
  if (!isWellFormedId(id)) throw new GraphError('ErrorInvalidIdMalformed');
  const found = lookUp(mailbox, id);
  if (found === undefined || (calendarId !== undefined && found.event.calendar.id !== calendarId)) {
    throw new GraphError('ErrorItemNotFound');
  }
  return found;
}

function lookUp({ calendars }: Mailbox, id: string): Instance | undefined {
  const event = calendars.events.get(id);
  if (event !== undefined) return mainInstance(event);
  const bytes = decode(id);
  const tail = bytes.subarray(-TAIL_BYTES);
  if (tail.byteLength < TAIL_BYTES || MARK.some((byte, index) => tail[index] !== byte)) return undefined;
  const master = calendars.events.get(encode(bytes.subarray(0, -TAIL_BYTES)));
  return master === undefined ? undefined : instanceOn(master, tail.readInt32BE(3));
}

function decode(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', '/').replaceAll('_', '+'), 'base64');
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('/', '-').replaceAll('+', '_');
}
