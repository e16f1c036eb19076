/** Tasks of the simulated Tasks API: what changed, days, order, deleted and hidden ones; and the control surface. */
import { expect, test } from 'vitest';
import { ANN, API, callApi, createTestWorld, signIn } from '../test-support.ts';

const SCOPE = 'https://www.googleapis.com/auth/tasks';
const TASKS = 'tasks/v1/lists/@default/tasks';

async function start() {
  const world = createTestWorld();
  return {
    ...world,
    call: callApi(world.simulator, (await signIn(world.simulator, { scope: SCOPE })).access_token),
  };
}

test('what changed is found by updatedMin, deleted and hidden ones only when asked for', async () => {
  const { simulator, call, clock } = await start();
  const [one = '', two = '', three = ''] = ['one', 'two', 'three'].map((title) =>
    simulator.addTask(ANN, { title }),
  );
  clock.at += 60_000;
  const updatedMin = new Date(clock.at).toISOString();
  simulator.changeTask(ANN, one, { notes: 'note' });
  simulator.removeTask(ANN, two);
  simulator.completeTask(ANN, three);
  const idsOf = async (query: string) =>
    ((await call('GET', `${TASKS}?${query}`)).body.items ?? []).map((each: { id: string }) => each.id);
  expect(await idsOf(`updatedMin=${updatedMin}`)).toEqual([one]);
  expect(await idsOf(`updatedMin=${updatedMin}&showDeleted=true&showHidden=true`)).toEqual([one, two, three]);
  expect(await idsOf('showHidden=true&showCompleted=false')).toEqual([one]);
  const gone = (await call('GET', `${TASKS}/${two}`)).body;
  expect([gone.deleted, (await call('GET', `${TASKS}/${three}`)).body.hidden]).toEqual([true, true]);
  const assigned = simulator.assignTask(ANN, { title: 'Given' });
  expect(await idsOf('')).not.toContain(assigned);
  expect(await idsOf('showAssigned=true')).toContain(assigned);
});

test('a due time keeps its day alone, and days are compared with an open end', async () => {
  const { call } = await start();
  const { body } = await call('POST', TASKS, { title: 'A', due: '2026-06-03T23:30:00-07:00' });
  expect(body.due).toBe('2026-06-03T00:00:00.000Z');
  expect((await call('POST', TASKS, { title: 'B', due: '2026-06-03' })).status).toBe(400);
  expect((await call('POST', TASKS, { title: 'x'.repeat(1025) })).status).toBe(400);
  expect((await call('GET', `${TASKS}?dueMax=2026-06-03T00:00:00Z`)).body.items).toBeUndefined();
  expect((await call('GET', `${TASKS}?dueMax=2026-06-04T00:00:00Z`)).body.items).toHaveLength(1);
  const cleared = await call('PATCH', `${TASKS}/${body.id}`, { due: null });
  expect(cleared.body.due).toBeUndefined();
});

test('completing sets a time, opening again takes it away, and versions bind writes', async () => {
  const { call, clock } = await start();
  const made = (await call('POST', TASKS, { title: 'A' })).body;
  const path = `${TASKS}/${made.id}`;
  const done = await call('PATCH', path, { status: 'completed' }, { 'if-match': made.etag });
  expect(done.body).toMatchObject({ status: 'completed', completed: new Date(clock.at).toISOString() });
  expect((await call('PATCH', path, { title: 'B' }, { 'if-match': made.etag })).status).toBe(412);
  expect((await call('POST', 'tasks/v1/lists/@default/clear')).status).toBe(204);
  expect((await call('GET', path)).body.hidden).toBe(true);
  const open = (await call('PUT', path, { id: made.id, title: 'C' })).body;
  expect([open.status, open.completed, open.hidden]).toEqual(['needsAction', undefined, undefined]);
  expect((await call('DELETE', path)).status).toBe(204);
  expect((await call('GET', `${TASKS}/none`)).body.error.errors[0].reason).toBe('notFound');
});

test('tasks keep an order, go under parents and into other lists, and come in pages', async () => {
  const { simulator, call } = await start();
  const [one, two, three] = ['1', '2', '3'].map((title) => simulator.addTask(ANN, { title }));
  const positions = async () => {
    const { items } = (await call('GET', TASKS)).body;
    return [...items].sort((a, b) => (a.position < b.position ? -1 : 1)).map((each) => each.title);
  };
  expect(await positions()).toEqual(['3', '2', '1']);
  await call('POST', `${TASKS}/${three}/move?previous=${one}`);
  expect(await positions()).toEqual(['2', '1', '3']);
  expect((await call('POST', `${TASKS}/${two}/move?parent=${one}`)).body.parent).toBe(one);
  expect((await call('POST', `${TASKS}/${three}/move?parent=${two}`)).status).toBe(400);
  const other = simulator.createTaskList(ANN, 'Other');
  await call('POST', `${TASKS}/${one}/move?destinationTasklist=${other}`);
  expect(simulator.taskSnapshot(ANN, other).map((each) => each.id)).toEqual([one, two]);
  const page = (await call('GET', `tasks/v1/lists/${other}/tasks?maxResults=1`)).body;
  const last = (
    await call('GET', `tasks/v1/lists/${other}/tasks?maxResults=1&pageToken=${page.nextPageToken}`)
  ).body;
  expect([page.items[0].id, last.items[0].id, last.nextPageToken]).toEqual([one, two, undefined]);
  expect((await call('GET', `${TASKS}?maxResults=101`)).status).toBe(400);
});

test('another process drives calendars, contacts and tasks through the control routes', async () => {
  const { simulator } = await start();
  const control = async (path: string, body: object) => {
    const request = new Request(`${API}/_control/google/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return (await (await simulator.fetch(request)).json()) as {
      id?: string;
      items?: object[];
      error?: string;
    };
  };
  const event = { summary: 'A', start: { date: '2026-06-01' }, end: { date: '2026-06-02' } };
  const { id: eventId } = await control('addEvent', { address: ANN, event });
  await control('changeEvent', { address: ANN, eventId, patch: { summary: 'B' } });
  expect((await control('calendarSnapshot', { address: ANN })).items).toMatchObject([{ summary: 'B' }]);
  const { id } = await control('addContact', { address: ANN, person: { names: [{ givenName: 'A' }] } });
  await control('removeContact', { address: ANN, resourceName: id });
  expect((await control('contactSnapshot', { address: ANN })).items).toEqual([]);
  await control('addTask', { address: ANN, task: { title: 'T' } });
  expect((await control('taskSnapshot', { address: ANN })).items).toHaveLength(1);
  expect((await control('addEvent', { address: ANN })).error).toBe('"event" must be an object');
});

test('a batch carries calls of several APIs to their hosts, Calendar fifty at once', async () => {
  const { simulator } = createTestWorld();
  const scope = `${SCOPE} https://www.googleapis.com/auth/calendar`;
  const token = (await signIn(simulator, { scope })).access_token;
  const send = async (path: string, calls: string[]) => {
    const parts = calls.map(
      (call, index) =>
        `--b\r\nContent-Type: application/http\r\nContent-ID: <${index}>\r\n\r\n${call}\r\n\r\n`,
    );
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/mixed; boundary=b' };
    const answer = await simulator.fetch(
      new Request(`${API}${path}`, { method: 'POST', headers, body: `${parts.join('')}--b--` }),
    );
    const text = await answer.text();
    return { status: answer.status, parts: [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1]) };
  };
  const event = JSON.stringify({ start: { date: '2026-06-01' }, end: { date: '2026-06-02' } });
  const events = '/calendar/v3/calendars/primary/events';
  const insert = `POST ${events}\r\nContent-Type: application/json\r\n\r\n${event}`;
  expect(await send('/batch/calendar/v3', [insert, `GET ${events}/none`, insert])).toEqual({
    status: 200,
    parts: ['200', '404', '200'],
  });
  expect((await send('/batch/calendar/v3', Array(51).fill(`GET ${events}`))).status).toBe(400);
  expect((await send('/batch', [`GET /${TASKS}`])).parts).toEqual(['200']);
  expect(simulator.parts.count('calendar.events.insert')).toBe(2);
});
