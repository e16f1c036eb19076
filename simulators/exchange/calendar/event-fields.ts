/**
 * Which properties of a calendar item may be written, and how: times by their zones, people with the answers they had
 * given, recurrence. https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendaritem
 */
import { ServiceError } from '../errors.ts';
import type { Item } from '../folder.ts';
import {
  type FieldRule,
  type FieldWriter,
  readBoolean,
  readChoice,
  readInstant,
  type WriteContext,
} from '../item-fields.ts';
import { child, childText, type XmlNode } from '../xml-tree.ts';
import type { Zone } from '../zones/zone.ts';
import { findZone } from '../zones/zone.ts';
import { readMeetingZone, readZone } from '../zones/zone-xml.ts';
import type { Attendee, EventContent, FreeBusy } from './event.ts';
import { readRecurrence } from './recurrence-xml.ts';

const ATTENDEES_MAX = 5_000;

/** A write on the draft's event alone. */
function onEvent(
  change: (event: EventContent, node: XmlNode, context: WriteContext, draft: Item) => Partial<EventContent>,
): FieldWriter {
  return (draft, node, context) => {
    if (draft.event === undefined) throw new ServiceError('ErrorInvalidPropertySet');
    draft.event = { ...draft.event, ...change(draft.event, node, context, draft) };
  };
}

type ListName = 'required' | 'optional' | 'resources';

function people(list: ListName): FieldRule {
  const read = (event: EventContent, node: XmlNode): Attendee[] => {
    const known = new Map(event[list].map((one) => [one.address.toLowerCase(), one]));
    if (node.children.length > ATTENDEES_MAX) throw new ServiceError('ErrorInvalidRecipients');
    return node.children.map((attendee) => {
      const mailbox = child(attendee, 'Mailbox');
      const address = childText(mailbox, 'EmailAddress') ?? '';
      const name = childText(mailbox, 'Name');
      const before = known.get(address.toLowerCase());
      if (address === '' && name === undefined) throw new ServiceError('ErrorInvalidRecipients');
      return {
        name: name ?? before?.name ?? address,
        address,
        response: before?.response ?? 'Unknown',
        respondedAt: before?.respondedAt,
      };
    });
  };
  return {
    set: onEvent((event, node) => ({ [list]: read(event, node) })),
    append: onEvent((event, node) => ({ [list]: [...event[list], ...read(event, node)] })),
    delete: onEvent(() => ({ [list]: [] })),
  };
}

function zoneNamed(node: XmlNode): Zone {
  const zone = findZone(node.text.trim());
  if (zone === undefined) throw new ServiceError('ErrorCalendarInvalidTimeZone');
  return zone;
}

const setStartZone = (zone: Zone, event: EventContent): Partial<EventContent> => ({
  startZone: zone,
  endZone: event.endZone === event.startZone ? zone : event.endZone,
});

function zoneOfTimes(own: Zone, { zone, usesOwnZone }: WriteContext): Zone {
  return usesOwnZone ? own : zone;
}

function conferencing(name: string): FieldRule {
  return {
    set: onEvent(({ texts }, node) => ({ texts: { ...texts, [name]: node.text.trim() } })),
    delete: onEvent(({ texts }) => ({
      texts: Object.fromEntries(Object.entries(texts).filter(([key]) => key !== name)),
    })),
  };
}

/** Rules by field URI. */
export const CALENDAR_FIELDS: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries({
    'calendar:Start': {
      set: onEvent((event, node, context) => ({
        start: readInstant(node, zoneOfTimes(event.startZone, context)),
      })),
    },
    'calendar:End': {
      set: onEvent((event, node, context) => ({
        end: readInstant(node, zoneOfTimes(event.endZone, context)),
      })),
    },
    'calendar:StartTimeZone': { set: onEvent((event, node) => setStartZone(readZone(node), event)) },
    'calendar:EndTimeZone': { set: onEvent((_event, node) => ({ endZone: readZone(node) })) },
    'calendar:StartTimeZoneId': { set: onEvent((event, node) => setStartZone(zoneNamed(node), event)) },
    'calendar:EndTimeZoneId': { set: onEvent((_event, node) => ({ endZone: zoneNamed(node) })) },
    'calendar:MeetingTimeZone': {
      set: onEvent((_event, node) => {
        const zone = readMeetingZone(node);
        return { startZone: zone, endZone: zone };
      }),
    },
    'calendar:IsAllDayEvent': { set: onEvent((_event, node) => ({ isAllDay: readBoolean(node) })) },
    'calendar:LegacyFreeBusyStatus': {
      set: onEvent((_event, node) => ({
        freeBusy: readChoice<FreeBusy>(node, [
          'Free',
          'Tentative',
          'Busy',
          'OOF',
          'WorkingElsewhere',
          'NoData',
        ]),
      })),
    },
    'calendar:Location': {
      set: onEvent((_event, node) => ({ location: node.text.slice(0, 255) })),
      delete: onEvent(() => ({ location: undefined })),
    },
    'calendar:IsResponseRequested': {
      set: onEvent((_event, node) => ({ isResponseRequested: readBoolean(node) })),
    },
    'calendar:AllowNewTimeProposal': {
      set: onEvent((_event, node) => ({ allowNewTimeProposal: readBoolean(node) })),
    },
    'calendar:RequiredAttendees': people('required'),
    'calendar:OptionalAttendees': people('optional'),
    'calendar:Resources': people('resources'),
    'calendar:ConferenceType': conferencing('ConferenceType'),
    'calendar:IsOnlineMeeting': conferencing('IsOnlineMeeting'),
    'calendar:MeetingWorkspaceUrl': conferencing('MeetingWorkspaceUrl'),
    'calendar:NetShowUrl': conferencing('NetShowUrl'),
    'calendar:UID': {
      set: onEvent((_event, node, { isCreation }) => {
        if (!isCreation)
          throw new ServiceError('ErrorInvalidPropertySet', undefined, { fieldUri: 'calendar:UID' });
        return { uid: node.text.trim() };
      }),
    },
    'calendar:Recurrence': {
      set: onEvent((event, node) => {
        if (event.occurrence !== undefined) throw new ServiceError('ErrorCalendarInvalidRecurrence');
        return { recurrence: readRecurrence(node, false) };
      }),
      delete: onEvent(() => ({ recurrence: undefined })),
    },
  } satisfies Record<string, FieldRule>),
);
