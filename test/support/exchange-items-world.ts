/** The world of the contract suite of events, contacts and tasks on the simulated Exchange: what people do in Outlook. */
import { findWindows } from 'windows-iana';
import type { GivenContact, GivenEvent, GivenTask } from '../../simulators/exchange/personal-acts.ts';
import type { ExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { MailConnector } from '../../src/model/connector.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import { ANN, open, type World } from './exchange-bench.ts';
import { firstTime, type HandTime, handTime } from './hand-times.ts';
import {
  exactly,
  type HandEvent,
  type IsCalled,
  type ItemsWorld,
  type MailboxHands,
  type OccurrenceName,
} from './items-world.ts';

const FOLDER = `contacts/${SALESFORCE_CONTACTS}`;
const folders = { events: ['calendar'], contacts: ['contacts', FOLDER], tasks: ['tasks'] } as const;
const responses = {
  accepted: 'Accept',
  tentative: 'Tentative',
  declined: 'Decline',
  none: 'NoResponseReceived',
} as const satisfies Readonly<Record<Answer, unknown>>;

/** `connect` opens the connector that is tested, on the bench given. */
export function openExchangeItems(
  connect: (world: World) => MailConnector = (world) => world.connect(),
): ItemsWorld {
  const world = open();
  const { simulator, clock } = world;
  const ensureFolder = () => simulator.createFolder(ANN, FOLDER, 'IPF.Contact');
  const expire = (collection: Collection) => {
    if (collection === 'contacts') ensureFolder();
    for (const folder of folders[collection]) simulator.expireSyncStates(ANN, folder);
  };
  return {
    mail: connect(world),
    address: ANN,
    reopen: () => connect(world),
    now: clock.now,
    advance: clock.advance,
    hands: exchangeHandsIn(simulator, ANN),
    faults: {
      expireCursors: {
        events: () => expire('events'),
        contacts: () => expire('contacts'),
        tasks: () => expire('tasks'),
      },
      throttle: (forMs) => simulator.throttle(ANN, forMs),
      forbid(collection) {
        if (collection === 'contacts') ensureFolder();
        for (const folder of folders[collection]) simulator.setDenied(ANN, true, folder);
        return connect(world);
      },
      refuse(_collection, _title, act) {
        const operation = act === 'make' ? 'CreateItem' : 'UpdateItem';
        const code = act === 'make' ? 'ErrorCalendarDurationIsTooLong' : 'ErrorInvalidPropertySet';
        simulator.faults.add({ operation, count: 1, effect: { kind: 'partial', nth: 2, code } });
      },
      loseAnswer() {
        simulator.faults.add({ operation: 'CreateItem', count: 1, effect: { kind: 'lostReply' } });
      },
    },
    notificationsSent: () => simulator.notificationsSent().length,
    close: () => undefined,
  };
}

/** A mailbox, and how people call what is in it. */
interface Place {
  readonly simulator: ExchangeSimulator;
  readonly address: string;
  readonly isCalled: IsCalled;
}

/** The ItemIds of what is called so, with their UIDs; what was thrown away is not among them. */
function allCalled({ simulator, address, isCalled }: Place, collection: Collection, title: string) {
  return simulator.snapshot(address).folders.flatMap(({ role, items }) =>
    (role === 'deleteditems' ? [] : items).flatMap(({ id, subject, event, contact, task }) => {
      const kinds = { events: event, contacts: contact, tasks: task };
      const name = collection === 'contacts' ? contact?.texts.Surname : subject;
      return kinds[collection] !== undefined && isCalled(name, title) ? [{ id, uid: event?.uid ?? '' }] : [];
    }),
  );
}

function calledIn(place: Place, collection: Collection, title: string) {
  const [found] = allCalled(place, collection, title);
  if (found === undefined) throw new Error(`nothing is called ${title}`);
  return found;
}

/** What the owner of a mailbox does in Outlook. */
export function exchangeHandsIn(
  simulator: ExchangeSimulator,
  address: string,
  isCalled: IsCalled = exactly,
): MailboxHands {
  const place = { simulator, address, isCalled };
  const called = (collection: Collection, title: string) => calledIn(place, collection, title).id;
  const ensureFolder = () => simulator.createFolder(address, FOLDER, 'IPF.Contact');
  const occurrenceId = ({ title, number }: OccurrenceName) =>
    simulator.occurrenceIdOf(address, called('events', title), number);
  return {
    makeEvent: (event) => makeEvent(place, event, handTime(event.fields.time, event.zone ?? 'UTC')),
    makeSeries({ plan, ...event }) {
      makeEvent(place, { ...event, zone: plan.zone }, firstTime(plan), {
        pattern: { kind: 'daily', interval: plan.everyDays },
        ...(plan.count === null ? {} : { count: plan.count }),
      });
    },
    makeContact({ fields, furtherAddresses = [], isInSalesforceFolder = false, categories = [] }) {
      if (isInSalesforceFolder) ensureFolder();
      const given = contactOf(fields);
      const further = furtherAddresses.map((text, at) => [`EmailAddress${at + 2}`, text]);
      const emails = { ...given.emails, ...Object.fromEntries(further) };
      const contact = { ...given, emails, categories: [...categories] };
      simulator.createContact(address, contact, isInSalesforceFolder ? FOLDER : 'contacts');
    },
    makeTask({ fields, categories = [] }) {
      simulator.createTask(address, { ...taskOf(fields), categories: [...categories] });
    },
    edit(collection, title, fields) {
      const id = called(collection, title);
      if (collection === 'events') simulator.editEvent(address, id, eventOf(fields));
      else if (collection === 'contacts') simulator.editContact(address, id, contactOf(fields));
      else simulator.editTask(address, id, taskOf(fields));
    },
    remove: (collection, title) => simulator.remove(address, called(collection, title)),
    changeOccurrence: (name, fields) => simulator.editEvent(address, occurrenceId(name), eventOf(fields)),
    removeOccurrence: (name) => simulator.removeOccurrence(address, occurrenceId(name)),
    endSeries({ fields, plan }, count) {
      const pattern = { kind: 'daily', interval: plan.everyDays } as const;
      const recurrence = { pattern, startDate: plan.start.slice(0, 10), count };
      simulator.editEvent(address, called('events', fields.subject ?? ''), { recurrence });
    },
    answer: (title, answer) =>
      simulator.editEvent(address, called('events', title), { myResponse: responses[answer] }),
    cancel: (title) => simulator.cancelMeeting(address, called('events', title)),
    fileContact(title, isInside) {
      ensureFolder();
      simulator.move(address, called('contacts', title), isInside ? FOLDER : 'contacts');
    },
    count: (collection, title) => allCalled(place, collection, title).length,
    uidOf: (title) => calledIn(place, 'events', title).uid,
    hear: (title, attendee, answer) =>
      simulator.respond(address, called('events', title), attendee, responses[answer]),
    mark(collection, title, categories) {
      simulator.setCategories(address, called(collection, title), [...categories]);
    },
  };
}

function makeEvent(
  { simulator, address: owner }: Place,
  { fields, zone = 'UTC', organizer, attendees = [], answer, categories = [], sensitivity, uid }: HandEvent,
  time: HandTime,
  recurrence?: NonNullable<GivenEvent['recurrence']>,
): void {
  const { time: _time, ...rest } = fields;
  const person = ({ name, address }: { readonly name: string; readonly address: string }) => ({
    name,
    address,
  });
  const id = simulator.createEvent(owner, {
    ...eventOf(rest),
    ...whenOf(time),
    timeZone: findWindows(zone)[0] ?? zone,
    categories: [...categories],
    required: [
      ...(organizer === undefined ? [] : [{ name: 'Ann Lee', address: owner }]),
      ...attendees.filter(({ isResource }) => !isResource).map(person),
    ],
    resources: attendees.filter(({ isResource }) => isResource).map(person),
    ...(sensitivity === 'private' ? { sensitivity: 'Private' } : {}),
    ...(organizer === undefined
      ? {}
      : { organizer: person(organizer), myResponse: responses[answer ?? 'none'] }),
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(uid === undefined ? {} : { uid }),
  });
  for (const one of attendees)
    if (one.answer !== 'none') simulator.respond(owner, id, one.address, responses[one.answer]);
}

const whenOf = ({ isAllDay, start, end, startAt, endAt }: HandTime): GivenEvent =>
  isAllDay ? { isAllDay, start, end } : { isAllDay, start: startAt, end: endAt };

const showAs: Readonly<Record<string, NonNullable<GivenEvent['freeBusy']>>> = {
  busy: 'Busy',
  free: 'Free',
  tentative: 'Tentative',
  'out-of-office': 'OOF',
  elsewhere: 'WorkingElsewhere',
};

function eventOf({ subject, location, description, time, showAs: shown, isPrivate }: Fields): GivenEvent {
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location }),
    ...(description === undefined ? {} : { body: description }),
    ...(time === undefined ? {} : whenOf(handTime(time, 'UTC'))),
    ...(shown === undefined ? {} : { freeBusy: showAs[shown] ?? 'Busy' }),
    ...(isPrivate === undefined ? {} : { sensitivity: isPrivate === 'yes' ? 'Private' : 'Normal' }),
  };
}

function contactOf({ firstName, lastName, email, phone, city, company, notes }: Fields): GivenContact {
  const texts = { GivenName: firstName, Surname: lastName, CompanyName: company };
  const isGiven = (entry: [string, string | undefined]): entry is [string, string] => entry[1] !== undefined;
  return {
    texts: Object.fromEntries(Object.entries(texts).filter(isGiven)),
    ...(email === undefined ? {} : { emails: { EmailAddress1: email } }),
    ...(phone === undefined ? {} : { phones: { BusinessPhone: phone } }),
    ...(city === undefined ? {} : { addresses: { Business: { City: city } } }),
    ...(notes === undefined ? {} : { body: notes }),
  };
}

const statuses: Readonly<Record<string, NonNullable<GivenTask['status']>>> = {
  open: 'NotStarted',
  'in-progress': 'InProgress',
  waiting: 'WaitingOnOthers',
  deferred: 'Deferred',
  completed: 'Completed',
};

function taskOf({ subject, description, due, status, priority }: Fields): GivenTask {
  const importance = priority === 'high' ? 'High' : priority === 'low' ? 'Low' : 'Normal';
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(description === undefined ? {} : { body: description }),
    ...(due === undefined ? {} : { dueDate: due === '' ? null : due }),
    ...(status === undefined ? {} : { status: statuses[status] ?? 'NotStarted' }),
    ...(priority === undefined ? {} : { importance }),
  };
}
