/**
 * The lease path on a real PostgreSQL: a table of schedules as large as a million mailboxes need, workers that claim and give back as fast as they can, and what
 * it costs: statements, rows, buffers, indexes, dead rows. No run is made.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE, SECOND } from '../../src/model/clock.ts';
import type { OrganizationId } from '../../src/model/ids.ts';
import { acrossOrganizations, type Database, openDatabase, type Tx } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { claimDue, releaseLease } from '../../src/store/leases.ts';
import { migrate } from '../../src/store/migrate.ts';

const INTERVAL_MS = 30 * MINUTE;
const LEASE_MS = 90 * SECOND;
const NOW = Date.UTC(2026, 0, 5, 12);
/** The largest organization has every seventh mailbox. */
const LARGEST = '00000000-0000-7000-8000-000000000001' as OrganizationId;

export interface LeasePath {
  readonly mailboxes: number;
  readonly leases: number;
  readonly claims: number;
  readonly seconds: number;
  readonly tableMib: number;
  readonly hotShare: number;
  readonly deadRows: number;
  readonly explained: readonly Explained[];
}

export interface Explained {
  readonly what: string;
  readonly claimed: number;
  readonly buffers: number;
  readonly indexes: string;
}

/** Measures `seconds` of claiming and giving back by so many `loops`, each with a connection. */
export async function measureLeasePath(options: {
  readonly mailboxes: number;
  readonly loops: number;
  readonly seconds: number;
}): Promise<LeasePath> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-leases-'));
  const server = await startEmbedded({ folder, fsync: true });
  const db = openDatabase({
    url: server.url,
    poolMax: options.loops,
    applicationName: 'lockstep bench',
    statementTimeoutMs: 10 * MINUTE,
  });
  try {
    await migrate(server.url);
    await fill(db, options.mailboxes);
    const measured = await claimAndRelease(db, options);
    const stats = await statistics(db);
    const explained = [
      await explain(db, 'twenty that are due', await dueOfTwenty(db), []),
      await explain(db, 'nothing is due', NOW - INTERVAL_MS, []),
      await explain(db, 'all are overdue', NOW + 2 * INTERVAL_MS, []),
      await explain(db, 'all are overdue, the largest organization has its share', NOW + 2 * INTERVAL_MS, [
        LARGEST,
      ]),
    ];
    return { mailboxes: options.mailboxes, ...measured, ...stats, explained };
  } finally {
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The rows that leases touch; what hangs on mailboxes besides is left out, as nothing here reads it. */
async function fill(db: Database, mailboxes: number): Promise<void> {
  await acrossOrganizations(db, async (tx) => {
    await tx.query('set local statement_timeout = 0');
    for (const table of ['mailboxes', 'schedules']) {
      await tx.query(`alter table ${table} disable trigger user`);
      await dropForeignKeys(tx, table);
    }
    await tx.query(
      `insert into schedules (mailbox_id, organization_id, due_at)
       select gen_random_uuid(), case when n % 7 = 0 then $1::uuid else md5('org' || (n % 2000))::uuid end,
         $2::timestamptz + random() * interval '30 minutes'
       from generate_series(1, $3::integer) as n`,
      [LARGEST, new Date(NOW - MINUTE), mailboxes],
    );
  });
  await db.pool.query('vacuum analyze schedules');
}

async function dropForeignKeys(tx: Tx, table: string): Promise<void> {
  const { rows } = await tx.query<{ conname: string }>(
    `select conname from pg_constraint where conrelid = $1::regclass and contype = 'f'`,
    [table],
  );
  for (const { conname } of rows) await tx.query(`alter table ${table} drop constraint ${conname}`);
}

/** Each loop claims up to ten and gives each back for half an hour later; the clock of the claims stays just ahead of what is due. */
async function claimAndRelease(db: Database, options: { readonly loops: number; readonly seconds: number }) {
  const startedAt = performance.now();
  const endsAt = startedAt + options.seconds * SECOND;
  let [leases, claims, now] = [0, 0, NOW];
  const loop = async (worker: string): Promise<void> => {
    while (performance.now() < endsAt) {
      const claimed = await acrossOrganizations(db, (tx) =>
        claimDue(tx, { worker, now, limit: 10, leaseMs: LEASE_MS }),
      );
      claims += 1;
      leases += claimed.length;
      if (claimed.length < 10) now += SECOND;
      for (const lease of claimed)
        await acrossOrganizations(db, (tx) =>
          releaseLease(tx, lease, { next: { dueAt: now + INTERVAL_MS, lane: 'fresh' } }),
        );
    }
  };
  await Promise.all(Array.from({ length: options.loops }, (_, at) => loop(`w${at}`)));
  return { leases, claims, seconds: (performance.now() - startedAt) / SECOND };
}

/** The instant by which twenty are due. */
async function dueOfTwenty(db: Database): Promise<number> {
  const { rows } = await acrossOrganizations(db, (tx) =>
    tx.query<{ due_at: Date }>(
      'select due_at from schedules where worker is null order by due_at offset 19 limit 1',
    ),
  );
  return rows[0]?.due_at.getTime() ?? NOW;
}

async function statistics(db: Database) {
  await db.pool.query('select pg_stat_force_next_flush()');
  const { rows } = await db.pool.query<{ updates: string; hot: string; dead: string; size: string }>(
    `select n_tup_upd as updates, n_tup_hot_upd as hot, n_dead_tup as dead, pg_total_relation_size('schedules') as size
     from pg_stat_user_tables where relname = 'schedules'`,
  );
  const [row] = rows;
  return {
    tableMib: Math.round(Number(row?.size) / 2 ** 20),
    hotShare: Number(row?.hot) / Math.max(1, Number(row?.updates)),
    deadRows: Number(row?.dead),
  };
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Plan[];
}

class Undone extends Error {}

/** The claim's own statement, explained and undone. */
async function explain(
  db: Database,
  what: string,
  now: number,
  except: readonly OrganizationId[],
): Promise<Explained> {
  let plan: Plan | undefined;
  await acrossOrganizations(db, async (tx) => {
    const explaining: Tx = {
      query: async (text, values) => {
        const { rows } = await tx.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
          `explain (analyze, timing off, buffers, format json) ${text}`,
          values,
        );
        plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
        return { rows: [], rowCount: 0 };
      },
    };
    await claimDue(explaining, { worker: 'w', now, limit: 20, leaseMs: LEASE_MS, except });
    throw new Undone();
  }).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  if (plan === undefined) throw new Error('there is no plan');
  return {
    what,
    claimed: plan['Actual Rows'] ?? 0,
    buffers: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
    indexes: [...new Set(indexesOf(plan))].join(', '),
  };
}

/** Indexes used, and whole tables that were read. */
function indexesOf(plan: Plan): readonly string[] {
  const own = plan['Index Name'] ?? (plan['Node Type'] === 'Seq Scan' ? 'the whole table' : '');
  return [...(own === '' ? [] : [own]), ...(plan.Plans ?? []).flatMap(indexesOf)];
}
