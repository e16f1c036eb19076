/**
 * When a mailbox is late (N3): a dead-man's check that asks nothing of the runs but when the last one went through. Pure; who looks, and who is told,
 * is elsewhere.
 */
import { type Instant, MINUTE } from './clock.ts';
import { type MailboxState, runsInState } from './mailbox-state.ts';
import { type ApiGuard, guardWaitMs, intervalOf, PROBE_INTERVAL_MS, type Rhythm } from './schedule.ts';

/** Intervals that may pass without a good run, and what is added for a run's own length and a busy worker. */
const INTERVALS = 2;
const SLACK_MS = 15 * MINUTE;

export interface LateFacts {
  readonly state: MailboxState;
  /** When it came into its state; for an active mailbox since when runs can be expected. */
  readonly stateAt: Instant;
  /** When the newest run that went through ended, one that only used its budget up included; null when none ever did. */
  readonly lastSuccessAt: Instant | null;
  /** From run to run while active. */
  readonly intervalMs: number;
}

/**
 * From run to run as it can be expected now: by the license, after quiet times, and while the CRM's allowance is held back; that ends with a good run
 * and not with the clock.
 */
export function expectedIntervalMs(rhythm: Rhythm, quietRuns: number, guard: ApiGuard): number {
  return guard.step > 0 ? guardWaitMs(guard.step) : intervalOf(rhythm, quietRuns);
}

/** Since when the last success is counted, and the instant from which the mailbox is late; null where no run is expected. */
export function latenessOf(facts: LateFacts): { readonly since: Instant; readonly lateAt: Instant } | null {
  const { state, stateAt, lastSuccessAt, intervalMs } = facts;
  const rhythm = runsInState[state];
  if (rhythm === 'never') return null;
  // A mailbox that was switched on again is given time anew; one that was suspended has been without success since before.
  const since =
    rhythm === 'regularly' ? Math.max(stateAt, lastSuccessAt ?? stateAt) : (lastSuccessAt ?? stateAt);
  const rhythmMs = rhythm === 'regularly' ? intervalMs : PROBE_INTERVAL_MS;
  return { since, lateAt: since + INTERVALS * rhythmMs + SLACK_MS };
}

/** Whether the last success is older than the interval allows. */
export function isLate(facts: LateFacts, now: Instant): boolean {
  const lateness = latenessOf(facts);
  return lateness !== null && now >= lateness.lateAt;
}
