/**
 * What the pre-flight finds of one person (M7), and what a roll-out makes of him. `by-himself`: the admin's access does not lead to his accounts,
 * and he activates on his own; `after-login`: only his first login at the CRM is missing.
 */
import type { Collection } from './collection.ts';
import type { Failure } from './failure.ts';

/** `unknown`: nobody looked yet, or a service was in trouble. */
export const predictions = ['unknown', 'active', 'after-login', 'already-active', 'by-himself'] as const;
export type Prediction = (typeof predictions)[number];

export const outcomes = [
  'waiting',
  'active',
  'after-login',
  'already-active',
  'by-himself',
  'failed',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Whether calendar, contacts or tasks are reached on one side (A11). Where one is not, mail and the others go on without it. */
export interface CollectionFinding {
  readonly side: 'mailbox' | 'crm';
  readonly collection: Collection;
  /** What is missing; null: it is reached. */
  readonly failure: Failure | null;
}

/** Each null: not looked at, or it could not be told. */
export interface AccessFindings {
  readonly mailboxFound: boolean | null;
  readonly accessGranted: boolean | null;
  /** He is an active standard user of the CRM. */
  readonly crmUserMatched: boolean | null;
  /** His e-mail address at the CRM is one of the mailbox's. */
  readonly addressEqual: boolean | null;
  readonly predicted: Prediction;
  /** The first thing that must be mended. */
  readonly failure: Failure | null;
}
