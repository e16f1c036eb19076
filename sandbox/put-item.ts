/**
 * Puts contacts and tasks into somebody's mailbox, on whichever simulated service it is, in one way of speaking; events are in `put-event.ts`.
 */
import type { Colleague } from './cast.ts';
import type { Services } from './simulated-services.ts';

/** The folder at Microsoft, the label at Google, whose contacts are kept in step. */
const FOLDER = 'Salesforce Contacts';

/** Whose mailbox it is. */
export type Owner = Pick<Colleague, 'address' | 'name' | 'service'>;

export const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
/** Without a zone; it is UTC. */
export const wallOf = (at: number) => new Date(at).toISOString().slice(0, 19);

export interface GivenContact {
  readonly firstName: string;
  readonly lastName: string;
  readonly address: string;
  readonly company?: string;
  readonly phone?: string;
  readonly city?: string;
  readonly notes?: string;
  /** In the folder or label *Salesforce Contacts*; others are personal. */
  readonly isFiled: boolean;
}

export interface GivenTask {
  readonly subject: string;
  readonly dueAt: number;
  readonly notes?: string;
  readonly isDone?: boolean;
}

/** Makes the folder or label *Salesforce Contacts*. */
export function makeContactFolder({ exchange, office365, google }: Services, owner: Owner): void {
  const { address } = owner;
  if (owner.service === 'exchange') exchange.createFolder(address, `contacts/${FOLDER}`, 'IPF.Contact');
  else if (owner.service === 'office365') office365.addContactFolder(address, FOLDER);
  else google.createContactGroup(address, FOLDER);
}

/** Gives the id of the contact at its service; the folder must be there for one that is filed. */
export function putContact(
  { exchange, office365, google }: Services,
  owner: Owner,
  contact: GivenContact,
): string {
  const { firstName, lastName, company, phone, city, notes, isFiled } = contact;
  const { address } = owner;
  if (owner.service === 'exchange') {
    const texts = { GivenName: firstName, Surname: lastName, CompanyName: company ?? '' };
    const given = {
      texts,
      emails: { EmailAddress1: contact.address },
      ...(phone === undefined ? {} : { phones: { BusinessPhone: phone } }),
      ...(city === undefined ? {} : { addresses: { Business: { City: city } } }),
      ...(notes === undefined ? {} : { body: notes }),
    };
    return exchange.createContact(address, given, isFiled ? `contacts/${FOLDER}` : 'contacts');
  }
  if (owner.service === 'office365') {
    const given = {
      givenName: firstName,
      surname: lastName,
      displayName: `${firstName} ${lastName}`,
      emailAddresses: [{ address: contact.address, name: contact.address }],
      ...(company === undefined ? {} : { companyName: company }),
      ...(phone === undefined ? {} : { businessPhones: [phone] }),
      ...(city === undefined ? {} : { businessAddress: { city } }),
      ...(notes === undefined ? {} : { personalNotes: notes }),
    };
    return office365.addContact(address, given, isFiled ? FOLDER : undefined);
  }
  const person = {
    names: [{ givenName: firstName, familyName: lastName }],
    emailAddresses: [{ value: contact.address }],
    ...(company === undefined ? {} : { organizations: [{ name: company }] }),
    ...(phone === undefined ? {} : { phoneNumbers: [{ value: phone, type: 'work' }] }),
    ...(city === undefined ? {} : { addresses: [{ city, type: 'work' }] }),
    ...(notes === undefined ? {} : { biographies: [{ value: notes, contentType: 'TEXT_PLAIN' }] }),
  };
  return google.addContact(address, person, isFiled ? [FOLDER] : []);
}

/** Gives the id of the task at its service, in its default list. */
export function putTask({ exchange, office365, google }: Services, owner: Owner, task: GivenTask): string {
  const { subject, notes, isDone = false } = task;
  const { address } = owner;
  const due = dateOf(task.dueAt);
  if (owner.service === 'exchange')
    return exchange.createTask(address, {
      subject,
      dueDate: due,
      status: isDone ? 'Completed' : 'NotStarted',
      ...(notes === undefined ? {} : { body: notes }),
    });
  if (owner.service === 'office365')
    return office365.addTask(address, {
      title: subject,
      dueDateTime: { dateTime: `${due}T00:00:00`, timeZone: 'UTC' },
      status: isDone ? 'completed' : 'notStarted',
      ...(notes === undefined ? {} : { body: { contentType: 'text', content: notes } }),
    });
  const id = google.addTask(address, {
    title: subject,
    due: `${due}T00:00:00.000Z`,
    ...(notes === undefined ? {} : { notes }),
  });
  if (isDone) google.completeTask(address, id);
  return id;
}

/** Renames a task, as its owner does. */
export function renameTask(
  { exchange, office365, google }: Services,
  owner: Owner,
  id: string,
  subject: string,
): void {
  const { address } = owner;
  if (owner.service === 'exchange') exchange.editTask(address, id, { subject });
  else if (owner.service === 'office365') office365.changeTask(address, id, { title: subject });
  else google.changeTask(address, id, { title: subject });
}

/** Gives a contact another first name, as its owner does; the last one is said again, since Google takes names whole. */
export function renameContact(
  { exchange, office365, google }: Services,
  owner: Owner,
  id: string,
  { firstName, lastName }: Pick<GivenContact, 'firstName' | 'lastName'>,
): void {
  const { address } = owner;
  if (owner.service === 'exchange') exchange.editContact(address, id, { texts: { GivenName: firstName } });
  else if (owner.service === 'office365') office365.changeContact(address, id, { givenName: firstName });
  else google.changeContact(address, id, { names: [{ givenName: firstName, familyName: lastName }] });
}
