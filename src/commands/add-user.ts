/** Adds one person by hand (M6), by the same rules as an import of one row; the same login again changes him. */
import { type ImportColumn, type ImportProblem, importProblems } from '../decide/read-import-row.ts';
import type { LicenseId, ProfileId, UserId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import type { Admin } from './admin.ts';
import { isImportTarget } from './import-target.ts';
import { withProvisioningCrm } from './open-provisioning-crm.ts';
import type { Ports } from './ports.ts';
import { saveBatch } from './save-import-batch.ts';

export interface NewPerson {
  /** Empty: as the CRM calls him. */
  readonly fullName: string;
  readonly crmUsername: string;
  /** With 15 or 18 characters; counts besides the name. */
  readonly crmUserId: string | null;
  /** Null: the CRM's address, where none was named. */
  readonly mailboxAddress: string | null;
  readonly mailboxLogin: string | null;
  /** Null: he keeps his; a new one has none. */
  readonly profileId: ProfileId | null;
  readonly licenseId: LicenseId | null;
}

export type AddedUser =
  | { readonly kind: 'saved'; readonly userId: UserId; readonly change: 'created' | 'changed' | 'unchanged' }
  | { readonly kind: 'bad'; readonly column: ImportColumn | null; readonly reason: string };

/** Rejects with `RemoteFailure` when the CRM cannot be asked. */
export async function addUser(
  ports: Ports,
  admin: Admin,
  person: NewPerson,
  signal: AbortSignal,
): Promise<AddedUser> {
  const { crmUsername, crmUserId, profileId, licenseId } = person;
  if (!(await isImportTarget(ports, admin, person))) return bad(null, 'no-target');
  const found = await withProvisioningCrm(ports, admin, profileId, signal, (crm) =>
    crm.findUsers({ usernames: [crmUsername], ids: crmUserId === null ? [] : [crmUserId] }),
  );
  const user = found.find(({ username }) => username.toLowerCase() === crmUsername.toLowerCase());
  if (user === undefined) return bad('crm_username', 'not-found');
  if (crmUserId !== null && crmUserId.slice(0, 15) !== user.userId.slice(0, 15))
    return bad('crm_user_id', 'names-two');
  if (!user.isActive) return bad('crm_username', 'inactive');
  const row = {
    line: 1,
    user,
    wish: {
      fullName: person.fullName.trim() || null,
      mailboxLogin: person.mailboxLogin,
      mailboxAddress: person.mailboxAddress?.toLowerCase() ?? ('of-crm' as const),
    },
  };
  const options = { profileId, licenseId, dryRun: false, origin: 'single', onlyNew: false } as const;
  const [judged] = await saveBatch(ports, admin, [row], options);
  if (judged === undefined) throw new Error('the person was not judged');
  if (judged.result.kind === 'bad') return bad(judged.result.column, judged.result.problem);
  const { userId, change } = judged.result;
  if (userId === null) throw new Error('the person was not written');
  if (change !== 'unchanged') await tellAudit(ports, admin, userId, change);
  return { kind: 'saved', userId, change };
}

function bad(column: ImportColumn | null, problem: ImportProblem): AddedUser {
  return { kind: 'bad', column, reason: importProblems[problem] };
}

async function tellAudit(
  ports: Ports,
  { organizationId, actor }: Admin,
  userId: UserId,
  change: 'created' | 'changed',
): Promise<void> {
  await inOrganization(ports.db, organizationId, (tx) =>
    recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: change === 'created' ? 'user.added' : 'user.changed',
      subject: 'user',
      subjectId: userId,
    }),
  );
}
