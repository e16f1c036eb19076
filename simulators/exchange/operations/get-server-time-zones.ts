/** GetServerTimeZones: a handful of zones, with their rules when full data is asked for. */
import { answerBatch } from '../batch.ts';
import type { Operation } from '../world.ts';
import { child } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

interface Zone {
  id: string;
  name: string;
  /** Standard bias as an xs:duration, the way Exchange counts it (west is positive). */
  bias: string;
  /** Daylight time in the European way (last Sunday of March to last of October), by its bias. */
  daylightBias?: string;
}

const ZONES: readonly Zone[] = [
  { id: 'UTC', name: '(UTC) Coordinated Universal Time', bias: 'PT0S' },
  {
    id: 'GMT Standard Time',
    name: '(UTC+00:00) Dublin, Edinburgh, Lisbon, London',
    bias: 'PT0S',
    daylightBias: '-PT1H',
  },
  {
    id: 'W. Europe Standard Time',
    name: '(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna',
    bias: '-PT1H',
    daylightBias: '-PT2H',
  },
  { id: 'Tokyo Standard Time', name: '(UTC+09:00) Osaka, Sapporo, Tokyo', bias: '-PT9H' },
];

export const getServerTimeZones: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const wanted = child(call.request, 'Ids')?.children.map((node) => node.text.trim());
    const isFull = call.request.attributes.ReturnFullTimeZoneData !== 'false';
    const zones = ZONES.filter((zone) => wanted === undefined || wanted.includes(zone.id));
    return element('m:TimeZoneDefinitions', {}, ...zones.map((zone) => writeZone(zone, isFull)));
  });

function writeZone(zone: Zone, isFull: boolean): string {
  const names = { Id: zone.id, Name: zone.name };
  if (!isFull) return element('t:TimeZoneDefinition', names);
  const standard = element('t:Period', {
    Bias: zone.bias,
    Name: 'Standard',
    Id: `trule:Microsoft/Registry/${zone.id}-Standard`,
  });
  if (zone.daylightBias === undefined) {
    const to = element('t:To', { Kind: 'Period' }, `trule:Microsoft/Registry/${zone.id}-Standard`);
    const group = element('t:TransitionsGroup', { Id: '0' }, element('t:Transition', {}, to));
    return element('t:TimeZoneDefinition', names, ...periodsAndGroups([standard], group));
  }
  const daylightId = `trule:Microsoft/Registry/${zone.id}-Daylight`;
  const daylight = element('t:Period', { Bias: zone.daylightBias, Name: 'Daylight', Id: daylightId });
  const group = element(
    't:TransitionsGroup',
    { Id: '0' },
    recurring(daylightId, 3, 'PT1H'),
    recurring(`trule:Microsoft/Registry/${zone.id}-Standard`, 10, 'PT2H'),
  );
  return element('t:TimeZoneDefinition', names, ...periodsAndGroups([standard, daylight], group));
}

function periodsAndGroups(periods: string[], group: string): string[] {
  const first = element('t:Transition', {}, element('t:To', { Kind: 'Group' }, '0'));
  return [
    element('t:Periods', {}, ...periods),
    element('t:TransitionsGroups', {}, group),
    element('t:Transitions', {}, first),
  ];
}

function recurring(periodId: string, month: number, offset: string): string {
  return element(
    't:RecurringDayTransition',
    {},
    element('t:To', { Kind: 'Period' }, periodId),
    textElement('t:TimeOffset', offset),
    textElement('t:Month', month),
    textElement('t:DayOfWeek', 'Sunday'),
    textElement('t:Occurrence', -1),
  );
}
