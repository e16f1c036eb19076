import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, defaultBackoff } from './backoff.ts';
import { MINUTE } from './clock.ts';
import { failure } from './failure.ts';
import { nextRun, PROBE_INTERVAL_MS, RUN_INTERVAL_MS } from './schedule.ts';

const half = { next: () => 0.5 };
const done = { startedAt: 1_000, endedAt: 4_000, outcome: { kind: 'done' }, trigger: 'schedule' } as const;

test('runs start 30 minutes apart, from start to start', () => {
  expect(nextRun('active', done, RUN_INTERVAL_MS, half)).toEqual({
    dueAt: 1_000 + 30 * MINUTE,
    lane: 'fresh',
  });
});

test('a suspended mailbox is probed every few hours, and other states do not run', () => {
  expect(nextRun('suspended', done, RUN_INTERVAL_MS, half)?.dueAt).toBe(1_000 + PROBE_INTERVAL_MS);
  expect(nextRun('paused', done, RUN_INTERVAL_MS, half)).toBeNull();
});

test('a used-up budget goes on at once, behind fresh mail', () => {
  expect(nextRun('active', { ...done, outcome: { kind: 'more' } }, RUN_INTERVAL_MS, half)?.lane).toBe(
    'back-fill',
  );
});

test('the wait that a service asks for is obeyed, with jitter on top', () => {
  const outcome = {
    kind: 'failed',
    failure: failure('mailbox.throttled', { retryAfterMs: 60 * MINUTE }),
  } as const;
  expect(nextRun('active', { ...done, outcome }, RUN_INTERVAL_MS, half)?.dueAt).toBe(
    4_000 + 60 * MINUTE + MINUTE / 2,
  );
});

test('mailboxes switched on together are spread over the second half of an interval, never later than it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
      const next = nextRun('active', { ...done, trigger: 'activation' }, RUN_INTERVAL_MS, {
        next: () => chance,
      });
      expect(next?.dueAt).toBeGreaterThanOrEqual(1_000 + RUN_INTERVAL_MS / 2);
      expect(next?.dueAt).toBeLessThanOrEqual(1_000 + RUN_INTERVAL_MS);
    }),
  );
});

test('back-off stays between what the service asked for and the ceiling above it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 10_000 }),
      (attempt, chance, retryAfterMs) => {
        const wait = backoffMs(attempt, { next: () => chance }, defaultBackoff, retryAfterMs);
        expect(wait).toBeGreaterThanOrEqual(retryAfterMs);
        expect(wait).toBeLessThan(retryAfterMs + defaultBackoff.ceilingMs + 1);
      },
    ),
  );
});
