/**
 * The looks of the dead-man's check (N3): which mailboxes it is time to look at, with what the rule needs to know. A look moves its own next time on,
 * so that runs write nothing for it and a mailbox that is missing from every other list is still looked at.
 */
import type { FailureCode } from '../model/catalogue.ts';
import { type Instant, SECOND } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import { type ApiGuard, defaultRhythm, type Rhythm } from '../model/schedule.ts';
import type { Tx } from './database.ts';

/** A mailbox that is being looked at; its place in the due-table is locked until the transaction ends. */
export interface Look {
  readonly mailboxId: MailboxId;
  readonly organizationId: OrganizationId;
  readonly state: MailboxState;
  readonly stateAt: Instant;
  readonly lastSuccessAt: Instant | null;
  /** Of the last run that ended badly since then. */
  readonly cause: FailureCode | null;
  readonly rhythm: Rhythm;
  readonly quietRuns: number;
  readonly guard: ApiGuard;
}

interface LookRow {
  mailbox_id: MailboxId;
  organization_id: OrganizationId;
  state: MailboxState;
  state_at: Date;
  last_success_at: Date | null;
  cause: FailureCode | null;
  interval_seconds: number | null;
  pattern: Rhythm['pattern'] | null;
  quiet_runs: number;
  guard_step: number;
  guard_until: Date | null;
}

/**
 * Takes mailboxes whose time for a look has come, longest waiting first. Those that a run or another looker has locked are left for the next time.
 * Cost: `limit` entries of two indexes, however many mailboxes there are. Across organizations.
 */
export async function takeLooks(
  tx: Tx,
  { now, limit }: { readonly now: Instant; readonly limit: number },
): Promise<readonly Look[]> {
  const { rows } = await tx.query<LookRow>(
    `with taken as materialized (
       select mailbox_id, quiet_runs from schedules where look_at <= $1 order by look_at limit $2
       for no key update skip locked
     )
     select mailboxes.id as mailbox_id, mailboxes.organization_id, state, state_at, quiet_runs,
       interval_seconds, pattern, guard_step, guard_until,
       (select ended_at from runs where runs.mailbox_id = mailboxes.id and outcome in ('done', 'more')
        order by started_at desc, id desc limit 1) as last_success_at,
       (select failure ->> 'code' from runs where runs.mailbox_id = mailboxes.id and outcome is not null
        order by started_at desc, id desc limit 1) as cause
     from taken join mailboxes on mailboxes.id = taken.mailbox_id
     join organizations on organizations.id = mailboxes.organization_id
     join users on users.id = mailboxes.user_id
     left join licenses on licenses.id = license_id`,
    [new Date(now), limit],
  );
  return rows.map((row) => ({
    mailboxId: row.mailbox_id,
    organizationId: row.organization_id,
    state: row.state,
    stateAt: row.state_at.getTime(),
    lastSuccessAt: row.last_success_at?.getTime() ?? null,
    cause: row.cause,
    rhythm:
      row.interval_seconds === null || row.pattern === null
        ? defaultRhythm
        : { intervalMs: row.interval_seconds * SECOND, pattern: row.pattern },
    quietRuns: row.quiet_runs,
    guard: { step: row.guard_step, until: row.guard_until?.getTime() ?? null },
  }));
}

/** Says when each of them is looked at next. */
export async function lookLater(
  tx: Tx,
  looks: readonly { readonly mailboxId: MailboxId; readonly at: Instant }[],
): Promise<void> {
  await tx.query(
    `update schedules set look_at = later.at
     from unnest($1::uuid[], $2::timestamptz[]) as later (mailbox_id, at)
     where schedules.mailbox_id = later.mailbox_id`,
    [looks.map((look) => look.mailboxId), looks.map((look) => new Date(look.at))],
  );
}
