/** What the administrators' list says of each person on a page: names of what he has, and the facts that his status is made of. */
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { LicenseId, MailboxId, OrganizationId, PresetId, ProfileId, UserId } from '../model/ids.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import type { RunOutcome } from '../model/run.ts';
import type { Tx } from './database.ts';
import type { Pause } from './mailboxes.ts';
import type { Reach } from './reach.ts';
import type { UserRole } from './users.ts';

export type UserOrigin = 'login' | 'crm' | 'csv' | 'single';

export interface StoredUserRow {
  readonly id: UserId;
  readonly fullName: string;
  readonly username: string;
  /** Of the mailbox, or the one that an admin named; empty: none yet. */
  readonly address: string;
  readonly role: UserRole;
  readonly profile: { readonly id: ProfileId; readonly name: string; readonly enabled: boolean } | null;
  readonly license: { readonly id: LicenseId; readonly name: string } | null;
  readonly preset: { readonly id: PresetId; readonly name: string } | null;
  readonly mailboxId: MailboxId | null;
  readonly service: string | null;
  readonly state: MailboxState;
  readonly stateAt: Instant | null;
  readonly cause: FailureCode | null;
  readonly pause: Pause | null;
  readonly issues: number;
  readonly lastSuccessAt: Instant | null;
  readonly lastGoodAt: Instant | null;
  readonly quietRuns: number;
  readonly missing: number;
  readonly dueAt: Instant | null;
  readonly running: boolean;
  readonly lastRun: {
    readonly startedAt: Instant;
    readonly outcome: RunOutcome['kind'] | null;
    readonly code: FailureCode | null;
  } | null;
  readonly origin: UserOrigin;
  readonly createdAt: Instant;
}

interface Row {
  id: UserId;
  full_name: string;
  username: string;
  address: string;
  role: UserRole;
  profile_id: ProfileId | null;
  profile_name: string | null;
  profile_enabled: boolean | null;
  license_id: LicenseId | null;
  license_name: string | null;
  preset_id: PresetId | null;
  preset_name: string | null;
  mailbox_id: MailboxId | null;
  service: string | null;
  state: MailboxState;
  state_at: Date | number;
  cause: FailureCode | null;
  paused_by: Pause['by'] | null;
  paused_until: Date | null;
  issues: number;
  last_success_at: Date | number;
  last_good_at: Date | number;
  quiet_runs: number;
  missing: number;
  due_at: Date | null;
  lease_expires_at: Date | null;
  run_started_at: Date | null;
  run_outcome: RunOutcome['kind'] | null;
  run_code: FailureCode | null;
  origin: UserOrigin;
  created_at: Date;
}

/** The people of these ids, in the order of the ids; whoever is gone is left out. Cost: a few index look-ups each. */
export async function readUserRows(
  tx: Tx,
  organizationId: OrganizationId,
  ids: readonly UserId[],
  now: Instant,
): Promise<readonly StoredUserRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<Row>(
    `select listed.user_id as id, full_name, username, listed.address, listed.role, listed.profile_id, profiles.name as profile_name,
       profiles.enabled as profile_enabled, listed.license_id, licenses.name as license_name, listed.preset_id,
       presets.name as preset_name, listed.mailbox_id, listed.service, listed.state, listed.state_at, listed.cause, paused_by,
       paused_until, issues, last_success_at, last_good_at, listed.quiet_runs, coalesce(completeness.missing, 0) as missing,
       schedules.due_at, lease_expires_at, run.started_at as run_started_at, run.outcome as run_outcome,
       run.failure_code as run_code, origin, users.created_at
     from unnest($2::uuid[]) with ordinality as wanted (id, nth)
     join listed_users as listed on listed.organization_id = $1 and listed.user_id = wanted.id
     join users on users.id = wanted.id
     left join profiles on profiles.id = listed.profile_id
     left join licenses on licenses.id = listed.license_id
     left join presets on presets.id = listed.preset_id
     left join mailboxes on mailboxes.id = listed.mailbox_id
     left join schedules on schedules.mailbox_id = listed.mailbox_id
     left join completeness on completeness.mailbox_id = listed.mailbox_id
     left join lateral (
       select started_at, outcome, failure_code from runs where runs.mailbox_id = listed.mailbox_id
       order by started_at desc, runs.id desc limit 1
     ) as run on true
     order by nth`,
    [organizationId, ids],
  );
  return rows.map((row) => rowOf(row, now));
}

function rowOf(row: Row, now: Instant): StoredUserRow {
  return {
    id: row.id,
    fullName: row.full_name,
    username: row.username,
    address: row.address,
    role: row.role,
    profile:
      row.profile_id === null
        ? null
        : { id: row.profile_id, name: row.profile_name ?? '', enabled: row.profile_enabled ?? true },
    license: row.license_id === null ? null : { id: row.license_id, name: row.license_name ?? '' },
    preset: row.preset_id === null ? null : { id: row.preset_id, name: row.preset_name ?? '' },
    mailboxId: row.mailbox_id,
    service: row.service,
    state: row.state,
    stateAt: instantOf(row.state_at),
    cause: row.cause,
    pause: row.paused_by === null ? null : { until: row.paused_until?.getTime() ?? null, by: row.paused_by },
    issues: row.issues,
    lastSuccessAt: instantOf(row.last_success_at),
    lastGoodAt: instantOf(row.last_good_at),
    quietRuns: row.quiet_runs,
    missing: row.missing,
    dueAt: row.due_at?.getTime() ?? null,
    running: row.lease_expires_at !== null && row.lease_expires_at.getTime() > now,
    lastRun:
      row.run_started_at === null
        ? null
        : { startedAt: row.run_started_at.getTime(), outcome: row.run_outcome, code: row.run_code },
    origin: row.origin,
    createdAt: row.created_at.getTime(),
  };
}

/** PostgreSQL's -infinity comes as a number. */
function instantOf(at: Date | number): Instant | null {
  return at instanceof Date ? at.getTime() : null;
}

/** What these people are called; those out of reach are left out. */
export async function readNames(
  tx: Tx,
  who: { readonly organizationId: OrganizationId; readonly reach: Reach; readonly ids: readonly UserId[] },
): Promise<ReadonlyMap<UserId, string>> {
  const { rows } = await tx.query<{ id: UserId; name: string }>(
    `select id, coalesce(nullif(full_name, ''), username) as name from users
     where organization_id = $1 and id = any ($2::uuid[]) and ($3::uuid[] is null or profile_id = any ($3))`,
    [who.organizationId, who.ids, who.reach === 'organization' ? null : who.reach],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
