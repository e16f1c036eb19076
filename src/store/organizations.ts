/**
 * Organizations and the settings that their admins choose for everybody. The keys of an organization are made here, with its row.
 */
import type { Instant } from '../model/clock.ts';
import type { OrganizationId } from '../model/ids.ts';
import type { SettingsLayer } from '../model/settings.ts';
import type { Tx } from './database.ts';
import { type Keyring, newBundle, wrapBundle } from './keyring.ts';
import { newId } from './new-id.ts';

/** Settings as stored, with the version that a writer must have seen. */
export interface StoredSettings {
  readonly settings: SettingsLayer;
  /** 0 before the first write. */
  readonly version: number;
}

/** The organization of a CRM organization, made with fresh keys when it is new. Across organizations: it may not exist yet. */
export async function upsertOrganization(
  tx: Tx,
  keyring: Keyring,
  { crmOrganizationId, now }: { crmOrganizationId: string; now: Instant },
): Promise<OrganizationId> {
  const found = await findOrganization(tx, crmOrganizationId);
  if (found !== null) return found;
  const id = newId<OrganizationId>(now);
  await tx.query(
    `insert into organizations (id, crm_organization_id, sealed_key, master_key_id, created_at)
     values ($1, $2, $3, $4, $5)
     on conflict (crm_organization_id) do nothing`,
    [id, crmOrganizationId, wrapBundle(keyring, id, newBundle()), keyring.masterKeyId, new Date(now)],
  );
  // Somebody else of the same organization may have logged in at the same moment.
  return (await findOrganization(tx, crmOrganizationId)) ?? id;
}

/** The organization by its id in the CRM; null when nobody of it ever logged in. Across organizations. */
export async function findOrganization(tx: Tx, crmOrganizationId: string): Promise<OrganizationId | null> {
  const { rows } = await tx.query<{ id: OrganizationId }>(
    `select id from organizations where crm_organization_id = $1`,
    [crmOrganizationId],
  );
  return rows[0]?.id ?? null;
}

export async function listOrganizations(tx: Tx): Promise<readonly OrganizationId[]> {
  const { rows } = await tx.query<{ id: OrganizationId }>(`select id from organizations order by id`);
  return rows.map((row) => row.id);
}

export async function readOrganizationSettings(tx: Tx, id: OrganizationId): Promise<StoredSettings> {
  const { rows } = await tx.query<StoredSettings>(
    `select settings, settings_version as version from organizations where id = $1`,
    [id],
  );
  return rows[0] ?? { settings: {}, version: 0 };
}

/** Replaces the settings if `seenVersion` is still the stored one; false when somebody else wrote meanwhile. */
export async function writeOrganizationSettings(
  tx: Tx,
  { id, seenVersion, settings }: { id: OrganizationId; seenVersion: number; settings: SettingsLayer },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update organizations set settings = $3, settings_version = settings_version + 1
     where id = $1 and settings_version = $2`,
    [id, seenVersion, JSON.stringify(settings)],
  );
  return rowCount === 1;
}
