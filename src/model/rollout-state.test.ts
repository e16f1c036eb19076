import { expect, test } from 'vitest';
import { actsIn, nextRolloutState, rolloutEvents, rolloutStates, workInState } from './rollout-state.ts';

test('every state and event has a cell that names a state or a refusal', () => {
  const allowed = new Set<string>([...rolloutStates, 'ignored', 'impossible']);
  const cells = rolloutStates.flatMap((state) =>
    rolloutEvents.map((event) => nextRolloutState(state, event)),
  );
  expect(cells).toHaveLength(rolloutStates.length * rolloutEvents.length);
  expect(cells.every((cell) => allowed.has(cell))).toBe(true);
});

test('what a worker reports is never refused, and moves only what it worked on', () => {
  const reports = ['checked', 'failed-often', 'finished'] as const;
  for (const state of rolloutStates)
    for (const report of reports) expect(nextRolloutState(state, report)).not.toBe('impossible');
  expect(
    rolloutStates.filter((state) => reports.some((report) => nextRolloutState(state, report) !== 'ignored')),
  ).toEqual(['checking', 'running']);
  expect(rolloutStates.filter((state) => workInState[state] !== 'nothing')).toEqual(['checking', 'running']);
});

test('nothing is switched on before somebody starts it, and nothing after a halt or a cancel until he resumes', () => {
  const into = rolloutStates.flatMap((state) =>
    rolloutEvents.flatMap((event) =>
      nextRolloutState(state, event) === 'running' ? [`${state} ${event}`] : [],
    ),
  );
  expect(into).toEqual(['checked start', 'halted resume']);
});

test('what is over stays over', () => {
  for (const state of ['done', 'cancelled'] as const) {
    expect(actsIn(state)).toEqual([]);
    for (const event of rolloutEvents)
      expect(['ignored', 'impossible']).toContain(nextRolloutState(state, event));
  }
});

test('an act repeated is no refusal', () => {
  for (const state of rolloutStates)
    for (const act of actsIn(state)) {
      const after = nextRolloutState(state, act);
      if (after === 'ignored' || after === 'impossible')
        throw new Error('an act that may be done does nothing');
      expect(nextRolloutState(after, act)).toBe('ignored');
    }
});

test('an admin is offered exactly what moves the roll-out', () => {
  expect(Object.fromEntries(rolloutStates.map((state) => [state, actsIn(state)]))).toEqual({
    checking: ['cancel'],
    checked: ['check', 'start', 'cancel'],
    running: ['halt', 'cancel'],
    halted: ['check', 'resume', 'cancel'],
    done: [],
    cancelled: [],
  });
});
