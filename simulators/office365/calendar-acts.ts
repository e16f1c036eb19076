/**
 * What people do with their calendars, as functions: meetings are made, moved, answered and called off, by hand or by organizers
 * elsewhere. Ids are immutable ids, bodies are Graph's JSON. Nothing of this is counted as mailed by a program.
 */
import { existing } from './acts.ts';
import {
  addCalendar,
  type Calendar,
  type CalendarEvent,
  defaultCalendar,
  throwAway,
} from './calendar-store.ts';
import { findUser } from './directory.ts';
import { type Answer, respond } from './event-actions.ts';
import {
  findInstance,
  type Instance,
  type InstanceType,
  instanceOn,
  mainInstance,
  occurrenceIds,
} from './event-instances.ts';
import { createEvent, deleteEvent, type Origin, updateEvent } from './event-writes.ts';
import { findByPath } from './mailbox.ts';
import { type Author, setAttendeeStatus } from './meeting-mail.ts';
import { instant } from './message-json.ts';
import { dateOf, dayOf } from './time-zones.ts';
import type { World } from './world.ts';

type Json = Record<string, unknown>;

/** `calendar` is a name; the default calendar when absent. The rest is for meetings of others and for what old clients left. */
export interface EventOptions extends Origin {
  calendar?: string;
}

/** A calendar as tests look at it. Series are one row, with the days that differ. */
export interface EventSnapshot {
  id: string;
  calendar: string;
  iCalUId: string;
  type: InstanceType;
  subject: string;
  start: string;
  timeZone: string;
  categories: string[];
  attendees: { address: string; response: string }[];
  exceptions: string[];
  cancelled: string[];
}

export interface CalendarActs {
  /** Gives the calendar's id. */
  addCalendar(address: string, name: string): string;
  /** Makes an event, and with an `organizer` somebody else's meeting; gives the immutable id. */
  addEvent(address: string, event: Json, options?: EventOptions): string;
  /** Changes an event or, by the id of one, an occurrence. */
  changeEvent(address: string, id: string, changes: Json): void;
  removeEvent(address: string, id: string): void;
  /** Into Deleted Items, as people delete. */
  throwAwayEvent(address: string, id: string): void;
  /** Changes the occurrence of an original date (`YYYY-MM-DD`); gives its immutable id. */
  changeOccurrence(address: string, id: string, date: string, changes: Json): string;
  /** Takes the occurrence of an original date out; gives its immutable id. */
  cancelOccurrence(address: string, id: string, date: string): string;
  /** Answers a meeting of somebody else; the organizer's copy shows it where he has a mailbox here. */
  respond(address: string, id: string, response: Answer): void;
  /** Sets the answer of an attendee at the organizer's, as when a response of somebody outside arrives. */
  setAttendeeResponse(address: string, id: string, attendee: string, response: Answer): void;
  calendarSnapshot(address: string): EventSnapshot[];
}

/** The acts on `world`. Each throws on a mailbox, calendar, event or occurrence that does not exist. */
export function createCalendarActs(world: World): CalendarActs {
  const authorOf = (address: string): Author => {
    const user = existing(findUser(world.tenants, address), `user ${address}`);
    return { world, user, mailbox: existing(user.mailbox, `mailbox ${address}`), isProgram: false };
  };
  const onDate = (author: Author, id: string, date: string): Instance => {
    const { event } = findInstance(author.mailbox, id);
    return existing(instanceOn(event, dayOf(date)), `occurrence on ${date}`);
  };
  return {
    addCalendar(address, name) {
      const { mailbox } = authorOf(address);
      return addCalendar(mailbox, mailbox.calendars, name).id;
    },
    addEvent(address, body, { calendar, ...origin } = {}) {
      const author = authorOf(address);
      return createEvent(author, calendarNamed(author, calendar), body, origin).immutableId;
    },
    changeEvent(address, id, changes) {
      const author = authorOf(address);
      updateEvent(author, findInstance(author.mailbox, id), changes);
    },
    removeEvent(address, id) {
      const author = authorOf(address);
      deleteEvent(author, findInstance(author.mailbox, id));
    },
    throwAwayEvent(address, id) {
      const { mailbox } = authorOf(address);
      const folder = existing(findByPath(mailbox, 'deleteditems'), 'Deleted Items');
      throwAway(mailbox, mailbox.calendars, findInstance(mailbox, id).event, folder.id);
    },
    changeOccurrence(address, id, date, changes) {
      const author = authorOf(address);
      return updateEvent(author, onDate(author, id, date), changes).ids.immutableId;
    },
    cancelOccurrence(address, id, date) {
      const author = authorOf(address);
      const instance = onDate(author, id, date);
      deleteEvent(author, instance);
      return occurrenceIds(instance.event, dayOf(date)).immutableId;
    },
    respond(address, id, response) {
      const author = authorOf(address);
      respond(author, findInstance(author.mailbox, id), response, true);
    },
    setAttendeeResponse(address, id, attendee, response) {
      const author = authorOf(address);
      setAttendeeStatus(author, findInstance(author.mailbox, id).event, [attendee], {
        response,
        time: instant(world.now()),
      });
    },
    calendarSnapshot(address) {
      const { calendars } = authorOf(address).mailbox.calendars;
      return [...calendars.values()].flatMap(({ events }) => [...events.values()].map(snapshotOf));
    },
  };
}

function calendarNamed({ mailbox }: Author, name: string | undefined): Calendar {
  if (name === undefined) return defaultCalendar(mailbox.calendars);
  const found = [...mailbox.calendars.calendars.values()].find((calendar) => calendar.name === name);
  return existing(found, `calendar ${name}`);
}

function snapshotOf(event: CalendarEvent): EventSnapshot {
  const { fields } = event;
  const dates = (days: Iterable<number>) => [...days].sort((one, two) => one - two).map(dateOf);
  return {
    id: event.immutableId,
    calendar: event.calendar.name,
    iCalUId: event.uid,
    type: mainInstance(event).type,
    subject: fields.subject,
    start: fields.start.dateTime,
    timeZone: fields.start.timeZone,
    categories: fields.categories,
    attendees: fields.attendees.map(({ emailAddress, status }) => ({
      address: emailAddress.address,
      response: status.response,
    })),
    exceptions: dates(event.exceptions.keys()),
    cancelled: dates(event.cancelled.keys()),
  };
}
