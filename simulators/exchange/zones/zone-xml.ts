/**
 * Time zones as EWS writes and reads them: TimeZoneDefinition with periods and transitions (StartTimeZone, EndTimeZone,
 * TimeZoneContext), and the older MeetingTimeZone. https://learn.microsoft.com/exchange/client-developer/web-service-reference/timezonedefinition
 */
import { ServiceError } from '../errors.ts';
import { child, childText, type XmlNode } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';
import { createRuleZone, findZone, rulesOf, utcZone, type YearlyChange, type Zone } from './zone.ts';

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const INDEXES = ['First', 'Second', 'Third', 'Fourth'];

/** The attributes and content of a zone's definition, with its rules as `year` has them. */
export function writeZone(tag: string, zone: Zone, year: number, isFull = true): string {
  const names = { Name: zone.name, Id: zone.id };
  if (!isFull) return element(tag, names);
  const rules = rulesOf(zone, year);
  const [standardId, daylightId] = ['Standard', 'Daylight'].map(
    (part) => `trule:Microsoft/Registry/${zone.id}-${part}`,
  ) as [string, string];
  const periods = [period(rules.standardOffset, 'Standard', standardId)];
  let transitions = element('t:Transition', {}, element('t:To', { Kind: 'Period' }, standardId));
  if (rules.standard !== undefined && rules.daylight !== undefined) {
    periods.push(period(rules.daylight.offset, 'Daylight', daylightId));
    transitions = transition(rules.daylight, daylightId) + transition(rules.standard, standardId);
  }
  return element(
    tag,
    names,
    element('t:Periods', {}, ...periods),
    element('t:TransitionsGroups', {}, element('t:TransitionsGroup', { Id: '0' }, transitions)),
    element('t:Transitions', {}, element('t:Transition', {}, element('t:To', { Kind: 'Group' }, '0'))),
  );
}

function period(offset: number, name: string, id: string): string {
  return element('t:Period', { Bias: writeDuration(-offset), Name: name, Id: id });
}

function transition(change: YearlyChange, periodId: string): string {
  return element(
    't:RecurringDayTransition',
    {},
    element('t:To', { Kind: 'Period' }, periodId),
    textElement('t:TimeOffset', writeDuration(change.time)),
    textElement('t:Month', change.month),
    textElement('t:DayOfWeek', WEEKDAYS[change.weekday] ?? 'Sunday'),
    textElement('t:Occurrence', change.occurrence),
  );
}

/**
 * The zone that a TimeZoneDefinition (or StartTimeZone, EndTimeZone) names or spells out. Fails with
 * ErrorCalendarInvalidTimeZone on a name nobody knows without rules.
 */
export function readZone(node: XmlNode): Zone {
  const id = node.attributes.Id ?? '';
  const byName = findZone(id);
  if (byName !== undefined) return byName;
  const periods = child(node, 'Periods')?.children ?? [];
  if (periods.length === 0) throw new ServiceError('ErrorCalendarInvalidTimeZone');
  const offsets = new Map(
    periods.map((one) => [one.attributes.Id ?? '', -readDuration(one.attributes.Bias ?? 'PT0S')]),
  );
  const groups = child(node, 'TransitionsGroups')?.children ?? [];
  const lastTo = child(child(node, 'Transitions')?.children.at(-1), 'To');
  const group =
    groups.find((one) => lastTo?.attributes.Kind === 'Group' && one.attributes.Id === lastTo.text.trim()) ??
    groups.at(-1);
  const changes = (group?.children ?? []).flatMap((one) => readTransition(one, offsets));
  const base = Math.min(...offsets.values());
  const standard = changes.find((change) => change.offset === base);
  const daylight = changes.find((change) => change.offset !== base);
  const [first] = offsets.values();
  const isTurning = standard !== undefined && daylight !== undefined;
  return createRuleZone(id === '' ? 'Customized Time Zone' : id, node.attributes.Name ?? '', {
    standardOffset: isTurning ? base : (first ?? 0),
    standard: isTurning ? standard : undefined,
    daylight: isTurning ? daylight : undefined,
  });
}

function readTransition(node: XmlNode, offsets: ReadonlyMap<string, number>): YearlyChange[] {
  if (node.name !== 'RecurringDayTransition') return [];
  const offset = offsets.get(childText(node, 'To') ?? '');
  if (offset === undefined) throw new ServiceError('ErrorCalendarInvalidTimeZone');
  return [
    {
      offset,
      month: Number(childText(node, 'Month')),
      weekday: Math.max(0, WEEKDAYS.indexOf(childText(node, 'DayOfWeek') ?? '')),
      occurrence: Number(childText(node, 'Occurrence')),
      time: readDuration(childText(node, 'TimeOffset') ?? 'PT0S'),
    },
  ];
}

/** The zone of a MeetingTimeZone, which Exchange 2007 and clients of that age use. */
export function readMeetingZone(node: XmlNode): Zone {
  const name = node.attributes.TimeZoneName ?? '';
  const byName = findZone(name);
  if (byName !== undefined) return byName;
  const baseText = childText(node, 'BaseOffset');
  if (baseText === undefined) throw new ServiceError('ErrorCalendarInvalidTimeZone');
  const base = -readDuration(baseText);
  const standard = readChange(child(node, 'Standard'), base);
  const daylight = readChange(child(node, 'Daylight'), base);
  return createRuleZone(name === '' ? 'Customized Time Zone' : name, '', {
    standardOffset: standard?.offset ?? base,
    standard: daylight === undefined ? undefined : standard,
    daylight: standard === undefined ? undefined : daylight,
  });
}

function readChange(node: XmlNode | undefined, base: number): YearlyChange | undefined {
  const pattern = child(node, 'RelativeYearlyRecurrence');
  if (node === undefined || pattern === undefined) return undefined;
  const index = INDEXES.indexOf(childText(pattern, 'DayOfWeekIndex') ?? '');
  const weekday = WEEKDAYS.indexOf(childText(pattern, 'DaysOfWeek') ?? '');
  if (weekday < 0) throw new ServiceError('ErrorCalendarInvalidDayForTimeChangePattern');
  const [hours = 0, minutes = 0] = (childText(node, 'Time') ?? '').split(':').map(Number);
  return {
    offset: base - readDuration(childText(node, 'Offset') ?? 'PT0S'),
    month: MONTHS.indexOf(childText(pattern, 'Month') ?? 'January') + 1,
    weekday,
    occurrence: index < 0 ? -1 : index + 1,
    time: (hours * 60 + minutes) * 60_000,
  };
}

/** MeetingTimeZone as it is given back: the name, with the base offset. */
export function writeMeetingZone(zone: Zone, year: number): string {
  const bias = writeDuration(-rulesOf(zone, year).standardOffset);
  return element('t:MeetingTimeZone', { TimeZoneName: zone.id }, textElement('t:BaseOffset', bias));
}

/** The zone that stands in a request's TimeZoneContext header, else UTC. */
export function contextZone(header: XmlNode | undefined): Zone {
  const definition = child(child(header, 'TimeZoneContext'), 'TimeZoneDefinition');
  return definition === undefined ? utcZone() : readZone(definition);
}

/** An xs:duration of hours, minutes and seconds in ms; `-PT60M` and `-PT1H` are the same. */
export function readDuration(text: string): number {
  const match = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text.trim());
  if (match === null) throw new ServiceError('ErrorCalendarInvalidTimeZone');
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  const sum = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return sum * (sign === '-' ? -1000 : 1000);
}

export function writeDuration(durationMs: number): string {
  if (durationMs === 0) return 'PT0S';
  const minutes = Math.round(Math.abs(durationMs) / 60_000);
  const days = Math.floor(minutes / 1440);
  const rest = [
    minutes % 1440 >= 60 ? `${Math.floor((minutes % 1440) / 60)}H` : '',
    minutes % 60 > 0 ? `${minutes % 60}M` : '',
  ].join('');
  return `${durationMs < 0 ? '-' : ''}P${days > 0 ? `${days}D` : ''}${rest === '' ? '' : `T${rest}`}`;
}
