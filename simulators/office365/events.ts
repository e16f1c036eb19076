/**
 * What can be done with events over Graph: list, read, make, change, delete. What happens then is in event-writes.ts.
 * https://learn.microsoft.com/graph/api/resources/event
 */

import { findInstance, type Instance, mainInstance } from './event-instances.ts';
import { eventEtag, showEvent } from './event-json.ts';
import { EVENT_LIST } from './event-list.ts';
import { createEvent, deleteEvent, updateEvent } from './event-writes.ts';
import { calendarOf } from './find-calendar.ts';
import { answer, checkMatch, type GraphAnswer, type MailboxCall, readJson } from './graph-call.ts';
import { countItems, listItems } from './item-list.ts';
import type { Author } from './meeting-mail.ts';

/** The caller as one whose mails are counted. */
export function authorOf({ world, user, mailbox }: MailboxCall): Author {
  return { world, user, mailbox, isProgram: true };
}

/** The event, or occurrence, that the path names. */
export function eventOf(call: MailboxCall): Instance {
  return findInstance(call.mailbox, call.parts.event ?? '', call.parts.calendar);
}

/** Single events and masters of series. */
export function listEvents(call: MailboxCall): Promise<GraphAnswer> {
  return listItems(call, EVENT_LIST, `users('${call.user.id}')/events`, ofCalendar(call));
}

export function countEvents(call: MailboxCall): GraphAnswer {
  return countItems(call, EVENT_LIST, ofCalendar(call));
}

/** Without a calendar in the path, `/events` is the default calendar. */
function ofCalendar(call: MailboxCall): Instance[] {
  return [...calendarOf(call).events.values()].map(mainInstance);
}

export function getEvent(call: MailboxCall): GraphAnswer {
  return showOne(call, eventOf(call), 200);
}

export function postEvent(call: MailboxCall): GraphAnswer {
  return showOne(call, mainInstance(createEvent(authorOf(call), calendarOf(call), readJson(call))), 201);
}

/** PATCH. With `If-Match` it fails with 412 when the event has changed since. */
export function patchEvent(call: MailboxCall): GraphAnswer {
  const instance = eventOf(call);
  checkMatch(call, eventEtag(instance));
  return showOne(call, updateEvent(authorOf(call), instance, readJson(call)), 200);
}

export function removeEventOf(call: MailboxCall): GraphAnswer {
  const instance = eventOf(call);
  checkMatch(call, eventEtag(instance));
  deleteEvent(authorOf(call), instance);
  return { status: 204 };
}

function showOne(call: MailboxCall, instance: Instance, status: number): GraphAnswer {
  return answer(call, `users('${call.user.id}')/events/$entity`, showEvent(call, instance), status);
}
