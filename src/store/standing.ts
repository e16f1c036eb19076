/**
 * How a person stands when a run of his begins: the layers of his settings, how often he runs, and what is known of his organization's allowance; in one
 * statement, for an idle run is made of little else than its statements.
 */
import { type Instant, SECOND } from '../model/clock.ts';
import type { OrganizationId, UserId } from '../model/ids.ts';
import { type ApiGuard, defaultRhythm, type Rhythm } from '../model/schedule.ts';
import type { SettingsLayers } from '../model/settings.ts';
import type { Tx } from './database.ts';
import { type LayersRow, layersColumns, layersOf, layersOfNobody, layersOrigin } from './settings-layers.ts';

export interface Standing {
  readonly layers: SettingsLayers;
  readonly rhythm: Rhythm;
  readonly guard: ApiGuard;
  /** When the organization's allowance was last heard of and kept; null: never. */
  readonly usageHeardAt: Instant | null;
}

type StandingRow = LayersRow & {
  interval_seconds: number | null;
  pattern: Rhythm['pattern'] | null;
  guard_step: number;
  guard_until: Date | null;
  api_heard_at: Date | null;
};

/** Of nobody: what holds without a license and a guard. */
export async function readStanding(
  tx: Tx,
  { organizationId, userId }: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<Standing> {
  const { rows } = await tx.query<StandingRow>(
    `select ${layersColumns}, interval_seconds, pattern, guard_step, guard_until, api_heard_at
     from ${layersOrigin}
     left join licenses on licenses.organization_id = users.organization_id and licenses.id = users.license_id
     where users.organization_id = $1 and users.id = $2`,
    [organizationId, userId],
  );
  const [row] = rows;
  if (row === undefined)
    return {
      layers: layersOfNobody,
      rhythm: defaultRhythm,
      guard: { step: 0, until: null },
      usageHeardAt: null,
    };
  const { interval_seconds: seconds, pattern } = row;
  return {
    layers: layersOf(row),
    rhythm: seconds === null || pattern === null ? defaultRhythm : { intervalMs: seconds * SECOND, pattern },
    guard: { step: row.guard_step, until: row.guard_until?.getTime() ?? null },
    usageHeardAt: row.api_heard_at?.getTime() ?? null,
  };
}
