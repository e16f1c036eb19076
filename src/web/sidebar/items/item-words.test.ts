import { expect, test } from 'vitest';
import { sayItemTime } from './item-words.ts';

test('a time is told by day and hour, whole days as days, whatever the zone', () => {
  expect(sayItemTime('2026-11-27/2026-11-28')).toBe('Fri, 27 Nov 2026');
  expect(sayItemTime('2026-11-27/2026-11-30')).toBe('Fri, 27 Nov 2026 to Sun, 29 Nov 2026');
  expect(sayItemTime('2026-02-01')).toBe('Sun, 1 Feb 2026');
  expect(sayItemTime('2026-11-27T12:00:00Z/2026-11-27T13:00:00Z')).toMatch(/2[678] Nov 2026.*\d\d:\d\d/);
  expect(sayItemTime(null)).toBe('');
  expect(sayItemTime('odd')).toBe('');
});
