/** Whom an administrator reaches: the whole organization, or the people of profiles that he looks after. */
import type { OrganizationId, ProfileId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';

export type Reach = 'organization' | readonly ProfileId[];

/** Profiles that one person looks after, at most. */
const PROFILES_MAX = 1_000;

/** The profiles that a profile admin looks after. */
export async function readReach(
  tx: Tx,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<readonly ProfileId[]> {
  const { rows } = await tx.query<{ id: ProfileId }>(
    `select profile_id as id from profile_admins where organization_id = $1 and user_id = $2
     order by profile_id limit ${PROFILES_MAX}`,
    [who.organizationId, who.userId],
  );
  return rows.map(({ id }) => id);
}

/** Whether somebody of this profile is within reach. */
export function reaches(reach: Reach, profileId: ProfileId | null): boolean {
  return reach === 'organization' || (profileId !== null && reach.includes(profileId));
}
