/** The paths of calendars, events and calendar views below a user, and what permission each takes. */

import { countCalendarView, listCalendarView, listInstances } from './calendar-view.ts';
import { answerCalendarViewDelta } from './calendar-view-delta.ts';
import * as calendars from './calendars.ts';
import { GraphError } from './errors.ts';
import * as actions from './event-actions.ts';
import * as events from './events.ts';
import type { Route } from './route.ts';

const READ = ['Calendars.Read'];
const WRITE = ['Calendars.ReadWrite'];
const CALENDAR = `^(?:/calendar|(?:/calendarGroups/[^/]+)?/calendars/(?<calendar>[^/]+))?`;
const NAMED = `^(?:/calendar|(?:/calendarGroups/[^/]+)?/calendars/(?<calendar>[^/]+))`;
const below = (end: string) => new RegExp(`${CALENDAR}${end}$`);
const EVENT = '/events/(?<event>[^/]+)';

export const calendarRoutes: readonly Route[] = [
  ['GET', /^(?:\/calendarGroups\/[^/]+)?\/calendars$/, 'calendars.list', READ, calendars.listCalendars],
  ['POST', /^(?:\/calendarGroups\/[^/]+)?\/calendars$/, 'calendar.create', WRITE, calendars.createCalendar],
  ['GET', below('/calendarView/delta'), 'calendarView.delta', READ, answerCalendarViewDelta],
  ['GET', below(String.raw`/calendarView/\$count`), 'calendarView.count', READ, countCalendarView],
  ['GET', below('/calendarView'), 'calendarView.list', READ, listCalendarView],
  [
    'GET',
    below('/events/delta'),
    'events.delta',
    READ,
    () => {
      const text = "Unsupported request: Change tracking is not supported against 'microsoft.graph.event'";
      throw new GraphError('BadRequest', text);
    },
  ],
  ['GET', below(String.raw`/events/\$count`), 'events.count', READ, events.countEvents],
  ['GET', below('/events'), 'events.list', READ, events.listEvents],
  ['POST', below('/events'), 'event.create', WRITE, events.postEvent],
  ['GET', below(`${EVENT}/instances`), 'event.instances', READ, listInstances],
  [
    'POST',
    below(`${EVENT}/(?<action>accept|tentativelyAccept|decline)`),
    'event.respond',
    WRITE,
    actions.respondToEvent,
  ],
  ['POST', below(`${EVENT}/cancel`), 'event.cancel', WRITE, actions.cancelEvent],
  ['POST', below(`${EVENT}/forward`), 'event.forward', WRITE, actions.forwardEvent],
  ['POST', below(`${EVENT}/(?:dismiss|snooze)Reminder`), 'event.reminder', WRITE, actions.handleReminder],
  ['GET', below(EVENT), 'event.get', READ, events.getEvent],
  ['GET', below('/calendarView/(?<event>[^/]+)'), 'event.get', READ, events.getEvent],
  ['PATCH', below(EVENT), 'event.update', WRITE, events.patchEvent],
  ['DELETE', below(EVENT), 'event.delete', WRITE, events.removeEventOf],
  ['GET', new RegExp(`${NAMED}$`), 'calendar.get', READ, calendars.getCalendar],
  ['PATCH', new RegExp(`${NAMED}$`), 'calendar.update', WRITE, calendars.updateCalendar],
  ['DELETE', new RegExp(`${NAMED}$`), 'calendar.delete', WRITE, calendars.deleteCalendar],
];
