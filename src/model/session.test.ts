/** Rules of sessions: when one has rested for too long, how seldom its use is written, and what of the CRM's words ends it. */
import { describe, expect, it } from 'vitest';
import { catalogue, type FailureCode } from './catalogue.ts';
import { HOUR, MINUTE } from './clock.ts';
import { defaultSessionLimits, endedByCrm, judgeUse, NOTED_EVERY_MS } from './session.ts';

const { idleMs, consoleIdleMs } = defaultSessionLimits;
const at = 1_000 * HOUR;
const uses = { usedAt: at, consoleAt: at };
const judged = (after: number, more: { console?: boolean; attended?: boolean } = {}) =>
  judgeUse(uses, { now: at + after, console: false, attended: true, ...more }, defaultSessionLimits);

describe('a session', () => {
  it('rests for four hours at most, and half an hour for the console', () => {
    expect([idleMs, consoleIdleMs]).toEqual([4 * HOUR, 30 * MINUTE]);
    expect([judged(idleMs - 1), judged(idleMs)]).toEqual(['note', 'rested']);
    const inConsole = { console: true };
    expect([judged(consoleIdleMs - 1, inConsole), judged(consoleIdleMs, inConsole)]).toEqual([
      'note',
      'rested',
    ]);
  });

  it('is not used by a page that nobody is at', () => {
    expect(judged(idleMs - 1, { attended: false })).toBe('good');
    expect(judged(idleMs, { attended: false })).toBe('rested');
  });

  it('is written down as used once in five minutes, for the console by itself', () => {
    expect([judged(NOTED_EVERY_MS - 1), judged(NOTED_EVERY_MS)]).toEqual(['good', 'note']);
    const now = at + NOTED_EVERY_MS;
    const elsewhere = { usedAt: now, consoleAt: at };
    expect(judgeUse(elsewhere, { now, console: false, attended: true }, defaultSessionLimits)).toBe('good');
    expect(judgeUse(elsewhere, { now, console: true, attended: true }, defaultSessionLimits)).toBe('note');
  });
});

it('ends by the CRM’s word about the person and by no other', () => {
  const codes = Object.keys(catalogue) as FailureCode[];
  expect(codes.filter((code) => endedByCrm(code) === 'all')).toEqual(['crm.user-inactive']);
  expect(codes.filter((code) => endedByCrm(code) === 'full')).toEqual(['crm.app-not-allowed']);
});
