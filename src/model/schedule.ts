/**
 * When a mailbox is due next. Pure: the present, chance and the last outcome are arguments. The interval runs from start to start,
 * so that mailboxes once spread stay spread.
 */
import { DAY, HOUR, type Instant, MINUTE, type Random, SECOND } from './clock.ts';
import type { MailboxState } from './mailbox-state.ts';
import { runsInState } from './mailbox-state.ts';
import type { RunOutcome, RunTrigger } from './run.ts';

/** From run to run (R1). */
export const RUN_INTERVAL_MS = 30 * MINUTE;
/** From probe to probe while suspended (R8). */
export const PROBE_INTERVAL_MS = 3 * HOUR;
/** Between two runs that somebody asked for (R2). */
export const SYNC_NOW_INTERVAL_MS = 1 * MINUTE;
/** Before a run goes on whose budget was used up: the back-fill lane. */
export const MORE_AFTER_MS = 5 * SECOND;
/** The longest wait that a service may ask for. */
const RETRY_AFTER_MAX_MS = 1 * DAY;

/** `fresh` goes before `back-fill` whenever workers are scarce (E6). */
export type Lane = 'fresh' | 'back-fill';

export interface NextRun {
  readonly dueAt: Instant;
  readonly lane: Lane;
  /** A failure's waiting time: no hint brings the run before it. Absent: nothing forbids it. */
  readonly heldUntil?: Instant;
}

/** The next due time after a run; null where the state allows no runs. */
export function nextRun(
  state: MailboxState,
  run: {
    readonly startedAt: Instant;
    readonly endedAt: Instant;
    readonly outcome: RunOutcome;
    readonly trigger: RunTrigger;
  },
  intervalMs: number,
  random: Random,
): NextRun | null {
  const rhythm = runsInState[state];
  if (rhythm === 'never') return null;
  const { outcome, startedAt, endedAt } = run;
  if (outcome.kind === 'more') return { dueAt: endedAt + MORE_AFTER_MS, lane: 'back-fill' };
  const regular =
    startedAt + (rhythm === 'probe' ? PROBE_INTERVAL_MS : regularWaitMs(run.trigger, intervalMs, random));
  const dueAt = Math.max(regular, endedAt + MORE_AFTER_MS);
  if (outcome.kind !== 'failed') return { dueAt, lane: 'fresh' };
  // Hints must neither shorten a wait that a service asked for, nor make refusals follow each other faster (R9).
  if (outcome.failure.retryAfterMs === undefined) return { dueAt, lane: 'fresh', heldUntil: dueAt };
  const asked = endedAt + Math.min(outcome.failure.retryAfterMs, RETRY_AFTER_MAX_MS);
  // Jitter only where we were told to wait: everybody was told at the same moment.
  const askedAt = Math.max(dueAt, asked) + Math.floor(random.next() * MINUTE);
  return { dueAt: askedAt, lane: 'fresh', heldUntil: askedAt };
}

/**
 * One interval; after an activation somewhere in its second half, so that mailboxes which were switched on together, and keep the rhythm
 * of their starts, do not start together for ever.
 */
function regularWaitMs(trigger: RunTrigger, intervalMs: number, random: Random): number {
  return trigger === 'activation' ? Math.floor(intervalMs * (0.5 + random.next() / 2)) : intervalMs;
}
