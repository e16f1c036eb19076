/**
 * Recurrence elements of calendar items and tasks, read with the refusals Exchange has for patterns that make no sense.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/recurrence-patterns-and-ews
 */
import { ServiceError, schemaViolation } from '../errors.ts';
import { childText, type XmlNode } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';
import { MONTHS, WEEKDAYS } from '../zones/zone-xml.ts';
import {
  type DayName,
  daysOf,
  LAST_DAY,
  type Pattern,
  type Recurrence,
  readDay,
  type WeekIndex,
  writeDay,
} from './recurrence.ts';

const INTERVAL_MAX = 999;
const COUNT_MAX = 999;
const DAY_KINDS = [...WEEKDAYS, 'Day', 'Weekday', 'WeekendDay'];

/** Reads a Recurrence. `forTask` allows the regenerating patterns. */
export function readRecurrence(node: XmlNode, forTask: boolean): Recurrence {
  const [patternNode, rangeNode] = node.children;
  if (patternNode === undefined || rangeNode === undefined)
    throw schemaViolation("The element 'Recurrence' has incomplete content.");
  const pattern = readPattern(patternNode);
  if (pattern.kind === 'regeneration' && !forTask) throw new ServiceError('ErrorCalendarInvalidRecurrence');
  const startDay = readDay(childText(rangeNode, 'StartDate') ?? '');
  if (startDay === undefined) throw schemaViolation("The 'StartDate' element is invalid.");
  const recurrence: Recurrence = { pattern, startDay, ...readEnd(rangeNode, startDay) };
  if (daysOf(recurrence).next().done === true) throw new ServiceError('ErrorRecurrenceHasNoOccurrence');
  return recurrence;
}

function readEnd(node: XmlNode, startDay: number): { endDay?: number; count?: number } {
  switch (node.name) {
    case 'NoEndRecurrence':
      return {};
    case 'EndDateRecurrence': {
      const endDay = readDay(childText(node, 'EndDate') ?? '');
      if (endDay === undefined) throw schemaViolation("The 'EndDate' element is invalid.");
      if (endDay < startDay) throw new ServiceError('ErrorCalendarEndDateIsEarlierThanStartDate');
      if (endDay > LAST_DAY) throw new ServiceError('ErrorRecurrenceEndDateTooBig');
      return { endDay };
    }
    case 'NumberedRecurrence':
      return { count: readNumber(node, 'NumberOfOccurrences', COUNT_MAX) };
    default:
      throw schemaViolation(`The element 'Recurrence' has invalid child element '${node.name}'.`);
  }
}

function readPattern(node: XmlNode): Pattern {
  const interval = () => readNumber(node, 'Interval', INTERVAL_MAX);
  switch (node.name) {
    case 'DailyRecurrence':
      return { kind: 'daily', interval: interval() };
    case 'WeeklyRecurrence':
      return { kind: 'weekly', interval: interval(), ...readWeek(node) };
    case 'AbsoluteMonthlyRecurrence':
      return { kind: 'absoluteMonthly', interval: interval(), day: readNumber(node, 'DayOfMonth', 31) };
    case 'RelativeMonthlyRecurrence':
      return { kind: 'relativeMonthly', interval: interval(), ...readRelative(node) };
    case 'AbsoluteYearlyRecurrence':
      return { kind: 'absoluteYearly', day: readNumber(node, 'DayOfMonth', 31), month: readMonth(node) };
    case 'RelativeYearlyRecurrence':
      return { kind: 'relativeYearly', ...readRelative(node), month: readMonth(node) };
  }
  const unit = /^(Daily|Weekly|Monthly|Yearly)Regeneration$/.exec(node.name)?.[1];
  if (unit === undefined)
    throw schemaViolation(`The element 'Recurrence' has invalid child element '${node.name}'.`);
  return {
    kind: 'regeneration',
    unit: unit as Extract<Pattern, { kind: 'regeneration' }>['unit'],
    interval: interval(),
  };
}

function readWeek(node: XmlNode): { days: DayName[]; firstDay?: DayName } {
  const days = (childText(node, 'DaysOfWeek') ?? '').split(/\s+/).filter((name) => name !== '');
  if (days.some((name) => !DAY_KINDS.includes(name)))
    throw schemaViolation("The 'DaysOfWeek' element is invalid.");
  if (days.length === 0 || days.some((name) => !WEEKDAYS.includes(name)))
    throw new ServiceError('ErrorCalendarInvalidDayForWeeklyRecurrence');
  const firstDay = childText(node, 'FirstDayOfWeek') as DayName | undefined;
  return { days: days as DayName[], ...(firstDay === undefined ? {} : { firstDay }) };
}

function readRelative(node: XmlNode): { days: DayName; index: WeekIndex } {
  const days = childText(node, 'DaysOfWeek') ?? '';
  const index = childText(node, 'DayOfWeekIndex') ?? '';
  if (!DAY_KINDS.includes(days)) throw schemaViolation("The 'DaysOfWeek' element is invalid.");
  if (!['First', 'Second', 'Third', 'Fourth', 'Last'].includes(index))
    throw schemaViolation("The 'DayOfWeekIndex' element is invalid.");
  return { days: days as DayName, index: index as WeekIndex };
}

function readMonth(node: XmlNode): number {
  const month = MONTHS.indexOf(childText(node, 'Month') ?? '') + 1;
  if (month === 0) throw schemaViolation("The 'Month' element is invalid.");
  return month;
}

function readNumber(node: XmlNode, name: string, max: number): number {
  const number = Number(childText(node, name) ?? Number.NaN);
  if (!Number.isInteger(number)) throw schemaViolation(`The '${name}' element is invalid.`);
  if (number < 1 || number > max) throw new ServiceError('ErrorCalendarOutOfRange');
  return number;
}

/** The Recurrence element. */
export function writeRecurrence({ pattern, startDay, endDay, count }: Recurrence): string {
  const start = textElement('t:StartDate', writeDay(startDay));
  let range = element('t:NoEndRecurrence', {}, start);
  if (endDay !== undefined)
    range = element('t:EndDateRecurrence', {}, start, textElement('t:EndDate', writeDay(endDay)));
  else if (count !== undefined)
    range = element('t:NumberedRecurrence', {}, start, textElement('t:NumberOfOccurrences', count));
  return element('t:Recurrence', {}, writePattern(pattern), range);
}

function writePattern(pattern: Pattern): string {
  const interval = 'interval' in pattern ? textElement('t:Interval', pattern.interval) : '';
  switch (pattern.kind) {
    case 'daily':
      return element('t:DailyRecurrence', {}, interval);
    case 'weekly': {
      const first = pattern.firstDay === undefined ? '' : textElement('t:FirstDayOfWeek', pattern.firstDay);
      const days = textElement('t:DaysOfWeek', pattern.days.join(' '));
      return element('t:WeeklyRecurrence', {}, interval, days, first);
    }
    case 'absoluteMonthly':
      return element('t:AbsoluteMonthlyRecurrence', {}, interval, textElement('t:DayOfMonth', pattern.day));
    case 'relativeMonthly':
      return element('t:RelativeMonthlyRecurrence', {}, interval, writeRelative(pattern));
    case 'absoluteYearly':
      return element(
        't:AbsoluteYearlyRecurrence',
        {},
        textElement('t:DayOfMonth', pattern.day),
        writeMonth(pattern.month),
      );
    case 'relativeYearly':
      return element('t:RelativeYearlyRecurrence', {}, writeRelative(pattern), writeMonth(pattern.month));
    case 'regeneration':
      return element(`t:${pattern.unit}Regeneration`, {}, interval);
  }
}

function writeRelative({ days, index }: { days: DayName; index: WeekIndex }): string {
  return textElement('t:DaysOfWeek', days) + textElement('t:DayOfWeekIndex', index);
}

function writeMonth(month: number): string {
  return textElement('t:Month', MONTHS[month - 1] ?? 'January');
}
