/**
 * What a client's JSON says about an event, read into what is stored. Names that Graph does not know are refused, those that it
 * only shows are passed over, as Graph does.
 * https://learn.microsoft.com/graph/api/event-update
 */
import type { Attendee, EventFields } from './calendar-store.ts';
import { badRequest, GraphError } from './errors.ts';
import { EVENT_PROPERTIES } from './event-json.ts';
import { checkZone, wallMs, type ZonedTime } from './time-zones.ts';

type Json = Record<string, unknown>;

const ATTENDEES_MAX = 500;
const NEVER = '0001-01-01T00:00:00Z';
const RELATED = new Set([
  'attachments',
  'calendar',
  'extensions',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
]);

/** Fails with 400 RequestBodyRead for the first name that no event has. */
export function checkNames(body: Json, known: readonly string[], type: string): void {
  for (const name of Object.keys(body)) {
    if (name.includes('@') || known.includes(name) || RELATED.has(name)) continue;
    const text = `The property '${name}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`;
    throw new GraphError('RequestBodyRead', text, 400);
  }
}

const WORDS: Readonly<Partial<Record<keyof EventFields, readonly string[]>>> = {
  showAs: ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'],
  sensitivity: ['normal', 'personal', 'private', 'confidential'],
  importance: ['low', 'normal', 'high'],
  onlineMeetingProvider: ['unknown', 'skypeForBusiness', 'skypeForConsumer', 'teamsForBusiness'],
};
const FLAGS = [
  'isAllDay',
  'isReminderOn',
  'responseRequested',
  'isOnlineMeeting',
  'hideAttendees',
  'allowNewTimeProposals',
] as const;

/** The fields that `body` sets over `current`; recurrence and extended properties are the caller's. */
export function readEventFields(body: Json, current: EventFields): Partial<EventFields> {
  checkNames(body, EVENT_PROPERTIES, 'event');
  const fields: Partial<EventFields> = {};
  for (const [name, words] of Object.entries(WORDS)) {
    if (body[name] === undefined || body[name] === null) continue;
    const word = words.find((each) => each.toLowerCase() === String(body[name]).toLowerCase());
    if (word === undefined) throw unreadable(name);
    Object.assign(fields, { [name]: word });
  }
  for (const name of FLAGS) {
    const flag = body[name];
    if (flag === undefined || flag === null) continue;
    if (typeof flag !== 'boolean') throw unreadable(name);
    fields[name] = flag;
  }
  if (body.subject !== undefined) fields.subject = String(body.subject ?? '');
  if (body.body !== undefined) fields.body = readBody(body.body);
  if (body.categories !== undefined) fields.categories = readTexts(body.categories, 'categories');
  if (body.reminderMinutesBeforeStart !== undefined) {
    const minutes = Number(body.reminderMinutesBeforeStart);
    if (!Number.isInteger(minutes)) throw unreadable('reminderMinutesBeforeStart');
    fields.reminderMinutesBeforeStart = minutes;
  }
  const { location, locations } = body;
  if (Array.isArray(locations) && locations.length > 0) fields.locations = locations.map(readLocation);
  else if (location !== undefined) fields.locations = readLocations(location);
  if (body.attendees !== undefined) fields.attendees = readAttendees(body.attendees, current.attendees);
  if (body.start !== undefined) fields.start = readTime(body.start, 'start');
  if (body.end !== undefined) fields.end = readTime(body.end, 'end');
  checkTimes({ ...current, ...fields });
  return fields;
}

/** A `dateTimeTimeZone`; an offset in it, or Z, gives way to its zone as at Graph. */
export function readTime(given: unknown, name: string): ZonedTime {
  const { dateTime, timeZone } = (given ?? {}) as { dateTime?: unknown; timeZone?: unknown };
  if (typeof dateTime !== 'string') throw unreadable(name);
  const [, date, time = '00:00', seconds = ':00'] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?$/i.exec(dateTime) ?? [];
  if (date === undefined || Number.isNaN(wallMs(`${date}T${time}${seconds}`))) throw unreadable(name);
  const zone = typeof timeZone === 'string' && timeZone !== '' ? timeZone : 'UTC';
  checkZone(zone);
  return { dateTime: `${date}T${time}${seconds}`, timeZone: zone };
}

/** `itemBody`; plain text unless it says html. */
export function readBody(given: unknown): EventFields['body'] {
  const { contentType, content } = (given ?? {}) as { contentType?: unknown; content?: unknown };
  const isHtml = String(contentType ?? 'text').toLowerCase() === 'html';
  return { contentType: isHtml ? 'html' : 'text', content: String(content ?? '') };
}

/** A list of texts without repetition. */
export function readTexts(given: unknown, name: string): string[] {
  if (given === null) return [];
  if (!Array.isArray(given) || !given.every((each) => typeof each === 'string')) throw unreadable(name);
  return [...new Set(given as string[])];
}

export function unreadable(name: string): GraphError {
  return badRequest(`Cannot read the value of the property ${name}.`);
}

function checkTimes({ start, end, isAllDay }: EventFields): void {
  const invalid = (text: string) => new GraphError('ErrorPropertyValidationFailure', text, 400);
  if (wallMs(start.dateTime) > wallMs(end.dateTime) && start.timeZone === end.timeZone) {
    throw invalid('At least one property failed validation.');
  }
  if (!isAllDay) return;
  for (const [name, time] of Object.entries({ Start: start, End: end })) {
    if (time.dateTime.slice(11) === '00:00:00') continue;
    throw invalid(`The Event.${name} property for an all-day event needs to be set to midnight.`);
  }
  if (start.timeZone !== end.timeZone || start.dateTime === end.dateTime) {
    throw invalid('The duration of an event marked as All day must be at least 24 hours.');
  }
}

function readAttendees(given: unknown, current: readonly Attendee[]): Attendee[] {
  if (given === null) return [];
  if (!Array.isArray(given)) throw unreadable('attendees');
  if (given.length > ATTENDEES_MAX) {
    throw new GraphError('ErrorInvalidRequest', `An event has at most ${ATTENDEES_MAX} attendees.`, 400);
  }
  return given.map((each: { type?: unknown; emailAddress?: Partial<Attendee['emailAddress']> } | null) => {
    const { address, name } = each?.emailAddress ?? {};
    if (typeof address !== 'string' || address === '') throw unreadable('attendees');
    const known = current.find(
      ({ emailAddress }) => emailAddress.address.toLowerCase() === address.toLowerCase(),
    );
    const type = String(each?.type ?? 'required').toLowerCase();
    if (!['required', 'optional', 'resource'].includes(type)) throw unreadable('attendees');
    return {
      type,
      status: known?.status ?? { response: 'none', time: NEVER },
      emailAddress: { name: typeof name === 'string' && name !== '' ? name : address, address },
    };
  });
}

function readLocations(given: unknown): Json[] {
  const location = readLocation(given);
  return location.displayName === '' ? [] : [location];
}

function readLocation(given: unknown): Json {
  const location = (given ?? {}) as Json;
  const displayName = String(location.displayName ?? '');
  const known = ['address', 'coordinates', 'locationEmailAddress', 'locationUri'].filter(
    (each) => location[each],
  );
  return {
    displayName,
    locationType: location.locationType ?? 'default',
    uniqueId: displayName,
    uniqueIdType: 'private',
    ...Object.fromEntries(known.map((each) => [each, location[each]])),
  };
}
