/** What a CRM tells of single records by id, and what became of those that were removed; part of THE contract (`model/connector.ts`). */
import type { Failure } from './failure.ts';
import type { RecordId } from './ids.ts';

/** What the CRM says of a record now. */
export interface RecordFacts {
  readonly recordId: RecordId;
  /** False: deleted, or hidden from the connected user. */
  readonly exists: boolean;
  /** A mail's subject, a person's or an account's name. Content: for an answer to its owner, never stored. */
  readonly label: string | null;
}

/** What became of a record that was to be removed. One that was gone already counts as removed. */
export type RemovalResult =
  | { readonly ok: true; readonly recordId: RecordId; readonly files: number }
  | { readonly ok: false; readonly recordId: RecordId; readonly failure: Failure };
