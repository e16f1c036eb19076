/** Gmail's watch over the connector's own line: signed, renewed with a new token, within the mailbox's pace, and ended. */
import { expect, test } from 'vitest';
import { DAY } from '../../src/model/clock.ts';
import type { HintAbility, PulledHints } from '../../src/model/hints.ts';
import { keepInMemory, openGoogle, signInToGoogle } from '../support/google-bench.ts';

const ANN = 'ann@contoso.test';
const TOPIC = 'projects/p/topics/gmail';
const SUBSCRIPTION = 'projects/p/subscriptions/lockstep';
const pubsub = { topic: TOPIC, subscription: SUBSCRIPTION, origin: 'https://pubsub.googleapis.test' };
const serviceAccount = { email: 'pull@p.iam.test', keyId: null, privateKey: 'none is needed here' };

function pulled(hints: HintAbility): PulledHints {
  if (!hints.able || hints.hints.way !== 'pulled') throw new Error('nothing is pulled');
  return hints.hints;
}

async function open() {
  const world = await signInToGoogle({ app: { serviceAccount }, pubsub });
  world.simulator.addSubscription(SUBSCRIPTION, TOPIC);
  const { prepared, simulator } = world;
  const keeper = keepInMemory(prepared.credential);
  const mailbox = {
    connection: prepared,
    opening: { signal: new AbortController().signal, keeper },
    address: ANN,
  };
  const standing = () => simulator.world.accounts.find(({ email }) => email === ANN)?.watch;
  return { ...world, mailbox, standing, hints: pulled(world.service.hints) };
}

test('without a topic, or without a service account to pull with, nothing is told, and the reason is said', () => {
  for (const options of [{}, { pubsub }])
    expect(openGoogle(options).service.hints).toMatchObject({
      able: false,
      reason: expect.stringMatching(/GOOGLE_PUBSUB_TOPIC/),
    });
});

test('a watch holds as long as Gmail says, is renewed after the token has ended, and is ended', async () => {
  const { hints, mailbox, clock, standing } = await open();
  const first = await hints.watch(mailbox, null);
  expect(first).toEqual({ key: ANN, secret: null, memo: {}, holdsUntil: clock.now() + 7 * DAY });
  clock.advance(DAY);
  const second = await hints.watch(mailbox, first.memo);
  expect(second.holdsUntil).toBe(first.holdsUntil + DAY);
  expect(standing()?.expiresAt).toBe(second.holdsUntil);
  await hints.unwatch(mailbox, second.memo);
  expect(standing()).toBeUndefined();
});

test('a topic that is not there is a failure in our words', async () => {
  const { hints, mailbox, simulator } = await open();
  simulator.world.topics.clear();
  await expect(hints.watch(mailbox, null)).rejects.toMatchObject({ failure: { kind: 'request-invalid' } });
});
