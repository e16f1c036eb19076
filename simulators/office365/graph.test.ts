import { beforeEach, describe, expect, it } from 'vitest';
import {
  ANN,
  BEN,
  callWith,
  createTestWorld,
  GRAPH,
  type GraphCaller,
  mailWithFile,
  refresh,
  sampleMail,
  signIn,
  type TokenAnswer,
} from './test-support.ts';

const IMMUTABLE = { prefer: 'IdType="ImmutableId"' };

let world: ReturnType<typeof createTestWorld>;
let call: GraphCaller;
let tokens: TokenAnswer;
const deliver = (number: number, folder = 'inbox') =>
  world.simulator.deliver(ANN, folder, sampleMail(number), { receivedAt: world.clock.at + number * 1000 });

beforeEach(async () => {
  world = createTestWorld();
  tokens = await signIn(world.simulator);
  call = callWith(world.simulator, tokens.access_token);
});

describe('messages', () => {
  it('keep their immutable id when they move, and lose the other', async () => {
    const id = deliver(1);
    const before = (await call('GET', '/me/messages')).body.value[0].id;
    expect(before).not.toBe(id);
    const moved = await call('POST', `/me/messages/${id}/move`, {
      headers: IMMUTABLE,
      body: { destinationId: 'archive' },
    });
    expect(moved).toMatchObject({ status: 201, body: { id } });
    expect((await call('GET', `/me/messages/${before}`)).body.error.code).toBe('ErrorItemNotFound');
    expect((await call('GET', `/me/messages/${id}`, { headers: IMMUTABLE })).body.id).toBe(id);
    expect((await call('GET', '/me/messages/abc')).body.error.code).toBe('ErrorInvalidIdMalformed');
  });

  it('show headers, extended properties, MIME and attachments', async () => {
    const id = world.simulator.deliver(ANN, 'inbox', mailWithFile());
    const secret = world.simulator.deliver(ANN, 'inbox', sampleMail(2, ['Sensitivity: Private']));
    const { body } = await call(
      'GET',
      `/me/messages/${id}?$select=subject,internetMessageHeaders,hasAttachments`,
    );
    expect(body.hasAttachments).toBe(true);
    expect(body.internetMessageHeaders[0]).toEqual({ name: 'Message-ID', value: '<file-1@fabrikam.test>' });
    expect((await call('GET', `/me/messages/${id}/$value`)).body).toBe(mailWithFile().toString());
    const { value } = (
      await call('GET', `/me/messages/${id}/attachments?$select=id,name,size`, { headers: IMMUTABLE })
    ).body;
    expect(value).toMatchObject([{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'list.csv' }]);
    expect(value[0].contentBytes).toBeUndefined();
    expect((await call('GET', `/me/messages/${id}/attachments/${value[0].id}/$value`)).body).toContain('a,b');
    const expand = "$expand=singleValueExtendedProperties($filter=id eq 'Integer 0x0036')";
    const extended = (await call('GET', `/me/messages/${secret}?$select=id&${expand}`)).body;
    expect(extended.singleValueExtendedProperties).toEqual([{ id: 'Integer 0x0036', value: '2' }]);
  });

  it('are found by Message-ID and date, in pages', async () => {
    for (let number = 1; number <= 25; number += 1) deliver(number);
    const filter = encodeURIComponent("internetMessageId eq '<sample-3@fabrikam.test>'");
    const found = await call('GET', `/me/messages?$filter=${filter}&$select=subject`);
    expect(found.body.value).toMatchObject([{ subject: 'Sample 3' }]);
    const page = await call(
      'GET',
      '/me/mailFolders/inbox/messages?$top=20&$count=true&$orderby=receivedDateTime asc',
    );
    expect(page.body['@odata.count']).toBe(25);
    expect(page.body.value[0].subject).toBe('Sample 1');
    expect((await call('GET', page.body['@odata.nextLink'])).body.value).toHaveLength(5);
    const complex = await call('GET', `/me/messages?$filter=${filter}&$orderby=receivedDateTime desc`);
    expect(complex.body.error.code).toBe('InefficientFilter');
  });

  it('take categories, unless they have changed since', async () => {
    const id = deliver(1);
    const etag = (await call('GET', `/me/messages/${id}`)).body['@odata.etag'];
    const patch = () =>
      call('PATCH', `/me/messages/${id}`, { headers: { 'if-match': etag }, body: { categories: ['Blue'] } });
    expect((await patch()).body.categories).toEqual(['Blue']);
    expect(await patch()).toMatchObject({
      status: 412,
      body: { error: { code: 'ErrorIrresolvableConflict' } },
    });
    const made = await call('POST', '/me/outlook/masterCategories', {
      body: { displayName: 'Blue', color: 'preset7' },
    });
    expect(made.status).toBe(201);
    expect((await call('GET', '/me/outlook/masterCategories')).body.value).toMatchObject([
      { displayName: 'Blue' },
    ]);
  });

  it('have ids that translate into immutable ones', async () => {
    const id = deliver(1);
    const restId = (await call('GET', '/me/messages')).body.value[0].id;
    const body = {
      inputIds: [restId, 'nonsense'],
      sourceIdType: 'restId',
      targetIdType: 'restImmutableEntryId',
    };
    const { value } = (await call('POST', '/me/translateExchangeIds', { body })).body;
    expect(value).toMatchObject([
      { sourceId: restId, targetId: id },
      { errorDetails: { code: 'ErrorInvalidIdMalformed' } },
    ]);
  });
});

describe('batches', () => {
  const item = (id: string, url: string, more = {}) => ({ id, method: 'GET', url, ...more });

  it('answer each request by itself, with 424 for what depended on a failure', async () => {
    const id = deliver(1);
    world.simulator.faults.add({
      operation: 'categories.list',
      effect: { kind: 'throttle', backOffMs: 7000 },
    });
    const requests = [
      item('1', `/me/messages/${id}`, { headers: IMMUTABLE }),
      item('2', '/me/messages/abc'),
      item('3', '/me', { dependsOn: ['2'] }),
      item('4', '/me/outlook/masterCategories'),
      item('5', `/me/messages/${id}/$value`),
    ];
    const { body } = await call('POST', '/$batch', { body: { requests } });
    const byId = Object.fromEntries(body.responses.map((each: { id: string }) => [each.id, each]));
    expect(byId[1]).toMatchObject({ status: 200, body: { id } });
    expect(byId[2].status).toBe(400);
    expect(byId[3].status).toBe(424);
    expect(byId[4]).toMatchObject({ status: 429, headers: { 'Retry-After': '7' } });
    expect(Buffer.from(byId[5].body, 'base64').equals(sampleMail(1))).toBe(true);
    expect(world.simulator.requests.count('$batch')).toBe(1);
    expect(world.simulator.batchItems.count()).toBe(4);
  });

  it('hold no more than 20 requests', async () => {
    const requests = Array.from({ length: 21 }, (_none, index) => item(String(index), '/me'));
    expect((await call('POST', '/$batch', { body: { requests } })).status).toBe(400);
  });

  it('lose their nth request to a partial fault', async () => {
    const effect = { kind: 'partial', nth: 2, code: 'ErrorItemNotFound' } as const;
    world.simulator.faults.add({ operation: '$batch', effect });
    const { body } = await call('POST', '/$batch', {
      body: { requests: [item('a', '/me'), item('b', '/me')] },
    });
    const statuses = body.responses.map((each: { id: string; status: number }) => [each.id, each.status]);
    expect(Object.fromEntries(statuses)).toEqual({ a: 200, b: 404 });
  });
});

describe('refusals', () => {
  it('come in the error body of Graph', async () => {
    const { status, body } = await call('GET', '/me/mailFolders/nonsense', {
      headers: { 'client-request-id': 'mine' },
    });
    expect(status).toBe(400);
    expect(body.error.innerError).toMatchObject({ 'client-request-id': 'mine', date: '2026-01-05T09:00:00' });
  });

  it('follow scopes, foreign mailboxes and mailboxes elsewhere', async () => {
    expect((await call('POST', '/me/sendMail', { body: { message: {} } })).body.error.code).toBe(
      'ErrorAccessDenied',
    );
    expect((await call('GET', `/users/${BEN}/messages`)).body.error.code).toBe('ErrorAccessDenied');
    expect((await call('GET', '/users/nobody@contoso.test/messages')).body.error.code).toBe(
      'ErrorInvalidUser',
    );
    world.simulator.setEnabledForRest(ANN, false);
    const elsewhere = await call('GET', '/me/mailFolders');
    expect(elsewhere).toMatchObject({
      status: 404,
      body: { error: { code: 'MailboxNotEnabledForRESTAPI' } },
    });
    expect((await call('GET', '/me?$select=mail,proxyAddresses')).body.proxyAddresses).toEqual([
      `SMTP:${ANN}`,
      'smtp:aa@contoso.test',
    ]);
  });

  it('ask for another token by a claims challenge until it comes', async () => {
    world.simulator.challenge(ANN);
    const refused = await call('GET', '/me');
    expect(refused.status).toBe(401);
    const encoded = /error="insufficient_claims", claims="([^"]+)"/.exec(
      refused.headers.get('www-authenticate') ?? '',
    )?.[1];
    const claims = Buffer.from(encoded ?? '', 'base64').toString();
    expect(JSON.parse(claims)).toHaveProperty('access_token');
    const plain = await refresh(world.simulator, tokens.refresh_token);
    expect((await callWith(world.simulator, plain.body.access_token)('GET', '/me')).status).toBe(401);
    const answered = await refresh(world.simulator, tokens.refresh_token, { claims });
    expect((await callWith(world.simulator, answered.body.access_token)('GET', '/me')).status).toBe(200);
  });

  it('end a token when its time is over', async () => {
    world.clock.at += tokens.expires_in * 1000;
    expect(await call('GET', '/me')).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    });
  });

  it('count calls at once and calls after being told to stay away', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = createTestWorld({ wait: () => gate });
    const callSlow = callWith(slow.simulator, (await signIn(slow.simulator)).access_token);
    slow.simulator.faults.add({ operation: 'folders.list', delayMs: 5, effect: { kind: 'delay' } });
    const five = Array.from({ length: 5 }, () => callSlow('GET', '/me/mailFolders'));
    const fifth = await five[4];
    expect(fifth?.body.error).toMatchObject({ code: 'ApplicationThrottled' });
    release();
    expect((await Promise.all(five.slice(0, 4))).map((each) => each.status)).toEqual([200, 200, 200, 200]);
    world.simulator.throttle(ANN, 30_000);
    const told = await call('GET', '/me/messages');
    expect(told.headers.get('retry-after')).toBe('30');
    expect(world.simulator.callsWhileThrottled(ANN)).toBe(1);
  });

  it('are served with 503 and 504 as faults say', async () => {
    world.simulator.faults.add({
      count: 1,
      effect: { kind: 'http', status: 503, headers: { 'retry-after': '3' } },
    });
    expect(await call('GET', '/me')).toMatchObject({
      status: 503,
      body: { error: { code: 'serviceNotAvailable' } },
    });
    world.simulator.faults.add({ count: 1, effect: { kind: 'http', status: 504, body: 'empty' } });
    expect((await call('GET', '/me')).status).toBe(504);
  });
});

describe('subscriptions', () => {
  it('are validated, notified, told about and renewed', async () => {
    const posted: { url: string; body: string }[] = [];
    const own = createTestWorld({
      post: async (request) => {
        const url = new URL(request.url);
        posted.push({ url: url.pathname, body: await request.text() });
        return new Response(url.searchParams.get('validationToken') ?? '', { status: 200 });
      },
    });
    const { access_token: token } = await signIn(own.simulator);
    const callOwn = callWith(own.simulator, token);
    const body = {
      changeType: 'created,updated',
      resource: "/me/mailFolders('inbox')/messages",
      notificationUrl: 'https://lockstep.test/hints',
      lifecycleNotificationUrl: 'https://lockstep.test/life',
      clientState: 'secret',
      expirationDateTime: new Date(own.clock.at + 3_600_000).toISOString(),
    };
    const made = await callOwn('POST', '/subscriptions', { body });
    expect(made.status).toBe(201);
    own.simulator.deliver(ANN, 'inbox', sampleMail(1));
    own.simulator.deliver(ANN, 'archive', sampleMail(2));
    own.simulator.sendLifecycle(ANN, 'missed');
    await own.simulator.notificationsSettled();
    expect(posted.map((each) => each.url)).toEqual(['/hints', '/life', '/hints', '/life']);
    expect(JSON.parse(posted[2]?.body ?? '').value).toMatchObject([
      { changeType: 'created', clientState: 'secret' },
    ]);
    expect(JSON.parse(posted[3]?.body ?? '').value).toMatchObject([{ lifecycleEvent: 'missed' }]);
    const path = `/subscriptions/${made.body.id}`;
    const tooLong = { expirationDateTime: new Date(own.clock.at + 5000 * 60_000).toISOString() };
    expect((await callOwn('PATCH', path, { body: tooLong })).status).toBe(400);
    expect(
      (await callOwn('PATCH', path, { body: { expirationDateTime: body.expirationDateTime } })).status,
    ).toBe(200);
    expect((await callOwn('DELETE', path)).status).toBe(204);
    expect((await callOwn('GET', path)).status).toBe(404);
  });
});

describe('the control surface', () => {
  it('delivers mail and tells the state', async () => {
    const post = (action: string, body: unknown) =>
      world.simulator.fetch(
        new Request(`${GRAPH}/_control/office365/${action}`, { method: 'POST', body: JSON.stringify(body) }),
      );
    const mime = sampleMail(1).toString('base64');
    expect((await post('deliver', { address: ANN, folder: 'inbox', mime })).status).toBe(200);
    expect((await post('settings', { nonsense: 1 })).status).toBe(400);
    const state = await world.simulator.fetch(new Request(`${GRAPH}/_control/office365`));
    const { mailboxes } = (await state.json()) as { mailboxes: unknown[] };
    expect(mailboxes[0]).toMatchObject({ address: ANN, messageCount: 1 });
    expect(world.simulator.notificationsSent()).toEqual([]);
  });
});
