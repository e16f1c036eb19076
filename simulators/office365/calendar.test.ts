import { beforeEach, describe, expect, it } from 'vitest';
import {
  ANN,
  attendees,
  BEN,
  callWith,
  createTestWorld,
  type GraphCaller,
  ITEM_SCOPES,
  sampleEvent,
  signIn,
} from './test-support.ts';

let world: ReturnType<typeof createTestWorld>;
let call: GraphCaller;
const kinds = () => world.simulator.notificationsSent().map(({ kind, to }) => `${kind} to ${to?.join()}`);
const codeOf = async (method: string, path: string, body?: unknown) => {
  const reply = await call(method, path, body === undefined ? {} : { body });
  return [reply.status, reply.body?.error?.code];
};
const create = async (body: object) => (await call('POST', '/me/events', { body })).body;
const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
  range: { type: 'numbered', startDate: '2026-01-05', numberOfOccurrences: 4 },
};
const JANUARY = 'startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-02-01T00:00:00Z';

beforeEach(async () => {
  world = createTestWorld();
  call = callWith(world.simulator, (await signIn(world.simulator, ANN, ITEM_SCOPES)).access_token);
});

describe('events', () => {
  it('are shown in UTC, or in the zone that is preferred', async () => {
    const made = await create(sampleEvent(5, '10:00', {}, 'Europe/Berlin'));
    expect(made).toMatchObject({
      start: { dateTime: '2026-01-05T09:00:00.0000000', timeZone: 'UTC' },
      originalStartTimeZone: 'W. Europe Standard Time',
      type: 'singleInstance',
      isOrganizer: true,
      responseStatus: { response: 'organizer' },
      organizer: { emailAddress: { address: ANN, name: 'Ann Archer' } },
    });
    const headers = { prefer: 'outlook.timezone="Eastern Standard Time"' };
    const shown = await call('GET', `/me/events/${made.id}?$select=start`, { headers });
    expect(shown.body.start).toEqual({
      dateTime: '2026-01-05T04:00:00.0000000',
      timeZone: 'Eastern Standard Time',
    });
    expect(shown.headers.get('preference-applied')).toBe('outlook.timezone="Eastern Standard Time"');
    const bad = await call('GET', '/me/events', { headers: { prefer: 'outlook.timezone="Nowhere"' } });
    expect([bad.status, bad.body.error.code]).toEqual([400, 'TimeZoneNotSupportedException']);
  });

  it('show their body as HTML or as text, and a zone that legacy Outlook left', async () => {
    const body = { contentType: 'html', content: '<p>One</p><p>Two &amp; three</p>' };
    const event = sampleEvent(5, '10:00', { body }, 'Europe/Berlin');
    const id = world.simulator.addEvent(ANN, event, { shownZone: 'tzone://Microsoft/Custom' });
    const headers = { prefer: 'outlook.body-content-type="text"' };
    const text = (await call('GET', `/me/events/${id}`, { headers })).body;
    expect(text.body).toEqual({ contentType: 'text', content: 'One\n\nTwo & three' });
    expect(text).toMatchObject({
      bodyPreview: 'One Two & three',
      originalStartTimeZone: 'tzone://Microsoft/Custom',
    });
    expect((await call('GET', `/me/events/${id}?$select=body`)).body.body).toEqual(body);
    await call('PATCH', `/me/events/${id}`, { body: { body: { contentType: 'text', content: 'a < b\nc' } } });
    expect((await call('GET', `/me/events/${id}`)).body.body).toEqual({
      contentType: 'html',
      content: '<html><body>a &lt; b<br>c</body></html>',
    });
  });

  it('last all day from midnight to midnight, whatever zone is asked for', async () => {
    const start = { dateTime: '2026-01-05T00:00:00', timeZone: 'Pacific Standard Time' };
    const end = { ...start, dateTime: '2026-01-06T00:00:00' };
    const made = await create({ subject: 'Day', isAllDay: true, start, end });
    expect(made.start).toEqual({ dateTime: '2026-01-05T00:00:00.0000000', timeZone: 'UTC' });
    expect(made.end.dateTime).toBe('2026-01-06T00:00:00.0000000');
    const late = { ...end, dateTime: '2026-01-06T10:00:00' };
    const refused = await call('POST', '/me/events', { body: { isAllDay: true, start, end: late } });
    expect(refused.body.error).toMatchObject({
      code: 'ErrorPropertyValidationFailure',
      message: expect.stringContaining('midnight'),
    });
  });

  it('are made once for one transactionId', async () => {
    const body = sampleEvent(5, '10:00', { transactionId: 'once', attendees: attendees(BEN) });
    const [first, second] = [await create(body), await create(body)];
    expect(second.id).toBe(first.id);
    expect((await call('GET', '/me/events/$count')).body).toBe('1');
    expect(kinds()).toEqual([`invitation to ${BEN}`]);
  });

  it('change their version at every write, and refuse an outdated one', async () => {
    const made = await create(sampleEvent(5));
    const patch = () =>
      call('PATCH', `/me/events/${made.id}`, {
        headers: { 'if-match': made['@odata.etag'] },
        body: { categories: ['Salesforce'] },
      });
    const first = await patch();
    expect(first.body).toMatchObject({ categories: ['Salesforce'] });
    expect(first.body.changeKey).not.toBe(made.changeKey);
    const second = await patch();
    expect([second.status, second.body.error.code]).toEqual([412, 'ErrorIrresolvableConflict']);
  });

  it('are found by UID, by start and by extended properties', async () => {
    const id = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Lockstep';
    const made = await create(
      sampleEvent(5, '10:00', { singleValueExtendedProperties: [{ id, value: '42' }] }),
    );
    await create(sampleEvent(7));
    const list = async (filter: string) =>
      (await call('GET', `/me/events?$select=id&$filter=${encodeURIComponent(filter)}`)).body.value.map(
        (each: { id: string }) => each.id === made.id,
      );
    expect(await list(`iCalUId eq '${made.iCalUId}'`)).toEqual([true]);
    expect(await list("start/dateTime lt '2026-01-06T00:00'")).toEqual([true]);
    expect(await list("start/dateTime ge '2026-01-05T10:00:00Z'")).toEqual([true, false]);
    const any = `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '42')`;
    expect(await list(any)).toEqual([true]);
    const clean = 'Binary {6ED8DA90-450B-101B-98DA-00AA003F1305} Id 0x23';
    const expand = `$expand=singleValueExtendedProperties($filter=id eq '${id}' or id eq '${clean}')`;
    const shown = await call('GET', `/me/events/${made.id}?${expand}`);
    expect(shown.body.singleValueExtendedProperties).toEqual([
      { id, value: '42' },
      { id: clean, value: Buffer.from(made.iCalUId, 'hex').toString('base64') },
    ]);
    expect(await codeOf('GET', '/me/events?$filter=colour eq 1')).toEqual([400, 'RequestBroker--ParseUri']);
    expect(await codeOf('PATCH', `/me/events/${made.id}`, { colour: 1 })).toEqual([400, 'RequestBodyRead']);
  });

  it('are in the calendar that the path names', async () => {
    const { body } = await call('POST', '/me/calendars', { body: { name: 'Private' } });
    await call('POST', `/me/calendars/${body.id}/events`, { body: sampleEvent(5) });
    expect((await call('GET', `/me/calendars/${body.id}/events`)).body.value).toHaveLength(1);
    expect((await call('GET', '/me/calendar/events')).body.value).toHaveLength(0);
    expect((await call('GET', '/me/calendars')).body.value).toMatchObject([
      { name: 'Calendar', isDefaultCalendar: true, isRemovable: false },
      { name: 'Private', isDefaultCalendar: false },
    ]);
    expect((await call('DELETE', `/me/calendars/${body.id}`)).status).toBe(204);
    const own = (await call('GET', '/me/calendar')).body.id;
    expect(await codeOf('DELETE', `/me/calendars/${own}`)).toEqual([403, 'ErrorDeleteDistinguishedFolder']);
  });
});

describe('a series', () => {
  it('is expanded by a view, with a UID and an id for each occurrence', async () => {
    const master = await create(sampleEvent(5, '10:00', { recurrence: weekly }));
    expect(master).toMatchObject({ type: 'seriesMaster', seriesMasterId: null });
    const { value } = (await call('GET', `/me/calendarView?${JANUARY}`)).body;
    expect(value.map(({ start }: { start: { dateTime: string } }) => start.dateTime.slice(0, 10))).toEqual([
      '2026-01-05',
      '2026-01-12',
      '2026-01-19',
      '2026-01-26',
    ]);
    expect(new Set(value.map(({ iCalUId }: { iCalUId: string }) => iCalUId)).size).toBe(4);
    expect(value[1]).toMatchObject({
      type: 'occurrence',
      seriesMasterId: master.id,
      recurrence: null,
      originalStart: '2026-01-12T10:00:00Z',
    });
    expect(value[1].iCalUId.slice(32, 40)).toBe('07EA010C');
    expect((await call('GET', `/me/events/${value[1].id}`)).body.start).toEqual(value[1].start);
    expect((await call('GET', '/me/events')).body.value).toMatchObject([{ type: 'seriesMaster' }]);
    const instances = await call('GET', `/me/events/${master.id}/instances?${JANUARY}&$top=3`);
    expect(instances.body.value).toHaveLength(3);
    expect((await call('GET', instances.body['@odata.nextLink'])).body.value).toHaveLength(1);
  });

  it('keeps its wall time over a change of the clocks', async () => {
    const range = { type: 'endDate', startDate: '2026-03-22', endDate: '2026-03-30' };
    const zone = 'W. Europe Standard Time';
    const start = { dateTime: '2026-03-22T09:00:00', timeZone: zone };
    const end = { dateTime: '2026-03-22T10:00:00', timeZone: zone };
    await create({ start, end, recurrence: { pattern: { type: 'daily', interval: 7 }, range } });
    const view = 'startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z';
    const { value } = (await call('GET', `/me/calendarView?${view}`)).body;
    expect(value.map((each: { start: { dateTime: string } }) => each.start.dateTime)).toEqual([
      '2026-03-22T08:00:00.0000000',
      '2026-03-29T07:00:00.0000000',
    ]);
  });

  it('has exceptions and cancelled occurrences, which a new time of the whole undoes', async () => {
    const master = await create(sampleEvent(5, '10:00', { recurrence: weekly }));
    const view = async () =>
      (await call('GET', `/me/calendarView?${JANUARY}&$select=subject,type`)).body.value;
    const [first, second] = await view();
    const moved = await call('PATCH', `/me/events/${second.id}`, { body: { subject: 'Moved' } });
    expect(moved.body).toMatchObject({ id: second.id, type: 'exception', subject: 'Moved' });
    expect((await call('DELETE', `/me/events/${first.id}`)).status).toBe(204);
    expect((await call('GET', `/me/events/${first.id}`)).status).toBe(404);
    expect((await view()).map(({ type }: { type: string }) => type)).toEqual([
      'exception',
      'occurrence',
      'occurrence',
    ]);
    const path = `/me/events/${master.id}?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences`;
    expect((await call('GET', path)).body).toMatchObject({
      cancelledOccurrences: [`OID.${master.id}.2026-01-05`],
      exceptionOccurrences: [{ subject: 'Moved' }],
    });
    const { start, end } = sampleEvent(5, '11:00');
    await call('PATCH', `/me/events/${master.id}`, { body: { start, end } });
    expect((await view()).map(({ type }: { type: string }) => type)).toEqual(Array(4).fill('occurrence'));
  });

  it('does not let an occurrence pass its neighbour', async () => {
    await create(sampleEvent(5, '10:00', { recurrence: weekly }));
    const [first] = (await call('GET', `/me/calendarView?${JANUARY}`)).body.value;
    const { start, end } = sampleEvent(12, '08:00');
    expect(await codeOf('PATCH', `/me/events/${first.id}`, { start, end })).toEqual([
      400,
      'ErrorOccurrenceCrossingBoundary',
    ]);
  });
});

describe('meetings', () => {
  it('mail their attendees on creation, change and deletion, and nobody for what is private', async () => {
    const made = await create(sampleEvent(5, '10:00', { attendees: attendees(BEN, 'carla@fabrikam.test') }));
    const path = `/me/events/${made.id}`;
    await call('PATCH', path, { body: { categories: ['Salesforce'], reminderMinutesBeforeStart: 5 } });
    expect(kinds()).toEqual([`invitation to ${BEN},carla@fabrikam.test`]);
    await call('PATCH', path, { body: { subject: 'Changed' } });
    await call('PATCH', path, { body: { attendees: attendees(BEN, 'dora@fabrikam.test') } });
    await call('DELETE', path);
    expect(kinds().slice(1)).toEqual([
      `update to ${BEN},carla@fabrikam.test`,
      'cancellation to carla@fabrikam.test',
      'invitation to dora@fabrikam.test',
      `cancellation to ${BEN},dora@fabrikam.test`,
    ]);
  });

  it('mail once for the series and once for each exception', async () => {
    const made = await create(sampleEvent(5, '10:00', { recurrence: weekly, attendees: attendees(BEN) }));
    const [, second] = (await call('GET', `/me/calendarView?${JANUARY}`)).body.value;
    await call('PATCH', `/me/events/${second.id}`, { body: { location: { displayName: 'Room 2' } } });
    const before = kinds().length;
    await call('PATCH', `/me/events/${made.id}`, { body: { subject: 'All of them' } });
    expect(kinds().slice(before)).toEqual([`update to ${BEN}`, `update to ${BEN}`]);
  });

  it('of others are answered, with a mail to the organizer unless it is held back', async () => {
    const organizer = { name: 'Carla Cook', address: 'carla@fabrikam.test' };
    const meeting = sampleEvent(5, '10:00', { attendees: attendees(ANN) });
    const id = world.simulator.addEvent(ANN, meeting, { organizer, uid: 'meeting-1@fabrikam.test' });
    expect((await call('GET', `/me/events/${id}`)).body).toMatchObject({
      isOrganizer: false,
      iCalUId: 'meeting-1@fabrikam.test',
      responseStatus: { response: 'notResponded' },
    });
    const path = `/me/events/${id}`;
    expect((await call('POST', `${path}/accept`, { body: { sendResponse: false } })).status).toBe(202);
    await call('PATCH', path, { body: { categories: ['Blue'], subject: 'Mine' } });
    expect(kinds()).toEqual([]);
    expect((await call('GET', path)).body.responseStatus.response).toBe('accepted');
    expect(await codeOf('POST', `${path}/cancel`)).toEqual([400, 'ErrorInvalidRequest']);
    await call('POST', `${path}/decline`);
    expect(kinds()).toEqual(['response to carla@fabrikam.test']);
    expect((await call('GET', path)).status).toBe(404);
    const own = await create(sampleEvent(6));
    expect(await codeOf('POST', `/me/events/${own.id}/accept`)).toEqual([400, 'ErrorInvalidRequest']);
  });

  it('are in the calendars of attendees who have a mailbox, and show their answers', async () => {
    const meeting = sampleEvent(5, '10:00', { attendees: attendees(BEN) });
    const id = world.simulator.addEvent(ANN, meeting);
    const [copy] = world.simulator.calendarSnapshot(BEN);
    const { iCalUId } = (await call('GET', `/me/events/${id}`)).body;
    expect(copy).toMatchObject({ iCalUId, subject: 'Event of 2026-01-05' });
    world.simulator.respond(BEN, copy?.id ?? '', 'tentativelyAccepted');
    expect((await call('GET', `/me/events/${id}`)).body.attendees[0].status).toEqual({
      response: 'tentativelyAccepted',
      time: '2026-01-05T09:00:00Z',
    });
    world.simulator.changeEvent(ANN, id, { subject: 'Changed' });
    expect(world.simulator.calendarSnapshot(BEN)).toMatchObject([{ subject: 'Changed' }]);
    world.simulator.removeEvent(ANN, id);
    expect(world.simulator.calendarSnapshot(BEN)).toMatchObject([{ subject: 'Canceled: Changed' }]);
    // People did all this.
    expect(kinds()).toEqual([]);
  });

  it('of a series are answered and called off for one day alone', async () => {
    const meeting = sampleEvent(5, '10:00', { attendees: attendees(BEN), recurrence: weekly });
    const id = world.simulator.addEvent(ANN, meeting);
    const ben = callWith(world.simulator, (await signIn(world.simulator, BEN, ITEM_SCOPES)).access_token);
    const [, second] = (await ben('GET', `/me/calendarView?${JANUARY}`)).body.value;
    await ben('POST', `/me/events/${second.id}/decline`, { body: { sendResponse: true } });
    expect(kinds()).toEqual([`response to ${ANN}`]);
    const answers = async () =>
      (await call('GET', `/me/calendarView?${JANUARY}`)).body.value.map(
        (each: { attendees: { status: { response: string } }[] }) => each.attendees[0]?.status.response,
      );
    expect(await answers()).toEqual(['none', 'declined', 'none', 'none']);
    world.simulator.cancelOccurrence(ANN, id, '2026-01-19');
    const left = (await ben('GET', `/me/calendarView?${JANUARY}&$select=isCancelled`)).body.value;
    expect(left.map(({ isCancelled }: { isCancelled: boolean }) => isCancelled)).toEqual([
      false,
      true,
      false,
    ]);
  });
});
