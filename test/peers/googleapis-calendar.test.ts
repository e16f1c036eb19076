/**
 * googleapis, Google's own client for Node, against the served simulator's calendars, contacts and tasks: what it gets
 * wrong about the simulator, the simulator has wrong.
 */
import { google } from 'googleapis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANN, BEN, createTestWorld, signIn } from '../../simulators/google/test-support.ts';
import type { Served } from '../../simulators/shared/serve.ts';

type OAuth2Client = InstanceType<typeof google.auth.OAuth2>;

const scopeOf = (name: string) => `https://www.googleapis.com/auth/${name}`;
const SCOPES = ['calendar', 'contacts', 'tasks'].map(scopeOf);

let simulator: ReturnType<typeof createTestWorld>['simulator'];
let served: Served;

beforeEach(async () => {
  // The client compares expiries with its own clock, so the simulated one is real here.
  ({ simulator } = createTestWorld({ now: () => Date.now() }));
  served = await simulator.serve();
  simulator.world.apiOrigin = served.origin;
});
afterEach(() => served.close());

async function connect(scope = SCOPES.join(' '), answers = {}): Promise<OAuth2Client> {
  const tokens = await signIn(simulator, { scope }, answers);
  const client = new google.auth.OAuth2();
  client.setCredentials({ access_token: tokens.access_token ?? '' });
  return client;
}

function clientsOf(auth: OAuth2Client | InstanceType<typeof google.auth.JWT>) {
  const common = { auth, rootUrl: `${served.origin}/`, retry: false };
  return {
    calendar: google.calendar({ version: 'v3', ...common }),
    people: google.people({ version: 'v1', ...common }),
    tasks: google.tasks({ version: 'v1', ...common }),
  };
}

interface ClientError {
  status?: number;
  response?: { data?: { error?: { errors?: { reason: string }[]; details?: { reason?: string }[] } } };
}

async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (problem: ClientError) => problem,
  );
  const data = error?.response?.data?.error;
  return [error?.status, data?.errors?.[0]?.reason, data?.details?.[0]?.reason];
}

function timed(hour: number) {
  const at = (minute: string) => ({
    dateTime: `2026-06-02T${hour}:${minute}:00`,
    timeZone: 'America/New_York',
  });
  return { start: at('00'), end: at('30') };
}

test('it makes, lists, syncs, changes and deletes events', async () => {
  const { calendar } = clientsOf(await connect());
  const calendarId = 'primary';
  const requestBody = {
    summary: 'Series',
    ...timed(10),
    recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
    attendees: [{ email: BEN }],
  };
  const { data: made } = await calendar.events.insert({ calendarId, requestBody, sendUpdates: 'none' });
  const eventId = made.id ?? '';
  const { data: first } = await calendar.events.list({ calendarId, singleEvents: true });
  expect(first.items?.map((each) => each.start?.dateTime)).toEqual([
    '2026-06-02T14:00:00Z',
    '2026-06-03T14:00:00Z',
    '2026-06-04T14:00:00Z',
  ]);
  const instance = first.items?.[1]?.id ?? '';
  await calendar.events.patch({ calendarId, eventId: instance, requestBody: { summary: 'Exception' } });
  await calendar.events.delete({ calendarId, eventId: first.items?.[2]?.id ?? '' });
  const syncToken = first.nextSyncToken ?? '';
  const { data: second } = await calendar.events.list({ calendarId, singleEvents: true, syncToken });
  expect(second.items?.map((each) => [each.id === instance, each.status, each.summary])).toEqual([
    [true, 'confirmed', 'Exception'],
    [false, 'cancelled', undefined],
  ]);
  const { data: instances } = await calendar.events.instances({ calendarId, eventId });
  expect(instances.items).toHaveLength(2);
  const stale = { calendarId, eventId, requestBody: { summary: 'x' } };
  expect(await refusalOf(calendar.events.patch(stale, { headers: { 'If-Match': '"1"' } }))).toEqual([
    412,
    'conditionNotMet',
    undefined,
  ]);
  simulator.expireCalendarTokens(ANN);
  expect(await refusalOf(calendar.events.list({ calendarId, syncToken }))).toEqual([
    410,
    'fullSyncRequired',
    undefined,
  ]);
  expect(
    await refusalOf(calendar.events.insert({ calendarId, requestBody: { id: eventId, ...timed(10) } })),
  ).toEqual([409, 'duplicate', undefined]);
  expect(simulator.notificationsSent()).toEqual([]);
  const { data: lists } = await calendar.calendarList.list();
  expect(lists.items?.map((each) => [each.id, each.primary, each.accessRole])).toEqual([
    [ANN, true, 'owner'],
  ]);
});

test('it makes, syncs, updates and groups contacts', async () => {
  const { people } = clientsOf(await connect());
  const personFields = 'names,emailAddresses,metadata,memberships';
  const requestBody = { names: [{ givenName: 'Carla' }], emailAddresses: [{ value: 'carla@fabrikam.test' }] };
  const { data: made } = await people.people.createContact({ requestBody, personFields });
  const resourceName = made.resourceName ?? '';
  const list = { resourceName: 'people/me', personFields, requestSyncToken: true };
  const { data: full } = await people.people.connections.list(list);
  const update = { resourceName, updatePersonFields: 'names', personFields };
  const changed = { names: [{ givenName: 'Carl' }], metadata: made.metadata ?? {} };
  await people.people.updateContact({ ...update, requestBody: changed });
  expect(await refusalOf(people.people.updateContact({ ...update, requestBody: changed }))).toEqual([
    400,
    'failedPrecondition',
    undefined,
  ]);
  const { data: group } = await people.contactGroups.create({
    requestBody: { contactGroup: { name: 'Salesforce Contacts' } },
  });
  await people.contactGroups.members.modify({
    resourceName: group.resourceName ?? '',
    requestBody: { resourceNamesToAdd: [resourceName] },
  });
  const syncToken = full.nextSyncToken ?? '';
  const { data: since } = await people.people.connections.list({ ...list, syncToken });
  expect(
    since.connections?.[0]?.memberships?.map((each) => each.contactGroupMembership?.contactGroupResourceName),
  ).toEqual(['contactGroups/myContacts', group.resourceName]);
  await people.people.deleteContact({ resourceName });
  const { data: gone } = await people.people.connections.list({ ...list, syncToken });
  expect(gone.connections).toMatchObject([{ resourceName, metadata: { deleted: true } }]);
  simulator.expireContactTokens(ANN);
  expect((await refusalOf(people.people.connections.list({ ...list, syncToken })))[2]).toBe(
    'EXPIRED_SYNC_TOKEN',
  );
});

test('it makes, finds, moves and completes tasks', async () => {
  const { tasks } = clientsOf(await connect());
  const tasklist = '@default';
  const { data: one } = await tasks.tasks.insert({
    tasklist,
    requestBody: { title: 'One', due: '2026-06-03T15:00:00Z' },
  });
  const { data: two } = await tasks.tasks.insert({
    tasklist,
    previous: one.id ?? '',
    requestBody: { title: 'Two' },
  });
  await tasks.tasks.patch({ tasklist, task: one.id ?? '', requestBody: { status: 'completed' } });
  await tasks.tasks.move({ tasklist, task: two.id ?? '' });
  const { data: found } = await tasks.tasks.list({
    tasklist,
    updatedMin: one.updated ?? '',
    showHidden: true,
  });
  expect(found.items?.map((each) => [each.title, each.status, each.due])).toEqual([
    ['One', 'completed', '2026-06-03T00:00:00.000Z'],
    ['Two', 'needsAction', undefined],
  ]);
  const { data: lists } = await tasks.tasklists.list();
  expect(lists.items?.map((each) => each.title)).toEqual(['My Tasks']);
});

test('it is refused what was not ticked or is not switched on', async () => {
  const granted = scopeOf('tasks');
  const { calendar, people, tasks } = clientsOf(await connect(SCOPES.join(' '), { granted }));
  const insufficient = [403, 'insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'];
  expect(await refusalOf(calendar.events.list({ calendarId: 'primary' }))).toEqual(insufficient);
  expect(await refusalOf(people.contactGroups.list())).toEqual(insufficient);
  expect((await tasks.tasklists.list()).status).toBe(200);
  simulator.setApi('app-1.apps.googleusercontent.test', 'tasks', false);
  expect(await refusalOf(tasks.tasklists.list())).toEqual([403, 'accessNotConfigured', 'SERVICE_DISABLED']);
});

test('its service account reads calendars, contacts and tasks of a person by delegation', async () => {
  const key = simulator.addServiceAccount({ email: 'sync@simulated.iam.test' });
  simulator.delegate('contoso.test', key.client_id, SCOPES);
  const auth = new google.auth.JWT({
    email: key.client_email,
    key: key.private_key,
    scopes: SCOPES,
    subject: ANN,
  });
  // This client ignores the key's token_uri, so its transport is led to the simulator instead.
  auth.transporter.interceptors.request.add({
    resolved: async (options) => {
      const { pathname, search } = new URL(String(options.url));
      return Object.assign(options, { url: new URL(`${served.origin}${pathname}${search}`) });
    },
  });
  const { calendar, people, tasks } = clientsOf(auth);
  expect((await calendar.calendars.get({ calendarId: 'primary' })).data.id).toBe(ANN);
  const me = await people.people.get({ resourceName: 'people/me', personFields: 'emailAddresses' });
  expect(me.data.emailAddresses?.[0]?.value).toBe(ANN);
  expect((await tasks.tasks.list({ tasklist: '@default' })).data.items).toBeUndefined();
});
