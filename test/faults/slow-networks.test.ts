/**
 * Goal: a peer that takes a connection and never answers, or answers by single bytes, holds a run no longer than its time limits; the run ends with the code for it,
 * and mailboxes elsewhere are done meanwhile.
 * Method: real sockets; a proxy before Exchange, or before Salesforce. The product's clock leaps where nothing but waiting is left.
 */
import { expect, test } from 'vitest';
import { createLeapingTime } from '../../sandbox/leaping-time.ts';
import { HOUR, MINUTE, SECOND } from '../../src/model/clock.ts';
import { makeDue } from '../support/worker-crowd.ts';
import { openServedCrowd, until } from './served-crowd.ts';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const LEAP_MS = 5 * SECOND;
/** Two attempts of 100 s and the wait between them; the clock leaps on while real sockets are at work, so that a busy machine adds to it. */
const HELD_MS_MAX = 12 * MINUTE;

test.each(['silent', 'drip'] as const)(
  'where Exchange is %s a run ends in time, and others go on',
  async (mode) => {
    const time = createLeapingTime();
    let proxy: TcpProxy | undefined;
    await using open = await openServedCrowd({
      count: 3,
      clock: time,
      served: async (served, person) => {
        if (person > 0) return served;
        const address = new URL(served.exchange.origin);
        proxy = await openTcpProxy({ host: address.hostname, port: Number(address.port) });
        return { ...served, exchange: { ...served.exchange, origin: `http://127.0.0.1:${proxy.port}` } };
      },
    });
    const { lockstep, mailboxes, ended } = open;
    const [stuck] = mailboxes;
    proxy?.become(mode);
    await makeDue(lockstep.ports, mailboxes, time.now());
    open.startWorker({ leaseMs: HOUR, heartbeatMs: 10 * MINUTE });
    await until('the others are done', () => ended.length === 2 && (proxy?.taken() ?? 0) > 0);
    expect(ended.map(({ mailboxId, outcome }) => [mailboxId === stuck, outcome])).toEqual([
      [false, 'done'],
      [false, 'done'],
    ]);
    const since = time.now();
    await until(
      'the run has ended',
      () => ended.length === 3,
      () => time.leap(LEAP_MS),
    );
    expect(ended[2]).toEqual({ mailboxId: stuck, outcome: 'failed', code: 'mailbox.unreachable' });
    expect(time.now() - since).toBeLessThan(HELD_MS_MAX);

    proxy?.become('open');
    await makeDue(lockstep.ports, mailboxes, time.now());
    await until('it runs again', () =>
      ended.some((run) => run.mailboxId === stuck && run.outcome === 'done'),
    );
    expect(open.services.salesforce.records('EmailMessage')).toHaveLength(3);
    await proxy?.[Symbol.asyncDispose]();
  },
);

test('where Salesforce is silent all runs end in time, with its code and not the mailbox’s', async () => {
  const time = createLeapingTime();
  let proxy: TcpProxy | undefined;
  await using open = await openServedCrowd({
    count: 2,
    clock: time,
    salesforce: async (origin) => {
      const address = new URL(origin);
      proxy = await openTcpProxy({ host: address.hostname, port: Number(address.port) });
      return `http://127.0.0.1:${proxy.port}`;
    },
  });
  const { lockstep, mailboxes, ended } = open;
  const before = proxy?.taken() ?? 0;
  proxy?.become('silent');
  await makeDue(lockstep.ports, mailboxes, time.now());
  open.startWorker({ leaseMs: HOUR, heartbeatMs: 10 * MINUTE });
  await until('Salesforce is asked', () => open.begun() === 2 && (proxy?.taken() ?? 0) > before);
  const since = time.now();
  await until(
    'both runs have ended',
    () => ended.length === 2,
    () => time.leap(LEAP_MS),
  );
  expect(ended.map(({ outcome, code }) => [outcome, code])).toEqual([
    ['failed', 'crm.unreachable'],
    ['failed', 'crm.unreachable'],
  ]);
  expect(time.now() - since).toBeLessThan(HELD_MS_MAX);
  await proxy?.[Symbol.asyncDispose]();
});
