/**
 * The promises about requests, counted by the simulators: an idle run for mail, events, contacts and tasks asks Exchange at most three times, Google four times,
 * Office 365 and Salesforce once, and a first run asks no more than 1.3 times the least. The product is the whole one, on a PostgreSQL of its own; nothing here is timed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { benchMail } from '../../bench/mail.ts';
import { idleMax, mailMinimum, RATIO_MAX, salesforceMinimum } from '../../bench/minimum.ts';
import { runToEnd } from '../../bench/run-mailbox.ts';
import { mailTraffic, resetCounts, seedContacts } from '../../bench/stage.ts';
import { type Colleague, colleagues, serviceWords } from '../../sandbox/cast.ts';
import { deliverTo } from '../../sandbox/deliver.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { firstOfEach } from '../../sandbox/seed-mail.ts';
import { Visitor } from '../../sandbox/visitor.ts';

const SEED = 20_261_123;
const UNBOUND = 1_000_000_000;
/** Longer than any service's changes are looked at twice. */
const REST_MS = 15 * 60_000;
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
    gmailUnitsPerMinute: UNBOUND,
    overrides,
  });
  seedContacts(sandbox.services);
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

function deliver(owner: Colleague, count: number): void {
  const mails = benchMail({
    kind: 'all',
    count,
    owner: owner.address,
    now: Date.now(),
    seed: SEED,
    from: delivered,
  });
  for (const mail of mails) deliverTo(sandbox.services, owner, mail);
  delivered += count;
}

/** Runs the mailbox and counts what each side was asked. */
async function run(owner: Colleague) {
  const { services } = sandbox;
  resetCounts(services);
  const counts = await runToEnd(sandbox.lockstep.ports, owner.address);
  return {
    saved: counts.reduce((sum, { created }) => sum + created, 0),
    mail: mailTraffic(services, owner.service).requests,
    salesforce: services.salesforce.requests.count(),
  };
}

describe.each(firstOfEach(colleagues).map((owner) => ({ owner, name: serviceWords[owner.service] })))(
  '$name',
  ({ owner }) => {
    beforeAll(async () => {
      const visitor = new Visitor(sandbox.url);
      await visitor.logIn(sandbox.salesforceUrl, owner);
      const since = Date.now();
      await visitor.connect(owner, sandbox.ewsUrl);
      await visitor.waitForRun(since);
    });

    test('an idle run asks no more than it must, and Salesforce once', async () => {
      // What was changed a moment ago is looked into once more, so that nothing that came late is missed; from then on nothing is.
      sandbox.leap(REST_MS);
      const isAtRest = async () => {
        const { mail, salesforce } = await run(owner);
        return mail <= idleMax[owner.service] && salesforce === 1;
      };
      await expect.poll(isAtRest, { timeout: 20_000 }).toBe(true);
      const { mail, salesforce } = await run(owner);
      expect(mail).toBeLessThanOrEqual(idleMax[owner.service]);
      if (owner.service === 'office365') expect(mail).toBe(1);
      expect(salesforce).toBe(1);
      // What was idle is no empty mailbox: its items are in Salesforce.
      for (const object of ['Event', 'Task'])
        expect(sandbox.services.salesforce.records(object).length).toBeGreaterThan(0);
    });

    test('2,000 mails cost no more than 1.3 times the least on either side', {
      timeout: 180_000,
    }, async () => {
      deliver(owner, 2_000);
      const { saved, mail, salesforce } = await run(owner);
      expect(saved).toBe(2_000);
      const least = { mails: 2_000, saved };
      expect(mail).toBeLessThanOrEqual(mailMinimum[owner.service](least).requests * RATIO_MAX);
      expect(salesforce).toBeLessThanOrEqual(salesforceMinimum(least).requests * RATIO_MAX);
    });
  },
);
