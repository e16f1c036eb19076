/** A hold without records, put into the database as a run would: for tests of who may see and decide it. */

import type { HoldId } from '../../src/model/ids.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { newId } from '../../src/store/new-id.ts';
import type { Api } from './api-harness.ts';

/** Of whoever has the mailbox with this address. */
export async function storeHold(
  api: { readonly database: Pick<Api['database'], 'db'>; readonly clock: { now(): number } },
  address: string,
): Promise<HoldId> {
  const now = api.clock.now();
  const id = newId<HoldId>(now);
  const { rowCount } = await acrossOrganizations(api.database.db, (tx) =>
    tx.query(
      `insert into holds (id, organization_id, mailbox_id, collection, held, paired, created_at)
       select $1, organization_id, id, 'events', 200, 240, $2 from mailboxes where address = $3`,
      [id, new Date(now), address],
    ),
  );
  if (rowCount !== 1) throw new Error('there is no such mailbox');
  return id;
}
