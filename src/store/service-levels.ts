/** What the service levels are read from: runs by the hour with the ages they ended, and what waits. One indexed statement a figure. */
import { HOUR, type Instant } from '../model/clock.ts';
import type { Tx } from './database.ts';
import type { Queue } from './operation-counts.ts';
import { type OverviewScope, within } from './overview-counts.ts';

export interface Window {
  readonly now: Instant;
  /** The hour that is under way counts besides. */
  readonly hours: number;
}

/** Runs that ended, and those of them that failed. */
export async function sumRuns(
  tx: Tx,
  scope: OverviewScope,
  window: Window,
): Promise<{ readonly runs: number; readonly failed: number }> {
  const { sql, values, bind } = within(scope);
  const { rows } = await tx.query<{ runs: string; failed: string }>(
    `select coalesce(sum(runs), 0) as runs, coalesce(sum(failed), 0) as failed
     from run_hours where ${sql} and hour >= ${bind(startOf(window))}`,
    values,
  );
  return { runs: Number(rows[0]?.runs ?? 0), failed: Number(rows[0]?.failed ?? 0) };
}

/** Good runs by how old the mailbox's last good state had become, bounds in `model/goals.ts`. */
export async function countAgesOfRuns(
  tx: Tx,
  scope: OverviewScope,
  window: Window,
): Promise<readonly number[]> {
  const { sql, values, bind } = within(scope);
  const { rows } = await tx.query<{ count: string }>(
    `select sum(count) as count from run_hours, unnest(ages) with ordinality as counted (count, place)
     where ${sql} and hour >= ${bind(startOf(window))} group by place order by place`,
    values,
  );
  return rows.map(({ count }) => Number(count));
}

/** What is due and waits for a worker, by mail service. */
export async function readOwnQueues(tx: Tx, scope: OverviewScope, now: Instant): Promise<readonly Queue[]> {
  const { sql, values, bind } = within(scope, 'listed');
  const { rows } = await tx.query<{ service: string; count: string; oldest: Date }>(
    `select listed.service, count(*), min(due_at) as oldest
     from schedules join listed_users as listed using (mailbox_id)
     where ${sql} and due_at <= ${bind(new Date(now))} and due_at is not null and lease_expires_at is null
     group by listed.service order by listed.service`,
    values,
  );
  return rows.map(({ service, count, oldest }) => ({
    service,
    count: Number(count),
    oldestMs: Math.max(0, now - oldest.getTime()),
  }));
}

function startOf({ now, hours }: Window): Date {
  return new Date(Math.floor(now / HOUR) * HOUR - hours * HOUR);
}
