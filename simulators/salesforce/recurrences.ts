/**
 * Recurring events and tasks: the fields a series needs, and the records its occurrences are. Rules run in UTC, which
 * is a simplification; no occurrence can be an exception of its series but by being changed itself.
 */
import ICAL from 'ical.js';
import { RecordError } from './errors.ts';
import { textOf } from './store.ts';
import { fromDateTime, type Row } from './values.ts';

const DAY_MS = 86_400_000;
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const INSTANCES = ['First', 'Second', 'Third', 'Fourth'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
/** How many occurrences a series of a kind may have. */
const LIMITS: Readonly<Record<string, number>> = { DAILY: 100, WEEKLY: 53, MONTHLY: 60, YEARLY: 10 };
const PATTERN_PARTS = /^(FREQ|BYMONTH|BYMONTHDAY|BYDAY|WKST|BYSETPOS|INTERVAL|UNTIL|COUNT)=/;

/** The first instants of the occurrences of a classic series. Fails where fields are missing. */
export function classicStarts(row: Row, startField: string): number[] {
  const missing = [startField, 'RecurrenceEndDateOnly', 'RecurrenceType'].filter(
    (name) => textOf(row, name) === '',
  );
  if (missing.length > 0) {
    throw new RecordError(
      'REQUIRED_FIELD_MISSING',
      `Required fields are missing: [${missing.join(', ')}]`,
      missing,
    );
  }
  const text = textOf(row, startField);
  const start = text.length === 10 ? Date.parse(`${text}T00:00:00Z`) : fromDateTime(text);
  const last = Date.parse(`${textOf(row, 'RecurrenceEndDateOnly')}T00:00:00Z`) + DAY_MS - 1;
  return startsOf(toPattern(row), start, last);
}

/** The first instants of the occurrences of a Lightning series. Fails for a pattern that is none. */
export function patternStarts(pattern: string, start: number): number[] {
  const rule = pattern.replace(/^RRULE:/, '');
  if (!rule.split(';').every((part) => PATTERN_PARTS.test(part))) throw unfit();
  return startsOf(rule, start, start + 10 * 366 * DAY_MS);
}

function toPattern(row: Row): string {
  const interval = `INTERVAL=${Number(row.RecurrenceInterval ?? 1)}`;
  const mask = Number(row.RecurrenceDayOfWeekMask ?? 0);
  const days = DAYS.filter((_, index) => (mask & (1 << index)) !== 0).join(',');
  const place = INSTANCES.indexOf(textOf(row, 'RecurrenceInstance')) + 1 || -1;
  const month = `BYMONTH=${MONTHS.indexOf(textOf(row, 'RecurrenceMonthOfYear')) + 1}`;
  const day = `BYMONTHDAY=${Number(row.RecurrenceDayOfMonth ?? 1)}`;
  switch (textOf(row, 'RecurrenceType')) {
    case 'RecursDaily':
      return `FREQ=DAILY;${interval}`;
    case 'RecursEveryWeekday':
      return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
    case 'RecursWeekly':
      return `FREQ=WEEKLY;${interval};BYDAY=${days}`;
    case 'RecursMonthly':
      return `FREQ=MONTHLY;${interval};${day}`;
    case 'RecursMonthlyNth':
      return `FREQ=MONTHLY;${interval};BYDAY=${days};BYSETPOS=${place}`;
    case 'RecursYearly':
      return `FREQ=YEARLY;${month};${day}`;
    default:
      return `FREQ=YEARLY;${month};BYDAY=${days};BYSETPOS=${place}`;
  }
}

function startsOf(rule: string, start: number, last: number): number[] {
  try {
    const iterator = ICAL.Recur.fromString(rule).iterator(
      ICAL.Time.fromDateTimeString(new Date(start).toISOString().slice(0, 19)),
    );
    const max = LIMITS[/FREQ=(\w+)/.exec(rule)?.[1] ?? ''] ?? 0;
    const found: number[] = [];
    while (found.length < max) {
      const next = iterator.next();
      if (!next) break;
      const at = Date.UTC(next.year, next.month - 1, next.day, next.hour, next.minute, next.second);
      if (at > last) break;
      found.push(at);
    }
    return found;
  } catch {
    throw unfit();
  }
}

function unfit(): RecordError {
  return new RecordError('FIELD_INTEGRITY_EXCEPTION', 'The recurrence pattern is invalid', [
    'Recurrence2PatternText',
  ]);
}
