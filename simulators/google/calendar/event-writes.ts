/**
 * Making, changing, cancelling and moving events, with what follows for series, guests and mails. Calls and people's
 * acts both write through here; who may is decided before.
 */
import { isDeepStrictEqual } from 'node:util';
import { makeSecret } from '../tokens.ts';
import type { Account, World } from '../world.ts';
import { refuseCalendar } from './calendar-errors.ts';
import { type Calendar, type Person, type StoredEvent, saveEvent } from './calendar-store.ts';
import type { EventDraft } from './event-input.ts';
import { answerBack, countMail, guestsOf, type SendUpdates, spread } from './guests.ts';
import { exceptionsOf, findOrphans } from './instances.ts';

/** Who writes, where, and to whom Google writes about it. */
export interface Writer {
  readonly world: World;
  readonly calendar: Calendar;
  readonly account: Account;
  readonly sendUpdates: SendUpdates;
}

/** Properties that the organizer alone may set. */
const SHARED = ['guestsCanInviteOthers', 'guestsCanModify', 'guestsCanSeeOtherGuests', 'anyoneCanAddSelf'];

/** Makes an event. Throws 400 for an id that is none, 409 for one that is taken. */
export function createEvent(
  writer: Writer,
  draft: EventDraft,
  given: { id?: string; iCalUID?: string; organizer?: Person; isImport?: boolean } = {},
): StoredEvent {
  const { world, calendar, account } = writer;
  const id = given.id ?? makeId();
  if (!/^[0-9a-v]{5,1024}$/.test(id)) throw refuseCalendar('invalid', 'Invalid resource id value.');
  const iCalUID = given.iCalUID ?? `${id}@google.com`;
  const isTaken = [...calendar.events.values()].some(
    (each) => each.recurringEventId === undefined && each.iCalUID === iCalUID,
  );
  if (calendar.events.has(id) || isTaken) throw refuseCalendar('duplicate');
  const person = { email: account.email, displayName: account.displayName };
  const own = calendar.isPrimary ? person : { email: calendar.id, displayName: calendar.summary };
  const event: StoredEvent = {
    ...draft,
    id,
    iCalUID,
    created: world.now(),
    updated: world.now(),
    version: 0,
    recurringEventId: undefined,
    originalStart: undefined,
    creator: person,
    organizer: given.organizer ?? own,
  };
  saveEvent(world, calendar, event);
  if (given.isImport === true) return event;
  spread(world, calendar, event);
  countMail(world, { ...writer, kind: 'invitation' }, guestsOf(event));
  return event;
}

/** An id as Google draws them: 26 characters of base32hex. */
function makeId(): string {
  return [...Buffer.from(makeSecret(26), 'base64url')].map((byte) => (byte % 32).toString(32)).join('');
}

/** Changes an event, or an occurrence, to a draft. Throws 403 where the organizer alone may. */
export function changeEvent(writer: Writer, event: StoredEvent, draft: EventDraft): StoredEvent {
  const { world, calendar } = writer;
  if (draft.status === 'cancelled' && event.status !== 'cancelled') return cancelEvent(writer, event);
  const isOrganizer = event.organizer.email === calendar.id;
  const before = { ...event };
  if (!isOrganizer) return changeCopy(writer, event, draft);
  const isMoved =
    !isDeepStrictEqual([event.start, event.end], [draft.start, draft.end]) ||
    !isDeepStrictEqual(event.recurrence, draft.recurrence) ||
    event.status !== draft.status;
  const sequence = isMoved && draft.sequence === event.sequence ? event.sequence + 1 : draft.sequence;
  const isOwnOnly = !isMoved && isSameForGuests(event, draft);
  const isReminderOnly = isOwnOnly && !isDeepStrictEqual(event.fields.reminders, draft.fields.reminders);
  Object.assign(event, draft, { sequence });
  saveEvent(world, calendar, event, isReminderOnly);
  if (event.recurringEventId === undefined) settleExceptions(writer, before, event);
  if (isOwnOnly) return event;
  spread(world, calendar, event, before.attendees);
  tellGuests(writer, before, event);
  return event;
}

function isSameForGuests(event: StoredEvent, draft: EventDraft): boolean {
  const common = ({
    reminders: _reminders,
    colorId: _color,
    ...fields
  }: Readonly<Record<string, unknown>>) => {
    const { shared } = (fields.extendedProperties ?? {}) as { shared?: unknown };
    return { ...fields, extendedProperties: shared };
  };
  return (
    isDeepStrictEqual(common(event.fields), common(draft.fields)) &&
    isDeepStrictEqual(event.attendees, draft.attendees)
  );
}

function tellGuests(writer: Writer, before: StoredEvent, event: StoredEvent): void {
  const [old, now] = [guestsOf(before), guestsOf(event)];
  const added = now.filter((each) => !old.includes(each));
  const gone = old.filter((each) => !now.includes(each));
  const stayed = now.filter((each) => old.includes(each));
  countMail(writer.world, { ...writer, kind: 'invitation' }, added);
  countMail(writer.world, { ...writer, kind: 'cancellation' }, gone);
  countMail(writer.world, { ...writer, kind: 'update' }, stayed);
}

/** A guest changes his copy: his own answer goes to the organizer, the list of guests is not his. */
function changeCopy(writer: Writer, event: StoredEvent, draft: EventDraft): StoredEvent {
  const { world, calendar } = writer;
  const sharedOf = ({ extendedProperties }: Readonly<Record<string, unknown>>) =>
    (extendedProperties as { shared?: unknown } | undefined)?.shared;
  const isForbidden =
    SHARED.some((name) => event.fields[name] !== draft.fields[name]) ||
    !isDeepStrictEqual(sharedOf(event.fields), sharedOf(draft.fields));
  if (isForbidden && event.fields.guestsCanModify !== true) throw refuseCalendar('forbiddenForNonOrganizer');
  const own = draft.attendees.find((each) => each.email === calendar.id);
  const old = event.attendees.find((each) => each.email === calendar.id);
  const attendees = event.attendees.map((each) => (each === old && own !== undefined ? own : each));
  const isReminderOnly =
    !isDeepStrictEqual(event.fields.reminders, draft.fields.reminders) &&
    isDeepStrictEqual(attendees, event.attendees) &&
    isDeepStrictEqual([event.start, event.end], [draft.start, draft.end]) &&
    isSameForGuests(event, { ...draft, attendees: event.attendees });
  Object.assign(event, draft, { attendees });
  saveEvent(world, calendar, event, isReminderOnly);
  if (own === undefined || isDeepStrictEqual(own, old)) return event;
  answerBack(world, calendar, event);
  countMail(world, { ...writer, kind: 'response' }, [event.organizer.email]);
  return event;
}

/** Exceptions follow their series in what they have not changed themselves, and go where it no longer has them. */
function settleExceptions(writer: Writer, before: StoredEvent, series: StoredEvent): void {
  const { world, calendar } = writer;
  if (before.recurrence.length === 0) return;
  for (const orphan of findOrphans(calendar, series)) {
    orphan.status = 'cancelled';
    saveEvent(world, calendar, orphan);
    spread(world, calendar, orphan);
  }
  const names = new Set([...Object.keys(before.fields), ...Object.keys(series.fields)]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(before.fields[name], series.fields[name]));
  const hasNewGuests = !isDeepStrictEqual(before.attendees, series.attendees);
  for (const exception of exceptionsOf(calendar, series.id)) {
    if (exception.status === 'cancelled') continue;
    const fields = { ...exception.fields };
    for (const name of changed) {
      if (isDeepStrictEqual(fields[name], before.fields[name])) fields[name] = series.fields[name];
    }
    const follows = hasNewGuests && isDeepStrictEqual(exception.attendees, before.attendees);
    if (isDeepStrictEqual(fields, exception.fields) && !follows) continue;
    exception.fields = fields;
    if (follows) exception.attendees = series.attendees.map((each) => ({ ...each }));
    saveEvent(world, calendar, exception);
    spread(world, calendar, exception, follows ? before.attendees : []);
  }
}

/** Deletes an event, or cancels an occurrence. Throws 410 for what is deleted already. */
export function cancelEvent(writer: Writer, event: StoredEvent): StoredEvent {
  const { world, calendar } = writer;
  if (event.status === 'cancelled') throw refuseCalendar('deleted');
  const isOrganizer = event.organizer.email === calendar.id;
  event.status = 'cancelled';
  if (isOrganizer) event.sequence += 1;
  else {
    event.attendees = event.attendees.map((each) =>
      each.email === calendar.id ? { ...each, responseStatus: 'declined' } : each,
    );
  }
  saveEvent(world, calendar, event);
  for (const exception of exceptionsOf(calendar, event.id)) {
    if (exception.status === 'cancelled') continue;
    exception.status = 'cancelled';
    saveEvent(world, calendar, exception);
  }
  if (isOrganizer) {
    spread(world, calendar, event);
    countMail(world, { ...writer, kind: 'cancellation' }, guestsOf(event));
  } else {
    answerBack(world, calendar, event);
    const isGuest = event.attendees.some((each) => each.email === calendar.id);
    if (isGuest) countMail(world, { ...writer, kind: 'response' }, [event.organizer.email]);
  }
  return event;
}

/** Moves an event into another calendar, which becomes its organizer. Throws 400 and 403. */
export function moveEvent(writer: Writer, event: StoredEvent, destination: Calendar): StoredEvent {
  const { world, calendar } = writer;
  if (event.recurringEventId !== undefined) throw refuseCalendar('cannotChangeOrganizer');
  if (event.organizer.email !== calendar.id) throw refuseCalendar('forbiddenForNonOrganizer');
  if ((event.fields.eventType ?? 'default') !== 'default') {
    throw refuseCalendar('eventTypeRestriction', 'Events of this type cannot be moved.', {
      domain: 'calendar',
    });
  }
  const { owner } = destination;
  const organizer = destination.isPrimary
    ? { email: owner.email, displayName: owner.displayName }
    : { email: destination.id, displayName: destination.summary };
  const family = [event, ...exceptionsOf(calendar, event.id)];
  for (const each of family) {
    const moved = { ...each, organizer, sequence: each.sequence + 1 };
    saveEvent(world, destination, moved);
    each.status = 'cancelled';
    each.fields = {};
    saveEvent(world, calendar, each);
  }
  const moved = destination.events.get(event.id) ?? event;
  spread(world, destination, moved);
  countMail(world, { ...writer, kind: 'update' }, guestsOf(moved));
  return moved;
}
