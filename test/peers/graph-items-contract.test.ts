/**
 * Calendars, contacts and To Do of the Graph simulator against Microsoft's published metadata, and against the requests that
 * Microsoft's pages print. Skipped where they are absent.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Office365Simulator } from '../../simulators/office365/simulator.ts';
import {
  ANN,
  attendees,
  callWith,
  createTestWorld,
  type GraphCaller,
  ITEM_SCOPES,
  sampleEvent,
  signIn,
} from '../../simulators/office365/test-support.ts';
import { judgeObject, present, printedExamples, types, unknownPaths } from '../support/graph-metadata.ts';

if (!present)
  process.stdout.write("skipped: no metadata judges the simulator's calendars, contacts, tasks\n");

let simulator: Office365Simulator;
let call: GraphCaller;
const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
  range: { type: 'endDate', startDate: '2026-01-05', endDate: '2026-01-31' },
};
const WINDOW = 'startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-02-01T00:00:00Z';

beforeEach(async () => {
  ({ simulator } = createTestWorld());
  call = callWith(simulator, (await signIn(simulator, ANN, ITEM_SCOPES)).access_token);
});

/** Names of a type and its bases that an answer lacks. */
function missing(type: string, shown: object): string[] {
  const names: string[] = [];
  for (let at: string | undefined = type; at !== undefined; at = types.get(at)?.base)
    names.push(...(types.get(at)?.properties.keys() ?? []));
  return names.filter((name) => !(name in shown)).sort();
}

async function expectDeclared(type: string, path: string, count = 1): Promise<void> {
  const { body } = await call('GET', path);
  const all = body.value ?? [body];
  expect(all.length).toBeGreaterThanOrEqual(count);
  for (const one of all) expect(judgeObject(type, one, type)).toEqual([]);
}

describe.skipIf(!present)('answers about calendars, contacts and tasks', () => {
  it('show events as they are declared, whole and in delta queries', async () => {
    const extra = { attendees: attendees('carla@fabrikam.test'), location: { displayName: 'Room 1' } };
    simulator.addEvent(ANN, sampleEvent(5, '10:00', extra));
    const series = simulator.addEvent(ANN, sampleEvent(5, '12:00', { ...extra, recurrence: weekly }));
    simulator.changeOccurrence(ANN, series, '2026-01-12', { subject: 'Other' });
    await expectDeclared('event', '/me/events', 2);
    await expectDeclared('event', `/me/calendarView?${WINDOW}`, 5);
    await expectDeclared('event', `/me/calendarView/delta?${WINDOW}`, 6);
    await expectDeclared('event', `/me/events/${series}?$expand=calendar,exceptionOccurrences`);
    await expectDeclared('calendar', '/me/calendars');
    const { body } = await call('GET', `/me/events/${series}`);
    expect(missing('event', body)).toEqual([
      'attachments',
      'calendar',
      'cancelledOccurrences',
      'exceptionOccurrences',
      'extensions',
      'instances',
      'multiValueExtendedProperties',
      'originalStart',
      'singleValueExtendedProperties',
    ]);
    const { body: calendar } = await call('GET', '/me/calendar');
    expect(missing('calendar', calendar)).toEqual([
      'calendarPermissions',
      'calendarView',
      'events',
      'multiValueExtendedProperties',
      'singleValueExtendedProperties',
    ]);
  });

  it('show contacts and their folders as they are declared', async () => {
    const contact = {
      givenName: 'Carla',
      emailAddresses: [{ address: 'carla@fabrikam.test' }],
      birthday: '1980-01-01T00:00:00Z',
      homeAddress: { street: 'Main Street 1', city: 'Bern' },
    };
    const id = simulator.addContact(ANN, contact);
    simulator.addContactFolder(ANN, 'Salesforce Contacts');
    for (const path of ['/me/contacts', '/me/contacts/delta']) await expectDeclared('contact', path);
    for (const path of ['/me/contactFolders', '/me/contactFolders/delta'])
      await expectDeclared('contactFolder', path);
    const { body } = await call('GET', `/me/contacts/${id}`);
    expect(missing('contact', body)).toEqual([
      'extensions',
      'multiValueExtendedProperties',
      'photo',
      'singleValueExtendedProperties',
    ]);
  });

  it('show task lists, tasks and their parts as they are declared', async () => {
    const due = { dateTime: '2026-01-07T00:00:00', timeZone: 'UTC' };
    const task = { title: 'Call', dueDateTime: due, startDateTime: due, reminderDateTime: due };
    const links = { linkedResources: [{ webUrl: 'https://crm.test/1', displayName: 'One' }] };
    const id = simulator.addTask(ANN, { ...task, ...links, recurrence: weekly, status: 'completed' });
    const list = (await call('GET', '/me/todo/lists')).body.value[0].id;
    const path = `/me/todo/lists/${list}/tasks`;
    await call('POST', `${path}/${id}/checklistItems`, { body: { displayName: 'First', isChecked: true } });
    for (const each of ['/me/todo/lists', '/me/todo/lists/delta'])
      await expectDeclared('todoTaskList', each, 2);
    for (const each of [path, `${path}/delta`]) await expectDeclared('todoTask', each);
    await expectDeclared('todoTask', `${path}/${id}?$expand=linkedResources,checklistItems`);
    await expectDeclared('checklistItem', `${path}/${id}/checklistItems`);
    await expectDeclared('linkedResource', `${path}/${id}/linkedResources`);
    const { body } = await call('GET', `${path}/${id}?$expand=linkedResources,checklistItems`);
    expect(missing('todoTask', body)).toEqual(['attachmentSessions', 'attachments', 'extensions']);
  });

  it('are at paths that Graph has', () => {
    const user = '/users/{user-id}';
    const calendar = `${user}/calendars/{calendar-id}`;
    const event = `${user}/events/{event-id}`;
    const folder = `${user}/contactFolders/{contactFolder-id}`;
    const list = `${user}/todo/lists/{todoTaskList-id}`;
    const task = `${list}/tasks/{todoTask-id}`;
    const offered: [string, string][] = [
      ...['get', 'post'].flatMap((method): [string, string][] => [
        [method, `${user}/calendars`],
        [method, `${user}/events`],
        [method, `${calendar}/events`],
        [method, `${user}/contacts`],
        [method, `${user}/contactFolders`],
        [method, `${folder}/contacts`],
        [method, `${folder}/childFolders`],
        [method, `${user}/todo/lists`],
        [method, `${list}/tasks`],
        [method, `${task}/linkedResources`],
        [method, `${task}/checklistItems`],
      ]),
      ...['get', 'patch', 'delete'].flatMap((method): [string, string][] => [
        [method, calendar],
        [method, event],
        [method, `${calendar}/events/{event-id}`],
        [method, `${user}/contacts/{contact-id}`],
        [method, folder],
        [method, list],
        [method, task],
        [method, `${task}/linkedResources/{linkedResource-id}`],
        [method, `${task}/checklistItems/{checklistItem-id}`],
      ]),
      ['get', `${user}/calendar`],
      ['get', `${user}/calendarView`],
      ['get', `${user}/calendarView/$count`],
      ['get', `${user}/calendarView/delta`],
      ['get', `${calendar}/calendarView/delta`],
      ['get', `${event}/instances`],
      ...[
        'accept',
        'tentativelyAccept',
        'decline',
        'cancel',
        'forward',
        'dismissReminder',
        'snoozeReminder',
      ].map((action): [string, string] => ['post', `${event}/${action}`]),
      ['get', `${user}/contacts/delta`],
      ['get', `${folder}/contacts/delta`],
      ['get', `${user}/contactFolders/delta`],
      ['get', `${user}/todo/lists/delta`],
      ['get', `${list}/tasks/delta`],
    ];
    expect(unknownPaths(offered)).toEqual([]);
  });

  it('come to the requests that the pages print', async () => {
    const pages =
      /\/(?:user|calendar)-post-events|\/event-(?:update|accept|decline|tentatively|cancel)|recurring-events|\/(?:user-post-contacts|contactfolder-post-contacts|contact-update|calendar-update|user-post-calendars)\.md|meeting-proposals/;
    const printed = printedExamples().filter(
      ({ kind, source, body, url }) =>
        kind === 'request' &&
        pages.test(source) &&
        /\/(?:me|users)\//.test(url ?? '') &&
        body !== undefined &&
        // Some pages print `datetime-value` and the like in place of values.
        !/[a-z]-value"/i.test(JSON.stringify(body)),
    );
    expect(printed.length).toBeGreaterThan(15);
    const organizer = { name: 'Carla Cook', address: 'carla@fabrikam.test' };
    for (const { method = 'POST', url = '', body, source } of printed) {
      const own = simulator.addEvent(ANN, sampleEvent(5));
      const event = /accept|decline/i.test(url)
        ? simulator.addEvent(ANN, sampleEvent(5), { organizer })
        : own;
      const ids = {
        events: event,
        contacts: simulator.addContact(ANN, { givenName: 'Carla' }),
        calendars: (await call('GET', '/me/calendar')).body.id,
      };
      let path = url.replace(/^https:\/\/graph\.microsoft\.com\/v1\.0/, '').replace(/\/users\/[^/]+/, '/me');
      for (const [name, id] of Object.entries(ids))
        path = path.replace(new RegExp(`/${name}/[^/?]+`, 'i'), `/${name}/${id}`);
      path = path.replace(/\/contactFolders\/[^/?]+/i, '/contactFolders/contacts');
      const reply = await call(method, path, { body });
      expect([source, path, reply.status, reply.body?.error]).toEqual([
        source,
        path,
        reply.status,
        undefined,
      ]);
    }
  });
});
