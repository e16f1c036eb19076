/** Changes what administrators decide of a person: role, profile, license, preset, and the mailbox that is meant for him. */
import type { UserId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { DatabaseError, inOrganization, type Tx } from '../store/database.ts';
import {
  isLastPlatformAdmin,
  type Person,
  type PersonChange,
  readPerson,
  writePerson,
} from '../store/people.ts';
import { endProfileAdmin } from '../store/profiles.ts';
import { reaches } from '../store/reach.ts';
import type { ActRefusal } from './act-on-person.ts';
import type { Admin } from './admin.ts';
import { alignWithProfile } from './align-with-profile.ts';
import type { Ports } from './ports.ts';

export type ChangeResult =
  | { readonly kind: 'changed' | 'unchanged' }
  | { readonly kind: 'refused'; readonly why: ActRefusal };

const unknown: ChangeResult = { kind: 'refused', why: 'unknown' };

/** What is not there, or somebody else's, by the constraint that says so. */
const byConstraint: Readonly<Record<string, ActRefusal>> = {
  users_organization_id_profile_id_fkey: 'no-such-choice',
  users_organization_id_license_id_fkey: 'no-such-choice',
  users_organization_id_preset_id_fkey: 'no-such-choice',
  users_by_mailbox_address: 'taken',
};

/** A mailbox follows its person into a profile that is switched off, and out of it. */
export async function changePerson(
  ports: Ports,
  admin: Admin,
  id: UserId,
  change: PersonChange,
): Promise<ChangeResult> {
  try {
    return await inOrganization(ports.db, admin.organizationId, (tx) =>
      changeIn(tx, ports, admin, id, change),
    );
  } catch (error) {
    const why = error instanceof DatabaseError ? byConstraint[error.constraint ?? ''] : undefined;
    if (why === undefined) throw error;
    return { kind: 'refused', why };
  }
}

async function changeIn(
  tx: Tx,
  ports: Ports,
  admin: Admin,
  id: UserId,
  change: PersonChange,
): Promise<ChangeResult> {
  const { organizationId, actor, reach } = admin;
  const now = ports.clock.now();
  const person = await readPerson(tx, { organizationId, reach, id, lock: true });
  if (person === null) return unknown;
  const why = await refusalOf(tx, admin, person, change);
  if (why !== null) return { kind: 'refused', why };
  const address = change.mailboxAddress?.toLowerCase();
  const written = await writePerson(
    tx,
    id,
    address === undefined ? change : { ...change, mailboxAddress: address },
  );
  if (written.length === 0) return { kind: 'unchanged' };
  if (written.includes('role') && change.role === 'user') await endProfileAdmin(tx, id);
  if (written.includes('profileId')) await alignWithProfile(tx, id, now);
  const ids = {
    role: change.role,
    profileId: change.profileId,
    licenseId: change.licenseId,
    presetId: change.presetId,
  };
  await recordAudit(tx, {
    ...{ organizationId, actor, now },
    action: 'user.changed',
    subject: 'user',
    subjectId: id,
    // Ids and a role; of the mailbox that is meant for him only that it was changed.
    details: {
      changed: written.toSorted(),
      ...Object.fromEntries(
        Object.entries(ids).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
    },
  });
  return { kind: 'changed' };
}

async function refusalOf(
  tx: Tx,
  { organizationId, actor, reach }: Admin,
  person: Person,
  change: PersonChange,
): Promise<ActRefusal | null> {
  // Out of one's own reach nobody is moved: a profile that is not his does not exist for a profile admin.
  if (change.profileId !== undefined && !reaches(reach, change.profileId)) return 'no-such-choice';
  if (change.role === undefined || change.role === person.role) return null;
  // A script that could make administrators would be one without limits.
  if (reach !== 'organization' || actor.kind !== 'user') return 'not-allowed';
  const isLast =
    person.role === 'platform-admin' && (await isLastPlatformAdmin(tx, organizationId, person.id));
  return isLast ? 'last-admin' : null;
}
