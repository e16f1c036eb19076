/** Statements of a test on the rows of its own world, outside of every simulated process. */
import { inOrganization } from '../../src/store/database.ts';
import { type OrganizationKeys, organizationKeys } from '../../src/store/keyring.ts';
import type { World } from './world.ts';

export async function inWorld<R>(
  world: World,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly R[]> {
  const { rows } = await inOrganization(world.database, world.organizationId, (tx) =>
    tx.query<R>(text, values),
  );
  return rows;
}

/** What the world's organization prints its identifiers with. */
export async function keysOf(world: World): Promise<OrganizationKeys> {
  const [process] = world.processes;
  if (process === undefined) throw new Error('a world without processes');
  return await inOrganization(world.database, world.organizationId, (tx) =>
    organizationKeys(tx, process.ports.keyring, world.organizationId),
  );
}
