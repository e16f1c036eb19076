/** Licenses as platform admins define and give them (R1): the rhythm of other people's runs, never of one's own choosing. */
import type { LicenseId, OrganizationId, UserId } from '../model/ids.ts';
import type { Rhythm } from '../model/schedule.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { assignLicense, saveLicense } from '../store/licenses.ts';
import type { Ports } from './ports.ts';

interface Admin {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/** Makes a license or changes the one of that name; it counts from each mailbox's next run on. False when there are as many as there may be. */
export async function defineLicense(
  ports: Ports,
  { organizationId, userId }: Admin,
  license: Rhythm & { readonly name: string },
): Promise<boolean> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const id = await saveLicense(tx, { ...license, organizationId, now });
    if (id === null) return false;
    await recordAudit(tx, {
      organizationId,
      actor: { kind: 'user', userId },
      action: 'license.saved',
      subject: 'license',
      subjectId: id,
      details: { intervalMs: license.intervalMs, pattern: license.pattern },
      now,
    });
    return true;
  });
}

/** Gives a person a license, or the default (null). False when either is not of this organization. */
export async function assignUserLicense(
  ports: Ports,
  { organizationId, userId }: Admin,
  assignment: { readonly userId: UserId; readonly licenseId: LicenseId | null },
): Promise<boolean> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    if (!(await assignLicense(tx, assignment))) return false;
    await recordAudit(tx, {
      organizationId,
      actor: { kind: 'user', userId },
      action: 'license.assigned',
      subject: 'user',
      subjectId: assignment.userId,
      details: { licenseId: assignment.licenseId },
      now: ports.clock.now(),
    });
    return true;
  });
}
