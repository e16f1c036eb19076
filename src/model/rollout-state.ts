/**
 * The states of a roll-out and what moves them (M8): one typed table, and nothing outside it changes a state. The stored write is
 * `update ... where state = $from`, so that a worker and an admin can never both win. Described in docs/state-machines.md.
 */

export const rolloutStates = ['checking', 'checked', 'running', 'halted', 'done', 'cancelled'] as const;
export type RolloutState = (typeof rolloutStates)[number];

/** What an admin can ask for. */
export const rolloutActs = ['check', 'start', 'halt', 'resume', 'cancel'] as const;
export type RolloutAct = (typeof rolloutActs)[number];

/** `checked`: the pre-flight has looked at everybody. `failed-often`: a wave had more failures than it may. `finished`: its last wave is over. */
export const rolloutEvents = [...rolloutActs, 'checked', 'failed-often', 'finished'] as const;
export type RolloutEvent = (typeof rolloutEvents)[number];

/** `ignored`: happens rightly and changes nothing. `impossible`: an admin is told that it cannot be done now. */
type Cell = RolloutState | 'ignored' | 'impossible';

const table: Readonly<Record<RolloutState, Readonly<Record<RolloutEvent, Cell>>>> = {
  checking: {
    check: 'ignored',
    start: 'impossible',
    halt: 'impossible',
    resume: 'impossible',
    cancel: 'cancelled',
    checked: 'checked',
    'failed-often': 'ignored',
    finished: 'ignored',
  },
  checked: {
    check: 'checking',
    start: 'running',
    halt: 'impossible',
    resume: 'impossible',
    cancel: 'cancelled',
    checked: 'ignored',
    'failed-often': 'ignored',
    finished: 'ignored',
  },
  running: {
    check: 'impossible',
    start: 'ignored',
    halt: 'halted',
    resume: 'ignored',
    cancel: 'cancelled',
    checked: 'ignored',
    'failed-often': 'halted',
    finished: 'done',
  },
  halted: {
    // Looks at everybody anew who was not switched on; its start then goes on where it halted.
    check: 'checking',
    start: 'impossible',
    halt: 'ignored',
    resume: 'running',
    cancel: 'cancelled',
    checked: 'ignored',
    // A worker that saw the failures at the moment in which an admin halted: the halt stands.
    'failed-often': 'ignored',
    finished: 'ignored',
  },
  done: {
    check: 'impossible',
    start: 'impossible',
    halt: 'impossible',
    resume: 'impossible',
    cancel: 'impossible',
    checked: 'ignored',
    'failed-often': 'ignored',
    finished: 'ignored',
  },
  cancelled: {
    check: 'impossible',
    start: 'impossible',
    halt: 'impossible',
    resume: 'impossible',
    cancel: 'ignored',
    checked: 'ignored',
    'failed-often': 'ignored',
    finished: 'ignored',
  },
};

/** What an event makes of a state. Total: every pair has its cell. */
export function nextRolloutState(state: RolloutState, event: RolloutEvent): Cell {
  return table[state][event];
}

/** What a worker does with a roll-out in this state. */
export const workInState: Readonly<Record<RolloutState, 'checks' | 'activates' | 'nothing'>> = {
  checking: 'checks',
  checked: 'nothing',
  running: 'activates',
  halted: 'nothing',
  done: 'nothing',
  cancelled: 'nothing',
};

/** What an admin can do now, as buttons show it. */
export function actsIn(state: RolloutState): readonly RolloutAct[] {
  return rolloutActs.filter((act) => {
    const to = nextRolloutState(state, act);
    return to !== 'ignored' && to !== 'impossible';
  });
}
