/** How the people of a profile are reached, as far as imports, pre-flights and activations need it: which connections lend their credentials. */
import type { ConnectionId, OrganizationId, ProfileId } from '../model/ids.ts';
import type { Tx } from './database.ts';

const ACCESSES_MAX = 5;

/** Connections of CRM accesses that are not refused, that of the profile first. */
export async function listCrmAccessConnections(
  tx: Tx,
  { organizationId, profileId }: { organizationId: OrganizationId; profileId: ProfileId | null },
): Promise<readonly ConnectionId[]> {
  const { rows } = await tx.query<{ id: ConnectionId }>(
    `select connection_id as id from accesses
     where organization_id = $1 and side = 'crm' and state <> 'refused'
     order by id = (select crm_access_id from profiles where organization_id = $1 and id = $2) desc nulls last, id
     limit ${ACCESSES_MAX}`,
    [organizationId, profileId],
  );
  return rows.map(({ id }) => id);
}

/** Whether there is such a profile in this scope, and whether its people are synced. Null: there is none. */
export async function readProfileState(
  tx: Tx,
  { organizationId, profileId }: { organizationId: OrganizationId; profileId: ProfileId },
): Promise<{ readonly name: string; readonly enabled: boolean } | null> {
  const { rows } = await tx.query<{ name: string; enabled: boolean }>(
    `select name, enabled from profiles where organization_id = $1 and id = $2`,
    [organizationId, profileId],
  );
  return rows[0] ?? null;
}
