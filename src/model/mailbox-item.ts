/**
 * Events, contacts and tasks of a mailbox in our words. They live in memory for the length of a page and are never stored. What is
 * merged by field stands in `fields`; the rest is what the rules look at.
 */
import type { Instant } from './clock.ts';
import type { Collection, Fields } from './collection.ts';
import type { Address, Sensitivity } from './email.ts';
import type { ItemId } from './ids.ts';

interface ItemBase {
  readonly collection: Collection;
  readonly itemId: ItemId;
  /** The service's version tag; changes at every write. */
  readonly version: string;
  /** When it was last changed, as the service says; null where it says nothing. */
  readonly modifiedAt: Instant | null;
  /** Canonical texts of every field that this service has. */
  readonly fields: Fields;
  readonly sensitivity: Sensitivity;
  /** Empty where the service has none. */
  readonly categories: readonly string[];
  /** The stamp that `createItems` put on it: the record that it was made from; null on everything that people made. */
  readonly stamp: string | null;
}

export type Answer = 'accepted' | 'tentative' | 'declined' | 'none';

export interface Attendee extends Address {
  readonly answer: Answer;
  /** A room or another resource: never matched, never a relation. */
  readonly isResource: boolean;
}

export interface EventItem extends ItemBase {
  readonly collection: 'events';
  /** iCalendar UID, the same in everybody's mailbox, of an occurrence as of its series, as `cleanUid` (`model/event-key.ts`) gives it. */
  readonly uid: string;
  /** Of an occurrence: where it stood in its series, an instant as in `time` or, of a whole-day series, a date; null for a single event. */
  readonly originalStart: string | null;
  /** Of an occurrence: the id of its series in this mailbox. */
  readonly seriesId: ItemId | null;
  /** The mailbox's owner organizes it; true for an appointment without anybody else. */
  readonly isOrganizer: boolean;
  readonly organizer: Address | null;
  /** Everybody invited, the mailbox's owner among them where he is. An attendee's copy may not know the others' answers. */
  readonly attendees: readonly Attendee[];
  /** The owner's own answer; `accepted` for what he organizes. */
  readonly answer: Answer;
  readonly isCancelled: boolean;
}

export interface ContactItem extends ItemBase {
  readonly collection: 'contacts';
  /** Lies in the folder, or carries the label, *Salesforce Contacts*. */
  readonly isInSalesforceFolder: boolean;
  /** Every address of the contact, lower case, the first one included. */
  readonly addresses: readonly string[];
}

export interface TaskItem extends ItemBase {
  readonly collection: 'tasks';
  /** When it was completed; null while it is open, or where the service does not say. */
  readonly completedAt: Instant | null;
}

export type MailboxItem = EventItem | ContactItem | TaskItem;

/** Folder or label of the contacts that are kept in step (C1). */
export const SALESFORCE_CONTACTS = 'Salesforce Contacts';
