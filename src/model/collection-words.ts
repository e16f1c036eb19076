/** Collections in words, the same in the API, in e-mails and on the pages. Pure. */
import { type AnyCollection, type Collection, collections } from './collection.ts';

interface Words {
  readonly title: string;
  /** One and many. */
  readonly names: readonly [string, string];
  /** Where they are in the mailbox. */
  readonly place: string;
}

export const collectionWords: Readonly<Record<AnyCollection, Words>> = {
  emails: { title: 'E-mails', names: ['mail', 'mails'], place: 'mailbox' },
  events: { title: 'Events', names: ['event', 'events'], place: 'calendar' },
  contacts: { title: 'Contacts', names: ['contact', 'contacts'], place: 'address book' },
  tasks: { title: 'Tasks', names: ['task', 'tasks'], place: 'task list' },
};

/** `1 event`, `1,204 events` */
export function sayItems(count: number, collection: AnyCollection): string {
  const [one, many] = collectionWords[collection].names;
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** `96 events, 1 contact, 12 tasks`: what is kept in step both ways. */
export function sayInStep(counts: Readonly<Record<Collection, number>>): string {
  return collections.map((collection) => sayItems(counts[collection], collection)).join(', ');
}
