/**
 * The lasting pair of a mailbox item and a record that are kept in step both ways. It holds ids, version tags and keyed fingerprints of
 * what each side had when a run last left it; never content. A pair outlives both: that is what keeps either from coming back.
 */
import type { Collection, FieldName, Fields } from './collection.ts';
import type { FeedId, ItemId, RecordId } from './ids.ts';
import type { KeyPrint } from './link.ts';

/** A field's fingerprint: HMAC under the organization's key, bound to record and field; `people` is that of an event's attendees. */
export type Prints = { readonly [Name in FieldName | 'people']?: string };

/**
 * `making`: the item is being made and may be there already. `linked`: both sides are there. `removing`: the item is gone and the record waits to
 * follow it. `ended`: nothing is kept in step any more.
 */
export type PairState = 'making' | 'linked' | 'removing' | 'ended';

/**
 * `owner`: the mailbox's owner organizes it, or it is his alone. `deputy`: this mailbox writes the record, because the organizer's is not here.
 * `member`: a colleague's mailbox writes it, and this one adds its own answer.
 */
export type PairRole = 'owner' | 'deputy' | 'member';

/** Fields on their way: what both sides have once they have arrived. */
export interface Passage {
  readonly item: Prints;
  readonly record: Prints;
}

/** What a run is about to write, each way. */
export interface Writing {
  readonly toItem: Passage;
  readonly toRecord: Passage;
}

export interface Pair {
  readonly collection: Collection;
  readonly recordId: RecordId;
  /** Print of a meeting's key; null for what has none. */
  readonly keyPrint: KeyPrint | null;
  readonly itemId: ItemId | null;
  /** Version after the last thing we saw or did; an equal one in the feed is an echo. */
  readonly itemVersion: string;
  readonly feedId: FeedId | null;
  readonly seriesId: ItemId | null;
  readonly recordVersion: string;
  readonly itemPrints: Prints;
  readonly recordPrints: Prints;
  /** What a run was about to write when it ended; null, or left out, where no run did. */
  readonly writing?: Writing | null;
  readonly state: PairState;
  /** Which of the two Lockstep made. */
  readonly made: 'record' | 'item' | null;
  readonly role: PairRole;
  /** Lockstep made the item, and no feed has told of it yet. */
  readonly isUntold?: boolean;
}

/** Prints one field's text for one record. */
export type PrintField = (recordId: RecordId, field: FieldName | 'people', text: string) => string;

/** Prints of all fields that are there. */
export function printFields(printField: PrintField, recordId: RecordId, fields: Fields): Prints {
  const prints: [string, string][] = [];
  for (const [name, text] of Object.entries(fields)) {
    if (text !== undefined) prints.push([name, printField(recordId, name as FieldName, text)]);
  }
  return Object.fromEntries(prints);
}
