/** Whether an import may put people into a profile and give them a license: both are there, and the profile is within the admin's reach. */
import type { LicenseId, ProfileId } from '../model/ids.ts';
import { inOrganization } from '../store/database.ts';
import { hasLicense } from '../store/licenses.ts';
import { readProfileState } from '../store/profile-accesses.ts';
import { reaches } from '../store/reach.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

/** Who reaches some profiles alone must name one of them. */
export async function isImportTarget(
  { db }: Pick<Ports, 'db'>,
  { organizationId, reach }: Admin,
  target: { readonly profileId: ProfileId | null; readonly licenseId: LicenseId | null },
): Promise<boolean> {
  const { profileId, licenseId } = target;
  if (!reaches(reach, profileId)) return false;
  return await inOrganization(db, organizationId, async (tx) => {
    const profile = profileId === null ? null : await readProfileState(tx, { organizationId, profileId });
    if (profileId !== null && profile === null) return false;
    return licenseId === null || (await hasLicense(tx, { organizationId, licenseId }));
  });
}
