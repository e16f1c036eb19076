/** Calendar items, contacts and tasks of the simulated Exchange: every request and answer held against the official schema. */
import { afterAll, expect, test } from 'vitest';
import {
  ANN,
  CREATE_ITEM,
  createTestWorld,
  DELETE_ITEM,
  FIND_ITEMS,
  findAll,
  firstText,
  GET_FOLDERS,
  GET_ITEMS,
  ITEM_ID,
  SET_FIELD,
  SYNC_ITEMS,
  UPDATE_ITEM,
  VIEW,
} from '../../simulators/exchange/test-support.ts';
import { openExchangeJudge, type SeenExchange } from '../support/exchange-judge.ts';

const judge = openExchangeJudge();
if (!judge.isOpen)
  process.stdout.write(
    'exchange-personal-schema: skipped, the official schema is not at ../shared/contracts/ews\n',
  );
afterAll(() => judge.close());

const SHAPES = [
  '<t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>',
  '<t:BaseShape>Default</t:BaseShape><t:BodyType>Text</t:BodyType>',
];
const field = (uri: string) => `<t:FieldURI FieldURI="${uri}"/>`;
const shapeOf = (...paths: string[]) =>
  `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${paths.join('')}</t:AdditionalProperties>`;
const KEY =
  '<t:ExtendedFieldURI PropertySetId="6ed8da90-450b-101b-98da-00aa003f1305" PropertyName="LockstepKey" PropertyType="String"/>';
const ATTENDEES = ['x@y.test', 'z@y.test']
  .map(
    (address) =>
      `<t:Attendee><t:Mailbox><t:Name>${address}</t:Name><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:Attendee>`,
  )
  .join('');

function createWorld() {
  const seen: SeenExchange[] = [];
  const world = createTestWorld({ observe: (exchange) => seen.push(exchange) });
  const idIn = (answer: Awaited<ReturnType<typeof world.call>>) =>
    findAll(answer.root, 'ItemId')[0]?.attributes.Id ?? '';
  return { ...world, seen, idIn };
}

function series(name: string, pattern: string, range: string): string {
  return `<t:CalendarItem><t:Subject>${name}</t:Subject><t:Sensitivity>Private</t:Sensitivity><t:Body BodyType="HTML">&lt;p&gt;&amp;amp; more&lt;/p&gt;</t:Body><t:Categories><t:String>Red</t:String></t:Categories><t:ExtendedProperty>${KEY}<t:Value>00U</t:Value></t:ExtendedProperty><t:Start>2026-03-16T09:00:00</t:Start><t:End>2026-03-16T10:00:00</t:End><t:IsAllDayEvent>false</t:IsAllDayEvent><t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus><t:Location>Room &lt;1&gt;</t:Location><t:RequiredAttendees>${ATTENDEES}</t:RequiredAttendees><t:OptionalAttendees>${ATTENDEES}</t:OptionalAttendees><t:Recurrence>${pattern}${range}</t:Recurrence><t:StartTimeZone Id="Pacific Standard Time"/></t:CalendarItem>`;
}

const PATTERNS = [
  '<t:DailyRecurrence><t:Interval>2</t:Interval></t:DailyRecurrence>',
  '<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday Friday</t:DaysOfWeek><t:FirstDayOfWeek>Monday</t:FirstDayOfWeek></t:WeeklyRecurrence>',
  '<t:AbsoluteMonthlyRecurrence><t:Interval>1</t:Interval><t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>',
  '<t:RelativeMonthlyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Weekday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex></t:RelativeMonthlyRecurrence>',
  '<t:AbsoluteYearlyRecurrence><t:DayOfMonth>29</t:DayOfMonth><t:Month>February</t:Month></t:AbsoluteYearlyRecurrence>',
  '<t:RelativeYearlyRecurrence><t:DaysOfWeek>Day</t:DaysOfWeek><t:DayOfWeekIndex>First</t:DayOfWeekIndex><t:Month>May</t:Month></t:RelativeYearlyRecurrence>',
];
const RANGES = [
  '<t:NoEndRecurrence><t:StartDate>2026-03-16</t:StartDate></t:NoEndRecurrence>',
  '<t:EndDateRecurrence><t:StartDate>2026-03-16</t:StartDate><t:EndDate>2036-03-16</t:EndDate></t:EndDateRecurrence>',
  '<t:NumberedRecurrence><t:StartDate>2026-03-16</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence>',
];

test.skipIf(!judge.isOpen)(
  'series of every pattern and their occurrences are as the schema says',
  async () => {
    const { call, seen, idIn, simulator } = createWorld();
    for (const [index, pattern] of PATTERNS.entries()) {
      const id = idIn(
        await call(CREATE_ITEM(series(`S${index}`, pattern, RANGES[index % RANGES.length] ?? ''))),
      );
      const at = (instance: number) =>
        `<t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="${instance}"/>`;
      await call(UPDATE_ITEM(at(2), SET_FIELD('CalendarItem', 'item:Subject', 'Changed')));
      await call(DELETE_ITEM(at(3), 'SendMeetingCancellations="SendToNone"'));
      simulator.respond(ANN, simulator.occurrenceIdOf(ANN, id, 4), 'x@y.test', 'Tentative');
      for (const shape of SHAPES) {
        const ids = ITEM_ID(id) + [1, 2, 3, 4, 600].map(at).join('');
        await call(`<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${ids}</m:ItemIds></m:GetItem>`);
      }
      const more = ['MeetingTimeZone', 'EndTimeZone', 'StartTimeZoneId', 'EndTimeZoneId', 'IsOrganizer'];
      await call(GET_ITEMS([id], shapeOf(...more.map((name) => field(`calendar:${name}`)), KEY)));
    }
    const view = FIND_ITEMS(VIEW('2026-03-01T00:00:00Z', '2028-03-01T00:00:00Z', 40));
    for (const base of ['IdOnly', 'Default', 'AllProperties']) await call(view.replace('IdOnly', base));
    await call(
      SYNC_ITEMS(
        '',
        512,
        'calendar',
        `<t:AdditionalProperties>${field('calendar:UID')}${field('calendar:Start')}${KEY}</t:AdditionalProperties>`,
      ),
    );
    expect(judge.problemsIn(seen)).toEqual([]);
    expect(simulator.notificationsSent()).toEqual([]);
  },
);

test.skipIf(!judge.isOpen)('meetings, their answers and refusals are as the schema says', async () => {
  const { call, seen, idIn, simulator } = createWorld();
  const item = `<t:CalendarItem><t:Subject>Plan</t:Subject><t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>30</t:ReminderMinutesBeforeStart><t:Start>2026-07-01T00:00:00+02:00</t:Start><t:End>2026-07-02T00:00:00+02:00</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent><t:IsResponseRequested>true</t:IsResponseRequested><t:RequiredAttendees>${ATTENDEES}</t:RequiredAttendees><t:StartTimeZone Id="W. Europe Standard Time"/><t:EndTimeZone Id="W. Europe Standard Time"/><t:ConferenceType>0</t:ConferenceType><t:AllowNewTimeProposal>false</t:AllowNewTimeProposal><t:MeetingWorkspaceUrl>https://work.example.test/</t:MeetingWorkspaceUrl><t:NetShowUrl>https://show.example.test/</t:NetShowUrl></t:CalendarItem>`;
  const id = idIn(await call(CREATE_ITEM(item)));
  simulator.respond(ANN, id, 'x@y.test', 'Accept');
  for (const shape of SHAPES) await call(GET_ITEMS([id], shape));
  await call(UPDATE_ITEM(ITEM_ID(id), SET_FIELD('CalendarItem', 'calendar:End', '2020-01-01T00:00:00Z')));
  await call(
    UPDATE_ITEM(ITEM_ID(id), `<t:DeleteItemField>${field('calendar:Location')}</t:DeleteItemField>`),
  );
  const more = `<t:AppendToItemField>${field('calendar:OptionalAttendees')}<t:CalendarItem><t:OptionalAttendees>${ATTENDEES}</t:OptionalAttendees></t:CalendarItem></t:AppendToItemField>`;
  expect((await call(UPDATE_ITEM(ITEM_ID(id), more))).codes).toEqual(['NoError']);
  await call(
    UPDATE_ITEM(
      ITEM_ID(id, 'stale'),
      SET_FIELD('CalendarItem', 'item:Subject', 'x'),
      'SendToNone',
      'NeverOverwrite',
    ),
  );
  const received = simulator.createEvent(ANN, {
    subject: 'Review',
    start: '2026-03-16T09:00:00',
    timeZone: 'Tokyo Standard Time',
    organizer: { name: 'Carla', address: 'carla@fabrikam.test' },
  });
  for (const kind of ['AcceptItem', 'TentativelyAcceptItem', 'CancelCalendarItem', 'DeclineItem']) {
    await call(
      `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:${kind}><t:ReferenceItemId Id="${received}"/></t:${kind}></m:Items></m:CreateItem>`,
    );
  }
  const copied = await call(
    `<m:CopyItem><m:ToFolderId><t:DistinguishedFolderId Id="calendar"/></m:ToFolderId><m:ItemIds>${ITEM_ID(id)}</m:ItemIds></m:CopyItem>`,
  );
  await call(DELETE_ITEM(ITEM_ID(idIn(copied)), 'SendMeetingCancellations="SendToNone"'));
  await call(FIND_ITEMS(VIEW('2026-03-01T00:00:00Z', '2028-03-02T00:00:00Z')));
  expect(judge.problemsIn(seen)).toEqual([]);
  expect(simulator.notificationsSent()).toEqual([]);
});

test.skipIf(!judge.isOpen)('contacts and tasks are as the schema says', async () => {
  const { call, seen, idIn, simulator } = createWorld();
  const contact =
    '<t:Contact><t:Subject>T</t:Subject><t:Body BodyType="Text">Notes &amp; more</t:Body><t:FileAsMapping>FirstSpaceLast</t:FileAsMapping><t:GivenName>Tanja</t:GivenName><t:Initials>T.P.</t:Initials><t:MiddleName>M</t:MiddleName><t:Nickname>Ta</t:Nickname><t:CompanyName>Blue</t:CompanyName><t:EmailAddresses><t:Entry Key="EmailAddress1">t@example.test</t:Entry></t:EmailAddresses><t:PhysicalAddresses><t:Entry Key="Home"><t:Street>1</t:Street><t:City>2</t:City><t:State>3</t:State><t:CountryOrRegion>4</t:CountryOrRegion><t:PostalCode>5</t:PostalCode></t:Entry></t:PhysicalAddresses><t:PhoneNumbers><t:Entry Key="BusinessPhone">1</t:Entry><t:Entry Key="HomeFax">2</t:Entry></t:PhoneNumbers><t:AssistantName>A</t:AssistantName><t:Birthday>1980-02-29T00:00:00Z</t:Birthday><t:BusinessHomePage>https://example.test/</t:BusinessHomePage><t:Children><t:String>Kim</t:String></t:Children><t:Department>D</t:Department><t:Generation>Jr.</t:Generation><t:ImAddresses><t:Entry Key="ImAddress1">im</t:Entry></t:ImAddresses><t:JobTitle>J</t:JobTitle><t:Manager>M</t:Manager><t:OfficeLocation>O</t:OfficeLocation><t:PostalAddressIndex>Home</t:PostalAddressIndex><t:Profession>P</t:Profession><t:SpouseName>S</t:SpouseName><t:Surname>Plate</t:Surname><t:WeddingAnniversary>2001-01-01T00:00:00Z</t:WeddingAnniversary></t:Contact>';
  const contactId = idIn(await call(CREATE_ITEM(contact, 'contacts', '')));
  const task = (recurrence: string) =>
    `<t:Task><t:Subject>Report</t:Subject><t:Body BodyType="HTML">x</t:Body><t:Importance>High</t:Importance><t:ReminderDueBy>2026-01-09T08:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet><t:ActualWork>5</t:ActualWork><t:Companies><t:String>Blue</t:String></t:Companies><t:DueDate>2026-01-09T00:00:00Z</t:DueDate><t:PercentComplete>12.5</t:PercentComplete>${recurrence}<t:StartDate>2026-01-08T00:00:00Z</t:StartDate></t:Task>`;
  const taskIds: string[] = [];
  for (const unit of ['Daily', 'Weekly', 'Monthly', 'Yearly']) {
    const recurrence = `<t:Recurrence><t:${unit}Regeneration><t:Interval>2</t:Interval></t:${unit}Regeneration>${RANGES[0]}</t:Recurrence>`;
    taskIds.push(idIn(await call(CREATE_ITEM(task(recurrence), 'tasks', ''))));
  }
  taskIds.push(idIn(await call(CREATE_ITEM(task(''), 'tasks', ''))));
  const done = await call(
    UPDATE_ITEM(ITEM_ID(taskIds[0] ?? ''), SET_FIELD('Task', 'task:Status', 'Completed'), ''),
  );
  expect(taskIds).not.toContain(idIn(done));
  for (const shape of SHAPES) await call(GET_ITEMS([contactId, ...taskIds, idIn(done)], shape));
  const indexed = ['contacts:EmailAddress|EmailAddress1', 'contacts:PhysicalAddress:City|Home'].map(
    (path) => {
      const [uri, key] = path.split('|');
      return `<t:IndexedFieldURI FieldURI="${uri}" FieldIndex="${key}"/>`;
    },
  );
  const more = ['Notes', 'HasPicture', 'ContactSource'].map((name) => field(`contacts:${name}`));
  await call(GET_ITEMS([contactId], shapeOf(...indexed, ...more)));
  for (const folder of ['contacts', 'tasks']) {
    const find = FIND_ITEMS('', folder);
    for (const base of ['Default', 'AllProperties']) await call(find.replace('IdOnly', base));
    await call(SYNC_ITEMS('', 512, folder));
  }
  await call(DELETE_ITEM(ITEM_ID(taskIds[4] ?? ''), ''));
  await call(DELETE_ITEM(ITEM_ID(taskIds[4] ?? ''), 'AffectedTaskOccurrences="AllOccurrences"'));
  simulator.createFolder(ANN, 'Calendar/Team');
  const made = await call(
    '<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="contacts"/></m:ParentFolderId><m:Folders><t:ContactsFolder><t:DisplayName>Salesforce Contacts</t:DisplayName></t:ContactsFolder></m:Folders></m:CreateFolder>',
  );
  expect(made.codes).toEqual(['NoError']);
  const hierarchy = await call(
    '<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape></m:SyncFolderHierarchy>',
  );
  const classes = findAll(hierarchy.root, 'Create').map(({ children: [folder] }) => [
    folder?.name,
    firstText(folder, 'FolderClass'),
  ]);
  expect(classes.filter(([, folderClass]) => /Appointment|Contact|Task/.test(folderClass ?? ''))).toEqual([
    ['CalendarFolder', 'IPF.Appointment'],
    ['ContactsFolder', 'IPF.Contact'],
    ['TasksFolder', 'IPF.Task'],
    ['CalendarFolder', 'IPF.Appointment'],
    ['ContactsFolder', 'IPF.Contact'],
  ]);
  await call(GET_FOLDERS(['calendar', 'contacts', 'tasks'], SHAPES[0]?.split('<t:Inc')[0]));
  expect(judge.problemsIn(seen)).toEqual([]);
});

test.skipIf(!judge.isOpen)('every time zone Windows names is written as the schema says', async () => {
  const { call, seen } = createWorld();
  const answer = await call('<m:GetServerTimeZones ReturnFullTimeZoneData="true"/>');
  expect(findAll(answer.root, 'TimeZoneDefinition').length).toBeGreaterThan(130);
  expect(judge.problemsIn(seen)).toEqual([]);
});
