/**
 * Events, contacts and tasks whose every part carries markers, in the mailboxes of some people and in Salesforce, with rules of Salesforce that refuse some of
 * them in marked words. Nobody is told anything.
 */
import type { Customer } from '../cast.ts';
import { putEvent } from '../put-event.ts';
import { makeContactFolder, type Owner, putContact, putTask } from '../put-item.ts';
import type { Services } from '../simulated-services.ts';
import type { Markers } from './markers.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OF_EACH = 4;
const SERIES_WEEKS = 3;
/** Subjects that begin so are refused by a rule. */
const REFUSED = 'Refused';

/** One thing in a mailbox, found in Salesforce by its title. */
export interface Planted {
  readonly id: string;
  readonly title: string;
}

export interface PlantedItems {
  readonly events: readonly Planted[];
  readonly contacts: readonly (Planted & { readonly address: string })[];
  readonly tasks: readonly Planted[];
}

/** Rules that refuse in words with markers: one of validation, and one of duplicates. */
export function plantRules({ salesforce }: Services, markers: Markers): void {
  for (const object of ['Event', 'Task'])
    salesforce.addValidationRule({
      object,
      condition: `Subject LIKE '${REFUSED}%'`,
      message: `No ${markers.plant('vendor-error')} here.`,
      field: 'Subject',
    });
  salesforce.addDuplicateRule({
    object: 'Contact',
    field: 'Phone',
    allowSave: false,
    name: markers.plant('vendor-error'),
  });
}

/** Fills a mailbox; `phone` is that of a contact that Salesforce has already. */
export function plantItems(
  services: Services,
  markers: Markers,
  owner: Owner,
  customers: readonly Customer[],
): PlantedItems {
  const events = plantEvents(services, markers, owner, customers);
  const phone = markers.plant('contact-field');
  services.salesforce.insert('Contact', [{ LastName: markers.plant('contact-name'), Phone: phone }]);
  return {
    events,
    contacts: plantMarkedContacts(services, markers, owner, phone),
    tasks: plantTasks(services, markers, owner),
  };
}

function plantEvents(
  services: Services,
  markers: Markers,
  owner: Owner,
  customers: readonly Customer[],
): readonly Planted[] {
  const tomorrow = Math.floor(Date.now() / DAY) * DAY + DAY;
  const given = (at: number, subject = markers.plant('event-subject')) => ({
    subject,
    startAt: tomorrow + at * HOUR,
    endAt: tomorrow + (at + 1) * HOUR,
    location: markers.plant('location'),
    body: `${markers.plant('event-body')} `.repeat(40),
  });
  const guest = (address: string) => ({ name: markers.plant('attendee-name'), address });
  const stranger = () => guest(`${markers.plant('attendee-address')}@${markers.plant('domain')}.test`);
  const planted = Array.from({ length: OF_EACH }, (_, at) => {
    const event = given(at);
    return { id: putEvent(services, owner, event), title: event.subject };
  });
  const customer = customers[0]?.address ?? '';
  putEvent(services, owner, { ...given(8), guests: [guest(customer), stranger()] });
  putEvent(services, owner, { ...given(9), organizer: guest(customer), guests: [stranger()] });
  putEvent(services, owner, { ...given(10), isPrivate: true });
  putEvent(services, owner, { ...given(11), weeks: SERIES_WEEKS });
  putEvent(services, owner, { ...given(0), isAllDay: true, endAt: tomorrow + DAY });
  putEvent(services, owner, given(12, `${REFUSED} ${markers.plant('event-subject')}`));
  return planted;
}

function plantMarkedContacts(
  services: Services,
  markers: Markers,
  owner: Owner,
  takenPhone: string,
): PlantedItems['contacts'] {
  makeContactFolder(services, owner);
  const field = () => markers.plant('contact-field');
  const given = (phone: string, isFiled: boolean) => ({
    firstName: field(),
    lastName: markers.plant('contact-name'),
    address: `${markers.plant('local-part')}@${markers.plant('domain')}.test`,
    company: markers.plant('account-name'),
    city: field(),
    notes: `${field()} `.repeat(20),
    phone,
    isFiled,
  });
  const planted = Array.from({ length: OF_EACH }, () => {
    const contact = given(field(), true);
    return {
      id: putContact(services, owner, contact),
      title: contact.lastName,
      address: contact.address,
    };
  });
  putContact(services, owner, given(takenPhone, true));
  putContact(services, owner, given(field(), false));
  return planted;
}

function plantTasks(services: Services, markers: Markers, owner: Owner): readonly Planted[] {
  const given = (subject = markers.plant('task-subject')) => ({
    subject,
    dueAt: Date.now() + DAY,
    notes: `${markers.plant('task-notes')} `.repeat(40),
  });
  const planted = Array.from({ length: OF_EACH }, () => {
    const task = given();
    return { id: putTask(services, owner, task), title: task.subject };
  });
  putTask(services, owner, { ...given(), isDone: true });
  putTask(services, owner, given(`${REFUSED} ${markers.plant('task-subject')}`));
  return planted;
}

/** What is the owner's in Salesforce and comes down to his mailbox: so many of each collection. */
export function plantRecords(
  { salesforce }: Services,
  markers: Markers,
  owner: { readonly salesforceUsername: string },
  count: number,
): void {
  const user = salesforce.records('User').find((row) => row.Username === owner.salesforceUsername);
  const OwnerId = String(user?.Id);
  const text = () => markers.plant('record-text');
  for (let at = 0; at < count; at += 1) {
    const startAt = Math.floor(Date.now() / DAY) * DAY + 2 * DAY + at * HOUR;
    salesforce.create('Event', {
      Subject: text(),
      Description: `${text()} `.repeat(40),
      Location: text(),
      StartDateTime: new Date(startAt).toISOString(),
      EndDateTime: new Date(startAt + HOUR).toISOString(),
      OwnerId,
    });
    salesforce.create('Contact', {
      FirstName: text(),
      LastName: text(),
      Email: `${text()}@customer.test`,
      MailingCity: text(),
      Description: text(),
      OwnerId,
    });
    salesforce.create('Task', {
      Subject: text(),
      Description: `${text()} `.repeat(40),
      ActivityDate: new Date(startAt).toISOString().slice(0, 10),
      Status: 'Not Started',
      Priority: 'Normal',
      OwnerId,
    });
  }
}
