/** Presets and the organization's own layer of settings, as platform admins make, change, give and delete them (G3, G4). */
import type { PresetId, ProfileId, UserId } from '../model/ids.ts';
import { type AdminLayer, emptyLayer, organizationSettings, type SettingName } from '../model/settings.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import {
  countPresetUsers,
  createPreset,
  deletePreset,
  forgetOwnChoices,
  givePreset,
  listPresets,
  listPresetUsers,
  readOrganizationLayer,
  updatePreset,
  writeOrganizationLayer,
} from '../store/presets.ts';
import { readUserSettings } from '../store/users.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

/** People whose own choices are forgotten in one transaction. */
const BITE = 500;
const BITES_MAX = 10_000;

export type PresetSource = { readonly presetId: PresetId } | { readonly userId: UserId } | null;

/** Empty, or with what another preset or a person has. Null when its source is not there, or there are as many as there may be. */
export async function makePreset(
  ports: Ports,
  { organizationId, actor }: Admin,
  wish: { readonly name: string; readonly from: PresetSource },
): Promise<PresetId | null> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const layer = await layerOf(tx, { organizationId, actor, reach: 'organization' }, wish.from);
    if (layer === null) return null;
    const id = await createPreset(tx, { ...layer, organizationId, name: wish.name, now });
    if (id === null) return null;
    await recordAudit(tx, {
      ...{ organizationId, actor, now },
      action: 'preset.made',
      subject: 'preset',
      subjectId: id,
      details: detailsOf(layer),
    });
    return id;
  });
}

async function layerOf(tx: Tx, { organizationId }: Admin, from: PresetSource): Promise<AdminLayer | null> {
  if (from === null) return emptyLayer;
  if ('presetId' in from) return (await listPresets(tx, organizationId, from.presetId))[0] ?? null;
  const { settings } = await readUserSettings(tx, from.userId);
  const isOwn = ([name]: [string, unknown]) => !organizationSettings.some((one) => one === name);
  return { settings: Object.fromEntries(Object.entries(settings).filter(isOwn)), forced: [] };
}

/** Names alone: what was typed may hold addresses. */
function detailsOf({ settings, forced }: AdminLayer) {
  return { settings: Object.keys(settings).toSorted(), forced: [...forced].toSorted() };
}

/** False when there is none of this id, or somebody else wrote meanwhile. */
export async function changePreset(
  ports: Ports,
  { organizationId, actor }: Admin,
  change: AdminLayer & { readonly id: PresetId; readonly name: string; readonly seenVersion: number },
): Promise<boolean> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    if (!(await updatePreset(tx, { ...change, now }))) return false;
    await recordAudit(tx, {
      ...{ organizationId, actor, now },
      action: 'preset.changed',
      subject: 'preset',
      subjectId: change.id,
      details: detailsOf(change),
    });
    return true;
  });
}

export async function removePreset(
  ports: Ports,
  { organizationId, actor }: Admin,
  id: PresetId,
): Promise<'deleted' | 'in-use' | 'unknown'> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const result = await deletePreset(tx, id);
    if (result === 'deleted')
      await recordAudit(tx, {
        ...{ organizationId, actor, now: ports.clock.now() },
        action: 'preset.deleted',
        subject: 'preset',
        subjectId: id,
      });
    return result;
  });
}

/** How far giving a preset is, in people who have it then, and whom it changed something for. */
export interface ApplyStep {
  readonly kind: 'progress' | 'end';
  readonly done: number;
  readonly total: number;
  readonly changed: number;
}

/**
 * Gives profiles a preset. `override`: whoever then has it, himself or by his profile, forgets what he chose for himself where the preset says something.
 * Null when there is none of this id, or a profile is not there; else the steps, which stop between two bites when `stop` aborts.
 */
export async function applyPreset(
  ports: Ports,
  admin: Admin,
  wish: { readonly id: PresetId; readonly profileIds: readonly ProfileId[]; readonly override: boolean },
  stop: AbortSignal,
): Promise<AsyncGenerator<ApplyStep> | null> {
  const { organizationId, actor } = admin;
  const { id: presetId, profileIds, override } = wish;
  const given = await inOrganization(ports.db, organizationId, async (tx) => {
    const [preset] = await listPresets(tx, organizationId, presetId);
    if (preset === undefined) return null;
    const before = await countPresetUsers(tx, { organizationId, presetId });
    const found = await givePreset(tx, presetId, profileIds);
    if (found !== new Set(profileIds).size) throw new NoSuchProfile();
    await recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: 'preset.applied',
      subject: 'preset',
      subjectId: presetId,
      details: { profiles: profileIds, override },
    });
    const total = await countPresetUsers(tx, { organizationId, presetId });
    return { preset, total, gained: total - before };
  }).catch((error: unknown) => {
    if (error instanceof NoSuchProfile) return null;
    throw error;
  });
  if (given === null) return null;
  const names = override ? (Object.keys(given.preset.settings) as SettingName[]) : [];
  return overrideChoices(ports, { organizationId, presetId, names, ...given }, stop);
}

/** Rolls the transaction back: all of the profiles get it, or none. */
class NoSuchProfile extends Error {}

async function* overrideChoices(
  ports: Ports,
  of: {
    readonly organizationId: Admin['organizationId'];
    readonly presetId: PresetId;
    readonly names: readonly SettingName[];
    readonly total: number;
    readonly gained: number;
  },
  stop: AbortSignal,
): AsyncGenerator<ApplyStep> {
  const { organizationId, presetId, names, total } = of;
  let done = 0;
  let overridden = 0;
  let after: UserId | null = null;
  for (let bite = 0; names.length > 0 && bite < BITES_MAX && !stop.aborted; bite += 1) {
    const from: UserId | null = after;
    const ids = await inOrganization(ports.db, organizationId, async (tx) => {
      const found = await listPresetUsers(tx, { organizationId, presetId, after: from, limit: BITE });
      overridden += await forgetOwnChoices(tx, found, names);
      return found;
    });
    done += ids.length;
    after = ids.at(-1) ?? null;
    if (ids.length < BITE) break;
    yield { kind: 'progress', done, total: Math.max(total, done), changed: overridden };
  }
  if (stop.aborted) return;
  yield { kind: 'end', done: total, total, changed: Math.max(overridden, of.gained) };
}

/** False when somebody else wrote meanwhile. */
export async function changeOrganizationLayer(
  ports: Ports,
  { organizationId, actor }: Admin,
  change: AdminLayer & { readonly seenVersion: number },
): Promise<boolean> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    if (!(await writeOrganizationLayer(tx, { ...change, id: organizationId }))) return false;
    await recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: 'settings.changed',
      subject: 'organization',
      subjectId: organizationId,
      details: detailsOf(change),
    });
    return true;
  });
}

/** The organization's layer as stored. */
export async function readOrganizationForm(ports: Ports, { organizationId }: Admin) {
  return await inOrganization(ports.db, organizationId, (tx) => readOrganizationLayer(tx, organizationId));
}
