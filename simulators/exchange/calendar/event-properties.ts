/**
 * How a calendar item's properties are written, in the order of the schema's CalendarItemType. All times are universal.
 */
import type { Item } from '../folder.ts';
import {
  cheap,
  type ItemProperty,
  mailboxElement,
  type PropertySource,
  person,
  property,
} from '../properties.ts';
import { element, formatTime, textElement } from '../xml-writer.ts';
import { writeDuration, writeMeetingZone, writeZone } from '../zones/zone-xml.ts';
import { type Attendee, appointmentState, type EventContent, isMeeting } from './event.ts';
import { occurrenceId, type Planned, plannedOf } from './occurrences.ts';
import { writeRecurrence } from './recurrence-xml.ts';

type Write = (event: EventContent, item: Item, source: PropertySource) => string;

function calendar(name: string, shapes: ItemProperty['shapes'], write: Write): ItemProperty {
  const of = (source: PropertySource) => {
    const { event } = source.item;
    return event === undefined ? '' : write(event, source.item, source);
  };
  return property(`calendar:${name}`, shapes, of, cheap);
}

/** A property that is a plain value; nothing is written where it has none. */
function plain(
  name: string,
  shapes: ItemProperty['shapes'],
  read: (event: EventContent, item: Item) => string | number | boolean | undefined,
): ItemProperty {
  return calendar(name, shapes, (event, item) => {
    const value = read(event, item);
    return value === undefined ? '' : textElement(`t:${name}`, value);
  });
}

function attendees(name: string, list: readonly Attendee[]): string {
  if (list.length === 0) return '';
  const written = list.map((one) =>
    element(
      't:Attendee',
      {},
      mailboxElement(one),
      textElement('t:ResponseType', one.response),
      one.respondedAt === undefined ? '' : textElement('t:LastResponseTime', formatTime(one.respondedAt)),
    ),
  );
  return element(`t:${name}`, {}, ...written);
}

/** Single, RecurringMaster, Occurrence or Exception. */
export function calendarItemType(event: EventContent): string {
  if (event.recurrence !== undefined) return 'RecurringMaster';
  if (event.occurrence === undefined) return 'Single';
  return event.occurrence.isException ? 'Exception' : 'Occurrence';
}

function timesOf(event: EventContent, originalStart: number): { start: number; end: number } {
  const change = event.exceptions.get(originalStart)?.event;
  const start = change?.start ?? originalStart;
  return { start, end: change?.end ?? start + event.end - event.start };
}

function occurrenceInfo(tag: string, item: Item, event: EventContent, planned: Planned | undefined): string {
  if (planned === undefined) return '';
  const { start, end } = timesOf(event, planned.originalStart);
  return element(
    `t:${tag}`,
    {},
    element('t:ItemId', { Id: occurrenceId(item.id, planned.originalStart), ChangeKey: item.changeKey }),
    textElement('t:Start', formatTime(start)),
    textElement('t:End', formatTime(end)),
    textElement('t:OriginalStart', formatTime(planned.originalStart)),
  );
}

function firstOccurrence(event: EventContent, item: Item): string {
  for (const planned of plannedOf(event)) {
    if (!event.deleted.has(planned.originalStart))
      return occurrenceInfo('FirstOccurrence', item, event, planned);
  }
  return '';
}

/** Only a series with an end has a last occurrence. */
function lastOccurrence(event: EventContent, item: Item): string {
  const { recurrence } = event;
  if (recurrence?.endDay === undefined && recurrence?.count === undefined) return '';
  let last: Planned | undefined;
  for (const planned of plannedOf(event)) if (!event.deleted.has(planned.originalStart)) last = planned;
  return occurrenceInfo('LastOccurrence', item, event, last);
}

function modifiedOccurrences(event: EventContent, item: Item): string {
  const starts = [...event.exceptions.keys()].sort((one, two) => one - two);
  if (starts.length === 0) return '';
  const infos = starts.map((originalStart) =>
    occurrenceInfo('Occurrence', item, event, { index: 0, originalStart }),
  );
  return element('t:ModifiedOccurrences', {}, ...infos);
}

function deletedOccurrences(event: EventContent): string {
  const starts = [...event.deleted].sort((one, two) => one - two);
  if (starts.length === 0) return '';
  const infos = starts.map((start) =>
    element('t:DeletedOccurrence', {}, textElement('t:Start', formatTime(start))),
  );
  return element('t:DeletedOccurrences', {}, ...infos);
}

const yearOf = (event: EventContent) => new Date(event.start).getUTCFullYear();

/** In the order of the schema. */
export const CALENDAR_PROPERTIES: readonly ItemProperty[] = [
  plain('UID', 'all', ({ uid }) => uid),
  plain('RecurrenceId', 'all', ({ occurrence }) => occurrence && formatTime(occurrence.originalStart)),
  plain('DateTimeStamp', 'all', (_event, item) => formatTime(item.modifiedAt)),
  plain('Start', 'find', ({ start }) => formatTime(start)),
  plain('End', 'find', ({ end }) => formatTime(end)),
  plain('OriginalStart', 'all', ({ occurrence }) => occurrence && formatTime(occurrence.originalStart)),
  plain('IsAllDayEvent', 'all', ({ isAllDay }) => isAllDay),
  plain('LegacyFreeBusyStatus', 'find', ({ freeBusy }) => freeBusy),
  plain('Location', 'find', ({ location }) => location),
  plain('IsMeeting', 'all', (event) => isMeeting(event)),
  plain('IsCancelled', 'all', ({ isCancelled }) => isCancelled),
  plain(
    'IsRecurring',
    'all',
    ({ recurrence, occurrence }) => recurrence !== undefined || occurrence !== undefined,
  ),
  plain('MeetingRequestWasSent', 'all', ({ requestWasSent }) => requestWasSent),
  plain('IsResponseRequested', 'all', ({ isResponseRequested }) => isResponseRequested),
  plain('CalendarItemType', 'find', (event) => calendarItemType(event)),
  plain('MyResponseType', 'all', ({ myResponse }) => myResponse),
  calendar('Organizer', 'find', ({ organizer }) => person('Organizer', organizer)),
  calendar('RequiredAttendees', 'default', ({ required }) => attendees('RequiredAttendees', required)),
  calendar('OptionalAttendees', 'default', ({ optional }) => attendees('OptionalAttendees', optional)),
  calendar('Resources', 'default', ({ resources }) => attendees('Resources', resources)),
  plain('Duration', 'all', ({ start, end }) => writeDuration(end - start)),
  plain('TimeZone', 'all', ({ startZone }) => startZone.name),
  plain('AppointmentReplyTime', 'all', (event) =>
    event.isReceived && event.respondedAt !== undefined ? formatTime(event.respondedAt) : undefined,
  ),
  plain('AppointmentSequenceNumber', 'all', ({ sequence }) => sequence),
  plain('AppointmentState', 'all', (event) => appointmentState(event)),
  calendar('Recurrence', 'default', ({ recurrence }) =>
    recurrence === undefined ? '' : writeRecurrence(recurrence),
  ),
  calendar('FirstOccurrence', 'all', firstOccurrence),
  calendar('LastOccurrence', 'all', lastOccurrence),
  calendar('ModifiedOccurrences', 'all', modifiedOccurrences),
  calendar('DeletedOccurrences', 'all', deletedOccurrences),
  calendar('MeetingTimeZone', 'none', (event) => writeMeetingZone(event.startZone, yearOf(event))),
  calendar('StartTimeZone', 'all', (event) => writeZone('t:StartTimeZone', event.startZone, yearOf(event))),
  calendar('EndTimeZone', 'all', (event) => writeZone('t:EndTimeZone', event.endZone, yearOf(event))),
  plain('ConferenceType', 'all', ({ texts }) => texts.ConferenceType),
  plain('AllowNewTimeProposal', 'all', ({ allowNewTimeProposal }) => allowNewTimeProposal),
  plain('IsOnlineMeeting', 'all', ({ texts }) => texts.IsOnlineMeeting ?? false),
  plain('MeetingWorkspaceUrl', 'all', ({ texts }) => texts.MeetingWorkspaceUrl),
  plain('NetShowUrl', 'all', ({ texts }) => texts.NetShowUrl),
  plain('StartTimeZoneId', 'none', ({ startZone }) => startZone.id),
  plain('EndTimeZoneId', 'none', ({ endZone }) => endZone.id),
  plain('IsOrganizer', 'none', ({ isReceived }) => !isReceived),
];
