/**
 * Events, contacts and tasks for the benches: the same plain values put into a mailbox of any service, or into Salesforce, by the hands of people there.
 * It knows nothing of the product nor of what is measured.
 */
import type { Colleague, MailServiceName } from '../sandbox/cast.ts';
import type { Services } from '../sandbox/simulated-services.ts';

export const benchCollections = ['events', 'contacts', 'tasks'] as const;
export type BenchCollection = (typeof benchCollections)[number];

/** What an item says. `line` is what later changes: a place, a telephone number, a date. */
export interface BenchItem {
  readonly title: string;
  readonly text: string;
  readonly startAt: number;
  readonly line: string;
}

export const SALESFORCE_OBJECT = { events: 'Event', contacts: 'Contact', tasks: 'Task' } as const;
export const CONTACTS_FOLDER = 'Salesforce Contacts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS_AHEAD = 60;
const SENTENCE = 'What was agreed so far stands in the offer; open points are to be talked over. ';

export const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
export const wallOf = (at: number) => new Date(at).toISOString().slice(0, 19);

/** Item number `at` of those that begin on side `side`, in its version `version`. Times are whole hours in UTC within the next 60 days. */
export function benchItem(
  collection: BenchCollection,
  side: 'mailbox' | 'salesforce',
  at: number,
  now: number,
  version = 0,
): BenchItem {
  const day = Math.floor(now / DAY) * DAY + (1 + (at % DAYS_AHEAD)) * DAY;
  const startAt = day + (8 + (Math.floor(at / DAYS_AHEAD) % 10)) * HOUR;
  const word = side === 'mailbox' ? 'mailbox' : 'platform';
  const line = {
    events: `Room ${at} on floor ${version}`,
    contacts: `+49 30 ${String(100_000 + at)}${version}`,
    tasks: dateOf(startAt + version * DAY),
  }[collection];
  return { title: `Number ${at} of the ${word}`, text: SENTENCE.repeat(2).trim(), startAt, line };
}

/** Bytes of the values alone, as UTF-8: what any way of carrying the item must carry. */
export function bytesOf(collection: BenchCollection, item: BenchItem): number {
  const times = { events: 2 * 'yyyy-mm-ddThh:mm:ssZ'.length, contacts: 0, tasks: 0 }[collection];
  const text = collection === 'contacts' ? addressOf(item) : item.text;
  return Buffer.byteLength(item.title) + Buffer.byteLength(text) + Buffer.byteLength(item.line) + times;
}

const addressOf = ({ title }: BenchItem) => `${title.toLowerCase().replaceAll(' ', '.')}@customer.test`;
const namesOf = ({ title }: BenchItem) => ({ first: 'Kim', last: title });

/** The item as a row of Salesforce. */
export function rowOf(collection: BenchCollection, item: BenchItem): Record<string, string | number> {
  const { title, text, startAt, line } = item;
  if (collection === 'contacts') {
    const { first, last } = namesOf(item);
    return { FirstName: first, LastName: last, Email: addressOf(item), MobilePhone: line };
  }
  if (collection === 'tasks') return { Subject: title, Description: text, ActivityDate: line };
  const StartDateTime = new Date(startAt).toISOString();
  return { Subject: title, Description: text, Location: line, StartDateTime, DurationInMinutes: 60 };
}

/** The id of somebody's Salesforce user. */
export function userIdOf({ salesforce }: Services, owner: Pick<Colleague, 'salesforceUsername'>): string {
  return String(salesforce.records('User').find(({ Username }) => Username === owner.salesforceUsername)?.Id);
}

/** Makes records of a Salesforce user, as in its pages; gives their ids. */
export function addRecords(
  { salesforce }: Services,
  ownerId: string,
  collection: BenchCollection,
  items: readonly BenchItem[],
): readonly string[] {
  return items.map((item) =>
    salesforce.create(SALESFORCE_OBJECT[collection], { ...rowOf(collection, item), OwnerId: ownerId }),
  );
}

export function changeRecord(
  { salesforce }: Services,
  collection: BenchCollection,
  id: string,
  { line }: BenchItem,
): void {
  const field = { events: 'Location', contacts: 'MobilePhone', tasks: 'ActivityDate' }[collection];
  salesforce.change(id, SALESFORCE_OBJECT[collection], { [field]: line });
}

/** What people do in their mailboxes. */
export interface MailboxHands {
  add(collection: BenchCollection, item: BenchItem): string;
  change(collection: BenchCollection, id: string, item: BenchItem): void;
}

/** The hands of `owner` at his service. His folder (or label) of contacts for Salesforce is made. */
export function mailboxHands(services: Services, owner: Colleague): MailboxHands {
  return hands[owner.service](services, owner.address);
}

const hands: Readonly<Record<MailServiceName, (services: Services, address: string) => MailboxHands>> = {
  exchange: ({ exchange }, address) => {
    exchange.createFolder(address, `contacts/${CONTACTS_FOLDER}`, 'IPF.Contact');
    return {
      add(collection, item) {
        const { title: subject, text: body, startAt, line } = item;
        if (collection === 'events')
          return exchange.createEvent(address, {
            subject,
            body,
            location: line,
            start: startAt,
            end: startAt + HOUR,
          });
        if (collection === 'tasks') return exchange.createTask(address, { subject, body, dueDate: line });
        const { first, last } = namesOf(item);
        const contact = {
          texts: { GivenName: first, Surname: last },
          emails: { EmailAddress1: addressOf(item) },
          phones: { MobilePhone: line },
        };
        return exchange.createContact(address, contact, `contacts/${CONTACTS_FOLDER}`);
      },
      change(collection, id, { line }) {
        if (collection === 'events') exchange.editEvent(address, id, { location: line });
        else if (collection === 'tasks') exchange.editTask(address, id, { dueDate: line });
        else exchange.editContact(address, id, { phones: { MobilePhone: line } });
      },
    };
  },
  office365: ({ office365 }, address) => {
    office365.addContactFolder(address, CONTACTS_FOLDER);
    return {
      add(collection, item) {
        const made = graphItem(collection, item);
        if (collection === 'events') return office365.addEvent(address, made);
        if (collection === 'tasks') return office365.addTask(address, made);
        return office365.addContact(address, made, CONTACTS_FOLDER);
      },
      change(collection, id, { line }) {
        if (collection === 'events') office365.changeEvent(address, id, { location: { displayName: line } });
        else if (collection === 'tasks') office365.changeTask(address, id, { dueDateTime: graphDay(line) });
        else office365.changeContact(address, id, { mobilePhone: line });
      },
    };
  },
  google: ({ google }, address) => {
    google.createContactGroup(address, CONTACTS_FOLDER);
    return {
      add(collection, item) {
        const made = googleItem(collection, item);
        if (collection === 'events') return google.addEvent(address, made);
        if (collection === 'tasks') return google.addTask(address, made);
        return google.addContact(address, made, [CONTACTS_FOLDER]);
      },
      change(collection, id, item) {
        const made = googleItem(collection, item);
        if (collection === 'events') google.changeEvent(address, id, made);
        else if (collection === 'tasks') google.changeTask(address, id, made);
        else google.changeContact(address, id, made);
      },
    };
  },
};

const graphDay = (day: string) => ({ dateTime: `${day}T00:00:00`, timeZone: 'UTC' });

/** The item as Microsoft Graph takes it. */
export function graphItem(collection: BenchCollection, item: BenchItem) {
  const { title, text, startAt, line } = item;
  const body = { contentType: 'text', content: text };
  const time = (at: number) => ({ dateTime: wallOf(at), timeZone: 'UTC' });
  if (collection === 'tasks') return { title, body, dueDateTime: graphDay(line) };
  if (collection === 'events') {
    const span = { start: time(startAt), end: time(startAt + HOUR) };
    return { subject: title, body, location: { displayName: line }, ...span };
  }
  const { first, last } = namesOf(item);
  const emailAddresses = [{ address: addressOf(item), name: `${first} ${last}` }];
  return { givenName: first, surname: last, mobilePhone: line, emailAddresses };
}

/** The item as Google's Calendar, People and Tasks take it. */
export function googleItem(collection: BenchCollection, item: BenchItem) {
  const { title, text, startAt, line } = item;
  const time = (at: number) => ({ dateTime: wallOf(at), timeZone: 'UTC' });
  if (collection === 'tasks') return { title, notes: text, due: `${line}T00:00:00.000Z` };
  if (collection === 'events') {
    const span = { start: time(startAt), end: time(startAt + HOUR) };
    return { summary: title, description: text, location: line, ...span };
  }
  const { first, last } = namesOf(item);
  return {
    names: [{ givenName: first, familyName: last }],
    emailAddresses: [{ value: addressOf(item) }],
    phoneNumbers: [{ value: line, type: 'mobile' }],
  };
}
