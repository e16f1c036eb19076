/**
 * From our fields to the properties that hold them at Exchange. Pure; a field that is not given writes nothing, an empty one takes its
 * property away. Attendees have no way in.
 */

import { dayAfter, readSpan, reduceFields } from '../../../model/canonical.ts';
import type { Instant } from '../../../model/clock.ts';
import type { Collection, FieldName, Fields } from '../../../model/collection.ts';
import { escapeXml, type ServerVersion } from '../soap.ts';
import { fieldSpecs } from './item-capabilities.ts';
import { BIRTHDAY_LOCAL_PATH, instantText } from './item-requests.ts';
import { bodyWrite, type PropertyWrite } from './property-writes.ts';
import { midnightOf, UTC_ZONE, type Zone } from './zones.ts';

export interface WriteContext {
  readonly version: ServerVersion;
  /** In whose midnights whole days are written, and the zone of the request. */
  readonly zone: Zone;
  /** With which times the zone is written too: with all, with whole days, or with none because it cannot be changed. */
  readonly zoneGoesWith: 'all' | 'whole-days' | 'none';
}

type Writer = (text: string, context: WriteContext) => readonly PropertyWrite[];

/** The properties that hold the fields, in no order; texts are cut to what Exchange holds. */
export function writesOf(
  collection: Collection,
  fields: Fields,
  context: WriteContext,
): readonly PropertyWrite[] {
  const reduced = Object.entries(reduceFields(fields, fieldSpecs[collection])) as [FieldName, string][];
  const writers: Partial<Record<FieldName, Writer>> = WRITERS[collection];
  return reduced.flatMap(([name, text]) => writers[name]?.(text, context) ?? []);
}

const plain =
  (uri: string): Writer =>
  (text) => [{ kind: 'plain', uri, text: text === '' ? null : text }];
const phone =
  (key: string): Writer =>
  (text) => [
    {
      kind: 'entry',
      dictionary: 'PhoneNumbers',
      uri: 'contacts:PhoneNumber',
      key,
      text: text === '' ? null : text,
    },
  ];
const business =
  (part: string): Writer =>
  (text) => [{ kind: 'part', key: 'Business', part, text: text === '' ? null : text }];
/** One of the server's words; ours that it has not becomes `otherwise`. */
const word =
  (uri: string, words: Readonly<Record<string, string>>, otherwise: string): Writer =>
  (text) => [{ kind: 'plain', uri, text: words[text] ?? otherwise }];
const body: Writer = (text) => [bodyWrite(text)];

const SHOW_AS: Readonly<Record<string, string>> = {
  busy: 'Busy',
  free: 'Free',
  tentative: 'Tentative',
  'out-of-office': 'OOF',
  elsewhere: 'WorkingElsewhere',
};
const STATUS: Readonly<Record<string, string>> = {
  open: 'NotStarted',
  'in-progress': 'InProgress',
  waiting: 'WaitingOnOthers',
  deferred: 'Deferred',
  completed: 'Completed',
};
const PRIORITY: Readonly<Record<string, string>> = { high: 'High', normal: 'Normal', low: 'Low' };

const WRITERS: Readonly<Record<Collection, Partial<Record<FieldName, Writer>>>> = {
  events: {
    subject: plain('item:Subject'),
    location: plain('calendar:Location'),
    description: body,
    time: timeWrites,
    showAs: (text, { version }) => {
      // WorkingElsewhere came with Exchange 2013; naming it to an older server spoils the whole request.
      const shown = text === 'elsewhere' && version === 'Exchange2010_SP2' ? 'busy' : text;
      return [{ kind: 'plain', uri: 'calendar:LegacyFreeBusyStatus', text: SHOW_AS[shown] ?? 'Busy' }];
    },
    isPrivate: (text) => [
      { kind: 'plain', uri: 'item:Sensitivity', text: text === '' ? 'Normal' : 'Private' },
    ],
  },
  contacts: {
    firstName: plain('contacts:GivenName'),
    lastName: plain('contacts:Surname'),
    email: (text) => [
      {
        kind: 'entry',
        dictionary: 'EmailAddresses',
        uri: 'contacts:EmailAddress',
        key: 'EmailAddress1',
        text: text === '' ? null : text,
      },
    ],
    phone: phone('BusinessPhone'),
    mobile: phone('MobilePhone'),
    homePhone: phone('HomePhone'),
    fax: phone('BusinessFax'),
    title: plain('contacts:JobTitle'),
    department: plain('contacts:Department'),
    company: plain('contacts:CompanyName'),
    street: business('Street'),
    city: business('City'),
    state: business('State'),
    postalCode: business('PostalCode'),
    country: business('CountryOrRegion'),
    birthday: birthdayWrites,
    notes: body,
  },
  tasks: {
    subject: plain('item:Subject'),
    description: body,
    due: dueWrites,
    status: word('task:Status', STATUS, 'NotStarted'),
    priority: word('item:Importance', PRIORITY, 'Normal'),
  },
};

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/**
 * A day of the zone of the request: Outlook reads the date, Outlook on the web the moment at which it begins for its owner. Without an offset it is
 * that zone's midnight.
 */
function dueWrites(text: string, { zone }: WriteContext): readonly PropertyWrite[] {
  const midnight = `${text}T00:00:00${zone.name === UTC_ZONE.name ? 'Z' : ''}`;
  return [{ kind: 'plain', uri: 'task:DueDate', text: isDate(text) ? midnight : null }];
}

/**
 * The moment is one that no zone takes to another day, as Outlook on the web writes it; beside it stands the local date, which Outlook reads. Clearing
 * takes both away.
 */
function birthdayWrites(text: string): readonly PropertyWrite[] {
  const date = isDate(text) ? text : null;
  return [
    { kind: 'plain', uri: 'contacts:Birthday', text: date === null ? null : `${date}T11:59:00Z` },
    {
      kind: 'extended',
      path: BIRTHDAY_LOCAL_PATH,
      text: date === null ? null : `${date}T00:00:00Z`,
    },
  ];
}

/** Nothing for a text that is no time: an event always has one. */
function timeWrites(text: string, context: WriteContext): readonly PropertyWrite[] {
  const span = readSpan(text);
  if (span === null) return [];
  const { zoneGoesWith } = context;
  const zoneWrites = (zone: Zone): readonly PropertyWrite[] => [
    zoneWrite('StartTimeZone', zone),
    zoneWrite('EndTimeZone', zone),
  ];
  if (!span.isAllDay) {
    const bounds = boundsOf(span.startAt, span.endAt, false);
    return zoneGoesWith === 'all' ? [...bounds, ...zoneWrites(context.zone)] : bounds;
  }
  const [from = '', to = ''] = text.split('/');
  const until = to > from ? to : dayAfter(from);
  const { zone } = midnightOf(from, context.zone) === null ? { zone: UTC_ZONE } : context;
  const startAt = midnightOf(from, zone) ?? span.startAt;
  const endAt = midnightOf(until, zone) ?? span.endAt;
  const bounds = boundsOf(startAt, endAt, true);
  return zoneGoesWith === 'none' ? bounds : [...bounds, ...zoneWrites(zone)];
}

function boundsOf(startAt: Instant, endAt: Instant, isAllDay: boolean): readonly PropertyWrite[] {
  return [
    { kind: 'plain', uri: 'calendar:Start', text: instantText(startAt) },
    { kind: 'plain', uri: 'calendar:End', text: instantText(endAt) },
    { kind: 'plain', uri: 'calendar:IsAllDayEvent', text: String(isAllDay) },
  ];
}

function zoneWrite(name: 'StartTimeZone' | 'EndTimeZone', zone: Zone): PropertyWrite {
  return { kind: 'xml', uri: `calendar:${name}`, xml: `<t:${name} Id="${escapeXml(zone.name)}"/>` };
}
