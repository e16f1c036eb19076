/**
 * Puts an event into somebody's calendar, on whichever simulated service it is, in one way of speaking, and changes or removes it as its owner does. Nobody is
 * told anything. Times are instants; whole days begin and end at midnight in UTC.
 */
import { dateOf, type Owner, wallOf } from './put-item.ts';
import type { Services } from './simulated-services.ts';

const DAY = 86_400_000;
const WEEK_DAYS = 7;

export interface Guest {
  readonly name: string;
  readonly address: string;
}

export interface GivenEvent {
  readonly subject: string;
  readonly startAt: number;
  readonly endAt: number;
  readonly isAllDay?: boolean;
  readonly isPrivate?: boolean;
  readonly location?: string;
  readonly body?: string;
  readonly guests?: readonly Guest[];
  /** Somebody else, who has invited the owner; the owner has accepted. */
  readonly organizer?: Guest;
  /** The iCalendar UID, the same in everybody's calendar; the service's own unless told. */
  readonly uid?: string;
  /** Weekly, so many times. */
  readonly weeks?: number;
}

/** The words of an event that are changed later. */
export interface EventChange {
  readonly subject?: string;
  readonly location?: string;
}

/** Gives the id of the event at its service. */
export function putEvent(services: Services, owner: Owner, event: GivenEvent): string {
  switch (owner.service) {
    case 'exchange':
      return putAtExchange(services, owner, event);
    case 'office365':
      return putAtOffice365(services, owner, event);
    case 'google':
      return putAtGoogle(services, owner, event);
  }
}

function putAtExchange({ exchange }: Services, { address, name }: Owner, event: GivenEvent): string {
  const { startAt, endAt, subject, location, body, isAllDay, isPrivate, organizer, uid, weeks } = event;
  const self = organizer === undefined ? [] : [{ name, address }];
  return exchange.createEvent(address, {
    subject,
    start: startAt,
    end: endAt,
    isAllDay: isAllDay === true,
    sensitivity: isPrivate === true ? 'Private' : 'Normal',
    required: [...self, ...(event.guests ?? [])],
    ...(location === undefined ? {} : { location }),
    ...(body === undefined ? {} : { body }),
    ...(organizer === undefined ? {} : { organizer, myResponse: 'Accept' as const }),
    ...(uid === undefined ? {} : { uid }),
    ...(weeks === undefined
      ? {}
      : { recurrence: { pattern: { kind: 'daily', interval: WEEK_DAYS }, count: weeks } }),
  });
}

function putAtOffice365({ office365 }: Services, { address, name }: Owner, event: GivenEvent): string {
  const { startAt, endAt, subject, location, body, isAllDay, isPrivate, organizer, uid, weeks } = event;
  const self = organizer === undefined ? [] : [{ name, address }];
  const time = (at: number) => ({ dateTime: wallOf(at), timeZone: 'UTC' });
  const recurrence = {
    pattern: { type: 'daily', interval: WEEK_DAYS },
    range: { type: 'numbered', startDate: dateOf(startAt), numberOfOccurrences: weeks },
  };
  return office365.addEvent(
    address,
    {
      subject,
      start: time(startAt),
      end: time(endAt),
      isAllDay: isAllDay === true,
      sensitivity: isPrivate === true ? 'private' : 'normal',
      attendees: [...self, ...(event.guests ?? [])].map((emailAddress) => ({
        type: 'required',
        emailAddress,
      })),
      ...(location === undefined ? {} : { location: { displayName: location } }),
      ...(body === undefined ? {} : { body: { contentType: 'text', content: body } }),
      ...(weeks === undefined ? {} : { recurrence }),
    },
    {
      ...(organizer === undefined ? {} : { organizer, response: 'accepted' as const }),
      ...(uid === undefined ? {} : { uid }),
    },
  );
}

function putAtGoogle({ google }: Services, { address, name }: Owner, event: GivenEvent): string {
  const { startAt, endAt, subject, location, body, isAllDay, isPrivate, organizer, uid, weeks } = event;
  const time = (at: number) =>
    isAllDay === true ? { date: dateOf(at) } : { dateTime: wallOf(at), timeZone: 'UTC' };
  const attendees = [
    ...(organizer === undefined
      ? []
      : [{ email: address, displayName: name, responseStatus: 'accepted', self: true }]),
    ...(event.guests ?? []).map((guest) => ({ email: guest.address, displayName: guest.name })),
  ];
  const given = {
    summary: subject,
    start: time(startAt),
    end: time(endAt),
    visibility: isPrivate === true ? 'private' : 'default',
    ...(location === undefined ? {} : { location }),
    ...(body === undefined ? {} : { description: body }),
    ...(attendees.length === 0 ? {} : { attendees }),
    ...(uid === undefined ? {} : { iCalUID: uid }),
    ...(weeks === undefined ? {} : { recurrence: [`RRULE:FREQ=WEEKLY;COUNT=${weeks}`] }),
  };
  return organizer === undefined
    ? google.addEvent(address, given)
    : google.receiveInvitation(address, organizer.address, given);
}

/** Changes an event's words. */
export function changeEvent(services: Services, owner: Owner, id: string, change: EventChange): void {
  const { exchange, office365, google } = services;
  const { address } = owner;
  const { subject, location } = change;
  if (owner.service === 'exchange') exchange.editEvent(address, id, change);
  else if (owner.service === 'office365')
    office365.changeEvent(address, id, {
      ...(subject === undefined ? {} : { subject }),
      ...(location === undefined ? {} : { location: { displayName: location } }),
    });
  else
    google.changeEvent(address, id, {
      ...(subject === undefined ? {} : { summary: subject }),
      ...(location === undefined ? {} : { location }),
    });
}

/** Gives one occurrence of a weekly series, counted from 1, a place of its own. */
export function moveOccurrence(
  services: Services,
  owner: Owner,
  series: { readonly id: string; readonly startAt: number },
  number: number,
  location: string,
): void {
  const { exchange, office365, google } = services;
  const { address } = owner;
  const at = series.startAt + (number - 1) * WEEK_DAYS * DAY;
  if (owner.service === 'exchange')
    exchange.editEvent(address, exchange.occurrenceIdOf(address, series.id, number), { location });
  else if (owner.service === 'office365')
    office365.changeOccurrence(address, series.id, dateOf(at), { location: { displayName: location } });
  else google.changeEvent(address, `${series.id}_${wallOf(at).replace(/[-:]/g, '')}Z`, { location });
}

/** Deletes an event, as its owner does. */
export function removeEvent({ exchange, office365, google }: Services, owner: Owner, id: string): void {
  const { address } = owner;
  if (owner.service === 'exchange') exchange.remove(address, id);
  else if (owner.service === 'office365') office365.removeEvent(address, id);
  else google.removeEvent(address, id);
}
