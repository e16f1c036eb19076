/** The world of the contract suite of events, contacts and tasks on the simulated Office 365: what people do in Outlook and To Do. */
import { changeEvent } from '../../simulators/office365/calendar-store.ts';
import { findUser } from '../../simulators/office365/directory.ts';
import { findInstance } from '../../simulators/office365/event-instances.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import { firstTime, type HandTime, handTime } from './hand-times.ts';
import {
  exactly,
  type HandEvent,
  type HandSeries,
  type IsCalled,
  type ItemsWorld,
  type MailboxHands,
  START,
} from './items-world.ts';
import { ANN, type BenchOptions, keepLazily, type Office365Bench, openBench } from './office365-bench.ts';

type Json = Record<string, unknown>;
type Simulator = Office365Bench['simulator'];

const creations = { events: 'event.create', contacts: 'contact.create', tasks: 'task.create' } as const;
const changes = { events: 'event.update', contacts: 'contact.update', tasks: 'task.update' } as const;
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
    hands: office365HandsIn(simulator, ANN),
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
      refuse(collection, _title, act) {
        const operation = (act === 'make' ? creations : changes)[collection];
        const effect = { kind: 'service', code: 'ErrorPropertyValidationFailure' } as const;
        simulator.world.faults.add({ operation, nth: 2, effect });
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

/** A mailbox, and how people call what is in it. */
interface Place {
  readonly simulator: Simulator;
  readonly address: string;
  readonly isCalled: IsCalled;
}

interface Found {
  readonly id: string;
  readonly uid: string;
}

/** The ids of what is called so. */
function allCalled(
  { simulator, address, isCalled }: Place,
  collection: Collection,
  title: string,
): readonly Found[] {
  if (collection === 'events')
    return simulator
      .calendarSnapshot(address)
      .filter(({ subject }) => isCalled(subject, title))
      .map(({ id, iCalUId }) => ({ id, uid: iCalUId }));
  const ids =
    collection === 'contacts'
      ? simulator.contactSnapshot(address).filter(({ fields }) => isCalled(textOf(fields.surname), title))
      : simulator.taskSnapshot(address).filter((task) => isCalled(task.title, title));
  return ids.map(({ id }) => ({ id, uid: '' }));
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

function calledIn(place: Place, collection: Collection, title: string): Found {
  const [found] = allCalled(place, collection, title);
  if (found === undefined) throw new Error(`nothing is called ${title}`);
  return found;
}

/** What the owner of a mailbox does in Outlook and To Do. */
export function office365HandsIn(
  simulator: Simulator,
  address: string,
  isCalled: IsCalled = exactly,
): MailboxHands {
  const place = { simulator, address, isCalled };
  const called = (collection: Collection, title: string) => calledIn(place, collection, title).id;
  const ensureFolder = () => {
    const known = findUser(simulator.world.tenants, address)?.mailbox?.contacts.folders.values() ?? [];
    if (![...known].some(({ displayName }) => displayName === SALESFORCE_CONTACTS))
      simulator.addContactFolder(address, SALESFORCE_CONTACTS);
  };
  return {
    makeEvent: (event) => makeEvent(place, event, handTime(event.fields.time, event.zone ?? 'UTC')),
    makeSeries({ plan, ...event }) {
      const recurrence = recurrenceOf(plan, plan.count);
      makeEvent(place, { ...event, zone: plan.zone }, firstTime(plan), { recurrence });
    },
    makeContact({ fields, furtherAddresses = [], isInSalesforceFolder = false, categories = [] }) {
      if (isInSalesforceFolder) ensureFolder();
      const addresses = [fields.email, ...furtherAddresses].filter((one) => one !== undefined && one !== '');
      const emailAddresses = addresses.map((one) => ({ address: one, name: one }));
      const contact = { ...contactOf(fields), emailAddresses, categories: [...categories] };
      simulator.addContact(address, contact, isInSalesforceFolder ? SALESFORCE_CONTACTS : undefined);
    },
    makeTask({ fields, categories = [] }) {
      simulator.addTask(address, { ...taskOf(fields), categories: [...categories] });
    },
    edit(collection, title, fields) {
      const id = called(collection, title);
      if (collection === 'events') simulator.changeEvent(address, id, eventOf(fields));
      else if (collection === 'contacts') simulator.changeContact(address, id, contactOf(fields));
      else simulator.changeTask(address, id, taskOf(fields));
    },
    remove(collection, title) {
      const id = called(collection, title);
      if (collection === 'events') simulator.removeEvent(address, id);
      else if (collection === 'contacts') simulator.removeContact(address, id);
      else simulator.removeTask(address, id);
    },
    changeOccurrence({ title, date }, fields) {
      simulator.changeOccurrence(address, called('events', title), date, eventOf(fields));
    },
    removeOccurrence({ title, date }) {
      simulator.cancelOccurrence(address, called('events', title), date);
    },
    endSeries({ fields, plan }, count) {
      const id = called('events', fields.subject ?? '');
      simulator.changeEvent(address, id, { recurrence: recurrenceOf(plan, count) });
    },
    answer(title, answer) {
      if (answer !== 'none') simulator.respond(address, called('events', title), answers[answer]);
    },
    cancel(title) {
      const mailbox = findUser(simulator.world.tenants, address)?.mailbox;
      if (mailbox === undefined) throw new Error('no mailbox');
      const { event } = findInstance(mailbox, called('events', title));
      changeEvent(mailbox, event, { isCancelled: true, subject: `Canceled: ${title}` });
    },
    fileContact(title, isInside) {
      ensureFolder();
      const folder = isInside ? SALESFORCE_CONTACTS : 'Contacts';
      simulator.moveContact(address, called('contacts', title), folder);
    },
    count: (collection, title) => allCalled(place, collection, title).length,
    uidOf: (title) => calledIn(place, 'events', title).uid,
    hear: (title, attendee, answer) =>
      simulator.setAttendeeResponse(address, called('events', title), attendee, answers[answer]),
    mark(collection, title, categories) {
      const id = called(collection, title);
      const changes = { categories: [...categories] };
      if (collection === 'events') simulator.changeEvent(address, id, changes);
      else if (collection === 'contacts') simulator.changeContact(address, id, changes);
      else simulator.changeTask(address, id, changes);
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
  { simulator, address: owner }: Place,
  { fields, zone = 'UTC', organizer, attendees = [], answer, categories = [], sensitivity, uid }: HandEvent,
  time: HandTime,
  more: Json = {},
): void {
  const { time: _time, ...rest } = fields;
  const self = { type: 'required', emailAddress: { address: owner, name: 'Ann Lee' } };
  const guests = attendees.map(({ address, name, isResource }) => ({
    type: isResource ? 'resource' : 'required',
    emailAddress: { address, name },
  }));
  const event = {
    ...eventOf(rest),
    ...whenOf(time, zone),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    categories: [...categories],
    attendees: organizer === undefined ? guests : [self, ...guests],
    ...more,
  };
  const origin =
    organizer === undefined
      ? {}
      : {
          organizer: { address: organizer.address, name: organizer.name },
          response: responses[answer ?? 'none'],
        };
  const id = simulator.addEvent(owner, event, { ...origin, ...(uid === undefined ? {} : { uid }) });
  for (const one of attendees)
    if (one.answer !== 'none') simulator.setAttendeeResponse(owner, id, one.address, answers[one.answer]);
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
