/**
 * Goal: the due-table of the simulation of scale does what the statements of src/store/leases.ts do to a real PostgreSQL. Method: seeded lives of both, one
 * command at a time; every answer, and in the end every row, is the same.
 */
import { expect, test } from 'vitest';
import { DueTable, laneNames } from '../../bench/scale/due-table.ts';
import { MINUTE, type Random, SECOND } from '../../src/model/clock.ts';
import type { MailboxId, OrganizationId } from '../../src/model/ids.ts';
import type { NextRun } from '../../src/model/schedule.ts';
import { acrossOrganizations, type Database } from '../../src/store/database.ts';
import { claimDue, type Lease, releaseLease, renewLease, setDue } from '../../src/store/leases.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { seedDueMailboxes, seedTenant } from '../support/rows.ts';
import { readSeed, seededRandom } from '../support/seed.ts';

const SIZES = [14, 5, 1];
const COMMANDS = 250;
const LIVES = 3;
const LEASE_MS = 90 * SECOND;
const EVERYTHING = 1_000;

interface Held {
  readonly mailbox: number;
  readonly lease: Lease;
}

interface Life {
  readonly db: Database;
  readonly table: DueTable;
  readonly ids: readonly MailboxId[];
  readonly organizations: readonly OrganizationId[];
  readonly random: Random;
  readonly held: Held[];
  now: number;
}

test('the due-table in memory and the one in PostgreSQL live the same lives', {
  timeout: 120_000,
}, async () => {
  const seed = readSeed('due-table');
  const seen = { inOrder: 0, left: 0, lost: 0 };
  for (let one = 0; one < LIVES; one += 1) {
    await using base = await createTestDatabase();
    const life = await begin(base.db, seededRandom(seed + one));
    for (let command = 0; command < COMMANDS; command += 1) {
      life.now += 1 + Math.floor(life.random.next() ** 8 * 30 * SECOND);
      await actOnce(life, seen);
    }
    expect(await rowsOf(life)).toEqual(life.ids.map((_, mailbox) => rowOf(life.table, mailbox)));
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(LIVES);
});

async function begin(db: Database, random: Random): Promise<Life> {
  const organizations: OrganizationId[] = [];
  for (const [at, size] of SIZES.entries()) {
    const tenant = await seedTenant(db, `of-${at}`);
    organizations.push(tenant.organizationId);
    if (size > 1) await seedDueMailboxes(db, tenant, size - 1, MONDAY);
  }
  const ids: MailboxId[] = [];
  await acrossOrganizations(db, async (tx) => {
    for (const organizationId of organizations) {
      const { rows } = await tx.query<{ mailbox_id: MailboxId }>(
        'select mailbox_id from schedules where organization_id = $1 order by mailbox_id',
        [organizationId],
      );
      ids.push(...rows.map((row) => row.mailbox_id));
    }
  });
  const life: Life = {
    db,
    table: new DueTable(SIZES),
    ids,
    organizations,
    random,
    held: [],
    now: MONDAY + MINUTE,
  };
  for (const mailbox of ids.keys()) await plan(life, mailbox, nextOf(life));
  return life;
}

/** No two due times are alike: between equals PostgreSQL may choose as it likes. */
function nextOf({ random, now }: Life): NextRun | null {
  if (random.next() < 0.05) return null;
  const dueAt = now + Math.floor((random.next() - 0.6) * 4 * MINUTE);
  return { dueAt: dueAt + random.next() / 2, lane: random.next() < 0.3 ? 'back-fill' : 'fresh' };
}

async function plan({ db, table, ids }: Life, mailbox: number, drawn: NextRun | null): Promise<void> {
  const next = whole(drawn, mailbox);
  table.setDue(mailbox, next);
  await acrossOrganizations(db, (tx) => setDue(tx, { mailboxId: ids[mailbox] as MailboxId, next }));
}

/** Whole milliseconds, apart for each mailbox: the last two digits are its own. */
function whole(next: NextRun | null, mailbox: number): NextRun | null {
  return next === null ? null : { ...next, dueAt: Math.floor(next.dueAt / 100) * 100 + mailbox };
}

async function actOnce(life: Life, seen: { inOrder: number; left: number; lost: number }): Promise<void> {
  const kind = life.random.next();
  const mailbox = Math.floor(life.random.next() * life.ids.length);
  const at = Math.floor(life.random.next() * life.held.length);
  if (kind < 0.45 || life.held.length === 0) await claim(life, seen);
  else if (kind < 0.75) await release(life, at, seen);
  else if (kind < 0.9) await renew(life, at);
  else await plan(life, mailbox, nextOf(life));
}

async function claim(life: Life, seen: { inOrder: number; left: number }): Promise<void> {
  const { db, table, ids, organizations, random, now } = life;
  const except = SIZES.flatMap((_, organization) => (random.next() < 0.25 ? [organization] : []));
  const isLeft = (mailbox: number) =>
    (table.expiresAt[mailbox] as number) <= now &&
    Number.isFinite(table.dueAt[mailbox]) &&
    !except.includes(table.organizations[mailbox] as number);
  const left = ids.filter((_, mailbox) => isLeft(mailbox)).length;
  // Leases that were claimed together end together: with all of them wanted nobody need choose.
  const limit = left > 0 ? EVERYTHING : 1 + Math.floor(random.next() * 4);
  const claimed: number[] = [];
  expect(table.claim({ now, limit, leaseMs: LEASE_MS, except }, claimed)).toBe(claimed.length);
  const leases = await acrossOrganizations(db, (tx) =>
    claimDue(tx, {
      worker: 'w',
      now,
      limit,
      leaseMs: LEASE_MS,
      except: except.map((organization) => organizations[organization] as OrganizationId),
    }),
  );
  const byId = (one: string, other: string) => (one < other ? -1 : 1);
  expect(leases.map((lease) => lease.mailboxId).sort(byId)).toEqual(
    claimed.map((mailbox) => ids[mailbox] as string).sort(byId),
  );
  for (const lease of leases) {
    const mailbox = ids.indexOf(lease.mailboxId);
    expect([Number(lease.token), lease.lane]).toEqual([
      table.tokens[mailbox],
      laneNames[table.lanes[mailbox] as number],
    ]);
    life.held.push({ mailbox, lease });
  }
  if (left > 0) seen.left += left;
  else seen.inOrder += claimed.length;
}

/** Also of leases that somebody else has by now: those change nothing. */
async function release(life: Life, at: number, seen: { lost: number }): Promise<void> {
  const [{ mailbox, lease }] = life.held.splice(at, 1) as [Held];
  const next = whole(nextOf(life), mailbox);
  const kept = life.table.release(mailbox, Number(lease.token), next);
  expect(await acrossOrganizations(life.db, (tx) => releaseLease(tx, lease, { next }))).toBe(kept);
  if (!kept) seen.lost += 1;
}

async function renew(life: Life, at: number): Promise<void> {
  const { mailbox, lease } = life.held[at] as Held;
  const kept = life.table.renew(mailbox, Number(lease.token), life.now, LEASE_MS);
  expect(await acrossOrganizations(life.db, (tx) => renewLease(tx, lease, life.now, LEASE_MS))).toBe(kept);
}

interface Row {
  readonly due: number | null;
  readonly lane: number;
  readonly token: number;
  readonly expires: number | null;
}

function rowOf(table: DueTable, mailbox: number): Row {
  const finite = (value: number | undefined) => (Number.isFinite(value) ? (value as number) : null);
  return {
    due: finite(table.dueAt[mailbox]),
    lane: table.lanes[mailbox] as number,
    token: table.tokens[mailbox] as number,
    expires: finite(table.expiresAt[mailbox]),
  };
}

async function rowsOf({ db, ids }: Life): Promise<readonly Row[]> {
  return await acrossOrganizations(db, async (tx) => {
    const { rows } = await tx.query<{
      due_at: Date | null;
      lane: number;
      lease_token: string;
      lease_expires_at: Date | null;
    }>(
      `select due_at, lane, lease_token, lease_expires_at from schedules
       join unnest($1::uuid[]) with ordinality as known (mailbox_id, at) using (mailbox_id) order by at`,
      [ids],
    );
    return rows.map((row) => ({
      due: row.due_at?.getTime() ?? null,
      lane: row.lane,
      token: Number(row.lease_token),
      expires: row.lease_expires_at?.getTime() ?? null,
    }));
  });
}
