import { describe, expect, test } from 'vitest';
import { contact, head, lookUpResult, printKey, rules } from '../../test/support/builders.ts';
import { DAY } from '../model/clock.ts';
import { failure } from '../model/failure.ts';
import type { EmailKey, ItemId, RecordId } from '../model/ids.ts';
import { plan } from './plan.ts';
import { countPreview, type Judged, judge } from './preview.ts';

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

test('what is left out equally often stands in the order of its codes, and what never happened is not told', () => {
  const codes = ['skipped.private', 'skipped.draft', 'skipped.no-match', 'skipped.report'] as const;
  const unread = new Map([
    ['skipped.before-window', 0],
    ['skipped.encrypted', 1],
  ] as const);
  const { skipped } = countPreview(
    codes.map((code) => mail(code, 1)),
    unread,
    { now, windowDays: 6 },
  );
  expect(skipped.map(({ code }) => code)).toEqual([
    ...['skipped.draft', 'skipped.encrypted', 'skipped.no-match', 'skipped.private', 'skipped.report'],
  ]);
});

test('what was never read and what was read and left out for the same reason are one count', () => {
  const judged = [mail('skipped.before-window', 9), mail('skipped.before-window', 9)];
  expect(
    countPreview(judged, new Map([['skipped.before-window', 3]]), { now, windowDays: 6 }).skipped,
  ).toEqual([{ code: 'skipped.before-window', count: 5 }]);
});

test('a window that is offered stands once, and none longer than the one asked for', () => {
  const days = (windowDays: number) =>
    countPreview([], new Map(), { now, windowDays }).windows.map((window) => window.days);
  expect([days(0), days(30), days(400)]).toEqual([[0], [0, 6, 30], [0, 6, 30, 90, 365, 400]]);
});

test('a window begins with its first moment, and holds only what would be created', () => {
  const judged = [
    { code: 'saved.created', receivedAt: now - 6 * DAY, chosen: false },
    { code: 'saved.created', receivedAt: now - 6 * DAY - 1, chosen: false },
    { code: 'saved.created', receivedAt: null, chosen: false },
    { code: 'saved.found', receivedAt: now, chosen: true },
    { code: 'skipped.private', receivedAt: now, chosen: true },
  ] as const;
  expect(countPreview(judged, new Map(), { now, windowDays: 6 }).windows).toEqual([
    { days: 0, created: 0 },
    { days: 6, created: 1 },
  ]);
});

describe('what a plan decided is judged', () => {
  const judged = (changes: Parameters<typeof head>[0], found: readonly EmailKey[] = []) => {
    const emails = found.map((key) => ({ key, recordId: '02s' as RecordId }));
    const lookUp = lookUpResult({ people: [contact('kim@acme.example')], emails });
    const [action] = plan({
      heads: [{ ok: true, value: head({ messageId: '<m@x>', receivedAt: 1_900, ...changes }) }],
      ...{ rules: rules(), links: { own: new Map(), others: new Map() }, lookUp, printKey },
    });
    if (action === undefined) throw new Error('nothing was planned');
    return judge(action);
  };

  test('by what it comes to, when it was received, and whether a person chose it', () => {
    expect(judged({})).toEqual({ code: 'saved.created', receivedAt: 1_900, chosen: false });
    expect(judged({}, ['m@x' as EmailKey])).toEqual({
      code: 'saved.found',
      receivedAt: 1_900,
      chosen: false,
    });
    expect(judged({ place: 'salesforce-folder' })).toEqual({
      ...{ code: 'saved.created', receivedAt: 1_900, chosen: true },
    });
    expect(judged({ kind: 'draft' })).toEqual({ code: 'skipped.draft', receivedAt: 1_900, chosen: false });
  });

  test('as an issue of no known time where the mail could not be read', () => {
    const unread = {
      do: 'park',
      itemId: 'x' as ItemId,
      failure: failure('mailbox.item-unreadable'),
    } as const;
    expect(judge(unread)).toEqual({ code: 'parked.issue', receivedAt: null, chosen: false });
  });
});
