import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from './clock.ts';
import { isLate, latenessOf } from './late.ts';
import { mailboxStates } from './mailbox-state.ts';

const NOON = 1_767_614_400_000;
const active = {
  state: 'active',
  stateAt: NOON - 240 * HOUR,
  lastSuccessAt: NOON,
  intervalMs: 30 * MINUTE,
} as const;

describe('lateness', () => {
  test('an active mailbox is late after two of its intervals and a quarter of an hour', () => {
    expect(isLate(active, NOON + 75 * MINUTE - 1)).toBe(false);
    expect(isLate(active, NOON + 75 * MINUTE)).toBe(true);
    expect(isLate({ ...active, intervalMs: 2 * HOUR }, NOON + 4 * HOUR)).toBe(false);
    expect(isLate({ ...active, intervalMs: 2 * HOUR }, NOON + 255 * MINUTE)).toBe(true);
  });

  test('one that never had a good run is counted from its activation', () => {
    const fresh = { ...active, stateAt: NOON, lastSuccessAt: null };
    expect(isLate(fresh, NOON + 74 * MINUTE)).toBe(false);
    expect(isLate(fresh, NOON + 75 * MINUTE)).toBe(true);
  });

  test('one that was paused for weeks is not late at the moment in which it is resumed', () => {
    const resumed = { ...active, stateAt: NOON, lastSuccessAt: NOON - 500 * HOUR };
    expect(isLate(resumed, NOON)).toBe(false);
    expect(latenessOf(resumed)?.since).toBe(NOON);
  });

  test('a suspended one goes by the rhythm of its probes, from its last good run', () => {
    const suspended = { ...active, state: 'suspended', stateAt: NOON + 5 * HOUR } as const;
    expect(isLate(suspended, NOON + 6 * HOUR)).toBe(false);
    expect(isLate(suspended, NOON + 6 * HOUR + 15 * MINUTE)).toBe(true);
  });

  test('where no run is expected, none is late', () => {
    const never = mailboxStates.filter((state) => !isLate({ ...active, state }, NOON + 9_000 * HOUR));
    expect(never).toEqual(['not-activated', 'paused', 'authorization-required', 'deactivated']);
  });
});
