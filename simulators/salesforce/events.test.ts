/** Events and their invitees, recurring tasks: what the platform refuses and what it does by itself. */
import { expect, test } from 'vitest';
import { startSample } from './sample-client.ts';

const TIMED = { Subject: 'A', StartDateTime: '2026-03-05T10:00:00Z', EndDateTime: '2026-03-05T11:00:00Z' };

async function start() {
  const sample = await startSample();
  const { call } = sample;
  const make = async (type: string, body: object) =>
    (await call('POST', `sobjects/${type}`, body)).body.id as string;
  const read = async (type: string, id: string) => (await call('GET', `sobjects/${type}/${id}`)).body;
  const refusalOf = async (type: string, body: object) => {
    const { body: answer } = await call('POST', `sobjects/${type}`, body);
    return [answer[0]?.errorCode, answer[0]?.fields?.[0]];
  };
  return { ...sample, make, read, refusalOf };
}

test('an all-day event is days at midnight in UTC, one day long unless something says otherwise', async () => {
  const { make, read, call, refusalOf } = await start();
  const one = await make('Event', { IsAllDayEvent: true, ActivityDate: '2026-03-05' });
  expect(await read('Event', one)).toMatchObject({
    StartDateTime: '2026-03-05T00:00:00.000+0000',
    EndDateTime: '2026-03-05T00:00:00.000+0000',
    ActivityDate: '2026-03-05',
    ActivityDateTime: null,
    DurationInMinutes: 1440,
  });
  const two = await make('Event', {
    IsAllDayEvent: true,
    StartDateTime: '2026-03-05T00:00:00Z',
    DurationInMinutes: 2880,
  });
  expect((await read('Event', two)).EndDateTime).toBe('2026-03-06T00:00:00.000+0000');
  await call('PATCH', `sobjects/Event/${two}`, {
    ActivityDate: '2026-03-10',
    StartDateTime: '2026-03-10T00:00:00Z',
  });
  expect(await read('Event', two)).toMatchObject({ EndDate: '2026-03-11', DurationInMinutes: 2880 });
  const torn = { IsAllDayEvent: true, ActivityDate: '2026-03-05', StartDateTime: '2026-03-06T00:00:00Z' };
  expect(await refusalOf('Event', torn)).toEqual(['FIELD_INTEGRITY_EXCEPTION', 'ActivityDate']);
  expect(await refusalOf('Event', { IsAllDayEvent: true })).toEqual([
    'REQUIRED_FIELD_MISSING',
    'ActivityDate',
  ]);
});

test('events last up to fourteen days, and length and end must agree', async () => {
  const { refusalOf, make } = await start();
  const long = { ...TIMED, EndDateTime: '2026-03-19T10:00:01Z' };
  expect(await refusalOf('Event', long)).toEqual(['FIELD_INTEGRITY_EXCEPTION', 'DurationInMinutes']);
  expect(await make('Event', { ...TIMED, EndDateTime: '2026-03-19T10:00:00Z' })).toMatch(/^00U/);
  const torn = { ...TIMED, DurationInMinutes: 30 };
  expect(await refusalOf('Event', torn)).toEqual(['FIELD_INTEGRITY_EXCEPTION', 'DurationInMinutes']);
  const days = { IsAllDayEvent: true, ActivityDate: '2026-03-05', DurationInMinutes: 15 * 1440 };
  expect(await refusalOf('Event', days)).toEqual(['FIELD_INTEGRITY_EXCEPTION', 'DurationInMinutes']);
});

test('private events relate to nobody, others to contacts or to one lead', async () => {
  const { simulator, make, read, refusalOf, query } = await start();
  simulator.changeSettings({ sharedActivities: true });
  const contacts = [await make('Contact', { LastName: 'A' }), await make('Contact', { LastName: 'B' })];
  const lead = await make('Lead', { LastName: 'L', Company: 'C' });
  for (const relation of [{ WhoId: contacts[0] }, { EventWhoIds: contacts }]) {
    expect(await refusalOf('Event', { ...TIMED, IsPrivate: true, ...relation })).toEqual([
      'FIELD_INTEGRITY_EXCEPTION',
      'IsPrivate',
    ]);
  }
  expect((await refusalOf('Event', { ...TIMED, EventWhoIds: [contacts[0], lead] }))[1]).toBe('EventWhoIds');
  const id = await make('Event', { ...TIMED, EventWhoIds: contacts });
  expect((await read('Event', id)).WhoId).toBe(contacts[0]);
  const { body } = await query(`SELECT RelationId FROM EventRelation WHERE EventId = '${id}'`);
  expect(body.records.map((each: { RelationId: string }) => each.RelationId).sort()).toEqual(
    [...contacts].sort(),
  );
});

test('an invited user gets a copy that follows its event into the bin and back', async () => {
  const { simulator, make, read, call, query, clock, refusalOf } = await start();
  const ben = simulator.addUser({ username: 'ben@example.test', password: 'x' }).id;
  const id = await make('Event', TIMED);
  const before = (await read('Event', id)).SystemModstamp;
  clock.now += 60_000;
  const relation = await make('EventRelation', { EventId: id, RelationId: ben });
  expect(await read('EventRelation', relation)).toMatchObject({ IsInvitee: true, Status: 'New' });
  const parent = await read('Event', id);
  expect([parent.IsGroupEvent, parent.GroupEventType, parent.SystemModstamp > before]).toEqual([
    true,
    '1',
    true,
  ]);
  const childrenOf = async () =>
    (await query('SELECT Id, Subject, OwnerId FROM Event WHERE IsChild = true')).body.records;
  expect(await childrenOf()).toMatchObject([{ Subject: 'A', OwnerId: ben }]);
  await call('PATCH', `sobjects/Event/${id}`, { Subject: 'B' });
  const [child] = await childrenOf();
  expect(child.Subject).toBe('B');
  expect(await refusalOf('EventRelation', { EventId: child.Id, RelationId: ben })).toEqual([
    'FIELD_INTEGRITY_EXCEPTION',
    'EventId',
  ]);
  await call('DELETE', `sobjects/Event/${id}`);
  expect(await childrenOf()).toEqual([]);
  simulator.undelete(id);
  expect(await childrenOf()).toHaveLength(1);
  await call('DELETE', `sobjects/EventRelation/${relation}`);
  expect(await childrenOf()).toEqual([]);
});

test('clients write new, accepted and declined answers, no others', async () => {
  const { make, read, call, refusalOf } = await start();
  const [contact, id] = [await make('Contact', { LastName: 'A' }), await make('Event', TIMED)];
  const invitee = { EventId: id, RelationId: contact, IsInvitee: true };
  for (const Status of ['Maybe', 'Uninvited']) {
    const refusal = await refusalOf('EventRelation', { ...invitee, Status });
    expect(refusal).toEqual(['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'Status']);
  }
  const relation = await make('EventRelation', invitee);
  await call('PATCH', `sobjects/EventRelation/${relation}`, { Status: 'Accepted' });
  expect(await read('EventRelation', relation)).toMatchObject({
    Status: 'Accepted',
    RespondedDate: expect.any(String),
  });
});

test('series are made once, and their occurrences are records', async () => {
  const { make, call, query, refusalOf } = await start();
  const classic = {
    ...TIMED,
    IsRecurrence: true,
    RecurrenceStartDateTime: TIMED.StartDateTime,
    RecurrenceEndDateOnly: '2026-03-12',
    RecurrenceType: 'RecursWeekly',
    RecurrenceDayOfWeekMask: 2 + 16,
  };
  const id = await make('Event', classic);
  const { body } = await query(
    `SELECT StartDateTime FROM Event WHERE RecurrenceActivityId = '${id}' ORDER BY StartDateTime`,
  );
  expect(body.records.map((each: { StartDateTime: string }) => each.StartDateTime.slice(0, 10))).toEqual([
    '2026-03-05',
    '2026-03-09',
    '2026-03-12',
  ]);
  expect((await call('PATCH', `sobjects/Event/${id}`, { IsRecurrence: false })).body[0].errorCode).toBe(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
  );
  expect((await refusalOf('Event', { ...TIMED, IsRecurrence: true }))[0]).toBe('REQUIRED_FIELD_MISSING');
  await call('DELETE', `sobjects/Event/${id}`);
  expect((await query('SELECT Id FROM Event')).body.records).toEqual([]);
  const first = await make('Event', { ...TIMED, Recurrence2PatternText: 'RRULE:FREQ=DAILY;COUNT=3' });
  const flags = async (where: string) =>
    (await query(`SELECT Id FROM Event WHERE ${where}`)).body.records.length;
  expect(await flags('IsRecurrence2 = true')).toBe(3);
  await call('PATCH', `sobjects/Event/${first}`, { Subject: 'Changed' });
  expect(await flags('IsRecurrence2Exception = true')).toBe(1);
  const odd = { ...TIMED, Recurrence2PatternText: 'RRULE:FREQ=DAILY;EXDATE=20260306' };
  expect((await refusalOf('Event', odd))[1]).toBe('Recurrence2PatternText');
});

test('a recurring task has no date of its own, its occurrences have', async () => {
  const { make, read, query, refusalOf } = await start();
  const series = {
    Subject: 'T',
    IsRecurrence: true,
    RecurrenceStartDateOnly: '2026-03-02',
    RecurrenceEndDateOnly: '2026-03-04',
    RecurrenceType: 'RecursDaily',
    RecurrenceInterval: 1,
  };
  expect(await refusalOf('Task', { ...series, ActivityDate: '2026-03-02' })).toEqual([
    'FIELD_INTEGRITY_EXCEPTION',
    'ActivityDate',
  ]);
  const id = await make('Task', series);
  expect((await read('Task', id)).ActivityDate).toBeNull();
  const { body } = await query(`SELECT ActivityDate FROM Task WHERE RecurrenceActivityId = '${id}'`);
  expect(body.records.map((each: { ActivityDate: string }) => each.ActivityDate)).toEqual([
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
  ]);
});

test('leads and contacts meet duplicate rules and locks', async () => {
  const { simulator, refusalOf, make } = await start();
  await make('Lead', { LastName: 'L', Company: 'C', Email: 'l@c.test' });
  simulator.addDuplicateRule({ object: 'Lead', field: 'Email', allowSave: false });
  expect((await refusalOf('Lead', { LastName: 'M', Company: 'C', Email: 'l@c.test' }))[0]).toBe(
    'DUPLICATES_DETECTED',
  );
  const effect = { kind: 'service', code: 'UNABLE_TO_LOCK_ROW' } as const;
  simulator.faults.add({ operation: 'record.insert.Contact', count: 1, effect });
  expect((await refusalOf('Contact', { LastName: 'A' }))[0]).toBe('UNABLE_TO_LOCK_ROW');
  expect(await make('Contact', { LastName: 'A' })).toMatch(/^003/);
});
