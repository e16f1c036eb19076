/**
 * What a client writes of an event, checked: times, recurrence, guests, reminders, properties. Missing parts of an
 * update fall back to defaults, missing parts of a patch to what is there.
 * https://developers.google.com/workspace/calendar/api/v3/reference/events
 */
import { refuseCalendar } from './calendar-errors.ts';
import type { Attendee, EventTime, StoredEvent } from './calendar-store.ts';
import { checkRecurrence } from './recurrence.ts';
import { isZone, readDate, readInstant, writeDate, writeInstant } from './zones.ts';

/** The parts of an event that a client decides on. */
export type EventDraft = Pick<
  StoredEvent,
  'status' | 'start' | 'end' | 'recurrence' | 'attendees' | 'fields' | 'sequence'
>;

type Json = Readonly<Record<string, unknown>>;

const ATTENDEES_MAX = 200;
const PROPERTIES_MAX = 300;
const RESPONSES = ['needsAction', 'declined', 'tentative', 'accepted'];
const EVENT_TYPES = ['default', 'outOfOffice', 'focusTime', 'workingLocation', 'birthday'];

/** What is kept as it was written. */
const KEPT = [
  ...['summary', 'description', 'location', 'colorId', 'transparency', 'visibility', 'reminders'],
  ...['extendedProperties', 'eventType', 'guestsCanInviteOthers', 'guestsCanModify', 'source'],
  ...['guestsCanSeeOtherGuests', 'anyoneCanAddSelf', 'attachments', 'conferenceData', 'privateCopy'],
  ...['outOfOfficeProperties', 'focusTimeProperties', 'workingLocationProperties', 'birthdayProperties'],
];

/** Reads a whole event. Throws 400. */
export function readEvent(body: Json, before?: StoredEvent): EventDraft {
  const isInstance = before?.recurringEventId !== undefined;
  const recurrence = isInstance ? [] : readRecurrence(body.recurrence);
  const start = readTime(body.start, 'start', recurrence.length > 0);
  const end = readTime(body.end, 'end', recurrence.length > 0);
  if (start.isDate !== end.isDate) {
    throw refuseCalendar('invalid', 'Start and end times must either both be date or both be dateTime.');
  }
  if (end.at < start.at || (end.isDate && end.at === start.at)) {
    throw refuseCalendar('timeRangeEmpty', undefined, { location: undefined } as object);
  }
  if (recurrence.length > 0) checkRecurrence(recurrence, start);
  const fields = Object.fromEntries(
    KEPT.flatMap((name) => (body[name] === undefined || body[name] === null ? [] : [[name, body[name]]])),
  );
  checkFields(fields, before);
  return {
    start,
    end,
    recurrence,
    fields,
    status: oneOf(body.status ?? 'confirmed', ['confirmed', 'tentative', 'cancelled'], 'status'),
    attendees: readAttendees(body.attendees, before),
    sequence: readSequence(body.sequence, before),
  };
}

/** Reads a patch: what is there, with the patch merged into it. Null takes away. Throws 400. */
export function readPatch(body: Json, before: StoredEvent): EventDraft {
  const zone = before.start.timeZone ?? 'UTC';
  const whole = {
    ...before.fields,
    status: before.status,
    start: writeTime(before.start, zone),
    end: writeTime(before.end, zone),
    recurrence: before.recurrence,
    attendees: before.attendees,
  };
  const merged = merge(whole, body) as Record<string, unknown>;
  if (body.attendeesOmitted === true) merged.attendees = joinAttendees(before.attendees, body.attendees);
  return readEvent(merged, before);
}

/** With `attendeesOmitted` the list holds the writer alone; all others stay. */
function joinAttendees(before: readonly Attendee[], given: unknown): unknown[] {
  const written = Array.isArray(given) ? (given as { email?: unknown }[]) : [];
  const isWritten = (email: string) => written.some((each) => String(each.email).toLowerCase() === email);
  return [...before.filter((each) => !isWritten(each.email)), ...written];
}

function merge(before: unknown, patch: unknown): unknown {
  const isObject = (value: unknown): value is Json =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(before) || !isObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

/** A time as the API writes it, seen from a zone. */
export function writeTime(time: EventTime, zone: string): Record<string, string> {
  if (time.isDate) return { date: writeDate(time.at) };
  const timeZone = time.timeZone === undefined ? {} : { timeZone: time.timeZone };
  return { dateTime: writeInstant(zone, time.at), ...timeZone };
}

function readTime(value: unknown, name: 'start' | 'end', needsZone: boolean): EventTime {
  if (typeof value !== 'object' || value === null) throw refuseCalendar('required', `Missing ${name} time.`);
  const { date, dateTime, timeZone } = value as Json;
  if (timeZone !== undefined && timeZone !== null && !(typeof timeZone === 'string' && isZone(timeZone))) {
    throw refuseCalendar('invalid', `Invalid time zone definition for ${name} time.`);
  }
  const zone = typeof timeZone === 'string' ? timeZone : undefined;
  const [hasDate, hasTime] = [typeof date === 'string', typeof dateTime === 'string'];
  if (hasDate === hasTime) {
    throw refuseCalendar(
      hasDate ? 'invalid' : 'required',
      `${hasDate ? 'Invalid' : 'Missing'} ${name} time.`,
    );
  }
  const at = hasDate ? readDate(String(date)) : readInstant(String(dateTime), zone);
  if (at === undefined) {
    const isBare = hasTime && readInstant(String(dateTime), 'UTC') !== undefined;
    throw isBare
      ? refuseCalendar('required', `Missing time zone definition for ${name} time.`)
      : refuseCalendar('invalid', `Invalid value for: Invalid format: "${String(date ?? dateTime)}"`);
  }
  if (needsZone && hasTime && zone === undefined) {
    throw refuseCalendar('required', `Missing time zone definition for ${name} time.`);
  }
  return { isDate: hasDate, at, timeZone: hasDate ? undefined : zone };
}

function readRecurrence(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((line) => typeof line !== 'string')) {
    throw refuseCalendar('invalid', 'Invalid recurrence rule.');
  }
  return value as string[];
}

function readSequence(value: unknown, before: StoredEvent | undefined): number {
  const current = before?.sequence ?? 0;
  if (value === undefined || value === null) return current;
  if (!Number.isInteger(value) || Number(value) < current) {
    throw refuseCalendar(
      'invalid',
      'Invalid sequence value. The specified sequence number is below the current sequence number of the resource. Re-fetch the resource and use its sequence number on the following request.',
    );
  }
  return Number(value);
}

function readAttendees(value: unknown, before: StoredEvent | undefined): Attendee[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refuseCalendar('invalid', 'Invalid attendees.');
  if (value.length > ATTENDEES_MAX) throw refuseCalendar('invalid', 'The event has too many attendees.');
  const known = new Map((before?.attendees ?? []).map((each) => [each.email, each]));
  const found = new Map<string, Attendee>();
  for (const each of value as Json[]) {
    const email = typeof each?.email === 'string' ? each.email.trim().toLowerCase() : '';
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw refuseCalendar('invalid', 'Invalid attendee email.');
    const old = known.get(email);
    const responseStatus = oneOf(
      each.responseStatus ?? old?.responseStatus ?? 'needsAction',
      RESPONSES,
      'attendee response status',
    );
    found.set(email, {
      email,
      responseStatus,
      ...(typeof each.displayName === 'string' ? { displayName: each.displayName } : {}),
      ...(each.optional === true ? { optional: true } : {}),
      ...((old?.resource ?? each.resource) === true ? { resource: true } : {}),
      ...(typeof each.comment === 'string' ? { comment: each.comment } : {}),
      ...(typeof each.additionalGuests === 'number' ? { additionalGuests: each.additionalGuests } : {}),
    });
  }
  return [...found.values()];
}

function checkFields(fields: Json, before: StoredEvent | undefined): void {
  const { colorId, transparency, visibility, reminders, extendedProperties, eventType } = fields;
  if (colorId !== undefined && !(Number(colorId) >= 1 && Number(colorId) <= 11)) {
    throw refuseCalendar('invalid', 'Invalid color id.');
  }
  oneOf(transparency ?? 'opaque', ['opaque', 'transparent'], 'transparency');
  oneOf(visibility ?? 'default', ['default', 'public', 'private', 'confidential'], 'visibility');
  const type = String(eventType ?? before?.fields.eventType ?? 'default');
  const isChanged = before !== undefined && type !== (before.fields.eventType ?? 'default');
  if (isChanged)
    throw refuseCalendar('eventTypeRestriction', 'Event type cannot be changed.', { domain: 'calendar' });
  if (before === undefined) oneOf(type, EVENT_TYPES, 'event type');
  checkReminders(reminders);
  checkProperties(extendedProperties);
}

function checkReminders(value: unknown): void {
  if (value === undefined) return;
  const { useDefault, overrides } = value as Json;
  if (overrides === undefined) return;
  if (useDefault === true) {
    throw refuseCalendar(
      'cannotUseDefaultRemindersAndSpecifyOverride',
      'Cannot specify both default reminders and overrides at the same time.',
      { domain: 'calendar' },
    );
  }
  const isFine = (each: Json) =>
    (each.method === 'email' || each.method === 'popup') &&
    Number.isInteger(each.minutes) &&
    Number(each.minutes) >= 0 &&
    Number(each.minutes) <= 40_320;
  if (!Array.isArray(overrides) || overrides.length > 5 || !overrides.every(isFine)) {
    throw refuseCalendar('invalid', 'Invalid reminder override.');
  }
}

function checkProperties(value: unknown): void {
  if (value === undefined) return;
  const { private: own = {}, shared = {} } = value as { private?: Json; shared?: Json };
  const all = [...Object.entries(own), ...Object.entries(shared)];
  const isFine = ([key, each]: [string, unknown]) =>
    key.length <= 44 && typeof each === 'string' && each.length <= 1024;
  if (all.length > PROPERTIES_MAX || !all.every(isFine)) {
    throw refuseCalendar('invalid', 'Invalid extended property.');
  }
}

function oneOf(value: unknown, allowed: readonly string[], name: string): string {
  if (typeof value === 'string' && allowed.includes(value)) return value;
  throw refuseCalendar('invalid', `Invalid ${name} value.`);
}
