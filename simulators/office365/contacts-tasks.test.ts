import { beforeEach, describe, expect, it } from 'vitest';
import {
  ANN,
  APP,
  askToken,
  BEN,
  callWith,
  createTestWorld,
  type GraphCaller,
  ITEM_SCOPES,
  sampleEvent,
  sampleMail,
  signIn,
} from './test-support.ts';

const posted: { value: Record<string, unknown>[] }[] = [];
let world: ReturnType<typeof createTestWorld>;
let call: GraphCaller;
const codeOf = async (method: string, path: string, body?: unknown, by = call) => {
  const reply = await by(method, path, body === undefined ? {} : { body });
  return [reply.status, reply.body?.error?.code];
};

beforeEach(async () => {
  posted.length = 0;
  world = createTestWorld({
    post: async (request) => {
      const text = await request.text();
      if (text !== '') posted.push(JSON.parse(text));
      return new Response(new URL(request.url).searchParams.get('validationToken') ?? '');
    },
  });
  call = callWith(world.simulator, (await signIn(world.simulator, ANN, ITEM_SCOPES)).access_token);
});

describe('contacts', () => {
  const carla = {
    givenName: 'Carla',
    surname: 'Cook',
    emailAddresses: [{ address: 'carla@fabrikam.test', name: 'Carla Cook' }],
    businessPhones: ['+1 555 0100'],
    businessAddress: { city: 'Bern' },
    birthday: '1980-02-29T00:00:00Z',
    categories: ['Salesforce'],
  };

  it('are made with the names that follow, changed by version and found', async () => {
    const { status, body: made } = await call('POST', '/me/contacts', { body: carla });
    expect([status, made]).toMatchObject([
      201,
      {
        displayName: 'Carla Cook',
        fileAs: 'Cook, Carla',
        birthday: '1980-02-29T11:59:00Z',
        businessAddress: { city: 'Bern' },
        primaryEmailAddress: { address: 'carla@fabrikam.test' },
      },
    ]);
    const headers = { 'if-match': made['@odata.etag'] };
    const patch = () => call('PATCH', `/me/contacts/${made.id}`, { headers, body: { jobTitle: 'Cook' } });
    expect((await patch()).body).toMatchObject({ jobTitle: 'Cook', displayName: 'Carla Cook' });
    expect((await patch()).body.error.code).toBe('ErrorIrresolvableConflict');
    const filter = encodeURIComponent("emailAddresses/any(a:a/address eq 'CARLA@fabrikam.test')");
    expect((await call('GET', `/me/contacts?$filter=${filter}&$select=jobTitle`)).body.value).toMatchObject([
      { jobTitle: 'Cook' },
    ]);
    const many = { emailAddresses: Array(4).fill({ address: 'x@y.test' }) };
    expect(await codeOf('PATCH', `/me/contacts/${made.id}`, many)).toEqual([400, 'ErrorInvalidRequest']);
    expect(await codeOf('POST', '/me/contacts', { colour: 1 })).toEqual([400, 'RequestBodyRead']);
  });

  it('lie in folders, are followed in each, and keep their immutable id when they move', async () => {
    const folder = (
      await call('POST', '/me/contactFolders', { body: { displayName: 'Salesforce Contacts' } })
    ).body;
    const id = world.simulator.addContact(ANN, carla);
    const headers = { prefer: 'IdType="ImmutableId"' };
    const delta = async (link: string) => (await call('GET', link, { headers })).body;
    const own = await delta('/me/contacts/delta?$select=displayName');
    const other = await delta(`/me/contactFolders/${folder.id}/contacts/delta`);
    expect([own.value.length, own.value[0].id, other.value.length]).toEqual([1, id, 0]);
    world.simulator.moveContact(ANN, id, 'Salesforce Contacts');
    const [left, came] = [await delta(own['@odata.deltaLink']), await delta(other['@odata.deltaLink'])];
    expect(left.value).toEqual([
      { '@odata.type': '#microsoft.graph.contact', id, '@removed': { reason: 'deleted' } },
    ]);
    expect(came.value).toMatchObject([{ id, parentFolderId: folder.id }]);
    world.simulator.moveContact(ANN, id, 'Contacts');
    world.simulator.moveContact(ANN, id, 'Salesforce Contacts');
    const back = await delta(left['@odata.deltaLink']);
    expect(back.value).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
    expect((await call('GET', '/me/contactFolders')).body.value).toMatchObject([{ id: folder.id }]);
    world.simulator.expireTokensOf(ANN, 'contacts');
    expect(await codeOf('GET', back['@odata.deltaLink'])).toEqual([410, 'syncStateNotFound']);
    expect((await call('DELETE', `/me/contactFolders/${folder.id}`)).status).toBe(204);
    expect((await call('GET', `/me/contacts/${id}`)).status).toBe(404);
  });
});

describe('tasks', () => {
  const task = {
    title: 'Call Carla',
    dueDateTime: { dateTime: '2026-01-07T16:00:00', timeZone: 'Eastern Standard Time' },
    linkedResources: [{ applicationName: 'Salesforce', externalId: '00T1', webUrl: 'https://crm.test/00T1' }],
  };
  const tasksPath = async () => {
    const { value } = (await call('GET', '/me/todo/lists')).body;
    expect(value).toMatchObject([
      { wellknownListName: 'defaultList' },
      { wellknownListName: 'flaggedEmails' },
    ]);
    return `/me/todo/lists/${value[0].id}/tasks`;
  };

  it('are due on a date, whose midnight in the zone that was given is shown in UTC', async () => {
    const path = await tasksPath();
    const { status, body: made } = await call('POST', path, { body: task });
    expect([status, made]).toMatchObject([
      201,
      {
        status: 'notStarted',
        importance: 'normal',
        dueDateTime: { dateTime: '2026-01-07T05:00:00.0000000', timeZone: 'UTC' },
        linkedResources: [{ externalId: '00T1' }],
      },
    ]);
    const headers = { prefer: 'outlook.timezone="Eastern Standard Time"' };
    const there = await call('GET', `${path}/${made.id}`, { headers });
    expect(there.body.dueDateTime.dateTime).toBe('2026-01-07T00:00:00.0000000');
    expect(there.body.linkedResources).toBeUndefined();
    const expanded = await call('GET', `${path}/${made.id}?$expand=linkedResources`);
    expect(expanded.body.linkedResources).toMatchObject([{ applicationName: 'Salesforce' }]);
    expect(await codeOf('POST', path, {})).toEqual([400, 'ErrorInvalidRequest']);
  });

  it('are completed today, reopened without a date, and followed', async () => {
    const path = await tasksPath();
    const id = world.simulator.addTask(ANN, task);
    const first = (await call('GET', `${path}/delta`)).body;
    expect(first.value).toMatchObject([{ id, title: 'Call Carla' }]);
    const patch = (body: object) => call('PATCH', `${path}/${id}`, { body });
    expect((await patch({ status: 'completed' })).body.completedDateTime).toEqual({
      dateTime: '2026-01-05T00:00:00.0000000',
      timeZone: 'UTC',
    });
    const filter = encodeURIComponent("status ne 'completed'");
    expect((await call('GET', `${path}?$filter=${filter}`)).body.value).toEqual([]);
    expect((await patch({ status: 'inProgress' })).body).not.toHaveProperty('completedDateTime');
    const second = (await call('GET', first['@odata.deltaLink'])).body;
    expect(second.value).toMatchObject([{ id, status: 'inProgress' }]);
    const link = await call('POST', `${path}/${id}/linkedResources`, {
      body: { displayName: 'Opportunity' },
    });
    expect((await call('DELETE', `${path}/${id}/linkedResources/${link.body.id}`)).status).toBe(204);
    expect((await call('DELETE', `${path}/${id}`)).status).toBe(204);
    const third = (await call('GET', second['@odata.deltaLink'])).body;
    expect(third.value).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  });

  it('lie in lists, of which two are always there', async () => {
    const { body: list } = await call('POST', '/me/todo/lists', { body: { displayName: 'CRM' } });
    expect(list).toMatchObject({ wellknownListName: 'none', isOwner: true });
    world.simulator.addTask(ANN, { title: 'Read mail' }, 'Flagged Emails');
    const { value, '@odata.deltaLink': link } = (await call('GET', '/me/todo/lists/delta')).body;
    expect(value).toHaveLength(3);
    expect((await call('DELETE', `/me/todo/lists/${list.id}`)).status).toBe(204);
    expect((await call('GET', link)).body.value).toMatchObject([{ id: list.id, '@removed': {} }]);
    expect(await codeOf('DELETE', `/me/todo/lists/${value[0].id}`)).toEqual([400, 'invalidRequest']);
    expect((await call('GET', '/me/todo/lists/flaggedEmails/tasks')).body.value).toHaveLength(1);
  });
});

describe('flagged mail', () => {
  it('is a task of its own list until the flag goes', async () => {
    const scope = `${ITEM_SCOPES} Mail.ReadWrite`;
    const by = callWith(world.simulator, (await signIn(world.simulator, ANN, scope)).access_token);
    const mail = world.simulator.deliver(ANN, 'inbox', sampleMail(1));
    const flag = (flagStatus: string) =>
      by('PATCH', `/me/messages/${mail}`, { body: { flag: { flagStatus } } });
    const tasks = async () => {
      const { value } = (await by('GET', '/me/todo/lists/flaggedEmails/tasks?$expand=linkedResources')).body;
      return value.map((each: { title: string; status: string }) => `${each.title} ${each.status}`);
    };
    await flag('flagged');
    expect(await tasks()).toEqual(['Sample 1 notStarted']);
    await flag('complete');
    expect(await tasks()).toEqual(['Sample 1 completed']);
    await flag('notFlagged');
    expect(await tasks()).toEqual([]);
  });
});

describe('permissions', () => {
  it('are those of each kind of item, for people and for applications alone', async () => {
    const readOnly = 'User.Read Calendars.Read Tasks.Read';
    const by = callWith(world.simulator, (await signIn(world.simulator, BEN, readOnly)).access_token);
    expect((await by('GET', '/me/events')).status).toBe(200);
    expect(await codeOf('POST', '/me/events', sampleEvent(5), by)).toEqual([403, 'ErrorAccessDenied']);
    expect(await codeOf('GET', '/me/contacts', undefined, by)).toEqual([403, 'ErrorAccessDenied']);
    expect(await codeOf('POST', '/me/todo/lists', {}, by)).toEqual([403, 'ErrorAccessDenied']);
    expect(await codeOf('GET', `/users/${ANN}/events`, undefined, by)).toEqual([403, 'ErrorAccessDenied']);
    const alone = async (...roles: string[]) => {
      world.simulator.grantAdminConsent('contoso.test', APP, { roles });
      const fields = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };
      return callWith(
        world.simulator,
        (await askToken(world.simulator, fields, 'contoso.test')).body.access_token,
      );
    };
    const app = await alone('Calendars.ReadWrite', 'Contacts.Read', 'Tasks.ReadWrite');
    expect((await app('POST', `/users/${ANN}/events`, { body: sampleEvent(5) })).status).toBe(201);
    expect((await app('GET', `/users/${ANN}/contacts`)).status).toBe(200);
    expect(await codeOf('GET', `/users/${ANN}/todo/lists`, undefined, app)).toEqual([
      403,
      'ErrorAccessDenied',
    ]);
    const all = await alone('Tasks.ReadWrite.All');
    expect((await all('GET', `/users/${ANN}/todo/lists`)).status).toBe(200);
  });
});

describe('what holds for every call', () => {
  it('holds for these too: batches, throttling, faults', async () => {
    const requests = [
      { id: '1', method: 'POST', url: '/me/events', body: sampleEvent(5) },
      { id: '2', method: 'POST', url: '/me/contacts', body: { givenName: 'Carla' } },
      { id: '3', method: 'GET', url: '/me/todo/lists' },
      { id: '4', method: 'GET', url: '/me/events/abc', dependsOn: ['1'] },
    ].map((each) => ({ ...each, headers: { 'content-type': 'application/json' } }));
    const { body } = await call('POST', '/$batch', { body: { requests } });
    const statuses = new Map(
      body.responses.map(({ id, status }: { id: string; status: number }) => [id, status]),
    );
    expect(['1', '2', '3', '4'].map((id) => statuses.get(id))).toEqual([201, 201, 200, 400]);
    world.simulator.faults.add({
      operation: 'event.*',
      effect: { kind: 'service', code: 'ErrorQuotaExceeded' },
    });
    expect(await codeOf('POST', '/me/events', sampleEvent(6))).toEqual([507, 'ErrorQuotaExceeded']);
    world.simulator.throttle(ANN, 20_000);
    const refused = await call('GET', '/me/contacts');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
  });

  it('holds for change notifications', async () => {
    const subscribe = (resource: string) =>
      call('POST', '/subscriptions', {
        headers: { prefer: 'IdType="ImmutableId"' },
        body: {
          resource,
          changeType: 'created,updated,deleted',
          notificationUrl: 'https://lockstep.test/hints',
          expirationDateTime: '2026-01-06T00:00:00Z',
        },
      });
    const list = (await call('GET', '/me/todo/lists')).body.value[0].id;
    for (const resource of ['me/events', '/me/contacts', `me/todo/lists/${list}/tasks`]) {
      expect((await subscribe(resource)).status).toBe(201);
    }
    expect((await subscribe('me/messages')).status).toBe(403);
    const event = world.simulator.addEvent(ANN, sampleEvent(5));
    world.simulator.changeEvent(ANN, event, { subject: 'Changed' });
    const contact = world.simulator.addContact(ANN, { givenName: 'Carla' });
    world.simulator.removeContact(ANN, contact);
    world.simulator.addTask(ANN, { title: 'Call' });
    await world.simulator.notificationsSettled();
    const told = posted
      .flatMap(({ value }) => value)
      .map((each) => {
        const { '@odata.type': type, id } = each.resourceData as Record<string, string>;
        return [type, each.changeType, id === event || id === contact];
      });
    expect(told).toEqual([
      ['#Microsoft.Graph.Event', 'created', true],
      ['#Microsoft.Graph.Event', 'updated', true],
      ['#Microsoft.Graph.Contact', 'created', true],
      ['#Microsoft.Graph.Contact', 'deleted', true],
      ['#Microsoft.Graph.todoTask', 'created', false],
    ]);
  });

  it('can be driven by another process', async () => {
    const control = async (action: string, body: object) => {
      const url = `https://graph.microsoft.test/_control/office365/${action}`;
      const init = { method: 'POST', body: JSON.stringify({ address: ANN, ...body }) };
      const response = await world.simulator.fetch(new Request(url, init));
      return [response.status, await response.json()];
    };
    const [, { id }] = await control('addEvent', { event: sampleEvent(5) });
    expect((await call('GET', `/me/events/${id}`)).body.subject).toBe('Event of 2026-01-05');
    expect(await control('calendarSnapshot', {})).toMatchObject([200, { events: [{ id }] }]);
    expect(await control('expireTokensOf', { kind: 'mail' })).toMatchObject([
      400,
      { error: expect.any(String) },
    ]);
  });
});
