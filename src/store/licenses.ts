/**
 * Licenses: names under which an organization's administrators give people a rhythm of runs (R1). A person without one has the default.
 */
import { type Instant, SECOND } from '../model/clock.ts';
import type { LicenseId, OrganizationId, UserId } from '../model/ids.ts';
import { defaultRhythm, type Rhythm } from '../model/schedule.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

export interface License extends Rhythm {
  readonly id: LicenseId;
  readonly name: string;
  /** People who have it. */
  readonly users: number;
}

/** Licenses of one organization at most. */
export const LICENSES_MAX = 100;

interface LicenseRow {
  id: LicenseId;
  name: string;
  interval_seconds: number;
  pattern: Rhythm['pattern'];
  users: string;
}

/** All licenses of an organization, by name. */
export async function listLicenses(tx: Tx, organizationId: OrganizationId): Promise<readonly License[]> {
  const { rows } = await tx.query<LicenseRow>(
    `select id, name, interval_seconds, pattern,
       (select count(*) from listed_users where listed_users.organization_id = $1 and license_id = licenses.id) as users
     from licenses where organization_id = $1 order by name limit ${LICENSES_MAX}`,
    [organizationId],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    intervalMs: row.interval_seconds * SECOND,
    pattern: row.pattern,
    users: Number(row.users),
  }));
}

/** Makes a license or changes the one of that name; its id, or null when there are as many as there may be. */
export async function saveLicense(
  tx: Tx,
  license: Rhythm & {
    readonly organizationId: OrganizationId;
    readonly name: string;
    readonly now: Instant;
  },
): Promise<LicenseId | null> {
  const { rows } = await tx.query<{ id: LicenseId }>(
    `insert into licenses (id, organization_id, name, interval_seconds, pattern, created_at)
     select $1, $2, $3, $4, $5, $6
     where exists (select from licenses where organization_id = $2 and name = $3)
       or (select count(*) from licenses where organization_id = $2) < ${LICENSES_MAX}
     on conflict (organization_id, name) do update set
       interval_seconds = excluded.interval_seconds, pattern = excluded.pattern
     returning id`,
    [
      newId<LicenseId>(license.now),
      license.organizationId,
      license.name,
      Math.round(license.intervalMs / SECOND),
      license.pattern,
      new Date(license.now),
    ],
  );
  return rows[0]?.id ?? null;
}

/** One that somebody has stays. */
export async function deleteLicense(tx: Tx, id: LicenseId): Promise<'deleted' | 'in-use' | 'unknown'> {
  const { rows } = await tx.query<{ used: boolean }>(
    `select exists (select from users where users.organization_id = licenses.organization_id and license_id = licenses.id) as used
     from licenses where id = $1 for update`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return 'unknown';
  if (row.used) return 'in-use';
  await tx.query(`delete from licenses where id = $1`, [id]);
  return 'deleted';
}

/** The rhythm that a person's license gives him. */
export async function readRhythm(tx: Tx, userId: UserId): Promise<Rhythm> {
  const { rows } = await tx.query<{ interval_seconds: number; pattern: Rhythm['pattern'] }>(
    `select interval_seconds, pattern from users
     join licenses on licenses.organization_id = users.organization_id and licenses.id = license_id
     where users.id = $1`,
    [userId],
  );
  const [row] = rows;
  return row === undefined
    ? defaultRhythm
    : { intervalMs: row.interval_seconds * SECOND, pattern: row.pattern };
}
