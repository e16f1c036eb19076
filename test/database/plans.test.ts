import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../src/model/clock.ts';
import type { ItemId, MailboxId } from '../../src/model/ids.ts';
import type { KeyPrint } from '../../src/model/link.ts';
import { claimPrints } from '../../src/store/claims.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import { listIssues, readDueIssues } from '../../src/store/issues.ts';
import { claimDue, holdLease, renewLeases } from '../../src/store/leases.ts';
import { forgetItems, readLinksByItems, readLinksByPrints } from '../../src/store/links.ts';
import { findMailboxByAddress } from '../../src/store/mailboxes.ts';
import { listRuns, sumRunsByDay } from '../../src/store/runs.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedDueMailboxes, seedTenant, type Tenant } from '../support/rows.ts';

const now = MONDAY;
const ROWS = 100_000;
let base: TestDatabase;
let db: Database;
let tenant: Tenant;

beforeAll(async () => {
  base = await createTestDatabase();
  db = base.db;
  tenant = await seedTenant(db, 'plans');
  const other = await seedTenant(db, 'others');
  // Most mailboxes are not due: what the index is for.
  await seedDueMailboxes(db, other, ROWS, now + 20 * MINUTE);
  const fill = async ({ organizationId, mailboxId }: Tenant, rows: number) =>
    inOrganization(db, organizationId, async (tx) => {
      const values = [organizationId, mailboxId, new Date(now), rows];
      await tx.query(
        `insert into links (organization_id, mailbox_id, linked_at, key_print, item_id, item_version, record_id, created)
         select $1, $2, $3, 'print ' || n, 'item ' || n, '1', 'record', true from generate_series(1, $4::integer) as n`,
        values,
      );
      await tx.query(
        `insert into verdicts (organization_id, mailbox_id, judged_at, item_print, code)
         select $1, $2, $3, 'print ' || n, 'skipped.no-match' from generate_series(1, $4::integer) as n`,
        values,
      );
    });
  await fill(tenant, ROWS / 2);
  await fill(other, ROWS / 2);
  // Everybody else's runs of the week: an index by time alone would read them all.
  await inOrganization(db, other.organizationId, (tx) =>
    tx.query(
      `insert into runs (id, organization_id, mailbox_id, lease_token, trigger, worker, outcome, started_at)
       select gen_random_uuid(), organization_id, id, 1, 'schedule', 'w', 'done',
         $2::timestamptz - row_number() over () * interval '30 seconds'
       from (select organization_id, id from mailboxes where organization_id = $1 limit 20000) as others`,
      [other.organizationId, new Date(now)],
    ),
  );
  await inOrganization(db, tenant.organizationId, async (tx) => {
    const values = [tenant.organizationId, tenant.mailboxId, new Date(now)];
    await tx.query(
      `insert into runs (id, organization_id, mailbox_id, lease_token, trigger, worker, outcome, started_at)
       select gen_random_uuid(), $1, $2, 1, 'schedule', 'w', 'done', $3::timestamptz - n * interval '30 minutes'
       from generate_series(1, 400) as n`,
      values,
    );
    await tx.query(
      `insert into issues (id, organization_id, mailbox_id, item_id, item_version, place, code, first_at, last_at, retry_at)
       select gen_random_uuid(), $1, $2, 'item ' || n, '1', 'inbox', 'crm.record-refused', $3, $3,
         case when n % 100 = 0 then $3::timestamptz + n * interval '1 second' end
       from generate_series(1, 20000) as n`,
      values,
    );
    await tx.query(
      `insert into claims (organization_id, mailbox_id, lease_token, expires_at, key_print)
       select $1, $2, 1, $3, 'print ' || n from generate_series(1, 20000) as n`,
      values,
    );
  });
  await acrossOrganizations(db, (tx) => tx.query('analyze'));
}, 180_000);
afterAll(() => base.drop());

/** Runs a statement of the store as its caller would, under row-level security, and returns its plan. */
async function planOf(
  run: (tx: Tx) => Promise<unknown>,
  everywhere = false,
): Promise<{ text: string; touched: number }> {
  let text = '';
  const explaining = async (tx: Tx) => {
    const spy: Tx = {
      query: async (statement, values) => {
        const explained = await tx.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, costs off, timing off, summary off, buffers off) ${statement}`,
          values,
        );
        text += explained.rows.map((row) => row['QUERY PLAN']).join('\n');
        return { rows: [], rowCount: 1 };
      },
    };
    await run(spy).catch(() => undefined);
  };
  await (everywhere
    ? acrossOrganizations(db, explaining)
    : inOrganization(db, tenant.organizationId, explaining));
  const removed = [...text.matchAll(/Rows Removed by (?:Index Recheck|Filter|Join Filter): (\d+)/g)];
  return { text, touched: removed.reduce((sum, match) => sum + Number(match[1]), 0) };
}

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
const prints = hundred.map((n) => `print ${n}` as KeyPrint);
const items = hundred.map((n) => `item ${n}` as ItemId);
const someLease = () => ({
  mailboxId: tenant.mailboxId,
  organizationId: tenant.organizationId,
  token: '1',
  expiresAt: now,
  lane: 'fresh' as const,
  trigger: 'schedule' as const,
});

const hot: readonly {
  readonly name: string;
  readonly index: string;
  readonly everywhere?: boolean;
  readonly run: (tx: Tx) => Promise<unknown>;
}[] = [
  {
    name: 'claiming when little is due',
    index: 'schedules_free_and_due',
    everywhere: true,
    run: (tx) => claimDue(tx, { worker: 'w', now, limit: 10, leaseMs: 1 }),
  },
  {
    name: 'claiming when everything is due',
    index: 'schedules_free_and_due',
    everywhere: true,
    run: (tx) => claimDue(tx, { worker: 'w', now: now + 60 * MINUTE, limit: 10, leaseMs: 1 }),
  },
  {
    name: 'looking for what dead workers left',
    index: 'schedules_leased',
    everywhere: true,
    run: (tx) => claimDue(tx, { worker: 'w', now, limit: 10, leaseMs: 1 }),
  },
  {
    name: 'a heartbeat',
    index: 'schedules_pkey',
    everywhere: true,
    run: (tx) => renewLeases(tx, [someLease()], now, 1),
  },
  {
    name: 'the sums of a week',
    index: 'runs_by_mailbox',
    run: (tx) => sumRunsByDay(tx, { mailboxId: tenant.mailboxId, from: now - 7 * DAY }),
  },
  { name: 'holding a lease', index: 'schedules_pkey', run: (tx) => holdLease(tx, someLease(), now) },
  {
    name: 'links by items',
    index: 'links_by_item',
    run: (tx) => readLinksByItems(tx, tenant.mailboxId, items),
  },
  {
    name: 'links by prints',
    index: 'links_by_print',
    run: (tx) => readLinksByPrints(tx, tenant.organizationId, tenant.mailboxId, prints),
  },
  {
    name: 'forgetting items',
    index: 'links_by_item',
    run: (tx) => forgetItems(tx, tenant.mailboxId, items),
  },
  {
    name: 'claiming prints',
    index: 'claims_pkey',
    run: (tx) =>
      claimPrints(tx, {
        organizationId: tenant.organizationId,
        mailboxId: tenant.mailboxId as MailboxId,
        leaseToken: '1',
        prints,
        now,
        expiresAt: now,
      }),
  },
  {
    name: 'issues that are due',
    index: 'issues_due',
    run: (tx) => readDueIssues(tx, tenant.mailboxId, 'emails', now + MINUTE, 50),
  },
  {
    name: 'a page of issues',
    index: 'issues_by_time',
    run: (tx) => listIssues(tx, { mailboxId: tenant.mailboxId, limit: 50 }),
  },
  {
    name: 'a page of runs',
    index: 'runs_by_mailbox',
    run: (tx) => listRuns(tx, { mailboxId: tenant.mailboxId, limit: 50 }),
  },
  {
    name: 'why one item was not saved',
    index: 'verdicts_pkey',
    run: (tx) => readVerdict(tx, tenant.mailboxId, 'print 7'),
  },
  {
    name: 'a mailbox by its address',
    index: 'mailboxes_by_address',
    everywhere: true,
    run: (tx) => findMailboxByAddress(tx, 'owner@plans.example'),
  },
];

test.each(hot)('at 100,000 rows $name goes by its index', async ({ run, index, everywhere = false }) => {
  const { text, touched } = await planOf(run, everywhere);
  expect(text).toContain(index);
  expect(text).not.toMatch(/Seq Scan on/);
  // Rows that were read in vain: none of these statements searches.
  expect(touched).toBeLessThan(200);
});
