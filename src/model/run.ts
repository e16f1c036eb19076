/**
 * What a run did, as stored in the list of runs and shown to people: an outcome, counts and requests, never content.
 */
import type { Failure } from './failure.ts';
import type { VerdictCode } from './verdict.ts';

/**
 * `done`: everything that moved was read. `more`: the budget of one run is used up, the next one goes on.
 * `failed`: ended by a failure; what was checkpointed stays. `abandoned`: another worker holds the lease now.
 */
export type RunOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'more' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'abandoned' };

export type RunTrigger = 'schedule' | 'activation' | 'user' | 'command' | 'hint';

export interface RunCounts {
  /** Items that were judged. */
  readonly examined: number;
  readonly created: number;
  readonly files: number;
  /** Records that were removed because their items are gone; left out where none was. */
  readonly removed?: number;
  readonly issues: number;
  readonly byVerdict: Readonly<Partial<Record<VerdictCode, number>>>;
  readonly mailboxRequests: number;
  readonly crmRequests: number;
}

export const noCounts: RunCounts = {
  examined: 0,
  created: 0,
  files: 0,
  issues: 0,
  byVerdict: {},
  mailboxRequests: 0,
  crmRequests: 0,
};
