/**
 * Goal: a run that has used up its budget stops between two pages, and the next one goes on where it stopped: everything is examined once.
 * Method: the whole sync layer on a real database, with the in-memory references on both sides.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RecordId } from '../../src/model/ids.ts';
import { inOrganization } from '../../src/store/database.ts';
import { countLinks } from '../../src/store/links.ts';
import type { RunReport } from '../../src/sync/run.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createMemoryOrg } from '../support/memory-crm.ts';
import { createMemoryMailbox, putItem } from '../support/memory-mailbox.ts';
import { runInMemory } from '../support/memory-run.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant } from '../support/rows.ts';

const MAILS = 1_300;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

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
  do reports.push(await runInMemory({ db: database.db, tenant, mailbox, org, itemsMax: 100 }));
  while (reports.at(-1)?.outcome.kind === 'more' && reports.length < 100);
  expect(reports.length).toBeGreaterThan(2);
  expect(reports.slice(0, -1).every((report) => report.outcome.kind === 'more')).toBe(true);
  expect(reports.at(-1)?.outcome).toEqual({ kind: 'done' });
  expect(reports.reduce((sum, report) => sum + report.counts.examined, 0)).toBe(MAILS);
  expect(org.emails).toHaveLength(MAILS);
  expect(
    await inOrganization(database.db, tenant.organizationId, (tx) => countLinks(tx, tenant.mailboxId)),
  ).toBe(MAILS);
  expect((await runInMemory({ db: database.db, tenant, mailbox, org, itemsMax: 100 })).counts).toMatchObject({
    examined: 0,
    created: 0,
  });
});
