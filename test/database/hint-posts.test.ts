/** Graph's change notifications from the simulated Office 365 through our own door: registered, believed, renewed, lost without loss. */
import { expect, test } from 'vitest';
import {
  callWith,
  createTestWorld,
  ANN as GRAPH_ANN,
  sampleMail,
  signIn,
} from '../../simulators/office365/test-support.ts';
import { endWatch, renewWatches } from '../../src/commands/renew-watches.ts';
import { createOffice365Hints, type GraphCalls } from '../../src/connectors/office365/hints.ts';
import { DAY, MINUTE, SECOND } from '../../src/model/clock.ts';
import { failure, RemoteFailure } from '../../src/model/failure.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { ANN, type HintBench, openHintBench } from '../support/hint-bench.ts';

type Simulator = ReturnType<typeof createTestWorld>['simulator'];
interface Bench extends HintBench {
  readonly simulator: Simulator;
  /** Posts that reached our door; null: they are lost on the way. */
  deliver: boolean;
  readonly posted: string[];
  renew(): Promise<number>;
  /** A post as a stranger sends it. */
  post(body: unknown, query?: string): Promise<{ status: number; text: string; type: string }>;
}

async function open(): Promise<Bench> {
  expect(ANN).toBe(GRAPH_ANN);
  const clock = createFakeClock();
  const posted: string[] = [];
  const state = { deliver: true };
  const bench: { app?: HintBench['app'] } = {};
  const { simulator } = createTestWorld({
    now: clock.now,
    post: async (request) => {
      const { pathname, search } = new URL(request.url);
      const payload = await request.text();
      if (payload !== '' && !state.deliver) throw new TypeError('fetch failed');
      posted.push(payload);
      const headers = { 'content-type': request.headers.get('content-type') ?? 'text/plain' };
      const answer = await bench.app?.inject({ method: 'POST', url: pathname + search, headers, payload });
      return new Response(answer?.payload ?? '', { status: answer?.statusCode ?? 503 });
    },
  });
  const calls: GraphCalls = {
    root: '/me',
    async json({ method, path, body }) {
      // Renewing tokens is the connector's business; here every call has a fresh one.
      const graph = callWith(simulator, (await signIn(simulator)).access_token);
      const answer = await graph(
        method,
        path,
        body === undefined ? {} : { body: body as Record<string, unknown> },
      );
      if (answer.status < 300) return answer.body ?? null;
      const code = answer.status === 404 ? 'mailbox.not-found' : 'mailbox.transient';
      throw new RemoteFailure(failure(code, { vendorCode: `HTTP ${answer.status}` }));
    },
  };
  const hints = createOffice365Hints({ origin: 'https://lockstep.test', clock, callsOf: () => calls });
  const opened = await openHintBench({
    clock,
    service: 'office365',
    credential: {},
    services: { hints },
    pollMs: 10 * SECOND,
  });
  bench.app = opened.app;
  return {
    ...opened,
    simulator,
    posted,
    get deliver() {
      return state.deliver;
    },
    set deliver(value) {
      state.deliver = value;
    },
    renew: () => clock.advanceUntil(renewWatches(opened.ports, new AbortController().signal)),
    async post(body, query = '') {
      const answer = await opened.app.inject({
        method: 'POST',
        url: `/hints/office365${query}`,
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify(body),
      });
      await clock.advance(0);
      return {
        status: answer.statusCode,
        text: answer.payload,
        type: String(answer.headers['content-type']),
      };
    },
    [Symbol.asyncDispose]: opened[Symbol.asyncDispose],
  };
}

const subscriptions = ({ simulator }: Bench) => [...simulator.world.subscriptions.values()];
const running = async (bench: Bench) => {
  bench.start();
  await bench.until(() => bench.runs.length === 1 && subscriptions(bench).length === 1);
};

test('new mail brings the next run forward, and a burst is one run', async () => {
  await using bench = await open();
  await running(bench);
  for (const number of [1, 2, 3]) bench.simulator.deliver(ANN, 'inbox', sampleMail(number));
  await bench.until(() => bench.runs.length === 2, MINUTE);
  expect(bench.runs[1]?.trigger).toBe('hint');
  await bench.clock.advance(3 * MINUTE);
  expect(bench.runs).toHaveLength(2);
});

test('posts that are lost lose nothing: the half-hourly run comes', async () => {
  await using bench = await open();
  await running(bench);
  bench.deliver = false;
  bench.simulator.deliver(ANN, 'inbox', sampleMail(1));
  await bench.until(() => bench.runs.length === 2, 31 * MINUTE);
  expect(bench.runs[1]?.trigger).toBe('schedule');
});

test('the handshake is echoed as plain text, and everything else is accepted alike', async () => {
  await using bench = await open();
  const token = 'Validation: <b>x</b> +/=';
  const echoed = await bench.post('', `?validationToken=${encodeURIComponent(token)}`);
  expect(echoed).toMatchObject({ status: 200, text: token });
  expect(echoed.type).toMatch(/^text\/plain/);
  await bench.renew();
  const [standing] = subscriptions(bench);
  const of = (clientState: unknown, subscriptionId: unknown = standing?.id) => ({
    value: [{ subscriptionId, clientState, changeType: 'created' }],
  });
  const posts = [
    of(standing?.clientState),
    of('guess'),
    of(undefined),
    of('x', 'unknown'),
    {},
    [],
    { value: [1, null] },
  ];
  for (const body of posts) expect(await bench.post(body)).toMatchObject({ status: 202, text: '' });
  const unknown = await bench.app.inject({ method: 'POST', url: '/hints/nowhere' });
  expect(unknown.statusCode).toBe(404);
});

test('forged and unknown notifications bring nothing forward', async () => {
  await using bench = await open();
  await running(bench);
  const [standing] = subscriptions(bench);
  for (const clientState of ['guess', null, `${standing?.clientState}x`])
    await bench.post({ value: [{ subscriptionId: standing?.id, clientState }] });
  await bench.post({ value: [{ subscriptionId: 'unknown', clientState: standing?.clientState }] });
  await bench.clock.advance(2 * MINUTE);
  expect(bench.runs).toHaveLength(1);
  await bench.post({ value: [{ subscriptionId: standing?.id, clientState: standing?.clientState }] });
  await bench.until(() => bench.runs.length === 2, MINUTE);
});

test('a subscription is renewed long before its end and keeps its name and secret', async () => {
  await using bench = await open();
  await bench.renew();
  const [first] = subscriptions(bench);
  const firstEnd = first?.expiresAt ?? 0;
  expect(await bench.renew()).toBe(0);
  await bench.clock.advance(DAY);
  expect(await bench.renew()).toBe(1);
  const [second] = subscriptions(bench);
  expect(second?.id).toBe(first?.id);
  expect(second?.expiresAt).toBeGreaterThan(firstEnd);
  await bench.clock.advance(5 * DAY);
  expect(await bench.renew()).toBe(1);
  expect(subscriptions(bench).filter(({ expiresAt }) => expiresAt > bench.clock.now())).toHaveLength(1);
  expect(bench.logLines).toEqual([]);
});

test('lifecycle notifications are followed: renewed, made anew, and missed ones looked for', async () => {
  await using bench = await open();
  await running(bench);
  const [first] = subscriptions(bench);
  const firstEnd = first?.expiresAt ?? 0;
  await bench.clock.advance(MINUTE);
  bench.simulator.sendLifecycle(ANN, 'reauthorizationRequired');
  await bench.until(() => (first?.expiresAt ?? 0) > firstEnd, 5 * MINUTE);
  expect(bench.runs).toHaveLength(1);
  bench.simulator.sendLifecycle(ANN, 'missed');
  await bench.until(() => bench.runs.length === 2, MINUTE);
  bench.simulator.sendLifecycle(ANN, 'subscriptionRemoved');
  await bench.until(() => subscriptions(bench).some(({ id }) => id !== first?.id), 5 * MINUTE);
  await bench.until(() => bench.runs.length === 3, 2 * MINUTE);
});

test('a watch that cannot be kept is told by its code, tried again later, and moves no state', async () => {
  await using bench = await open();
  bench.simulator.faults.add({
    operation: 'subscription*',
    effect: { kind: 'http', status: 503, body: 'empty' },
  });
  await bench.renew();
  expect(bench.logLines.join()).toMatch(/hints\.watch-failed.*mailbox\.transient/);
  expect(await bench.renew()).toBe(0);
  const mailboxes = await acrossOrganizations(bench.db, (tx) =>
    tx.query(`select from mailboxes where id = $1 and state = 'active' and rejections = 0 and failures = 0`, [
      bench.mailboxId,
    ]),
  );
  expect(mailboxes.rowCount).toBe(1);
  bench.simulator.faults.clear();
  await bench.clock.advance(10 * MINUTE);
  expect(await bench.renew()).toBe(1);
  expect(subscriptions(bench)).toHaveLength(1);
});

test('a mailbox that stops for good has its subscription ended', async () => {
  await using bench = await open();
  await bench.renew();
  await bench.setState('deactivated');
  await bench.clock.advance(DAY);
  await bench.renew();
  expect(subscriptions(bench)).toHaveLength(0);
  await bench.setState('active');
  await bench.renew();
  const { organizationId } = bench.tenant;
  const mailbox = { organizationId, mailboxId: bench.mailboxId, service: 'office365' };
  await endWatch(bench.ports, mailbox, new AbortController().signal);
  expect(subscriptions(bench)).toHaveLength(0);
});
