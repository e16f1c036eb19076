/**
 * Lateness (N3) as a condition over many rows of the list of people: how long after its last good run each kind of mailbox is late, reckoned by
 * `model/late.ts` once for every license instead of once for every person.
 */
import type { Instant } from '../model/clock.ts';
import type { LicenseId, OrganizationId } from '../model/ids.ts';
import { expectedIntervalMs, latenessOf } from '../model/late.ts';
import { type ApiGuard, defaultRhythm, type Rhythm } from '../model/schedule.ts';
import { readApiGuard } from './api-guards.ts';
import type { Tx } from './database.ts';
import { listLicenses } from './licenses.ts';

/** Quiet runs in a row that still lengthen an interval. */
const QUIET_RUNS_MAX = 2;

export interface LateRules {
  readonly now: Instant;
  readonly guard: ApiGuard;
  /** By license, `''` being none; milliseconds by count of quiet runs. */
  readonly activeMs: ReadonlyMap<LicenseId | '', readonly number[]>;
  readonly suspendedMs: number;
  readonly rhythms: ReadonlyMap<LicenseId, Rhythm>;
}

export async function readLateRules(
  tx: Tx,
  organizationId: OrganizationId,
  now: Instant,
): Promise<LateRules> {
  const guard = await readApiGuard(tx, organizationId);
  const licenses = await listLicenses(tx, organizationId);
  const msOf = (rhythm: Rhythm) =>
    Array.from({ length: QUIET_RUNS_MAX + 1 }, (_, quietRuns) =>
      lateAfterMs('active', expectedIntervalMs(rhythm, quietRuns, guard)),
    );
  return {
    now,
    guard,
    activeMs: new Map<LicenseId | '', readonly number[]>([
      ['', msOf(defaultRhythm)],
      ...licenses.map((license) => [license.id, msOf(license)] as const),
    ]),
    suspendedMs: lateAfterMs('suspended', 0),
    rhythms: new Map(licenses.map((license) => [license.id, license])),
  };
}

function lateAfterMs(state: 'active' | 'suspended', intervalMs: number): number {
  const lateness = latenessOf({ state, stateAt: 0, lastSuccessAt: null, intervalMs });
  if (lateness === null) throw new Error('a state that runs has no lateness');
  return lateness.lateAt;
}

/**
 * A condition on `listed_users`; `bind` takes a value and gives its place in the statement. Licenses are told apart first and quiet times second, so that
 * an index finds who may be late at all.
 */
export function lateCondition(rules: LateRules, bind: (value: unknown) => string): string {
  const before = (ms: number) => `${bind(new Date(rules.now - ms))}::timestamptz`;
  const active = [...rules.activeMs].map(([license, ms]) => {
    const whose = license === '' ? 'license_id is null' : `license_id = ${bind(license)}`;
    const first = `${whose} and late_since <= ${before(ms[0] ?? 0)}`;
    if (new Set(ms).size === 1) return `(${first})`;
    const quiet = `(array[${ms.map(before).join(', ')}])[least(quiet_runs, ${ms.length - 1}) + 1]`;
    return `(${first} and late_since <= ${quiet})`;
  });
  return `((state = 'active' and (${active.join(' or ')}))
    or (state = 'suspended' and case when last_good_at = '-infinity' then state_at else last_good_at end
      <= ${before(rules.suspendedMs)}))`;
}
