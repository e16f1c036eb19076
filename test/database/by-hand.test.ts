/** What people do by hand beside a run that is under way: nothing is doubled, no checkpoint is spoiled, no tombstone is lifted by accident. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import type { CrmConnector } from '../../src/model/connector.ts';
import type { ItemId, RecordId } from '../../src/model/ids.ts';
import type { KeyPrint, Link } from '../../src/model/link.ts';
import { claimPrints, handToken, releaseClaims, releaseHandClaims } from '../../src/store/claims.ts';
import { type Database, inOrganization } from '../../src/store/database.ts';
import { readLinksByPrints, writeLinks } from '../../src/store/links.ts';
import { buryLinks } from '../../src/store/removals.ts';
import { saveByHand } from '../../src/sync/save-by-hand.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createMemoryCrm, createMemoryOrg, type MemoryOrg } from '../support/memory-crm.ts';
import { createMemoryMailbox, type MemoryMailbox, putItem } from '../support/memory-mailbox.ts';
import { contextInMemory, runInMemory } from '../support/memory-run.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';
import { seededRandom } from '../support/seed.ts';

let database: TestDatabase;
let db: Database;
let tenant: Tenant;
let mailbox: MemoryMailbox;
let org: MemoryOrg;
let tenants = 0;
const random = seededRandom(20_261_123);

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenants += 1;
  tenant = await seedTenant(db, `by-hand-${tenants}`);
  mailbox = createMemoryMailbox(() => MONDAY);
  org = createMemoryOrg();
  org.people.push({
    kind: 'contact',
    recordId: '003000000000001AAA' as RecordId,
    addresses: ['bob@outside.test'],
    accountId: null,
  });
});

const scoped = <T>(work: Parameters<typeof inOrganization<T>>[2]) =>
  inOrganization(db, tenant.organizationId, work);

const deliver = (subject: string): ItemId =>
  putItem(mailbox, 'inbox', { subject, body: 'Hello.', attachments: [], receivedAt: MONDAY - MINUTE }, []);

function byHand(itemId: ItemId) {
  const { mailboxId, organizationId } = tenant;
  const token = handToken(random);
  const lease = { mailboxId, organizationId, token, expiresAt: 0, lane: 'fresh', trigger: 'user' } as const;
  return saveByHand(contextInMemory({ db, tenant, mailbox, org }, lease), { itemId, place: 'inbox' });
}

/** A CRM that lets something happen in the middle of its first save. */
function crmWith(during: () => Promise<void>): CrmConnector {
  const crm = createMemoryCrm(org);
  let isFirst = true;
  return {
    ...crm,
    async saveEmails(drafts) {
      if (isFirst) {
        isFirst = false;
        await during();
      }
      return crm.saveEmails(drafts);
    },
  };
}

test('a mail that a run is saving at this moment is left to it, and saved once', async () => {
  const itemId = deliver('offer');
  let told: Awaited<ReturnType<typeof byHand>> = null;
  const crm = crmWith(async () => {
    told = await byHand(itemId);
  });
  const report = await runInMemory({ db, tenant, mailbox, org, crm });
  expect(report.outcome).toEqual({ kind: 'done' });
  expect(told).toMatchObject({ verdict: 'parked.issue', failure: 'lockstep.being-saved-elsewhere' });
  expect(org.emails).toHaveLength(1);
  expect(await byHand(itemId)).toMatchObject({ verdict: 'saved.linked' });
});

test('another mail is saved beside a run, whose own checkpoint goes through', async () => {
  deliver('of the run');
  let saved: Awaited<ReturnType<typeof byHand>> = null;
  const crm = crmWith(async () => {
    saved = await byHand(deliver('by hand'));
  });
  const report = await runInMemory({ db, tenant, mailbox, org, crm });
  expect(saved).toMatchObject({ verdict: 'saved.created' });
  expect([report.outcome.kind, report.counts.created]).toEqual(['done', 1]);
  const again = await runInMemory({ db, tenant, mailbox, org });
  expect(again.counts.created).toBe(0);
  expect(org.emails.map(({ subject }) => subject).toSorted()).toEqual(['by hand', 'of the run']);
});

test('two acts by hand on the same mail at once make one record', async () => {
  const itemId = deliver('offer');
  const results = await Promise.all([byHand(itemId), byHand(itemId)]);
  expect(results.map((result) => result?.verdict)).toContain('saved.created');
  expect(org.emails).toHaveLength(1);
});

test('a run and a person take no claims over from each other; a run does from an earlier one', async () => {
  const claim = (leaseToken: string, now = MONDAY) =>
    scoped((tx) =>
      claimPrints(tx, {
        ...tenant,
        leaseToken,
        prints: ['print' as KeyPrint],
        now,
        expiresAt: now + 10 * MINUTE,
      }),
    );
  expect((await claim('1')).size).toBe(1);
  expect((await claim('2')).size).toBe(1);
  expect((await claim('-5')).size).toBe(0);
  await scoped((tx) => releaseClaims(tx, tenant.mailboxId));
  expect((await claim('-5')).size).toBe(1);
  expect((await claim('-5')).size).toBe(1);
  expect((await claim('-6')).size).toBe(0);
  expect((await claim('3')).size).toBe(0);
  await scoped((tx) => releaseClaims(tx, tenant.mailboxId));
  expect((await claim('3')).size).toBe(0);
  expect((await claim('3', MONDAY + 11 * MINUTE)).size).toBe(1);
  await scoped((tx) => releaseHandClaims(tx, tenant.mailboxId, '-5'));
  expect((await claim('-5', MONDAY + 12 * MINUTE)).size).toBe(0);
});

test('a run that read a link before it was taken back does not lift the tombstone; a person, or another record, does', async () => {
  const link: Link = {
    keyPrint: 'print' as KeyPrint,
    itemId: 'item' as ItemId,
    itemVersion: '1',
    recordId: 'record' as RecordId,
    created: true,
  };
  const { organizationId, mailboxId } = tenant;
  const write = (changes: Partial<Link>, lifts = false) =>
    scoped((tx) =>
      writeLinks(tx, {
        organizationId,
        mailboxId,
        runId: null,
        lifts,
        links: [{ ...link, ...changes }],
        now: MONDAY,
      }),
    );
  const isRemoved = async () => {
    const { own } = await scoped((tx) => readLinksByPrints(tx, organizationId, mailboxId, [link.keyPrint]));
    return own[0]?.isRemoved === true;
  };
  const bury = () => scoped((tx) => buryLinks(tx, mailboxId, [link], MONDAY));
  await write({});
  await bury();
  await write({ itemId: 'moved' as ItemId });
  expect(await isRemoved()).toBe(true);
  await write({}, true);
  expect(await isRemoved()).toBe(false);
  await bury();
  await write({ recordId: 'another' as RecordId });
  expect(await isRemoved()).toBe(false);
  await bury();
  expect(await isRemoved()).toBe(false);
});
