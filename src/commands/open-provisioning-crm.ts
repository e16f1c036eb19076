/**
 * The CRM as somebody sees it who may bring people in: through the acting admin's own connection, else the access of the profile that they go
 * into, else any access of the organization that works. It only looks users up; no run uses it.
 */
import type { CrmConnector } from '../model/connector.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { ConnectionId, ProfileId } from '../model/ids.ts';
import { findConnection, readConnection } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { listCrmAccessConnections } from '../store/profile-accesses.ts';
import type { Admin } from './admin.ts';
import { credentialMissing } from './load-mailbox.ts';
import type { Ports } from './ports.ts';

/** Opens it, does `work` and closes it. Rejects with `RemoteFailure` when no credential is at hand, or when the CRM is in trouble. */
export async function withProvisioningCrm<T>(
  ports: Ports,
  { organizationId, actor }: Pick<Admin, 'organizationId' | 'actor'>,
  profileId: ProfileId | null,
  signal: AbortSignal,
  work: (crm: CrmConnector) => Promise<T>,
): Promise<T> {
  const crm = await openProvisioningCrm(ports, { organizationId, actor }, profileId, signal);
  try {
    return await work(crm);
  } finally {
    await crm.close();
  }
}

/** As `withProvisioningCrm`, to be closed by the caller. */
export async function openProvisioningCrm(
  ports: Ports,
  { organizationId, actor }: Pick<Admin, 'organizationId' | 'actor'>,
  profileId: ProfileId | null,
  signal: AbortSignal,
): Promise<CrmConnector> {
  const connection = await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const own =
      actor.userId === null ? null : await findConnection(tx, keys, actor.userId, ports.crm.service);
    const shared = await listCrmAccessConnections(tx, { organizationId, profileId });
    const candidates: readonly ConnectionId[] = own === null ? shared : [own, ...shared];
    for (const id of candidates) {
      const found = await readConnection(tx, keys, id);
      if (found?.credential != null) return found;
    }
    return null;
  });
  if (connection === null) throw new RemoteFailure(credentialMissing(ports, 'crm'));
  return ports.crm.open(connection, signal);
}
