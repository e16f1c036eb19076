/**
 * Calendar views and the instances of a series: what lies in a window of time, with series expanded.
 * https://learn.microsoft.com/graph/api/user-list-calendarview
 */
import { GraphError } from './errors.ts';
import { findInstance, type Instance, instancesWithin, type Window } from './event-instances.ts';
import { EVENT_LIST } from './event-list.ts';
import { calendarOf } from './find-calendar.ts';
import type { GraphAnswer, MailboxCall } from './graph-call.ts';
import { countItems, listItems } from './item-list.ts';
import { DAY_MS, readInstant } from './time-zones.ts';

const DAYS_MAX = 1825;

/** `calendarView`: occurrences, exceptions and single events, by start. */
export function listCalendarView(call: MailboxCall): Promise<GraphAnswer> {
  return listItems(call, EVENT_LIST, `users('${call.user.id}')/calendarView`, inView(call));
}

export function countCalendarView(call: MailboxCall): GraphAnswer {
  return countItems(call, EVENT_LIST, inView(call));
}

function inView(call: MailboxCall): Instance[] {
  const window = readWindow(call.query);
  return byStart([...calendarOf(call).events.values()].flatMap((event) => instancesWithin(event, window)));
}

/** `events/{id}/instances`: occurrences and exceptions of a series. */
export function listInstances(call: MailboxCall): Promise<GraphAnswer> {
  const window = readWindow(call.query);
  const { event, day } = findInstance(call.mailbox, call.parts.event ?? '', call.parts.calendar);
  const instances = event.recurrence === undefined || day !== undefined ? [] : instancesWithin(event, window);
  const context = `users('${call.user.id}')/events('${encodeURIComponent(call.parts.event ?? '')}')/instances`;
  return listItems(call, EVENT_LIST, context, byStart(instances));
}

function byStart(instances: Instance[]): Instance[] {
  return instances.sort((one, two) => one.startAt - two.startAt || one.event.order - two.event.order);
}

/** The window of a query; names in any letter case. Fails with 400 where it is missing, no time or too long. */
export function readWindow(query: URLSearchParams): Window {
  const given = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const [start, end] = [given.get('startdatetime'), given.get('enddatetime')];
  if (start === undefined || end === undefined) {
    const text =
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.';
    throw new GraphError('ErrorInvalidParameter', text, 400);
  }
  const window = { from: readInstant(start), to: readInstant(end) };
  if (Number.isNaN(window.from) || Number.isNaN(window.to) || window.to < window.from) {
    throw new GraphError('ErrorInvalidParameter', 'The time window is not valid.', 400);
  }
  if (window.to - window.from > DAYS_MAX * DAY_MS) {
    const text = `The specified time window is too long. Maximum number of days: ${DAYS_MAX}.`;
    throw new GraphError('ErrorCalendarViewRangeTooBig', text, 400);
  }
  return window;
}
