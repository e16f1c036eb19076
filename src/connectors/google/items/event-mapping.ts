/**
 * Events of Google's calendar to and from our words. Pure and total: a part of an event that cannot be read counts as empty.
 * Vendor page: https://developers.google.com/workspace/calendar/api/v3/reference/events
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  allDaySpan,
  canonicalInstant,
  canonicalLine,
  dayAfter,
  readSpan,
  reduceField,
  timedSpan,
} from '../../../model/canonical.ts';
import type { EventField, FieldName, FieldSpec, FieldSpecs, Fields } from '../../../model/collection.ts';
import type { Address, Sensitivity } from '../../../model/email.ts';
import { cleanUid } from '../../../model/event-key.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { Answer, Attendee, EventItem } from '../../../model/mailbox-item.ts';
import { dateOf, flag, instantOf, listOf, text } from './lenient.ts';
import { plainToRich, richToPlain } from './rich-text.ts';
import { wallInstant } from './wall-time.ts';

const timeSchema = z.object({ date: text, dateTime: text, timeZone: text }).optional().catch(undefined);
const personSchema = z.object({ email: text, displayName: text, self: flag }).optional().catch(undefined);
const attendeeSchema = z.object({
  email: text,
  displayName: text,
  self: flag,
  resource: flag,
  responseStatus: text,
});

export const eventSchema = z.object({
  id: z.string().min(1),
  etag: z.string().catch(''),
  status: text,
  updated: text,
  summary: text,
  location: text,
  description: text,
  start: timeSchema,
  end: timeSchema,
  recurrence: z.array(z.unknown()).optional().catch(undefined),
  recurringEventId: text,
  originalStartTime: timeSchema,
  iCalUID: text,
  transparency: text,
  visibility: text,
  eventType: text,
  organizer: personSchema,
  attendees: listOf(attendeeSchema),
  extendedProperties: z
    .object({ private: z.object({ lockstep: text }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

export type GoogleEvent = z.infer<typeof eventSchema>;
type GoogleTime = GoogleEvent['start'];

const plain: FieldSpec = { lengthMax: null, writable: true };

/** Google has two words for how an event shows; what is out of office is a sort of event of its own, which is told and not made. */
export const eventFields: FieldSpecs & { readonly [Name in EventField]: FieldSpec } = {
  subject: plain,
  location: plain,
  description: { lengthMax: 8_192, writable: true },
  time: plain,
  showAs: { ...plain, words: { tentative: 'busy', 'out-of-office': 'busy', elsewhere: 'busy' } },
  isPrivate: plain,
};

/** Where somebody works, and birthdays that contacts bring along, stand in a calendar and are no events of his. */
const NO_EVENTS: ReadonlySet<string> = new Set(['workingLocation', 'birthday']);

export function isEvent({ eventType }: GoogleEvent): boolean {
  return !NO_EVENTS.has(eventType ?? 'default');
}

/** Deleted, or taken out of its series: Google calls both cancelled, and an invitation that its organizer took back as well. */
export function isGone({ status }: GoogleEvent): boolean {
  return status === 'cancelled';
}

/** `zone`: the calendar's own, for times without an offset. */
export function eventItem(event: GoogleEvent, zone?: string): EventItem {
  const time = spanOf(event, zone);
  const isOrganizer = event.organizer === undefined || event.organizer.self === true;
  const isInstance = event.recurringEventId !== undefined;
  return {
    collection: 'events',
    itemId: event.id as ItemId,
    version: event.etag,
    modifiedAt: instantOf(event.updated),
    fields: {
      subject: canonicalLine(event.summary),
      location: canonicalLine(event.location),
      description: richToPlain(event.description),
      time,
      showAs: showAsOf(event),
      isPrivate: event.visibility === 'private' || event.visibility === 'confidential' ? 'yes' : '',
    },
    sensitivity: sensitivityOf(event.visibility),
    categories: [],
    stamp: stampOf(event),
    uid: cleanUid(event.iCalUID ?? ''),
    originalStart: isInstance ? (pointOf(event.originalStartTime, zone) ?? time.split('/')[0] ?? null) : null,
    seriesId: (event.recurringEventId ?? null) as ItemId | null,
    isOrganizer,
    organizer: addressOf(event.organizer),
    attendees: event.attendees.flatMap(attendeeOf),
    answer: isOrganizer ? 'accepted' : answerOf(event.attendees.find(({ self }) => self)?.responseStatus),
    isCancelled: isGone(event),
  };
}

function showAsOf({ transparency, eventType }: GoogleEvent): string {
  if (transparency === 'transparent') return 'free';
  return eventType === 'outOfOffice' ? 'out-of-office' : 'busy';
}

function sensitivityOf(visibility: string | undefined): Sensitivity {
  return visibility === 'private' || visibility === 'confidential' ? visibility : 'normal';
}

// ---------------------------------------------------------------------------------------------------------- times

function spanOf({ start, end }: GoogleEvent, zone: string | undefined): string {
  const date = dateOf(start?.date);
  if (date !== null) return allDaySpan(date, dateOf(end?.date) ?? dayAfter(date));
  const startAt = timeOf(start, zone);
  return startAt === null ? '' : timedSpan(startAt, timeOf(end, zone) ?? startAt);
}

/** A date, or an instant as `time` has it; null where there is neither. */
function pointOf(time: GoogleTime, zone: string | undefined): string | null {
  const date = dateOf(time?.date);
  if (date !== null) return date;
  const at = timeOf(time, zone);
  return at === null ? null : canonicalInstant(at);
}

const WITH_OFFSET = /(?:[zZ]|[+-]\d\d:?\d\d)$/;

function timeOf(time: GoogleTime, zone: string | undefined): number | null {
  const written = time?.dateTime;
  if (written === undefined) return null;
  if (WITH_OFFSET.test(written)) return instantOf(written);
  return wallInstant(written, time?.timeZone ?? zone);
}

// --------------------------------------------------------------------------------------------------------- people

const ANSWERS: Readonly<Record<string, Answer>> = {
  accepted: 'accepted',
  tentative: 'tentative',
  declined: 'declined',
};

function answerOf(responseStatus: string | undefined): Answer {
  return ANSWERS[responseStatus ?? ''] ?? 'none';
}

function addressOf(person: GoogleEvent['organizer']): Address | null {
  const address = (person?.email ?? '').trim().toLowerCase();
  return address === '' ? null : { address, name: canonicalLine(person?.displayName) };
}

function attendeeOf(attendee: GoogleEvent['attendees'][number]): readonly Attendee[] {
  const address = addressOf(attendee);
  if (address === null) return [];
  const { responseStatus, resource } = attendee;
  return [{ ...address, answer: answerOf(responseStatus), isResource: resource === true }];
}

// --------------------------------------------------------------------------------------------------------- stamps

/** The key in an event's private properties, which no guest's copy gets. */
const STAMP = 'lockstep';

/**
 * The id of the event that is made from a record: base32hex, so that making it a second time is refused by Google itself.
 * https://developers.google.com/workspace/calendar/api/v3/reference/events/insert
 */
export function eventIdOf(stamp: string): ItemId {
  const bits = [...createHash('sha256').update(stamp).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const digits = (bits.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32));
  return `lockstep${digits.join('')}` as ItemId;
}

/** A copy that somebody made of a stamped event has its properties, and another id: it is his. */
function stampOf({ id, extendedProperties }: GoogleEvent): string | null {
  const stamp = extendedProperties?.private?.[STAMP];
  return stamp !== undefined && eventIdOf(stamp) === id ? stamp : null;
}

// --------------------------------------------------------------------------------------------------------- writes

export type EventBody = Readonly<Record<string, unknown>>;

/** What is written of changed fields; null where the time is none. What is absent stays as it is. */
export function eventBody(fields: Fields, isNew: boolean): EventBody | null {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const spec = eventFields[name as EventField];
    if (spec === undefined || value === undefined) continue;
    const part = bodyPart(name as FieldName, reduceField(value, spec), isNew);
    if (part === null) return null;
    Object.assign(body, part);
  }
  return body;
}

function bodyPart(name: FieldName, value: string, isNew: boolean): EventBody | null {
  switch (name) {
    case 'subject':
      return { summary: value };
    case 'location':
      return { location: value };
    case 'description':
      return { description: plainToRich(value) };
    case 'time':
      return timeBody(value, isNew);
    case 'showAs':
      return { transparency: value === 'free' ? 'transparent' : 'opaque' };
    case 'isPrivate':
      return { visibility: value === 'yes' ? 'private' : 'default' };
    default:
      return {};
  }
}

/** A patch merges: the form that a time had before is taken away. */
function timeBody(time: string, isNew: boolean): EventBody | null {
  const span = readSpan(time);
  if (span === null) return null;
  const [start = '', end = ''] = time.split('/');
  const point = (value: string): EventBody => {
    if (span.isAllDay) return isNew ? { date: value } : { date: value, dateTime: null, timeZone: null };
    return isNew ? { dateTime: value } : { dateTime: value, date: null };
  };
  return { start: point(start), end: point(end) };
}

/** The whole of a new event. */
export function newEventBody(stamp: string, fields: Fields): EventBody | null {
  const body = eventBody(fields, true);
  if (body === null || body.start === undefined) return null;
  return { ...body, id: eventIdOf(stamp), extendedProperties: { private: { [STAMP]: stamp } } };
}
