/**
 * Goal: keys are rotated while everybody's mail is being synced, as docs/operating.md tells operators to; nothing fails, nobody is asked again, a rotation that is
 * killed is carried on, and afterwards the old key opens nothing. Method: two instances with workers, real services behind sockets, the real command line.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SANDBOX_CLIENT_ID } from '../../sandbox/simulated-services.ts';
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import { startWorker, type Worker } from '../../src/jobs/worker.ts';
import type { OrganizationId } from '../../src/model/ids.ts';
import type { Lockstep } from '../../src/server/wire.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { openKeyring, organizationKeys } from '../../src/store/keyring.ts';
import { setDue } from '../../src/store/leases.ts';
import { listOrganizations } from '../../src/store/organizations.ts';
import { SealBroken } from '../../src/store/sealing.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { eventually } from '../support/processes.ts';
import { seedTenant } from '../support/rows.ts';
import { type ServedProduct, serveProduct } from '../support/served-product.ts';

const LONG = { timeout: 240_000 };
const entry = join(import.meta.dirname, '../../bin/lockstep.js');
const first = randomBytes(32);
const second = randomBytes(32);

let base: TestDatabase;
let admin: pg.Client;
let product: ServedProduct;
let running: { readonly lockstep: Lockstep; readonly worker: Worker }[] = [];

beforeAll(async () => {
  base = await createTestDatabase();
  admin = new pg.Client({ connectionString: base.adminUrl });
  await admin.connect();
  product = await serveProduct(20_261_128);
  const pages = await product.open({
    database: { kind: 'server', url: base.url },
    masterKey: { kind: 'given', key: first, previous: [] },
  });
  await product.connectAll(pages);
  await pages.close();
  for (const _ of ['one', 'another']) await start(first, []);
  // Another organization, whose mailbox is never due: a rotation has more than one to go through.
  await seedTenant(base.db, 'quiet', { keyring: openKeyring({ masterKey: first }) });
  await moreRuns(3);
}, 240_000);

afterAll(async () => {
  for (const one of running) await stop(one);
  await product?.[Symbol.asyncDispose]();
  await admin?.end();
  await base?.drop();
});

async function start(key: Uint8Array, previous: readonly Uint8Array[]): Promise<void> {
  const lockstep = await product.open({
    database: { kind: 'server', url: base.url },
    masterKey: { kind: 'given', key, previous },
  });
  const { db, clock, random, log } = lockstep.ports;
  const worker = startWorker({
    ...{ db, clock, random, log },
    worker: `instance ${running.length} ${key[0]}`,
    concurrency: 2,
    pollMs: 50,
    // Each mailbox is due again at once: runs are under way at every moment.
    handle: async (lease, signal) => {
      const { next } = await syncMailbox(lockstep.ports, lease, signal);
      const now = { dueAt: clock.now(), lane: 'fresh' } as const;
      if (next !== 'given-back') return now;
      const { mailboxId, organizationId } = lease;
      await inOrganization(db, organizationId, (tx) => setDue(tx, { mailboxId, next: now }));
      return next;
    },
  });
  running.push({ lockstep, worker });
}

async function stop({ lockstep, worker }: (typeof running)[number]): Promise<void> {
  await worker.stop();
  await lockstep.close();
}

/** As an operator restarts machines one by one, the others working meanwhile. */
async function restartAll(key: Uint8Array, previous: readonly Uint8Array[]): Promise<void> {
  const before = running;
  running = [];
  for (const one of before) {
    await stop(one);
    await start(key, previous);
  }
}

async function countRuns(): Promise<number> {
  const { rows } = await admin.query<{ count: string }>(`select count(*) from runs where outcome = 'done'`);
  return Number(rows[0]?.count);
}

/** Waits until so many more runs ended well, whatever is done meanwhile. */
async function moreRuns(count: number): Promise<void> {
  const until = (await countRuns()) + count;
  for (let step = 0; step < 10; step += 1) {
    const come = await eventually('runs', async () => (await countRuns()) >= until).then(
      () => true,
      () => false,
    );
    if (come) return;
  }
  throw new Error('runs do not end any more');
}

function rotate(...flags: string[]): ChildProcess {
  return spawn(process.execPath, [entry, 'keys', 'rotate', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      DATABASE_URL: base.url,
      MASTER_KEY: second.toString('base64'),
      PREVIOUS_MASTER_KEYS: first.toString('base64'),
      SALESFORCE_CLIENT_ID: SANDBOX_CLIENT_ID,
    },
  });
}

async function ended(child: ChildProcess): Promise<string> {
  let out = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  return out;
}

/** Somebody whose transaction stands still at a lock that `admin` holds. */
async function someoneWaits(): Promise<boolean> {
  const { rows } = await base.db.pool.query<{ count: string }>(
    `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
     and query like 'select sealed_key, master_key_id%'`,
  );
  return Number(rows[0]?.count) > 0;
}

async function troubles() {
  const runs = await admin.query(
    `select users.username, outcome, failure_code, place::integer from
       (select *, row_number() over (partition by mailbox_id order by started_at) as place from runs) ordered
     join mailboxes on mailboxes.id = mailbox_id join users on users.id = mailboxes.user_id
     where outcome not in ('done', 'more') and ended_at is not null`,
  );
  const states = await admin.query<{ state: string }>(
    `select mailboxes.state from mailboxes join users on users.id = mailboxes.user_id where users.username like '%@contoso.test'`,
  );
  return { runs: runs.rows, states: states.rows.map(({ state }) => state), faults: product.faults };
}

const organizations = () => acrossOrganizations(base.db, listOrganizations);

/** How many organizations a key opens by itself. */
async function opened(masterKey: Uint8Array): Promise<number> {
  const ring = openKeyring({ masterKey });
  let count = 0;
  for (const id of await organizations()) {
    const keys = await inOrganization(base.db, id, (tx) => organizationKeys(tx, ring, id)).catch(
      (error: unknown) => {
        if (!(error instanceof SealBroken)) throw error;
        return null;
      },
    );
    if (keys !== null) count += 1;
  }
  return count;
}

describe('a new master key, while two instances work', () => {
  test('is taken up machine by machine, and runs go on', LONG, async () => {
    await restartAll(second, [first]);
    await moreRuns(4);
    expect(await opened(first)).toBe(2);
  });

  test('a rotation that is killed midway leaves a mixture that everybody can still read', LONG, async () => {
    const [, last] = await organizations();
    await admin.query('begin');
    await admin.query('select id from organizations where id = $1 for update', [last]);
    const child = rotate();
    const gone = once(child, 'close');
    await eventually('the rotation is at the second organization', someoneWaits);
    child.kill('SIGKILL');
    await gone;
    await endOrphan();
    await admin.query('rollback');
    expect([await opened(first), await opened(second)]).toEqual([1, 1]);
    await moreRuns(4);
  });

  test('is carried on by the next rotation, with new data keys, in the middle of runs', LONG, async () => {
    // Tokens are renewed and sealed anew while the rotation goes through them.
    product.services.office365.expireAccessTokens();
    product.services.google.expireAccessTokens();
    const before = await countRuns();
    const out = await ended(rotate('--data-keys'));
    expect(out).toContain('Organizations wrapped with the present master key: 1.');
    expect(Number(/new data keys: (\d+)/.exec(out)?.[1])).toBeGreaterThan(10);
    await moreRuns(4);
    process.stdout.write(`runs during and after the rotation: ${(await countRuns()) - before}\n`);
  });

  test('lets the old one be taken out, which opens nothing any more', LONG, async () => {
    await restartAll(second, []);
    product.services.office365.expireAccessTokens();
    await moreRuns(4);
    expect([await opened(first), await opened(second)]).toEqual([0, 2]);
    const sealed = await admin.query<{ id: OrganizationId; sealed_key: Buffer }>(
      'select id, sealed_key from organizations',
    );
    const old = openKeyring({ masterKey: first });
    for (const row of sealed.rows)
      expect(() => old.openWithMaster(row.sealed_key, `organizations.sealed_key ${row.id}`)).toThrow(
        SealBroken,
      );
  });

  test('has cost nobody a run, and asked nobody to sign in again', LONG, async () => {
    expect(await troubles()).toEqual({ runs: [], states: ['active', 'active', 'active'], faults: [] });
    const { rows } = await admin.query('select count(*)::integer from notices');
    expect(rows).toEqual([{ count: 0 }]);
    expect(product.notifications()).toBe(0);
  });
});

/** The server notices that its client was killed when it next writes to it; this does not wait for that. */
async function endOrphan(): Promise<void> {
  await base.db.pool.query(
    `select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
     and query like 'select sealed_key, master_key_id%'`,
  );
}
