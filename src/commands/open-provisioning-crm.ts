/**
 * The CRM as an administrator sees it: through his own connection, else the access of the profile that it is about, else any access of the organization that
 * works. Whoever operates the machine has no login of his own: for him a platform admin's serves after the accesses. No run uses it.
 */
import type { CrmConnector } from '../model/connector.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { ConnectionId, ProfileId, UserId } from '../model/ids.ts';
import { findConnection, readConnection } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { listCrmAccessConnections, listPlatformAdmins } from '../store/profile-accesses.ts';
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
    const firstOf = async (candidates: readonly (ConnectionId | null)[]) => {
      for (const id of candidates) {
        const found = id === null ? null : await readConnection(tx, keys, id);
        if (found?.credential != null) return found;
      }
      return null;
    };
    const ownOf = (userId: UserId) => findConnection(tx, keys, userId, ports.crm.service);
    const own = actor.userId === null ? null : await ownOf(actor.userId);
    const shared = await listCrmAccessConnections(tx, { organizationId, profileId });
    const found = await firstOf([own, ...shared]);
    if (found !== null || actor.kind !== 'operator') return found;
    const lenders: (ConnectionId | null)[] = [];
    for (const userId of await listPlatformAdmins(tx, organizationId)) lenders.push(await ownOf(userId));
    return await firstOf(lenders);
  });
  if (connection === null) throw new RemoteFailure(credentialMissing(ports, 'crm'));
  return ports.crm.open(connection, signal);
}
