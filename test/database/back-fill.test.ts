/**
 * Goal: a run that has used up its budget stops between two pages, and the next one goes on where it stopped: everything is examined once.
 * Method: the whole sync layer on a real database, with the in-memory references on both sides.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileRules } from '../../src/decide/rules.ts';
import { MINUTE } from '../../src/model/clock.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { inOrganization } from '../../src/store/database.ts';
import { claimMailbox, releaseLease } from '../../src/store/leases.ts';
import { countLinks } from '../../src/store/links.ts';
import { startRun } from '../../src/store/runs.ts';
import { type RunReport, runMailbox } from '../../src/sync/run.ts';
import { domainFacts } from '../support/builders.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createMemoryCrm, createMemoryOrg } from '../support/memory-crm.ts';
import { createMemoryMailbox, openMemoryMailbox, putItem } from '../support/memory-mailbox.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';

const MAILS = 1_300;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const clock = { now: () => MONDAY, sleep: () => Promise.resolve() };

/** One run with a budget of items, under a lease of its own, on connectors of its own. */
async function runOnce(
  tenant: Tenant,
  mailbox: ReturnType<typeof createMemoryMailbox>,
  org: ReturnType<typeof createMemoryOrg>,
  itemsMax: number,
): Promise<RunReport> {
  const { db } = database;
  const { organizationId, mailboxId, keys } = tenant;
  const scoped = <T>(fn: Parameters<typeof inOrganization<T>>[2]) => inOrganization(db, organizationId, fn);
  const claim = { mailboxId, worker: 'w', now: MONDAY, leaseMs: MINUTE, trigger: 'command' } as const;
  const lease = await scoped((tx) => claimMailbox(tx, claim));
  if (lease === null) throw new Error('somebody else holds the mailbox');
  const runId = await scoped((tx) => startRun(tx, { lease, worker: 'w', now: MONDAY }));
  const report = await runMailbox({
    db,
    keys,
    clock,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    organizationId,
    mailboxId,
    runId,
    lease,
    mail: openMemoryMailbox(mailbox),
    crm: createMemoryCrm(org),
    rules: compileRules({
      settings: defaultSettings,
      addresses: mailbox.addresses,
      historyFrom: 0,
      facts: domainFacts,
    }),
    budget: { itemsMax, endsAt: MONDAY + MINUTE },
    signal: new AbortController().signal,
    dryRun: false,
  });
  await scoped((tx) => releaseLease(tx, lease, { next: null }));
  return report;
}

test('a long first reading goes on from run to run until all is examined, and then is done', async () => {
  const tenant = await seedTenant(database.db, 'back-fill');
  const mailbox = createMemoryMailbox(() => MONDAY);
  for (let at = 0; at < MAILS; at += 1) {
    putItem(
      mailbox,
      'inbox',
      { subject: `Mail ${at}`, body: 'Text', attachments: [], receivedAt: MONDAY - at },
      [],
    );
  }
  const org = createMemoryOrg();
  org.people.push({
    kind: 'contact',
    recordId: '003A' as RecordId,
    addresses: ['bob@outside.test'],
    accountId: null,
  });
  const reports: RunReport[] = [];
  do reports.push(await runOnce(tenant, mailbox, org, 100));
  while (reports.at(-1)?.outcome.kind === 'more' && reports.length < 100);
  expect(reports.length).toBeGreaterThan(2);
  expect(reports.slice(0, -1).every((report) => report.outcome.kind === 'more')).toBe(true);
  expect(reports.at(-1)?.outcome).toEqual({ kind: 'done' });
  expect(reports.reduce((sum, report) => sum + report.counts.examined, 0)).toBe(MAILS);
  expect(org.emails).toHaveLength(MAILS);
  expect(
    await inOrganization(database.db, tenant.organizationId, (tx) => countLinks(tx, tenant.mailboxId)),
  ).toBe(MAILS);
  expect((await runOnce(tenant, mailbox, org, 100)).counts).toMatchObject({ examined: 0, created: 0 });
});
