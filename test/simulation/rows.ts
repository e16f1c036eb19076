/** Statements of a test on the rows of its own world, outside of every simulated process. */
import type { ItemId } from '../../src/model/ids.ts';
import { inOrganization } from '../../src/store/database.ts';
import { organizationKeys } from '../../src/store/keyring.ts';
import type { Copy } from './history.ts';
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

export interface VerdictRow {
  readonly address: string;
  readonly item_print: string;
  readonly code: string;
}

export function readVerdictRows(world: World): Promise<readonly VerdictRow[]> {
  return inWorld<VerdictRow>(
    world,
    'select address, item_print, code from verdicts join mailboxes on mailboxes.id = verdicts.mailbox_id',
  );
}

/** By what a copy is found among verdicts: its mailbox too, because ids are unique within one only. */
export async function verdictPrints(world: World): Promise<(copy: Copy) => string> {
  const [process] = world.processes;
  if (process === undefined) throw new Error('a world without processes');
  const keys = await inOrganization(world.database, world.organizationId, (tx) =>
    organizationKeys(tx, process.ports.keyring, world.organizationId),
  );
  return (copy) => `${copy.mailbox} ${keys.printItem(copy.itemId as ItemId)}`;
}
