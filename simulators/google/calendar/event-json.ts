/**
 * Events as the API shows them: to whom, in which zone, whole or as the stub that is left of a deleted one. Private
 * events of others show their times alone.
 */

import type { Account } from '../world.ts';
import {
  type Attendee,
  type Calendar,
  etagOf,
  isAtLeast,
  roleOf,
  type StoredEvent,
} from './calendar-store.ts';
import { writeTime } from './event-input.ts';

/** Who looks, and how. */
export interface View {
  readonly calendar: Calendar;
  readonly account: Account;
  /** The zone that times are written in. */
  readonly zone: string;
  /** Above so many only the viewer's own entry is shown. */
  readonly attendeesMax: number;
}

const BARE = ['eventType', 'transparency', 'visibility'];

/** An event whole. */
export function showEvent(event: StoredEvent, view: View): Record<string, unknown> {
  const { calendar, account, zone } = view;
  const role = roleOf(calendar, account);
  const isHidden =
    !isAtLeast(role, 'reader') ||
    (!isAtLeast(role, 'writer') && ['private', 'confidential'].includes(String(event.fields.visibility)));
  const shown = {
    kind: 'calendar#event',
    etag: etagOf(event.version),
    id: event.id,
    status: event.status,
    htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from(`${event.id} ${calendar.id}`).toString('base64url')}`,
    created: new Date(event.created).toISOString(),
    updated: new Date(event.updated).toISOString(),
    ...showFields(event, calendar, isHidden),
    creator: showPerson(event.creator, calendar),
    organizer: showPerson(event.organizer, calendar),
    ...showTimes(event, calendar, zone),
    ...(event.recurrence.length === 0 ? {} : { recurrence: event.recurrence }),
    iCalUID: event.iCalUID,
    sequence: event.sequence,
  };
  return isHidden ? shown : { ...shown, ...showGuests(event, view) };
}

/** What is left of a cancelled event: of an occurrence of a living series, or of a deleted event. */
export function showStub(event: StoredEvent, view: View): Record<string, unknown> {
  const stub = { kind: 'calendar#event', etag: etagOf(event.version), id: event.id, status: 'cancelled' };
  if (event.recurringEventId === undefined) return stub;
  return { ...stub, ...showOrigin(event, view.calendar, view.zone) };
}

function showFields(event: StoredEvent, calendar: Calendar, isHidden: boolean): Record<string, unknown> {
  const fields = Object.fromEntries(
    Object.entries(event.fields).filter(([name]) => !isHidden || BARE.includes(name)),
  );
  if (fields.transparency === 'opaque') delete fields.transparency;
  if (fields.visibility === 'default') delete fields.visibility;
  if (!isHidden) fields.reminders = fields.reminders ?? { useDefault: calendar.isPrimary };
  const lists = ['attachments'].filter((name) => Array.isArray(fields[name]) && fields[name].length === 0);
  for (const name of lists) delete fields[name];
  return { ...fields, eventType: fields.eventType ?? 'default' };
}

function showTimes(event: StoredEvent, calendar: Calendar, zone: string): Record<string, unknown> {
  const zoned = (time: StoredEvent['start']) =>
    writeTime({ ...time, timeZone: time.timeZone ?? calendar.timeZone }, zone);
  return {
    start: zoned(event.start),
    end: zoned(event.end),
    ...(event.recurringEventId === undefined ? {} : showOrigin(event, calendar, zone)),
  };
}

function showOrigin(event: StoredEvent, calendar: Calendar, zone: string): Record<string, unknown> {
  const { originalStart, recurringEventId } = event;
  if (originalStart === undefined) return { recurringEventId };
  const timeZone = originalStart.timeZone ?? calendar.timeZone;
  return { recurringEventId, originalStartTime: writeTime({ ...originalStart, timeZone }, zone) };
}

function showPerson(person: StoredEvent['creator'], calendar: Calendar): Record<string, unknown> {
  const isOwn = person.email === calendar.id;
  return {
    email: person.email,
    ...(person.displayName === undefined ? {} : { displayName: person.displayName }),
    ...(isOwn ? { self: true } : {}),
  };
}

function showGuests(event: StoredEvent, { calendar, attendeesMax }: View): Record<string, unknown> {
  if (event.attendees.length === 0) return {};
  const isFew = event.attendees.length <= attendeesMax;
  const shown = isFew ? event.attendees : event.attendees.filter((each) => each.email === calendar.id);
  const attendees = shown.map((each) => showAttendee(each, event, calendar));
  return {
    ...(attendees.length === 0 ? {} : { attendees }),
    ...(isFew ? {} : { attendeesOmitted: true }),
  };
}

function showAttendee(attendee: Attendee, event: StoredEvent, calendar: Calendar): Record<string, unknown> {
  return {
    ...attendee,
    ...(attendee.email === event.organizer.email ? { organizer: true } : {}),
    ...(attendee.email === calendar.id ? { self: true } : {}),
  };
}
