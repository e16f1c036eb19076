/**
 * From Graph's event to an event in our words, and from fields to what is written, pure. A series stands by its occurrences: its master lends them its
 * UID and is no item itself. Vendor page: docs/remote-services/office365.md#events.
 */
import {
  allDaySpan,
  canonicalInstant,
  canonicalLine,
  readSpan,
  timedSpan,
} from '../../../model/canonical.ts';
import type { FieldSpecs, Fields } from '../../../model/collection.ts';
import type { Sensitivity } from '../../../model/email.ts';
import { cleanUid } from '../../../model/event-key.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { Answer, Attendee, EventItem } from '../../../model/mailbox-item.ts';
import { categoriesOf, instantOf, type Json, readPerson, versionOf } from '../message.ts';
import { bodyOfText, textOf, textOfBody } from './body-text.ts';
import { stampOf } from './stamps.ts';
import { dateOfMidnight, dateOfTime, instantOfTime, isKnownZone } from './zones.ts';

/** Exchange keeps subjects and places of 255 characters. */
export const eventFields: FieldSpecs = {
  subject: { lengthMax: 255, writable: true },
  location: { lengthMax: 255, writable: true },
  description: { lengthMax: null, writable: true },
  time: { lengthMax: null, writable: true },
  showAs: { lengthMax: null, writable: true },
  isPrivate: { lengthMax: null, writable: true },
};

export const eventSelect = `$select=${[
  ...['id', 'changeKey', 'iCalUId', 'transactionId', 'type', 'seriesMasterId', 'originalStart'],
  ...['subject', 'body', 'location', 'locations', 'start', 'end', 'isAllDay', 'originalStartTimeZone'],
  ...['showAs', 'sensitivity', 'categories', 'lastModifiedDateTime', 'isCancelled', 'isOrganizer'],
  ...['organizer', 'attendees', 'responseStatus', 'recurrence'],
].join(',')}`;

/** What an entry is; occurrences that were changed are `occurrence` as well. */
export type EventSort = 'single' | 'master' | 'occurrence';

export function sortOf(event: Json): EventSort {
  const type = textOf(event.type).toLowerCase();
  if (type === 'occurrence' || type === 'exception') return 'occurrence';
  if (type === 'seriesmaster') return 'master';
  if (type === 'singleinstance') return 'single';
  if (masterIdOf(event) !== null) return 'occurrence';
  return typeof event.recurrence === 'object' && event.recurrence !== null ? 'master' : 'single';
}

export function masterIdOf({ seriesMasterId }: Json): ItemId | null {
  return typeof seriesMasterId === 'string' && seriesMasterId !== '' ? (seriesMasterId as ItemId) : null;
}

/** The event; null where it has no id. `master`: of an occurrence its series, where it is known. */
export function eventItem(event: Json, master: Json | null): EventItem | null {
  if (typeof event.id !== 'string') return null;
  const isOccurrence = sortOf(event) === 'occurrence';
  const attendees = readAttendees(event.attendees);
  const isOrganizer = event.isOrganizer === true || (event.isOrganizer == null && attendees.length === 0);
  return {
    collection: 'events',
    itemId: event.id as ItemId,
    version: versionOf(event),
    modifiedAt: instantOf(event.lastModifiedDateTime),
    fields: readFields(event),
    sensitivity: sensitivityOf(event.sensitivity),
    categories: categoriesOf(event),
    stamp: isOccurrence ? null : stampOf(event),
    uid: cleanUid(textOf((isOccurrence ? master?.iCalUId : null) ?? event.iCalUId)),
    originalStart: isOccurrence ? originalStartOf(event) : null,
    seriesId: isOccurrence ? masterIdOf(event) : null,
    isOrganizer,
    organizer: readPerson(event.organizer),
    attendees,
    answer: isOrganizer ? 'accepted' : answerOf((event.responseStatus as Json | null)?.response),
    isCancelled: event.isCancelled === true,
  };
}

/** Changing it would mail somebody: the owner organizes it, and others are invited. */
export function isOrganizedMeeting(event: Json): boolean {
  return event.isOrganizer !== false && Array.isArray(event.attendees) && event.attendees.length > 0;
}

/** When it takes place, as `time` has it; '' where Graph tells no times. */
export function timeOf(event: Json): string {
  if (event.isAllDay === true) {
    const [start, end] = [dateOfTime(event.start), dateOfTime(event.end)];
    return start === null ? '' : allDaySpan(start, end ?? start);
  }
  const startAt = instantOfTime(event.start);
  return startAt === null ? '' : timedSpan(startAt, instantOfTime(event.end) ?? startAt);
}

function readFields(event: Json): Fields {
  const sensitivity = sensitivityOf(event.sensitivity);
  return {
    subject: canonicalLine(textOf(event.subject)),
    location: placeOf(event),
    description: textOfBody(event.body),
    time: timeOf(event),
    showAs: SHOWN.get(textOf(event.showAs).toLowerCase()) ?? 'busy',
    isPrivate: sensitivity === 'private' || sensitivity === 'confidential' ? 'yes' : '',
  };
}

const SHOWN = new Map([
  ['free', 'free'],
  ['tentative', 'tentative'],
  ['busy', 'busy'],
  ['oof', 'out-of-office'],
  ['workingelsewhere', 'elsewhere'],
]);
const WRITTEN_SHOWN = new Map([
  ['free', 'free'],
  ['tentative', 'tentative'],
  ['out-of-office', 'oof'],
  ['elsewhere', 'workingElsewhere'],
]);

function placeOf({ location, locations }: Json): string {
  const name = canonicalLine(textOf((location as Json | null)?.displayName));
  if (name !== '' || !Array.isArray(locations)) return name;
  const names = locations.map((each: Json | null) => canonicalLine(textOf(each?.displayName)));
  return names.filter((each) => each !== '').join('; ');
}

const SENSITIVITIES: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential'];

function sensitivityOf(given: unknown): Sensitivity {
  return SENSITIVITIES.find((each) => each === textOf(given).toLowerCase()) ?? 'normal';
}

/** Where an occurrence stood: of one that nobody moved, where it stands. */
function originalStartOf(event: Json): string | null {
  const isMoved = textOf(event.type).toLowerCase() !== 'occurrence';
  const originalAt = instantOf(event.originalStart);
  if (event.isAllDay === true) {
    const own = dateOfTime(event.start);
    if (originalAt === null || !isMoved) return own;
    return dateOfMidnight(originalAt, event.originalStartTimeZone);
  }
  const at = originalAt ?? instantOfTime(event.start);
  return at === null ? null : canonicalInstant(at);
}

function readAttendees(given: unknown): readonly Attendee[] {
  return (Array.isArray(given) ? given : []).flatMap((each: Json | null) => {
    const person = readPerson(each);
    if (person === null) return [];
    const isResource = textOf(each?.type).toLowerCase() === 'resource';
    return [{ ...person, isResource, answer: answerOf((each?.status as Json | null)?.response) }];
  });
}

function answerOf(response: unknown): Answer {
  const word = textOf(response).toLowerCase();
  if (word === 'accepted' || word === 'organizer') return 'accepted';
  if (word === 'tentativelyaccepted') return 'tentative';
  return word === 'declined' ? 'declined' : 'none';
}

/** What a PATCH or POST says of changed fields. `current`: the event as it stands, whose zone an all-day event keeps. */
export function writeEvent(fields: Fields, current: Json | null): Json {
  const { subject, location, description, time, showAs, isPrivate } = fields;
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location: { displayName: location } }),
    ...(description === undefined ? {} : { body: bodyOfText(description) }),
    ...writeTime(time, current),
    ...(showAs === undefined ? {} : { showAs: WRITTEN_SHOWN.get(showAs) ?? 'busy' }),
    ...(isPrivate === undefined ? {} : { sensitivity: isPrivate === 'yes' ? 'private' : 'normal' }),
  };
}

/** Instants in UTC, which no daylight saving makes ambiguous; dates in the event's own zone. A text that is no time is left out. */
function writeTime(time: string | undefined, current: Json | null): Json {
  const span = readSpan(time);
  if (span === null) return {};
  const { startAt, endAt, isAllDay } = span;
  const zone = current?.originalStartTimeZone;
  const timeZone = isAllDay && isKnownZone(zone) ? zone : 'UTC';
  const write = (at: number) => ({ dateTime: canonicalInstant(at).slice(0, 19), timeZone });
  return { isAllDay, start: write(startAt), end: write(endAt) };
}
