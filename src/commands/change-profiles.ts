/** Profiles as platform admins make, change and delete them. Switching one off or on is `align-with-profile.ts`. */
import type { ProfileId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { DatabaseError, inOrganization, type Tx } from '../store/database.ts';
import {
  areAdmins,
  createProfile,
  deleteProfile,
  type ProfileForm,
  updateProfile,
} from '../store/profiles.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

/** `name-taken`, or something that the form names is not there: an access, a preset, or a person of a role that may look after profiles. */
export type ProfileRefusal =
  | 'name-taken'
  | 'no-such-access'
  | 'no-such-preset'
  | 'no-such-admin'
  | 'too-many';
export type SavedProfile =
  | { readonly kind: 'saved'; readonly id: ProfileId }
  | { readonly kind: 'refused'; readonly why: ProfileRefusal }
  | { readonly kind: 'unknown' };

export async function makeProfile(ports: Ports, admin: Admin, form: ProfileForm): Promise<SavedProfile> {
  const { organizationId, actor } = admin;
  const now = ports.clock.now();
  return await refusing(ports, admin, async (tx) => {
    if (!(await areAdmins(tx, form.adminIds))) return { kind: 'refused', why: 'no-such-admin' };
    const id = await createProfile(tx, { ...form, organizationId, now });
    if (id === null) return { kind: 'refused', why: 'too-many' };
    await recordAudit(tx, {
      ...{ organizationId, actor, now },
      action: 'profile.made',
      subject: 'profile',
      subjectId: id,
      details: detailsOf(form),
    });
    return { kind: 'saved', id };
  });
}

export async function changeProfile(
  ports: Ports,
  admin: Admin,
  id: ProfileId,
  form: ProfileForm,
): Promise<SavedProfile> {
  const { organizationId, actor } = admin;
  return await refusing(ports, admin, async (tx) => {
    if (!(await areAdmins(tx, form.adminIds))) return { kind: 'refused', why: 'no-such-admin' };
    if (!(await updateProfile(tx, { ...form, organizationId, id }))) return { kind: 'unknown' };
    await recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: 'profile.changed',
      subject: 'profile',
      subjectId: id,
      details: detailsOf(form),
    });
    return { kind: 'saved', id };
  });
}

export async function removeProfile(
  ports: Ports,
  { organizationId, actor }: Admin,
  id: ProfileId,
): Promise<'deleted' | 'in-use' | 'unknown'> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const result = await deleteProfile(tx, id);
    if (result === 'deleted')
      await recordAudit(tx, {
        ...{ organizationId, actor, now: ports.clock.now() },
        action: 'profile.deleted',
        subject: 'profile',
        subjectId: id,
      });
    return result;
  });
}

function detailsOf({ mailAccessId, crmAccessId, presetId, adminIds }: ProfileForm) {
  return { mailAccessId, crmAccessId, presetId, admins: adminIds.length };
}

/** What the database's own constraints say of a form, in words of ours. */
const byConstraint: Readonly<Record<string, ProfileRefusal>> = {
  profiles_organization_id_name_key: 'name-taken',
  profiles_organization_id_mail_access_id_fkey: 'no-such-access',
  profiles_organization_id_crm_access_id_fkey: 'no-such-access',
  profiles_organization_id_preset_id_fkey: 'no-such-preset',
};

async function refusing(
  ports: Ports,
  { organizationId }: Admin,
  work: (tx: Tx) => Promise<SavedProfile>,
): Promise<SavedProfile> {
  try {
    return await inOrganization(ports.db, organizationId, work);
  } catch (error) {
    const why = error instanceof DatabaseError ? byConstraint[error.constraint ?? ''] : undefined;
    if (why === undefined) throw error;
    return { kind: 'refused', why };
  }
}
