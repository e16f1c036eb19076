/** Licenses as platform admins define and give them (R1): the rhythm of other people's runs, never of one's own choosing. */
import type { LicenseId } from '../model/ids.ts';
import type { Rhythm } from '../model/schedule.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { deleteLicense, saveLicense } from '../store/licenses.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

/** Makes a license or changes the one of that name; it counts from each mailbox's next run on. False when there are as many as there may be. */
export async function defineLicense(
  ports: Ports,
  { organizationId, actor }: Admin,
  license: Rhythm & { readonly name: string },
): Promise<boolean> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const id = await saveLicense(tx, { ...license, organizationId, now });
    if (id === null) return false;
    await recordAudit(tx, {
      organizationId,
      actor,
      action: 'license.saved',
      subject: 'license',
      subjectId: id,
      details: { intervalMs: license.intervalMs, pattern: license.pattern },
      now,
    });
    return true;
  });
}

/** A license that somebody has stays. */
export async function removeLicense(
  ports: Ports,
  { organizationId, actor }: Admin,
  id: LicenseId,
): Promise<'deleted' | 'in-use' | 'unknown'> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const result = await deleteLicense(tx, id);
    if (result === 'deleted')
      await recordAudit(tx, {
        ...{ organizationId, actor, now: ports.clock.now() },
        action: 'license.deleted',
        subject: 'license',
        subjectId: id,
      });
    return result;
  });
}
