/** The world of the contract suite of events, contacts and tasks on the simulated Exchange: what people do in Outlook. */
import { findWindows } from 'windows-iana';
import type { GivenContact, GivenEvent, GivenTask } from '../../simulators/exchange/personal-acts.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { MailConnector } from '../../src/model/connector.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import { ANN, open, type World } from './exchange-bench.ts';
import { firstTime, type HandTime, handTime } from './hand-times.ts';
import type { HandEvent, ItemHands, ItemsWorld, OccurrenceName } from './items-world.ts';

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
    hands: handsIn(world, ensureFolder),
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
      loseAnswer() {
        simulator.faults.add({ operation: 'CreateItem', count: 1, effect: { kind: 'lostReply' } });
      },
    },
    notificationsSent: () => simulator.notificationsSent().length,
    close: () => undefined,
  };
}

/** The ItemId of what is called so; what was thrown away is not found. */
function called({ simulator }: World, collection: Collection, title: string): string {
  for (const { role, items } of simulator.snapshot(ANN).folders) {
    if (role === 'deleteditems') continue;
    for (const { id, subject, event, contact, task } of items) {
      const kinds = { events: event, contacts: contact, tasks: task };
      const name = collection === 'contacts' ? contact?.texts.Surname : subject;
      if (kinds[collection] !== undefined && name === title) return id;
    }
  }
  throw new Error(`nothing is called ${title}`);
}

function handsIn(world: World, ensureFolder: () => void): ItemHands {
  const { simulator } = world;
  const occurrenceId = ({ title, number }: OccurrenceName) =>
    simulator.occurrenceIdOf(ANN, called(world, 'events', title), number);
  return {
    makeEvent: (event) => makeEvent(world, event, handTime(event.fields.time, event.zone ?? 'UTC')),
    makeSeries({ plan, ...event }) {
      makeEvent(world, { ...event, zone: plan.zone }, firstTime(plan), {
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
      simulator.createContact(ANN, contact, isInSalesforceFolder ? FOLDER : 'contacts');
    },
    makeTask({ fields, categories = [] }) {
      simulator.createTask(ANN, { ...taskOf(fields), categories: [...categories] });
    },
    edit(collection, title, fields) {
      const id = called(world, collection, title);
      if (collection === 'events') simulator.editEvent(ANN, id, eventOf(fields));
      else if (collection === 'contacts') simulator.editContact(ANN, id, contactOf(fields));
      else simulator.editTask(ANN, id, taskOf(fields));
    },
    remove: (collection, title) => simulator.remove(ANN, called(world, collection, title)),
    changeOccurrence: (name, fields) => simulator.editEvent(ANN, occurrenceId(name), eventOf(fields)),
    removeOccurrence: (name) => simulator.removeOccurrence(ANN, occurrenceId(name)),
    endSeries({ fields, plan }, count) {
      const pattern = { kind: 'daily', interval: plan.everyDays } as const;
      const recurrence = { pattern, startDate: plan.start.slice(0, 10), count };
      simulator.editEvent(ANN, called(world, 'events', fields.subject ?? ''), { recurrence });
    },
    answer: (title, answer) =>
      simulator.editEvent(ANN, called(world, 'events', title), { myResponse: responses[answer] }),
    cancel: (title) => simulator.cancelMeeting(ANN, called(world, 'events', title)),
    fileContact(title, isInside) {
      ensureFolder();
      simulator.move(ANN, called(world, 'contacts', title), isInside ? FOLDER : 'contacts');
    },
  };
}

function makeEvent(
  { simulator }: World,
  { fields, zone = 'UTC', organizer, attendees = [], answer, categories = [], sensitivity }: HandEvent,
  time: HandTime,
  recurrence?: NonNullable<GivenEvent['recurrence']>,
): void {
  const { time: _time, ...rest } = fields;
  const person = ({ name, address }: { readonly name: string; readonly address: string }) => ({
    name,
    address,
  });
  const id = simulator.createEvent(ANN, {
    ...eventOf(rest),
    ...whenOf(time),
    timeZone: findWindows(zone)[0] ?? zone,
    categories: [...categories],
    required: [
      ...(organizer === undefined ? [] : [{ name: 'Ann Lee', address: ANN }]),
      ...attendees.filter(({ isResource }) => !isResource).map(person),
    ],
    resources: attendees.filter(({ isResource }) => isResource).map(person),
    ...(sensitivity === 'private' ? { sensitivity: 'Private' } : {}),
    ...(organizer === undefined
      ? {}
      : { organizer: person(organizer), myResponse: responses[answer ?? 'none'] }),
    ...(recurrence === undefined ? {} : { recurrence }),
  });
  for (const one of attendees)
    if (one.answer !== 'none') simulator.respond(ANN, id, one.address, responses[one.answer]);
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
