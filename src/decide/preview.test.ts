import { expect, test } from 'vitest';
import { DAY } from '../model/clock.ts';
import { countPreview, type Judged } from './preview.ts';

const now = 1_000 * DAY;
const mail = (code: Judged['code'], daysAgo: number, chosen = false): Judged => ({
  code,
  receivedAt: now - daysAgo * DAY,
  chosen,
});

test('shorter windows create what was received in them, and always what a person chose', () => {
  const judged = [
    mail('saved.created', 0.5),
    mail('saved.created', 5.5),
    mail('saved.created', 40),
    mail('saved.created', 400, true),
  ];
  expect(countPreview(judged, new Map(), { now, windowDays: 365 }).windows).toEqual([
    { days: 0, created: 1 },
    { days: 6, created: 3 },
    { days: 30, created: 3 },
    { days: 90, created: 4 },
    { days: 365, created: 4 },
  ]);
});

test('a window that is not offered stands among those that are', () => {
  const { windows } = countPreview([], new Map(), { now, windowDays: 14 });
  expect(windows.map(({ days }) => days)).toEqual([0, 6, 14]);
});

test('what is left out is counted by reason, most first, with what was never read and what cannot be read', () => {
  const judged = [
    mail('skipped.no-match', 1),
    mail('saved.linked', 1),
    mail('saved.found', 1),
    { code: 'parked.issue', receivedAt: null, chosen: false } as const,
  ];
  const counts = countPreview(judged, new Map([['skipped.before-window', 7]]), { now, windowDays: 6 });
  expect(counts).toMatchObject({
    created: 0,
    found: 2,
    skipped: [
      { code: 'skipped.before-window', count: 7 },
      { code: 'parked.issue', count: 1 },
      { code: 'skipped.no-match', count: 1 },
    ],
  });
});
