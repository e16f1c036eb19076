/**
 * Events, contacts and tasks of a world as its people know them: who made what where, what they last wrote, and what they threw away. What must have
 * become of each follows from it alone (`expected-things.ts`); nothing in it comes from the product.
 */
import type { Collection, FieldName, Fields } from '../../src/model/collection.ts';
import type { Answer } from '../../src/model/mailbox-item.ts';
import type { SeriesPlan } from '../support/memory-series.ts';

export type Side = 'item' | 'record';

/** What somebody wrote into one field; not applied where the thing was not there by then. */
export interface FieldEdit {
  readonly side: Side;
  readonly field: FieldName;
  readonly text: string;
}

export interface Removal {
  readonly side: Side;
  /** Records that a person deleted; `linked` when the product had stored a pair of one of them by then. */
  readonly recordIds: readonly string[];
  linked: boolean;
}

/** A series by its plan, and what became of its occurrences, by their numbers. */
export interface ThingSeries {
  readonly plan: SeriesPlan & { readonly count: number };
  readonly changed: Map<number, Fields>;
  readonly removed: Set<number>;
}

export interface Invitation {
  /** A colleague, or somebody outside. */
  readonly organizer: string;
  /** Colleagues who were invited, with their answers. */
  readonly answers: Map<string, Answer>;
  /** Colleagues who had accepted at some time. */
  readonly accepted: Set<string>;
  isCancelled: boolean;
}

export interface Thing {
  readonly collection: Collection;
  /** `zqmark-t17-`: begins its subject or last name, and no other one's. */
  readonly mark: string;
  readonly born: Side;
  /** The colleague whose it is; of a meeting its organizer, or the first one invited. */
  readonly owner: string;
  /** As its maker wrote it, with what was edited where it was made. */
  fields: Fields;
  readonly edits: FieldEdit[];
  /** Sides on which people wished to do something, whether it was there by then or not. */
  readonly touched: Set<Side>;
  readonly isPrivate: boolean;
  isMarked: boolean;
  /** Contacts: in the folder, or under the label, *Salesforce Contacts*. */
  isFiled: boolean;
  /** Whether the rules wanted it in Salesforce at some time. */
  wasEligible: boolean;
  readonly series: ThingSeries | null;
  readonly invitation: Invitation | null;
  /** Somebody wished to throw it away: nobody touches it afterwards. */
  isUnwanted: boolean;
  removal: Removal | null;
}

/** What people write; the rest stays as it was made. */
export const editedFields: Readonly<Record<Collection, readonly FieldName[]>> = {
  events: ['location', 'description', 'time', 'subject', 'showAs'],
  contacts: ['firstName', 'phone', 'city', 'lastName', 'notes'],
  tasks: ['description', 'due', 'priority', 'subject', 'status'],
};
