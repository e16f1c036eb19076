/**
 * Makes, changes and takes away events, single ones, series and occurrences, and mails attendees as Graph does: an invitation on
 * creation, an update on change, a cancellation on deletion, each only by the organizer. Programs and people both come through here.
 * https://learn.microsoft.com/graph/api/event-update, https://learn.microsoft.com/graph/api/event-delete
 */
import {
  type Attendee,
  addEvent,
  type Calendar,
  type CalendarEvent,
  cancelOccurrence,
  changeEvent,
  changeOccurrence,
  type EventFields,
  removeEvent,
} from './calendar-store.ts';
import { makeUid } from './calendar-uids.ts';
import { GraphError } from './errors.ts';
import { readEventFields } from './event-body.ts';
import { firstDay, type Instance, instanceOn, mainInstance } from './event-instances.ts';
import { writeExtendedProperties } from './extended-properties.ts';
import { type Author, mailMeeting } from './meeting-mail.ts';
import { daysBetween, type Recurrence, readRecurrence } from './recurrence.ts';
import { DAY_MS, dateOf, dayOf, wallMs, wallText } from './time-zones.ts';

type Json = Record<string, unknown>;

/** What only somebody else's meeting, or an old one, comes with; programs cannot say it. */
export interface Origin {
  uid?: string;
  /** The organizer, when it is not the owner of the mailbox. */
  organizer?: EventFields['organizer'];
  response?: EventFields['responseStatus']['response'];
  isCancelled?: boolean;
  /** Shown as the zone of the event, e.g. `tzone://Microsoft/Custom`. */
  shownZone?: string;
}

/** Makes an event of a client's JSON and invites its attendees. The same `transactionId` again gives the same event. */
export function createEvent(
  author: Author,
  calendar: Calendar,
  body: Json,
  origin: Origin = {},
): CalendarEvent {
  const { mailbox, world } = author;
  const { transactionId } = body;
  const known =
    typeof transactionId === 'string' ? mailbox.calendars.byTransaction.get(transactionId) : undefined;
  if (known !== undefined) return known;
  if (body.start === undefined || body.end === undefined) {
    throw new GraphError('ErrorPropertyValidationFailure', 'At least one property failed validation.', 400);
  }
  const isOrganizer = origin.organizer === undefined;
  const empty = emptyFields(author, body, origin);
  const fields = { ...empty, ...readEventFields(body, empty) };
  const extended = new Map<string, string>();
  writeExtendedProperties({ extended }, body.singleValueExtendedProperties);
  const recurrence = readSeries(body.recurrence, fields);
  const event = addEvent(mailbox, mailbox.calendars, calendar, {
    fields: startingWith(fields, recurrence),
    recurrence,
    isOrganizer,
    extended,
    uid: origin.uid ?? makeUid(world.random, world.now()),
    transactionId: typeof transactionId === 'string' ? transactionId : undefined,
    shownZone: origin.shownZone,
  });
  if (isOrganizer) mailMeeting(author, 'invitation', event, fields.attendees);
  return event;
}

function emptyFields({ user }: Author, body: Json, origin: Origin): EventFields {
  const midnight = { dateTime: '2000-01-01T00:00:00', timeZone: 'UTC' };
  const isOrganizer = origin.organizer === undefined;
  const isOnline = body.isOnlineMeeting === true;
  return {
    subject: '',
    body: { contentType: 'html', content: '' },
    start: midnight,
    end: { ...midnight, dateTime: '9999-12-31T00:00:00' },
    isAllDay: false,
    locations: [],
    showAs: 'busy',
    sensitivity: 'normal',
    importance: 'normal',
    categories: [],
    isReminderOn: true,
    reminderMinutesBeforeStart: 15,
    organizer: origin.organizer ?? { name: user.displayName, address: user.mail },
    attendees: [],
    responseStatus: {
      response: origin.response ?? (isOrganizer ? 'organizer' : 'notResponded'),
      time: '0001-01-01T00:00:00Z',
    },
    responseRequested: true,
    isCancelled: origin.isCancelled ?? false,
    isOnlineMeeting: false,
    onlineMeetingProvider: isOnline ? 'teamsForBusiness' : 'unknown',
    hideAttendees: false,
    allowNewTimeProposals: true,
  };
}

/** These tell nobody anything: an invitation does not carry them. */
const PRIVATE = new Set([
  'categories',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
  'extensions',
]);

/** Changes what a client's JSON names, of an occurrence that alone, and mails the attendees that Graph would mail. */
export function updateEvent(author: Author, instance: Instance, body: Json): Instance {
  const { event, day } = instance;
  const { mailbox } = author;
  const fields = readEventFields(body, instance.fields);
  const before = instance.fields.attendees;
  const exceptionDays = [...event.exceptions.keys()];
  if (day === undefined) {
    const whole = { ...event.fields, ...fields };
    const recurrence = body.recurrence === undefined ? event.recurrence : readSeries(body.recurrence, whole);
    writeExtendedProperties(event, body.singleValueExtendedProperties);
    const shifted = shiftedRange(recurrence, body, whole);
    const moved =
      body.start === undefined && body.recurrence === undefined ? fields : startingWith(whole, shifted);
    changeEvent(mailbox, event, moved, { recurrence: shifted });
  } else {
    checkNeighbours(event, day, fields);
    if (body.recurrence !== undefined && body.recurrence !== null) throw notOnOccurrences();
    changeOccurrence(mailbox, event, day, fields);
    const change = event.exceptions.get(day);
    if (change !== undefined) writeExtendedProperties(change, body.singleValueExtendedProperties);
  }
  const after = fields.attendees ?? before;
  if (event.isOrganizer) mailUpdate(author, event, { body, before, after, day, exceptionDays });
  return (day === undefined ? mainInstance(event) : instanceOn(event, day)) ?? instance;
}

interface Update {
  body: Json;
  before: readonly Attendee[];
  after: readonly Attendee[];
  day: number | undefined;
  exceptionDays: readonly number[];
}

function mailUpdate(author: Author, event: CalendarEvent, update: Update): void {
  const { before, after, day } = update;
  const names = Object.keys(update.body).filter((name) => !name.includes('@') && !PRIVATE.has(name));
  if (names.length === 0) return;
  const has = (list: readonly Attendee[], { emailAddress }: Attendee) =>
    list.some((each) => each.emailAddress.address.toLowerCase() === emailAddress.address.toLowerCase());
  const added = after.filter((each) => !has(before, each));
  const removed = before.filter((each) => !has(after, each));
  const stayed = after.filter((each) => has(before, each));
  mailMeeting(author, 'cancellation', event, removed, day);
  mailMeeting(author, 'invitation', event, added, day);
  if (names.every((name) => name === 'attendees')) return;
  mailMeeting(author, 'update', event, stayed, day);
  // Instances that were changed by themselves are mailed by themselves.
  if (day !== undefined) return;
  for (const exception of update.exceptionDays) mailMeeting(author, 'update', event, stayed, exception);
}

/** Takes an event away, of a series all, of an occurrence that alone; the organizer's attendees get a cancellation. */
export function deleteEvent(author: Author, { event, day, fields }: Instance): void {
  const { mailbox } = author;
  if (day === undefined) removeEvent(mailbox, mailbox.calendars, event);
  else cancelOccurrence(mailbox, event, day);
  if (event.isOrganizer) mailMeeting(author, 'cancellation', event, fields.attendees, day);
}

function readSeries(given: unknown, { start }: EventFields): Recurrence | undefined {
  if (given === undefined || given === null) return undefined;
  return readRecurrence(given, dayOf(start.dateTime), start.timeZone);
}

/** The series from the new start on, where only the start was changed. */
function shiftedRange(recurrence: Recurrence | undefined, body: Json, { start }: EventFields) {
  if (recurrence === undefined || body.start === undefined || body.recurrence !== undefined)
    return recurrence;
  return { ...recurrence, range: { ...recurrence.range, startDate: start.dateTime.slice(0, 10) } };
}

/** A master is shown on the first day of its series, which may be later than the start that was given. */
function startingWith(fields: EventFields, recurrence: Recurrence | undefined): EventFields {
  if (recurrence === undefined) return fields;
  const moveMs = (firstDay({ fields, recurrence }) - dayOf(fields.start.dateTime)) * DAY_MS;
  const moved = (dateTime: string) => wallText(wallMs(dateTime) + moveMs);
  return {
    ...fields,
    start: { ...fields.start, dateTime: moved(fields.start.dateTime) },
    end: { ...fields.end, dateTime: moved(fields.end.dateTime) },
  };
}

/** An occurrence stays between the days of its neighbours. */
function checkNeighbours(event: CalendarEvent, day: number, { start }: Partial<EventFields>): void {
  if (start === undefined || event.recurrence === undefined) return;
  const to = dayOf(start.dateTime);
  const days = daysBetween(event.recurrence, Math.min(to, day) - 1, Math.max(to, day) + 1);
  const isCrossing = days.some(
    (each) => each !== day && !event.cancelled.has(each) && (each < day ? to <= each : to >= each),
  );
  if (!isCrossing) return;
  const text = `Modified occurrence is crossing or overlapping adjacent occurrence (${dateOf(to)}).`;
  throw new GraphError('ErrorOccurrenceCrossingBoundary', text, 400);
}

function notOnOccurrences(): GraphError {
  return new GraphError('ErrorInvalidPropertySet', 'Recurrence is set on the series master only.', 400);
}
