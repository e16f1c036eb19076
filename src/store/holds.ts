/**
 * Removals that are due, and holds: removals above the breaker's limit, which wait until somebody lets them go or drops them (S5).
 */
import type { Instant } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import type { HoldId, MailboxId, OrganizationId, RecordId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

export type HoldState = 'waiting' | 'released' | 'dropped';

export interface Hold {
  readonly id: HoldId;
  readonly mailboxId: MailboxId;
  readonly collection: Collection;
  /** Removals when it was made, and how many pairs there were then. */
  readonly held: number;
  readonly paired: number;
  readonly createdAt: Instant;
  readonly state: HoldState;
  readonly decidedAt: Instant | null;
  readonly decidedBy: UserId | null;
}

/** A row as `holdOf` reads it. */
export interface HoldRow {
  id: HoldId;
  mailbox_id: MailboxId;
  collection: Collection;
  held: number;
  paired: number;
  created_at: Date;
  state: HoldState;
  decided_at: Date | null;
  decided_by: UserId | null;
}

/** What `holdOf` needs of a row. */
export const holdColumns = `id, mailbox_id, collection, held, paired, created_at, state, decided_at, decided_by`;

/** Records whose item is gone and that wait for nobody: removed in this run, unless there are too many. */
export async function countRemovals(tx: Tx, mailboxId: MailboxId, collection: Collection): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(
    `select count(*) from pairs where mailbox_id = $1 and collection = $2 and state = 'removing' and hold_id is null`,
    [mailboxId, collection],
  );
  return Number(rows[0]?.count ?? 0);
}

/** Up to `limit` records that are removed now: those that wait for nobody, and those of released holds. */
export async function readRemovals(
  tx: Tx,
  mailboxId: MailboxId,
  collection: Collection,
  limit: number,
): Promise<readonly RecordId[]> {
  const { rows } = await tx.query<{ record_id: RecordId }>(
    `select record_id from pairs left join holds on holds.id = pairs.hold_id
     where pairs.mailbox_id = $1 and pairs.collection = $2 and pairs.state = 'removing'
       and (pairs.hold_id is null or holds.state = 'released')
     order by record_id limit $3`,
    [mailboxId, collection, limit],
  );
  return rows.map((row) => row.record_id);
}

/** Holds every removal that waits for nobody; null when there is none. */
export async function holdRemovals(
  tx: Tx,
  hold: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly collection: Collection;
    readonly held: number;
    readonly paired: number;
    readonly now: Instant;
  },
): Promise<HoldId | null> {
  if (hold.held === 0) return null;
  const id = newId<HoldId>(hold.now);
  await tx.query(
    `insert into holds (id, organization_id, mailbox_id, collection, held, paired, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, hold.organizationId, hold.mailboxId, hold.collection, hold.held, hold.paired, new Date(hold.now)],
  );
  await tx.query(
    `update pairs set hold_id = $1 where mailbox_id = $2 and collection = $3 and state = 'removing' and hold_id is null`,
    [id, hold.mailboxId, hold.collection],
  );
  return id;
}

/** The removals were carried out, or there is nothing left to remove. */
export async function endRemovals(
  tx: Tx,
  mailboxId: MailboxId,
  recordIds: readonly RecordId[],
): Promise<void> {
  if (recordIds.length === 0) return;
  await tx.query(
    `update pairs set state = 'ended', hold_id = null where mailbox_id = $1 and state = 'removing' and record_id = any ($2::text[])`,
    [mailboxId, recordIds],
  );
}

/** Holds of a mailbox, those that wait first, then the newest; `after` is the last one of the page before. */
export async function listHolds(
  tx: Tx,
  mailboxId: MailboxId,
  page: { readonly after: HoldId | null; readonly limit: number },
): Promise<readonly Hold[]> {
  const { rows } = await tx.query<HoldRow>(
    `select ${holdColumns} from holds
     where mailbox_id = $1 and ($2::uuid is null
       or (state = 'waiting', created_at, id) < (select state = 'waiting', created_at, id from holds where id = $2))
     order by state = 'waiting' desc, created_at desc, id desc limit $3`,
    [mailboxId, page.after, page.limit],
  );
  return rows.map(holdOf);
}

/** Null: there is none in this scope. */
export async function readHold(tx: Tx, id: HoldId): Promise<Hold | null> {
  const { rows } = await tx.query<HoldRow>(`select ${holdColumns} from holds where id = $1`, [id]);
  const [row] = rows;
  return row === undefined ? null : holdOf(row);
}

/** Records that a hold still keeps, in the order of their ids. */
export async function listHeldRecords(
  tx: Tx,
  id: HoldId,
  page: { readonly after: RecordId | null; readonly limit: number },
): Promise<readonly RecordId[]> {
  const { rows } = await tx.query<{ record_id: RecordId }>(
    `select record_id from pairs where hold_id = $1 and ($2::text is null or record_id > $2) order by record_id limit $3`,
    [id, page.after, page.limit],
  );
  return rows.map((row) => row.record_id);
}

/** How many records a hold still keeps: some may have come back meanwhile. */
export async function countHeldRecords(tx: Tx, id: HoldId): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(`select count(*) from pairs where hold_id = $1`, [id]);
  return Number(rows[0]?.count ?? 0);
}

/** Whether the record's removal waits for somebody. */
export async function isRemovalHeld(tx: Tx, mailboxId: MailboxId, recordId: RecordId): Promise<boolean> {
  const { rows } = await tx.query<{ held: boolean }>(
    `select exists (select from pairs join holds on holds.id = pairs.hold_id
       where pairs.mailbox_id = $1 and pairs.record_id = $2 and holds.state = 'waiting') as held`,
    [mailboxId, recordId],
  );
  return rows[0]?.held === true;
}

/** Somebody decides a hold that waits; false when it waits no longer. Dropped: the records stay, and their pairs end. */
export async function decideHold(
  tx: Tx,
  decision: {
    readonly id: HoldId;
    readonly to: 'released' | 'dropped';
    /** Null: a script. */
    readonly by: UserId | null;
    readonly now: Instant;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update holds set state = $2, decided_at = $3, decided_by = $4 where id = $1 and state = 'waiting'`,
    [decision.id, decision.to, new Date(decision.now), decision.by],
  );
  if (rowCount !== 1) return false;
  if (decision.to === 'dropped')
    await tx.query(`update pairs set state = 'ended', hold_id = null where hold_id = $1`, [decision.id]);
  return true;
}

/** Holds of a mailbox that wait for somebody. */
export async function countWaitingHolds(tx: Tx, mailboxId: MailboxId): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(
    `select count(*) from holds where mailbox_id = $1 and state = 'waiting'`,
    [mailboxId],
  );
  return Number(rows[0]?.count ?? 0);
}

export function holdOf(row: HoldRow): Hold {
  return {
    id: row.id,
    mailboxId: row.mailbox_id,
    collection: row.collection,
    held: row.held,
    paired: row.paired,
    createdAt: row.created_at.getTime(),
    state: row.state,
    decidedAt: row.decided_at?.getTime() ?? null,
    decidedBy: row.decided_by,
  };
}
