/**
 * Roll-outs (M8): their state, moved by compare-and-set alone, and the lease of the worker that carries one on. Which move is right stands in
 * `model/rollout-state.ts`; the people of a roll-out are in `rollout-members.ts`.
 */
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { OrganizationId, ProfileId, RolloutId, UserId } from '../model/ids.ts';
import type { RolloutState } from '../model/rollout-state.ts';
import type { Tx } from './database.ts';
import type { Reach } from './reach.ts';

export interface Rollout {
  readonly id: RolloutId;
  readonly organizationId: OrganizationId;
  readonly profileId: ProfileId;
  readonly profileName: string;
  readonly startedBy: UserId | null;
  /** CRM login; null where he is gone, or it was a token. */
  readonly startedByName: string | null;
  readonly state: RolloutState;
  /** Shares in percent, growing, the last one 100; none without people. */
  readonly waves: readonly number[];
  /** The one under way, from 0. */
  readonly wave: number;
  readonly failuresMax: number;
  readonly cause: FailureCode | null;
  readonly stateAt: Instant;
  readonly createdAt: Instant;
}

interface RolloutRow {
  id: RolloutId;
  organization_id: OrganizationId;
  profile_id: ProfileId;
  profile_name: string;
  started_by: UserId | null;
  started_by_name: string | null;
  state: RolloutState;
  waves: number[];
  wave: number;
  failures_max: number;
  cause: FailureCode | null;
  state_at: Date;
  created_at: Date;
}

const SELECT = `select r.id, r.organization_id, r.profile_id, profiles.name as profile_name, r.started_by,
    users.username as started_by_name, r.state, r.waves, r.wave, r.failures_max, r.cause, r.state_at, r.created_at
  from rollouts r
  join profiles on profiles.organization_id = r.organization_id and profiles.id = r.profile_id
  left join users on users.organization_id = r.organization_id and users.id = r.started_by`;

export interface NewRollout {
  readonly id: RolloutId;
  readonly organizationId: OrganizationId;
  readonly profileId: ProfileId;
  readonly startedBy: UserId | null;
  readonly waves: readonly number[];
  readonly failuresMax: number;
  readonly now: Instant;
}

/** A new roll-out whose pre-flight is due; false when there is one of this id already, anybody's. */
export async function insertRollout(tx: Tx, rollout: NewRollout): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into rollouts (id, organization_id, profile_id, started_by, state, waves, failures_max, state_at, created_at, due_at)
     values ($1, $2, $3, $4, 'checking', $5, $6, $7, $7, $7) on conflict (id) do nothing`,
    [
      rollout.id,
      rollout.organizationId,
      rollout.profileId,
      rollout.startedBy,
      rollout.waves,
      rollout.failuresMax,
      new Date(rollout.now),
    ],
  );
  return rowCount === 1;
}

/** Null when there is no such roll-out in this scope. */
export async function readRollout(
  tx: Tx,
  { organizationId, id }: { readonly organizationId: OrganizationId; readonly id: RolloutId },
): Promise<Rollout | null> {
  const { rows } = await tx.query<RolloutRow>(`${SELECT} where r.organization_id = $1 and r.id = $2`, [
    organizationId,
    id,
  ]);
  return rows[0] === undefined ? null : rolloutOf(rows[0]);
}

/** A page of roll-outs within reach, newest first; `after` is the last one of the page before. */
export async function listRollouts(
  tx: Tx,
  page: {
    readonly organizationId: OrganizationId;
    readonly reach: Reach;
    readonly after: { readonly at: Instant; readonly id: string } | null;
    readonly limit: number;
  },
): Promise<readonly Rollout[]> {
  const { rows } = await tx.query<RolloutRow>(
    `${SELECT} where r.organization_id = $1 and ($2::uuid[] is null or r.profile_id = any ($2::uuid[]))
       and ($3::timestamptz is null or (r.created_at, r.id) < ($3, $4::uuid))
     order by r.created_at desc, r.id desc limit $5`,
    [
      page.organizationId,
      page.reach === 'organization' ? null : page.reach,
      page.after === null ? null : new Date(page.after.at),
      page.after?.id ?? null,
      page.limit,
    ],
  );
  return rows.map(rolloutOf);
}

export interface RolloutMove {
  readonly id: RolloutId;
  readonly from: RolloutState;
  readonly to: RolloutState;
  readonly cause: FailureCode | null;
  /** Whether a worker has something to do in the new state. */
  readonly isDue: boolean;
  readonly now: Instant;
}

/** False when it is no longer in `from`. */
export async function moveRollout(tx: Tx, move: RolloutMove): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update rollouts set state = $3, cause = $4, state_at = $5, due_at = case when $6 then $5::timestamptz end
     where id = $1 and state = $2`,
    [move.id, move.from, move.to, move.cause, new Date(move.now), move.isDue],
  );
  return rowCount === 1;
}

/** On to the next wave; false when somebody else did, or the roll-out no longer runs. */
export async function moveWave(
  tx: Tx,
  { id, from }: { readonly id: RolloutId; readonly from: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update rollouts set wave = wave + 1 where id = $1 and wave = $2 and state = 'running'`,
    [id, from],
  );
  return rowCount === 1;
}

/** Somebody else carries the roll-out on, or nobody may: nothing may be written under this lease. */
export class RolloutLeaseLost extends Error {
  constructor() {
    super('the roll-out is no longer ours');
    this.name = 'RolloutLeaseLost';
  }
}

export interface RolloutLease {
  readonly id: RolloutId;
  readonly organizationId: OrganizationId;
  /** Another one for every claim. */
  readonly holder: string;
}

/** Claims roll-outs that are due and that no living worker carries on, longest waiting first. Across organizations. */
export async function claimRollouts(
  tx: Tx,
  claim: { readonly holder: string; readonly now: Instant; readonly leaseMs: number; readonly limit: number },
): Promise<readonly RolloutLease[]> {
  const { rows } = await tx.query<{ id: RolloutId; organization_id: OrganizationId }>(
    `update rollouts set worker = $1, lease_expires_at = $3
     where id = any (array(
       select id from rollouts
       where due_at <= $2 and due_at is not null and (lease_expires_at is null or lease_expires_at <= $2)
       order by due_at limit $4 for update skip locked))
     returning id, organization_id`,
    [claim.holder, new Date(claim.now), new Date(claim.now + claim.leaseMs), claim.limit],
  );
  return rows.map((row) => ({ id: row.id, organizationId: row.organization_id, holder: claim.holder }));
}

/** Extends a lease; false when it is lost. */
export async function renewRolloutLease(
  tx: Tx,
  lease: RolloutLease,
  { now, leaseMs }: { readonly now: Instant; readonly leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update rollouts set lease_expires_at = $4 where id = $1 and worker = $2 and lease_expires_at > $3`,
    [lease.id, lease.holder, new Date(now), new Date(now + leaseMs)],
  );
  return rowCount === 1;
}

/**
 * Locks the row for the rest of the transaction, so that neither an admin's act nor another worker comes between, and throws `RolloutLeaseLost`
 * unless the lease is still ours and the roll-out in this state. First statement of every write of a worker.
 */
export async function holdRollout(
  tx: Tx,
  lease: RolloutLease,
  { state, now }: { readonly state: RolloutState; readonly now: Instant },
): Promise<void> {
  const { rows } = await tx.query<{ held: boolean }>(
    `select worker = $2 and lease_expires_at > $3 and state = $4 as held from rollouts where id = $1 for no key update`,
    [lease.id, lease.holder, new Date(now), state],
  );
  if (rows[0]?.held !== true) throw new RolloutLeaseLost();
}

/** Gives a lease back; `againAt`: when it is due again while its state still asks for work. */
export async function releaseRollout(
  tx: Tx,
  lease: RolloutLease,
  { againAt }: { readonly againAt: Instant },
): Promise<void> {
  await tx.query(
    `update rollouts set worker = null, lease_expires_at = null,
       due_at = case when state in ('checking', 'running') then $3::timestamptz end
     where id = $1 and worker = $2`,
    [lease.id, lease.holder, new Date(againAt)],
  );
}

function rolloutOf(row: RolloutRow): Rollout {
  return {
    id: row.id,
    organizationId: row.organization_id,
    profileId: row.profile_id,
    profileName: row.profile_name,
    startedBy: row.started_by,
    startedByName: row.started_by_name,
    state: row.state,
    waves: row.waves,
    wave: row.wave,
    failuresMax: row.failures_max,
    cause: row.cause,
    stateAt: row.state_at.getTime(),
    createdAt: row.created_at.getTime(),
  };
}
