/**
 * The due-table and its leases: PostgreSQL shares the work out among however many workers. A lease is a fencing token (grows with every
 * claim) and an instant at which it ends; whoever does not hold it writes nothing. See docs/decisions/leases.md.
 */
import type { Instant } from '../model/clock.ts';
import { HINT_INTERVAL_MS } from '../model/hints.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { RunTrigger } from '../model/run.ts';
import { type Lane, type NextRun, SYNC_NOW_INTERVAL_MS } from '../model/schedule.ts';
import type { Tx } from './database.ts';

export interface Lease {
  readonly mailboxId: MailboxId;
  readonly organizationId: OrganizationId;
  /** A bigint as text: never reckoned with, only compared. */
  readonly token: string;
  readonly expiresAt: Instant;
  readonly lane: Lane;
  readonly trigger: RunTrigger;
  /** Since when it had been due, where it was claimed for being due. */
  readonly dueAt?: Instant;
}

/** Somebody else holds the mailbox now, or the lease ran out; nothing may be written under it. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease is lost');
    this.name = 'LeaseLost';
  }
}

export interface Claim {
  /** The worker's name, for people. */
  readonly worker: string;
  readonly now: Instant;
  readonly limit: number;
  readonly leaseMs: number;
  /** Organizations that have their share of this worker already. */
  readonly except?: readonly OrganizationId[];
}

const lanes: readonly Lane[] = ['fresh', 'back-fill'];

interface LeaseRow {
  mailbox_id: MailboxId;
  organization_id: OrganizationId;
  lease_token: string;
  lease_expires_at: Date;
  lane: number;
  trigger: RunTrigger;
  due_at?: Date | null;
}

/**
 * Claims what is due, at most `limit`: first what a dead worker left, then fresh mail, then back-fill, each by age. Rows that another worker
 * is claiming at this moment are passed over, not waited for. Across organizations.
 */
export async function claimDue(tx: Tx, claim: Claim): Promise<readonly Lease[]> {
  const { rows } = await tx.query<LeaseRow>(
    `with left_behind as materialized (
       select mailbox_id from schedules
       where lease_expires_at <= $1 and lease_expires_at is not null and due_at is not null
         and organization_id <> all ($5::uuid[])
       order by lease_expires_at limit $2 for update skip locked
     ), fresh as materialized (
       select mailbox_id from schedules
       where lane = 0 and due_at <= $1 and due_at is not null and lease_expires_at is null
         and organization_id <> all ($5::uuid[])
       order by due_at limit $2 - (select count(*) from left_behind) for update skip locked
     ), back_fill as materialized (
       select mailbox_id from schedules
       where lane = 1 and due_at <= $1 and due_at is not null and lease_expires_at is null
         and organization_id <> all ($5::uuid[])
       order by due_at
       limit $2 - (select count(*) from left_behind) - (select count(*) from fresh) for update skip locked
     ), chosen as materialized (
       select mailbox_id from left_behind union all select mailbox_id from fresh
       union all select mailbox_id from back_fill
     )
     update schedules set lease_token = lease_token + 1, worker = $3, leased_at = $1, lease_expires_at = $4, rerun = false, replanned = false,
       hinted_at = case when trigger = 'hint' then $1 else hinted_at end
     where mailbox_id = any (array(select mailbox_id from chosen))
     returning mailbox_id, organization_id, lease_token, lease_expires_at, lane, trigger, due_at`,
    [new Date(claim.now), claim.limit, claim.worker, new Date(claim.now + claim.leaseMs), claim.except ?? []],
  );
  return rows.map(leaseOf);
}

function leaseOf(row: LeaseRow): Lease {
  return {
    mailboxId: row.mailbox_id,
    organizationId: row.organization_id,
    token: row.lease_token,
    expiresAt: row.lease_expires_at.getTime(),
    lane: lanes[row.lane] ?? 'fresh',
    trigger: row.trigger,
    ...(row.due_at == null ? {} : { dueAt: row.due_at.getTime() }),
  };
}

/** Claims one mailbox whether due or not, as the command line does; null while somebody holds it. */
export async function claimMailbox(
  tx: Tx,
  claim: Omit<Claim, 'limit' | 'except'> & { readonly mailboxId: MailboxId; readonly trigger: RunTrigger },
): Promise<Lease | null> {
  const { rows } = await tx.query<LeaseRow>(
    `update schedules set
       lease_token = lease_token + 1, worker = $3, leased_at = $2, lease_expires_at = $4, trigger = $5,
       replanned = false
     where mailbox_id = $1 and (lease_expires_at is null or lease_expires_at <= $2)
     returning mailbox_id, organization_id, lease_token, lease_expires_at, lane, trigger`,
    [claim.mailboxId, new Date(claim.now), claim.worker, new Date(claim.now + claim.leaseMs), claim.trigger],
  );
  return rows[0] === undefined ? null : leaseOf(rows[0]);
}

/** Extends one lease; false when it is lost. */
export async function renewLease(tx: Tx, lease: Lease, now: Instant, leaseMs: number): Promise<boolean> {
  const kept = await renewLeases(tx, [lease], now, leaseMs);
  return kept.has(lease.mailboxId);
}

/** Extends leases in one statement and returns those still held; a missing one is lost. Across organizations. */
export async function renewLeases(
  tx: Tx,
  leases: readonly Lease[],
  now: Instant,
  leaseMs: number,
): Promise<ReadonlySet<MailboxId>> {
  // Locked in one order: two statements that renew overlapping sets would otherwise wait for each other.
  const { rows } = await tx.query<{ mailbox_id: MailboxId }>(
    `with held as materialized (
       select mailbox_id from schedules
       join unnest($1::uuid[], $2::bigint[]) as mine (mailbox_id, token) using (mailbox_id)
       where lease_token = token and lease_expires_at > $3
       order by mailbox_id for update of schedules
     )
     update schedules set lease_expires_at = $4
     from held where schedules.mailbox_id = held.mailbox_id
     returning schedules.mailbox_id`,
    [
      leases.map((lease) => lease.mailboxId),
      leases.map((lease) => lease.token),
      new Date(now),
      new Date(now + leaseMs),
    ],
  );
  return new Set(rows.map((row) => row.mailbox_id));
}

/**
 * Locks the lease for the rest of the transaction and throws `LeaseLost` unless it is still ours. First statement of every checkpoint:
 * until its commit nobody else can claim the mailbox, and afterwards a late writer is refused here. `replanned`: somebody set another due time
 * since the claim, and the run is to end.
 */
export async function holdLease(tx: Tx, lease: Lease, now: Instant): Promise<'as-planned' | 'replanned'> {
  const { rows } = await tx.query<{ live: boolean; replanned: boolean }>(
    `select lease_expires_at > $3 as live, replanned from schedules
     where mailbox_id = $1 and lease_token = $2
     for no key update`,
    [lease.mailboxId, lease.token, new Date(now)],
  );
  if (rows[0]?.live !== true) throw new LeaseLost();
  return rows[0].replanned ? 'replanned' : 'as-planned';
}

/**
 * Gives a lease back with the next due time; null: no run is planned. A run that somebody asked for meanwhile is due at once, one that a hint
 * asked for when hints may make one again. What somebody planned during the run stands. False when the lease was lost, and then nothing changes.
 */
export async function releaseLease(
  tx: Tx,
  lease: Lease,
  { next }: { readonly next: NextRun | null },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update schedules set
       worker = null, leased_at = null, lease_expires_at = null,
       due_at = case
         when replanned then due_at
         when rerun and $3::timestamptz is not null and trigger = 'hint' then least(greatest(hinted_at, $5), $3)
         when rerun and $3::timestamptz is not null then least(requested_at, $3)
         else $3 end,
       held_until = case when not replanned then $5::timestamptz end,
       lane = case when replanned then lane when rerun then 0 else $4 end,
       trigger = case when replanned or rerun then trigger else 'schedule' end,
       rerun = false, replanned = false
     where mailbox_id = $1 and lease_token = $2 and lease_expires_at is not null`,
    [
      lease.mailboxId,
      lease.token,
      next === null ? null : new Date(next.dueAt),
      lanes.indexOf(next?.lane ?? 'fresh'),
      next?.heldUntil === undefined ? null : new Date(next.heldUntil),
    ],
  );
  return rowCount === 1;
}

/**
 * Makes a mailbox due at once because somebody asked; at most once a minute. While a run is under way, the request is kept and the next run
 * starts when that one ends.
 */
export async function requestRun(
  tx: Tx,
  request: { readonly mailboxId: MailboxId; readonly now: Instant; readonly trigger: RunTrigger },
): Promise<'requested' | 'too-soon'> {
  const { rowCount } = await tx.query(
    `update schedules set
       requested_at = $2, trigger = $3, rerun = lease_expires_at is not null,
       due_at = case when lease_expires_at is null then $2 else due_at end,
       lane = case when lease_expires_at is null then 0 else lane end
     where mailbox_id = $1 and (requested_at is null or requested_at <= $4)`,
    [request.mailboxId, new Date(request.now), request.trigger, new Date(request.now - SYNC_NOW_INTERVAL_MS)],
  );
  return rowCount === 1 ? 'requested' : 'too-soon';
}

/**
 * Brings the next runs of mailboxes forward because their service told that something moved, and returns how many came forward. One run a minute
 * for any number of hints: a hint during a run makes one more run afterwards. Mailboxes that run by no schedule (every state but `active`) stay
 * as they are, and so does a wait that a failure caused.
 */
export async function bringForward(
  tx: Tx,
  hint: { readonly mailboxIds: readonly MailboxId[]; readonly now: Instant },
): Promise<number> {
  // Locked in one order, as in renewLeases: two bursts about the same mailboxes would otherwise wait for each other.
  const { rowCount } = await tx.query(
    `with told as materialized (
       select mailbox_id, greatest($2::timestamptz, hinted_at + $3 * interval '1 millisecond') as run_at
       from schedules join mailboxes on mailboxes.id = mailbox_id
       where mailbox_id = any ($1::uuid[]) and state = 'active' and due_at is not null
       order by mailbox_id for no key update of schedules
     )
     update schedules set
       hinted_at = run_at, trigger = 'hint',
       rerun = lease_expires_at is not null,
       due_at = case when lease_expires_at is null then least(due_at, greatest(run_at, held_until)) else due_at end,
       lane = case when lease_expires_at is null then 0 else lane end
     from told
     where schedules.mailbox_id = told.mailbox_id
       and case when lease_expires_at is not null then not rerun
         else due_at > greatest(run_at, held_until) or (lane = 1 and held_until is null and run_at <= $2) end`,
    [hint.mailboxIds, new Date(hint.now), HINT_INTERVAL_MS],
  );
  return rowCount;
}

/** Sets when a mailbox is due next (null: not at all), as activation, pause and resume do. A run under way ends after its chunk. */
export async function setDue(
  tx: Tx,
  due: {
    readonly mailboxId: MailboxId;
    readonly next: NextRun | null;
    readonly trigger?: RunTrigger;
  },
): Promise<void> {
  await tx.query(
    `update schedules set due_at = $2, lane = $3, trigger = $4, held_until = null, quiet_runs = 0,
       replanned = lease_expires_at is not null
     where mailbox_id = $1`,
    [
      due.mailboxId,
      due.next === null ? null : new Date(due.next.dueAt),
      lanes.indexOf(due.next?.lane ?? 'fresh'),
      due.trigger ?? 'schedule',
    ],
  );
}

/** Makes every mailbox that runs by itself due at once; returns how many. Across organizations. */
export async function dueAtOnce(tx: Tx, now: Instant): Promise<number> {
  const { rowCount } = await tx.query(
    `update schedules set due_at = $1, held_until = null from mailboxes
     where mailboxes.id = mailbox_id and state in ('active', 'suspended') and due_at > $1`,
    [new Date(now)],
  );
  return rowCount;
}

export interface Schedule {
  readonly dueAt: Instant | null;
  readonly lane: Lane;
  /** Whether a worker holds it at `now`. */
  readonly running: boolean;
  readonly worker: string | null;
  /** Runs in a row that found nothing changed. */
  readonly quietRuns: number;
}

/** When a mailbox is due and whether somebody works on it; null when unknown. */
export async function readSchedule(tx: Tx, mailboxId: MailboxId, now: Instant): Promise<Schedule | null> {
  const { rows } = await tx.query<{
    due_at: Date | null;
    lane: number;
    lease_expires_at: Date | null;
    worker: string | null;
    quiet_runs: number;
  }>(`select due_at, lane, lease_expires_at, worker, quiet_runs from schedules where mailbox_id = $1`, [
    mailboxId,
  ]);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    dueAt: row.due_at?.getTime() ?? null,
    lane: lanes[row.lane] ?? 'fresh',
    running: row.lease_expires_at !== null && row.lease_expires_at.getTime() > now,
    worker: row.worker,
    quietRuns: row.quiet_runs,
  };
}

/** Remembers how many runs in a row found nothing changed. */
export async function writeQuietRuns(tx: Tx, mailboxId: MailboxId, quietRuns: number): Promise<void> {
  await tx.query(`update schedules set quiet_runs = $2 where mailbox_id = $1 and quiet_runs <> $2`, [
    mailboxId,
    quietRuns,
  ]);
}
