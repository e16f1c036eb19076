import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, defaultBackoff } from './backoff.ts';
import { HOUR, MINUTE } from './clock.ts';
import { failure } from './failure.ts';
import type { MailboxId } from './ids.ts';
import {
  type ApiGuard,
  defaultRhythm,
  intervalOf,
  isShareUsed,
  nextRun,
  PROBE_INTERVAL_MS,
  phaseOf,
  quietRunsAfter,
  RUN_INTERVAL_MS,
  runAfterGuard,
  tightenGuard,
} from './schedule.ts';

function seeded(seed: number) {
  let state = seed;
  // Lehmer's generator: enough to spread some hundred moments.
  return {
    next: () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    },
  };
}

const half = { next: () => 0.5 };
/** A run that started at its mailbox's own moment. */
const done = {
  startedAt: 1_000,
  endedAt: 4_000,
  outcome: { kind: 'done' },
  trigger: 'schedule',
  phase: 1_000 / RUN_INTERVAL_MS,
} as const;

test('runs start 30 minutes apart, from start to start', () => {
  expect(nextRun('active', done, RUN_INTERVAL_MS, half)).toEqual({
    dueAt: 1_000 + 30 * MINUTE,
    lane: 'fresh',
  });
});

test('mailboxes that start together go apart within hours, none waits longer than its interval, and each keeps its own moment', () => {
  const random = seeded(20_261_128);
  const phases = Array.from({ length: 600 }, () => random.next());
  let starts = phases.map(() => 0);
  for (let round = 0; round < 12; round += 1) {
    const before = starts;
    starts = starts.map((startedAt, at) => {
      const run = { ...done, startedAt, endedAt: startedAt, phase: phases[at] ?? 0 };
      return nextRun('active', run, RUN_INTERVAL_MS, half)?.dueAt ?? Number.NaN;
    });
    for (const [at, startedAt] of starts.entries()) {
      const waited = startedAt - (before[at] ?? 0);
      expect(waited).toBeLessThanOrEqual(RUN_INTERVAL_MS);
      expect(waited).toBeGreaterThanOrEqual(0.9 * RUN_INTERVAL_MS);
    }
  }
  const moments = starts.map((at) => (at % RUN_INTERVAL_MS) / RUN_INTERVAL_MS);
  for (const [at, moment] of moments.entries()) expect(moment).toBeCloseTo(phases[at] ?? 0, 5);
  const perMinute = Array.from({ length: 30 }, (_, minute) =>
    moments.filter((moment) => Math.floor(moment * 30) === minute),
  );
  expect(Math.max(...perMinute.map((some) => some.length))).toBeLessThan(40);
});

test('the moment of a mailbox comes from the end of its id', () => {
  expect(phaseOf('0195d9a0-0000-7000-8000-000080000000' as MailboxId)).toBe(0.5);
  expect(phaseOf('0195d9a0-0000-7000-8000-0000ffffffff' as MailboxId)).toBeLessThan(1);
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

test('an adaptive rhythm grows to four times its interval while nothing changes; a fixed one never does', () => {
  const adaptive = { intervalMs: 30 * MINUTE, pattern: 'adaptive' } as const;
  expect([0, 1, 2, 3, 99].map((quiet) => intervalOf(adaptive, quiet) / MINUTE)).toEqual([
    30, 60, 120, 120, 120,
  ]);
  expect(intervalOf(defaultRhythm, 99)).toBe(30 * MINUTE);
});

test('quiet runs are counted as long as they come to their end, and any change begins anew', () => {
  const quiet = { outcome: { kind: 'done' }, changed: false } as const;
  expect(quietRunsAfter(0, quiet)).toBe(1);
  expect(quietRunsAfter(2, quiet)).toBe(2);
  expect(quietRunsAfter(2, { ...quiet, changed: true })).toBe(0);
  const failed = { kind: 'failed', failure: failure('mailbox.unreachable') } as const;
  expect(quietRunsAfter(1, { outcome: failed, changed: false })).toBe(1);
});

test('the guard waits 2.5, 4.5, then 6.5 hours, and counts runs that end together once', () => {
  let guard: ApiGuard = { step: 0, until: null };
  const waits: number[] = [];
  for (let now = 0; waits.length < 4; now = guard.until ?? 0) {
    const held = tightenGuard(guard, now);
    expect(tightenGuard(held, now + 1)).toEqual(held);
    waits.push((held.until - now) / HOUR);
    guard = held;
  }
  expect(waits).toEqual([2.5, 4.5, 6.5, 6.5]);
});

test('the share of an allowance is used from its limit on; an unknown allowance holds nothing back', () => {
  expect(isShareUsed({ used: 79, max: 100 }, 0.8)).toBe(false);
  expect(isShareUsed({ used: 80, max: 100 }, 0.8)).toBe(true);
  expect(isShareUsed(null, 0.8)).toBe(false);
});

test('nobody of a guarded organization comes back before the guard ends, and they do not all come at once', () => {
  expect(runAfterGuard(1_000, { next: () => 0 })).toEqual({ dueAt: 1_000, lane: 'fresh', heldUntil: 1_000 });
  expect(runAfterGuard(1_000, half).dueAt).toBe(1_000 + 2.5 * MINUTE);
});
