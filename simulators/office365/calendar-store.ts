/**
 * The calendars of a mailbox: events, series with their exceptions and cancelled occurrences, and the order of changes that
 * delta queries read. It changes state and knows nothing of HTTP, permissions or mail.
 */
import { type ChangeLog, createChangeLog } from '../shared/change-log.ts';
import { type ItemChange, type ItemIds, type ItemSource, nextChange, nextKey } from './item-source.ts';
import type { Recurrence } from './recurrence.ts';
import type { ZonedTime } from './time-zones.ts';

type Json = Record<string, unknown>;

export interface EmailAddress {
  name: string;
  address: string;
}

export interface ResponseStatus {
  response: 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';
  time: string;
}

export interface Attendee {
  type: string;
  status: ResponseStatus;
  emailAddress: EmailAddress;
  proposedNewTime?: Json;
}

/** What an event says. Exceptions hold those members that differ from their series. */
export interface EventFields {
  subject: string;
  body: { contentType: 'html' | 'text'; content: string };
  start: ZonedTime;
  end: ZonedTime;
  isAllDay: boolean;
  locations: Json[];
  showAs: string;
  sensitivity: string;
  importance: string;
  categories: string[];
  isReminderOn: boolean;
  reminderMinutesBeforeStart: number;
  organizer: EmailAddress;
  attendees: Attendee[];
  responseStatus: ResponseStatus;
  responseRequested: boolean;
  isCancelled: boolean;
  isOnlineMeeting: boolean;
  onlineMeetingProvider: string;
  hideAttendees: boolean;
  allowNewTimeProposals: boolean;
}

export interface OccurrenceChange {
  fields: Partial<EventFields>;
  changeKey: string;
  modifiedAt: number;
  extended: Map<string, string>;
}

/** Where a series fell until a change; what left a view is told by comparing. */
export interface FormerShape {
  until: number;
  fields: Pick<EventFields, 'start' | 'end'>;
  recurrence: Recurrence | undefined;
  exceptions: Map<number, OccurrenceChange>;
}

export interface CalendarEvent extends ItemIds {
  readonly key: string;
  readonly order: number;
  readonly calendar: Calendar;
  /** The iCalendar UID of a single event or a whole series. */
  readonly uid: string;
  readonly transactionId: string | undefined;
  readonly isOrganizer: boolean;
  readonly createdAt: number;
  modifiedAt: number;
  changeKey: string;
  /** The change key of occurrences that are no exceptions. */
  occurrenceKey: string;
  fields: EventFields;
  recurrence: Recurrence | undefined;
  /** By original day. */
  exceptions: Map<number, OccurrenceChange>;
  /** Change numbers of cancellations by original day. */
  cancelled: Map<number, number>;
  shapes: FormerShape[];
  extended: Map<string, string>;
  /** Where it lies: its calendar, or Deleted Items. */
  folderId: string;
  /** A zone name to show in place of the real one, as legacy Outlook leaves behind. */
  shownZone: string | undefined;
}

export interface Calendar {
  readonly id: string;
  readonly key: string;
  name: string;
  color: string;
  hexColor: string;
  readonly isDefault: boolean;
  changeKey: string;
  events: Map<string, CalendarEvent>;
  log: ChangeLog;
  gone: Map<string, CalendarEvent>;
  /** Delta tokens of an older epoch are refused. */
  epoch: number;
}

export interface CalendarStore {
  calendars: Map<string, Calendar>;
  /** By either id. */
  events: Map<string, CalendarEvent>;
  byTransaction: Map<string, CalendarEvent>;
}

const SHAPES_MAX = 50;

export function createCalendarStore(source: ItemSource): CalendarStore {
  const store: CalendarStore = { calendars: new Map(), events: new Map(), byTransaction: new Map() };
  addCalendar(source, store, 'Calendar', true);
  return store;
}

export function addCalendar(
  source: ItemSource,
  store: CalendarStore,
  name: string,
  isDefault = false,
): Calendar {
  const calendar: Calendar = {
    id: source.ids.nextRestId(),
    key: nextKey(source),
    name,
    color: 'auto',
    hexColor: '',
    isDefault,
    changeKey: source.ids.changeKey(nextChange(source)),
    events: new Map(),
    log: createChangeLog(),
    gone: new Map(),
    epoch: 0,
  };
  store.calendars.set(calendar.id, calendar);
  return calendar;
}

export function removeCalendar(source: ItemSource, store: CalendarStore, calendar: Calendar): void {
  for (const event of [...calendar.events.values()]) removeEvent(source, store, event);
  store.calendars.delete(calendar.id);
}

export function defaultCalendar(store: CalendarStore): Calendar {
  for (const calendar of store.calendars.values()) if (calendar.isDefault) return calendar;
  throw new Error('a mailbox has a default calendar');
}

export type NewEvent = Pick<CalendarEvent, 'fields' | 'isOrganizer' | 'uid'> &
  Partial<Pick<CalendarEvent, 'recurrence' | 'transactionId' | 'shownZone' | 'extended' | 'cancelled'>>;

export function addEvent(
  source: ItemSource,
  store: CalendarStore,
  calendar: Calendar,
  given: NewEvent,
): CalendarEvent {
  const change = nextChange(source);
  const event: CalendarEvent = {
    key: nextKey(source),
    order: source.lastKey,
    restId: source.ids.nextRestId(),
    immutableId: source.ids.nextImmutableId(),
    calendar,
    createdAt: source.now(),
    modifiedAt: source.now(),
    changeKey: source.ids.changeKey(change),
    occurrenceKey: source.ids.changeKey(change),
    recurrence: undefined,
    transactionId: undefined,
    shownZone: undefined,
    exceptions: new Map(),
    cancelled: new Map(),
    shapes: [],
    extended: new Map(),
    folderId: calendar.id,
    ...given,
  };
  calendar.events.set(event.key, event);
  calendar.log.created(event.key, change);
  store.events.set(event.restId, event);
  store.events.set(event.immutableId, event);
  if (event.transactionId !== undefined) store.byTransaction.set(event.transactionId, event);
  source.onItem(changeOf(event, 'created'));
  return event;
}

/** Changes an event, for a series all of it. A series that falls anew loses its exceptions, as in Outlook. */
export function changeEvent(
  source: ItemSource,
  event: CalendarEvent,
  fields: Partial<EventFields>,
  { recurrence }: Pick<CalendarEvent, 'recurrence'> = event,
): void {
  const change = nextChange(source);
  const { start, end, isAllDay } = event.fields;
  const before = JSON.stringify([start, end, isAllDay, event.recurrence]);
  const former = {
    until: change,
    fields: event.fields,
    recurrence: event.recurrence,
    exceptions: event.exceptions,
  };
  event.fields = { ...event.fields, ...fields };
  event.recurrence = recurrence;
  const { fields: now } = event;
  if (JSON.stringify([now.start, now.end, now.isAllDay, recurrence]) !== before) {
    event.shapes = [...event.shapes, former].slice(-SHAPES_MAX);
    event.exceptions = new Map();
    event.cancelled = new Map();
  }
  stamp(source, event, change, false);
}

/** Changes one occurrence of a series, which becomes an exception. */
export function changeOccurrence(
  source: ItemSource,
  event: CalendarEvent,
  day: number,
  fields: Partial<EventFields>,
): void {
  const change = nextChange(source);
  const known = event.exceptions.get(day);
  event.exceptions.set(day, {
    fields: { ...known?.fields, ...fields },
    changeKey: source.ids.changeKey(change),
    modifiedAt: source.now(),
    extended: known?.extended ?? new Map(),
  });
  logOccurrence(event, day, change);
  stamp(source, event, nextChange(source), true);
}

/** Takes one occurrence out of its series. */
export function cancelOccurrence(source: ItemSource, event: CalendarEvent, day: number): void {
  const change = nextChange(source);
  event.exceptions.delete(day);
  event.cancelled.set(day, change);
  logOccurrence(event, day, change);
  stamp(source, event, nextChange(source), true);
}

export function removeEvent(source: ItemSource, store: CalendarStore, event: CalendarEvent): void {
  const { calendar } = event;
  calendar.events.delete(event.key);
  calendar.gone.set(event.key, event);
  calendar.log.deleted(event.key, nextChange(source));
  for (const id of [event.restId, event.immutableId]) store.events.delete(id);
  if (event.transactionId !== undefined) store.byTransaction.delete(event.transactionId);
  source.onItem(changeOf(event, 'deleted'));
}

/** Puts an event into Deleted Items, as people do: its immutable id stays, and opens it. */
export function throwAway(
  source: ItemSource,
  store: CalendarStore,
  event: CalendarEvent,
  folderId: string,
): void {
  removeEvent(source, store, event);
  event.folderId = folderId;
  event.changeKey = source.ids.changeKey(nextChange(source));
  store.events.set(event.immutableId, event);
}

/** The key of one occurrence in the change log of its calendar. */
function logOccurrence(event: CalendarEvent, day: number, change: number): void {
  const key = `${event.key}/${day}`;
  const { log } = event.calendar;
  if (log.createdAtChange(key) === undefined) log.created(key, change);
  else log.changed(key, change);
}

function stamp(source: ItemSource, event: CalendarEvent, change: number, isOneOccurrence: boolean): void {
  event.changeKey = source.ids.changeKey(change);
  if (!isOneOccurrence) {
    event.occurrenceKey = event.changeKey;
    // Exceptions show what they have not changed as their series has it, and are another version with it.
    for (const exception of event.exceptions.values()) exception.changeKey = event.changeKey;
  }
  event.modifiedAt = source.now();
  event.calendar.log.changed(event.key, change, isOneOccurrence);
  source.onItem(changeOf(event, 'updated'));
}

function changeOf(event: CalendarEvent, changeType: ItemChange['changeType']): ItemChange {
  const { restId, immutableId, changeKey, calendar } = event;
  return { kind: 'event', changeType, ids: { restId, immutableId }, changeKey, container: calendar.id };
}
