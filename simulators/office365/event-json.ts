/**
 * Events and calendars as Graph's JSON, with only what `$select` asks for. Times are in UTC, or in the zone of
 * `Prefer: outlook.timezone`; all-day events are midnight to midnight in whatever zone is asked for.
 * https://learn.microsoft.com/graph/api/resources/event
 */
import { convert } from 'html-to-text';
import type { Calendar, CalendarEvent, EmailAddress, EventFields } from './calendar-store.ts';
import { globalId, uidOnDay } from './calendar-uids.ts';
import { type Instance, instanceOn } from './event-instances.ts';
import { pickExtended } from './extended-properties.ts';
import { idOf, type MailboxCall, preference } from './graph-call.ts';
import { folderEntryId } from './ids.ts';
import { instant } from './message-json.ts';
import { readSelect } from './odata.ts';
import { checkZone, dateOf, instantOf, wallOf, windowsZone, type ZonedTime } from './time-zones.ts';

type Json = Record<string, unknown>;
type Reader = (instance: Instance, call: MailboxCall) => unknown;

const readers: Record<string, Reader> = {
  createdDateTime: ({ event }) => instant(event.createdAt),
  lastModifiedDateTime: ({ modifiedAt }) => instant(modifiedAt),
  changeKey: ({ changeKey }) => changeKey,
  categories: ({ fields }) => fields.categories,
  transactionId: ({ event }) => event.transactionId ?? null,
  originalStartTimeZone: ({ event, fields }) => event.shownZone ?? windowsZone(fields.start.timeZone),
  originalEndTimeZone: ({ event, fields }) => event.shownZone ?? windowsZone(fields.end.timeZone),
  iCalUId: ({ event, day }) => (day === undefined ? event.uid : uidOnDay(event.uid, day)),
  reminderMinutesBeforeStart: ({ fields }) => fields.reminderMinutesBeforeStart,
  isReminderOn: ({ fields }) => fields.isReminderOn,
  hasAttachments: () => false,
  subject: ({ fields }) => fields.subject,
  bodyPreview: ({ fields }) => plainBody(fields).replace(/\s+/g, ' ').trim().slice(0, 255),
  importance: ({ fields }) => fields.importance,
  sensitivity: ({ fields }) => fields.sensitivity,
  isAllDay: ({ fields }) => fields.isAllDay,
  isCancelled: ({ fields }) => fields.isCancelled,
  isOrganizer: ({ event }) => event.isOrganizer,
  responseRequested: ({ fields }) => fields.responseRequested,
  seriesMasterId: ({ event, day }, call) => (day === undefined ? null : idOf(call, event)),
  showAs: ({ fields }) => fields.showAs,
  type: ({ type }) => type,
  webLink: ({ ids }) =>
    `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(ids.restId)}&exvsurl=1&path=/calendar/item`,
  onlineMeetingUrl: () => null,
  isOnlineMeeting: ({ fields }) => fields.isOnlineMeeting,
  onlineMeetingProvider: ({ fields }) => fields.onlineMeetingProvider,
  allowNewTimeProposals: ({ fields }) => fields.allowNewTimeProposals,
  isDraft: () => false,
  hideAttendees: ({ fields }) => fields.hideAttendees,
  recurrence: ({ event, day }) => (day === undefined ? showRecurrence(event) : null),
  responseStatus: ({ fields }) => fields.responseStatus,
  body: ({ fields }, call) => bodyOf(fields, call),
  start: ({ fields }, call) => timeOf(fields.start, fields.isAllDay, call),
  end: ({ fields }, call) => timeOf(fields.end, fields.isAllDay, call),
  location: ({ fields }) => locationOf(fields.locations),
  locations: ({ fields }) => fields.locations,
  attendees: ({ fields }) => fields.attendees,
  organizer: ({ fields }) => ({ emailAddress: fields.organizer }),
  onlineMeeting: () => null,
};

/** Shown of occurrences and exceptions only. */
const originalStart: Reader = ({ event, day }) => {
  if (day === undefined) return null;
  const { timeZone, dateTime } = event.fields.start;
  return instant(instantOf({ timeZone, dateTime: `${dateOf(day)}${dateTime.slice(10)}` }));
};

/** Names of everything an event can be asked for. */
export const EVENT_PROPERTIES: readonly string[] = [
  'id',
  ...Object.keys(readers),
  'originalStart',
  'cancelledOccurrences',
];

/** One event, with `@odata.etag` and `id` always. */
export function showEvent(call: MailboxCall, instance: Instance): Json {
  const select = readSelect(call.query);
  const wants = (name: string) => select === undefined || select.has('*') || select.has(name);
  const shown: Json = { '@odata.etag': eventEtag(instance), id: idOf(call, instance.ids) };
  for (const [name, read] of Object.entries(readers)) if (wants(name)) shown[name] = read(instance, call);
  if (instance.day !== undefined && wants('originalStart'))
    shown.originalStart = originalStart(instance, call);
  return { ...shown, ...showRelated(call, instance, select) };
}

/** What only `$select=cancelledOccurrences` and `$expand` bring. */
function showRelated(call: MailboxCall, instance: Instance, select: ReadonlySet<string> | undefined): Json {
  const related: Json = {};
  const { event, type } = instance;
  const expand = call.query.get('$expand') ?? '';
  if (type === 'seriesMaster' && select?.has('cancelledOccurrences') === true) {
    const days = [...event.cancelled.keys()].sort((one, two) => one - two);
    related.cancelledOccurrences = days.map((day) => `OID.${idOf(call, event)}.${dateOf(day)}`);
  }
  if (type === 'seriesMaster' && /\bexceptionOccurrences\b/.test(expand)) {
    const bare = { ...call, query: new URLSearchParams() };
    related.exceptionOccurrences = [...event.exceptions.keys()]
      .sort((one, two) => one - two)
      .flatMap((day) => instanceOn(event, day) ?? [])
      .map((each) => showEvent(bare, each));
  }
  if (/\bcalendar\b(?!\w)/.test(expand)) related.calendar = showCalendar(call, event.calendar);
  const extended = extendedOf(instance, expand);
  if (extended.length > 0) related.singleValueExtendedProperties = extended;
  return related;
}

/** PidTagParentEntryId. */
const PARENT_ENTRY = 'binary 0xe09';
const MEETING_SET = '{6ed8da90-450b-101b-98da-00aa003f1305}';

/** The extended properties that a text names, the two global object ids of meetings among them. */
export function extendedOf(
  { event, day, extended }: Instance,
  text: string,
): { id: string; value: string }[] {
  return pickExtended(text, (id) => {
    const clean = globalId(event.uid);
    if (id === `binary ${MEETING_SET} id 0x23`) return clean.toString('base64');
    if (id === `binary ${MEETING_SET} id 0x3`) {
      return (day === undefined ? clean : globalId(uidOnDay(event.uid, day))).toString('base64');
    }
    if (id === PARENT_ENTRY) return folderEntryId(event.folderId);
    return extended.get(id);
  });
}

/** What delta queries tell of an occurrence: when it is, and whose it is. */
export function showBareOccurrence(call: MailboxCall, instance: Instance): Json {
  const { event, fields } = instance;
  return {
    '@odata.etag': eventEtag(instance),
    seriesMasterId: idOf(call, event),
    type: 'occurrence',
    id: idOf(call, instance.ids),
    start: timeOf(fields.start, fields.isAllDay, call),
    end: timeOf(fields.end, fields.isAllDay, call),
  };
}

export function eventEtag({ changeKey }: Pick<Instance, 'changeKey'>): string {
  return `W/"${changeKey}"`;
}

export function showCalendar({ user }: MailboxCall, calendar: Calendar): Json {
  const { id, name, color, hexColor, isDefault, changeKey } = calendar;
  const owner: EmailAddress = { name: user.displayName, address: user.mail };
  return {
    id,
    name,
    color,
    hexColor,
    isDefaultCalendar: isDefault,
    changeKey,
    canShare: true,
    canViewPrivateItems: true,
    canEdit: true,
    allowedOnlineMeetingProviders: ['teamsForBusiness'],
    defaultOnlineMeetingProvider: 'teamsForBusiness',
    isTallyingResponses: isDefault,
    isRemovable: !isDefault,
    owner,
  };
}

/** A time as `dateTimeTimeZone`. Fails with 400 for a preferred zone that is none. */
export function timeOf(time: ZonedTime, isDate: boolean, call: MailboxCall): Json {
  const timeZone = preference(call, 'outlook.timezone') ?? 'UTC';
  checkZone(timeZone);
  const wall = isDate ? time.dateTime : wallOf(instantOf(time), timeZone);
  return { dateTime: `${wall}.0000000`, timeZone };
}

function locationOf(locations: readonly Json[]): Json {
  const [only = {}] = locations;
  if (locations.length < 2)
    return { displayName: '', locationType: 'default', uniqueIdType: 'unknown', ...only };
  const displayName = locations.map((each) => each.displayName).join('; ');
  return { displayName, locationType: 'default', uniqueId: displayName, uniqueIdType: 'private' };
}

function showRecurrence({ recurrence }: CalendarEvent): Json | null {
  if (recurrence === undefined) return null;
  const { pattern, range } = recurrence;
  return { pattern, range: { ...range, recurrenceTimeZone: windowsZone(range.recurrenceTimeZone) } };
}

function bodyOf(fields: EventFields, call: MailboxCall): Json {
  if (preference(call, 'outlook.body-content-type')?.toLowerCase() === 'text')
    return { contentType: 'text', content: plainBody(fields) };
  const { contentType, content } = fields.body;
  if (contentType === 'html' || content === '') return { contentType: 'html', content };
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { contentType: 'html', content: `<html><body>${escaped.replace(/\r?\n/g, '<br>')}</body></html>` };
}

function plainBody({ body }: EventFields): string {
  return body.contentType === 'text' ? body.content : convert(body.content, { wordwrap: false });
}
