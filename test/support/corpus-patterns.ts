/** Rules of iCalendar as patterns of Outlook, which knows six kinds and nothing between them; null for what it cannot say. */
import type ICAL from 'ical.js';
import type { DayName, Pattern, WeekIndex } from '../../simulators/exchange/calendar/recurrence.ts';

const days: Readonly<Record<string, DayName>> = {
  SU: 'Sunday',
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
};
const WEEK = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const indexes: Readonly<Record<string, WeekIndex>> = {
  '1': 'First',
  '2': 'Second',
  '3': 'Third',
  '4': 'Fourth',
  '-1': 'Last',
};
/** Parts of a rule that no pattern has. */
const UNSAID = ['BYSECOND', 'BYMINUTE', 'BYHOUR', 'BYYEARDAY', 'BYWEEKNO'];

/** `first`: the day of the first occurrence by the wall clock. */
export function patternOf(rule: ICAL.Recur, first: string): Pattern | null {
  const { interval, parts } = rule;
  const of = (name: string) =>
    (parts as Record<string, readonly (string | number)[] | undefined>)[name] ?? [];
  if (UNSAID.some((name) => of(name).length > 0)) return null;
  const byDay = of('BYDAY').map(String);
  const date = new Date(`${first.slice(0, 10)}T00:00:00Z`);
  const isBare = byDay.every((day) => day in days);
  switch (rule.freq) {
    case 'DAILY':
      if (of('BYMONTH').length + of('BYMONTHDAY').length + of('BYSETPOS').length > 0) return null;
      if (byDay.length === 0) return { kind: 'daily', interval };
      return interval === 1 && isBare ? weekly(byDay, 1, rule) : null;
    case 'WEEKLY': {
      if (!isBare || of('BYMONTH').length + of('BYSETPOS').length > 0) return null;
      return weekly(byDay.length > 0 ? byDay : [WEEK[date.getUTCDay()] ?? ''], interval, rule);
    }
    case 'MONTHLY': {
      if (of('BYMONTH').length > 0) return null;
      const day = dayOfMonth(of('BYMONTHDAY'), date);
      if (byDay.length === 0) return day === null ? null : { kind: 'absoluteMonthly', interval, day };
      const relative = relativeDay(byDay, of('BYSETPOS'));
      if (relative === null || of('BYMONTHDAY').length > 0) return null;
      return { kind: 'relativeMonthly', interval, ...relative };
    }
    case 'YEARLY': {
      const [month = date.getUTCMonth() + 1, more] = of('BYMONTH').map(Number);
      const day = dayOfMonth(of('BYMONTHDAY'), date);
      if (interval !== 1 || more !== undefined) return null;
      if (byDay.length === 0) return day === null ? null : { kind: 'absoluteYearly', day, month };
      const relative = relativeDay(byDay, of('BYSETPOS'));
      if (relative === null || of('BYMONTHDAY').length > 0 || of('BYMONTH').length === 0) return null;
      return { kind: 'relativeYearly', month, ...relative };
    }
    default:
      return null;
  }
}

function weekly(byDay: readonly string[], interval: number, { wkst }: ICAL.Recur): Pattern {
  const firstDay = days[WEEK[wkst - 1] ?? 'MO'] ?? 'Monday';
  return { kind: 'weekly', interval, days: byDay.flatMap((day) => days[day] ?? []), firstDay };
}

function dayOfMonth(given: readonly (string | number)[], date: Date): number | null {
  const [day = date.getUTCDate(), more] = given.map(Number);
  return more === undefined && day > 0 ? day : null;
}

function relativeDay(byDay: readonly string[], positions: readonly (string | number)[]) {
  const [one = ''] = byDay;
  const [, number = '', name = ''] = /^([+-]?\d*)([A-Z]{2})$/.exec(one) ?? [];
  const index = indexes[String(Number(number || (positions[0] ?? 0)))];
  if (index === undefined || positions.length > 1) return null;
  if (byDay.length === 1) return days[name] === undefined ? null : { days: days[name], index };
  if (number !== '') return null;
  const all = byDay.toSorted().join();
  const kinds: Readonly<Record<string, DayName>> = {
    [WEEK.toSorted().join()]: 'Day',
    [WEEK.slice(1, 6).toSorted().join()]: 'Weekday',
    'SA,SU': 'WeekendDay',
  };
  const kind = kinds[all];
  return kind === undefined ? null : { days: kind, index };
}
