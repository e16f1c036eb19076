/**
 * Goal: where ids survive a move, a mail that left one folder for another is neither forgotten nor given up, in whatever order the folders are
 * read. Method: the whole sync layer on a real database, with the in-memory references on both sides.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import { failure } from '../../src/model/failure.ts';
import type { EmailKey, FeedId, ItemId, RecordId } from '../../src/model/ids.ts';
import { SALESFORCE_FOLDER } from '../../src/model/settings.ts';
import { inOrganization } from '../../src/store/database.ts';
import { readIssues } from '../../src/store/issues.ts';
import { readLinksByItems } from '../../src/store/links.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createMemoryOrg, type MemoryOrg } from '../support/memory-crm.ts';
import {
  createMemoryMailbox,
  type MemoryMailbox,
  moveItem,
  putItem,
  takeItem,
} from '../support/memory-mailbox.ts';
import { runInMemory } from '../support/memory-run.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';

let database: TestDatabase;
let tenant: Tenant;
let mailbox: MemoryMailbox;
let org: MemoryOrg;
let now: number;
let tenants = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenants += 1;
  now = MONDAY;
  tenant = await seedTenant(database.db, `moves-${tenants}`);
  mailbox = createMemoryMailbox(() => now, { stableIds: true });
  mailbox.folders.set(SALESFORCE_FOLDER as FeedId, 'salesforce-folder');
  mailbox.folders.set('Archive' as FeedId, 'other');
  org = createMemoryOrg();
  const recordId = '003A' as RecordId;
  org.people.push({ kind: 'contact', recordId, addresses: ['bob@outside.test'], accountId: null });
});

async function run() {
  const report = await runInMemory({ db: database.db, tenant, mailbox, org });
  expect(report.outcome).toEqual({ kind: 'done' });
  now += MINUTE;
  return report.counts;
}

const put = (folder: string) =>
  putItem(mailbox, folder, { subject: 'x', body: 'Text', attachments: [], receivedAt: now }, []);
const linksOf = (itemId: ItemId) =>
  inOrganization(database.db, tenant.organizationId, (tx) =>
    readLinksByItems(tx, tenant.mailboxId, [itemId]),
  );
const issuesOf = (itemId: ItemId) =>
  inOrganization(database.db, tenant.organizationId, (tx) => readIssues(tx, tenant.mailboxId, [itemId]));

// The folder Salesforce Emails is read before the Inbox, and the Archive after it.
test.each([SALESFORCE_FOLDER, 'Archive'])('a saved mail that moves to %s keeps its link', async (folder) => {
  const itemId = put('inbox');
  expect(await run()).toMatchObject({ created: 1 });
  moveItem(mailbox, itemId, folder);
  expect(await run()).toMatchObject({ created: 0 });
  expect(await linksOf(itemId)).toHaveLength(1);
  expect(await run()).toMatchObject({ examined: 0 });
});

test.each([SALESFORCE_FOLDER, 'Archive'])(
  'a parked mail that moves to %s keeps its issue',
  async (folder) => {
    const itemId = put('inbox');
    org.refusals.set(`${itemId}@outside.test` as EmailKey, failure('crm.validation-rule'));
    expect(await run()).toMatchObject({ created: 0 });
    expect(await issuesOf(itemId)).toHaveLength(1);
    moveItem(mailbox, itemId, folder);
    await run();
    const stillWaits = folder === SALESFORCE_FOLDER;
    // The Archive is not saved from: there the rule answers instead of the issue.
    expect(await issuesOf(itemId)).toHaveLength(stillWaits ? 1 : 0);
  },
);

test('a saved mail that is deleted for good loses its item and keeps its record', async () => {
  const itemId = put('inbox');
  await run();
  takeItem(mailbox, itemId);
  await run();
  expect(await linksOf(itemId)).toEqual([]);
  expect(org.emails).toHaveLength(1);
});
