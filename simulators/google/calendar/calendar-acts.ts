/**
 * What people do to calendars, and what organizers elsewhere do to them, as functions. Events are written as the API
 * writes them; nothing here is counted as mail, for no client of the API did it.
 */
import { nextVersion } from '../api.ts';
import { type Account, findAccount, type World } from '../world.ts';
import {
  type AccessRole,
  addCalendar,
  type Calendar,
  list,
  type StoredEvent,
  saveEvent,
  unlist,
} from './calendar-store.ts';
import { type EventDraft, readEvent, readPatch } from './event-input.ts';
import { showEvent } from './event-json.ts';
import { cancelEvent, changeEvent, createEvent, type Writer } from './event-writes.ts';
import { exceptionsOf, findEvent } from './instances.ts';
import { toWall } from './zones.ts';

/** An event in the words of the API, e.g. `{summary, start: {dateTime, timeZone}, end, recurrence, attendees}`. */
export type EventJson = Readonly<Record<string, unknown>>;

export interface CalendarActs {
  /** Makes a secondary calendar and gives its id. */
  createCalendar(address: string, summary: string, timeZone?: string): string;
  /** Shares a calendar and puts it into the other's list; no role takes it back. */
  shareCalendar(calendarId: string, address: string, role?: AccessRole): void;
  setCalendarTimeZone(calendarId: string, timeZone: string): void;
  /** Makes an event in the primary calendar, or in the one named, and gives its id. Guests who live here get it. */
  addEvent(address: string, event: EventJson, calendarId?: string): string;
  /** Changes an event or an occurrence (by its instance id); null takes a part away. */
  changeEvent(address: string, eventId: string, patch: EventJson, calendarId?: string): void;
  /** Deletes an event, or cancels one occurrence of a series. */
  removeEvent(address: string, eventId: string, calendarId?: string): void;
  /** Answers an invitation. */
  respondToEvent(address: string, eventId: string, responseStatus: string): void;
  /** An invitation from an organizer elsewhere arrives; gives the id of the copy. */
  receiveInvitation(address: string, organizer: string, event: EventJson): string;
  /** The organizer elsewhere changes his meeting, or an occurrence of it. */
  receiveUpdate(address: string, eventId: string, patch: EventJson): void;
  /** The organizer elsewhere cancels it. */
  receiveCancellation(address: string, eventId: string): void;
  /** Changes this occurrence and all that follow: the series ends before it, and a new one begins; gives its id. */
  splitSeries(address: string, instanceId: string, patch: EventJson): string;
  /** Makes every sync token of a calendar too old (the primary one when none is named). */
  expireCalendarTokens(address: string, calendarId?: string): void;
  /** Events as their calendar shows them, deleted ones too. */
  calendarSnapshot(address: string, calendarId?: string): Record<string, unknown>[];
}

/** The acts over a world. */
export function createCalendarActs(world: World, accountOf: (address: string) => Account): CalendarActs {
  const writerOf = (address: string, calendarId?: string): Writer => {
    const account = accountOf(address);
    const calendar = mustFindCalendar(world, calendarId ?? account.email);
    return { world, calendar, account, sendUpdates: 'none' };
  };
  return {
    ...ownActs(world, accountOf, writerOf),
    ...eventActs(writerOf),
    ...elsewhereActs(world, writerOf),
  };
}

type WriterOf = (address: string, calendarId?: string) => Writer;

function mustFindCalendar(world: World, id: string): Calendar {
  const calendar = world.calendars.get(id) ?? world.calendars.get(findAccount(world, id)?.email ?? '');
  if (calendar === undefined) throw new Error('no calendar has this id');
  return calendar;
}

function mustFindEvent(calendar: Calendar, id: string): StoredEvent {
  const event = findEvent(calendar, id);
  if (event === undefined) throw new Error('no event has this id');
  return event;
}

function ownActs(world: World, accountOf: (address: string) => Account, writerOf: WriterOf) {
  return {
    createCalendar: (address: string, summary: string, timeZone = 'UTC') =>
      addCalendar(world, accountOf(address), { summary, timeZone }).id,
    shareCalendar(calendarId: string, address: string, role?: AccessRole) {
      const calendar = mustFindCalendar(world, calendarId);
      const account = accountOf(address);
      if (role === undefined) {
        calendar.roles.delete(account);
        unlist(world, account, calendar.id);
      } else {
        calendar.roles.set(account, role);
        list(world, account, calendar);
      }
    },
    setCalendarTimeZone(calendarId: string, timeZone: string) {
      const calendar = mustFindCalendar(world, calendarId);
      calendar.timeZone = timeZone;
      calendar.version = nextVersion(world);
    },
    expireCalendarTokens(address: string, calendarId?: string) {
      writerOf(address, calendarId).calendar.syncFloor = nextVersion(world) + 1;
      world.lastVersion += 1;
    },
    calendarSnapshot(address: string, calendarId?: string) {
      const { calendar, account } = writerOf(address, calendarId);
      const view = { calendar, account, zone: calendar.timeZone, attendeesMax: Number.POSITIVE_INFINITY };
      return [...calendar.events.values()].map((event) => showEvent(event, view));
    },
  };
}

function eventActs(writerOf: WriterOf) {
  return {
    addEvent(address: string, event: EventJson, calendarId?: string) {
      const { id } = event;
      return createEvent(
        writerOf(address, calendarId),
        readEvent(event),
        typeof id === 'string' ? { id } : {},
      ).id;
    },
    changeEvent(address: string, eventId: string, patch: EventJson, calendarId?: string) {
      const writer = writerOf(address, calendarId);
      const event = mustFindEvent(writer.calendar, eventId);
      changeEvent(writer, event, readPatch(patch, event));
    },
    removeEvent(address: string, eventId: string, calendarId?: string) {
      const writer = writerOf(address, calendarId);
      cancelEvent(writer, mustFindEvent(writer.calendar, eventId));
    },
    respondToEvent(address: string, eventId: string, responseStatus: string) {
      const writer = writerOf(address);
      const event = mustFindEvent(writer.calendar, eventId);
      const attendees = event.attendees.map((each) =>
        each.email === writer.calendar.id ? { ...each, responseStatus } : each,
      );
      changeEvent(writer, event, readPatch({ attendees }, event));
    },
    splitSeries(address: string, instanceId: string, patch: EventJson) {
      const writer = writerOf(address);
      const { calendar } = writer;
      const instance = mustFindEvent(calendar, instanceId);
      const series = mustFindEvent(calendar, instance.recurringEventId ?? '');
      const { at } = instance.originalStart ?? instance.start;
      const draft = readPatch(
        { ...patch, recurrence: series.recurrence },
        { ...series, start: instance.start, end: instance.end },
      );
      for (const later of exceptionsOf(calendar, series.id)) {
        if ((later.originalStart?.at ?? 0) < at || later.status === 'cancelled') continue;
        later.status = 'cancelled';
        saveEvent(writer.world, calendar, later);
      }
      changeEvent(writer, series, readPatch({ recurrence: endBefore(series, at) }, series));
      const suffix = new Date(toWall(series.start.timeZone ?? 'UTC', at))
        .toISOString()
        .replace(/[-:]/g, '')
        .slice(0, 15);
      const next = createEvent(
        writer,
        { ...draft, sequence: 0 },
        { iCalUID: `${series.id}_R${suffix}@google.com` },
      );
      return next.id;
    },
  };
}

/** The recurrence of a series, ended just before an occurrence. */
function endBefore(series: StoredEvent, at: number): string[] {
  const text = new Date(at - (series.start.isDate ? 86_400_000 : 1000)).toISOString().replace(/[-:]/g, '');
  const until = series.start.isDate ? text.slice(0, 8) : `${text.slice(0, 15)}Z`;
  return series.recurrence.map((line) =>
    line.startsWith('RRULE:') ? `${line.replace(/;?(UNTIL|COUNT)=[^;]*/g, '')};UNTIL=${until}` : line,
  );
}

function elsewhereActs(world: World, writerOf: WriterOf) {
  const assign = (address: string, eventId: string, change: (event: StoredEvent) => Partial<EventDraft>) => {
    const { calendar } = writerOf(address);
    const event = mustFindEvent(calendar, eventId);
    Object.assign(event, change(event), { sequence: event.sequence + 1 });
    saveEvent(world, calendar, event);
  };
  return {
    receiveInvitation(address: string, organizer: string, event: EventJson) {
      const writer = writerOf(address);
      const given = (event.attendees ?? [{ email: writer.account.email }]) as EventJson[];
      const copy = createEvent(writer, readEvent({ ...event, attendees: given }), {
        isImport: true,
        organizer: { email: organizer.toLowerCase() },
        ...(typeof event.iCalUID === 'string' ? { iCalUID: event.iCalUID } : {}),
      });
      copy.creator = copy.organizer;
      return copy.id;
    },
    receiveUpdate: (address: string, eventId: string, patch: EventJson) =>
      assign(address, eventId, (event) => readPatch(patch, event)),
    receiveCancellation: (address: string, eventId: string) =>
      assign(address, eventId, () => ({ status: 'cancelled' })),
  };
}
