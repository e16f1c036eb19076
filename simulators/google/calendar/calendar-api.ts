/** The Calendar API v3 as one: its name, its methods and how it refuses. */
import type { Api } from '../api.ts';
import { CALENDAR_REFUSALS } from './calendar-errors.ts';
import { CALENDAR_METHODS } from './calendar-methods.ts';
import { EVENT_METHODS } from './event-methods.ts';
import { FREE_BUSY_METHODS } from './free-busy.ts';

export const CALENDAR_API: Api = {
  name: 'calendar',
  title: 'Google Calendar API',
  service: 'calendar-json.googleapis.com',
  methods: [...EVENT_METHODS, ...CALENDAR_METHODS, ...FREE_BUSY_METHODS],
  refusals: CALENDAR_REFUSALS,
  serviceOff: 'notACalendarUser',
};
