/**
 * The list of runs: when, why, how it ended, and counts. A run whose worker died is closed as abandoned by the next run of its mailbox.
 */
import type { Instant } from '../model/clock.ts';
import type { Failure } from '../model/failure.ts';
import type { MailboxId, RunId } from '../model/ids.ts';
import { noCounts, type RunCounts, type RunOutcome, type RunTrigger } from '../model/run.ts';
import type { Tx } from './database.ts';
import type { Lease } from './leases.ts';
import { newId } from './new-id.ts';

export interface Run {
  readonly id: RunId;
  readonly mailboxId: MailboxId;
  readonly trigger: RunTrigger;
  readonly worker: string;
  /** Null while under way. */
  readonly outcome: RunOutcome | null;
  readonly counts: RunCounts;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
}

/** A row as `runOf` reads it. */
export interface RunRow {
  id: RunId;
  mailbox_id: MailboxId;
  trigger: RunTrigger;
  worker: string;
  outcome: RunOutcome['kind'] | null;
  failure: Failure | null;
  counts: Partial<RunCounts>;
  started_at: Date;
  ended_at: Date | null;
}

/** What `runOf` needs of a row. */
export const runColumns = `id, mailbox_id, trigger, worker, outcome, failure, counts, started_at, ended_at`;

/** Opens a run under a lease, and closes those that a dead worker left open. */
export async function startRun(
  tx: Tx,
  { lease, worker, now }: { readonly lease: Lease; readonly worker: string; readonly now: Instant },
): Promise<RunId> {
  const id = newId<RunId>(now);
  await tx.query(
    `with left_open as (
       update runs set outcome = 'abandoned', ended_at = $7 where mailbox_id = $3 and outcome is null
     )
     insert into runs (id, organization_id, mailbox_id, lease_token, trigger, worker, started_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, lease.organizationId, lease.mailboxId, lease.token, lease.trigger, worker, new Date(now)],
  );
  return id;
}

/** Closes a run; false when it was closed already, as abandoned for example. */
export async function finishRun(
  tx: Tx,
  {
    id,
    outcome,
    counts,
    endedAt,
  }: {
    readonly id: RunId;
    readonly outcome: RunOutcome;
    readonly counts: RunCounts;
    readonly endedAt: Instant;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update runs set outcome = $2, failure = $3, counts = $4, ended_at = $5 where id = $1 and outcome is null`,
    [
      id,
      outcome.kind,
      outcome.kind === 'failed' ? JSON.stringify(outcome.failure) : null,
      JSON.stringify(counts),
      new Date(endedAt),
    ],
  );
  return rowCount === 1;
}

/** Keeps the counts of a run under way, so that people see them grow; in the checkpoint's transaction. */
export async function writeRunCounts(tx: Tx, id: RunId, counts: RunCounts): Promise<void> {
  await tx.query(`update runs set counts = $2 where id = $1 and outcome is null`, [
    id,
    JSON.stringify(counts),
  ]);
}

/** The place after which the next page begins: the last run of the page before. */
export interface RunMark {
  readonly startedAt: Instant;
  readonly id: RunId;
}

/** A page of a mailbox's runs, newest first. */
export async function listRuns(
  tx: Tx,
  {
    mailboxId,
    after = null,
    limit,
  }: { readonly mailboxId: MailboxId; readonly after?: RunMark | null; readonly limit: number },
): Promise<readonly Run[]> {
  const { rows } = await tx.query<RunRow>(
    `select ${runColumns} from runs
     where mailbox_id = $1 and ($2::timestamptz is null or (started_at, id) < ($2, $3::uuid))
     order by started_at desc, id desc limit $4`,
    [mailboxId, after === null ? null : new Date(after.startedAt), after?.id ?? null, limit],
  );
  return rows.map(runOf);
}

/** A run with the mailbox that it was of, for lists over many mailboxes. */
export interface ListedRun extends Run {
  readonly address: string;
  readonly service: string;
}

/** A page of the runs of every mailbox in scope, newest first. */
export async function listRunsInScope(
  tx: Tx,
  { after = null, limit }: { readonly after?: RunMark | null; readonly limit: number },
): Promise<readonly ListedRun[]> {
  const { rows } = await tx.query<RunRow & { address: string; service: string }>(
    `select ${runColumns.replaceAll(/\w+/g, 'runs.$&')}, mailboxes.address, mailboxes.service
     from runs join mailboxes on mailboxes.id = runs.mailbox_id
     where $1::timestamptz is null or (runs.started_at, runs.id) < ($1, $2::uuid)
     order by runs.started_at desc, runs.id desc limit $3`,
    [after === null ? null : new Date(after.startedAt), after?.id ?? null, limit],
  );
  return rows.map((row) => ({ ...runOf(row), address: row.address, service: row.service }));
}

/** One run; null when it is no run of this mailbox. */
export async function readRun(tx: Tx, mailboxId: MailboxId, id: RunId): Promise<Run | null> {
  const { rows } = await tx.query<RunRow>(
    `select ${runColumns} from runs where mailbox_id = $1 and id = $2`,
    [mailboxId, id],
  );
  return rows[0] === undefined ? null : runOf(rows[0]);
}

/** When the newest run of a mailbox that went through ended; null when none did. */
export async function readLastSuccess(tx: Tx, mailboxId: MailboxId): Promise<Instant | null> {
  const { rows } = await tx.query<{ ended_at: Date }>(
    `select ended_at from runs where mailbox_id = $1 and outcome = 'done' order by started_at desc, id desc limit 1`,
    [mailboxId],
  );
  return rows[0]?.ended_at.getTime() ?? null;
}

/** Sums of a day's runs. */
export interface DayOfRuns {
  /** `2026-01-05`, in UTC. */
  readonly day: string;
  readonly runs: number;
  readonly saved: number;
  readonly skipped: number;
  readonly issues: number;
}

/** The days since `from` on which the mailbox ran, in UTC, oldest first. */
export async function sumRunsByDay(
  tx: Tx,
  { mailboxId, from }: { readonly mailboxId: MailboxId; readonly from: Instant },
): Promise<readonly DayOfRuns[]> {
  const { rows } = await tx.query<{
    day: string;
    runs: string;
    saved: string;
    skipped: string;
    issues: string;
  }>(
    `select to_char(started_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*) as runs,
       coalesce(sum(told.saved), 0) as saved, coalesce(sum(told.skipped), 0) as skipped,
       coalesce(sum((counts ->> 'issues')::bigint), 0) as issues
     from runs left join lateral (
       select sum(value::bigint) filter (where key like 'saved.%') as saved,
         sum(value::bigint) filter (where key like 'skipped.%') as skipped
       from jsonb_each_text(coalesce(counts -> 'byVerdict', '{}'))
     ) as told on true
     where mailbox_id = $1 and started_at >= $2
     group by 1 order by 1`,
    [mailboxId, new Date(from)],
  );
  return rows.map((row) => ({
    day: row.day,
    runs: Number(row.runs),
    saved: Number(row.saved),
    skipped: Number(row.skipped),
    issues: Number(row.issues),
  }));
}

/**
 * When the newest run of a mailbox that was any good ended, one that only used its budget up included: for lateness, where a long first sync is no
 * standstill. Null when there was none.
 */
export async function readLastGoodRun(tx: Tx, mailboxId: MailboxId): Promise<Instant | null> {
  const { rows } = await tx.query<{ ended_at: Date }>(
    `select ended_at from runs where mailbox_id = $1 and outcome in ('done', 'more')
     order by started_at desc, id desc limit 1`,
    [mailboxId],
  );
  return rows[0]?.ended_at.getTime() ?? null;
}

export function runOf(row: RunRow): Run {
  return {
    id: row.id,
    mailboxId: row.mailbox_id,
    trigger: row.trigger,
    worker: row.worker,
    outcome: outcomeOf(row),
    counts: { ...noCounts, ...row.counts },
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

function outcomeOf({ outcome, failure }: RunRow): RunOutcome | null {
  if (outcome === null) return null;
  if (outcome !== 'failed') return { kind: outcome };
  if (failure === null) throw new Error('a failed run without its failure');
  return { kind: 'failed', failure };
}
