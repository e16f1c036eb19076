/**
 * Goal: when the database goes away in the middle of runs, for longer than any lease, the process lives, says that it is not ready, asks nobody for anything that
 * it holds no lease for, and goes on by itself afterwards: nothing lost, nothing doubled.
 * Method: real sockets, a real PostgreSQL behind a proxy that is cut; leases are short, so that four of them pass in seconds.
 */
import { expect, test } from 'vitest';
import { SECOND } from '../../src/model/clock.ts';
import { systemClock } from '../../src/server/system-clock.ts';
import { makeDue } from '../support/worker-crowd.ts';
import { openServedCrowd, until } from './served-crowd.ts';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const COUNT = 6;
const LEASE_MS = 3 * SECOND;
const HEARTBEAT_MS = 500;

test('a database that is away for four leases costs nothing but time', async () => {
  let proxy: TcpProxy | undefined;
  await using open = await openServedCrowd({
    count: COUNT,
    clock: systemClock,
    databaseUrl: async (url) => {
      const address = new URL(url);
      proxy = await openTcpProxy({ host: address.hostname, port: Number(address.port) });
      address.hostname = '127.0.0.1';
      address.port = String(proxy.port);
      return address.href;
    },
  });
  const { lockstep, services, mailboxes, ended, requests } = open;
  const saved = () => services.salesforce.records('EmailMessage').map((row) => row.MessageIdentifier);
  await makeDue(lockstep.ports, mailboxes, Date.now());
  const before = requests();
  open.startWorker({ leaseMs: LEASE_MS, heartbeatMs: HEARTBEAT_MS });
  await until('runs are under way', () => requests() >= before + 3);
  expect(await lockstep.vitals.readiness()).toBe('ok');

  proxy?.become('cut');
  const cutAt = Date.now();
  expect(await lockstep.vitals.readiness()).toBe('no-database');
  await until('every lease has ended', () => Date.now() > cutAt + LEASE_MS + 2 * HEARTBEAT_MS);
  const unleased = requests();
  const begun = open.begun();
  await until('four leases have passed', () => Date.now() > cutAt + 4 * LEASE_MS);
  expect({ requests: requests() - unleased, begun: open.begun() - begun }).toEqual({ requests: 0, begun: 0 });
  expect(lockstep.vitals.isLive()).toBe(true);
  expect(await lockstep.vitals.readiness()).toBe('no-database');

  proxy?.become('open');
  const done = () =>
    new Set(ended.filter(({ outcome }) => outcome === 'done').map(({ mailboxId }) => mailboxId));
  await until('the database is reached', async () => (await lockstep.vitals.readiness()) === 'ok');
  // Who had failed meanwhile would come in half an hour.
  await makeDue(
    lockstep.ports,
    mailboxes.filter((one) => !done().has(one)),
    Date.now(),
  );
  await until('everybody has run', () => done().size === COUNT);
  expect(saved().sort()).toEqual([...new Set(saved())].sort());
  expect(saved()).toHaveLength(COUNT);
  expect(services.exchange.notificationsSent()).toEqual([]);
  await proxy?.[Symbol.asyncDispose]();
});
