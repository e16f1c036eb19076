/** History, watch with Pub/Sub, quota, faults and batches of the simulated Gmail. */
import { expect, test } from 'vitest';
import { ANN, API, callWith, createTestWorld, sampleMail, signIn } from './test-support.ts';

const MINUTE_MS = 60_000;

async function start(options = {}) {
  const world = createTestWorld(options);
  const tokens = await signIn(world.simulator);
  const token = tokens.access_token ?? '';
  return { ...world, token, call: callWith(world.simulator, token) };
}

test('history tells what was added, relabelled and deleted since an id', async () => {
  const { simulator, call } = await start();
  const before = (await call('GET', 'profile')).body.historyId;
  expect((await call('GET', `history?startHistoryId=${before}`)).body).toEqual({ historyId: before });
  const id = simulator.deliver(ANN, sampleMail(1));
  simulator.changeLabels(ANN, id, ['STARRED'], ['UNREAD']);
  simulator.remove(ANN, id);
  const { history, historyId } = (await call('GET', `history?startHistoryId=${before}`)).body;
  expect(history.map((record: object) => Object.keys(record)[2])).toEqual([
    'messagesAdded',
    'labelsRemoved',
    'labelsAdded',
    'messagesDeleted',
  ]);
  expect(history[2].labelsAdded[0]).toMatchObject({ labelIds: ['STARRED'], message: { id } });
  expect(Number(historyId)).toBeGreaterThan(Number(before));
  const added = await call('GET', `history?startHistoryId=${before}&historyTypes=messageAdded`);
  expect(added.body.history).toHaveLength(1);
  const starred = await call(
    'GET',
    `history?startHistoryId=${before}&labelId=STARRED&historyTypes=labelAdded`,
  );
  expect(starred.body.history).toHaveLength(1);
});

test('history comes in pages that may repeat an entry', async () => {
  const { simulator, call } = await start();
  const before = (await call('GET', 'profile')).body.historyId;
  const ids = Array.from({ length: 5 }, (_, number) => simulator.deliver(ANN, sampleMail(number)));
  simulator.world.pageOverlap = 1;
  const seen: string[] = [];
  let pageToken = '';
  do {
    const { body } = await call('GET', `history?startHistoryId=${before}&maxResults=2${pageToken}`);
    for (const record of body.history) seen.push(record.messages[0].id);
    pageToken = body.nextPageToken === undefined ? '' : `&pageToken=${body.nextPageToken}`;
  } while (pageToken !== '');
  expect(new Set(seen)).toEqual(new Set(ids));
  expect(seen.length).toBeGreaterThan(ids.length);
});

test('ids that are too old are 404, by expiry and by age', async () => {
  const { simulator, call, clock } = await start();
  const first = (await call('GET', 'profile')).body.historyId;
  simulator.deliver(ANN, sampleMail(1));
  simulator.expireHistory(ANN);
  const gone = await call('GET', `history?startHistoryId=${first}`);
  expect([gone.status, gone.body.error.errors[0].reason, gone.body.error.status]).toEqual([
    404,
    'notFound',
    'NOT_FOUND',
  ]);
  const second = (await call('GET', 'profile')).body.historyId;
  expect((await call('GET', `history?startHistoryId=${second}`)).status).toBe(200);
  simulator.deliver(ANN, sampleMail(2));
  clock.at += 8 * 86_400_000;
  const tokens = await signIn(simulator);
  const late = callWith(simulator, tokens.access_token);
  expect((await late('GET', `history?startHistoryId=${second}`)).status).toBe(404);
});

test('who overspends his minute is held off until it has slid by', async () => {
  const { simulator, call, clock } = await start({ unitsPerUserMinute: 3 });
  for (let count = 0; count < 3; count += 1) expect((await call('GET', 'profile')).status).toBe(200);
  const over = await call('GET', 'profile');
  expect([over.status, over.body.error.status, over.body.error.errors[0]]).toEqual([
    429,
    'RESOURCE_EXHAUSTED',
    expect.objectContaining({ domain: 'usageLimits', reason: 'rateLimitExceeded' }),
  ]);
  simulator.world.overspendingStatus = 403;
  expect((await call('GET', 'profile')).status).toBe(403);
  clock.at += MINUTE_MS;
  expect((await call('GET', 'profile')).status).toBe(200);
  simulator.throttle(ANN, 30_000);
  expect((await call('GET', 'profile')).body.error.message).toMatch(
    /^User-rate limit exceeded. {2}Retry after 2026-/,
  );
  expect(simulator.callsWhileThrottled(ANN)).toBe(1);
});

test('faults strike by operation and user, in the words of the service', async () => {
  const { simulator, call } = await start();
  const operation = 'gmail.users.messages.list';
  const reasons = [
    'rateLimitExceeded',
    'dailyLimitExceeded',
    'backendError',
    'domainPolicy',
    'accessNotConfigured',
  ];
  const seen: unknown[] = [];
  for (const code of reasons) {
    simulator.faults.add({ operation, user: ANN, count: 1, effect: { kind: 'service', code } });
    const { status, body } = await call('GET', 'messages');
    seen.push([status, body.error.errors[0].reason]);
  }
  expect(seen).toEqual(reasons.map((reason) => [reason === 'backendError' ? 503 : 403, reason]));
  simulator.faults.add({ operation, count: 1, effect: { kind: 'drop' } });
  await expect(call('GET', 'messages')).rejects.toThrow('fetch failed');
  expect((await call('GET', 'messages')).status).toBe(200);
});

function batchOf(paths: string[], token: string, boundary = 'outer'): Request {
  const parts = paths.map(
    (path, index) =>
      `--${boundary}\r\nContent-Type: application/http\r\nContent-ID: <item-${index}>\r\n\r\nGET /gmail/v1/users/me/${path}\r\n\r\n`,
  );
  return new Request(`${API}/batch/gmail/v1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': `multipart/mixed; boundary=${boundary}` },
    body: `${parts.join('')}--${boundary}--`,
  });
}

test('a batch answers each part on its own and counts as one request', async () => {
  const { simulator, token } = await start();
  const ids = [1, 2, 3].map((number) => simulator.deliver(ANN, sampleMail(number)));
  simulator.faults.add({
    operation: 'gmail.users.messages.get',
    nth: 3,
    effect: { kind: 'service', code: 'rateLimitExceeded' },
  });
  simulator.requests.reset();
  const paths = [`messages/${ids[0]}`, 'messages/ffff', `messages/${ids[2]}?format=raw`, 'profile'];
  const response = await simulator.fetch(batchOf(paths, token));
  const text = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=/);
  expect([...text.matchAll(/Content-ID: <(.+)>/g)].map((found) => found[1])).toEqual([
    'response-item-0',
    'response-item-1',
    'response-item-2',
    'response-item-3',
  ]);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1])).toEqual([
    '200',
    '404',
    '403',
    '200',
  ]);
  expect(simulator.requests.counts()).toEqual({ batch: 1 });
  expect(simulator.parts.count('gmail.users.messages.get')).toBe(3);
  const many = await simulator.fetch(batchOf(Array(101).fill('profile'), token));
  expect(many.status).toBe(400);
});

test('a watch publishes changes to a subscription that is pulled and acknowledged', async () => {
  const { simulator, call, clock } = await start();
  const topicName = 'projects/p/topics/gmail';
  const name = 'projects/p/subscriptions/lockstep';
  expect((await call('POST', 'watch', { topicName })).status).toBe(400);
  simulator.addSubscription(name, topicName);
  const watched = (await call('POST', 'watch', { topicName, labelIds: ['INBOX'] })).body;
  expect(Number(watched.expiration)).toBe(clock.at + 7 * 86_400_000);
  simulator.deliver(ANN, sampleMail(1), { labels: ['SENT'] });
  simulator.deliver(ANN, sampleMail(2));
  const tokens = await signIn(simulator, { scope: 'https://www.googleapis.com/auth/pubsub' });
  const pubsub = async (verb: string, body: object) => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const request = new Request(`${API}/v1/${name}:${verb}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await (await simulator.fetch(request)).json()) as {
      receivedMessages?: { ackId: string; message: { data: string } }[];
    };
  };
  const [received, ...others] = (await pubsub('pull', { maxMessages: 10 })).receivedMessages ?? [];
  expect(others).toEqual([]);
  const payload = JSON.parse(Buffer.from(received?.message.data ?? '', 'base64').toString());
  expect(payload).toEqual({ emailAddress: ANN, historyId: expect.any(Number) });
  expect(await pubsub('pull', { maxMessages: 10 })).toEqual({});
  clock.at += 10_000;
  const [again] = (await pubsub('pull', { maxMessages: 10 })).receivedMessages ?? [];
  expect(await pubsub('acknowledge', { ackIds: [again?.ackId] })).toEqual({});
  clock.at += 10_000;
  expect(await pubsub('pull', { maxMessages: 10 })).toEqual({});
  expect((await call('POST', 'stop')).status).toBe(204);
});

test('another process drives it through the control routes', async () => {
  const { simulator } = createTestWorld();
  const control = async (path: string, body: object) => {
    const request = new Request(`${API}/_control/google/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return (await (await simulator.fetch(request)).json()) as Record<string, unknown>;
  };
  const mime = Buffer.from(sampleMail(1)).toString('base64');
  const { messageId } = await control('deliver', { address: ANN, mime, options: { labels: ['INBOX'] } });
  await control('trash', { address: ANN, messageId });
  expect(simulator.snapshot(ANN).messages[0]?.labelIds).toEqual(['TRASH']);
  expect(await control('deliver', { address: ANN })).toEqual({ error: '"mime" must be a text' });
  const state = await (await simulator.fetch(new Request(`${API}/_control/google`))).json();
  expect(state).toMatchObject({ notificationsSent: 0, accounts: [{ email: ANN, messageCount: 1 }, {}, {}] });
});
