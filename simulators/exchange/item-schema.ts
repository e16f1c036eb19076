/**
 * The schema of calendar items, contacts and tasks in requests: which elements there are, in which order, and what plain
 * values may look like. As at a real server nothing of a request is done when any part of it breaks the schema.
 */
import { schemaViolation } from './errors.ts';
import { child, type XmlNode } from './xml-tree.ts';

const words = (text: string) => text.trim().split(/\s+/);

/** Elements of ItemType, which come before those of each kind. */
const ITEM = words(`
  MimeContent ItemId ParentFolderId ItemClass Subject Sensitivity Body Attachments DateTimeReceived Size
  Categories Importance InReplyTo IsSubmitted IsDraft IsFromMe IsResend IsUnmodified InternetMessageHeaders
  DateTimeSent DateTimeCreated ResponseObjects ReminderDueBy ReminderIsSet ReminderNextTime
  ReminderMinutesBeforeStart DisplayCc DisplayTo DisplayBcc HasAttachments ExtendedProperty Culture
  EffectiveRights LastModifiedName LastModifiedTime IsAssociated WebClientReadFormQueryString
  WebClientEditFormQueryString ConversationId UniqueBody Flag StoreEntryId InstanceKey NormalizedBody
  EntityExtractionResult PolicyTag ArchiveTag RetentionDate Preview RightsManagementLicenseData
  PredictedActionReasons IsClutter BlockStatus HasBlockedImages TextBody IconIndex SearchKey SortKey Hashtags
  Mentions MentionedMe MentionsPreview MentionsEx AppliedHashtags AppliedHashtagsPreview Likes LikesPreview
  PendingSocialActivityTagIds AtAllMention CanDelete InferenceClassification
`);

const OWN: Readonly<Record<string, readonly string[]>> = {
  CalendarItem: words(`
  UID RecurrenceId DateTimeStamp Start End OriginalStart IsAllDayEvent LegacyFreeBusyStatus Location When
  IsMeeting IsCancelled IsRecurring MeetingRequestWasSent IsResponseRequested CalendarItemType MyResponseType
  Organizer RequiredAttendees OptionalAttendees Resources InboxReminders ConflictingMeetingCount
  AdjacentMeetingCount ConflictingMeetings AdjacentMeetings Duration TimeZone AppointmentReplyTime
  AppointmentSequenceNumber AppointmentState Recurrence FirstOccurrence LastOccurrence ModifiedOccurrences
  DeletedOccurrences MeetingTimeZone StartTimeZone EndTimeZone ConferenceType AllowNewTimeProposal
  IsOnlineMeeting MeetingWorkspaceUrl NetShowUrl EnhancedLocation StartWallClock EndWallClock StartTimeZoneId
  EndTimeZoneId IntendedFreeBusyStatus JoinOnlineMeetingUrl OnlineMeetingSettings IsOrganizer
  CalendarActivityData DoNotForwardMeeting
`),
  Contact: words(`
  FileAs FileAsMapping DisplayName GivenName Initials MiddleName Nickname CompleteName CompanyName
  EmailAddresses AbchEmailAddresses PhysicalAddresses PhoneNumbers AssistantName Birthday BusinessHomePage
  Children Companies ContactSource Department Generation ImAddresses JobTitle Manager Mileage OfficeLocation
  PostalAddressIndex Profession SpouseName Surname WeddingAnniversary HasPicture PhoneticFullName
  PhoneticFirstName PhoneticLastName Alias Notes Photo UserSMIMECertificate MSExchangeCertificate DirectoryId
  ManagerMailbox DirectReports AccountName IsAutoUpdateDisabled IsMessengerEnabled Comment ContactShortId
  ContactType Gender IsHidden ObjectId PassportId IsPrivate SourceId TrustLevel CreatedBy Urls Cid
  SkypeAuthCertificate SkypeContext SkypeId SkypeRelationship YomiNickname XboxLiveTag InviteFree
  HidePresenceAndProfile IsPendingOutbound SupportGroupFeeds UserTileHash UnifiedInbox Mris Wlid AbchContactId
  NotInBirthdayCalendar ShellContactType ImMri PresenceTrustLevel OtherMri ProfileLastChanged MobileIMEnabled
  PartnerNetworkProfilePhotoUrl PartnerNetworkThumbnailPhotoUrl PersonId ConversationGuid
`),
  Task: words(`
  ActualWork AssignedTime BillingInformation ChangeCount Companies CompleteDate Contacts DelegationState
  Delegator DueDate IsAssignmentEditable IsComplete IsRecurring IsTeamTask Mileage Owner PercentComplete
  Recurrence StartDate Status StatusDescription TotalWork
`),
};

/** Elements with children in an order of their own, wherever they stand. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  Attendee: ['Mailbox', 'ResponseType', 'LastResponseTime', 'ProposedStart', 'ProposedEnd'],
  Mailbox: ['Name', 'EmailAddress', 'RoutingType', 'MailboxType', 'ItemId', 'OriginalDisplayName'],
  Entry: ['Street', 'City', 'State', 'CountryOrRegion', 'PostalCode'],
  DailyRecurrence: ['Interval'],
  WeeklyRecurrence: ['Interval', 'DaysOfWeek', 'FirstDayOfWeek'],
  AbsoluteMonthlyRecurrence: ['Interval', 'DayOfMonth'],
  RelativeMonthlyRecurrence: ['Interval', 'DaysOfWeek', 'DayOfWeekIndex'],
  AbsoluteYearlyRecurrence: ['DayOfMonth', 'Month'],
  RelativeYearlyRecurrence: ['DaysOfWeek', 'DayOfWeekIndex', 'Month'],
  NoEndRecurrence: ['StartDate'],
  EndDateRecurrence: ['StartDate', 'EndDate'],
  NumberedRecurrence: ['StartDate', 'NumberOfOccurrences'],
  MeetingTimeZone: ['BaseOffset', 'Standard', 'Daylight'],
  StartTimeZone: ['Periods', 'TransitionsGroups', 'Transitions'],
  EndTimeZone: ['Periods', 'TransitionsGroups', 'Transitions'],
};

const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
const BOOLEAN = /^(true|false|0|1)$/;

/** What the plain values of elements directly in an item look like. */
const VALUES: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    words(`Start End DueDate StartDate CompleteDate ReminderDueBy Birthday WeddingAnniversary`).map(
      (name) => [name, DATE_TIME],
    ),
  ),
  ...Object.fromEntries(
    words(
      `IsAllDayEvent ReminderIsSet IsResponseRequested AllowNewTimeProposal IsOnlineMeeting IsComplete`,
    ).map((name) => [name, BOOLEAN]),
  ),
  Sensitivity: /^(Normal|Personal|Private|Confidential)$/,
  Importance: /^(Low|Normal|High)$/,
  LegacyFreeBusyStatus: /^(Free|Tentative|Busy|OOF|WorkingElsewhere|NoData)$/,
  Status: /^(NotStarted|InProgress|Completed|WaitingOnOthers|Deferred)$/,
  ReminderMinutesBeforeStart: /^\d{1,7}$/,
  ConferenceType: /^-?\d{1,9}$/,
  PercentComplete: /^-?\d+(\.\d+)?$/,
};

/** Throws the fault for the first item in a CreateItem or UpdateItem that the schema does not allow. */
export function checkItems(request: XmlNode): void {
  for (const item of child(request, 'Items')?.children ?? []) checkItem(item);
  for (const change of child(request, 'ItemChanges')?.children ?? []) {
    for (const update of child(change, 'Updates')?.children ?? []) {
      const holder = update.children.at(-1);
      if (holder !== undefined) checkItem(holder);
    }
  }
}

function checkItem(item: XmlNode): void {
  const own = OWN[item.name];
  if (own === undefined) return;
  checkOrder(item, [...ITEM, ...own]);
  for (const part of item.children) {
    const form = VALUES[part.name];
    if (form !== undefined && !form.test(part.text.trim())) {
      throw schemaViolation(
        `The '${part.name}' element is invalid - The value '${part.text.trim()}' is invalid according to its datatype.`,
      );
    }
    checkParts(part);
  }
}

function checkParts(node: XmlNode): void {
  const order = PARTS[node.name];
  if (order !== undefined) checkOrder(node, order);
  for (const part of node.children) checkParts(part);
}

/** Each element at most once, in order; extended properties as often as one likes. */
function checkOrder(node: XmlNode, order: readonly string[]): void {
  let at = -1;
  for (const { name } of node.children) {
    const found = order.indexOf(name);
    const isRepeated = found === at && name === 'ExtendedProperty';
    if (found <= at && !isRepeated)
      throw schemaViolation(`The element '${node.name}' has invalid child element '${name}'.`);
    at = found;
  }
}
