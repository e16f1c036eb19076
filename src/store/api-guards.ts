/**
 * What is remembered of an organization's CRM allowance, so that one mailbox finds it used up and the others need not ask. How long runs then stay
 * away stands in `model/schedule.ts`.
 */
import type { Instant } from '../model/clock.ts';
import type { OrganizationId } from '../model/ids.ts';
import { type ApiGuard, tightenGuard } from '../model/schedule.ts';
import type { Tx } from './database.ts';

/** Also right while nothing is held back: step 0, until null. */
export async function readApiGuard(tx: Tx, id: OrganizationId): Promise<ApiGuard> {
  const { rows } = await tx.query<{ guard_step: number; guard_until: Date | null }>(
    `select guard_step, guard_until from organizations where id = $1`,
    [id],
  );
  return { step: rows[0]?.guard_step ?? 0, until: rows[0]?.guard_until?.getTime() ?? null };
}

/** Holds the organization's runs back, one step longer than the last time; of runs that end together one counts. Until when. */
export async function holdBack(tx: Tx, id: OrganizationId, now: Instant): Promise<Instant> {
  const { rows } = await tx.query<{ guard_step: number; guard_until: Date | null }>(
    `select guard_step, guard_until from organizations where id = $1 for no key update`,
    [id],
  );
  const before = { step: rows[0]?.guard_step ?? 0, until: rows[0]?.guard_until?.getTime() ?? null };
  const { step, until } = tightenGuard(before, now);
  await tx.query(`update organizations set guard_step = $2, guard_until = $3 where id = $1`, [
    id,
    step,
    new Date(until),
  ]);
  return until;
}

/** The allowance is there again: the normal interval, and the first step the next time. */
export async function letGo(tx: Tx, id: OrganizationId): Promise<void> {
  await tx.query(
    `update organizations set guard_step = 0, guard_until = null where id = $1 and guard_step > 0`,
    [id],
  );
}
