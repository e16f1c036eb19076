/** What the first page of the administrators' console counts: people by state, freshness, completeness, days of runs, and what needs somebody. */
import type { FailureCode } from '../model/catalogue.ts';
import { DAY, type Instant } from '../model/clock.ts';
import type { AccessId, OrganizationId, RolloutId } from '../model/ids.ts';
import { type MailboxState, mailboxStates } from '../model/mailbox-state.ts';
import type { Tx } from './database.ts';
import { type LateRules, lateCondition } from './late-rules.ts';
import type { Reach } from './reach.ts';

export interface OverviewScope {
  readonly organizationId: OrganizationId;
  readonly reach: Reach;
}

/** The `where` of whom an administrator reaches, on a table with both columns, and its values. */
export function within({ organizationId, reach }: OverviewScope, table: string = '') {
  const of = table === '' ? '' : `${table}.`;
  const values: unknown[] = [organizationId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const sql =
    reach === 'organization'
      ? `${of}organization_id = $1`
      : `${of}organization_id = $1 and ${of}profile_id = any (${bind(reach)}::uuid[])`;
  return { sql, values, bind };
}

/** One count a state, since each is a range of an index; grouping would read the table. */
export async function countStates(tx: Tx, scope: OverviewScope): Promise<ReadonlyMap<MailboxState, number>> {
  const { sql, values, bind } = within(scope);
  const { rows } = await tx.query<{ state: MailboxState; count: string }>(
    `select wanted.state, (select count(*) from listed_users where ${sql} and listed_users.state = wanted.state) as count
     from unnest(${bind(mailboxStates)}::text[]) as wanted (state)`,
    values,
  );
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}

/** How many have issues, how many issues that are, and how many active mailboxes are late, and all that are. */
export async function countTroubles(
  tx: Tx,
  scope: OverviewScope,
  rules: LateRules,
): Promise<{
  readonly withIssues: number;
  readonly issues: number;
  readonly late: number;
  readonly lateActive: number;
}> {
  const issues = within(scope);
  const { rows } = await tx.query<{ mailboxes: string; issues: string }>(
    `select count(*) as mailboxes, coalesce(sum(issues), 0) as issues from listed_users where ${issues.sql} and issues > 0`,
    issues.values,
  );
  const late = within(scope);
  const { rows: lateRows } = await tx.query<{ late: string; active: string }>(
    `select count(*) as late, count(*) filter (where state = 'active') as active
     from listed_users where ${late.sql} and ${lateCondition(rules, late.bind)}`,
    late.values,
  );
  return {
    withIssues: Number(rows[0]?.mailboxes ?? 0),
    issues: Number(rows[0]?.issues ?? 0),
    late: Number(lateRows[0]?.late ?? 0),
    lateActive: Number(lateRows[0]?.active ?? 0),
  };
}

export interface Freshness {
  readonly medianAt: Instant | null;
  /** 95 in a hundred had their last success later than this. */
  readonly p95At: Instant | null;
}

/** When the active mailboxes had their last success; those that never had one are left out. */
export async function readFreshness(tx: Tx, scope: OverviewScope): Promise<Freshness> {
  const { sql, values } = within(scope);
  const active = `listed_users where ${sql} and state = 'active' and last_success_at > '-infinity'`;
  const { rows } = await tx.query<{ count: string }>(`select count(*) from ${active}`, values);
  const count = Number(rows[0]?.count ?? 0);
  // By its place in an index of this order, which costs less than sorting.
  const nth = async (place: number): Promise<Instant | null> => {
    const { rows: found } = await tx.query<{ at: Date }>(
      `select last_success_at as at from ${active} order by last_success_at limit 1 offset ${Math.floor(place)}`,
      values,
    );
    return found[0]?.at.getTime() ?? null;
  };
  if (count === 0) return { medianAt: null, p95At: null };
  return { medianAt: await nth((count - 1) / 2), p95At: await nth((count - 1) / 20) };
}

export async function sumCompleteness(
  tx: Tx,
  { organizationId, reach }: OverviewScope,
): Promise<{
  readonly expected: number;
  readonly saved: number;
  readonly missing: number;
  readonly mailboxes: number;
}> {
  const own =
    reach === 'organization'
      ? ''
      : ` and mailbox_id = any (array(select listed.mailbox_id from listed_users as listed
          where listed.organization_id = $1 and listed.profile_id = any ($2::uuid[]) and listed.mailbox_id is not null))`;
  const { rows } = await tx.query<Record<'expected' | 'saved' | 'missing' | 'mailboxes', string>>(
    `select coalesce(sum(eligible - removed), 0) as expected, coalesce(sum(saved), 0) as saved,
       coalesce(sum(missing), 0) as missing, count(*) filter (where missing > 0) as mailboxes
     from completeness where organization_id = $1 and checked_at is not null${own}`,
    reach === 'organization' ? [organizationId] : [organizationId, reach],
  );
  const of = (name: 'expected' | 'saved' | 'missing' | 'mailboxes') => Number(rows[0]?.[name] ?? 0);
  return {
    expected: of('expected'),
    saved: of('saved'),
    missing: of('missing'),
    mailboxes: of('mailboxes'),
  };
}

export interface DaySum {
  /** `2026-01-05`, in UTC. */
  readonly day: string;
  readonly runs: number;
  readonly failed: number;
  readonly saved: number;
}

/** The days up to today, oldest first, with zeros where nothing ran. */
export async function sumDays(
  tx: Tx,
  scope: OverviewScope,
  { now, days }: { readonly now: Instant; readonly days: number },
): Promise<readonly DaySum[]> {
  const { sql, values, bind } = within(scope);
  const wanted = Array.from({ length: days }, (_, back) =>
    new Date(now - (days - 1 - back) * DAY).toISOString().slice(0, 10),
  );
  const { rows } = await tx.query<{ day: string; runs: string; failed: string; saved: string }>(
    `select day::text, sum(runs) as runs, sum(failed) as failed, sum(saved) as saved
     from run_days where ${sql} and day >= ${bind(wanted[0])}::date group by day`,
    values,
  );
  const byDay = new Map(rows.map((row) => [row.day, row]));
  return wanted.map((day) => {
    const sum = byDay.get(day);
    return {
      day,
      runs: Number(sum?.runs ?? 0),
      failed: Number(sum?.failed ?? 0),
      saved: Number(sum?.saved ?? 0),
    };
  });
}

/** Why mailboxes have stopped, the most frequent first. */
export async function countCauses(
  tx: Tx,
  scope: OverviewScope,
): Promise<readonly { readonly code: FailureCode; readonly count: number }[]> {
  const { sql, values } = within(scope);
  const { rows } = await tx.query<{ code: FailureCode; count: string }>(
    `select cause as code, count(*) from listed_users
     where ${sql} and state in ('suspended', 'authorization-required') and cause is not null
     group by cause order by count(*) desc, cause limit 20`,
    values,
  );
  return rows.map(({ code, count }) => ({ code, count: Number(count) }));
}

export async function listRefusedAccesses(tx: Tx, organizationId: OrganizationId) {
  const { rows } = await tx.query<{
    id: AccessId;
    name: string;
    cause: FailureCode | null;
    mailboxes: string;
  }>(
    `select id, name, cause, (select count(*) from listed_users where listed_users.organization_id = $1
       and (mail_via = connection_id or crm_via = connection_id)) as mailboxes
     from accesses where organization_id = $1 and state = 'refused' order by state_at limit 20`,
    [organizationId],
  );
  return rows.map((row) => ({ ...row, mailboxes: Number(row.mailboxes) }));
}

export async function listHaltedRollouts(tx: Tx, scope: OverviewScope) {
  const { sql, values } = within(scope);
  const { rows } = await tx.query<{
    id: RolloutId;
    profile: string;
    cause: FailureCode | null;
    failed: string;
  }>(
    `select id, (select name from profiles where profiles.id = profile_id) as profile, cause,
       (select count(*) from rollout_members where rollout_id = rollouts.id and outcome = 'failed') as failed
     from rollouts where ${sql} and state = 'halted' order by state_at desc limit 20`,
    values,
  );
  return rows.map((row) => ({ ...row, failed: Number(row.failed) }));
}
