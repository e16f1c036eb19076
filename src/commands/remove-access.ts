/** Removing an access: refused while a profile names it or a mailbox is reached through it. Its credential is forgotten with it. */
import type { AccessId } from '../model/ids.ts';
import { deleteAccess, listAccesses } from '../store/accesses.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

/** `unknown`: there is none of this id here. `in-use`: nothing was changed. */
export async function removeAccess(
  ports: Pick<Ports, 'db' | 'clock'>,
  { organizationId, actor }: Admin,
  id: AccessId,
): Promise<'removed' | 'unknown' | 'in-use'> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const [access] = await listAccesses(tx, { organizationId, id });
    if (access === undefined) return 'unknown';
    if (access.mailboxes > 0 || access.profiles.length > 0) return 'in-use';
    await deleteAccess(tx, access);
    const now = ports.clock.now();
    await recordAudit(tx, {
      ...{ organizationId, actor, action: 'access.deleted', subject: 'access', subjectId: id, now },
      details: { service: access.service },
    });
    return 'removed';
  });
}
