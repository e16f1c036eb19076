/**
 * The acts on calendars, contacts and tasks as control actions. Each takes a JSON object whose members are named as the
 * parameters of the act; a text that the act gives comes as `id`, a list as `items`.
 */
import { ControlRefusal } from '../shared/control.ts';
import type { GoogleActs } from './acts.ts';
import type { Administration } from './administration.ts';

type Body = Record<string, unknown>;

/** Parameters by act, in their order; those with a question mark may be absent. */
const PARAMETERS = {
  createCalendar: ['address', 'summary', 'timeZone?'],
  shareCalendar: ['calendarId', 'address', 'role?'],
  setCalendarTimeZone: ['calendarId', 'timeZone'],
  addEvent: ['address', 'event', 'calendarId?'],
  changeEvent: ['address', 'eventId', 'patch', 'calendarId?'],
  removeEvent: ['address', 'eventId', 'calendarId?'],
  respondToEvent: ['address', 'eventId', 'responseStatus'],
  receiveInvitation: ['address', 'organizer', 'event'],
  receiveUpdate: ['address', 'eventId', 'patch'],
  receiveCancellation: ['address', 'eventId'],
  splitSeries: ['address', 'instanceId', 'patch'],
  expireCalendarTokens: ['address', 'calendarId?'],
  calendarSnapshot: ['address', 'calendarId?'],
  addContact: ['address', 'person', 'groups?'],
  changeContact: ['address', 'resourceName', 'person'],
  removeContact: ['address', 'resourceName'],
  createContactGroup: ['address', 'name'],
  removeContactGroup: ['address', 'name'],
  setContactGroup: ['address', 'resourceName', 'group', 'isMember'],
  mergeContacts: ['address', 'resourceName', 'other'],
  relinkContact: ['address', 'resourceName'],
  expireContactTokens: ['address'],
  contactSnapshot: ['address'],
  createTaskList: ['address', 'title'],
  addTask: ['address', 'task', 'listId?'],
  assignTask: ['address', 'task'],
  changeTask: ['address', 'taskId', 'task'],
  completeTask: ['address', 'taskId', 'isCompleted?'],
  removeTask: ['address', 'taskId'],
  clearTasks: ['address', 'listId?'],
  taskSnapshot: ['address', 'listId?'],
  setService: ['address', 'api', 'isOn'],
  setApi: ['clientId', 'api', 'isOn'],
} as const satisfies Partial<Record<keyof GoogleActs | keyof Administration, readonly string[]>>;

const OBJECTS = new Set(['event', 'patch', 'person', 'task']);
const FLAGS = new Set(['isMember', 'isCompleted', 'isOn']);

/** The actions over acts and administration. They throw `ControlRefusal` for what makes no sense. */
export function controlActs(all: GoogleActs & Administration): Record<string, (body: Body) => unknown> {
  const acts: Readonly<Record<string, unknown>> = { ...all };
  return Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, parameters]) => {
      const act = acts[name] as (...given: unknown[]) => unknown;
      return [name, (body: Body) => wrap(act(...parameters.map((parameter) => read(body, parameter))))];
    }),
  );
}

function wrap(result: unknown): unknown {
  if (typeof result === 'string') return { id: result };
  return Array.isArray(result) ? { items: result } : undefined;
}

function read(body: Body, parameter: string): unknown {
  const name = parameter.replace('?', '');
  const value = body[name] ?? undefined;
  if (value === undefined && name !== parameter) return undefined;
  if (OBJECTS.has(name)) {
    if (typeof value !== 'object' || Array.isArray(value))
      throw new ControlRefusal(`"${name}" must be an object`);
  } else if (FLAGS.has(name)) {
    if (typeof value !== 'boolean') throw new ControlRefusal(`"${name}" must be true or false`);
  } else if (name === 'groups') {
    if (!Array.isArray(value)) throw new ControlRefusal(`"${name}" must be a list of texts`);
  } else if (typeof value !== 'string') throw new ControlRefusal(`"${name}" must be a text`);
  return value;
}
