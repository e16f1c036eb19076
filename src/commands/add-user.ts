/** Adds one person by hand (M6), by the id that he has in the CRM; the same login again changes him. */
import type { LicenseId, ProfileId, UserId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { addPerson } from '../store/people.ts';
import { reaches } from '../store/reach.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

export interface NewPerson {
  readonly fullName: string;
  readonly crmUsername: string;
  readonly crmUserId: string | null;
  readonly mailboxAddress: string | null;
  readonly mailboxLogin: string | null;
  readonly profileId: ProfileId | null;
  readonly licenseId: LicenseId | null;
}

export type AddedUser =
  | { readonly kind: 'saved'; readonly userId: UserId; readonly change: 'created' | 'changed' | 'unchanged' }
  | { readonly kind: 'bad'; readonly column: string | null; readonly reason: string };

/** Needs the id: who is meant by a login alone only the CRM could say. */
export async function addUser(
  ports: Ports,
  { organizationId, actor, reach }: Admin,
  person: NewPerson,
  _signal: AbortSignal,
): Promise<AddedUser> {
  if (!reaches(reach, person.profileId))
    return { kind: 'bad', column: null, reason: 'Choose a profile that you look after.' };
  const { crmUserId } = person;
  if (crmUserId === null)
    return { kind: 'bad', column: 'crm_user_id', reason: 'Give the id that the person has in the CRM.' };
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const { id, created } = await addPerson(tx, { ...person, organizationId, crmUserId, now });
    await recordAudit(tx, {
      ...{ organizationId, actor, now },
      action: created ? 'user.added' : 'user.changed',
      subject: 'user',
      subjectId: id,
    });
    return { kind: 'saved', userId: id, change: created ? 'created' : 'changed' };
  });
}
