/**
 * Events, contacts and tasks for the sandbox's people, on both sides: a week in everybody's mailbox, a meeting that all of them share, and what colleagues have
 * written into Salesforce. The same on every service, so that each of them shows each way.
 */
import { type Colleague, customers } from './cast.ts';
import { type GivenEvent, type Guest, moveOccurrence, putEvent } from './put-event.ts';
import { makeContactFolder, putContact, putTask } from './put-item.ts';
import type { Services } from './simulated-services.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SERIES_WEEKS = 4;

/** Salesforce refuses events of that beginning without a place, and says so in these words. */
export const REFUSED_SUBJECT = 'Visit';
export const REFUSAL = 'A visit needs a place: name it in the field Location.';

/** What a person's mailbox holds besides mail that is examined and not kept in step: by verdict. */
export const leftOutOfStep: Readonly<Record<string, number>> = {
  'skipped.private': 1,
  'skipped.not-marked': 1,
  'parked.issue': 1,
};

/** So many days from now, at an hour in UTC. */
const instant = (now: number, days: number, hour: number) =>
  Math.floor(now / DAY) * DAY + days * DAY + hour * HOUR;

/**
 * Puts everybody's week into the mailboxes, and what is theirs into Salesforce. Nobody is told anything. Gives the ids of the events that Salesforce
 * refuses, by address.
 */
export function seedItems(
  services: Services,
  people: readonly Colleague[],
  now: number,
): ReadonlyMap<string, string> {
  const refused = new Map<string, string>();
  services.salesforce.addValidationRule({
    object: 'Event',
    condition: `Subject LIKE '${REFUSED_SUBJECT}%' AND Location = null`,
    message: REFUSAL,
    field: 'Location',
  });
  for (const owner of people) {
    refused.set(owner.address, seedEvents(services, owner, now));
    seedContacts(services, owner);
    seedTasks(services, owner, now);
    seedRecords(services, owner, now);
  }
  seedMeeting(services, people, now);
  return refused;
}

/** A series with an exception, a whole day, something private, a meeting with a customer, and one that Salesforce refuses: its id. */
function seedEvents(services: Services, owner: Colleague, now: number): string {
  const timed = (subject: string, days: number, hour: number): GivenEvent => {
    const startAt = instant(now, days, hour);
    return { subject, startAt, endAt: startAt + HOUR };
  };
  const series = { ...timed(`Jour fixe of ${owner.name}`, 1, 8), weeks: SERIES_WEEKS };
  const id = putEvent(services, owner, series);
  moveOccurrence(services, owner, { id, startAt: series.startAt }, 2, 'Canteen');
  putEvent(services, owner, {
    ...timed('Trade fair', 5, 0),
    endAt: instant(now, 6, 0),
    isAllDay: true,
  });
  putEvent(services, owner, { ...timed('Dentist', 2, 15), isPrivate: true });
  putEvent(services, owner, { ...timed('Offer for spring, talk', 3, 9), guests: guests().slice(0, 1) });
  return putEvent(services, owner, timed(`${REFUSED_SUBJECT} to the factory`, 4, 9));
}

/** Customers as they are invited. */
function guests(): readonly Guest[] {
  return customers.map(({ firstName, lastName, address }) => ({ name: `${firstName} ${lastName}`, address }));
}

/** One contact is to go to Salesforce, the other is nobody's business. */
function seedContacts(services: Services, owner: Colleague): void {
  makeContactFolder(services, owner);
  const [first = '', last = ''] = owner.name.split(' ');
  putContact(services, owner, {
    firstName: 'Ida',
    lastName: `Falk-${last}`,
    address: `ida.falk-${last}@initech-labs.test`.toLowerCase(),
    company: 'Initech Labs',
    isFiled: true,
  });
  putContact(services, owner, {
    firstName: 'Grandma',
    lastName: first,
    address: `grandma.of.${first}@family.test`.toLowerCase(),
    isFiled: false,
  });
}

function seedTasks(services: Services, owner: Colleague, now: number): void {
  putTask(services, owner, { subject: 'Send the price list', dueAt: now + 2 * DAY });
  putTask(services, owner, { subject: 'Book a room for the fair', dueAt: now - DAY, isDone: true });
}

/** Of each collection one record that is the owner's in Salesforce, and comes down to his mailbox. */
function seedRecords({ salesforce }: Services, owner: Colleague, now: number): void {
  const { salesforceUsername, name } = owner;
  const user = salesforce.records('User').find((row) => row.Username === salesforceUsername);
  const OwnerId = String(user?.Id);
  const account = salesforce.records('Account').find((row) => row.Name === 'Globex Foods');
  const [first = '', last = ''] = name.split(' ');
  const startAt = instant(now, 6, 13);
  salesforce.create('Event', {
    Subject: `Review of the quarter with ${name}`,
    StartDateTime: new Date(startAt).toISOString(),
    EndDateTime: new Date(startAt + HOUR).toISOString(),
    Location: 'Room 3',
    OwnerId,
  });
  salesforce.create('Contact', {
    FirstName: 'Tomas',
    LastName: `Ek-${last}`,
    Email: `tomas.ek-${last}@globex-foods.test`.toLowerCase(),
    Phone: '+46 8 123 45 67',
    AccountId: typeof account?.Id === 'string' ? account.Id : null,
    OwnerId,
  });
  salesforce.create('Task', {
    Subject: `Call ${first}'s customers back`,
    ActivityDate: new Date(now + 3 * DAY).toISOString().slice(0, 10),
    Status: 'Not Started',
    Priority: 'Normal',
    OwnerId,
  });
}

/** The first of them invites the others and a customer: in Salesforce it is one event. */
function seedMeeting(services: Services, people: readonly Colleague[], now: number): void {
  const [host, ...invited] = people;
  if (host === undefined) return;
  const startAt = instant(now, 3, 12);
  const guest = ({ name, address }: Guest) => ({ name, address });
  const customer = guests().slice(1, 2);
  const meeting = {
    subject: 'One meeting for all of you',
    startAt,
    endAt: startAt + HOUR,
    location: 'Atrium',
    uid: `all-of-you-${startAt}@contoso.test`,
  };
  putEvent(services, host, { ...meeting, guests: [...invited.map(guest), ...customer] });
  for (const owner of invited) {
    const others = invited.filter((one) => one !== owner).map(guest);
    putEvent(services, owner, { ...meeting, organizer: guest(host), guests: [...others, ...customer] });
  }
}
