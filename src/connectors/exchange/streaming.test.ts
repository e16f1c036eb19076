/** Streaming notifications against the simulated Exchange, in process and over real sockets; time is the test's. */

import { getGlobalDispatcher } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { createExchangeSimulator, type ExchangeSimulator } from '../../../simulators/exchange/simulator.ts';
import { createFakeClock, type FakeClock } from '../../../test/support/fake-clock.ts';
import { MINUTE } from '../../model/clock.ts';
import { type Failure, RemoteFailure } from '../../model/failure.ts';
import { fetchOver } from '../fetch-over.ts';
import { createAgent, type Fetch } from '../http.ts';
import { readEnvelopes } from './envelopes.ts';
import { streamHints } from './streaming.ts';

const ANN = 'ann@contoso.test';
const mail = Buffer.from(
  'From: Bob <bob@outside.test>\r\nTo: ann@contoso.test\r\nSubject: x\r\n\r\nHello.\r\n',
);
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Bench {
  readonly clock: FakeClock;
  readonly simulator: ExchangeSimulator;
  readonly headers: Record<string, string>[];
  hints: number;
  /** Null while it goes on. */
  ended: { readonly failure: Failure | null } | null;
  stop(): Promise<void>;
}

function open(options: { password?: string; served?: string } = {}): Bench {
  const clock = createFakeClock();
  const simulator = createExchangeSimulator({
    now: clock.now,
    origin: 'https://mail.contoso.test',
    wait: clock.sleep,
  });
  simulator.addMailbox({ address: ANN, password: 'pw' });
  const headers: Bench['headers'] = [];
  const inProcess: Fetch = async (url, init) => {
    headers.push(init.headers);
    const { method, headers: sent, body, signal } = init;
    return simulator.fetch(
      new Request(url, { method, headers: sent, signal, ...(body === undefined ? {} : { body }) }),
    );
  };
  return begin(
    { clock, simulator, headers },
    inProcess,
    'https://mail.contoso.test/EWS/Exchange.asmx',
    options.password,
  );
}

function begin(
  parts: Pick<Bench, 'clock' | 'simulator' | 'headers'>,
  fetch: Fetch,
  ewsUrl: string,
  password = 'pw',
): Bench {
  const stopping = new AbortController();
  const bench: Bench = {
    ...parts,
    hints: 0,
    ended: null,
    async stop() {
      stopping.abort(new Error('stopped'));
      await done;
    },
  };
  const done = streamHints(
    {
      ewsUrl,
      credential: { login: ANN, password },
      address: ANN,
      fetch,
      clock: parts.clock,
      random: { next: () => 0.5 },
      signal: stopping.signal,
      makeDispatcher: (connections) => createAgent({ connections }),
    },
    () => {
      bench.hints += 1;
    },
  ).catch((error: unknown) => {
    bench.ended = { failure: error instanceof RemoteFailure ? error.failure : null };
  });
  closers.push(() => bench.stop());
  return bench;
}

const count = ({ simulator }: Bench, operation: string) =>
  Object.entries(simulator.requests.counts()).find(([name]) => name === operation)?.[1] ?? 0;

test('new, changed, moved and removed mail is told, and silence is not', async () => {
  const bench = open();
  await bench.clock.advance(5 * MINUTE);
  expect(bench.hints).toBe(0);
  const id = bench.simulator.deliver(ANN, 'inbox', mail);
  await bench.clock.advance(1);
  expect(bench.hints).toBe(1);
  bench.simulator.setCategories(ANN, id, ['Red']);
  await bench.clock.advance(1);
  const moved = bench.simulator.move(ANN, id, 'deleteditems');
  await bench.clock.advance(1);
  bench.simulator.remove(ANN, moved, 'hard');
  await bench.clock.advance(1);
  expect(bench.hints).toBe(4);
});

test('one subscription outlives its connections, which are opened anew before the server gives up', async () => {
  const bench = open();
  await bench.clock.advance(95 * MINUTE);
  expect(count(bench, 'Subscribe')).toBe(1);
  expect(count(bench, 'GetStreamingEvents')).toBe(4);
  bench.simulator.deliver(ANN, 'inbox', mail);
  await bench.clock.advance(1);
  expect(bench.hints).toBe(1);
});

test('a subscription that the server lost is made anew without a watermark, and counts as a hint', async () => {
  const bench = open();
  await bench.clock.advance(2 * MINUTE);
  bench.simulator.loseSubscriptions(ANN);
  await bench.clock.advance(1);
  expect(bench.hints).toBe(1);
  expect(count(bench, 'Subscribe')).toBe(2);
  bench.simulator.deliver(ANN, 'inbox', mail);
  await bench.clock.advance(1);
  expect(bench.hints).toBe(2);
});

test('a server that loses every subscription at once is left alone', async () => {
  const bench = open();
  await bench.clock.advance(1);
  bench.simulator.loseSubscriptions(ANN);
  await bench.clock.advance(1);
  bench.simulator.loseSubscriptions(ANN);
  await bench.clock.advance(1);
  expect(bench.ended?.failure).toMatchObject({ kind: 'transient', vendorCode: 'StreamEndedEarly' });
  expect(count(bench, 'Subscribe')).toBe(2);
});

test('a connection that breaks, or is never held, ends as a failure of the network or the server', async () => {
  const broken = open();
  await broken.clock.advance(2 * MINUTE);
  broken.simulator.endStreams(ANN, 'dropped');
  await broken.clock.advance(1);
  expect(broken.ended?.failure?.kind).toBe('unreachable');
  const short = open();
  await short.clock.advance(1);
  short.simulator.endStreams(ANN, 'closed');
  await short.clock.advance(1);
  expect(short.ended?.failure?.kind).toBe('transient');
});

test('a refused password is sent once, and limits of connections are throttling', async () => {
  const refused = open({ password: 'wrong' });
  await refused.clock.advance(1);
  expect(refused.ended?.failure?.kind).toBe('credentials-rejected');
  expect(refused.headers.filter(({ authorization }) => authorization !== undefined)).toHaveLength(1);
  const full = open();
  full.simulator.world.hangingMax = 0;
  await full.clock.advance(1);
  expect(full.ended?.failure?.kind).toBe('throttled');
});

test('every request keeps to the server that holds the subscription', async () => {
  const bench = open();
  await bench.clock.advance(1);
  await bench.stop();
  expect(bench.headers).toHaveLength(3);
  for (const sent of bench.headers)
    expect(sent).toMatchObject({ 'x-anchormailbox': ANN, 'x-preferserveraffinity': 'true' });
  expect(bench.headers[0]?.cookie).toBeUndefined();
  for (const sent of bench.headers.slice(1)) expect(sent.cookie).toMatch(/^X-BackEndOverrideCookie=[^;]+$/);
});

test('a stop ends the connection at once and takes the subscription off the server', async () => {
  const bench = open();
  await bench.clock.advance(1);
  expect(bench.simulator.world.hanging.get(ANN)).toBe(1);
  await bench.stop();
  expect(bench.simulator.world.subscriptions.size).toBe(0);
  expect(bench.simulator.world.hanging.get(ANN)).toBe(0);
  expect(bench.ended).toEqual({ failure: null });
});

test.each(['basic', 'ntlm'] as const)('it works over real sockets, signed in by %s', async (scheme) => {
  const clock = createFakeClock();
  const simulator = createExchangeSimulator({ now: clock.now, auth: [scheme], wait: clock.sleep });
  simulator.addMailbox({ address: ANN, password: 'pw' });
  const served = await simulator.serve();
  const bench = begin(
    { clock, simulator, headers: [] },
    fetchOver(getGlobalDispatcher()),
    `${served.origin}/EWS/Exchange.asmx`,
  );
  const until = async (holds: () => boolean) => {
    for (let turn = 0; turn < 100_000 && !holds(); turn += 1) await new Promise((next) => setImmediate(next));
    expect(holds()).toBe(true);
  };
  await until(() => simulator.world.hanging.get(ANN) === 1);
  simulator.deliver(ANN, 'inbox', mail);
  await until(() => bench.hints === 1);
  await bench.stop();
  await until(() => simulator.world.hanging.get(ANN) === 0);
  expect(simulator.world.subscriptions.size).toBe(0);
  await served.close();
});

test('envelopes are cut out of an answer wherever its chunks break, whatever prefix they use', async () => {
  const text =
    '<?xml version="1.0"?><s:Envelope>ä</s:Envelope>\r\n<?xml version="1.0"?><soap11:Envelope>b</soap11:Envelope ><Envelope>c</Envelope>';
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 3, 7, 1_000]) {
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found: string[] = [];
    for await (const envelope of readEnvelopes(chunks())) found.push(envelope);
    expect(found.map((one) => /Envelope>(.)</.exec(one)?.[1])).toEqual(['ä', 'b', 'c']);
  }
});

test('an answer that breaks off, or has no end, is malformed', async () => {
  async function* half() {
    yield Buffer.from('<s:Envelope>');
  }
  async function* endless() {
    for (;;) yield Buffer.alloc(1024 * 1024, 'x');
  }
  const read = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const _ of readEnvelopes(chunks)) {
      // None comes.
    }
  };
  await expect(read(half())).rejects.toThrow(/breaks off/);
  await expect(read(endless())).rejects.toThrow(/without end/);
});
