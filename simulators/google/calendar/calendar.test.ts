/** Events of the simulated Calendar API: sync, series, guests, mails, versions, refusals. */
import { expect, test } from 'vitest';
import { ANN, BEN, CARLA, callApi, createTestWorld, signIn } from '../test-support.ts';

const SCOPE = 'https://www.googleapis.com/auth/calendar';
const EVENTS = 'calendar/v3/calendars/primary/events';
const BERLIN = 'Europe/Berlin';

async function start(options = {}, scope = SCOPE) {
  const world = createTestWorld(options);
  const { simulator } = world;
  const ann = callApi(simulator, (await signIn(simulator, { scope })).access_token);
  const signInBen = await signIn(simulator, { scope }, { email: BEN });
  const ben = callApi(simulator, signInBen.access_token);
  simulator.setCalendarTimeZone(ANN, BERLIN);
  const sync = async (query = '', token?: string) => {
    const items: Record<string, unknown>[] = [];
    const tokens: string[] = [];
    let page = '';
    do {
      const given = token === undefined ? '' : `&syncToken=${token}`;
      const { status, body } = await ann('GET', `${EVENTS}?${query}${given}${page}`);
      expect([status, body.error]).toEqual([200, undefined]);
      items.push(...body.items);
      if (body.nextSyncToken !== undefined) tokens.push(body.nextSyncToken);
      page = body.nextPageToken === undefined ? '' : `&pageToken=${body.nextPageToken}`;
      expect(page === '').toBe(body.nextSyncToken !== undefined);
    } while (page !== '');
    return { items, token: tokens[0] ?? '' };
  };
  return { ...world, ann, ben, sync };
}

function timed(day: string, hour = '10', zone = BERLIN) {
  const at = (time: string) => ({ dateTime: `${day}T${time}:00`, timeZone: zone });
  return { start: at(`${hour}:00`), end: at(`${hour}:30`) };
}

function reasonOf({ status, body }: { status: number; body: { error?: { errors: { reason: string }[] } } }) {
  return [status, body?.error?.errors[0]?.reason];
}

test('a sync token comes on the last page alone and tells what was made, changed and deleted since', async () => {
  const { simulator, sync, ann } = await start();
  const ids = [1, 2, 3].map((day) =>
    simulator.addEvent(ANN, { ...timed(`2026-06-0${day}`), summary: `${day}` }),
  );
  const first = await sync('maxResults=2');
  expect(first.items.map((each) => each.id)).toEqual(ids);
  expect((await sync('', first.token)).items).toEqual([]);
  simulator.changeEvent(ANN, ids[0] ?? '', { summary: 'changed' });
  simulator.removeEvent(ANN, ids[1] ?? '');
  const fresh = simulator.addEvent(ANN, timed('2026-06-09'));
  const second = await sync('maxResults=1', first.token);
  expect(second.items.map((each) => [each.id, each.status, each.summary])).toEqual([
    [ids[0], 'confirmed', 'changed'],
    [ids[1], 'cancelled', undefined],
    [fresh, 'confirmed', undefined],
  ]);
  expect(Object.keys(second.items[1] ?? {})).toEqual(['kind', 'etag', 'id', 'status']);
  expect((await sync()).items).toHaveLength(3);
  expect((await ann('GET', `${EVENTS}/${ids[1]}`)).body).toMatchObject({ status: 'cancelled', summary: '2' });
});

test('what cannot stand beside a sync token is 400, and an old one is 410', async () => {
  const { simulator, sync, ann, clock } = await start();
  simulator.addEvent(ANN, timed('2026-06-02'));
  const { token } = await sync('timeMin=2026-06-01T00:00:00Z');
  for (const name of [
    'timeMin=2026-06-01T00:00:00Z',
    'q=a',
    'iCalUID=a',
    'updatedMin=2026-06-01T00:00:00Z',
  ]) {
    const answer = await ann('GET', `${EVENTS}?syncToken=${token}&${name}`);
    expect(reasonOf(answer)).toEqual([400, 'syncTokenWithRequestRestrictions']);
  }
  expect((await ann('GET', `${EVENTS}?syncToken=${token}&orderBy=updated`)).status).toBe(400);
  expect((await ann('GET', `${EVENTS}?syncToken=${token}&showDeleted=false`)).status).toBe(400);
  simulator.addEvent(ANN, timed('2026-05-02'));
  expect((await sync('', token)).items).toEqual([]);
  simulator.expireCalendarTokens(ANN);
  const gone = await ann('GET', `${EVENTS}?syncToken=${token}`);
  expect(gone.status).toBe(410);
  expect(gone.body.error).toEqual({
    code: 410,
    message: 'Sync token is no longer valid, a full sync is required.',
    errors: [
      {
        domain: 'calendar',
        reason: 'fullSyncRequired',
        message: 'Sync token is no longer valid, a full sync is required.',
        locationType: 'parameter',
        location: 'syncToken',
      },
    ],
  });
  const fresh = (await sync()).token;
  clock.at += 29 * 86_400_000;
  const late = callApi(simulator, (await signIn(simulator, { scope: SCOPE })).access_token);
  expect(reasonOf(await late('GET', `${EVENTS}?syncToken=${fresh}`))).toEqual([410, 'fullSyncRequired']);
  const past = await late('GET', `${EVENTS}?updatedMin=2026-01-01T00:00:00Z`);
  expect(reasonOf(past)).toEqual([410, 'updatedMinTooLongAgo']);
});

test('a series keeps its wall time across clock changes, and its occurrences are found by their ids', async () => {
  const { ann } = await start();
  const made = await ann('POST', EVENTS, {
    ...timed('2026-10-23'),
    recurrence: ['RRULE:FREQ=DAILY;COUNT=4'],
  });
  const { body } = await ann('GET', `${EVENTS}/${made.body.id}/instances`);
  expect(body.items.map((each: { start: object }) => each.start)).toEqual([
    { dateTime: '2026-10-23T10:00:00+02:00', timeZone: BERLIN },
    { dateTime: '2026-10-24T10:00:00+02:00', timeZone: BERLIN },
    { dateTime: '2026-10-25T10:00:00+01:00', timeZone: BERLIN },
    { dateTime: '2026-10-26T10:00:00+01:00', timeZone: BERLIN },
  ]);
  expect(body.items[2]).toMatchObject({
    id: `${made.body.id}_20261025T090000Z`,
    recurringEventId: made.body.id,
    iCalUID: made.body.iCalUID,
    originalStartTime: { dateTime: '2026-10-25T10:00:00+01:00', timeZone: BERLIN },
  });
  const utc = await ann('GET', `${EVENTS}/${made.body.id}_20261025T090000Z?timeZone=UTC`);
  expect(utc.body.start.dateTime).toBe('2026-10-25T09:00:00Z');
  expect((await ann('GET', `${EVENTS}/${made.body.id}_20261027T090000Z`)).status).toBe(404);
});

test('exceptions come beside their series, cancelled ones as stubs, all of one iCalUID', async () => {
  const { simulator, sync, ann } = await start();
  const day = { start: { date: '2026-06-01' }, end: { date: '2026-06-02' } };
  const id = simulator.addEvent(ANN, {
    ...day,
    summary: 'Daily',
    recurrence: ['RRULE:FREQ=DAILY;UNTIL=20260605'],
  });
  await ann('PATCH', `${EVENTS}/${id}_20260602`, {
    start: { date: '2026-06-10' },
    end: { date: '2026-06-11' },
  });
  await ann('DELETE', `${EVENTS}/${id}_20260603`);
  const { items, token } = await sync();
  expect(items.map((each) => each.id)).toEqual([id, `${id}_20260602`, `${id}_20260603`]);
  expect(items[1]).toMatchObject({ iCalUID: items[0]?.iCalUID, originalStartTime: { date: '2026-06-02' } });
  expect(Object.keys(items[2] ?? {}).sort()).toEqual(
    ['etag', 'id', 'kind', 'originalStartTime', 'recurringEventId', 'status'].sort(),
  );
  const single = await ann('GET', `${EVENTS}?singleEvents=true&orderBy=startTime`);
  expect(single.body.items.map((each: { start: { date: string } }) => each.start.date)).toEqual([
    '2026-06-01',
    '2026-06-04',
    '2026-06-05',
    '2026-06-10',
  ]);
  await ann('PATCH', `${EVENTS}/${id}`, { summary: 'Renamed' });
  const after = await sync('', token);
  expect(after.items.map((each) => [each.id, each.summary])).toEqual([
    [id, 'Renamed'],
    [`${id}_20260602`, 'Renamed'],
  ]);
  const next = simulator.splitSeries(ANN, `${id}_20260604`, { summary: 'New half' });
  const [series] = simulator.calendarSnapshot(ANN);
  expect(series).toMatchObject({ recurrence: ['RRULE:FREQ=DAILY;UNTIL=20260603'] });
  expect((await ann('GET', `${EVENTS}/${next}`)).body).toMatchObject({ start: { date: '2026-06-04' } });
});

test('a sync token goes on as it was first asked, and refuses to be asked otherwise', async () => {
  const { simulator, sync, ann } = await start();
  const id = simulator.addEvent(ANN, { ...timed('2026-06-01'), recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] });
  const { token } = await sync('singleEvents=true');
  simulator.changeEvent(ANN, id, { summary: 'Changed' });
  const ids = [`${id}_20260601T080000Z`, `${id}_20260602T080000Z`];
  expect((await sync('', token)).items.map((each) => each.id)).toEqual(ids);
  expect((await sync('singleEvents=true', token)).items.map((each) => each.id)).toEqual(ids);
  expect((await ann('GET', `${EVENTS}?syncToken=${token}&singleEvents=false`)).status).toBe(400);
});

test('guests who live here get copies, and their answers come back', async () => {
  const { simulator, ann, ben } = await start();
  const attendees = [{ email: BEN }, { email: 'x@fabrikam.test' }];
  const { body } = await ann('POST', EVENTS, { ...timed('2026-06-02'), summary: 'Meeting', attendees });
  const copy = (await ben('GET', `${EVENTS}/${body.id}`)).body;
  expect(copy).toMatchObject({ iCalUID: body.iCalUID, organizer: { email: ANN } });
  expect(copy.organizer.self).toBeUndefined();
  expect(copy.attendees[0]).toEqual({ email: BEN, responseStatus: 'needsAction', self: true });
  simulator.respondToEvent(BEN, body.id, 'accepted');
  expect((await ann('GET', `${EVENTS}/${body.id}`)).body.attendees[0].responseStatus).toBe('accepted');
  const shared = await ben('PATCH', `${EVENTS}/${body.id}`, { guestsCanModify: true });
  expect(reasonOf(shared)).toEqual([403, 'forbiddenForNonOrganizer']);
  await ann('DELETE', `${EVENTS}/${body.id}`);
  expect((await ben('GET', `${EVENTS}/${body.id}`)).body.status).toBe('cancelled');
  expect(simulator.notificationsSent()).toEqual([]);
});

test('mails are counted by whom they would go to, and suppressed ones are not', async () => {
  const { simulator, ann, ben } = await start();
  const attendees = [
    { email: BEN },
    { email: 'x@fabrikam.test' },
    { email: 'room@contoso.test', resource: true },
  ];
  const whole = { ...timed('2026-06-02'), attendees };
  const { body } = await ann('POST', `${EVENTS}?sendUpdates=all`, whole);
  await ann('PATCH', `${EVENTS}/${body.id}?sendUpdates=externalOnly`, { location: 'Here' });
  await ann('PATCH', `${EVENTS}/${body.id}?sendUpdates=all`, { reminders: { useDefault: true } });
  await ann('PATCH', `${EVENTS}/${body.id}?sendUpdates=none`, { location: 'There' });
  await ann('POST', `${EVENTS}/import?sendUpdates=all`, { ...whole, iCalUID: 'uid-1' });
  await ben('PATCH', `${EVENTS}/${body.id}?sendUpdates=all`, {
    attendees: [{ email: BEN, responseStatus: 'declined' }],
  });
  await ann('DELETE', `${EVENTS}/${body.id}?sendNotifications=true`);
  expect(
    simulator.notificationsSent().map(({ kind, from, recipientCount }) => [kind, from, recipientCount]),
  ).toEqual([
    ['invitation', ANN, 2],
    ['update', ANN, 1],
    ['response', BEN, 1],
    ['cancellation', ANN, 2],
  ]);
  expect((await ann('DELETE', `${EVENTS}/${body.id}?sendUpdates=some`)).status).toBe(400);
});

test('ids are chosen by clients once, and versions bind writes', async () => {
  const { ann } = await start();
  const whole = { ...timed('2026-06-02'), id: 'abcde0123456789v' };
  const made = (await ann('POST', EVENTS, whole)).body;
  expect([made.id, made.iCalUID]).toEqual([whole.id, `${whole.id}@google.com`]);
  expect(reasonOf(await ann('POST', EVENTS, whole))).toEqual([409, 'duplicate']);
  for (const id of ['abcd', 'xyzzy', 'ABCDE'])
    expect((await ann('POST', EVENTS, { ...whole, id })).status).toBe(400);
  const path = `${EVENTS}/${whole.id}`;
  const changed = await ann('PATCH', path, { summary: 'One' }, { 'if-match': made.etag });
  expect([changed.status, changed.body.sequence]).toEqual([200, 0]);
  const stale = await ann('PUT', path, { ...whole, summary: 'Two' }, { 'if-match': made.etag });
  expect(reasonOf(stale)).toEqual([412, 'conditionNotMet']);
  expect((await ann('GET', path, undefined, { 'if-none-match': changed.body.etag })).status).toBe(304);
  const moved = await ann('PUT', path, { ...timed('2026-06-03'), summary: 'Two' });
  expect(moved.body.sequence).toBe(1);
  expect(reasonOf(await ann('PUT', path, { ...timed('2026-06-03'), sequence: 0 }))).toEqual([400, 'invalid']);
  const reminded = await ann('PATCH', path, { reminders: { useDefault: false, overrides: [] } });
  expect([reminded.body.updated, reminded.body.etag === moved.body.etag]).toEqual([
    moved.body.updated,
    false,
  ]);
  expect((await ann('DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(412);
  expect((await ann('DELETE', path)).status).toBe(204);
  expect(reasonOf(await ann('DELETE', path))).toEqual([410, 'deleted']);
  expect(reasonOf(await ann('POST', EVENTS, whole))).toEqual([409, 'duplicate']);
  expect((await ann('PATCH', path, { status: 'confirmed' })).body.status).toBe('confirmed');
});

test('events that make no sense are refused with the reason', async () => {
  const { ann } = await start();
  const refused: [object, string][] = [
    [{}, 'required'],
    [{ start: { date: '2026-06-01' }, end: { dateTime: '2026-06-01T10:00:00Z' } }, 'invalid'],
    [{ start: { date: '2026-06-02' }, end: { date: '2026-06-01' } }, 'timeRangeEmpty'],
    [{ start: { dateTime: '2026-06-02T10:00:00' }, end: { dateTime: '2026-06-02T11:00:00' } }, 'required'],
    [{ ...timed('2026-06-02', '10', 'W. Europe Standard Time') }, 'invalid'],
    [
      {
        start: { dateTime: '2026-06-02T10:00:00Z' },
        end: { dateTime: '2026-06-02T11:00:00Z' },
        recurrence: ['RRULE:FREQ=DAILY'],
      },
      'required',
    ],
    [{ ...timed('2026-06-02'), recurrence: ['RRULE:FREQ=OFTEN'] }, 'invalid'],
    [{ ...timed('2026-06-02'), recurrence: ['DTSTART:20260602T100000Z'] }, 'invalid'],
    [{ ...timed('2026-06-02'), attendees: [{ email: 'nobody' }] }, 'invalid'],
    [{ ...timed('2026-06-02'), visibility: 'secret' }, 'invalid'],
    [{ ...timed('2026-06-02'), eventType: 'fromGmail' }, 'invalid'],
  ];
  for (const [event, reason] of refused)
    expect(reasonOf(await ann('POST', EVENTS, event))).toEqual([400, reason]);
  expect(reasonOf(await ann('GET', `${EVENTS}?orderBy=startTime`))).toEqual([400, 'badRequest']);
  const empty = 'timeMin=2026-06-02T00:00:00Z&timeMax=2026-06-01T00:00:00Z';
  expect(reasonOf(await ann('GET', `${EVENTS}?${empty}`))).toEqual([400, 'timeRangeEmpty']);
});

test('events are found by range, words, iCalUID and properties', async () => {
  const { simulator, ann } = await start();
  const properties = { private: { crm: '00U1' }, shared: { seen: 'yes' } };
  const one = simulator.addEvent(ANN, {
    ...timed('2026-06-02'),
    summary: 'Budget',
    extendedProperties: properties,
  });
  const series = simulator.addEvent(ANN, {
    ...timed('2026-01-05'),
    recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=MO'],
  });
  const idsOf = async (query: string) =>
    (await ann('GET', `${EVENTS}?${query}`)).body.items.map((each: { id: string }) => each.id);
  expect(await idsOf('privateExtendedProperty=crm%3D00U1&sharedExtendedProperty=seen%3Dyes')).toEqual([one]);
  expect(await idsOf('privateExtendedProperty=crm%3D00U2')).toEqual([]);
  expect(await idsOf('q=budget')).toEqual([one]);
  expect(await idsOf(`iCalUID=${one}@google.com`)).toEqual([one]);
  expect(await idsOf('timeMin=2026-06-01T00:00:00Z&timeMax=2026-06-02T00:00:00Z')).toEqual([series]);
  const range =
    'timeMin=2026-06-01T00:00:00Z&timeMax=2026-06-09T00:00:00Z&singleEvents=true&orderBy=startTime';
  expect(await idsOf(range)).toEqual([`${series}_20260601T080000Z`, one, `${series}_20260608T080000Z`]);
});

test('shared calendars show what their role allows, and private events their times alone', async () => {
  const { simulator, ben, ann } = await start();
  const id = simulator.addEvent(ANN, { ...timed('2026-06-02'), summary: 'Secret', visibility: 'private' });
  const path = `calendar/v3/calendars/${ANN}/events`;
  expect((await ben('GET', path)).status).toBe(404);
  simulator.shareCalendar(ANN, BEN, 'reader');
  const seen = (await ben('GET', `${path}/${id}`)).body;
  expect([seen.summary, seen.visibility, seen.start.dateTime]).toEqual([
    undefined,
    'private',
    '2026-06-02T10:00:00+02:00',
  ]);
  expect(reasonOf(await ben('POST', path, timed('2026-06-03')))).toEqual([403, 'requiredAccessLevel']);
  const lists = (await ben('GET', 'calendar/v3/users/me/calendarList')).body;
  expect(lists.items.map((each: { id: string; accessRole: string }) => [each.id, each.accessRole])).toEqual([
    [BEN, 'owner'],
    [ANN, 'reader'],
  ]);
  simulator.shareCalendar(ANN, BEN);
  const after = await ben('GET', `calendar/v3/users/me/calendarList?syncToken=${lists.nextSyncToken}`);
  expect(after.body.items).toEqual([expect.objectContaining({ id: ANN, deleted: true })]);
  const own = simulator.createCalendar(ANN, 'Second');
  const moved = await ann('POST', `${EVENTS}/${id}/move?destination=${own}`);
  expect(moved.body.organizer).toMatchObject({ email: own, self: true });
  expect((await ann('GET', `${EVENTS}/${id}`)).body.status).toBe('cancelled');
});

test('an invitation from elsewhere is a copy that its organizer changes and cancels', async () => {
  const { simulator, ann, sync } = await start();
  const event = { ...timed('2026-06-02'), summary: 'Theirs', iCalUID: 'uid@fabrikam.test' };
  const id = simulator.receiveInvitation(ANN, 'boss@fabrikam.test', event);
  const { token } = await sync();
  await ann('PATCH', `${EVENTS}/${id}?sendUpdates=all`, {
    attendees: [{ email: ANN, responseStatus: 'accepted' }],
  });
  simulator.receiveUpdate(ANN, id, { location: 'Their room' });
  expect((await sync('', token)).items).toMatchObject([
    {
      id,
      location: 'Their room',
      iCalUID: event.iCalUID,
      attendees: [{ responseStatus: 'accepted', self: true }],
    },
  ]);
  expect(simulator.notificationsSent()).toMatchObject([{ kind: 'response', recipientCount: 1 }]);
  simulator.receiveCancellation(ANN, id);
  expect((await ann('GET', `${EVENTS}/${id}`)).body.status).toBe('cancelled');
});

test('a channel is told of every change until it is stopped', async () => {
  const told: (string | null)[][] = [];
  const post = async (request: Request) => {
    told.push(
      ['channel-id', 'resource-state', 'channel-token', 'message-number'].map((name) =>
        request.headers.get(`x-goog-${name}`),
      ),
    );
  };
  const { simulator, ann, clock } = await start({ post });
  const body = { id: 'channel-1', type: 'web_hook', address: 'https://hook.test/', token: 'secret' };
  const channel = (await ann('POST', `${EVENTS}/watch`, body)).body;
  expect(Number(channel.expiration)).toBe(clock.at + 7 * 86_400_000);
  expect(reasonOf(await ann('POST', `${EVENTS}/watch`, body))).toEqual([400, 'channelIdNotUnique']);
  simulator.addEvent(ANN, timed('2026-06-02'));
  expect(
    (await ann('POST', 'calendar/v3/channels/stop', { id: 'channel-1', resourceId: channel.resourceId }))
      .status,
  ).toBe(204);
  simulator.addEvent(ANN, timed('2026-06-03'));
  await simulator.channelsSettled();
  expect(told).toEqual([
    ['channel-1', 'sync', 'secret', '1'],
    ['channel-1', 'exists', 'secret', '2'],
  ]);
});

test('scopes, switched-off services and quotas are refused in the words of the API', async () => {
  const { simulator } = await start();
  const readOnly = await signIn(simulator, { scope: `openid ${SCOPE}.events.readonly` }, { email: CARLA });
  const call = callApi(simulator, readOnly.access_token);
  expect((await call('GET', EVENTS)).status).toBe(200);
  const { status, body, headers } = await call('POST', EVENTS, timed('2026-06-02'));
  expect([status, body.error.errors[0].reason, body.error.status]).toEqual([
    403,
    'insufficientPermissions',
    'PERMISSION_DENIED',
  ]);
  expect(body.error.details[0]).toMatchObject({
    reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    metadata: { service: 'calendar-json.googleapis.com', method: 'calendar.v3.Events.Insert' },
  });
  expect(headers.get('www-authenticate')).toContain('insufficient_scope');
  simulator.setService(CARLA, 'calendar', false);
  expect(reasonOf(await call('GET', EVENTS))).toEqual([403, 'notACalendarUser']);
  simulator.setService(CARLA, 'calendar', true);
  simulator.world.apiLimits.calendar = { max: 0, windowMs: 60_000 };
  expect(reasonOf(await call('GET', EVENTS))).toEqual([429, 'rateLimitExceeded']);
  simulator.world.overspendingStatus = 403;
  expect(reasonOf(await call('GET', EVENTS))).toEqual([403, 'rateLimitExceeded']);
});

test('busy times are joined, and neither free nor declined events count', async () => {
  const { simulator, ben } = await start();
  simulator.addEvent(ANN, { ...timed('2026-06-02'), recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] });
  simulator.addEvent(ANN, {
    start: timed('2026-06-02').end,
    end: { dateTime: '2026-06-02T11:00:00', timeZone: BERLIN },
  });
  simulator.addEvent(ANN, { ...timed('2026-06-04'), transparency: 'transparent' });
  const body = { timeMin: '2026-06-01T00:00:00Z', timeMax: '2026-06-09T00:00:00Z', items: [{ id: ANN }] };
  const answer = await ben('POST', 'calendar/v3/freeBusy', body);
  expect(answer.body.calendars[ANN].busy).toEqual([
    { start: '2026-06-02T08:00:00Z', end: '2026-06-02T09:00:00Z' },
    { start: '2026-06-03T08:00:00Z', end: '2026-06-03T08:30:00Z' },
  ]);
});

test('who does not say that he understands conferences leaves them as they are', async () => {
  const { ann } = await start();
  const conferenceData = { notes: 'Dial in' };
  const made = await ann('POST', `${EVENTS}?conferenceDataVersion=1`, {
    ...timed('2026-06-02'),
    conferenceData,
  });
  const path = `${EVENTS}/${made.body.id}`;
  expect((await ann('PUT', path, { ...timed('2026-06-02'), summary: 'A' })).body.conferenceData).toEqual(
    conferenceData,
  );
  const gone = await ann('PUT', `${path}?conferenceDataVersion=1`, { ...timed('2026-06-02') });
  expect([gone.body.conferenceData, gone.headers.get('etag')]).toEqual([undefined, gone.body.etag]);
});
