/**
 * Calendars, their events and who has them in his list. It is state and the few changes that all writers share; what
 * a call may do, and what it sends, is elsewhere. Times are milliseconds since 1970.
 */
import { nextVersion } from '../api.ts';
import { makeSecret } from '../tokens.ts';
import type { Account, World } from '../world.ts';
import { tellChannels } from './channels.ts';

/** A start or an end. A date is the midnight of its day in UTC. */
export interface EventTime {
  readonly isDate: boolean;
  readonly at: number;
  readonly timeZone: string | undefined;
}

export interface Attendee {
  email: string;
  responseStatus: string;
  displayName?: string;
  optional?: boolean;
  resource?: boolean;
  comment?: string;
  additionalGuests?: number;
}

export interface Person {
  readonly email: string;
  readonly displayName?: string | undefined;
}

/** An event as one calendar has it: single, a series, or one changed or cancelled occurrence of a series. */
export interface StoredEvent {
  readonly id: string;
  readonly iCalUID: string;
  readonly created: number;
  updated: number;
  /** Rises with every write; the etag is made of it. */
  version: number;
  status: string;
  start: EventTime;
  end: EventTime;
  recurrence: readonly string[];
  readonly recurringEventId: string | undefined;
  readonly originalStart: EventTime | undefined;
  sequence: number;
  creator: Person;
  organizer: Person;
  attendees: Attendee[];
  /** What else may be written, as it was written: summary, visibility, reminders, ... */
  fields: Readonly<Record<string, unknown>>;
}

export type AccessRole = 'freeBusyReader' | 'reader' | 'writer' | 'owner';

export interface Calendar {
  readonly id: string;
  readonly owner: Account;
  readonly isPrimary: boolean;
  summary: string;
  description: string | undefined;
  location: string | undefined;
  timeZone: string;
  version: number;
  updated: number;
  readonly events: Map<string, StoredEvent>;
  /** Sync tokens from before this version are no longer good. */
  syncFloor: number;
  /** Those it is shared with, beside its owner. */
  readonly roles: Map<Account, AccessRole>;
}

/** A calendar as it stands in somebody's list. */
export interface CalendarListing {
  readonly calendarId: string;
  fields: Readonly<Record<string, unknown>>;
  isDeleted: boolean;
  version: number;
}

/** A push channel. */
export interface Channel {
  readonly id: string;
  readonly resourceId: string;
  readonly resourceUri: string;
  /** The calendar, or the account whose list of calendars is watched. */
  readonly watched: Calendar | Account;
  readonly account: Account;
  readonly address: string;
  readonly token: string | undefined;
  readonly expiresAt: number;
  messageNumber: number;
}

const RANKS: readonly string[] = ['freeBusyReader', 'reader', 'writer', 'owner'];

/** What somebody may do with a calendar; undefined for nothing. */
export function roleOf(calendar: Calendar, account: Account): AccessRole | undefined {
  return calendar.owner === account ? 'owner' : calendar.roles.get(account);
}

/** Whether a role is at least another one. */
export function isAtLeast(role: AccessRole | undefined, wanted: string): boolean {
  return role !== undefined && RANKS.indexOf(role) >= RANKS.indexOf(wanted);
}

/** Makes a calendar and puts it into its owner's list. */
export function addCalendar(
  world: World,
  owner: Account,
  given: { id?: string; summary: string; timeZone: string; description?: string; location?: string },
): Calendar {
  const calendar: Calendar = {
    id:
      given.id ??
      `c_${makeSecret(24)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, 'x')}@group.calendar.google.com`,
    owner,
    isPrimary: given.id === owner.email,
    summary: given.summary,
    description: given.description,
    location: given.location,
    timeZone: given.timeZone,
    version: nextVersion(world),
    updated: world.now(),
    events: new Map(),
    syncFloor: 0,
    roles: new Map(),
  };
  world.calendars.set(calendar.id, calendar);
  const reminders = calendar.isPrimary ? [{ method: 'popup', minutes: 10 }] : [];
  list(world, owner, calendar, { colorId: '14', selected: true, defaultReminders: reminders });
  return calendar;
}

/** Puts a calendar into somebody's list. */
export function list(
  world: World,
  account: Account,
  calendar: Calendar,
  fields: Readonly<Record<string, unknown>> = { colorId: '7' },
): CalendarListing {
  const listing = { calendarId: calendar.id, fields, isDeleted: false, version: nextVersion(world) };
  account.calendarList.set(calendar.id, listing);
  tellChannels(world, account);
  return listing;
}

/** Takes a calendar out of somebody's list; incremental readings tell it as deleted. */
export function unlist(world: World, account: Account, calendarId: string): void {
  const listing = account.calendarList.get(calendarId);
  if (listing === undefined) return;
  listing.isDeleted = true;
  listing.version = nextVersion(world);
  tellChannels(world, account);
}

/** Deletes a calendar for everybody. */
export function removeCalendar(world: World, calendar: Calendar): void {
  world.calendars.delete(calendar.id);
  for (const account of world.accounts) unlist(world, account, calendar.id);
}

/** Stores an event, new or changed, as a new version. A write of reminders alone leaves `updated`. */
export function saveEvent(
  world: World,
  calendar: Calendar,
  event: StoredEvent,
  isReminderOnly = false,
): StoredEvent {
  event.version = nextVersion(world);
  if (!isReminderOnly) event.updated = world.now();
  calendar.events.set(event.id, event);
  calendar.updated = world.now();
  tellChannels(world, calendar);
  return event;
}

/** An etag of a version number, quoted as Google quotes it. */
export function etagOf(version: number): string {
  return `"${version * 2}"`;
}

/** The primary calendar of an address, if that is a person's here. */
export function primaryOf(world: World, email: string): Calendar | undefined {
  return world.calendars.get(email.toLowerCase());
}
