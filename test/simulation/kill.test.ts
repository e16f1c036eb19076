/**
 * Real processes and a real disk: the product with its embedded PostgreSQL (fsync on) is killed with SIGKILL, database and all, at seeded moments, which
 * are counted in requests and not in seconds. In the end every mail is a record, a named skip or an issue, and nothing is doubled.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { colleagues } from '../../sandbox/cast.ts';
import { configOf } from '../../sandbox/sandbox.ts';
import { seedFolder, seedSamples } from '../../sandbox/seed-mail.ts';
import { createServices, type Services, serveServices } from '../../sandbox/simulated-services.ts';
import { isLong } from '../support/long-tests.ts';
import { eventually, postmasterPid, processesIn } from '../support/processes.ts';
import { readSeed } from '../support/seed.ts';
import { createChance } from './chance.ts';
import type { Order, Sums } from './killed-product.ts';

const KILLS = Number(process.env.KILLS ?? (isLong ? 50 : 20));
const REQUESTS_MAX = 14;
const PUBLIC_URL = 'http://localhost:39999';
const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'mail');
const PATIENCE_MS = 60_000;

test(`nothing is lost or doubled by ${KILLS} kills`, async () => {
  const chance = createChance(readSeed('kills'));
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-kill-'));
  const services = createServices({
    now: () => Date.now(),
    seed: 1,
    redirectUris: [`${PUBLIC_URL}/login/salesforce/callback`],
  });
  const [owner] = colleagues;
  if (owner === undefined) throw new Error('no colleagues');
  const seeded = await seedMail(services);
  const delivered = seeded.delivered.get(owner.address) ?? 0;
  const served = await serveServices(services, { exchange: {}, salesforce: {} });
  const order: Order = {
    config: configOf({ dataFolder: folder, databaseUrl: null }, PUBLIC_URL, 39_999, served),
    salesforceUrl: served.salesforce.origin,
    ewsUrl: `${served.exchange.origin}/EWS/Exchange.asmx`,
    address: owner.address,
    password: owner.password,
    salesforceUsername: owner.salesforceUsername,
  };
  try {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const child = start(order);
      await requestsOrRun(services, child, chance.between(1, REQUESTS_MAX));
      await killTree(child, folder);
    }
    const child = start(order);
    const first = await nextRun(child);
    const written = services.salesforce.records('EmailMessage').length;
    const files = services.salesforce.records('ContentDocument').length;
    child.send('again');
    const second = await nextRun(child);
    await killTree(child, folder);

    process.stdout.write(`killed ${KILLS} times: ${delivered} mails, ${JSON.stringify(second)}\n`);
    // Contacts came down besides.
    const mails = Object.entries(second.verdicts).filter(([code]) => !code.startsWith('synced.'));
    const sum = mails.reduce((total, [, count]) => total + count, 0);
    expect(first.outcome).toBe('done');
    expect(sum).toBe(delivered);
    expect(second.records).toBe(written);
    expect(distinctKeys(services)).toBe(written);
    expect(services.salesforce.records('EmailMessage').length).toBe(written);
    expect(services.salesforce.records('ContentDocument').length).toBe(files);
    expect(services.exchange.notificationsSent()).toEqual([]);
  } finally {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function seedMail(services: Services) {
  if (existsSync(CORPUS)) return await seedFolder(services, CORPUS, Date.now());
  process.stdout.write("no mail corpus beside the project: the sandbox's samples stand in\n");
  return seedSamples(services, Date.now());
}

function distinctKeys({ salesforce }: Services): number {
  return new Set(salesforce.records('EmailMessage').map((row) => row.MessageIdentifier)).size;
}

function start(order: Order): ChildProcess {
  const child = fork(join(import.meta.dirname, 'killed-product.ts'), [], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  child.send(order);
  return child;
}

/** Until the child has made so many requests, or a run of its has ended. */
async function requestsOrRun(services: Services, child: ChildProcess, requests: number): Promise<void> {
  const count = () => services.exchange.requests.count() + services.salesforce.requests.count();
  const until = count() + requests;
  let ended = false;
  child.once('message', () => {
    ended = true;
  });
  await waitFor('requests', () => ended || count() >= until);
}

async function nextRun(child: ChildProcess): Promise<Sums> {
  return await new Promise((resolve, reject) => {
    const onMessage = (sums: unknown) => {
      const { outcome } = sums as Sums;
      if (outcome !== 'done') return;
      child.off('message', onMessage);
      resolve(sums as Sums);
    };
    child.on('message', onMessage);
    child.once('exit', () => reject(new Error('the product ended by itself')));
  });
}

/** The child, PostgreSQL and all below them, at once. */
async function killTree(child: ChildProcess, folder: string): Promise<void> {
  child.removeAllListeners('exit');
  const postmaster = await postmasterPid(join(folder, 'postgres')).catch(() => null);
  for (const pid of [-(child.pid ?? 0), postmaster]) if (pid !== null && pid !== 0) killQuietly(pid);
  await eventually('everything is dead', async () => (await processesIn(folder)).length === 0);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

/** Polls what only the simulators know. */
async function waitFor(what: string, holds: () => boolean): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`never: ${what}`);
    await scheduler.wait(1);
  }
}
