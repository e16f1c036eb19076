/** The control surface's acts on calendars, contacts and tasks. Events, contacts and tasks are given as Graph's JSON. */
import { ControlRefusal } from '../shared/control.ts';
import type { CalendarActs, EventOptions } from './calendar-acts.ts';
import type { ContactTaskActs } from './contact-task-acts.ts';
import type { Answer } from './event-actions.ts';
import type { TrackedKind } from './expire-tokens.ts';
import type { Mailbox } from './mailbox.ts';

type Body = Record<string, unknown>;

export function calendarActions(acts: CalendarActs) {
  return {
    addCalendar: (body: Body) => ({ id: acts.addCalendar(text(body, 'address'), text(body, 'name')) }),
    addEvent: (body: Body) => ({
      id: acts.addEvent(text(body, 'address'), json(body, 'event'), (body.options ?? {}) as EventOptions),
    }),
    changeEvent: (body: Body) =>
      acts.changeEvent(text(body, 'address'), text(body, 'id'), json(body, 'changes')),
    removeEvent: (body: Body) => acts.removeEvent(text(body, 'address'), text(body, 'id')),
    throwAwayEvent: (body: Body) => acts.throwAwayEvent(text(body, 'address'), text(body, 'id')),
    changeOccurrence: (body: Body) => ({
      id: acts.changeOccurrence(
        text(body, 'address'),
        text(body, 'id'),
        text(body, 'date'),
        json(body, 'changes'),
      ),
    }),
    cancelOccurrence: (body: Body) => ({
      id: acts.cancelOccurrence(text(body, 'address'), text(body, 'id'), text(body, 'date')),
    }),
    respond: (body: Body) => acts.respond(text(body, 'address'), text(body, 'id'), answer(body)),
    setAttendeeResponse: (body: Body) =>
      acts.setAttendeeResponse(text(body, 'address'), text(body, 'id'), text(body, 'attendee'), answer(body)),
    calendarSnapshot: (body: Body) => ({ events: acts.calendarSnapshot(text(body, 'address')) }),
  };
}

export function contactTaskActions(acts: ContactTaskActs) {
  return {
    addContactFolder: (body: Body) => ({
      id: acts.addContactFolder(text(body, 'address'), text(body, 'name')),
    }),
    addContact: (body: Body) => ({
      id: acts.addContact(text(body, 'address'), json(body, 'contact'), optionalText(body, 'folder')),
    }),
    changeContact: (body: Body) =>
      acts.changeContact(text(body, 'address'), text(body, 'id'), json(body, 'changes')),
    moveContact: (body: Body) =>
      acts.moveContact(text(body, 'address'), text(body, 'id'), text(body, 'folder')),
    removeContact: (body: Body) => acts.removeContact(text(body, 'address'), text(body, 'id')),
    throwAwayContact: (body: Body) => acts.throwAwayContact(text(body, 'address'), text(body, 'id')),
    contactSnapshot: (body: Body) => ({ contacts: acts.contactSnapshot(text(body, 'address')) }),
    addTaskList: (body: Body) => ({ id: acts.addTaskList(text(body, 'address'), text(body, 'name')) }),
    addTask: (body: Body) => ({
      id: acts.addTask(text(body, 'address'), json(body, 'task'), optionalText(body, 'list')),
    }),
    changeTask: (body: Body) =>
      acts.changeTask(text(body, 'address'), text(body, 'id'), json(body, 'changes')),
    removeTask: (body: Body) => acts.removeTask(text(body, 'address'), text(body, 'id')),
    taskSnapshot: (body: Body) => ({ tasks: acts.taskSnapshot(text(body, 'address')) }),
    expireTokensOf: (body: Body) =>
      acts.expireTokensOf(
        text(body, 'address'),
        oneOf(body, 'kind', ['calendars', 'contacts', 'tasks']) as TrackedKind,
        optionalText(body, 'form') as Mailbox['expiredAs'] | undefined,
      ),
  };
}

function answer(body: Body): Answer {
  return oneOf(body, 'response', ['accepted', 'tentativelyAccepted', 'declined']) as Answer;
}

function oneOf(body: Body, name: string, words: readonly string[]): string {
  const word = text(body, name);
  if (!words.includes(word)) throw new ControlRefusal(`"${name}" must be one of ${words.join(', ')}`);
  return word;
}

function json(body: Body, name: string): Body {
  const value = body[name];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw new ControlRefusal(`"${name}" must be an object`);
}

export function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new ControlRefusal(`"${name}" must be a text`);
  return value;
}

export function optionalText(body: Body, name: string): string | undefined {
  return body[name] === undefined ? undefined : text(body, name);
}
