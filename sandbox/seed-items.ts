/**
 * A small week of one colleague: a series with an exception, a whole day, something private, a meeting with a customer, contacts of which one is to go to Salesforce,
 * and tasks. The same on every service, in its own way of speaking.
 */
import { type Colleague, customers } from './cast.ts';
import type { Services } from './simulated-services.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FOLDER = 'Salesforce Contacts';
const SERIES_COUNT = 4;

const BUSINESS = {
  first: 'Ida',
  last: 'Falk',
  address: 'ida.falk@initech-labs.test',
  company: 'Initech Labs',
};
const PERSONAL = { first: 'Grandma', last: 'Rosa', address: 'rosa@family.test', company: '' };

interface Planned {
  readonly subject: string;
  readonly startAt: number;
  readonly hours: number;
  readonly isAllDay?: boolean;
  readonly isPrivate?: boolean;
  /** Weekly from then on. */
  readonly isSeries?: boolean;
  readonly guest?: string;
}

/** Events of the coming days; times are whole hours in UTC. */
function week({ name }: Colleague, now: number): readonly Planned[] {
  const at = (days: number, hour: number) => Math.floor(now / DAY) * DAY + days * DAY + hour * HOUR;
  const guest = customers[0]?.address ?? '';
  return [
    { subject: `Jour fixe of ${name}`, startAt: at(1, 8), hours: 1, isSeries: true },
    { subject: 'Trade fair', startAt: at(5, 0), hours: 24, isAllDay: true },
    { subject: 'Dentist', startAt: at(2, 15), hours: 1, isPrivate: true },
    { subject: 'Offer for spring, talk', startAt: at(3, 9), hours: 1, guest },
  ];
}

const TASKS = [
  { subject: 'Send the price list', daysAhead: 2, isDone: false },
  { subject: 'Book a room for the fair', daysAhead: -1, isDone: true },
] as const;

const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const wallOf = (at: number) => new Date(at).toISOString().slice(0, 19);

/** Puts the week into the owner's mailbox. Nobody is told anything. */
export function seedItems(services: Services, owner: Colleague, now: number): void {
  if (owner.service === 'exchange') seedExchange(services, owner, now);
  else if (owner.service === 'office365') seedOffice365(services, owner, now);
  else seedGoogle(services, owner, now);
}

function seedExchange({ exchange }: Services, owner: Colleague, now: number): void {
  const { address } = owner;
  for (const one of week(owner, now)) {
    const end = one.startAt + one.hours * HOUR;
    const id = exchange.createEvent(address, {
      subject: one.subject,
      start: one.startAt,
      end,
      isAllDay: one.isAllDay === true,
      sensitivity: one.isPrivate === true ? 'Private' : 'Normal',
      required: one.guest === undefined ? [] : [{ name: '', address: one.guest }],
      ...(one.isSeries === true
        ? { recurrence: { pattern: { kind: 'daily', interval: 7 }, count: SERIES_COUNT } }
        : {}),
    });
    if (one.isSeries === true)
      exchange.editEvent(address, exchange.occurrenceIdOf(address, id, 2), { location: 'Canteen' });
  }
  exchange.createFolder(address, `contacts/${FOLDER}`, 'IPF.Contact');
  for (const one of [BUSINESS, PERSONAL]) {
    const texts = { GivenName: one.first, Surname: one.last, CompanyName: one.company };
    const folder = one === BUSINESS ? `contacts/${FOLDER}` : 'contacts';
    exchange.createContact(address, { texts, emails: { EmailAddress1: one.address } }, folder);
  }
  for (const { subject, daysAhead, isDone } of TASKS)
    exchange.createTask(address, {
      subject,
      dueDate: dateOf(now + daysAhead * DAY),
      status: isDone ? 'Completed' : 'NotStarted',
    });
}

function seedOffice365({ office365 }: Services, owner: Colleague, now: number): void {
  const { address } = owner;
  const time = (at: number) => ({ dateTime: wallOf(at), timeZone: 'UTC' });
  for (const one of week(owner, now)) {
    const recurrence = {
      pattern: { type: 'daily', interval: 7 },
      range: { type: 'numbered', startDate: dateOf(one.startAt), numberOfOccurrences: SERIES_COUNT },
    };
    const id = office365.addEvent(address, {
      subject: one.subject,
      start: time(one.startAt),
      end: time(one.startAt + one.hours * HOUR),
      isAllDay: one.isAllDay === true,
      sensitivity: one.isPrivate === true ? 'private' : 'normal',
      attendees:
        one.guest === undefined ? [] : [{ type: 'required', emailAddress: { address: one.guest, name: '' } }],
      ...(one.isSeries === true ? { recurrence } : {}),
    });
    if (one.isSeries === true)
      office365.changeOccurrence(address, id, dateOf(one.startAt + 7 * DAY), {
        location: { displayName: 'Canteen' },
      });
  }
  office365.addContactFolder(address, FOLDER);
  for (const one of [BUSINESS, PERSONAL]) {
    const contact = {
      givenName: one.first,
      surname: one.last,
      displayName: `${one.first} ${one.last}`,
      companyName: one.company,
      emailAddresses: [{ address: one.address, name: one.address }],
    };
    office365.addContact(address, contact, one === BUSINESS ? FOLDER : undefined);
  }
  for (const { subject, daysAhead, isDone } of TASKS)
    office365.addTask(address, {
      title: subject,
      dueDateTime: { dateTime: `${dateOf(now + daysAhead * DAY)}T00:00:00`, timeZone: 'UTC' },
      status: isDone ? 'completed' : 'notStarted',
    });
}

function seedGoogle({ google }: Services, owner: Colleague, now: number): void {
  const { address } = owner;
  for (const one of week(owner, now)) {
    const time = (at: number) =>
      one.isAllDay === true ? { date: dateOf(at) } : { dateTime: wallOf(at), timeZone: 'UTC' };
    const id = google.addEvent(address, {
      summary: one.subject,
      start: time(one.startAt),
      end: time(one.startAt + one.hours * HOUR),
      visibility: one.isPrivate === true ? 'private' : 'default',
      ...(one.guest === undefined ? {} : { attendees: [{ email: one.guest }] }),
      ...(one.isSeries === true ? { recurrence: [`RRULE:FREQ=WEEKLY;COUNT=${SERIES_COUNT}`] } : {}),
    });
    const second = `${wallOf(one.startAt + 7 * DAY).replace(/[-:]/g, '')}Z`;
    if (one.isSeries === true) google.changeEvent(address, `${id}_${second}`, { location: 'Canteen' });
  }
  google.createContactGroup(address, FOLDER);
  for (const one of [BUSINESS, PERSONAL]) {
    const person = {
      names: [{ givenName: one.first, familyName: one.last }],
      emailAddresses: [{ value: one.address }],
      ...(one.company === '' ? {} : { organizations: [{ name: one.company }] }),
    };
    google.addContact(address, person, one === BUSINESS ? [FOLDER] : []);
  }
  for (const { subject, daysAhead, isDone } of TASKS) {
    const id = google.addTask(address, {
      title: subject,
      due: `${dateOf(now + daysAhead * DAY)}T00:00:00.000Z`,
    });
    if (isDone) google.completeTask(address, id);
  }
}
