/**
 * The states of a mailbox and what moves them (R8): one typed table, and nothing outside it changes a state. The stored write is
 * `update ... where state = $from`, so two movers can never both win. Described in docs/state-machines.md.
 *
 *   not-activated ──activate──▶ active ◀──resume / pause-ended / probe-succeeded / activate──┐
 *                                 │ ├─pause────────▶ paused ──────────────────────────────────┤
 *                                 │ ├─refused──────▶ authorization-required ─(activate only)──┤
 *                                 │ └─failed-often, access-lost─▶ suspended ──────────────────┘
 *                                 └─deactivate (from every state) ─▶ deactivated
 */
import { dispositionOf } from './failure.ts';
import type { RunOutcome } from './run.ts';

export type MailboxState =
  | 'not-activated'
  | 'active'
  | 'paused'
  | 'authorization-required'
  | 'suspended'
  | 'deactivated';

/**
 * `connect`: access was given and checked, and sync is not asked to start by it. `pause-ended`: the date came up to which somebody had paused.
 * `refused`: the sixth rejection in a row, or one final refusal. `failed-often`: the tenth failed run in a row for any other cause.
 * `access-lost`: an administrator's access no longer leads to the mailbox: nothing that its owner could type in again, and healed by a probe once the
 * permission is given back. `probe-succeeded`: a run in `suspended` went through.
 */
export type MailboxEvent =
  | 'activate'
  | 'connect'
  | 'pause'
  | 'resume'
  | 'pause-ended'
  | 'refused'
  | 'failed-often'
  | 'access-lost'
  | 'probe-succeeded'
  | 'deactivate';

export const mailboxStates = [
  'not-activated',
  'active',
  'paused',
  'authorization-required',
  'suspended',
  'deactivated',
] as const satisfies readonly MailboxState[];

export const mailboxEvents = [
  'activate',
  'connect',
  'pause',
  'resume',
  'pause-ended',
  'refused',
  'failed-often',
  'access-lost',
  'probe-succeeded',
  'deactivate',
] as const satisfies readonly MailboxEvent[];

/** `ignored`: happens rightly and changes nothing. `impossible`: a person is told why it cannot be done now. */
type Cell = MailboxState | 'ignored' | 'impossible';

const table: Readonly<Record<MailboxState, Readonly<Record<MailboxEvent, Cell>>>> = {
  'not-activated': {
    activate: 'active',
    connect: 'ignored',
    pause: 'impossible',
    resume: 'impossible',
    'pause-ended': 'ignored',
    refused: 'ignored',
    'failed-often': 'ignored',
    'access-lost': 'ignored',
    'probe-succeeded': 'ignored',
    // Connected and not started: the access is given back.
    deactivate: 'deactivated',
  },
  active: {
    // Re-activation at any time (A6): the same state, a new credential.
    activate: 'active',
    connect: 'active',
    pause: 'paused',
    resume: 'ignored',
    'pause-ended': 'ignored',
    refused: 'authorization-required',
    'failed-often': 'suspended',
    'access-lost': 'suspended',
    'probe-succeeded': 'ignored',
    deactivate: 'deactivated',
  },
  paused: {
    activate: 'active',
    // *Refresh* renews the account; the pause is the person's own and stands.
    connect: 'ignored',
    pause: 'ignored',
    resume: 'active',
    'pause-ended': 'active',
    // A run that was under way when somebody paused may still end badly: the pause stands.
    refused: 'ignored',
    'failed-often': 'ignored',
    'access-lost': 'ignored',
    'probe-succeeded': 'ignored',
    deactivate: 'deactivated',
  },
  'authorization-required': {
    activate: 'active',
    connect: 'active',
    pause: 'impossible',
    resume: 'impossible',
    'pause-ended': 'ignored',
    refused: 'ignored',
    'failed-often': 'ignored',
    'access-lost': 'ignored',
    'probe-succeeded': 'ignored',
    deactivate: 'deactivated',
  },
  suspended: {
    activate: 'active',
    connect: 'active',
    pause: 'paused',
    resume: 'active',
    'pause-ended': 'ignored',
    refused: 'authorization-required',
    'failed-often': 'ignored',
    'access-lost': 'ignored',
    'probe-succeeded': 'active',
    deactivate: 'deactivated',
  },
  deactivated: {
    activate: 'active',
    connect: 'not-activated',
    pause: 'impossible',
    resume: 'impossible',
    'pause-ended': 'ignored',
    refused: 'ignored',
    'failed-often': 'ignored',
    'access-lost': 'ignored',
    'probe-succeeded': 'ignored',
    deactivate: 'ignored',
  },
};

/** What an event makes of a state. Total: every pair has its cell. */
export function nextMailboxState(state: MailboxState, event: MailboxEvent): Cell {
  return table[state][event];
}

/**
 * The event that given access is. *Refresh* and access without a start renew what there is and begin nothing that was not begun; everything else
 * switches on.
 */
export function activationEvent(
  state: MailboxState,
  wish: { readonly intent: 'activate' | 'refresh' | 'change'; readonly start: boolean },
): 'activate' | 'connect' {
  const renews = wish.intent === 'refresh' && state !== 'deactivated';
  return wish.start && !renews ? 'activate' : 'connect';
}

/** Whether runs are started in this state: `probe` means every few hours, to see whether it has healed. */
export const runsInState: Readonly<Record<MailboxState, 'regularly' | 'probe' | 'never'>> = {
  'not-activated': 'never',
  active: 'regularly',
  paused: 'never',
  'authorization-required': 'never',
  suspended: 'probe',
  deactivated: 'never',
};

/** Rejections in a row that ask for re-authorisation (A5), and other failed runs in a row that suspend (R8). */
export const REJECTIONS_MAX = 6;
export const FAILURES_MAX = 10;

/** Consecutive bad runs; one good run sets both to zero. */
export interface RunStreak {
  readonly rejections: number;
  readonly failures: number;
}

export const noStreak: RunStreak = { rejections: 0, failures: 0 };

/**
 * What a run's outcome makes of the streak, and the event it causes, if any. Abandoned runs say nothing. `isLent`: the failing side is reached through an
 * administrator's access, so that re-authorisation by the owner is not what is missing.
 */
export function afterRun(
  state: MailboxState,
  streak: RunStreak,
  outcome: RunOutcome,
  isLent: boolean = false,
): { readonly streak: RunStreak; readonly event: MailboxEvent | null } {
  if (outcome.kind === 'abandoned') return { streak, event: null };
  if (outcome.kind !== 'failed') {
    return { streak: noStreak, event: state === 'suspended' ? 'probe-succeeded' : null };
  }
  const counts = dispositionOf(outcome.failure).counts;
  const refused = isLent ? 'access-lost' : 'refused';
  if (counts === 'final') return { streak, event: refused };
  if (counts === 'nothing') return { streak, event: null };
  if (counts === 'rejection') {
    const rejections = streak.rejections + 1;
    return { streak: { ...streak, rejections }, event: rejections >= REJECTIONS_MAX ? refused : null };
  }
  const failures = streak.failures + 1;
  // A lost network between two refusals is no success: the count of rejections stands (A5: only a success starts it anew).
  return { streak: { ...streak, failures }, event: failures >= FAILURES_MAX ? 'failed-often' : null };
}
