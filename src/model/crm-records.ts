/**
 * The CRM side's contract for events, contacts and tasks; part of THE contract (`model/connector.ts`), whose rules of errors, results and order
 * hold here too.
 */
import type { Instant } from './clock.ts';
import type { Collection, FieldSpecs, Fields } from './collection.ts';
import type { Person } from './connector.ts';
import type { Failure } from './failure.ts';
import type { RecordId } from './ids.ts';

export interface RecordCapabilities {
  /** The fields that records of this collection have for the connected user. */
  readonly fields: FieldSpecs;
  /** Records carry Lockstep's own unique key (`RecordWrite.key`). */
  readonly externalKey: boolean;
  /** Records per call of `readRecords`, `findRecords`, `writeRecords` and `deleteRecords` at most. */
  readonly batchMax: number;
}

export interface CrmRecord {
  readonly collection: Collection;
  readonly recordId: RecordId;
  /** Changes at every write. */
  readonly version: string;
  readonly modifiedAt: Instant;
  /** Somebody deleted it; everything but ids and version may be empty. */
  readonly isDeleted: boolean;
  /** Belongs to the connected user. */
  readonly isOwn: boolean;
  /**
   * `copy`: what the CRM itself made for an invited colleague. `series`: the head of a series, whose occurrences are records of their own. `email`: a
   * mail kept as a task. None of these is ever taken to a mailbox.
   */
  readonly kind: 'plain' | 'copy' | 'series' | 'email';
  /** Lockstep's own key; null where it has none or the CRM has no field for it. */
  readonly key: string | null;
  /** Canonical texts of every field that the CRM has. */
  readonly fields: Fields;
}

export type ContactScope =
  | { readonly kind: 'mine' }
  | { readonly kind: 'all' }
  /** A list view of the CRM, by its id. */
  | { readonly kind: 'list-view'; readonly id: string };

/** What to read of a collection: the user's own events and tasks, contacts by their scope; deleted ones are told, too. */
export interface RecordAsk {
  readonly collection: Collection;
  /** Null: the first reading, of everything in the window. */
  readonly cursor: string | null;
  /** Events that end before, and completed tasks due and changed before, may be left out of a first reading. */
  readonly from: Instant;
  /** Contacts alone. */
  readonly scope: ContactScope;
}

export interface RecordPage {
  readonly records: readonly CrmRecord[];
  readonly cursor: string;
  readonly done: boolean;
}

export type RecordPageResult =
  | { readonly ok: true; readonly page: RecordPage }
  /** This collection alone: no access to the object, a list view that is gone, a cursor that expired. */
  | { readonly ok: false; readonly failure: Failure };

export type RecordResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** The CRM's own words (a validation rule's, a duplicate rule's). Content: shown to the owner who asks at that moment, never stored or logged. */
      readonly said?: string;
    };

/** By what a record may be there already (S4). */
export interface RecordWish {
  /** Lockstep's own key; null where there is none. */
  readonly key: string | null;
  /**
   * Events: own ones with equal subject and time. Tasks: own open ones with equal subject and due date. Contacts: by address, else by equal first and
   * last name at an account of equal name.
   */
  readonly fields: Fields;
  /** Contacts: every address, lower case. */
  readonly addresses: readonly string[];
}

export interface Relation {
  readonly person: Person;
  /**
   * `none`: has not answered, whatever the CRM says. `unknown`: as it is in the CRM; not answered for somebody new. A CRM may have no answer of the one
   * who stands on the record itself and is not invited.
   */
  readonly answer: 'accepted' | 'declined' | 'none' | 'unknown';
}

/** Who takes part in an event. */
export interface Relations {
  readonly people: readonly Relation[];
  /**
   * `all`: exactly these take part; what else Lockstep may take away (invitees, never people whom somebody related by hand) is taken away.
   * `some`: these are added or get their answer, the others stay as they are.
   */
  readonly these: 'all' | 'some';
}

export interface RecordWrite {
  /** Null: a new record. */
  readonly recordId: RecordId | null;
  /** Given to a new record where `externalKey` holds; the CRM then refuses a second one, and the one that is there is the result. */
  readonly key: string | null;
  /** Changed fields alone; all of them for a new record. */
  readonly fields: Fields;
  /** Whose it is; null: the connected user's, or as it is. */
  readonly ownerId: RecordId | null;
  /** Events; absent: as they are. */
  readonly relations?: Relations;
  /** Account, opportunity or case; given to a new record alone. Contacts: the account. */
  readonly relatedTo?: RecordId | null;
  /** Duplicate rules that may be overridden are, for this record: a person said so. */
  readonly allowDuplicate?: boolean;
}

export interface WrittenRecord {
  readonly recordId: RecordId;
  /** '' where the CRM did not tell: the record is then met once more. */
  readonly version: string;
  readonly created: boolean;
  /** What the CRM could not hold and was left out or cut, by the names of fields; the record itself is written. */
  readonly reduced: readonly string[];
}

export interface CrmRecords {
  capabilities(): Promise<Readonly<Record<Collection, RecordCapabilities>>>;
  /** The next page of each ask, in the order asked; all first pages, and with them the answer that nothing changed, are one request. */
  readChanges(asks: readonly RecordAsk[]): Promise<readonly RecordPageResult[]>;
  /** Records as they are now, in the order asked, at most `batchMax`; deleted ones with `isDeleted`; an unknown or hidden one is `crm.record-gone`. */
  readRecords(
    collection: Collection,
    recordIds: readonly RecordId[],
  ): Promise<readonly RecordResult<CrmRecord>[]>;
  /** Records that are there already, one or null per wish, in the order asked; the oldest where there are several. Own keys count before fields. */
  findRecords(collection: Collection, wishes: readonly RecordWish[]): Promise<readonly (CrmRecord | null)[]>;
  /**
   * Writes records, grouped so that no two requests write under one parent at once; what the CRM could not lock is repeated alone. Results in the order
   * asked, each with the version that its echo will carry.
   */
  writeRecords(
    collection: Collection,
    writes: readonly RecordWrite[],
  ): Promise<readonly RecordResult<WrittenRecord>[]>;
  /** Into the CRM's recycle bin; one that is gone counts as deleted. Results in the order asked. */
  deleteRecords(
    collection: Collection,
    recordIds: readonly RecordId[],
  ): Promise<readonly RecordResult<RecordId>[]>;
  /** List views of contacts that the connected user sees, for the settings page; at most 200. */
  listContactViews(): Promise<readonly { readonly id: string; readonly label: string }[]>;
}
