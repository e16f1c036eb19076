/**
 * The methods of events: get, insert, import, update, patch, delete, move, instances, list and watch. Each reads its
 * call and hands it on. https://developers.google.com/workspace/calendar/api/v3/reference/events
 */
import { type ApiCall, type ApiMethod, checkMatch, unlessKnown } from '../api.ts';
import { scopeOf } from '../scopes.ts';
import { findAccount } from '../world.ts';
import { refuseCalendar } from './calendar-errors.ts';
import { MOVE_EVENTS, READ_EVENTS, WRITE_EVENTS } from './calendar-scopes.ts';
import { type Calendar, etagOf, isAtLeast, roleOf, type StoredEvent } from './calendar-store.ts';
import { watch } from './channels.ts';
import { readEvent, readPatch } from './event-input.ts';
import { showEvent } from './event-json.ts';
import { listEvents, listInstances, viewOf } from './event-list.ts';
import { cancelEvent, changeEvent, createEvent, moveEvent, type Writer } from './event-writes.ts';
import { readSendUpdates } from './guests.ts';
import { findEvent } from './instances.ts';

/** The calendar of the path, or of an id. Throws 404 for one that the caller does not see, 403 for too small a role. */
export function calendarOf(
  { account, world, path, scopes }: ApiCall,
  wanted: string,
  id = path.calendarId ?? '',
): Calendar {
  const address = id === 'primary' ? account.email : (findAccount(world, id)?.email ?? id);
  const calendar = world.calendars.get(address);
  const role = calendar === undefined ? undefined : roleOf(calendar, account);
  if (calendar === undefined || role === undefined) throw refuseCalendar('notFound');
  const isOwnedOnly = scopes.every(
    (scope) => scope.includes('.events.owned') || !scope.includes('/calendar'),
  );
  if (!isAtLeast(role, isOwnedOnly && scopes.includes(scopeOf('calendar.events.owned')) ? 'owner' : wanted)) {
    throw refuseCalendar('requiredAccessLevel', `You need to have ${wanted} access to this calendar.`);
  }
  return calendar;
}

function eventOf(call: ApiCall, calendar: Calendar): StoredEvent {
  const event = findEvent(calendar, call.path.eventId ?? '');
  if (event === undefined) throw refuseCalendar('notFound');
  return event;
}

function writerOf(call: ApiCall, calendar: Calendar): Writer {
  const { world, account, query } = call;
  return { world, calendar, account, sendUpdates: readSendUpdates(query) };
}

/** The body without what the caller does not say he understands: conferences and attachments stay as they are. */
function bodyOf({ body, query }: ApiCall, before?: StoredEvent): Readonly<Record<string, unknown>> {
  const understood = {
    conferenceData: query.get('conferenceDataVersion') === '1',
    attachments: query.get('supportsAttachments') === 'true',
  };
  const read: Record<string, unknown> = { ...body };
  for (const [name, isUnderstood] of Object.entries(understood)) {
    if (isUnderstood) continue;
    delete read[name];
    if (before?.fields[name] !== undefined) read[name] = before.fields[name];
  }
  return read;
}

function get(call: ApiCall): unknown {
  const calendar = calendarOf(call, 'freeBusyReader');
  const event = eventOf(call, calendar);
  return unlessKnown(call, etagOf(event.version), showEvent(event, viewOf(call, calendar)));
}

function insert(call: ApiCall): unknown {
  const calendar = calendarOf(call, 'writer');
  const { id, iCalUID, eventType } = call.body;
  if (eventType === 'fromGmail') throw refuseCalendar('invalid', 'Invalid event type value.');
  if (eventType !== undefined && eventType !== 'default' && !calendar.isPrimary) {
    throw refuseCalendar('invalid', 'Events of this type can only be created on primary calendars.');
  }
  const event = createEvent(writerOf(call, calendar), readEvent(bodyOf(call)), {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof iCalUID === 'string' ? { iCalUID } : {}),
  });
  return showEvent(event, viewOf(call, calendar));
}

/** A private copy of somebody's event: the organizer is as it is given, and nobody is written to. */
function importEvent(call: ApiCall): unknown {
  const calendar = calendarOf(call, 'writer');
  const { iCalUID, organizer } = call.body;
  if (typeof iCalUID !== 'string' || iCalUID === '') throw refuseCalendar('required', 'Missing iCalUID.');
  const known = [...calendar.events.values()].find(
    (event) => event.iCalUID === iCalUID && event.recurringEventId === undefined,
  );
  const writer: Writer = { ...writerOf(call, calendar), sendUpdates: 'none' };
  const body = { ...bodyOf(call, known), eventType: undefined };
  if (known !== undefined) {
    return showEvent(changeEvent(writer, known, readEvent(body, known)), viewOf(call, calendar));
  }
  const given = organizer as { email?: unknown; displayName?: unknown } | undefined;
  const email = typeof given?.email === 'string' ? given.email.toLowerCase() : undefined;
  const displayName = typeof given?.displayName === 'string' ? given.displayName : undefined;
  const event = createEvent(writer, readEvent(body), {
    iCalUID,
    isImport: true,
    ...(email === undefined ? {} : { organizer: { email, displayName } }),
  });
  return showEvent(event, viewOf(call, calendar));
}

function write(call: ApiCall, isPatch: boolean): unknown {
  const calendar = calendarOf(call, 'writer');
  const writer = writerOf(call, calendar);
  const event = eventOf(call, calendar);
  checkMatch(call, etagOf(event.version));
  const draft = isPatch ? readPatch(bodyOf(call, event), event) : readEvent(bodyOf(call, event), event);
  return showEvent(changeEvent(writer, event, draft), viewOf(call, calendar));
}

function remove(call: ApiCall): undefined {
  const calendar = calendarOf(call, 'writer');
  const writer = writerOf(call, calendar);
  const event = eventOf(call, calendar);
  checkMatch(call, etagOf(event.version));
  cancelEvent(writer, event);
}

function move(call: ApiCall): unknown {
  const calendar = calendarOf(call, 'writer');
  const id = call.query.get('destination');
  if (id === null) throw refuseCalendar('required', 'Required parameter: destination');
  const destination = calendarOf(call, 'writer', id);
  const event = eventOf(call, calendar);
  if (event.status === 'cancelled') throw refuseCalendar('notFound');
  if (destination.events.get(event.id)?.status !== undefined && destination !== calendar) {
    throw refuseCalendar('duplicate');
  }
  const moved = moveEvent(writerOf(call, calendar), event, destination);
  return showEvent(moved, viewOf(call, destination));
}

function instances(call: ApiCall): unknown {
  const calendar = calendarOf(call, 'freeBusyReader');
  const event = eventOf(call, calendar);
  if (event.status === 'cancelled' && call.query.get('showDeleted') !== 'true')
    throw refuseCalendar('notFound');
  return listInstances(call, calendar, event);
}

const EVENTS = 'calendar/v3/calendars/{calendarId}/events';
const EVENT = `${EVENTS}/{eventId}`;

const method = (
  name: string,
  verb: string,
  path: string,
  scopes: readonly string[],
  answer: (call: ApiCall) => unknown,
): ApiMethod => ({
  id: `calendar.events.${name}`,
  rpc: `calendar.v3.Events.${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  verb,
  path,
  scopes,
  answer,
});

export const EVENT_METHODS: readonly ApiMethod[] = [
  method('list', 'GET', EVENTS, READ_EVENTS, (call) => listEvents(call, calendarOf(call, 'freeBusyReader'))),
  method('insert', 'POST', EVENTS, WRITE_EVENTS, insert),
  method('import', 'POST', `${EVENTS}/import`, WRITE_EVENTS, importEvent),
  method('watch', 'POST', `${EVENTS}/watch`, READ_EVENTS, (call) =>
    watch(call, calendarOf(call, 'freeBusyReader')),
  ),
  method('get', 'GET', EVENT, READ_EVENTS, get),
  method('update', 'PUT', EVENT, WRITE_EVENTS, (call) => write(call, false)),
  method('patch', 'PATCH', EVENT, WRITE_EVENTS, (call) => write(call, true)),
  method('delete', 'DELETE', EVENT, WRITE_EVENTS, remove),
  method('move', 'POST', `${EVENT}/move`, MOVE_EVENTS, move),
  method('instances', 'GET', `${EVENT}/instances`, READ_EVENTS, instances),
];
