/**
 * Requests for calendar items, contacts and tasks: one function per EWS operation, each in the schema's order and nothing else. What they
 * answer is read in the mappings beside this file.
 */
import type { Instant } from '../../../model/clock.ts';
import type { Collection } from '../../../model/collection.ts';
import {
  type FolderRef,
  FROM_SMTP_TAG,
  field,
  folder,
  getItem,
  type ItemElement,
  idOnly,
  syncStateElement,
  tag,
} from '../operations.ts';
import { escapeXml, type ServerVersion } from '../soap.ts';

/** The element that items of a collection are. */
export const ELEMENTS = {
  events: 'CalendarItem',
  contacts: 'Contact',
  tasks: 'Task',
} as const satisfies Record<Collection, ItemElement>;

/** Lockstep's own set of named properties, and the one in it: the record that an item was made from. */
export const STAMP_SET = '5d0f2a3c-8b57-4a0e-9c46-2f7d1b93e6a8';
export const STAMP_NAME = 'LockstepRecord';
export const STAMP = `<t:ExtendedFieldURI PropertySetId="${STAMP_SET}" PropertyName="${STAMP_NAME}" PropertyType="String"/>`;
/** PidLidCleanGlobalObjectId of PSETID_Meeting (MS-OXOCAL 2.2.1.28). */
export const CLEAN_ID = 0x23;
const CLEAN_ID_PATH = `<t:ExtendedFieldURI DistinguishedPropertySetId="Meeting" PropertyId="${CLEAN_ID}" PropertyType="Binary"/>`;
/** PidLidEmail1OriginalDisplayName and its two siblings (MS-OXOCNTC 2.2.1.2.4): the SMTP address of an entry that has a directory path. */
export const EMAIL_NAMES = [0x8084, 0x8094, 0x80a4] as const;
/** PidLidBirthdayLocal (MS-OXOCNTC 2.2.1.5.2): the date at midnight, never shifted. */
export const BIRTHDAY_LOCAL = 0x80de;
const addressPath = (id: number, type: string): string =>
  `<t:ExtendedFieldURI DistinguishedPropertySetId="Address" PropertyId="${id}" PropertyType="${type}"/>`;
export const BIRTHDAY_LOCAL_PATH = addressPath(BIRTHDAY_LOCAL, 'SystemTime');

const COMMON = [
  'item:ParentFolderId',
  'item:Subject',
  'item:Sensitivity',
  'item:Body',
  'item:Categories',
  'item:LastModifiedTime',
];
const DETAILS: Readonly<Record<Collection, readonly string[]>> = {
  events: [
    ...[
      'UID',
      'RecurrenceId',
      'Start',
      'End',
      'OriginalStart',
      'IsAllDayEvent',
      'LegacyFreeBusyStatus',
      'Location',
      'IsMeeting',
      'IsCancelled',
      'CalendarItemType',
      'MyResponseType',
      'Organizer',
      'RequiredAttendees',
      'OptionalAttendees',
      'Resources',
      'AppointmentState',
      'ModifiedOccurrences',
      'StartTimeZone',
    ].map((name) => field(`calendar:${name}`)),
    CLEAN_ID_PATH,
    tag(FROM_SMTP_TAG, 'String'),
  ],
  contacts: [
    ...[
      'GivenName',
      'CompanyName',
      'EmailAddresses',
      'PhysicalAddresses',
      'PhoneNumbers',
      'Birthday',
      'Department',
      'JobTitle',
      'Surname',
    ].map((name) => field(`contacts:${name}`)),
    ...EMAIL_NAMES.map((id) => addressPath(id, 'String')),
    BIRTHDAY_LOCAL_PATH,
  ],
  tasks: [
    field('item:Importance'),
    ...['CompleteDate', 'DueDate', 'Status'].map((name) => field(`task:${name}`)),
  ],
};

const withText = (...properties: readonly string[]): string =>
  '<t:BaseShape>IdOnly</t:BaseShape><t:BodyType>Text</t:BodyType>' +
  `<t:AdditionalProperties>${properties.join('')}</t:AdditionalProperties>`;

const detailShape = (collection: Collection): string =>
  withText(...COMMON.map(field), ...DETAILS[collection], STAMP);

/** Everything that is mapped, bodies as text. https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation */
export function getDetails(collection: Collection, ids: readonly string[]): string {
  return getItem(detailShape(collection), ids);
}

/** The series that each of some occurrences belongs to: its id, and how it counts its days. Same page as above. */
export function getSeriesOf(occurrenceIds: readonly string[]): string {
  const ids = occurrenceIds
    .map((id) => `<t:RecurringMasterItemId OccurrenceId="${escapeXml(id)}"/>`)
    .join('');
  const shape = idOnly(field('calendar:IsAllDayEvent'), field('calendar:StartTimeZone'));
  return `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${ids}</m:ItemIds></m:GetItem>`;
}

/** UID and version of events just made. Same page as above. */
export function getIdentities(ids: readonly string[]): string {
  return getItem(idOnly(field('calendar:UID'), CLEAN_ID_PATH), ids);
}

/** What tells in whose time zone, and by whom, an event was made. Same page as above. */
export function getZones(ids: readonly string[]): string {
  return getItem(
    idOnly(
      ...['Start', 'IsAllDayEvent', 'CalendarItemType', 'AppointmentState', 'StartTimeZone'].map((name) =>
        field(`calendar:${name}`),
      ),
    ),
    ids,
  );
}

/** What tells whether an item lies in the window: it is asked for with the changes, so that nothing outside needs a request. */
const GLANCES: Readonly<Record<Collection, readonly string[]>> = {
  events: ['calendar:Start', 'calendar:End', 'calendar:CalendarItemType'],
  contacts: [],
  tasks: ['item:LastModifiedTime', 'task:DueDate', 'task:Status'],
};
/** A page of a calendar may hold many years that are passed over; every other item costs its text. */
const CHANGES_MAX: Readonly<Record<Collection, number>> = { events: 512, contacts: 256, tasks: 256 };

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation */
export function syncItems(collection: Collection, folderId: string, syncState: string | null): string {
  return (
    `<m:SyncFolderItems><m:ItemShape>${idOnly(...GLANCES[collection].map(field))}</m:ItemShape>` +
    `<m:SyncFolderId>${folder({ id: folderId })}</m:SyncFolderId>${syncStateElement(syncState)}` +
    `<m:MaxChangesReturned>${CHANGES_MAX[collection]}</m:MaxChangesReturned>` +
    '<m:SyncScope>NormalItems</m:SyncScope></m:SyncFolderItems>'
  );
}

/** A view holds no more hits. */
export const VIEW_MAX = 1_000;

/**
 * What takes place in a span of time, series expanded. A list has neither bodies nor attendees.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendarview
 */
export function viewCalendar(
  folderId: string,
  range: { readonly from: Instant; readonly to: Instant },
): string {
  const names = ['UID', 'RecurrenceId', 'Start', 'End', 'OriginalStart', 'IsAllDayEvent', 'CalendarItemType'];
  const shape = idOnly(
    field('item:LastModifiedTime'),
    ...names.map((name) => field(`calendar:${name}`)),
    CLEAN_ID_PATH,
  );
  return (
    `<m:FindItem Traversal="Shallow"><m:ItemShape>${shape}</m:ItemShape>` +
    `<m:CalendarView MaxEntriesReturned="${VIEW_MAX}" StartDate="${instantText(range.from)}" EndDate="${instantText(range.to)}"/>` +
    `<m:ParentFolderIds>${folder({ id: folderId })}</m:ParentFolderIds></m:FindItem>`
  );
}

/** The events made last, newest first. https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation */
export function findNewestEvents(itemsMax: number): string {
  return (
    `<m:FindItem Traversal="Shallow"><m:ItemShape>${idOnly()}</m:ItemShape>` +
    `<m:IndexedPageItemView MaxEntriesReturned="${itemsMax}" Offset="0" BasePoint="Beginning"/>` +
    `<m:SortOrder><t:FieldOrder Order="Descending">${field('item:DateTimeCreated')}</t:FieldOrder></m:SortOrder>` +
    `<m:ParentFolderIds>${folder({ role: 'calendar' })}</m:ParentFolderIds></m:FindItem>`
  );
}

/** Items that carry one of some stamps. Same page as above. */
export function findStamped(where: FolderRef, stamps: readonly string[], itemsMax: number): string {
  const equal = stamps.map(
    (stamp) =>
      `<t:IsEqualTo>${STAMP}<t:FieldURIOrConstant><t:Constant Value="${escapeXml(stamp)}"/>` +
      '</t:FieldURIOrConstant></t:IsEqualTo>',
  );
  const [only] = equal;
  const search = equal.length === 1 && only !== undefined ? only : `<t:Or>${equal.join('')}</t:Or>`;
  return (
    `<m:FindItem Traversal="Shallow"><m:ItemShape>${idOnly(STAMP)}</m:ItemShape>` +
    `<m:IndexedPageItemView MaxEntriesReturned="${itemsMax}" Offset="0" BasePoint="Beginning"/>` +
    `<m:Restriction>${search}</m:Restriction>` +
    `<m:ParentFolderIds>${folder(where)}</m:ParentFolderIds></m:FindItem>`
  );
}

/**
 * Makes items and tells nobody. `items` are whole elements.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation
 */
export function createItemsIn(where: FolderRef, items: readonly string[]): string {
  return (
    '<m:CreateItem MessageDisposition="SaveOnly" SendMeetingInvitations="SendToNone">' +
    `<m:SavedItemFolderId>${folder(where)}</m:SavedItemFolderId><m:Items>${items.join('')}</m:Items></m:CreateItem>`
  );
}

export interface ItemChangeXml {
  readonly itemId: string;
  readonly version: string;
  /** `SetItemField` and `DeleteItemField` elements. */
  readonly updates: string;
}

/**
 * Changes items and tells nobody. `NeverOverwrite`: whoever wrote since the version was read is not overwritten.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
 */
export function updateItemsXml(
  changes: readonly ItemChangeXml[],
  version: ServerVersion,
  resolution: 'NeverOverwrite' | 'AlwaysOverwrite' = 'NeverOverwrite',
): string {
  // SuppressReadReceipts came with Exchange 2013 SP1.
  const receipts = version === 'Exchange2013_SP1' ? ' SuppressReadReceipts="true"' : '';
  const written = changes.map(
    ({ itemId, version: changeKey, updates }) =>
      `<t:ItemChange><t:ItemId Id="${escapeXml(itemId)}" ChangeKey="${escapeXml(changeKey)}"/>` +
      `<t:Updates>${updates}</t:Updates></t:ItemChange>`,
  );
  return (
    `<m:UpdateItem ConflictResolution="${resolution}" MessageDisposition="SaveOnly" ` +
    `SendMeetingInvitationsOrCancellations="SendToNone"${receipts}>` +
    `<m:ItemChanges>${written.join('')}</m:ItemChanges></m:UpdateItem>`
  );
}

/** An `xs:dateTime` in UTC, whole seconds. */
export function instantText(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
