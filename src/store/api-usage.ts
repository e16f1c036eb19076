/** What is known of an organization's daily CRM allowance: as an answer told it last, written at most once a minute however many runs hear of it. */
import { type Instant, MINUTE } from '../model/clock.ts';
import type { ApiUsage } from '../model/connector.ts';
import type { HeardUsage } from '../model/goals.ts';
import type { OrganizationId } from '../model/ids.ts';
import type { Tx } from './database.ts';

const WRITE_EVERY_MS = 1 * MINUTE;

/** Whether what is heard now is to be kept, by when it was last; colleagues may have kept it since, which `keepUsage` sees. */
export function isUsageStale(heardAt: Instant | null, now: Instant): boolean {
  return heardAt === null || heardAt <= now - WRITE_EVERY_MS;
}

/** Keeps what was heard, unless the last minute's is there already; whether it was kept. */
export async function keepUsage(
  tx: Tx,
  { id, usage, now }: { readonly id: OrganizationId; readonly usage: ApiUsage; readonly now: Instant },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update organizations set api_used = $2, api_max = $3, api_heard_at = $4
     where id = $1 and (api_heard_at is null or api_heard_at <= $5)`,
    [id, usage.used, usage.max, new Date(now), new Date(now - WRITE_EVERY_MS)],
  );
  return rowCount === 1;
}

/** Null: no answer has told it yet. */
export async function readUsage(tx: Tx, id: OrganizationId): Promise<HeardUsage | null> {
  const { rows } = await tx.query<{ api_used: number; api_max: number; api_heard_at: Date }>(
    `select api_used, api_max, api_heard_at from organizations where id = $1 and api_heard_at is not null`,
    [id],
  );
  const [row] = rows;
  return row === undefined
    ? null
    : { used: row.api_used, max: row.api_max, heardAt: row.api_heard_at.getTime() };
}
