/** Graph subscriptions over the connector's own line: signed, renewed with a new token, believed by their secret, and ended. */
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import type { HintAbility, HintReceipt, PostedHints } from '../../src/model/hints.ts';
import { ANN, keepLazily, openBench } from '../support/office365-bench.ts';

function posted(hints: HintAbility): PostedHints {
  if (!hints.able || hints.hints.way !== 'posted') throw new Error('nothing is posted');
  return hints.hints;
}

/** A simulated Graph whose posts are understood at once. */
function open() {
  const receipts: HintReceipt[] = [];
  const bench = openBench({
    hintsOrigin: 'https://lockstep.test',
    async post(request) {
      const { searchParams, pathname } = new URL(request.url);
      expect(pathname).toBe('/hints/office365');
      const text = await request.text();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const receipt = posted(bench.service.hints).receive({ query: Object.fromEntries(searchParams), body });
      receipts.push(receipt);
      return new Response(receipt.text, { status: receipt.status });
    },
  });
  const keeper = keepLazily(async () => (await bench.signIn()).credential);
  const connection = { account: ANN, credential: null, settings: {} };
  const mailbox = { connection, opening: { signal: new AbortController().signal, keeper }, address: ANN };
  return { ...bench, receipts, mailbox, hints: posted(bench.service.hints) };
}

const mail = Buffer.from(
  'From: Bob <bob@outside.test>\r\nTo: ann@contoso.test\r\nSubject: x\r\n\r\nHello.\r\n',
);

test('without a public address nothing is posted, and the reason is said', () => {
  expect(openBench().service.hints).toMatchObject({
    able: false,
    reason: expect.stringMatching(/PUBLIC_URL/),
  });
});

test('a subscription is made once, renewed under the same name with a token that ended meanwhile, and ended', async () => {
  const { hints, mailbox, simulator, clock, advance } = open();
  const first = await hints.watch(mailbox, null);
  expect(first.holdsUntil).toBe(clock.now() + 4_000 * MINUTE);
  advance(DAY);
  const second = await hints.watch(mailbox, first.memo);
  expect(second).toMatchObject({ key: first.key, secret: first.secret, memo: first.memo });
  expect(second.holdsUntil).toBe(first.holdsUntil + DAY);
  expect(simulator.world.subscriptions.size).toBe(1);
  await hints.unwatch(mailbox, second.memo);
  expect(simulator.world.subscriptions.size).toBe(0);
  await hints.unwatch(mailbox, second.memo);
});

test('one that Graph forgot, or that posts to an older address of ours, is made anew', async () => {
  const { hints, mailbox, simulator } = open();
  const first = await hints.watch(mailbox, null);
  simulator.world.subscriptions.clear();
  const second = await hints.watch(mailbox, first.memo);
  expect(second.key).not.toBe(first.key);
  const moved = { ...(second.memo as object), url: 'https://old.lockstep.test/hints/office365' };
  const third = await hints.watch(mailbox, moved);
  expect([...simulator.world.subscriptions.keys()].map((id) => id.toLowerCase())).toEqual([third.key]);
});

test('notifications and lifecycle notifications become claims with the secret; ids and content do not', async () => {
  const { hints, mailbox, simulator, receipts } = open();
  const { key, secret } = await hints.watch(mailbox, null);
  receipts.splice(0);
  simulator.deliver(ANN, 'inbox', mail);
  simulator.sendLifecycle(ANN, 'missed');
  simulator.sendLifecycle(ANN, 'reauthorizationRequired');
  simulator.sendLifecycle(ANN, 'subscriptionRemoved');
  await simulator.notificationsSettled();
  expect(receipts.map(({ status, text }) => [status, text])).toEqual(Array(4).fill([202, '']));
  expect(receipts.flatMap(({ claims }) => claims)).toEqual(
    ['changed', 'changed', 'renew', 'gone'].map((means) => ({ key, secret, means })),
  );
});

test('a refused subscription is a failure in our words', async () => {
  const { hints, mailbox, simulator, advance } = open();
  await hints.watch(mailbox, null);
  simulator.world.faults.add({
    operation: 'subscription*',
    effect: { kind: 'http', status: 503, body: 'empty' },
  });
  advance(2 * HOUR);
  await expect(hints.watch(mailbox, null)).rejects.toMatchObject({ failure: { kind: 'transient' } });
});
