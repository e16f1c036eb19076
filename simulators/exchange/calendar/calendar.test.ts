/** Calendar items over EWS: times and zones, series with exceptions, views, meetings and what would be mailed. */
import { expect, test } from 'vitest';
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
} from '../test-support.ts';

const ALL = '<t:BaseShape>AllProperties</t:BaseShape>';
const BERLIN = 'W. Europe Standard Time';
const WEEKLY =
  '<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-03-16</t:StartDate><t:NumberOfOccurrences>4</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';
const SERIES = `<t:CalendarItem><t:Subject>Weekly</t:Subject><t:Start>2026-03-16T09:00:00</t:Start><t:End>2026-03-16T10:00:00</t:End>${WEEKLY}<t:StartTimeZone Id="${BERLIN}"/></t:CalendarItem>`;
const attendee = (address: string) =>
  `<t:Attendee><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:Attendee>`;
const occurrence = (master: string, index: number) =>
  `<t:OccurrenceItemId RecurringMasterId="${master}" InstanceIndex="${index}"/>`;

type World = ReturnType<typeof createTestWorld>;

async function create({ call }: World, item: string, attributes?: string) {
  const answer = await call(CREATE_ITEM(item, undefined, attributes));
  const id = findAll(answer.root, 'ItemId')[0]?.attributes;
  return { codes: answer.codes, id: id?.Id ?? '', changeKey: id?.ChangeKey ?? '' };
}

async function read({ call }: World, id: string, shape = ALL) {
  return (await call(GET_ITEMS([id], shape))).root;
}

async function get({ call }: World, ids: string) {
  return call(`<m:GetItem><m:ItemShape>${ALL}</m:ItemShape><m:ItemIds>${ids}</m:ItemIds></m:GetItem>`);
}

const texts = (root: Parameters<typeof findAll>[0], name: string) =>
  findAll(root, name).map((node) => node.text);

test('a local time is meant in the zone the item names, and comes back universal', async () => {
  const world = createTestWorld();
  const { id } = await create(
    world,
    `<t:CalendarItem><t:Subject>Talk</t:Subject><t:Start>2026-07-01T09:00:00</t:Start><t:End>2026-07-01T10:30:00+01:00</t:End><t:StartTimeZone Id="${BERLIN}"/></t:CalendarItem>`,
  );
  const root = await read(world, id);
  expect([firstText(root, 'Start'), firstText(root, 'End')]).toEqual([
    '2026-07-01T07:00:00Z',
    '2026-07-01T09:30:00Z',
  ]);
  expect(findAll(root, 'StartTimeZone')[0]?.attributes.Id).toBe(BERLIN);
  expect(texts(root, 'CalendarItemType')).toEqual(['Single']);
  expect(texts(root, 'MyResponseType')).toEqual(['Organizer']);
  expect(firstText(root, 'UID')).toMatch(/^040000008200E00074C5B7101A82E008[0-9A-F]{80}$/);
});

test('the header, MeetingTimeZone and a definition of its own each give local times a zone', async () => {
  const world = createTestWorld();
  const item = (zone: string) =>
    `<t:CalendarItem><t:Start>2026-07-01T09:00:00</t:Start><t:End>2026-07-01T10:00:00</t:End>${zone}</t:CalendarItem>`;
  const startOf = async (zone: string, header?: string) => {
    const answer = await world.call(CREATE_ITEM(item(zone)), header === undefined ? {} : { header });
    const root = await read(world, findAll(answer.root, 'ItemId')[0]?.attributes.Id ?? '');
    return firstText(root, 'Start') ?? answer.codes[0];
  };
  const context = '<t:TimeZoneContext><t:TimeZoneDefinition Id="Tokyo Standard Time"/></t:TimeZoneContext>';
  const change = (name: string, offset: string, index: string, month: string) =>
    `<t:${name}><t:Offset>${offset}</t:Offset><t:RelativeYearlyRecurrence><t:DaysOfWeek>Sunday</t:DaysOfWeek><t:DayOfWeekIndex>${index}</t:DayOfWeekIndex><t:Month>${month}</t:Month></t:RelativeYearlyRecurrence><t:Time>02:00:00</t:Time></t:${name}>`;
  const meeting = `<t:MeetingTimeZone TimeZoneName="Office"><t:BaseOffset>PT8H</t:BaseOffset>${change('Standard', 'PT0S', 'First', 'November')}${change('Daylight', '-PT1H', 'Second', 'March')}</t:MeetingTimeZone>`;
  const own =
    '<t:StartTimeZone Id="Mine" Name="Mine"><t:Periods><t:Period Bias="-PT5H45M" Name="Standard" Id="std"/></t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0"><t:Transition><t:To Kind="Period">std</t:To></t:Transition></t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions></t:StartTimeZone>';
  expect(await startOf('')).toBe('2026-07-01T09:00:00Z');
  expect(await startOf('', context)).toBe('2026-07-01T00:00:00Z');
  expect(await startOf(meeting)).toBe('2026-07-01T16:00:00Z');
  expect(await startOf(own)).toBe('2026-07-01T03:15:00Z');
  expect(await startOf('<t:StartTimeZone Id="Nowhere Standard Time"/>')).toBe('ErrorCalendarInvalidTimeZone');
});

test('an all-day event runs from midnight to midnight of its zone, over the turn of the clocks', async () => {
  const world = createTestWorld();
  const { id } = await create(
    world,
    `<t:CalendarItem><t:Start>2026-03-28T10:00:00</t:Start><t:End>2026-03-29T11:00:00</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent><t:StartTimeZone Id="${BERLIN}"/></t:CalendarItem>`,
  );
  const root = await read(world, id);
  expect([firstText(root, 'Start'), firstText(root, 'End')]).toEqual([
    '2026-03-27T23:00:00Z',
    '2026-03-29T22:00:00Z',
  ]);
});

test('a series keeps its local time when clocks turn, and tells of its first and last occurrence', async () => {
  const world = createTestWorld();
  const { id } = await create(world, SERIES);
  const found = await world.call(
    FIND_ITEMS(VIEW('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z'), 'calendar', [
      'calendar:Start',
      'calendar:CalendarItemType',
    ]),
  );
  expect(texts(found.root, 'Start')).toEqual([
    '2026-03-16T08:00:00Z',
    '2026-03-23T08:00:00Z',
    '2026-03-30T07:00:00Z',
    '2026-04-06T07:00:00Z',
  ]);
  expect(new Set(texts(found.root, 'CalendarItemType'))).toEqual(new Set(['Occurrence']));
  const master = await read(world, id);
  expect(texts(master, 'CalendarItemType')).toEqual(['RecurringMaster']);
  const last = findAll(master, 'LastOccurrence')[0];
  expect(firstText(last, 'OriginalStart')).toBe('2026-04-06T07:00:00Z');
  const lastId = findAll(last, 'ItemId')[0]?.attributes.Id ?? '';
  expect(texts(await read(world, lastId), 'RecurrenceId')).toEqual(['2026-04-06T07:00:00Z']);
  const back = await get(world, `<t:RecurringMasterItemId OccurrenceId="${lastId}"/>${occurrence(id, 4)}`);
  expect(findAll(back.root, 'CalendarItem').map((node) => findAll(node, 'ItemId')[0]?.attributes.Id)).toEqual(
    [id, lastId],
  );
});

test('changing and deleting occurrences changes the master, which alone is synced', async () => {
  const world = createTestWorld();
  const { call } = world;
  const { id } = await create(world, SERIES);
  const first = await call(SYNC_ITEMS('', 512, 'calendar'));
  expect(findAll(first.root, 'Create')).toHaveLength(1);
  const before = findAll(first.root, 'ItemId')[0]?.attributes.ChangeKey;
  const moved = await call(
    UPDATE_ITEM(
      occurrence(id, 2),
      SET_FIELD('CalendarItem', 'calendar:Start', '2026-03-24T14:00:00Z') +
        SET_FIELD('CalendarItem', 'calendar:End', '2026-03-24T15:00:00Z') +
        SET_FIELD('CalendarItem', 'item:Subject', 'Moved'),
    ),
  );
  expect(moved.codes).toEqual(['NoError']);
  expect((await call(DELETE_ITEM(occurrence(id, 3), 'SendMeetingCancellations="SendToNone"'))).codes).toEqual(
    ['NoError'],
  );
  const second = await call(SYNC_ITEMS(firstText(first.root, 'SyncState'), 512, 'calendar'));
  expect(findAll(second.root, 'Changes')[0]?.children.map(({ name }) => name)).toEqual(['Update']);
  const told = findAll(second.root, 'ItemId')[0]?.attributes;
  expect([told?.Id, told?.ChangeKey === before]).toEqual([id, false]);
  const master = await read(world, id);
  const modified = findAll(master, 'ModifiedOccurrences')[0];
  expect([firstText(modified, 'Start'), firstText(modified, 'OriginalStart')]).toEqual([
    '2026-03-24T14:00:00Z',
    '2026-03-23T08:00:00Z',
  ]);
  expect(texts(findAll(master, 'DeletedOccurrences')[0], 'Start')).toEqual(['2026-03-30T07:00:00Z']);
  const found = await call(
    FIND_ITEMS(VIEW('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z'), 'calendar', [
      'item:Subject',
      'calendar:CalendarItemType',
    ]),
  );
  expect(texts(found.root, 'CalendarItemType')).toEqual(['Occurrence', 'Exception', 'Occurrence']);
  expect(texts(found.root, 'Subject')).toEqual(['Weekly', 'Moved', 'Weekly']);
  const ids = [3, 5, 2].map((index) => occurrence(id, index)).join('');
  expect((await get(world, ids)).codes).toEqual([
    'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
    'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    'NoError',
  ]);
  // What the exception does not have of its own still follows the series.
  await call(UPDATE_ITEM(ITEM_ID(id), SET_FIELD('CalendarItem', 'calendar:Location', 'Room 2')));
  const exception = await get(world, occurrence(id, 2));
  expect([firstText(exception.root, 'Location'), firstText(exception.root, 'Subject')]).toEqual([
    'Room 2',
    'Moved',
  ]);
});

test('an exception may not pass its neighbours, nor the last occurrence be deleted', async () => {
  const world = createTestWorld();
  const { id } = await create(world, SERIES);
  const times = (day: string) =>
    SET_FIELD('CalendarItem', 'calendar:Start', `${day}T08:00:00Z`) +
    SET_FIELD('CalendarItem', 'calendar:End', `${day}T09:00:00Z`);
  const refused = await world.call(UPDATE_ITEM(occurrence(id, 2), times('2026-03-30')));
  expect(refused.codes).toEqual(['ErrorOccurrenceCrossingBoundary']);
  const none = 'SendMeetingCancellations="SendToNone"';
  const ids = [1, 2, 3, 4].map((index) => occurrence(id, index)).join('');
  expect((await world.call(DELETE_ITEM(ids, none))).codes).toEqual([
    'NoError',
    'NoError',
    'NoError',
    'ErrorRecurrenceHasNoOccurrence',
  ]);
  expect(
    (
      await world.call(
        `<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id="inbox"/></m:ToFolderId><m:ItemIds>${occurrence(id, 4)}</m:ItemIds></m:MoveItem>`,
      )
    ).codes,
  ).toEqual(['ErrorCalendarCannotMoveOrCopyOccurrence']);
});

test('a new time of the series forgets its exceptions', async () => {
  const world = createTestWorld();
  const { id } = await create(world, SERIES);
  await world.call(UPDATE_ITEM(occurrence(id, 2), SET_FIELD('CalendarItem', 'item:Subject', 'Other')));
  await world.call(
    UPDATE_ITEM(
      ITEM_ID(id),
      SET_FIELD('CalendarItem', 'calendar:Start', '2026-03-16T12:00:00Z') +
        SET_FIELD('CalendarItem', 'calendar:End', '2026-03-16T13:00:00Z'),
    ),
  );
  const master = await read(world, id);
  expect(findAll(master, 'ModifiedOccurrences')).toEqual([]);
  expect(firstText(findAll(master, 'LastOccurrence')[0], 'Start')).toBe('2026-04-06T11:00:00Z');
});

test('all copies of a meeting share the clean id, an occurrence adds its day, and both are searched by', async () => {
  const world = createTestWorld();
  const uri = (id: number) =>
    `<t:ExtendedFieldURI DistinguishedPropertySetId="Meeting" PropertyId="${id}" PropertyType="Binary"/>`;
  const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uri(3)}${uri(35)}</t:AdditionalProperties>`;
  const { id } = await create(world, SERIES);
  const foreign = await create(
    world,
    '<t:CalendarItem><t:UID>meeting-7@calendar.example</t:UID></t:CalendarItem>',
  );
  const [plain, clean] = texts(await read(world, id, shape), 'Value');
  expect(plain).toBe(clean);
  const one = world.simulator.occurrenceIdOf(ANN, id, 1);
  const [dated = '', same] = texts(await read(world, one, shape), 'Value');
  expect(same).toBe(clean);
  expect(Buffer.from(dated, 'base64').subarray(16, 20).toString('hex')).toBe('07ea0310');
  const foreignRoot = await read(world, foreign.id, ALL);
  expect(firstText(foreignRoot, 'UID')).toBe('meeting-7@calendar.example');
  const [bytes = ''] = texts(await read(world, foreign.id, shape), 'Value');
  expect(Buffer.from(bytes, 'base64').toString('latin1')).toContain('vCal-Uid');
  const restriction = `<m:Restriction><t:IsEqualTo>${uri(35)}<t:FieldURIOrConstant><t:Constant Value="${clean}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>`;
  const found = await world.call(FIND_ITEMS(restriction));
  expect(findAll(found.root, 'ItemId').map((node) => node.attributes.Id)).toEqual([id]);
});

test('a calendar view is refused beyond two years, beyond a thousand hits, and for other folders', async () => {
  const world = createTestWorld();
  const { call, simulator } = world;
  simulator.createEvent(ANN, {
    start: '2026-01-01T08:00:00Z',
    end: '2026-01-01T09:00:00Z',
    recurrence: { pattern: { kind: 'daily', interval: 1 } },
  });
  simulator.createEvent(ANN, {
    start: '2026-01-01T10:00:00Z',
    end: '2026-01-01T11:00:00Z',
    recurrence: { pattern: { kind: 'daily', interval: 1 } },
  });
  const codes = async (view: string, folder?: string) => (await call(FIND_ITEMS(view, folder))).codes;
  const [from, to] = ['2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z'];
  expect(await codes(VIEW(from, '2028-01-01T00:00:01Z'))).toEqual(['ErrorCalendarViewRangeTooBig']);
  expect(await codes(VIEW(to, from))).toEqual(['ErrorCalendarEndDateIsEarlierThanStartDate']);
  expect(await codes(VIEW(from, to))).toEqual(['ErrorExceededFindCountLimit']);
  expect(await codes(VIEW(from, to), 'inbox')).toEqual(['ErrorCalendarFolderIsInvalidForCalendarView']);
  expect(await codes(VIEW('2026-01-01', to))).toEqual(['ErrorSchemaValidation']);
  const some = await call(FIND_ITEMS(VIEW(from, to, 10)));
  const root = findAll(some.root, 'RootFolder')[0];
  expect([findAll(some.root, 'ItemId').length, root?.attributes.IncludesLastItemInRange]).toEqual([
    10,
    'false',
  ]);
  // What ends as the span begins is outside, what begins as it ends too.
  const hour = await call(FIND_ITEMS(VIEW('2026-01-02T09:00:00Z', '2026-01-02T10:00:00Z')));
  expect(findAll(hour.root, 'ItemId')).toEqual([]);
});

test('each write says what is sent, and whatever is sent is counted', async () => {
  const world = createTestWorld();
  const { call, simulator } = world;
  const meeting = `<t:CalendarItem><t:Subject>Plan</t:Subject><t:Start>2026-03-16T09:00:00Z</t:Start><t:End>2026-03-16T10:00:00Z</t:End><t:RequiredAttendees>${attendee('x@y.test')}${attendee('z@y.test')}</t:RequiredAttendees></t:CalendarItem>`;
  const { id } = await create(world, meeting);
  const subject = SET_FIELD('CalendarItem', 'item:Subject', 'New');
  expect((await call(UPDATE_ITEM(ITEM_ID(id), subject, ''))).codes).toEqual([
    'ErrorSendMeetingInvitationsOrCancellationsRequired',
  ]);
  expect((await call(DELETE_ITEM(ITEM_ID(id), ''))).codes).toEqual(['ErrorSendMeetingCancellationsRequired']);
  await call(UPDATE_ITEM(ITEM_ID(id), subject));
  expect(simulator.notificationsSent()).toEqual([]);
  await call(UPDATE_ITEM(ITEM_ID(id), subject, 'SendToAllAndSaveCopy'));
  const onlyX = SET_FIELD('CalendarItem', 'calendar:RequiredAttendees', attendee('x@y.test'));
  await call(UPDATE_ITEM(ITEM_ID(id), onlyX, 'SendToChangedAndSaveCopy'));
  await call(DELETE_ITEM(ITEM_ID(id), 'SendMeetingCancellations="SendOnlyToAll"'));
  expect(simulator.notificationsSent().map((sent) => [sent.operation, sent.recipientCount])).toEqual([
    ['UpdateItem', 2],
    ['UpdateItem', 1],
    ['DeleteItem', 1],
  ]);
});

test('answers that arrive change the attendees, and cost the organizer no mail', async () => {
  const world = createTestWorld();
  const { id } = await create(
    world,
    `<t:CalendarItem><t:RequiredAttendees>${attendee('x@y.test')}</t:RequiredAttendees><t:OptionalAttendees>${attendee('z@y.test')}</t:OptionalAttendees></t:CalendarItem>`,
  );
  const state = async () => texts(await read(world, id), 'ResponseType');
  expect(await state()).toEqual(['Unknown', 'Unknown']);
  const marks = () =>
    world.call(
      GET_FOLDERS(
        ['calendar'],
        '<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:ExtendedFieldURI PropertyTag="0x670A" PropertyType="SystemTime"/></t:AdditionalProperties>',
      ),
    );
  const before = firstText((await marks()).root, 'Value');
  world.clock.at += 5_000;
  world.simulator.respond(ANN, id, 'X@y.test', 'Accept');
  world.simulator.respond(ANN, id, 'z@y.test', 'Decline');
  expect(await state()).toEqual(['Accept', 'Decline']);
  expect(firstText((await marks()).root, 'Value')).not.toBe(before);
  // Writing the list again keeps what they had answered.
  await world.call(
    UPDATE_ITEM(
      ITEM_ID(id),
      SET_FIELD('CalendarItem', 'calendar:RequiredAttendees', attendee('x@y.test') + attendee('new@y.test')),
    ),
  );
  expect(await state()).toEqual(['Accept', 'Unknown', 'Decline']);
  expect(world.simulator.notificationsSent()).toEqual([]);
});

test('a received meeting is answered, which mails its organizer, and may be cancelled by them', async () => {
  const world = createTestWorld();
  const { call, simulator } = world;
  const given = {
    subject: 'Review',
    start: '2026-03-16T09:00:00Z',
    end: '2026-03-16T10:00:00Z',
    organizer: { name: 'Carla', address: 'carla@fabrikam.test' },
    required: [{ name: 'Ann', address: ANN }],
  };
  const id = simulator.createEvent(ANN, given);
  const root = await read(world, id);
  expect([
    firstText(root, 'MyResponseType'),
    firstText(root, 'AppointmentState'),
    firstText(root, 'IsMeeting'),
  ]).toEqual(['NoResponseReceived', '3', 'true']);
  const answer = (kind: string, how: string) =>
    call(
      `<m:CreateItem MessageDisposition="${how}"><m:Items><t:${kind}><t:ReferenceItemId Id="${id}"/></t:${kind}></m:Items></m:CreateItem>`,
    );
  expect((await answer('CancelCalendarItem', 'SendOnly')).codes).toEqual(['ErrorCalendarIsNotOrganizer']);
  await answer('TentativelyAcceptItem', 'SaveOnly');
  expect(simulator.notificationsSent()).toHaveLength(0);
  await answer('AcceptItem', 'SendAndSaveCopy');
  expect(simulator.notificationsSent()).toHaveLength(1);
  expect(firstText(await read(world, id), 'MyResponseType')).toBe('Accept');
  simulator.cancelMeeting(ANN, id);
  const cancelled = await read(world, id);
  expect([
    firstText(cancelled, 'IsCancelled'),
    firstText(cancelled, 'AppointmentState'),
    firstText(cancelled, 'Subject'),
  ]).toEqual(['true', '7', 'Canceled: Review']);
  await call(DELETE_ITEM(ITEM_ID(id), 'SendMeetingCancellations="SendToAllAndSaveCopy"'));
  expect(simulator.notificationsSent()).toHaveLength(2);
});

test('a stale change key is refused where asked, a failing update changes nothing', async () => {
  const world = createTestWorld();
  const { id, changeKey } = await create(world, SERIES);
  const location = SET_FIELD('CalendarItem', 'calendar:Location', 'Room 1');
  const strict = (key: string, updates: string) =>
    world.call(UPDATE_ITEM(ITEM_ID(id, key), updates, 'SendToNone', 'NeverOverwrite'));
  expect((await strict(changeKey, location)).codes).toEqual(['NoError']);
  expect((await strict(changeKey, location)).codes).toEqual(['ErrorIrresolvableConflict']);
  const bad =
    SET_FIELD('CalendarItem', 'item:Subject', 'Lost') +
    SET_FIELD('CalendarItem', 'calendar:End', '2020-01-01T00:00:00Z');
  expect((await world.call(UPDATE_ITEM(ITEM_ID(id), bad))).codes).toEqual([
    'ErrorCalendarEndDateIsEarlierThanStartDate',
  ]);
  expect(firstText(await read(world, id), 'Subject')).toBe('Weekly');
  const readOnly = SET_FIELD(
    'CalendarItem',
    'calendar:Organizer',
    '<t:Mailbox><t:EmailAddress>x@y.test</t:EmailAddress></t:Mailbox>',
  );
  expect((await world.call(UPDATE_ITEM(ITEM_ID(id), readOnly))).codes).toEqual(['ErrorInvalidPropertySet']);
  expect((await world.call(CREATE_ITEM(SERIES, 'inbox'))).codes).toEqual([
    'ErrorCannotCreateCalendarItemInNonCalendarFolder',
  ]);
  world.simulator.setDenied(ANN, true, 'calendar');
  expect((await world.call(CREATE_ITEM(SERIES))).codes).toEqual(['ErrorAccessDenied']);
});

test('a request with elements out of order, or values of no such form, does nothing at all', async () => {
  const world = createTestWorld();
  const good = '<t:CalendarItem><t:Subject>Good</t:Subject></t:CalendarItem>';
  const faults = [
    '<t:CalendarItem><t:End>2026-03-16T10:00:00Z</t:End><t:Start>2026-03-16T09:00:00Z</t:Start></t:CalendarItem>',
    '<t:CalendarItem><t:Start>2026-03-16</t:Start></t:CalendarItem>',
    '<t:CalendarItem><t:IsAllDayEvent>yes</t:IsAllDayEvent></t:CalendarItem>',
    '<t:CalendarItem><t:Location>x</t:Location><t:Subject>Late</t:Subject></t:CalendarItem>',
    '<t:CalendarItem><t:Colour>red</t:Colour></t:CalendarItem>',
  ];
  for (const bad of faults) {
    const answer = await world.call(CREATE_ITEM(good + bad));
    expect([answer.status, answer.codes]).toEqual([500, ['ErrorSchemaValidation']]);
  }
  expect(world.simulator.snapshot(ANN).folders.find(({ role }) => role === 'calendar')?.items).toEqual([]);
});

test('an occurrence may not last into the next one, nor a pattern be empty', async () => {
  const world = createTestWorld();
  const long = SERIES.replace('<t:End>2026-03-16T10:00:00', '<t:End>2026-03-24T10:00:00');
  expect((await create(world, long)).codes).toEqual(['ErrorOccurrenceTimeSpanTooBig']);
  const range = /<t:NumberedRecurrence>.*<\/t:NumberedRecurrence>/;
  const end = (date: string) =>
    `<t:EndDateRecurrence><t:StartDate>2026-03-17</t:StartDate><t:EndDate>${date}</t:EndDate></t:EndDateRecurrence>`;
  expect((await create(world, SERIES.replace(range, end('2026-03-18')))).codes).toEqual([
    'ErrorRecurrenceHasNoOccurrence',
  ]);
  expect((await create(world, SERIES.replace(range, end('2026-03-16')))).codes).toEqual([
    'ErrorCalendarEndDateIsEarlierThanStartDate',
  ]);
  expect((await create(world, SERIES.replace(range, end('4501-01-01')))).codes).toEqual([
    'ErrorRecurrenceEndDateTooBig',
  ]);
  expect((await create(world, SERIES.replace('>Monday<', '>Weekday<'))).codes).toEqual([
    'ErrorCalendarInvalidDayForWeeklyRecurrence',
  ]);
});

test('another process makes events, changes an occurrence and lets attendees answer', async () => {
  const { simulator } = createTestWorld();
  const post = async (act: string, body: object) => {
    const url = `https://mail.contoso.test/_control/exchange/${act}`;
    const init = { method: 'POST', body: JSON.stringify({ address: ANN, ...body }) };
    const response = await simulator.fetch(new Request(url, init));
    return { status: response.status, ...((await response.json()) as { itemId?: string }) };
  };
  const event = {
    subject: 'Daily',
    start: '2026-03-28T09:00:00',
    end: '2026-03-28T10:00:00',
    timeZone: BERLIN,
    required: [{ name: 'X', address: 'x@y.test' }],
    recurrence: { pattern: { kind: 'daily', interval: 1 }, count: 3 },
  };
  const { itemId = '' } = await post('createEvent', { event });
  const second = await post('occurrenceIdOf', { masterId: itemId, index: 2 });
  await post('editEvent', {
    itemId: second.itemId,
    changes: { start: '2026-03-29T12:00:00', end: '2026-03-29T13:00:00' },
  });
  const third = await post('occurrenceIdOf', { masterId: itemId, index: 3 });
  expect((await post('removeOccurrence', { itemId: third.itemId })).status).toBe(200);
  await post('respond', { itemId, attendee: 'x@y.test', response: 'Accept' });
  expect((await post('respond', { itemId, attendee: 'nobody@y.test', response: 'Accept' })).status).toBe(400);
  const calendar = simulator.snapshot(ANN).folders.find(({ role }) => role === 'calendar');
  expect(calendar?.items.map(({ event: kept }) => kept)).toMatchObject([
    {
      start: '2026-03-28T08:00:00.000Z',
      timeZone: BERLIN,
      attendees: [{ address: 'x@y.test', response: 'Accept' }],
      exceptions: [{ originalStart: '2026-03-29T07:00:00.000Z', start: '2026-03-29T10:00:00.000Z' }],
      deleted: ['2026-03-30T07:00:00.000Z'],
    },
  ]);
});
