/**
 * What the CRM holds about one address (P9); part of THE contract (`model/connector.ts`). It tells ids alone: which of them Lockstep made is known here,
 * and what they are called is asked for by `describeRecords`.
 */
import type { Collection } from './collection.ts';
import type { RecordId } from './ids.ts';

export interface AboutRecord {
  /** Mail that is kept as a task is told among the tasks. */
  readonly kind: 'emails' | Collection;
  readonly recordId: RecordId;
}

export interface AboutPage {
  /** A record may be told more than once. */
  readonly records: readonly AboutRecord[];
  /** For the next page; null: there is none. Ids alone, never the address. */
  readonly next: string | null;
}

export interface CrmAbout {
  /**
   * Records that carry an address, as far as the connected user sees them: contacts with it in any e-mail field, e-mails from and to it, and e-mails, tasks
   * and events that are related to one of those contacts or to a lead with it. `after` is null at first; pages are bounded, and nothing is left out while
   * records other than the contacts are removed in between.
   */
  findAbout(address: string, after: string | null): Promise<AboutPage>;
}
