/**
 * What a calendar item holds beyond what every item has: times with their zones, people and their answers, and for a
 * series its recurrence with the occurrences that were changed or deleted. It is state with the rules Exchange keeps it to.
 */
import type { Person } from '../../shared/message-view.ts';
import { ServiceError } from '../errors.ts';
import type { ExtendedValue, Item } from '../folder.ts';
import { DAY_MS, dayOf, toLocal, toUtc, type Zone } from '../zones/zone.ts';
import { daysOf, type Recurrence } from './recurrence.ts';

export type ResponseType =
  | 'Unknown'
  | 'Organizer'
  | 'Tentative'
  | 'Accept'
  | 'Decline'
  | 'NoResponseReceived';
export type FreeBusy = 'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData';

export interface Attendee extends Person {
  response: ResponseType;
  respondedAt: number | undefined;
}

/** What an occurrence has otherwise than its series. */
export interface OccurrenceChange {
  item: Partial<Item>;
  event: Partial<EventContent>;
  extended: ReadonlyMap<string, ExtendedValue>;
}

export interface EventContent {
  uid: string;
  /** Of a series: those of its first occurrence. Universal, in ms. */
  start: number;
  end: number;
  startZone: Zone;
  endZone: Zone;
  isAllDay: boolean;
  freeBusy: FreeBusy;
  location: string | undefined;
  organizer: Person;
  required: readonly Attendee[];
  optional: readonly Attendee[];
  resources: readonly Attendee[];
  /** Somebody else organizes it. */
  isReceived: boolean;
  isCancelled: boolean;
  myResponse: ResponseType;
  respondedAt: number | undefined;
  requestWasSent: boolean;
  isResponseRequested: boolean;
  allowNewTimeProposal: boolean;
  sequence: number;
  /** Conferencing details by their EWS element, e.g. `NetShowUrl`. */
  texts: Readonly<Record<string, string>>;
  recurrence: Recurrence | undefined;
  /** By the universal start they were planned for. */
  exceptions: ReadonlyMap<number, OccurrenceChange>;
  deleted: ReadonlySet<number>;
  /** Set on what is shown of one occurrence of a series. */
  occurrence: { masterId: string; originalStart: number; isException: boolean } | undefined;
}

const DURATION_MAX_MS = 5 * 366 * DAY_MS;
const HALF_HOUR_MS = 1_800_000;
/** So many occurrences are looked at for their distance: more than any pattern needs to show its shortest. */
const SPACING_SAMPLE = 30;

/** An appointment as it is before anything was said about it: half an hour from the next half hour on. */
export function createEvent(given: {
  uid: string;
  now: number;
  zone: Zone;
  organizer: Person;
}): EventContent {
  const start = Math.ceil(given.now / HALF_HOUR_MS) * HALF_HOUR_MS;
  return {
    uid: given.uid,
    start,
    end: start + HALF_HOUR_MS,
    startZone: given.zone,
    endZone: given.zone,
    isAllDay: false,
    freeBusy: 'Busy',
    location: undefined,
    organizer: given.organizer,
    required: [],
    optional: [],
    resources: [],
    isReceived: false,
    isCancelled: false,
    myResponse: 'Organizer',
    respondedAt: undefined,
    requestWasSent: false,
    isResponseRequested: true,
    allowNewTimeProposal: true,
    sequence: 0,
    texts: {},
    recurrence: undefined,
    exceptions: new Map(),
    deleted: new Set(),
    occurrence: undefined,
  };
}

/** All who are invited. */
export function attendeesOf(event: EventContent | undefined): readonly Attendee[] {
  return event === undefined ? [] : [...event.required, ...event.optional, ...event.resources];
}

/** PidLidAppointmentStateFlags: 1 meeting, 2 received, 4 cancelled. */
export function appointmentState(event: EventContent): number {
  return (isMeeting(event) ? 1 : 0) + (event.isReceived ? 2 : 0) + (event.isCancelled ? 4 : 0);
}

export function isMeeting(event: EventContent): boolean {
  return event.isReceived || attendeesOf(event).length > 0;
}

/**
 * Brings an event into the form Exchange keeps: days from midnight to midnight, a series from its first occurrence on,
 * exceptions forgotten where the series itself has moved. `before` is undefined for a new one.
 */
export function settleEvent(event: EventContent, before: EventContent | undefined): void {
  if (event.end < event.start) throw new ServiceError('ErrorCalendarEndDateIsEarlierThanStartDate');
  if (event.isAllDay) {
    const zone = event.startZone;
    const firstDay = dayOf(toLocal(zone, event.start));
    const endDay = Math.max(Math.ceil(toLocal(zone, event.end) / DAY_MS), firstDay + 1);
    [event.start, event.end] = [toUtc(zone, firstDay * DAY_MS), toUtc(zone, endDay * DAY_MS)];
  }
  if (event.end - event.start > DURATION_MAX_MS) throw new ServiceError('ErrorCalendarDurationIsTooLong');
  if (event.recurrence !== undefined) settleSeries(event, event.recurrence, before);
  else if (before?.recurrence !== undefined) [event.exceptions, event.deleted] = [new Map(), new Set()];
}

function settleSeries(event: EventContent, given: Recurrence, before: EventContent | undefined): void {
  const hasMoved =
    before !== undefined &&
    (event.startZone.id !== before.startZone.id ||
      event.start !== before.start ||
      event.recurrence !== before.recurrence ||
      event.isAllDay !== before.isAllDay);
  const isSamePattern = before?.recurrence === event.recurrence;
  const localStart = toLocal(event.startZone, event.start);
  // A start that moves alone takes its series along.
  const recurrence = hasMoved && isSamePattern ? { ...given, startDay: dayOf(localStart) } : given;
  const first = daysOf(recurrence).next().value as number | undefined;
  if (first === undefined) throw new ServiceError('ErrorRecurrenceHasNoOccurrence');
  const duration = event.end - event.start;
  checkSpacing(recurrence, duration);
  const days = event.isAllDay ? Math.round(duration / DAY_MS) : 0;
  const start = toUtc(event.startZone, first * DAY_MS + (localStart - dayOf(localStart) * DAY_MS));
  event.recurrence = recurrence;
  event.start = start;
  event.end = event.isAllDay ? toUtc(event.startZone, (first + days) * DAY_MS) : start + duration;
  if (hasMoved || before?.recurrence === undefined)
    [event.exceptions, event.deleted] = [new Map(), new Set()];
}

/** An occurrence may not last into the next one. */
function checkSpacing(recurrence: Recurrence, duration: number): void {
  let previous: number | undefined;
  let seen = 0;
  for (const day of daysOf(recurrence)) {
    if (previous !== undefined && (day - previous) * DAY_MS < duration)
      throw new ServiceError('ErrorOccurrenceTimeSpanTooBig');
    previous = day;
    seen += 1;
    if (seen > SPACING_SAMPLE) return;
  }
}
