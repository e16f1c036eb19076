/**
 * Reads and changes settings of both layers. A write merges the keys that were sent and is refused when somebody else wrote meanwhile. Rules
 * act on what moves from now on; what was skipped before stays as it is (S6).
 */
import type { OrganizationId, UserId } from '../model/ids.ts';
import {
  lockOf,
  type SettingLock,
  type SettingName,
  type SettingsLayer,
  type SettingsLayers,
} from '../model/settings.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { readOrganizationSettings, writeOrganizationSettings } from '../store/organizations.ts';
import { readSettingsLayers } from '../store/settings-layers.ts';
import { readUserSettings, writeUserSettings } from '../store/users.ts';
import type { Ports } from './ports.ts';

export interface SettingsOwner {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/** All layers as stored. */
export async function readSettings(ports: Ports, who: SettingsOwner): Promise<SettingsLayers> {
  return await inOrganization(ports.db, who.organizationId, (tx) => readSettingsLayers(tx, who));
}

/** `conflict`: another write came between. A setting that an administrator locked is told with who did (G3). */
export type ChangedSettings =
  | { readonly kind: 'changed' | 'conflict' }
  | { readonly kind: 'locked'; readonly name: SettingName; readonly lock: SettingLock };

/** Merges `change` into a layer, all of it or nothing. */
export async function changeSettings(
  ports: Ports,
  who: SettingsOwner,
  layer: 'organization' | 'user',
  change: SettingsLayer,
): Promise<ChangedSettings> {
  return await inOrganization(ports.db, who.organizationId, async (tx) => {
    if (layer === 'organization') {
      const { organizationId, userId } = who;
      const { settings, version } = await readOrganizationSettings(tx, organizationId);
      const written = await writeOrganizationSettings(tx, {
        id: organizationId,
        seenVersion: version,
        settings: { ...settings, ...change },
      });
      if (written) {
        await recordAudit(tx, {
          organizationId,
          actor: { kind: 'user', userId },
          action: 'settings.changed',
          subject: 'organization',
          subjectId: organizationId,
          // Names alone: what was typed may hold addresses.
          details: { settings: Object.keys(change).toSorted() },
          now: ports.clock.now(),
        });
      }
      return { kind: written ? 'changed' : 'conflict' };
    }
    const layers = await readSettingsLayers(tx, who);
    for (const name of Object.keys(change) as SettingName[]) {
      const lock = lockOf(layers, name);
      if (lock !== null) return { kind: 'locked', name, lock };
    }
    const { settings, version } = await readUserSettings(tx, who.userId);
    const written = await writeUserSettings(tx, {
      id: who.userId,
      seenVersion: version,
      settings: { ...settings, ...change },
    });
    return { kind: written ? 'changed' : 'conflict' };
  });
}
