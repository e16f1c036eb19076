/** What all simulators share: seeded chance, fault rules, and being served with connections that break. */
import { expect, test } from 'vitest';
import { asFetch, DroppedConnection, type Handler } from './connection.ts';
import { createControl } from './control.ts';
import { createFaults } from './faults.ts';
import { createRandom } from './random.ts';
import { createRequestLog } from './request-log.ts';
import { serve } from './serve.ts';

test('the same seed draws the same numbers, all in [0, 1)', () => {
  const [one, two] = [createRandom(7), createRandom(7)];
  const drawn = Array.from({ length: 100 }, () => one.next());
  expect(drawn).toEqual(Array.from({ length: 100 }, () => two.next()));
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(drawn).size).toBe(100);
});

test('a fault strikes the calls it matches, from the nth, as often as it may', () => {
  const faults = createFaults(createRandom(1));
  faults.add({ operation: 'getitem', user: 'Ann@contoso.test', nth: 2, count: 2, effect: { kind: 'drop' } });
  const ask = (operation: string, user: string) => faults.strike({ operation, user })?.effect.kind;
  expect(ask('GetItem', 'ben@contoso.test')).toBeUndefined();
  expect([1, 2, 3, 4].map(() => ask('GetItem', 'ann@contoso.test'))).toEqual([
    undefined,
    'drop',
    'drop',
    undefined,
  ]);
});

test('a fault for the nth call alone strikes once', () => {
  const faults = createFaults(createRandom(1));
  faults.add({ operation: 'Sync*', nth: 2, effect: { kind: 'drop' } });
  const struck = [1, 2, 3].map(() => faults.strike({ operation: 'SyncFolderItems' }) !== undefined);
  expect(struck).toEqual([false, true, false]);
});

test('a served handler sees one identity per connection and can break it', async () => {
  const identities = new Set<object>();
  const handler: Handler = async (request, context) => {
    if (context.connection !== undefined) identities.add(context.connection);
    if (new URL(request.url).pathname === '/drop') throw new DroppedConnection();
    return new Response(await request.text(), { headers: { 'x-seen': 'yes' } });
  };
  const served = await serve(handler);
  const answer = await fetch(`${served.origin}/`, { method: 'POST', body: 'grüß' });
  expect(await answer.text()).toBe('grüß');
  expect(identities.size).toBe(1);
  await expect(fetch(`${served.origin}/drop`)).rejects.toThrow('fetch failed');
  await served.close();
  await expect(fetch(served.origin)).rejects.toThrow('fetch failed');
});

test('in process a drop is the error of a reset connection', async () => {
  const fetch = asFetch(async () => {
    throw new DroppedConnection();
  });
  await expect(fetch(new Request('http://a.test/'))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
});

test('the control surface sets faults, runs actions and refuses nonsense', async () => {
  const faults = createFaults(createRandom(1));
  const control = createControl({
    name: 'thing',
    state: () => ({ ok: true }),
    faults,
    requests: createRequestLog(),
    actions: { double: (body) => ({ value: Number(body.value) * 2 }) },
  });
  const call = async (method: string, path: string, body?: string) => {
    const init = body === undefined ? { method } : { method, body };
    const answer = await control(new Request(`http://a.test${path}`, init));
    return answer === undefined ? undefined : { status: answer.status, body: await answer.json() };
  };
  expect(await call('GET', '/elsewhere')).toBeUndefined();
  expect(await call('GET', '/_control/thing')).toEqual({ status: 200, body: { ok: true } });
  expect(await call('POST', '/_control/thing/double', '{"value":4}')).toEqual({
    status: 200,
    body: { value: 8 },
  });
  expect((await call('POST', '/_control/thing/faults', '{"effect":{"kind":"drop"}}'))?.status).toBe(200);
  expect(faults.list()).toHaveLength(1);
  expect((await call('POST', '/_control/thing/faults', '[]'))?.status).toBe(400);
  expect((await call('POST', '/_control/thing/toString', '{}'))?.status).toBe(404);
});
