/** The world of the contract suite of events, contacts and tasks on the simulated Google: what people do in Calendar, Contacts and Tasks. */
import type { GoogleSimulator } from '../../simulators/google/simulator.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import { ANN, type BenchOptions, signInToGoogle } from './google-bench.ts';
import { firstTime, type HandTime, handTime } from './hand-times.ts';
import type { HandEvent, ItemHands, ItemsWorld, OccurrenceName } from './items-world.ts';

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
    hands: handsIn(simulator),
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

/** What is called so, as the API shows it; what was deleted is not found. */
function called(simulator: GoogleSimulator, collection: Collection, title: string): Json {
  const nameOf = (person: Json) => (person.names as { familyName?: string }[] | undefined)?.[0]?.familyName;
  const found = {
    events: () =>
      simulator
        .calendarSnapshot(ANN)
        .find(
          ({ summary, status, recurringEventId }) =>
            summary === title && status !== 'cancelled' && recurringEventId === undefined,
        ),
    contacts: () => simulator.contactSnapshot(ANN).find((person) => nameOf(person) === title),
    tasks: () => simulator.taskSnapshot(ANN).find((task) => task.title === title && task.deleted !== true),
  }[collection]();
  if (found === undefined) throw new Error(`nothing is called ${title}`);
  return found;
}

function handsIn(simulator: GoogleSimulator): ItemHands {
  const idOf = (collection: Collection, title: string) => {
    const found = called(simulator, collection, title);
    return String(collection === 'contacts' ? found.resourceName : found.id);
  };
  const instanceOf = ({ title, originalStart }: OccurrenceName) =>
    `${idOf('events', title)}_${originalStart.replace(/[-:]/g, '')}`;
  let hasGroup = false;
  const ensureGroup = () => {
    if (hasGroup) return;
    hasGroup = true;
    try {
      simulator.createContactGroup(ANN, SALESFORCE_CONTACTS);
    } catch {
      // The connector has made it meanwhile.
    }
  };
  return {
    makeEvent: (event) => makeEvent(simulator, event, handTime(event.fields.time, event.zone ?? 'UTC')),
    makeSeries({ plan, ...event }) {
      const recurrence = recurrenceOf(plan.everyDays, plan.count);
      makeEvent(simulator, { ...event, zone: plan.zone }, firstTime(plan), { recurrence });
    },
    makeContact({ fields, furtherAddresses = [], isInSalesforceFolder = false }) {
      if (isInSalesforceFolder) ensureGroup();
      const addresses = [fields.email, ...furtherAddresses].filter((one) => one !== undefined && one !== '');
      const person = { ...personOf(fields), emailAddresses: addresses.map((value) => ({ value })) };
      simulator.addContact(ANN, person, isInSalesforceFolder ? [SALESFORCE_CONTACTS] : []);
    },
    makeTask({ fields }) {
      const id = simulator.addTask(ANN, taskOf(fields));
      if (fields.status === 'completed') simulator.completeTask(ANN, id);
    },
    edit(collection, title, fields) {
      const id = idOf(collection, title);
      if (collection === 'events') simulator.changeEvent(ANN, id, eventOf(fields));
      else if (collection === 'contacts') {
        const [name] = called(simulator, 'contacts', title).names as {
          givenName?: string;
          familyName?: string;
        }[];
        const before = { firstName: name?.givenName ?? '', lastName: name?.familyName ?? '' };
        simulator.changeContact(ANN, id, personOf({ ...before, ...fields }));
      } else {
        simulator.changeTask(ANN, id, taskOf(fields));
        if (fields.status !== undefined) simulator.completeTask(ANN, id, fields.status === 'completed');
      }
    },
    remove(collection, title) {
      const id = idOf(collection, title);
      if (collection === 'events') simulator.removeEvent(ANN, id);
      else if (collection === 'contacts') simulator.removeContact(ANN, id);
      else simulator.removeTask(ANN, id);
    },
    changeOccurrence: (name, fields) => simulator.changeEvent(ANN, instanceOf(name), eventOf(fields)),
    removeOccurrence: (name) => simulator.removeEvent(ANN, instanceOf(name)),
    endSeries({ fields, plan }, count) {
      const recurrence = recurrenceOf(plan.everyDays, count);
      simulator.changeEvent(ANN, idOf('events', fields.subject ?? ''), { recurrence });
    },
    answer: (title, answer) => simulator.respondToEvent(ANN, idOf('events', title), responses[answer]),
    cancel: (title) => simulator.receiveCancellation(ANN, idOf('events', title)),
    fileContact(title, isInside) {
      ensureGroup();
      simulator.setContactGroup(ANN, idOf('contacts', title), SALESFORCE_CONTACTS, isInside);
    },
  };
}

const recurrenceOf = (everyDays: number, count: number | null) => [
  `RRULE:FREQ=DAILY;INTERVAL=${everyDays}${count === null ? '' : `;COUNT=${count}`}`,
];

function makeEvent(
  simulator: GoogleSimulator,
  { fields, zone = 'UTC', organizer, attendees = [], answer, sensitivity }: HandEvent,
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
  if (organizer !== undefined) guests.unshift({ email: ANN, responseStatus: responses[answer ?? 'none'] });
  const event = {
    ...eventOf(rest),
    ...whenOf(time, zone),
    ...(sensitivity === 'private' ? { visibility: 'private' } : {}),
    ...(guests.length === 0 ? {} : { attendees: guests }),
    ...more,
  };
  if (organizer === undefined) simulator.addEvent(ANN, event);
  else simulator.receiveInvitation(ANN, organizer.address, event);
}

function whenOf({ isAllDay, start, end }: HandTime, timeZone: string): Json {
  if (isAllDay) return { start: { date: start.slice(0, 10) }, end: { date: end.slice(0, 10) } };
  return { start: { dateTime: start, timeZone }, end: { dateTime: end, timeZone } };
}

function eventOf({ subject, location, description, time, showAs, isPrivate }: Fields): Json {
  return {
    ...(subject === undefined ? {} : { summary: subject }),
    ...(location === undefined ? {} : { location }),
    ...(description === undefined ? {} : { description }),
    ...(time === undefined ? {} : whenOf(handTime(time, 'UTC'), 'UTC')),
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
