/** EWS streaming from the simulated Exchange to the worker: hints bring runs forward, and without them everything is found all the same. */
import { expect, test } from 'vitest';
import { createExchangeSimulator, type ExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import { keepStored } from '../../src/commands/keep-credential.ts';
import { loadWatched } from '../../src/commands/renew-watches.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import { MINUTE, SECOND } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { ANN, type HintBench, openHintBench } from '../support/hint-bench.ts';
import { type Memory, nothing, visit } from '../support/mail-world.ts';

const mail = Buffer.from(
  'From: Bob <bob@outside.test>\r\nTo: ann@contoso.test\r\nSubject: x\r\n\r\nHello.\r\n',
);

interface Bench extends HintBench {
  readonly simulator: ExchangeSimulator;
  /** How many changes the runs have found. */
  readonly found: () => number;
}

async function open(streaming: 'on' | 'off' = 'on', pollMs = 2 * SECOND): Promise<Bench> {
  const clock = createFakeClock();
  const simulator = createExchangeSimulator({
    now: clock.now,
    origin: 'https://mail.contoso.test',
    wait: clock.sleep,
  });
  simulator.addMailbox({ address: ANN, password: 'pw' });
  const fetch: Fetch = async (url, { method, headers, body, signal }) =>
    simulator.fetch(new Request(url, { method, headers, signal, ...(body === undefined ? {} : { body }) }));
  let memory: Memory = nothing;
  let found = 0;
  const bench: HintBench = await openHintBench({
    clock,
    service: 'exchange',
    credential: { login: ANN, password: 'pw' },
    settings: { ewsUrl: 'https://mail.contoso.test/EWS/Exchange.asmx' },
    services: { fetch, environment: { EWS_STREAMING: streaming } },
    pollMs,
    async run(ports) {
      const { organizationId } = bench.tenant;
      const { mailboxId } = bench;
      const loaded = await loadWatched(ports, { organizationId, mailboxId, service: 'exchange' });
      const service = ports.mailServices.get('exchange');
      if (loaded === null || service === undefined) throw new Error('nothing to open');
      const { signal } = new AbortController();
      const connector = service.open(loaded.connection, {
        signal,
        keeper: keepStored(ports, loaded.connection),
      });
      const visited = await visit(connector, memory);
      memory = visited.memory;
      found += visited.changes.length;
      await connector.close();
    },
  });
  return { ...bench, simulator, found: () => found, [Symbol.asyncDispose]: bench[Symbol.asyncDispose] };
}

const streams = ({ simulator }: Bench) => simulator.world.hanging.get(ANN) ?? 0;
const running = async (bench: Bench) => {
  bench.start();
  await bench.until(() => bench.runs.length === 1 && streams(bench) === 1);
};

test('new mail is found within seconds instead of at the next half hour', async () => {
  await using bench = await open();
  await running(bench);
  bench.simulator.deliver(ANN, 'inbox', mail);
  const at = bench.clock.now();
  await bench.until(() => bench.found() === 1);
  expect(bench.clock.now() - at).toBeLessThan(5 * SECOND);
  expect(bench.runs[1]?.trigger).toBe('hint');
});

test('a storm of changes makes at most one run a minute, and nothing of it is missed', async () => {
  await using bench = await open();
  await running(bench);
  for (let second = 0; second < 150; second += 1) {
    bench.simulator.deliver(ANN, 'inbox', mail);
    await bench.clock.advance(1 * SECOND);
  }
  await bench.until(() => bench.found() === 150);
  const hinted = bench.runs.filter(({ trigger }) => trigger === 'hint');
  expect(hinted.length).toBeLessThanOrEqual(4);
  for (const [index, { at }] of hinted.slice(1).entries())
    expect(at - (hinted[index]?.at ?? 0)).toBeGreaterThanOrEqual(MINUTE);
});

test.each(['a server that loses it', 'a network that drops it', 'no stream at all'])(
  'the half-hourly run finds what no hint told of: %s',
  async (cause) => {
    await using bench = await open(cause === 'no stream at all' ? 'off' : 'on', MINUTE);
    if (cause === 'no stream at all') {
      bench.start();
      await bench.until(() => bench.runs.length === 1);
      const watches = await acrossOrganizations(bench.db, (tx) => tx.query('select from watches'));
      expect(watches.rowCount).toBe(0);
    } else await running(bench);
    // From here on every connection for hints is refused, and what was on its way is lost.
    bench.simulator.world.hangingMax = 0;
    bench.simulator.world.subscriptionsMax = 0;
    if (cause === 'a server that loses it') bench.simulator.loseSubscriptions(ANN);
    else bench.simulator.endStreams(ANN, 'dropped');
    await bench.clock.advance(2 * MINUTE);
    const { length } = bench.runs;
    bench.simulator.deliver(ANN, 'inbox', mail);
    await bench.clock.advance(20 * MINUTE);
    expect(bench.runs).toHaveLength(length);
    await bench.until(() => bench.found() === 1, 15 * MINUTE);
    expect(bench.runs.at(-1)?.trigger).toBe('schedule');
  },
  120_000,
);

test('a stream that broke is opened again, later each time, and the mailbox stays as it is', async () => {
  await using bench = await open();
  await running(bench);
  bench.simulator.endStreams(ANN, 'dropped');
  await bench.until(() => bench.logLines.some((line) => line.includes('hints.watch-failed')));
  await bench.until(() => streams(bench) === 1, 20 * MINUTE);
  expect(bench.logLines.join()).toContain('mailbox.unreachable');
  expect(bench.logLines.join()).not.toContain(ANN);
  bench.simulator.deliver(ANN, 'inbox', mail);
  await bench.until(() => bench.found() === 1);
});

test('a mailbox that is paused has its stream ended, and gets it back when it is resumed', async () => {
  await using bench = await open();
  await running(bench);
  await bench.setState('paused');
  await bench.until(() => streams(bench) === 0);
  await bench.clock.advance(2 * MINUTE);
  expect(streams(bench)).toBe(0);
  await bench.setState('active');
  await bench.until(() => streams(bench) === 1);
});

test('of two processes one holds the stream; when it stops, the other takes over', async () => {
  await using bench = await open();
  const first = bench.start();
  await bench.until(() => streams(bench) === 1);
  bench.start();
  await bench.clock.advance(10 * MINUTE);
  expect(streams(bench)).toBe(1);
  await bench.clock.advanceUntil(first.listening.stop());
  expect(streams(bench)).toBe(0);
  await bench.until(() => streams(bench) === 1, MINUTE);
});

test('a stop ends every stream and leaves no subscription behind', async () => {
  await using bench = await open();
  const { listening } = bench.start();
  await bench.until(() => streams(bench) === 1);
  await bench.clock.advanceUntil(listening.stop(), 10 * SECOND);
  expect(streams(bench)).toBe(0);
  expect(bench.simulator.world.subscriptions.size).toBe(0);
});
