/** The world of the contract suite of events, contacts and tasks on the simulated Office 365: what people do in Outlook and To Do. */
import { changeEvent } from '../../simulators/office365/calendar-store.ts';
import { findUser } from '../../simulators/office365/directory.ts';
import { findInstance } from '../../simulators/office365/event-instances.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import { firstTime, type HandTime, handTime } from './hand-times.ts';
import { type HandEvent, type HandSeries, type ItemHands, type ItemsWorld, START } from './items-world.ts';
import { ANN, type BenchOptions, keepLazily, type Office365Bench, openBench } from './office365-bench.ts';

type Json = Record<string, unknown>;
type Simulator = Office365Bench['simulator'];

const creations = { events: 'event.create', contacts: 'contact.create', tasks: 'task.create' } as const;
const answers = { accepted: 'accepted', tentative: 'tentativelyAccepted', declined: 'declined' } as const;
const responses = { ...answers, none: 'notResponded' } as const satisfies Readonly<Record<Answer, unknown>>;

/** Everything that Graph does with a collection. */
const operations = {
  events: ['calendar*', 'event*'],
  contacts: ['contact*'],
  tasks: ['task*', 'todo*'],
} as const;
const WAIT_MS_MAX = 90_000;

/** The person signs in with whatever the connector asks for. */
export function openOffice365Items(options: BenchOptions = {}): ItemsWorld {
  let now = START;
  const clock = {
    now: () => now,
    // Waits between two calls pass at once; deadlines of requests never come.
    sleep(ms: number) {
      if (ms > WAIT_MS_MAX) return new Promise<void>(() => undefined);
      now += ms;
      return Promise.resolve();
    },
  };
  const { simulator, signIn, connect } = openBench({ ...options, clock });
  const keeper = keepLazily(async () => (await signIn()).credential);
  return {
    mail: connect(keeper),
    address: ANN,
    reopen: () => connect(keeper),
    now: clock.now,
    advance: (ms) => {
      now += ms;
    },
    hands: handsIn(simulator),
    faults: {
      expireCursors: {
        events: () => simulator.expireTokensOf(ANN, 'calendars'),
        contacts: () => simulator.expireTokensOf(ANN, 'contacts'),
        tasks: () => simulator.expireTokensOf(ANN, 'tasks'),
      },
      throttle: (forMs) => simulator.throttle(ANN, forMs),
      async forbid(collection) {
        for (const operation of operations[collection])
          simulator.world.faults.add({ operation, effect: { kind: 'service', code: 'ErrorAccessDenied' } });
        return connect(keeper);
      },
      loseAnswer(collection) {
        const operation = creations[collection];
        simulator.world.faults.add({ operation, count: 1, effect: { kind: 'lostReply' } });
      },
    },
    notificationsSent: () => simulator.notificationsSent().length,
    close: () => undefined,
  };
}

/** The id of what is called so. */
function called(simulator: Simulator, collection: Collection, title: string): string {
  const named = {
    events: () => simulator.calendarSnapshot(ANN).find(({ subject }) => subject === title),
    contacts: () => simulator.contactSnapshot(ANN).find(({ fields }) => fields.surname === title),
    tasks: () => simulator.taskSnapshot(ANN).find((task) => task.title === title),
  };
  const found = named[collection]();
  if (found === undefined) throw new Error(`nothing is called ${title}`);
  return found.id;
}

function handsIn(simulator: Simulator): ItemHands {
  const ensureFolder = () => {
    const known = findUser(simulator.world.tenants, ANN)?.mailbox?.contacts.folders.values() ?? [];
    if (![...known].some(({ displayName }) => displayName === SALESFORCE_CONTACTS))
      simulator.addContactFolder(ANN, SALESFORCE_CONTACTS);
  };
  return {
    makeEvent: (event) => makeEvent(simulator, event, handTime(event.fields.time, event.zone ?? 'UTC')),
    makeSeries({ plan, ...event }) {
      const recurrence = recurrenceOf(plan, plan.count);
      makeEvent(simulator, { ...event, zone: plan.zone }, firstTime(plan), { recurrence });
    },
    makeContact({ fields, furtherAddresses = [], isInSalesforceFolder = false, categories = [] }) {
      if (isInSalesforceFolder) ensureFolder();
      const addresses = [fields.email, ...furtherAddresses].filter((one) => one !== undefined && one !== '');
      const emailAddresses = addresses.map((address) => ({ address, name: address }));
      const contact = { ...contactOf(fields), emailAddresses, categories: [...categories] };
      simulator.addContact(ANN, contact, isInSalesforceFolder ? SALESFORCE_CONTACTS : undefined);
    },
    makeTask({ fields, categories = [] }) {
      simulator.addTask(ANN, { ...taskOf(fields), categories: [...categories] });
    },
    edit(collection, title, fields) {
      const id = called(simulator, collection, title);
      if (collection === 'events') simulator.changeEvent(ANN, id, eventOf(fields));
      else if (collection === 'contacts') simulator.changeContact(ANN, id, contactOf(fields));
      else simulator.changeTask(ANN, id, taskOf(fields));
    },
    remove(collection, title) {
      const id = called(simulator, collection, title);
      if (collection === 'events') simulator.removeEvent(ANN, id);
      else if (collection === 'contacts') simulator.removeContact(ANN, id);
      else simulator.removeTask(ANN, id);
    },
    changeOccurrence({ title, date }, fields) {
      simulator.changeOccurrence(ANN, called(simulator, 'events', title), date, eventOf(fields));
    },
    removeOccurrence({ title, date }) {
      simulator.cancelOccurrence(ANN, called(simulator, 'events', title), date);
    },
    endSeries({ fields, plan }, count) {
      const id = called(simulator, 'events', fields.subject ?? '');
      simulator.changeEvent(ANN, id, { recurrence: recurrenceOf(plan, count) });
    },
    answer(title, answer) {
      if (answer !== 'none') simulator.respond(ANN, called(simulator, 'events', title), answers[answer]);
    },
    cancel(title) {
      const mailbox = findUser(simulator.world.tenants, ANN)?.mailbox;
      if (mailbox === undefined) throw new Error('no mailbox');
      const { event } = findInstance(mailbox, called(simulator, 'events', title));
      changeEvent(mailbox, event, { isCancelled: true, subject: `Canceled: ${title}` });
    },
    fileContact(title, isInside) {
      ensureFolder();
      const folder = isInside ? SALESFORCE_CONTACTS : 'Contacts';
      simulator.moveContact(ANN, called(simulator, 'contacts', title), folder);
    },
  };
}

const recurrenceOf = ({ start, everyDays }: HandSeries['plan'], count: number | null): Json => ({
  pattern: { type: 'daily', interval: everyDays },
  range: {
    type: count === null ? 'noEnd' : 'numbered',
    startDate: start.slice(0, 10),
    ...(count === null ? {} : { numberOfOccurrences: count }),
  },
});

function makeEvent(
  simulator: Simulator,
  { fields, zone = 'UTC', organizer, attendees = [], answer, categories = [], sensitivity }: HandEvent,
  time: HandTime,
  more: Json = {},
): void {
  const { time: _time, ...rest } = fields;
  const owner = { type: 'required', emailAddress: { address: ANN, name: 'Ann Lee' } };
  const guests = attendees.map(({ address, name, isResource }) => ({
    type: isResource ? 'resource' : 'required',
    emailAddress: { address, name },
  }));
  const event = {
    ...eventOf(rest),
    ...whenOf(time, zone),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    categories: [...categories],
    attendees: organizer === undefined ? guests : [owner, ...guests],
    ...more,
  };
  const origin =
    organizer === undefined
      ? {}
      : {
          organizer: { address: organizer.address, name: organizer.name },
          response: responses[answer ?? 'none'],
        };
  const id = simulator.addEvent(ANN, event, origin);
  for (const one of attendees)
    if (one.answer !== 'none') simulator.setAttendeeResponse(ANN, id, one.address, answers[one.answer]);
}

const whenOf = ({ isAllDay, start, end }: HandTime, timeZone: string): Json => ({
  isAllDay,
  start: { dateTime: start, timeZone },
  end: { dateTime: end, timeZone },
});

const showAs: Readonly<Record<string, string>> = {
  'out-of-office': 'oof',
  elsewhere: 'workingElsewhere',
};

function eventOf({ subject, location, description, time, showAs: shown, isPrivate }: Fields): Json {
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location: { displayName: location } }),
    ...(description === undefined ? {} : { body: { contentType: 'text', content: description } }),
    ...(time === undefined ? {} : whenOf(handTime(time, 'UTC'), 'UTC')),
    ...(shown === undefined ? {} : { showAs: showAs[shown] ?? shown }),
    ...(isPrivate === undefined ? {} : { sensitivity: isPrivate === 'yes' ? 'private' : 'normal' }),
  };
}

function contactOf({ firstName, lastName, phone, city, company, notes }: Fields): Json {
  return {
    ...(firstName === undefined ? {} : { givenName: firstName }),
    ...(lastName === undefined ? {} : { surname: lastName, displayName: lastName }),
    ...(phone === undefined ? {} : { businessPhones: [phone] }),
    ...(city === undefined ? {} : { businessAddress: { city } }),
    ...(company === undefined ? {} : { companyName: company }),
    ...(notes === undefined ? {} : { personalNotes: notes }),
  };
}

const statuses: Readonly<Record<string, string>> = {
  open: 'notStarted',
  'in-progress': 'inProgress',
  waiting: 'waitingOnOthers',
};

function taskOf({ subject, description, due, status, priority }: Fields): Json {
  const dueDateTime = due === '' ? null : { dateTime: `${due}T00:00:00`, timeZone: 'UTC' };
  return {
    ...(subject === undefined ? {} : { title: subject }),
    ...(description === undefined ? {} : { body: { contentType: 'text', content: description } }),
    ...(due === undefined ? {} : { dueDateTime }),
    ...(status === undefined ? {} : { status: statuses[status] ?? status }),
    ...(priority === undefined ? {} : { importance: priority }),
  };
}
