/** *Check again*: an administrator has an access probed now, and what follows from the answer follows at once. */
import type { ProbeVerdict } from '../model/access-circuit.ts';
import type { AccessId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';
import { probeAccess } from './probe-access.ts';

/** Null when there is no such access. Rejects for faults of the database. */
export async function checkAccess(
  ports: Ports,
  { organizationId, actor }: Admin,
  id: AccessId,
  signal: AbortSignal,
): Promise<ProbeVerdict | null> {
  const verdict = await probeAccess(ports, { organizationId, accessId: id, anyTime: true }, signal);
  if (verdict === null) return null;
  await inOrganization(ports.db, organizationId, (tx) =>
    recordAudit(tx, {
      ...{ organizationId, actor, action: 'access.checked', subject: 'access', subjectId: id },
      details: { verdict: verdict.kind },
      now: ports.clock.now(),
    }),
  );
  return verdict;
}
