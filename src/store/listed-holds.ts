/** Held deletions over many mailboxes that wait for somebody, newest first, as administrators list them: whose, of what, and how many. */
import type { HoldId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import { type Hold, type HoldRow, holdColumns, holdOf } from './holds.ts';
import { type ListedPage, type ListMark, pageOf } from './listed-runs.ts';
import { type Owner, type OwnerRow, type OwnersScope, ownerColumns, ownerOf } from './owned-mailboxes.ts';

export interface OwnedHold extends Hold {
  readonly owner: Owner;
}

export interface HoldsQuery extends OwnersScope {
  readonly after: ListMark<HoldId> | null;
  readonly limit: number;
}

const owned =
  'holds join mailboxes on mailboxes.id = holds.mailbox_id join users on users.id = mailboxes.user_id';
const chosen = holdColumns.replaceAll(/\w+/g, 'holds.$&');

/** A page of those that wait. There are few: a breaker that trips is rare. */
export async function listOwnedHolds(tx: Tx, query: HoldsQuery): Promise<ListedPage<OwnedHold, HoldId>> {
  const { organizationId, reach, user, profile, after, limit } = query;
  const { rows } = await tx.query<HoldRow & OwnerRow & { mark: string }>(
    `select ${chosen}, holds.created_at::text as mark, ${ownerColumns} from ${owned}
     where holds.organization_id = $1 and holds.state = 'waiting'
       and ($2::uuid[] is null or users.profile_id = any ($2)) and ($3::uuid is null or users.profile_id = $3)
       and ($4::uuid is null or users.id = $4)
       and ($5::timestamptz is null or (holds.created_at, holds.id) < ($5, $6::uuid))
     order by holds.created_at desc, holds.id desc limit $7`,
    [
      organizationId,
      reach === 'organization' ? null : reach,
      profile ?? null,
      user ?? null,
      after?.at ?? null,
      after?.id ?? null,
      limit + 1,
    ],
  );
  return pageOf(rows, limit, (row) => ({ ...holdOf(row), owner: ownerOf(row) }));
}

/** One hold in any state; null when there is none within reach. */
export async function readOwnedHold(
  tx: Tx,
  { organizationId, reach, id }: Pick<OwnersScope, 'organizationId' | 'reach'> & { readonly id: HoldId },
): Promise<OwnedHold | null> {
  const { rows } = await tx.query<HoldRow & OwnerRow>(
    `select ${chosen}, ${ownerColumns} from ${owned}
     where holds.organization_id = $1 and holds.id = $2 and ($3::uuid[] is null or users.profile_id = any ($3))`,
    [organizationId, id, reach === 'organization' ? null : reach],
  );
  const [row] = rows;
  return row === undefined ? null : { ...holdOf(row), owner: ownerOf(row) };
}

/** How many people have deletions that wait for somebody, and how many records those are. */
export async function countOwnedHolds(
  tx: Tx,
  { organizationId, reach }: Pick<OwnersScope, 'organizationId' | 'reach'>,
): Promise<{ readonly people: number; readonly records: number }> {
  const { rows } = await tx.query<{ people: string; records: string | null }>(
    `select count(distinct users.id) as people, sum(holds.held) as records from ${owned}
     where holds.organization_id = $1 and holds.state = 'waiting' and ($2::uuid[] is null or users.profile_id = any ($2))`,
    [organizationId, reach === 'organization' ? null : reach],
  );
  return { people: Number(rows[0]?.people ?? 0), records: Number(rows[0]?.records ?? 0) };
}
