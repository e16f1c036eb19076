/**
 * Calendar, People and Tasks of the Google simulator against the official discovery documents: methods, paths and
 * scopes are theirs, every property that is sent exists there and has the right type. Skipped where they are absent.
 */
import { describe, expect, it } from 'vitest';
import type { Api } from '../../simulators/google/api.ts';
import { CALENDAR_API } from '../../simulators/google/calendar/calendar-api.ts';
import { PEOPLE_API } from '../../simulators/google/people/people-api.ts';
import { TASKS_API } from '../../simulators/google/tasks/tasks-api.ts';
import { ANN, BEN, callApi, createTestWorld, signIn } from '../../simulators/google/test-support.ts';
import { checkAgainst, hasDiscovery, listMethods, readDiscovery } from '../support/google-discovery.ts';

const present = ['calendar__v3', 'people__v1', 'tasks__v1'].every(hasDiscovery);
if (!present) {
  process.stdout.write(
    'google-apis-contract: skipped, no discovery documents at ../shared/contracts/google\n',
  );
}

const SCOPE = ['calendar', 'contacts', 'tasks']
  .map((name) => `https://www.googleapis.com/auth/${name}`)
  .join(' ');
/** Method id, verb, path, body, status when it is neither 200 nor 204. */
type Call = [id: string, verb: string, path: string, body?: object];

function load(name: string) {
  const discovery = present ? readDiscovery(name) : { schemas: {} };
  return { discovery, documented: new Map(listMethods(discovery).map((method) => [method.id, method])) };
}

function judge(api: Api, name: string, prefix: string) {
  const { documented } = load(name);
  for (const method of api.methods) {
    const real = documented.get(method.id);
    const shape = (path: string) => path.replace(/\{\+?\w+\}/g, '{}');
    const flat = shape(real?.flatPath ?? `${prefix}${real?.path}`);
    expect([method.id, method.verb, shape(method.path)]).toEqual([method.id, real?.httpMethod, flat]);
    expect([method.id, [...method.scopes].sort()]).toEqual([method.id, [...(real?.scopes ?? [])].sort()]);
  }
}

async function run(
  name: string,
  makeCalls: (
    simulator: ReturnType<typeof createTestWorld>['simulator'],
    call: ReturnType<typeof callApi>,
  ) => Promise<Call[]>,
) {
  const { discovery, documented } = load(name);
  const { simulator } = createTestWorld();
  const tokens = await signIn(simulator, { scope: SCOPE });
  const call = callApi(simulator, tokens.access_token);
  const calls = await makeCalls(simulator, call);
  for (const [id, verb, path, body] of calls) {
    const answer = await call(verb, path, body);
    const response = documented.get(id)?.response;
    expect([id, path, answer.status, answer.body?.error]).toEqual([
      id,
      path,
      response === undefined ? 204 : 200,
      undefined,
    ]);
    if (response === undefined) continue;
    const options = { allowsEmptyLists: name === 'calendar__v3' };
    expect(checkAgainst(discovery, response, answer.body, id, options)).toEqual([]);
  }
  return new Set(calls.map(([id]) => id));
}

describe.skipIf(!present)('the Google simulator agrees with the discovery documents of', () => {
  it('Calendar', async () => {
    judge(CALENDAR_API, 'calendar__v3', 'calendar/v3/');
    const E = 'calendar/v3/calendars/primary/events';
    const seen = await run('calendar__v3', async (simulator, call) => {
      const shared = simulator.createCalendar(BEN, 'Team');
      simulator.shareCalendar(shared, ANN, 'writer');
      const own = simulator.createCalendar(ANN, 'Second');
      const times = {
        start: { dateTime: '2026-06-02T10:00:00Z', timeZone: 'Europe/Berlin' },
        end: { dateTime: '2026-06-02T11:00:00Z', timeZone: 'Europe/Berlin' },
      };
      const rich = {
        ...times,
        summary: 'Rich',
        attendees: [{ email: BEN, optional: true }, { email: 'carl@fabrikam.test' }],
        reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
        extendedProperties: { private: { key: 'a' }, shared: { other: 'b' } },
        colorId: '3',
        visibility: 'private',
        transparency: 'transparent',
      };
      const series = simulator.addEvent(ANN, { ...times, recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] });
      simulator.changeEvent(ANN, `${series}_20260603T100000Z`, { summary: 'Moved' });
      simulator.removeEvent(ANN, `${series}_20260604T100000Z`);
      const id = simulator.addEvent(ANN, rich);
      simulator.addEvent(ANN, { start: { date: '2026-06-05' }, end: { date: '2026-06-06' } });
      const channel = (
        await call('POST', `${E}/watch`, { id: 'one', type: 'web_hook', address: 'https://hook.test/' })
      ).body;
      const list = 'calendar/v3/users/me/calendarList';
      return [
        ['calendar.events.list', 'GET', E],
        [
          'calendar.events.list',
          'GET',
          `${E}?singleEvents=true&orderBy=startTime&timeMin=2026-06-01T00:00:00Z&maxResults=2`,
        ],
        ['calendar.events.list', 'GET', `${E}?showDeleted=true&timeZone=America/New_York`],
        ['calendar.events.get', 'GET', `${E}/${id}`],
        ['calendar.events.get', 'GET', `${E}/${series}_20260605T100000Z`],
        ['calendar.events.insert', 'POST', `${E}?sendUpdates=all`, rich],
        [
          'calendar.events.import',
          'POST',
          `${E}/import`,
          { ...times, iCalUID: 'x@fabrikam.test', organizer: { email: 'x@fabrikam.test' } },
        ],
        ['calendar.events.update', 'PUT', `${E}/${id}`, { ...rich, summary: 'Changed' }],
        ['calendar.events.patch', 'PATCH', `${E}/${id}`, { summary: 'Patched' }],
        ['calendar.events.instances', 'GET', `${E}/${series}/instances?showDeleted=true`],
        [
          'calendar.events.watch',
          'POST',
          `${E}/watch`,
          { id: 'two', type: 'web_hook', address: 'https://hook.test/', token: 't' },
        ],
        [
          'calendar.channels.stop',
          'POST',
          'calendar/v3/channels/stop',
          { id: 'one', resourceId: channel.resourceId },
        ],
        ['calendar.events.move', 'POST', `${E}/${id}/move?destination=${encodeURIComponent(own)}`],
        ['calendar.events.delete', 'DELETE', `${E}/${series}`],
        ['calendar.calendarList.list', 'GET', list],
        [
          'calendar.calendarList.watch',
          'POST',
          `${list}/watch`,
          { id: 'three', type: 'web_hook', address: 'https://hook.test/' },
        ],
        ['calendar.calendarList.get', 'GET', `${list}/${encodeURIComponent(shared)}`],
        ['calendar.calendarList.patch', 'PATCH', `${list}/${encodeURIComponent(shared)}`, { selected: true }],
        ['calendar.calendarList.update', 'PUT', `${list}/${encodeURIComponent(shared)}`, { hidden: true }],
        ['calendar.calendarList.delete', 'DELETE', `${list}/${encodeURIComponent(shared)}`],
        ['calendar.calendarList.insert', 'POST', list, { id: shared }],
        ['calendar.calendarList.list', 'GET', `${list}?showDeleted=true&showHidden=true`],
        ['calendar.calendars.insert', 'POST', 'calendar/v3/calendars', { summary: 'Third' }],
        ['calendar.calendars.get', 'GET', 'calendar/v3/calendars/primary'],
        ['calendar.calendars.patch', 'PATCH', 'calendar/v3/calendars/primary', { description: 'Mine' }],
        ['calendar.calendars.update', 'PUT', `calendar/v3/calendars/${own}`, { summary: 'Other' }],
        ['calendar.calendars.delete', 'DELETE', `calendar/v3/calendars/${own}`],
        ['calendar.calendars.clear', 'POST', 'calendar/v3/calendars/primary/clear'],
        ['calendar.settings.list', 'GET', 'calendar/v3/users/me/settings'],
        ['calendar.settings.get', 'GET', 'calendar/v3/users/me/settings/timezone'],
        [
          'calendar.freebusy.query',
          'POST',
          'calendar/v3/freeBusy',
          {
            timeMin: '2026-06-01T00:00:00Z',
            timeMax: '2026-06-09T00:00:00Z',
            items: [{ id: BEN }, { id: 'none' }],
          },
        ],
        ['calendar.colors.get', 'GET', 'calendar/v3/colors'],
      ];
    });
    expect(seen).toEqual(new Set(CALENDAR_API.methods.map((method) => method.id)));
  });

  it('People', async () => {
    judge(PEOPLE_API, 'people__v1', '');
    const seen = await run('people__v1', async (simulator, call) => {
      const person = {
        names: [{ givenName: 'Carla', familyName: 'Cook', honorificPrefix: 'Dr.' }],
        emailAddresses: [{ value: 'carla@fabrikam.test', type: 'work' }],
        phoneNumbers: [{ value: '+49 30 1234567', type: 'mobile' }],
        addresses: [{ streetAddress: 'Main 1', city: 'Berlin', type: 'home' }],
        organizations: [{ name: 'Fabrikam', title: 'Cook' }],
        birthdays: [{ date: { month: 2, day: 29 } }],
        biographies: [{ value: 'Notes' }],
      };
      const [one, two, three] = [1, 2, 3].map(() => simulator.addContact(ANN, person));
      simulator.mergeContacts(ANN, one ?? '', two ?? '');
      const group = simulator.createContactGroup(ANN, 'Salesforce Contacts');
      const made = (await call('POST', 'v1/people:createContact', person)).body;
      const other = (await call('POST', 'v1/people:createContact', person)).body;
      const gone = simulator.addContact(ANN, person);
      const fields =
        'personFields=names,emailAddresses,memberships,metadata,phoneNumbers,photos,birthdays,biographies';
      const name = made.resourceName;
      return [
        [
          'people.people.connections.list',
          'GET',
          `v1/people/me/connections?${fields}&requestSyncToken=true&pageSize=2`,
        ],
        ['people.people.connections.list', 'GET', `v1/people/me/connections?${fields}&requestSyncToken=true`],
        ['people.people.get', 'GET', `v1/people/me?${fields}`],
        ['people.people.get', 'GET', `v1/${name}?${fields},addresses,organizations`],
        [
          'people.people.getBatchGet',
          'GET',
          `v1/people:batchGet?resourceNames=${name}&resourceNames=people/c1&${fields}`,
        ],
        ['people.people.searchContacts', 'GET', 'v1/people:searchContacts?query=carl&readMask=names'],
        ['people.people.createContact', 'POST', `v1/people:createContact?${fields}`, person],
        [
          'people.people.updateContact',
          'PATCH',
          `v1/${name}:updateContact?updatePersonFields=names`,
          { etag: made.etag, names: [{ givenName: 'Carl' }] },
        ],
        ['people.people.deleteContact', 'DELETE', `v1/${name}:deleteContact`],
        [
          'people.people.batchCreateContacts',
          'POST',
          'v1/people:batchCreateContacts',
          { contacts: [{ contactPerson: person }], readMask: 'names' },
        ],
        [
          'people.people.batchUpdateContacts',
          'POST',
          'v1/people:batchUpdateContacts',
          {
            contacts: { [other.resourceName]: { etag: other.etag, names: [{ givenName: 'Carl' }] } },
            updateMask: 'names',
            readMask: 'names,metadata',
          },
        ],
        [
          'people.people.batchDeleteContacts',
          'POST',
          'v1/people:batchDeleteContacts',
          { resourceNames: [gone] },
        ],
        ['people.contactGroups.create', 'POST', 'v1/contactGroups', { contactGroup: { name: 'Other' } }],
        [
          'people.contactGroups.members.modify',
          'POST',
          `v1/${group}/members:modify`,
          { resourceNamesToAdd: [three, 'people/c1'] },
        ],
        ['people.contactGroups.list', 'GET', 'v1/contactGroups?pageSize=3'],
        ['people.contactGroups.list', 'GET', 'v1/contactGroups'],
        ['people.contactGroups.get', 'GET', `v1/${group}?maxMembers=10`],
        [
          'people.contactGroups.batchGet',
          'GET',
          `v1/contactGroups:batchGet?resourceNames=${group}&resourceNames=contactGroups/none`,
        ],
        ['people.contactGroups.update', 'PUT', `v1/${group}`, { contactGroup: { name: 'Renamed' } }],
        ['people.contactGroups.delete', 'DELETE', `v1/${group}`],
      ];
    });
    expect(seen).toEqual(new Set(PEOPLE_API.methods.map((method) => method.id)));
  });

  it('Tasks', async () => {
    judge(TASKS_API, 'tasks__v1', '');
    const seen = await run('tasks__v1', async (simulator) => {
      const own = simulator.createTaskList(ANN, 'Own');
      const id = simulator.addTask(ANN, { title: 'One', notes: 'Note', due: '2026-06-03T10:00:00Z' });
      simulator.assignTask(ANN, { title: 'Assigned' });
      const done = simulator.addTask(ANN, { title: 'Done' });
      simulator.completeTask(ANN, done);
      const tasks = 'tasks/v1/lists/@default/tasks';
      const lists = 'tasks/v1/users/@me/lists';
      return [
        ['tasks.tasklists.list', 'GET', lists],
        ['tasks.tasklists.insert', 'POST', lists, { title: 'New' }],
        ['tasks.tasklists.get', 'GET', `${lists}/@default`],
        ['tasks.tasklists.patch', 'PATCH', `${lists}/${own}`, { title: 'Patched' }],
        ['tasks.tasklists.update', 'PUT', `${lists}/${own}`, { id: own, title: 'Updated' }],
        [
          'tasks.tasks.list',
          'GET',
          `${tasks}?showHidden=true&showDeleted=true&showAssigned=true&maxResults=2`,
        ],
        ['tasks.tasks.list', 'GET', `${tasks}?updatedMin=2030-01-01T00:00:00Z`],
        ['tasks.tasks.insert', 'POST', `${tasks}?previous=${id}`, { title: 'Two' }],
        ['tasks.tasks.get', 'GET', `${tasks}/${done}`],
        ['tasks.tasks.patch', 'PATCH', `${tasks}/${id}`, { status: 'completed' }],
        ['tasks.tasks.update', 'PUT', `${tasks}/${id}`, { id, title: 'Whole' }],
        ['tasks.tasks.move', 'POST', `${tasks}/${id}/move`],
        ['tasks.tasks.clear', 'POST', 'tasks/v1/lists/@default/clear'],
        ['tasks.tasks.delete', 'DELETE', `${tasks}/${id}`],
        ['tasks.tasklists.delete', 'DELETE', `${lists}/${own}`],
      ];
    });
    expect(seen).toEqual(new Set(TASKS_API.methods.map((method) => method.id)));
  });
});
