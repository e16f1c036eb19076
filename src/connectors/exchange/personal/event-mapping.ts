/**
 * From a calendar item to an event in our words. Pure, and total for odd data; times and zones: docs/remote-services/exchange.md#times-and-zones.
 */

import { allDaySpan, canonicalInstant, canonicalLine, timedSpan } from '../../../model/canonical.ts';
import type { Instant } from '../../../model/clock.ts';
import type { Fields } from '../../../model/collection.ts';
import { cleanUid } from '../../../model/event-key.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { Answer, Attendee, EventItem } from '../../../model/mailbox-item.ts';
import { instantOf, isTrue, parentFolderOf, person, propertyByTag } from '../mapping.ts';
import { FROM_SMTP_TAG } from '../operations.ts';
import { child, textOf, type XmlNode } from '../soap.ts';
import { bodyText, commonOf, propertyById } from './common-mapping.ts';
import { CLEAN_ID } from './item-requests.ts';
import { endDate, startDate, type Zone, zoneOf } from './zones.ts';

/** `Single`, `RecurringMaster`, `Occurrence` or `Exception`. */
export type EventKind = 'single' | 'series' | 'occurrence' | 'exception';

/** A changed occurrence as its series tells of it. */
export interface ModifiedOccurrence {
  readonly itemId: ItemId;
  readonly startAt: Instant | null;
  readonly originalStartAt: Instant | null;
}

export interface EventDetails {
  /** `seriesId` is not known yet: the item itself does not tell it. */
  readonly event: EventItem;
  readonly kind: EventKind;
  readonly isAllDay: boolean;
  readonly zone: Zone;
  readonly modified: readonly ModifiedOccurrence[];
  readonly parentFolderId: string | null;
}

/** An item as `getDetails` asks for it; null where it is no calendar item. */
export function readEvent(item: XmlNode | undefined): EventDetails | null {
  const common = item?.name === 'CalendarItem' ? commonOf(item) : null;
  if (item === undefined || common === null) return null;
  const kind = kindOf(item);
  const zone = zoneOf(item);
  const isAllDay = isTrue(item, 'IsAllDayEvent');
  const isOccurrence = kind === 'occurrence' || kind === 'exception';
  const isOrganizer = organizes(item);
  const event: EventItem = {
    ...common,
    collection: 'events',
    // Nobody made an occurrence: only its series may carry a stamp.
    stamp: isOccurrence ? null : common.stamp,
    fields: fieldsOf(item, common.sensitivity, isAllDay, zone),
    uid: uidOf(item),
    originalStart:
      isOccurrence || (kind === 'single' && isInvitedAlone(item))
        ? originalStartOf(item, isAllDay, zone)
        : null,
    seriesId: null,
    isOrganizer,
    organizer: person(child(item, 'Organizer'), propertyByTag(item, FROM_SMTP_TAG)),
    attendees: attendeesOf(item),
    answer: isOrganizer ? 'accepted' : answerOf(textOf(item, 'MyResponseType')),
    isCancelled: isTrue(item, 'IsCancelled') || (stateOf(item) & CANCELLED) !== 0,
  };
  const modified = kind === 'series' ? modifiedOf(item) : [];
  return { event, kind, isAllDay, zone, modified, parentFolderId: parentFolderOf(item) };
}

/** Who is invited to one occurrence of somebody's series has it as a single item that still tells where it stood. */
const isInvitedAlone = (item: XmlNode): boolean => instantOf(item, 'RecurrenceId') !== null;

export function kindOf(item: XmlNode): EventKind {
  switch (textOf(item, 'CalendarItemType')) {
    case 'RecurringMaster':
      return 'series';
    case 'Occurrence':
      return 'occurrence';
    case 'Exception':
      return 'exception';
    default:
      return 'single';
  }
}

/** The clean UID; '' where the item has none. */
export function uidOf(item: XmlNode): string {
  const uid = textOf(item, 'UID');
  if (uid !== null) return cleanUid(uid);
  const id = propertyById(item, 'Meeting', CLEAN_ID);
  return id === null ? '' : cleanUid(Buffer.from(id, 'base64').toString('hex'));
}

function fieldsOf(item: XmlNode, sensitivity: string, isAllDay: boolean, zone: Zone): Fields {
  return {
    subject: canonicalLine(textOf(item, 'Subject')),
    location: canonicalLine(textOf(item, 'Location')),
    description: bodyText(item),
    time: timeOf(item, isAllDay, zone),
    showAs: SHOWN[textOf(item, 'LegacyFreeBusyStatus') ?? ''] ?? 'busy',
    isPrivate: sensitivity === 'private' || sensitivity === 'confidential' ? 'yes' : '',
  };
}

const SHOWN: Readonly<Record<string, string>> = {
  Free: 'free',
  Tentative: 'tentative',
  Busy: 'busy',
  OOF: 'out-of-office',
  WorkingElsewhere: 'elsewhere',
};

/** `time` of an item; '' where it has no start. */
export function timeOf(item: XmlNode, isAllDay: boolean, zone: Zone): string {
  const startAt = instantOf(item, 'Start');
  if (startAt === null) return '';
  const endAt = instantOf(item, 'End') ?? startAt;
  if (!isAllDay) return timedSpan(startAt, endAt);
  return allDaySpan(startDate(startAt, zone), endDate(endAt, zone));
}

/** Where an occurrence stood in its series; in the whole-day form of the series where that is one. */
export function originalStartOf(item: XmlNode, isAllDay: boolean, zone: Zone): string | null {
  const at = instantOf(item, 'OriginalStart') ?? instantOf(item, 'RecurrenceId') ?? instantOf(item, 'Start');
  return at === null ? null : originalStartText(at, isAllDay, zone);
}

export function originalStartText(at: Instant, isAllDay: boolean, zone: Zone): string {
  return isAllDay ? startDate(at, zone) : canonicalInstant(at);
}

// PidLidAppointmentStateFlags (MS-OXOCAL 2.2.1.10).
const RECEIVED = 2;
const CANCELLED = 4;

function stateOf(item: XmlNode): number {
  const state = Number(textOf(item, 'AppointmentState'));
  return Number.isInteger(state) ? state : 0;
}

/** The owner organizes whatever he did not receive; `IsOrganizer` came with Exchange 2013 only. */
function organizes(item: XmlNode): boolean {
  if (textOf(item, 'AppointmentState') !== null) return (stateOf(item) & RECEIVED) === 0;
  const response = textOf(item, 'MyResponseType');
  return !isTrue(item, 'IsMeeting') || response === null || response === 'Organizer';
}

function attendeesOf(item: XmlNode): readonly Attendee[] {
  return ['RequiredAttendees', 'OptionalAttendees', 'Resources'].flatMap((list) =>
    (child(item, list)?.children ?? []).flatMap((attendee) => {
      const who = person(attendee, null);
      if (who === null) return [];
      const answer = answerOf(textOf(attendee, 'ResponseType'));
      return [{ ...who, answer, isResource: list === 'Resources' }];
    }),
  );
}

function answerOf(response: string | null): Answer {
  switch (response) {
    case 'Accept':
    case 'Organizer':
      return 'accepted';
    case 'Tentative':
      return 'tentative';
    case 'Decline':
      return 'declined';
    default:
      return 'none';
  }
}

function modifiedOf(item: XmlNode): readonly ModifiedOccurrence[] {
  return (child(item, 'ModifiedOccurrences')?.children ?? []).flatMap((occurrence) => {
    const itemId = child(occurrence, 'ItemId')?.attributes.Id;
    if (itemId === undefined) return [];
    const [startAt, originalStartAt] = [
      instantOf(occurrence, 'Start'),
      instantOf(occurrence, 'OriginalStart'),
    ];
    return [{ itemId: itemId as ItemId, startAt, originalStartAt }];
  });
}
