import { describe, expect, test } from 'vitest';
import { judgeNotice, type NoticeFacts } from './judge-notice.ts';

const STOP = 1_000;
const stopped: NoticeFacts = {
  state: 'authorization-required',
  stateAt: STOP,
  isLate: false,
  stopTold: true,
  stopInHand: false,
};

describe('a notice whose time has come', () => {
  test.each(['stopped', 'reminder'] as const)(
    '%s is sent while its own stop lasts, and no longer',
    (kind) => {
      const notice = { kind, aboutAt: STOP };
      expect(judgeNotice(notice, stopped)).toBe('send');
      expect(judgeNotice(notice, { ...stopped, state: 'suspended' })).toBe('send');
      expect(judgeNotice(notice, { ...stopped, stateAt: STOP + 1 })).toBe('drop');
      expect(judgeNotice(notice, { ...stopped, state: 'active' })).toBe('drop');
      expect(judgeNotice(notice, { ...stopped, state: 'paused' })).toBe('drop');
    },
  );

  test('recovery is told to those who were told of the stop', () => {
    const notice = { kind: 'recovered', aboutAt: STOP } as const;
    const active = { ...stopped, state: 'active' } as const;
    expect(judgeNotice(notice, active)).toBe('send');
    expect(judgeNotice(notice, { ...active, stopTold: false })).toBe('drop');
    expect(judgeNotice(notice, { ...active, stopTold: false, stopInHand: true })).toBe('wait');
    expect(judgeNotice(notice, { ...active, state: 'deactivated' })).toBe('drop');
  });

  test('lateness is told while it lasts, and not of a mailbox whose stop is told', () => {
    const notice = { kind: 'late', aboutAt: STOP } as const;
    expect(judgeNotice(notice, { ...stopped, state: 'active', isLate: true })).toBe('send');
    expect(judgeNotice(notice, { ...stopped, state: 'active' })).toBe('drop');
    expect(judgeNotice(notice, { ...stopped, state: 'suspended', isLate: true })).toBe('drop');
  });
});
