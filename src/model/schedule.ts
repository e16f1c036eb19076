/**
 * When a mailbox is due next. Pure: the present, chance and the last outcome are arguments. The interval runs from start to start, so that mailboxes once
 * spread stay spread; those that start together go apart.
 */
import { DAY, HOUR, type Instant, MINUTE, type Random, SECOND } from './clock.ts';
import type { ApiUsage } from './connector.ts';
import type { MailboxId } from './ids.ts';
import type { MailboxState } from './mailbox-state.ts';
import { runsInState } from './mailbox-state.ts';
import type { RunOutcome, RunTrigger } from './run.ts';

/** From run to run (R1). */
export const RUN_INTERVAL_MS = 30 * MINUTE;
/** From probe to probe while suspended (R8). */
export const PROBE_INTERVAL_MS = 3 * HOUR;
/** What a license says of the rhythm; nobody else chooses it (R1). */
export interface Rhythm {
  readonly intervalMs: number;
  /** `adaptive`: twice, then four times the interval while nothing changes, and back at any change. */
  readonly pattern: 'fixed' | 'adaptive';
}

/** Without a license. */
export const defaultRhythm: Rhythm = { intervalMs: RUN_INTERVAL_MS, pattern: 'fixed' };

/** How far the interval of an adaptive rhythm grows, by runs in a row that found nothing changed. */
const GROWTH = [1, 2, 4] as const;

/** From run to run, after so many runs in a row that found nothing changed. */
export function intervalOf({ intervalMs, pattern }: Rhythm, quietRuns: number): number {
  if (pattern === 'fixed') return intervalMs;
  return intervalMs * (GROWTH[Math.min(Math.max(quietRuns, 0), GROWTH.length - 1)] ?? 1);
}

/** The count of quiet runs after one more. A run that failed or was cut short says nothing of what changed. */
export function quietRunsAfter(
  before: number,
  run: { readonly outcome: RunOutcome; readonly changed: boolean },
) {
  if (run.changed) return 0;
  return run.outcome.kind === 'done' ? Math.min(before + 1, GROWTH.length - 1) : before;
}

/** How long an organization's runs stay away after its share of the API allowance was used up, by how often in a row it was (R11). */
const GUARD_WAITS_MS = [2.5 * HOUR, 4.5 * HOUR, 6.5 * HOUR] as const;
/** Afterwards they do not all come back in one moment; the first of them finds out for the others. */
const GUARD_SPREAD_MS = 5 * MINUTE;

/** What is remembered of an organization's API allowance. */
export interface ApiGuard {
  /** How often in a row the share was found used up; 0: not. */
  readonly step: number;
  /** No run of the organization before; null: none was held. */
  readonly until: Instant | null;
}

/** The guard after a run met the used-up share. While somebody else's finding still holds, it stands. */
export function tightenGuard(
  guard: ApiGuard,
  now: Instant,
): { readonly step: number; readonly until: Instant } {
  if (guard.until !== null && guard.until > now) return { step: guard.step, until: guard.until };
  const step = Math.min(guard.step + 1, GUARD_WAITS_MS.length);
  return { step, until: now + guardWaitMs(step) };
}

/** How long one step waits. */
export function guardWaitMs(step: number): number {
  return GUARD_WAITS_MS[Math.min(Math.max(step, 1), GUARD_WAITS_MS.length) - 1] ?? GUARD_WAITS_MS[0];
}

/** When a mailbox of a guarded organization runs next; no hint and nobody brings it forward. */
export function runAfterGuard(until: Instant, random: Random): NextRun {
  const dueAt = until + Math.floor(random.next() * GUARD_SPREAD_MS);
  return { dueAt, lane: 'fresh', heldUntil: dueAt };
}

/** Whether so much of the allowance is used that runs must end. */
export function isShareUsed(usage: ApiUsage | null, shareMax: number): boolean {
  return usage !== null && usage.max > 0 && usage.used >= usage.max * shareMax;
}

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

/** By how much of its interval a mailbox comes earlier, at most, while it is on the way to its own moment. */
const DRIFT_MAX = 0.1;

/** A mailbox's own moment in every interval, in [0, 1): the random end of its id. */
export function phaseOf(mailboxId: MailboxId): number {
  return Number.parseInt(mailboxId.slice(-8), 16) / 2 ** 32;
}

/** The next due time after a run; null where the state allows no runs. `phase`: the mailbox's own moment (`phaseOf`). */
export function nextRun(
  state: MailboxState,
  run: {
    readonly startedAt: Instant;
    readonly endedAt: Instant;
    readonly outcome: RunOutcome;
    readonly trigger: RunTrigger;
    readonly phase: number;
  },
  intervalMs: number,
  random: Random,
): NextRun | null {
  const rhythm = runsInState[state];
  if (rhythm === 'never') return null;
  const { outcome, startedAt, endedAt } = run;
  if (outcome.kind === 'more') return { dueAt: endedAt + MORE_AFTER_MS, lane: 'back-fill' };
  const regular = rhythm === 'probe' ? startedAt + PROBE_INTERVAL_MS : regularAt(run, intervalMs, random);
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
 * One interval after the start; after an activation somewhere in its second half. Mailboxes that came to start together, by whatever it was (a standstill,
 * an allowance that came back), go apart again: each comes a little earlier every time, until it starts at its own moment, where it stays. Never later than an
 * interval, and a tenth more runs at most meanwhile.
 */
function regularAt(
  { startedAt, trigger, phase }: { startedAt: Instant; trigger: RunTrigger; phase: number },
  intervalMs: number,
  random: Random,
): Instant {
  if (trigger === 'activation') return startedAt + Math.floor(intervalMs * (0.5 + random.next() / 2));
  const latest = startedAt + intervalMs;
  const pastOwnMoment = (latest - Math.floor(phase * intervalMs)) % intervalMs;
  return latest - Math.min(pastOwnMoment, Math.floor(DRIFT_MAX * intervalMs));
}
