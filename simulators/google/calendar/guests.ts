/**
 * What a write does to others: copies of a meeting in the calendars of guests who live here, their answers on the way
 * back, and the mails that Google would send. Mails are counted, never written.
 * https://developers.google.com/workspace/calendar/api/concepts/sharing
 */
import { type Account, findAccount, type SentKind, type World } from '../world.ts';
import { refuseCalendar } from './calendar-errors.ts';
import { type Attendee, type Calendar, primaryOf, type StoredEvent, saveEvent } from './calendar-store.ts';
import { findEvent } from './instances.ts';

/** Who is written to. A person's own acts count nobody. */
export type SendUpdates = 'all' | 'externalOnly' | 'none';

/** What belongs to one copy alone. */
const OWN_FIELDS = ['reminders', 'colorId'];

/** The parameter of that name, or the older `sendNotifications`; nobody when both are absent. Throws 400. */
export function readSendUpdates(query: URLSearchParams): SendUpdates {
  const value = query.get('sendUpdates');
  if (value === null) return query.get('sendNotifications') === 'true' ? 'all' : 'none';
  if (value === 'all' || value === 'externalOnly' || value === 'none') return value;
  throw refuseCalendar('invalid', `Invalid value for: ${value} is not a valid value`, {
    location: { location: 'sendUpdates', locationType: 'parameter' },
  });
}

/** Counts the mails of one kind to these addresses, as far as they are to be written to. */
export function countMail(
  world: World,
  how: { account: Account; kind: SentKind; sendUpdates: SendUpdates },
  addresses: readonly string[],
): void {
  const { account, kind, sendUpdates } = how;
  if (sendUpdates === 'none') return;
  const recipients = addresses.filter(
    (address) =>
      address !== account.email && (sendUpdates === 'all' || findAccount(world, address) === undefined),
  );
  if (recipients.length === 0) return;
  world.sent.push({ kind, from: account.email, recipientCount: recipients.length, at: world.now() });
}

/** Those who can be written to: everybody but rooms and the organizer. */
export function guestsOf(event: StoredEvent): string[] {
  return event.attendees
    .filter((each) => each.resource !== true && each.email !== event.organizer.email)
    .map((each) => each.email);
}

/** Brings a meeting, as its organizer's calendar has it now, to the guests who live here. */
export function spread(
  world: World,
  calendar: Calendar,
  event: StoredEvent,
  before: readonly Attendee[] = [],
): void {
  if (event.organizer.email !== calendar.id || event.fields.privateCopy === true) return;
  const invited = new Set(event.attendees.map((each) => each.email));
  for (const attendee of event.attendees) {
    const target = calendarOf(world, attendee.email);
    if (target !== undefined && target !== calendar) copy(world, event, target);
  }
  for (const attendee of before.filter((each) => !invited.has(each.email))) {
    const target = calendarOf(world, attendee.email);
    const held = target === undefined || target === calendar ? undefined : findEvent(target, event.id);
    if (target === undefined || held === undefined || held.status === 'cancelled') continue;
    held.status = 'cancelled';
    saveEvent(world, target, held);
  }
}

function calendarOf(world: World, email: string): Calendar | undefined {
  const account = findAccount(world, email);
  return account === undefined ? undefined : primaryOf(world, account.email);
}

function copy(world: World, event: StoredEvent, target: Calendar): void {
  const held = target.events.get(event.id);
  const own = held?.fields ?? {};
  const shared = (event.fields.extendedProperties as { shared?: unknown } | undefined)?.shared;
  const priv = (own.extendedProperties as { private?: unknown } | undefined)?.private;
  const fields: Record<string, unknown> = { ...event.fields };
  for (const name of OWN_FIELDS) {
    delete fields[name];
    if (own[name] !== undefined) fields[name] = own[name];
  }
  delete fields.extendedProperties;
  if (shared !== undefined || priv !== undefined) {
    fields.extendedProperties = {
      ...(priv === undefined ? {} : { private: priv }),
      ...(shared === undefined ? {} : { shared }),
    };
  }
  const isRemoved = held?.status === 'cancelled' && isDeclined(event, target);
  saveEvent(world, target, {
    ...event,
    // What a guest has declined and removed does not come back with the organizer's next change.
    status: isRemoved ? 'cancelled' : event.status,
    created: held?.created ?? world.now(),
    attendees: event.attendees.map((each) => ({ ...each })),
    fields,
  });
}

function isDeclined(event: StoredEvent, calendar: Calendar): boolean {
  return event.attendees.some((each) => each.email === calendar.id && each.responseStatus === 'declined');
}

/** Brings a guest's answer, as his own copy has it now, to the organizer and from there to all others. */
export function answerBack(world: World, calendar: Calendar, event: StoredEvent): void {
  const organizers = calendarOf(world, event.organizer.email) ?? world.calendars.get(event.organizer.email);
  const own = event.attendees.find((each) => each.email === calendar.id);
  if (organizers === undefined || organizers === calendar || own === undefined) return;
  const original = findEvent(organizers, event.id);
  if (original === undefined || original.status === 'cancelled') return;
  original.attendees = original.attendees.map((each) => (each.email === own.email ? { ...own } : each));
  saveEvent(world, organizers, original);
  for (const attendee of original.attendees) {
    const target = calendarOf(world, attendee.email);
    const held = target?.events.get(event.id);
    const isOther = target !== undefined && target !== calendar && target !== organizers;
    if (isOther && held !== undefined && held.status !== 'cancelled') copy(world, original, target);
  }
}
