import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ItemId, RecordId, RolloutId } from '../../src/model/ids.ts';
import type { KeyPrint } from '../../src/model/link.ts';
import type { Pair } from '../../src/model/pair.ts';
import { noCounts } from '../../src/model/run.ts';
import { insertAccess, saveLender } from '../../src/store/accesses.ts';
import { recordAudit } from '../../src/store/audit.ts';
import { claimPrints } from '../../src/store/claims.ts';
import { setCheckDue } from '../../src/store/completeness.ts';
import { savePendingConsent } from '../../src/store/consents.ts';
import { writeCursors } from '../../src/store/cursors.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import { saveHandover } from '../../src/store/handovers.ts';
import { holdRemovals } from '../../src/store/holds.ts';
import { recordIssues } from '../../src/store/issues.ts';
import { claimDue, setDue } from '../../src/store/leases.ts';
import { saveLicense } from '../../src/store/licenses.ts';
import { writeLinks } from '../../src/store/links.ts';
import { createLogin } from '../../src/store/logins.ts';
import { newId } from '../../src/store/new-id.ts';
import { writeNotices } from '../../src/store/notices.ts';
import { writePairs } from '../../src/store/pairs.ts';
import { addGap } from '../../src/store/pauses.ts';
import { createPreset } from '../../src/store/presets.ts';
import { createProfile } from '../../src/store/profiles.ts';
import { saveReconnectLink } from '../../src/store/reconnect-links.ts';
import { insertMembers } from '../../src/store/rollout-members.ts';
import { insertRollout } from '../../src/store/rollouts.ts';
import { finishRun, startRun } from '../../src/store/runs.ts';
import { createServiceToken } from '../../src/store/service-tokens.ts';
import { recordVerdicts } from '../../src/store/verdicts.ts';
import { addWatches } from '../../src/store/watches.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';

const now = MONDAY;
let base: TestDatabase;
let db: Database;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  base = await createTestDatabase();
  db = base.db;
  ours = await fill('ours');
  theirs = await fill('theirs');
});
afterAll(() => base.drop());

/** A tenant with at least one row in every table. */
async function fill(name: string): Promise<Tenant> {
  const tenant = await seedTenant(db, name);
  const { organizationId, mailboxId, userId, keys } = tenant;
  await acrossOrganizations(db, async (tx) => {
    await setDue(tx, { mailboxId, next: { dueAt: now, lane: 'fresh' } });
    await tx.query(`update mailboxes set state = 'active' where id = $1`, [mailboxId]);
    await addWatches(tx, { services: ['exchange'], now, limit: 10 });
  });
  const [lease] = await acrossOrganizations(db, (tx) =>
    claimDue(tx, { worker: name, now, limit: 1, leaseMs: 90_000 }),
  );
  if (lease === undefined) throw new Error('nothing was claimed');
  await inOrganization(db, organizationId, async (tx) => {
    const keyPrint = 'print' as KeyPrint;
    const itemId = 'item' as ItemId;
    await createLogin(tx, {
      userId,
      organizationId,
      place: 'browser',
      tokenHash: name,
      expiresAt: now + 1,
      now,
    });
    await savePendingConsent(tx, keys, {
      ...{ organizationId, userId, tokenHash: name, service: 'cloud', challenge: null, details: {} },
      ...{ now, expiresAt: now + 1 },
    });
    await saveHandover(tx, {
      ...{ organizationId, userId, codeHash: name, challenge: '' },
      ...{ now, expiresAt: now + 1 },
    });
    const notice = { organizationId, mailboxId, kind: 'stopped', code: null } as const;
    await writeNotices(tx, { ...notice, aboutAt: now, now });
    const link = { organizationId, mailboxId, userId, tokenHash: name };
    await saveReconnectLink(tx, { ...link, now, expiresAt: now + 1 });
    const runId = await startRun(tx, { lease, worker: name, now });
    await finishRun(tx, { id: runId, outcome: { kind: 'done' }, counts: noCounts, endedAt: now });
    await writeCursors(tx, keys, mailboxId, { listing: 'mark', feeds: new Map() }, now);
    const saved = { keyPrint, itemId, itemVersion: '1', recordId: '02s' as RecordId, created: true };
    await writeLinks(tx, { organizationId, mailboxId, runId, links: [saved], now });
    await claimPrints(tx, {
      organizationId,
      mailboxId,
      leaseToken: lease.token,
      prints: [keyPrint],
      now,
      expiresAt: now + 1,
    });
    const issue = {
      itemId,
      itemVersion: '1',
      collection: 'emails',
      recordId: null,
      place: 'inbox',
      code: 'crm.record-refused',
      vendorCode: null,
      fields: [],
      retryAt: null,
    } as const;
    await recordIssues(tx, { organizationId, mailboxId, issues: [issue], now });
    await writePairs(tx, { organizationId, mailboxId, runId, pairs: [removing], now });
    const hold = { organizationId, mailboxId, collection: 'tasks', held: 1, paired: 1 } as const;
    await holdRemovals(tx, { ...hold, now });
    const verdict = { itemPrint: 'print', code: 'saved.created' } as const;
    await addGap(tx, { organizationId, mailboxId, startsAt: now, endsAt: now + 1 });
    await saveLicense(tx, { organizationId, name, intervalMs: 60_000, pattern: 'fixed', now });
    const actor = { kind: 'user', userId } as const;
    const act = { action: 'mailbox.paused', subject: 'mailbox', subjectId: mailboxId } as const;
    await recordAudit(tx, { organizationId, actor, ...act, now });
    const prepared = { account: name, credential: {}, settings: {} };
    const lender = { organizationId, service: 'exchange', prepared, now };
    const connectionId = await saveLender(tx, keys, lender);
    await insertAccess(tx, { ...lender, name, side: 'mailbox', connectionId });
    await recordVerdicts(tx, { organizationId, mailboxId, verdicts: [verdict], now });
    await setCheckDue(tx, { organizationId, mailboxId, dueAt: now });
    await createPreset(tx, { organizationId, name, settings: {}, forced: [], now });
    const ways = { mailAccessId: null, crmAccessId: null, presetId: null };
    const profileId = await createProfile(tx, { organizationId, name, ...ways, adminIds: [userId], now });
    if (profileId === null) throw new Error('there are too many profiles');
    const rolloutId = newId<RolloutId>(now);
    const waves = { waves: [100], failuresMax: 20, startedBy: userId };
    await insertRollout(tx, { id: rolloutId, organizationId, profileId, ...waves, now });
    await insertMembers(tx, { rolloutId, organizationId, userIds: [userId], sizes: [1], now });
    const token = { organizationId, name, tokenHash: name, scopes: ['read'], profileId: null } as const;
    await createServiceToken(tx, { ...token, createdBy: userId, expiresAt: now + 1, now });
  });
  return tenant;
}

const removing: Pair = {
  collection: 'tasks',
  recordId: '00T' as RecordId,
  keyPrint: null,
  itemId: null,
  itemVersion: '1',
  feedId: null,
  seriesId: null,
  recordVersion: '1',
  itemPrints: {},
  recordPrints: {},
  state: 'removing',
  made: 'record',
  role: 'owner',
};

async function guardedTables(): Promise<{ table: string; key: string }[]> {
  const { rows } = await db.pool.query<{ table: string; key: string }>(
    `select c.relname as table,
       case when c.relname = 'organizations' then 'id' else 'organization_id' end as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind = 'r'
       and (c.relname = 'organizations' or exists (
         select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id'))
     order by 1`,
  );
  return rows;
}

/** Those that the database does not fill in by itself. */
async function writtenColumns(tx: Tx, table: string): Promise<string> {
  const { rows } = await tx.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows.map(({ name }) => name).join(', ');
}

test('every table with an organization shows its own rows only', async () => {
  const tables = await guardedTables();
  expect(tables.length).toBeGreaterThanOrEqual(12);
  for (const { table, key } of tables) {
    const owners = await inOrganization(db, ours.organizationId, (tx) =>
      tx.query<{ owner: string }>(`select distinct ${key} as owner from ${table}`),
    );
    expect(owners.rows, table).toEqual([{ owner: ours.organizationId }]);
    const everybody = await acrossOrganizations(db, (tx) => tx.query(`select distinct ${key} from ${table}`));
    expect(everybody.rowCount, table).toBe(2);
  }
});

test("another organization's rows can be neither changed nor deleted", async () => {
  for (const { table, key } of await guardedTables()) {
    const changed = await inOrganization(db, ours.organizationId, (tx) =>
      tx.query(`update ${table} set ${key} = ${key} where ${key} = $1`, [theirs.organizationId]),
    );
    expect(changed.rowCount, table).toBe(0);
    const deleted = await inOrganization(db, ours.organizationId, (tx) =>
      tx.query(`delete from ${table} where ${key} = $1`, [theirs.organizationId]),
    );
    expect(deleted.rowCount, table).toBe(0);
  }
});

test('no row can be written into another organization, or moved there', async () => {
  for (const { table, key } of await guardedTables()) {
    const copied = inOrganization(db, ours.organizationId, async (tx) => {
      await tx.query(`create temporary table copy on commit drop as select * from ${table}`);
      await tx.query(`update copy set ${key} = $1`, [theirs.organizationId]);
      const columns = await writtenColumns(tx, table);
      await tx.query(`insert into ${table} (${columns}) select ${columns} from copy`);
    });
    await expect(copied, table).rejects.toThrow(/row-level security/);
    const moved = inOrganization(db, ours.organizationId, (tx) =>
      tx.query(`update ${table} set ${key} = $1`, [theirs.organizationId]),
    );
    await expect(moved, table).rejects.toThrow(/row-level security/);
  }
});

test('outside a scope nothing is visible and nothing can be written', async () => {
  for (const { table } of await guardedTables()) {
    expect((await db.pool.query(`select from ${table}`)).rowCount, table).toBe(0);
    expect((await db.pool.query(`delete from ${table}`)).rowCount, table).toBe(0);
  }
  expect((await db.pool.query('select from pending_logins')).rowCount).toBe(0);
});

test('a scope ends with its transaction, also when it fails', async () => {
  const failing = inOrganization(db, ours.organizationId, async (tx) => {
    await tx.query('select 1 / 0');
  });
  await expect(failing).rejects.toThrow();
  const scope = await db.pool.query(`select current_setting('lockstep.organization', true) as scope`);
  expect(scope.rows[0].scope ?? '').toBe('');
});

test('a mailbox cannot hang on the connection of another organization, even across organizations', async () => {
  const crossed = acrossOrganizations(db, (tx) =>
    tx.query(`update mailboxes set mailbox_connection_id = $2 where id = $1`, [
      ours.mailboxId,
      theirs.mailboxConnectionId,
    ]),
  );
  await expect(crossed).rejects.toMatchObject({ code: '23503' });
});

test('an error of the database leaves without the values that caused it', async () => {
  const failing = inOrganization(db, ours.organizationId, (tx) =>
    tx.query(`select $1::uuid`, ['secret@mail.example']),
  );
  const error: unknown = await failing.catch((caught: unknown) => caught);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
});

test('a transaction whose error was swallowed does not pretend to be committed', async () => {
  const swallowing = inOrganization(db, ours.organizationId, async (tx) => {
    await tx.query('select 1 / 0').catch(() => undefined);
  });
  await expect(swallowing).rejects.toMatchObject({ code: '25P02' });
});
