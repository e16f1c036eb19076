import { expect, test } from 'vitest';
import { failure } from './failure.ts';
import {
  activationEvent,
  afterRun,
  FAILURES_MAX,
  mailboxEvents,
  mailboxStates,
  nextMailboxState,
  noStreak,
  REJECTIONS_MAX,
  type RunStreak,
  runsInState,
} from './mailbox-state.ts';

test('every state and event has a cell that names a state or a refusal', () => {
  const allowed = new Set<string>([...mailboxStates, 'ignored', 'impossible']);
  const cells = mailboxStates.flatMap((state) =>
    mailboxEvents.map((event) => nextMailboxState(state, event)),
  );
  expect(cells).toHaveLength(mailboxStates.length * mailboxEvents.length);
  expect(cells.every((cell) => allowed.has(cell))).toBe(true);
});

test('activation leads to active from every state', () => {
  for (const state of mailboxStates) expect(nextMailboxState(state, 'activate')).toBe('active');
});

test('only active and suspended mailboxes run', () => {
  expect(mailboxStates.filter((state) => runsInState[state] !== 'never')).toEqual(['active', 'suspended']);
});

test('the sixth rejection in a row asks for re-authorisation, the fifth does not', () => {
  const rejected = { kind: 'failed', failure: failure('mailbox.credentials-rejected') } as const;
  let streak: RunStreak = noStreak;
  for (let attempt = 1; attempt <= REJECTIONS_MAX; attempt += 1) {
    const after = afterRun('active', streak, rejected);
    expect(after.event).toBe(attempt < REJECTIONS_MAX ? null : 'refused');
    streak = after.streak;
  }
});

test('one success starts the count of rejections anew', () => {
  const after = afterRun('active', { rejections: 5, failures: 3 }, { kind: 'done' });
  expect(after).toEqual({ streak: noStreak, event: null });
});

test('a revoked authorisation asks at once', () => {
  const after = afterRun('active', noStreak, {
    kind: 'failed',
    failure: failure('crm.authorization-revoked'),
  });
  expect(after.event).toBe('refused');
});

test('a mailbox that is reached through an access is suspended where another is asked to authorise again', () => {
  const outcomes = [failure('mailbox.impersonation-denied'), failure('crm.app-not-allowed')] as const;
  const [rejected, final] = outcomes.map((of) => ({ kind: 'failed', failure: of }) as const);
  if (rejected === undefined || final === undefined) throw new Error('there are two');
  expect(afterRun('active', { rejections: 4, failures: 0 }, rejected, true).event).toBeNull();
  expect(afterRun('active', { rejections: 5, failures: 0 }, rejected, true).event).toBe('access-lost');
  expect(afterRun('active', noStreak, final, true).event).toBe('access-lost');
  expect(afterRun('active', noStreak, final, false).event).toBe('refused');
  expect(nextMailboxState('active', 'access-lost')).toBe('suspended');
  for (const state of mailboxStates)
    if (state !== 'active') expect(nextMailboxState(state, 'access-lost')).toBe('ignored');
  expect(nextMailboxState('suspended', 'probe-succeeded')).toBe('active');
});

test('throttling and used-up allowances count as nothing, however often', () => {
  for (const code of ['mailbox.throttled', 'crm.throttled', 'crm.api-limit'] as const) {
    const after = afterRun(
      'active',
      { rejections: 5, failures: 9 },
      { kind: 'failed', failure: failure(code) },
    );
    expect(after).toEqual({ streak: { rejections: 5, failures: 9 }, event: null });
  }
});

test('the tenth failed run for another cause suspends, and a probe that succeeds heals', () => {
  const lost = { kind: 'failed', failure: failure('mailbox.unreachable') } as const;
  expect(afterRun('active', { rejections: 0, failures: FAILURES_MAX - 2 }, lost).event).toBeNull();
  expect(afterRun('active', { rejections: 0, failures: FAILURES_MAX - 1 }, lost).event).toBe('failed-often');
  expect(afterRun('suspended', { rejections: 0, failures: FAILURES_MAX }, { kind: 'done' }).event).toBe(
    'probe-succeeded',
  );
});

test('a refusal by Salesforce never counts as a rejection by the mail server', () => {
  const after = afterRun('active', noStreak, { kind: 'failed', failure: failure('crm.field-missing') });
  expect(after.streak).toEqual({ rejections: 0, failures: 1 });
});

test('access without a start begins nothing: what was never started waits, a pause stands, what ran goes on', () => {
  const moves = mailboxStates.map((state) => [
    state,
    nextMailboxState(state, activationEvent(state, { intent: 'activate', start: false })),
  ]);
  expect(Object.fromEntries(moves)).toEqual({
    'not-activated': 'ignored',
    active: 'active',
    paused: 'ignored',
    'authorization-required': 'active',
    suspended: 'active',
    deactivated: 'not-activated',
  });
});

test('a refresh renews, whatever it says of a start; only a mailbox that was switched off is switched on by it', () => {
  const wish = { intent: 'refresh', start: true } as const;
  expect(mailboxStates.filter((state) => activationEvent(state, wish) === 'activate')).toEqual([
    'deactivated',
  ]);
});

test('a pause ends by itself in paused alone', () => {
  expect(mailboxStates.filter((state) => nextMailboxState(state, 'pause-ended') === 'active')).toEqual([
    'paused',
  ]);
});
