/**
 * What a scrape asks of the database: mailboxes by state, the queue, how old the mailboxes are, and the CRM's allowance. Sums over everybody, so that no
 * figure leads to a person or a company. Across organizations.
 */
import { DAY, type Instant, MINUTE } from '../model/clock.ts';
import { AGE_BOUNDS_MINUTES } from '../model/goals.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import type { Tx } from './database.ts';

export interface OperationCounts {
  readonly mailboxes: readonly {
    readonly service: string;
    readonly state: MailboxState;
    readonly count: number;
  }[];
  /** Mailboxes that are due and held by nobody. */
  readonly queues: readonly Queue[];
  /** Active mailboxes by the age of their last good state, bounds in `AGE_BOUNDS_MINUTES`. */
  readonly ages: readonly number[];
  readonly runsUnderWay: number;
  /** Of everybody's CRM together, where it was heard of within a day; `shareMax` is that of whoever has used most. */
  readonly allowance: { readonly used: number; readonly max: number; readonly shareMax: number } | null;
}

export interface Queue {
  readonly service: string;
  readonly count: number;
  /** How long the oldest has been waiting. */
  readonly oldestMs: number;
}

export async function countOperation(tx: Tx, now: Instant): Promise<OperationCounts> {
  const { rows: mailboxes } = await tx.query<{ service: string; state: MailboxState; count: string }>(
    `select service, state, count(*) from mailboxes group by service, state`,
  );
  const { rows: held } = await tx.query<{ count: string }>(
    `select count(*) from schedules where lease_expires_at > $1`,
    [new Date(now)],
  );
  return {
    mailboxes: mailboxes.map((row) => ({ ...row, count: Number(row.count) })),
    queues: await readQueues(tx, now),
    ages: await countAges(tx, now),
    runsUnderWay: Number(held[0]?.count ?? 0),
    allowance: await sumAllowances(tx, now),
  };
}

/** What is due and waits, by service: of everybody, or of one organization where the transaction is bound to it. */
export async function readQueues(tx: Tx, now: Instant): Promise<readonly Queue[]> {
  const { rows } = await tx.query<{ service: string; count: string; oldest: Date }>(
    `select service, count(*), min(due_at) as oldest
     from schedules join mailboxes on mailboxes.id = mailbox_id
     where due_at <= $1 and due_at is not null and lease_expires_at is null group by service`,
    [new Date(now)],
  );
  return rows.map(({ service, count, oldest }) => ({
    service,
    count: Number(count),
    oldestMs: Math.max(0, now - oldest.getTime()),
  }));
}

async function countAges(tx: Tx, now: Instant): Promise<readonly number[]> {
  const { rows } = await tx.query<{ place: number; count: string }>(
    `select width_bucket(extract(epoch from $1::timestamptz - greatest(state_at, last_good_at)) / $2, $3::numeric[]) as place, count(*)
     from listed_users where state = 'active' group by place`,
    [new Date(now), MINUTE / 1000, AGE_BOUNDS_MINUTES],
  );
  const counts = Array.from({ length: AGE_BOUNDS_MINUTES.length + 1 }, () => 0);
  for (const { place, count } of rows) counts[place] = (counts[place] ?? 0) + Number(count);
  return counts;
}

async function sumAllowances(tx: Tx, now: Instant): Promise<OperationCounts['allowance']> {
  const { rows } = await tx.query<{ used: string | null; max: string | null; share: number | null }>(
    `select sum(api_used) as used, sum(api_max) as max, max(api_used::double precision / nullif(api_max, 0)) as share
     from organizations where api_heard_at > $1`,
    [new Date(now - DAY)],
  );
  const [row] = rows;
  if (row?.used == null || row.max == null) return null;
  return { used: Number(row.used), max: Number(row.max), shareMax: row.share ?? 0 };
}
