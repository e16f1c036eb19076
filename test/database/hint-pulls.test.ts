/** Gmail's watch from the simulated Google: pulled, acknowledged after it was taken, renewed daily, lost without loss. */
import { expect, test } from 'vitest';
import {
  API,
  callWith,
  createTestWorld,
  ANN as GOOGLE_ANN,
  sampleMail,
  signIn,
} from '../../simulators/google/test-support.ts';
import { renewWatches } from '../../src/commands/renew-watches.ts';
import { createGoogleHints, type GmailCalls } from '../../src/connectors/google/hints.ts';
import { DAY, MINUTE, SECOND } from '../../src/model/clock.ts';
import { failure, RemoteFailure } from '../../src/model/failure.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { ANN, type HintBench, openHintBench } from '../support/hint-bench.ts';

const TOPIC = 'projects/p/topics/gmail';
const SUBSCRIPTION = 'projects/p/subscriptions/lockstep';

interface Bench extends HintBench {
  readonly simulator: ReturnType<typeof createTestWorld>['simulator'];
  readonly left: () => number;
  renew(): Promise<number>;
}

async function open(): Promise<Bench> {
  expect(ANN).toBe(GOOGLE_ANN);
  const clock = createFakeClock();
  const { simulator } = createTestWorld({ now: clock.now });
  simulator.addSubscription(SUBSCRIPTION, TOPIC);
  const key = simulator.addServiceAccount({ email: 'pull@simulated.iam.test' });
  const calls: GmailCalls = {
    async call({ verb, path, body }) {
      // Renewing tokens is the connector's business; here every call has a fresh one.
      const gmail = callWith(simulator, (await signIn(simulator)).access_token);
      const answer = await gmail(verb, path, body as Record<string, unknown> | undefined);
      if (answer.status < 300) return answer.body;
      throw new RemoteFailure(failure('mailbox.transient', { vendorCode: `HTTP ${answer.status}` }));
    },
  };
  const hints = createGoogleHints({
    callsOf: () => calls,
    pubsub: {
      topic: TOPIC,
      subscription: SUBSCRIPTION,
      origin: API,
      tokenOrigin: API,
      serviceAccount: { email: key.client_email, keyId: key.private_key_id, privateKey: key.private_key },
      fetch: (url, { method, headers, body }) =>
        clock.track(
          simulator.fetch(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) })),
        ),
      clock,
    },
  });
  const bench = await openHintBench({
    clock,
    service: 'google',
    credential: {},
    services: { hints },
    pollMs: 10 * SECOND,
  });
  return {
    ...bench,
    simulator,
    left: () => simulator.world.subscriptions.get(SUBSCRIPTION)?.messages.length ?? 0,
    renew: () => clock.advanceUntil(renewWatches(bench.ports, new AbortController().signal)),
    [Symbol.asyncDispose]: bench[Symbol.asyncDispose],
  };
}

const watchOf = ({ simulator }: Bench) => simulator.world.accounts.find(({ email }) => email === ANN)?.watch;
const running = async (bench: Bench) => {
  bench.start();
  await bench.until(() => bench.runs.length === 1 && watchOf(bench) !== undefined);
};

test('new mail brings the next run forward, a burst is one run, and what was taken is acknowledged', async () => {
  await using bench = await open();
  await running(bench);
  for (const number of [1, 2, 3]) bench.simulator.deliver(ANN, sampleMail(number));
  expect(bench.left()).toBe(3);
  await bench.until(() => bench.runs.length === 2, 2 * MINUTE);
  expect(bench.runs[1]?.trigger).toBe('hint');
  await bench.until(() => bench.left() === 0, MINUTE);
  await bench.clock.advance(2 * MINUTE);
  expect(bench.runs).toHaveLength(2);
});

test('notifications that are lost lose nothing, and an empty subscription is asked at an easy pace', async () => {
  await using bench = await open();
  await running(bench);
  bench.simulator.deliver(ANN, sampleMail(1));
  bench.simulator.world.subscriptions.get(SUBSCRIPTION)?.messages.splice(0);
  const asked = () => bench.simulator.requests.counts()['pubsub.projects.subscriptions.pull'] ?? 0;
  const before = asked();
  await bench.until(() => bench.runs.length === 2, 31 * MINUTE);
  expect(bench.runs[1]?.trigger).toBe('schedule');
  expect(asked() - before).toBeLessThanOrEqual(31 * 6);
});

test('drafts and spam are not told, messages of others and rubbish are acknowledged and do nothing', async () => {
  await using bench = await open();
  await running(bench);
  bench.simulator.deliver(ANN, sampleMail(1), { labels: ['SPAM'] });
  expect(bench.left()).toBe(0);
  const queue = bench.simulator.world.subscriptions.get(SUBSCRIPTION)?.messages ?? [];
  for (const [index, text] of ['{', '{"emailAddress":"eve@elsewhere.test","historyId":1}', '7'].entries())
    queue.push({
      messageId: `strange-${index}`,
      data: Buffer.from(text).toString('base64'),
      publishedAt: bench.clock.now(),
      leasedUntil: 0,
      ackId: '',
    });
  await bench.until(() => bench.left() === 0, MINUTE);
  expect(bench.runs).toHaveLength(1);
});

test('a watch is renewed daily, long before Gmail forgets it', async () => {
  await using bench = await open();
  await bench.renew();
  const first = watchOf(bench)?.expiresAt ?? 0;
  expect(first).toBe(bench.clock.now() + 7 * DAY);
  await bench.clock.advance(DAY);
  expect(await bench.renew()).toBe(1);
  expect(watchOf(bench)?.expiresAt).toBe(first + DAY);
});

test('a subscription that may not be pulled is waited out and told, and works again once it may', async () => {
  await using bench = await open();
  bench.simulator.faults.add({
    operation: 'pubsub*',
    effect: { kind: 'service', code: 'insufficientPermissions' },
  });
  await running(bench);
  await bench.clock.advance(5 * MINUTE);
  const told = bench.logLines.filter((line) => line.includes('hints.pull-ended'));
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThan(30);
  expect(told[0]).toContain('mailbox.app-misconfigured');
  bench.simulator.faults.clear();
  bench.simulator.deliver(ANN, sampleMail(1));
  await bench.until(() => bench.runs.length === 2, 8 * MINUTE);
});

test('a stop ends the pulling at once', async () => {
  await using bench = await open();
  const { listening } = bench.start();
  await bench.clock.advance(30 * SECOND);
  const before = bench.clock.now();
  await bench.clock.advanceUntil(listening.stop());
  expect(bench.clock.now() - before).toBeLessThan(MINUTE);
});
