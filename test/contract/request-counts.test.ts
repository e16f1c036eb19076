/**
 * The promises about requests, counted by the simulators: an idle run asks Exchange twice and Salesforce once, and a first run asks no more
 * than 1.3 times the least. The product is the whole one, on a PostgreSQL of its own; nothing here is timed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { benchMail } from '../../bench/mail.ts';
import { exchangeMinimum, idleMinimum, RATIO_MAX, salesforceMinimum } from '../../bench/minimum.ts';
import { runToEnd } from '../../bench/run-mailbox.ts';
import { seedContacts } from '../../bench/stage.ts';
import { type Colleague, colleagues } from '../../sandbox/cast.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { Visitor } from '../../sandbox/visitor.ts';

const SEED = 20_261_123;
const owner = colleagues[0] as Colleague;
let folder: string;
let sandbox: Sandbox;
let delivered = 0;

beforeAll(async () => {
  process.stdout.write(`request counts: seed ${SEED}\n`);
  folder = await mkdtemp(join(tmpdir(), 'lockstep-counts-'));
  const overrides = { log: () => undefined };
  sandbox = await startSandbox({
    port: 0,
    mailFolder: null,
    seed: SEED,
    dataFolder: folder,
    databaseUrl: null,
    overrides,
  });
  seedContacts(sandbox.services);
  const visitor = new Visitor(sandbox.url);
  await visitor.logIn(sandbox.salesforceUrl, owner);
  const since = Date.now();
  await visitor.activate({ login: owner.address, password: owner.password, ewsUrl: sandbox.ewsUrl });
  await visitor.waitForRun(since);
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

function deliver(count: number): void {
  const mails = benchMail({
    kind: 'all',
    count,
    owner: owner.address,
    now: Date.now(),
    seed: SEED,
    from: delivered,
  });
  for (const { folder: place, raw, receivedAt } of mails)
    sandbox.services.exchange.deliver(owner.address, place, raw, { receivedAt });
  delivered += count;
}

/** Runs the mailbox and counts what each side was asked. */
async function run() {
  const { exchange, salesforce } = sandbox.services;
  exchange.requests.reset();
  salesforce.requests.reset();
  const counts = await runToEnd(sandbox.lockstep.ports, owner.address);
  return {
    saved: counts.reduce((sum, { created }) => sum + created, 0),
    exchange: exchange.requests.count(),
    salesforce: salesforce.requests.count(),
  };
}

test('an idle run asks Exchange at most twice and Salesforce once', async () => {
  // In the second of a change a folder is looked into once more; from then on nothing is.
  const rest = { timeout: 20_000 };
  await expect
    .poll(async () => (await run()).exchange, rest)
    .toBeLessThanOrEqual(idleMinimum.exchange.requests);
  const { exchange, salesforce } = await run();
  expect(exchange).toBeLessThanOrEqual(idleMinimum.exchange.requests);
  expect(salesforce).toBeLessThanOrEqual(idleMinimum.salesforce.requests);
});

test('2,000 mails cost no more than 1.3 times the least on either side', async () => {
  deliver(2_000);
  const { saved, exchange, salesforce } = await run();
  expect(saved).toBe(2_000);
  const least = { mails: 2_000, saved };
  expect(exchange).toBeLessThanOrEqual(exchangeMinimum(least).requests * RATIO_MAX);
  expect(salesforce).toBeLessThanOrEqual(salesforceMinimum(least).requests * RATIO_MAX);
});
