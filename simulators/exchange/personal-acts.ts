/**
 * What people do with their calendars, contacts and tasks in Outlook: make, change, answer, cancel, take occurrences out.
 * Acts speak in plain data; texts of times without an offset are meant in the event's zone.
 */
import type { Person } from '../shared/message-view.ts';
import {
  type Attendee,
  attendeesOf,
  type EventContent,
  type FreeBusy,
  type ResponseType,
} from './calendar/event.ts';
import {
  deleteOccurrence,
  occurrenceId,
  plannedOf,
  readOccurrenceId,
  seriesOf,
} from './calendar/occurrences.ts';
import { type Pattern, readDay } from './calendar/recurrence.ts';
import type { ContactContent, DictionaryName } from './contacts/contact.ts';
import type { Folder, Item, Sensitivity } from './folder.ts';
import { parseInstant } from './item-fields.ts';
import type { Mailbox } from './mailbox.ts';
import { blankPersonal, changePersonal, placeDraft } from './personal-items.ts';
import { type TaskStatus, withStatus } from './tasks/task.ts';
import { dayOf, findZone, utcZone, type Zone } from './zones/zone.ts';

/** What every kind has. */
interface GivenItem {
  subject?: string;
  body?: string;
  bodyType?: 'Text' | 'HTML';
  categories?: string[];
  sensitivity?: Sensitivity;
  importance?: Item['importance'];
}

export interface GivenRecurrence {
  pattern: Pattern;
  /** `2026-01-05`; the day of the start when absent. */
  startDate?: string;
  endDate?: string;
  count?: number;
}

export interface GivenEvent extends GivenItem {
  /** Instants in ms, or xs:dateTime texts. */
  start?: number | string;
  end?: number | string;
  /** Windows name; UTC when absent. */
  timeZone?: string;
  isAllDay?: boolean;
  location?: string;
  freeBusy?: FreeBusy;
  required?: Person[];
  optional?: Person[];
  resources?: Person[];
  /** Somebody else, who invited the mailbox's owner. */
  organizer?: Person;
  myResponse?: ResponseType;
  isCancelled?: boolean;
  uid?: string;
  /** null makes a series a single event. */
  recurrence?: GivenRecurrence | null;
  reminderMinutes?: number | null;
}

export interface GivenContact extends GivenItem {
  /** By EWS element: GivenName, Surname, CompanyName, JobTitle, FileAs, Birthday, ... An empty text takes one away. */
  texts?: Record<string, string>;
  emails?: Record<string, string>;
  phones?: Record<string, string>;
  addresses?: Record<string, Record<string, string>>;
}

export interface GivenTask extends GivenItem {
  /** Dates as `2026-01-05`. */
  startDate?: string | null;
  dueDate?: string | null;
  status?: TaskStatus;
  percentComplete?: number;
  recurrence?: GivenRecurrence | null;
}

export interface PersonalActs {
  /** Puts an event into a calendar (`calendar`, or a path); gives its ItemId. Nobody is told anything. */
  createEvent(address: string, event: GivenEvent, folder?: string): string;
  /** Changes an event, or one occurrence of a series by its id. */
  editEvent(address: string, itemId: string, changes: GivenEvent): void;
  /** The ItemId of the occurrence at an index, counted from 1 with deleted ones. */
  occurrenceIdOf(address: string, masterId: string, index: number): string;
  /** Takes one occurrence out of its series. */
  removeOccurrence(address: string, occurrenceItemId: string): void;
  /** An attendee's answer arrives at the organizer's mailbox. `itemId` may be an occurrence's. */
  respond(address: string, itemId: string, attendee: string, response: ResponseType): void;
  /** The organizer of a received meeting (or occurrence) has cancelled it. */
  cancelMeeting(address: string, itemId: string): void;
  createContact(address: string, contact: GivenContact, folder?: string): string;
  editContact(address: string, itemId: string, changes: GivenContact): void;
  createTask(address: string, task: GivenTask, folder?: string): string;
  /** Changes a task; a recurring one that is completed goes on to its next occurrence. Gives the id of the task left done. */
  editTask(address: string, itemId: string, changes: GivenTask): string;
}

interface Places {
  mailboxOf(address: string): Mailbox;
  folderOf(address: string, path: string): Folder;
  itemOf(address: string, id: string): Item;
}

/** The acts on mailboxes that `places` finds. Each throws on what does not exist, or what Exchange would refuse. */
export function createPersonalActs({ mailboxOf, folderOf, itemOf }: Places): PersonalActs {
  const found = (address: string, id: string) => {
    const occurrence = readOccurrenceId(id);
    const item = itemOf(address, occurrence?.masterId ?? id);
    return { mailbox: mailboxOf(address), item, originalStart: occurrence?.originalStart };
  };
  const change = (address: string, id: string, write: (draft: Item) => void) =>
    changePersonal(found(address, id), utcZone(), write);
  const changeEvent = (
    address: string,
    id: string,
    changed: (event: EventContent) => Partial<EventContent>,
  ) =>
    change(address, id, (draft) => {
      if (draft.event !== undefined) draft.event = { ...draft.event, ...changed(draft.event) };
    });
  return {
    createEvent(address, event, folder = 'calendar') {
      const zone = zoneOf(event.timeZone);
      const draft = blankPersonal(mailboxOf(address), folderOf(address, folder), 'CalendarItem', zone);
      writeEvent(draft, event);
      return placeDraft(mailboxOf(address), draft, event.end !== undefined).id;
    },
    editEvent: (address, itemId, changes) =>
      void change(address, itemId, (draft) => writeEvent(draft, changes)),
    occurrenceIdOf(address, masterId, index) {
      const series = seriesOf(itemOf(address, masterId));
      for (const planned of series === undefined ? [] : plannedOf(series))
        if (planned.index === index) return occurrenceId(masterId, planned.originalStart);
      throw new Error(`no such occurrence ${index}`);
    },
    removeOccurrence(address, id) {
      const { mailbox, item, originalStart } = found(address, id);
      if (originalStart === undefined) throw new Error(`no occurrence ${id}`);
      deleteOccurrence(mailbox, item, originalStart);
    },
    respond(address, itemId, attendee, response) {
      const at = mailboxOf(address).now();
      changeEvent(address, itemId, (event) => withAnswer(event, attendee, response, at));
    },
    cancelMeeting(address, itemId) {
      change(address, itemId, (draft) => {
        draft.subject = `Canceled: ${draft.subject ?? ''}`;
        if (draft.event !== undefined) draft.event = { ...draft.event, isCancelled: true, freeBusy: 'Free' };
      });
    },
    createContact(address, contact, folder = 'contacts') {
      const draft = blankPersonal(mailboxOf(address), folderOf(address, folder), 'Contact', utcZone());
      writeContact(draft, contact);
      return placeDraft(mailboxOf(address), draft, true).id;
    },
    editContact: (address, itemId, changes) =>
      void change(address, itemId, (draft) => writeContact(draft, changes)),
    createTask(address, task, folder = 'tasks') {
      const mailbox = mailboxOf(address);
      const draft = blankPersonal(mailbox, folderOf(address, folder), 'Task', utcZone());
      writeTask(draft, task, dayOf(mailbox.now()));
      return placeDraft(mailbox, draft, true).id;
    },
    editTask: (address, itemId, changes) =>
      change(address, itemId, (draft) => writeTask(draft, changes, dayOf(mailboxOf(address).now()))).id,
  };
}

function withAnswer(event: EventContent, attendee: string, response: ResponseType, at: number) {
  const isMeant = ({ address }: Person) => address.toLowerCase() === attendee.toLowerCase();
  if (!attendeesOf(event).some(isMeant)) throw new Error(`no such attendee ${attendee}`);
  const answer = (list: readonly Attendee[]) =>
    list.map((one) => (isMeant(one) ? { ...one, response, respondedAt: at } : one));
  const { required, optional, resources } = event;
  return { required: answer(required), optional: answer(optional), resources: answer(resources) };
}

function writeGiven(draft: Item, given: GivenItem): void {
  draft.subject = given.subject ?? draft.subject;
  if (given.body !== undefined) draft.body = { type: given.bodyType ?? 'Text', content: given.body };
  draft.categories = given.categories ?? draft.categories;
  draft.sensitivity = given.sensitivity ?? draft.sensitivity;
  draft.importance = given.importance ?? draft.importance;
}

function writeEvent(draft: Item, given: GivenEvent): void {
  writeGiven(draft, given);
  const before = draft.event;
  if (before === undefined) throw new Error(`item ${draft.id} is no event`);
  const zone = given.timeZone === undefined ? before.startZone : zoneOf(given.timeZone);
  const at = (time: number | string | undefined, old: number) => instantOf(time, zone) ?? old;
  const people = (list: Person[] | undefined, old: readonly Attendee[]): readonly Attendee[] =>
    list?.map((one) => ({ response: 'Unknown', respondedAt: undefined, ...one })) ?? old;
  const isReceived = before.isReceived || given.organizer !== undefined;
  const event: EventContent = {
    ...before,
    uid: given.uid ?? before.uid,
    startZone: zone,
    endZone: given.timeZone === undefined ? before.endZone : zone,
    start: at(given.start, before.start),
    end: at(given.end, before.end),
    isAllDay: given.isAllDay ?? before.isAllDay,
    location: given.location ?? before.location,
    freeBusy: given.freeBusy ?? before.freeBusy,
    organizer: given.organizer ?? before.organizer,
    required: people(given.required, before.required),
    optional: people(given.optional, before.optional),
    resources: people(given.resources, before.resources),
    isReceived,
    isCancelled: given.isCancelled ?? before.isCancelled,
    myResponse:
      given.myResponse ?? (isReceived && !before.isReceived ? 'NoResponseReceived' : before.myResponse),
  };
  if (given.recurrence !== undefined)
    event.recurrence =
      given.recurrence === null ? undefined : recurrenceOf(given.recurrence, event.start, zone);
  draft.event = event;
  if (given.reminderMinutes !== undefined) {
    const minutes = given.reminderMinutes ?? 15;
    draft.reminder = { isSet: given.reminderMinutes !== null, minutes, dueBy: undefined };
  }
}

function recurrenceOf(given: GivenRecurrence, start: number, zone: Zone) {
  const endDay = given.endDate === undefined ? undefined : dayNamed(given.endDate);
  return {
    pattern: given.pattern,
    startDay: given.startDate === undefined ? dayOf(start + zone.offsetAt(start)) : dayNamed(given.startDate),
    ...(endDay === undefined ? {} : { endDay }),
    ...(given.count === undefined ? {} : { count: given.count }),
  };
}

function writeContact(draft: Item, given: GivenContact): void {
  writeGiven(draft, given);
  const before = draft.contact;
  if (before === undefined) throw new Error(`item ${draft.id} is no contact`);
  const texts = Object.fromEntries(
    Object.entries({ ...before.texts, ...given.texts }).filter(([, text]) => text !== ''),
  );
  const entries: ContactContent['entries'] = { ...before.entries };
  const put = (name: DictionaryName, list: Record<string, string | Record<string, string>> | undefined) => {
    const all = new Map(before.entries[name]);
    for (const [key, value] of Object.entries(list ?? {})) {
      if (value === '') all.delete(key);
      else all.set(key, typeof value === 'string' ? { text: value, parts: {} } : { text: '', parts: value });
    }
    Object.assign(entries, { [name]: all });
  };
  put('EmailAddresses', given.emails);
  put('PhoneNumbers', given.phones);
  put('PhysicalAddresses', given.addresses);
  draft.contact = { ...before, texts, entries };
}

function writeTask(draft: Item, given: GivenTask, today: number): void {
  writeGiven(draft, given);
  if (draft.task === undefined) throw new Error(`item ${draft.id} is no task`);
  let task = { ...draft.task };
  const day = (text: string | null | undefined, old: number | undefined) =>
    text === undefined ? old : text === null ? undefined : dayNamed(text);
  task.startDay = day(given.startDate, task.startDay);
  task.dueDay = day(given.dueDate, task.dueDay);
  if (given.recurrence !== undefined) {
    const start = (task.dueDay ?? task.startDay ?? today) * 86_400_000;
    task.recurrence =
      given.recurrence === null ? undefined : recurrenceOf(given.recurrence, start, utcZone());
  }
  if (given.percentComplete !== undefined) task.percentComplete = given.percentComplete;
  if (given.status !== undefined) task = withStatus(task, given.status, today);
  draft.task = task;
}

function instantOf(time: number | string | undefined, zone: Zone): number | undefined {
  if (typeof time !== 'string') return time;
  const instant = parseInstant(time, zone);
  if (instant === undefined) throw new Error(`no such time: ${time}`);
  return instant;
}

function zoneOf(name: string | undefined): Zone {
  const zone = name === undefined ? utcZone() : findZone(name);
  if (zone === undefined) throw new Error(`no such time zone: ${name}`);
  return zone;
}

function dayNamed(text: string): number {
  const day = readDay(text);
  if (day === undefined) throw new Error(`no such date: ${text}`);
  return day;
}
