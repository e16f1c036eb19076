/** Which scopes open which methods of the Calendar API, as its discovery document lists them. */
import { scopeOf } from '../scopes.ts';

const all = (...names: string[]): readonly string[] => names.map((name) => scopeOf(name));

const EVENT_READERS = [
  ...['calendar', 'calendar.app.created', 'calendar.events', 'calendar.events.freebusy'],
  ...['calendar.events.owned', 'calendar.events.owned.readonly', 'calendar.events.public.readonly'],
  ...['calendar.events.readonly', 'calendar.readonly'],
];

export const READ_EVENTS = all(...EVENT_READERS);
export const WRITE_EVENTS = all(
  'calendar',
  'calendar.app.created',
  'calendar.events',
  'calendar.events.owned',
);
export const MOVE_EVENTS = all('calendar', 'calendar.events', 'calendar.events.owned');
export const READ_LIST = all(
  'calendar',
  'calendar.calendarlist',
  'calendar.calendarlist.readonly',
  'calendar.readonly',
);
export const READ_LISTED = [...READ_LIST, ...all('calendar.app.created')];
export const INSERT_LISTED = all('calendar', 'calendar.calendarlist');
export const WRITE_LISTED = all('calendar', 'calendar.app.created', 'calendar.calendarlist');
export const READ_CALENDARS = all(
  ...['calendar', 'calendar.app.created', 'calendar.calendars'],
  ...['calendar.calendars.readonly', 'calendar.readonly'],
);
export const WRITE_CALENDARS = all('calendar', 'calendar.app.created', 'calendar.calendars');
export const CLEAR_CALENDARS = all('calendar', 'calendar.calendars');
export const READ_SETTINGS = all('calendar', 'calendar.readonly', 'calendar.settings.readonly');
export const STOP_CHANNELS = all(
  ...EVENT_READERS,
  ...['calendar.acls', 'calendar.acls.readonly', 'calendar.calendarlist'],
  ...['calendar.calendarlist.readonly', 'calendar.settings.readonly'],
);
export const READ_COLORS = all(
  ...['calendar', 'calendar.app.created', 'calendar.calendarlist', 'calendar.calendarlist.readonly'],
  ...['calendar.events.freebusy', 'calendar.events.owned', 'calendar.events.owned.readonly'],
  ...['calendar.events.public.readonly', 'calendar.readonly'],
);
