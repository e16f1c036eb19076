/**
 * Failures in our words: a closed set of codes, each of one kind. A connector translates a vendor's error into a `Failure` at its
 * edge and throws it as `RemoteFailure`; what follows from each kind is the one table `dispositions`. Texts for people stand in
 * `model/catalogue.ts`. A failure never carries content: only codes, sizes and waiting times.
 */
import { catalogue, type FailureCode } from './catalogue.ts';

/** What sort of trouble it is; the engine decides by this alone. */
export type FailureKind =
  | 'credentials-rejected'
  | 'authorization-revoked'
  | 'permission-missing'
  | 'mailbox-unavailable'
  | 'throttled'
  | 'transient'
  | 'cursor-expired'
  | 'bad-item'
  | 'request-invalid'
  | 'quota-or-licence'
  | 'unreachable';

export interface Failure {
  readonly code: FailureCode;
  readonly kind: FailureKind;
  /** How long the service asked us to stay away, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The vendor's own code (`ErrorServerBusy`, `INVALID_FIELD`, `HTTP 503`): a constant of theirs, never a message. */
  readonly vendorCode?: string;
  /** Names of fields or objects (schema words, not values) that the failure is about. */
  readonly fields?: readonly string[];
}

/** The only error that leaves a connector. `cause` is for debuggers and is never logged. */
export class RemoteFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, cause?: unknown) {
    super(failure.vendorCode === undefined ? failure.code : `${failure.code} (${failure.vendorCode})`, {
      cause,
    });
    this.name = 'RemoteFailure';
    this.failure = failure;
  }
}

/** Builds a failure; its kind comes from the catalogue, so that code and kind can never disagree. */
export function failure(code: FailureCode, details: Omit<Failure, 'code' | 'kind'> = {}): Failure {
  return { code, kind: catalogue[code].kind, ...details };
}

/** What a kind of failure means for the run and for the mailbox. */
export interface Disposition {
  /** `item`: parks one item and the run goes on; `run`: ends the run. */
  readonly ends: 'item' | 'feed' | 'run';
  /** What the mailbox's counters make of it: R8, R9. `final` asks for re-authorisation at once. */
  readonly counts: 'rejection' | 'final' | 'failure' | 'nothing';
  /** Whether the same call may be repeated inside a run, with back-off. */
  readonly repeats: boolean;
}

export const dispositions: Readonly<Record<FailureKind, Disposition>> = {
  // Repeating a refused password locks accounts (Entra 50053, Active Directory lock-out): never inside a run.
  'credentials-rejected': { ends: 'run', counts: 'rejection', repeats: false },
  'authorization-revoked': { ends: 'run', counts: 'final', repeats: false },
  'permission-missing': { ends: 'run', counts: 'rejection', repeats: false },
  'mailbox-unavailable': { ends: 'run', counts: 'rejection', repeats: false },
  throttled: { ends: 'run', counts: 'nothing', repeats: false },
  transient: { ends: 'run', counts: 'failure', repeats: true },
  'cursor-expired': { ends: 'feed', counts: 'nothing', repeats: false },
  'bad-item': { ends: 'item', counts: 'nothing', repeats: false },
  'request-invalid': { ends: 'run', counts: 'failure', repeats: false },
  'quota-or-licence': { ends: 'run', counts: 'nothing', repeats: false },
  unreachable: { ends: 'run', counts: 'failure', repeats: true },
};

/** What follows from a failure. Total: every kind has its row. */
export function dispositionOf(of: Failure): Disposition {
  const row = dispositions[of.kind];
  // Only the mail server's refusals count towards the six (R9); Salesforce refusing a field or app is an ordinary failure.
  return row.counts === 'rejection' && catalogue[of.code].side !== 'mailbox'
    ? { ...row, counts: 'failure' }
    : row;
}
