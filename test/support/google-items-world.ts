/** The world of the contract suite of events, contacts and tasks on the simulated Google: what people do in Calendar, Contacts and Tasks. */
import type { GoogleSimulator } from '../../simulators/google/simulator.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import { ANN, type BenchOptions, signInToGoogle } from './google-bench.ts';
import { firstTime, type HandTime, handTime } from './hand-times.ts';
import {
  exactly,
  type HandEvent,
  type IsCalled,
  type ItemsWorld,
  type MailboxHands,
  type OccurrenceName,
} from './items-world.ts';

type Json = Record<string, unknown>;

const responses = {
  accepted: 'accepted',
  tentative: 'tentative',
  declined: 'declined',
  none: 'needsAction',
} as const satisfies Readonly<Record<Answer, string>>;

/** The person signs in with whatever the connector asks for. */
export async function openGoogleItems(options: BenchOptions = {}): Promise<ItemsWorld> {
  const { simulator, clock, connect } = await signInToGoogle(options);
  return {
    mail: connect(),
    address: ANN,
    reopen: () => connect(),
    now: clock.now,
    advance: clock.advance,
    hands: googleHandsIn(simulator, ANN),
    faults: {
      // Lists of tasks are read by time: nothing of them expires.
      expireCursors: {
        events: () => simulator.expireCalendarTokens(ANN),
        contacts: () => simulator.expireContactTokens(ANN),
      },
      throttle: (forMs) => simulator.throttle(ANN, forMs),
      forbid(collection) {
        const operation = { events: 'calendar.*', contacts: 'people.*', tasks: 'tasks.*' }[collection];
        simulator.faults.add({ operation, effect: { kind: 'service', code: 'insufficientPermissions' } });
        return Promise.resolve(connect());
      },
      refuse(collection, _title, act) {
        const effect = { kind: 'service', code: 'badRequest' } as const;
        // Several contacts are made at once, or, where one of them is refused, one by one.
        if (collection === 'contacts' && act === 'make')
          simulator.faults.add({ operation: 'people.people.batchCreateContacts', effect });
        simulator.faults.add({ operation: writes[act][collection], nth: 2, effect });
      },
      loseAnswer(collection) {
        const operation = {
          events: 'calendar.events.insert',
          contacts: 'people.people.*',
          tasks: 'tasks.tasks.insert',
        }[collection];
        simulator.faults.add({ operation, count: 1, effect: { kind: 'lostReply' } });
      },
    },
    notificationsSent: () => simulator.notificationsSent().length,
    close: () => undefined,
  };
}

const writes = {
  make: {
    events: 'calendar.events.insert',
    contacts: 'people.people.createContact',
    tasks: 'tasks.tasks.insert',
  },
  change: {
    events: 'calendar.events.patch',
    contacts: 'people.people.updateContact',
    tasks: 'tasks.tasks.patch',
  },
} as const;

/** A mailbox, and how people call what is in it. */
interface Place {
  readonly simulator: GoogleSimulator;
  readonly address: string;
  readonly isCalled: IsCalled;
}

/** What is called so, as the API shows it; what was deleted is not among it. */
function allCalled(
  { simulator, address, isCalled }: Place,
  collection: Collection,
  title: string,
): readonly Json[] {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const nameOf = (person: Json) => (person.names as { familyName?: string }[] | undefined)?.[0]?.familyName;
  const isOne = ({ summary, status, recurringEventId }: Json) =>
    isCalled(textOf(summary), title) && status !== 'cancelled' && recurringEventId === undefined;
  if (collection === 'events') return simulator.calendarSnapshot(address).filter(isOne);
  if (collection === 'contacts')
    return simulator.contactSnapshot(address).filter((person) => isCalled(nameOf(person), title));
  return simulator
    .taskSnapshot(address)
    .filter((task) => isCalled(textOf(task.title), title) && task.deleted !== true);
}

function calledIn(place: Place, collection: Collection, title: string): Json {
  const [found] = allCalled(place, collection, title);
  if (found === undefined) throw new Error(`nothing is called ${title}`);
  return found;
}

/** What the owner of a mailbox does in Calendar, Contacts and Tasks. */
export function googleHandsIn(
  simulator: GoogleSimulator,
  address: string,
  isCalled: IsCalled = exactly,
): MailboxHands {
  const place = { simulator, address, isCalled };
  const called = (collection: Collection, title: string) => calledIn(place, collection, title);
  const idOf = (collection: Collection, title: string) => {
    const found = called(collection, title);
    return String(collection === 'contacts' ? found.resourceName : found.id);
  };
  const instanceOf = ({ title, originalStart }: OccurrenceName) =>
    `${idOf('events', title)}_${originalStart.replace(/[-:]/g, '')}`;
  const groups = new Set<string>();
  const ensureGroup = (name = SALESFORCE_CONTACTS) => {
    if (groups.has(name)) return;
    groups.add(name);
    try {
      simulator.createContactGroup(address, name);
    } catch {
      // The connector has made it meanwhile.
    }
  };
  return {
    makeEvent: (event) => makeEvent(place, event, handTime(event.fields.time, event.zone ?? 'UTC')),
    makeSeries({ plan, ...event }) {
      const recurrence = recurrenceOf(plan.everyDays, plan.count);
      makeEvent(place, { ...event, zone: plan.zone }, firstTime(plan), { recurrence });
    },
    makeContact({ fields, furtherAddresses = [], isInSalesforceFolder = false }) {
      if (isInSalesforceFolder) ensureGroup();
      const addresses = [fields.email, ...furtherAddresses].filter((one) => one !== undefined && one !== '');
      const person = { ...personOf(fields), emailAddresses: addresses.map((value) => ({ value })) };
      simulator.addContact(address, person, isInSalesforceFolder ? [SALESFORCE_CONTACTS] : []);
    },
    makeTask({ fields }) {
      const id = simulator.addTask(address, taskOf(fields));
      if (fields.status === 'completed') simulator.completeTask(address, id);
    },
    edit(collection, title, fields) {
      const id = idOf(collection, title);
      if (collection === 'events') simulator.changeEvent(address, id, eventOf(fields));
      else if (collection === 'contacts') {
        const [name] = called('contacts', title).names as {
          givenName?: string;
          familyName?: string;
        }[];
        const before = { firstName: name?.givenName ?? '', lastName: name?.familyName ?? '' };
        simulator.changeContact(address, id, personOf({ ...before, ...fields }));
      } else {
        simulator.changeTask(address, id, taskOf(fields));
        if (fields.status !== undefined) simulator.completeTask(address, id, fields.status === 'completed');
      }
    },
    remove(collection, title) {
      const id = idOf(collection, title);
      if (collection === 'events') simulator.removeEvent(address, id);
      else if (collection === 'contacts') simulator.removeContact(address, id);
      else simulator.removeTask(address, id);
    },
    changeOccurrence: (name, fields) => simulator.changeEvent(address, instanceOf(name), eventOf(fields)),
    removeOccurrence: (name) => simulator.removeEvent(address, instanceOf(name)),
    endSeries({ fields, plan }, count) {
      const recurrence = recurrenceOf(plan.everyDays, count);
      simulator.changeEvent(address, idOf('events', fields.subject ?? ''), { recurrence });
    },
    answer: (title, answer) => simulator.respondToEvent(address, idOf('events', title), responses[answer]),
    cancel: (title) => simulator.receiveCancellation(address, idOf('events', title)),
    fileContact(title, isInside) {
      ensureGroup();
      simulator.setContactGroup(address, idOf('contacts', title), SALESFORCE_CONTACTS, isInside);
    },
    count: (collection, title) => allCalled(place, collection, title).length,
    uidOf: (title) => String(called('events', title).iCalUID),
    hear(title, attendee, answer) {
      const { id, attendees = [] } = called('events', title) as { id: string; attendees?: Json[] };
      const heard = attendees.map((one) =>
        one.email === attendee ? { ...one, responseStatus: responses[answer] } : one,
      );
      simulator.changeEvent(address, id, { attendees: heard });
    },
    // Labels stand for the categories of contacts, and nothing for those of the others.
    mark(collection, title, categories) {
      if (collection !== 'contacts') return;
      ensureGroup('Salesforce');
      const isMember = categories.includes('Salesforce');
      simulator.setContactGroup(address, idOf('contacts', title), 'Salesforce', isMember);
    },
  };
}

const recurrenceOf = (everyDays: number, count: number | null) => [
  `RRULE:FREQ=DAILY;INTERVAL=${everyDays}${count === null ? '' : `;COUNT=${count}`}`,
];

function makeEvent(
  { simulator, address: owner }: Place,
  { fields, zone = 'UTC', organizer, attendees = [], answer, sensitivity, uid }: HandEvent,
  time: HandTime,
  more: Json = {},
): void {
  const { time: _time, ...rest } = fields;
  const guests: Json[] = attendees.map(({ address, name, answer: given, isResource }) => ({
    email: address,
    displayName: name,
    responseStatus: responses[given],
    ...(isResource ? { resource: true } : {}),
  }));
  if (organizer !== undefined) guests.unshift({ email: owner, responseStatus: responses[answer ?? 'none'] });
  const event = {
    ...eventOf(rest),
    ...whenOf(time, zone),
    ...(sensitivity === 'private' ? { visibility: 'private' } : {}),
    ...(guests.length === 0 ? {} : { attendees: guests }),
    ...(uid === undefined ? {} : { iCalUID: uid }),
    ...more,
  };
  if (organizer === undefined) simulator.addEvent(owner, event);
  else simulator.receiveInvitation(owner, organizer.address, event);
}

function whenOf({ isAllDay, start, end }: HandTime, timeZone: string): Json {
  if (isAllDay) return { start: { date: start.slice(0, 10) }, end: { date: end.slice(0, 10) } };
  return { start: { dateTime: start, timeZone }, end: { dateTime: end, timeZone } };
}

/** A timed event that becomes one of whole days, or the other way round, loses what it was. */
function changedWhen({ isAllDay, start, end }: HandTime): Json {
  const part = (text: string) =>
    isAllDay
      ? { date: text.slice(0, 10), dateTime: null, timeZone: null }
      : { date: null, dateTime: text, timeZone: 'UTC' };
  return { start: part(start), end: part(end) };
}

function eventOf({ subject, location, description, time, showAs, isPrivate }: Fields): Json {
  return {
    ...(subject === undefined ? {} : { summary: subject }),
    ...(location === undefined ? {} : { location }),
    ...(description === undefined ? {} : { description }),
    ...(time === undefined ? {} : changedWhen(handTime(time, 'UTC'))),
    ...(showAs === undefined ? {} : { transparency: showAs === 'free' ? 'transparent' : 'opaque' }),
    ...(isPrivate === undefined ? {} : { visibility: isPrivate === 'yes' ? 'private' : 'default' }),
  };
}

function personOf({ firstName, lastName, phone, city, company, notes }: Fields): Json {
  return {
    names: [{ givenName: firstName ?? '', familyName: lastName ?? '' }],
    ...(phone === undefined ? {} : { phoneNumbers: [{ value: phone, type: 'work' }] }),
    ...(city === undefined ? {} : { addresses: [{ city, type: 'work' }] }),
    ...(company === undefined ? {} : { organizations: [{ name: company }] }),
    ...(notes === undefined ? {} : { biographies: [{ value: notes, contentType: 'TEXT_PLAIN' }] }),
  };
}

function taskOf({ subject, description, due }: Fields): Json {
  return {
    ...(subject === undefined ? {} : { title: subject }),
    ...(description === undefined ? {} : { notes: description }),
    ...(due === undefined ? {} : { due: due === '' ? null : `${due}T00:00:00.000Z` }),
  };
}
