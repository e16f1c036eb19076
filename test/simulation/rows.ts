/** Statements of a test on the rows of its own world, outside of every simulated process. */
import { inOrganization } from '../../src/store/database.ts';
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
