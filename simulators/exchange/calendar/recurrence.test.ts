/** The days a recurrence falls on, and the zones its times are kept in. */
import { expect, test } from 'vitest';
import { findZone, rulesOf, toUtc } from '../zones/zone.ts';
import { dayNumber, daysOf, type Recurrence, writeDay } from './recurrence.ts';

function days(
  recurrence: Omit<Recurrence, 'startDay'> & { from: [number, number, number] },
  max = 6,
): string[] {
  const found: string[] = [];
  for (const day of daysOf({ ...recurrence, startDay: dayNumber(...recurrence.from) })) {
    found.push(writeDay(day));
    if (found.length === max) break;
  }
  return found;
}

test('weeks are counted from the first day of the week', () => {
  const pattern = { kind: 'weekly', interval: 2, days: ['Sunday', 'Tuesday'] } as const;
  const from: [number, number, number] = [2026, 1, 6];
  const sundays = { ...pattern, days: [...pattern.days] };
  expect(days({ pattern: sundays, from }, 4)).toEqual([
    '2026-01-06',
    '2026-01-18',
    '2026-01-20',
    '2026-02-01',
  ]);
  const mondays = { ...sundays, firstDay: 'Monday' as const };
  expect(days({ pattern: mondays, from }, 4)).toEqual([
    '2026-01-06',
    '2026-01-11',
    '2026-01-20',
    '2026-01-25',
  ]);
});

test('the 31st of a short month is its last day', () => {
  expect(
    days({ pattern: { kind: 'absoluteMonthly', interval: 1, day: 31 }, from: [2026, 1, 31] }, 4),
  ).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
});

test('relative patterns find weekdays, weekend days and the last of a month', () => {
  const from: [number, number, number] = [2026, 1, 1];
  const monthly = { kind: 'relativeMonthly', interval: 1 } as const;
  expect(days({ pattern: { ...monthly, days: 'Weekday', index: 'Last' }, from }, 3)).toEqual([
    '2026-01-30',
    '2026-02-27',
    '2026-03-31',
  ]);
  expect(days({ pattern: { ...monthly, days: 'WeekendDay', index: 'First' }, from }, 2)).toEqual([
    '2026-01-03',
    '2026-02-01',
  ]);
  expect(
    days({ pattern: { kind: 'relativeYearly', days: 'Thursday', index: 'Fourth', month: 11 }, from }, 2),
  ).toEqual(['2026-11-26', '2027-11-25']);
  expect(days({ pattern: { kind: 'absoluteYearly', day: 29, month: 2 }, from }, 3)).toEqual([
    '2026-02-28',
    '2027-02-28',
    '2028-02-29',
  ]);
});

test('a range ends by its date or its number', () => {
  const pattern = { kind: 'daily', interval: 3 } as const;
  const from: [number, number, number] = [2026, 1, 1];
  expect(days({ pattern, from, endDay: dayNumber(2026, 1, 7) })).toEqual([
    '2026-01-01',
    '2026-01-04',
    '2026-01-07',
  ]);
  expect(days({ pattern, from, count: 2 })).toEqual(['2026-01-01', '2026-01-04']);
  expect(days({ pattern: { kind: 'weekly', interval: 1, days: [] }, from })).toEqual([]);
});

test('a local time that spring skips is taken after the gap, one that autumn repeats is the first', () => {
  const berlin = findZone('W. Europe Standard Time');
  if (berlin === undefined) throw new Error('no zone');
  const utc = (text: string) => new Date(toUtc(berlin, Date.parse(`${text}Z`))).toISOString();
  expect(utc('2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00.000Z');
  expect(utc('2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000Z');
  expect(rulesOf(berlin, 2026)).toEqual({
    standardOffset: 3_600_000,
    standard: { offset: 3_600_000, month: 10, weekday: 0, occurrence: -1, time: 10_800_000 },
    daylight: { offset: 7_200_000, month: 3, weekday: 0, occurrence: -1, time: 7_200_000 },
  });
});
