/** What a run made of events, contacts and tasks, as *Undo* sees it (D5): records that may be taken back, and items in the mailbox, which stay. */
import type { Instant } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import type { ItemId, MailboxId, RecordId, RunId } from '../model/ids.ts';
import type { Tx } from './database.ts';

/** A pair whose record a run made. */
export interface MadePair {
  readonly recordId: RecordId;
  readonly collection: Collection;
  readonly itemId: ItemId | null;
  readonly itemVersion: string;
  /** An occurrence of a series. */
  readonly isOccurrence: boolean;
  readonly pairedAt: Instant;
  /** Ended: taken back, or let go since. */
  readonly isEnded: boolean;
}

interface Row {
  record_id: RecordId;
  collection: Collection;
  item_id: ItemId | null;
  item_version: string;
  is_occurrence: boolean;
  paired_at: Date;
  is_ended: boolean;
}

/** A page of the pairs whose records a run made, in the order of their records. */
export async function listMadePairs(
  tx: Tx,
  page: {
    readonly mailboxId: MailboxId;
    readonly runId: RunId;
    readonly after?: RecordId | null;
    readonly limit: number;
  },
): Promise<readonly MadePair[]> {
  const { rows } = await tx.query<Row>(
    `select record_id, collection, item_id, item_version, series_id is not null as is_occurrence, paired_at, state = 'ended' as is_ended
     from pairs where run_id = $2 and mailbox_id = $1 and made = 'record' and ($3::text is null or record_id > $3)
     order by record_id limit $4`,
    [page.mailboxId, page.runId, page.after ?? null, page.limit],
  );
  return rows.map((row) => ({
    recordId: row.record_id,
    collection: row.collection,
    itemId: row.item_id,
    itemVersion: row.item_version,
    isOccurrence: row.is_occurrence,
    pairedAt: row.paired_at.getTime(),
    isEnded: row.is_ended,
  }));
}

/** Records of a run that were not taken back yet, and items that it made in the mailbox. */
export async function countMade(
  tx: Tx,
  mailboxId: MailboxId,
  runId: RunId,
): Promise<{ readonly records: number; readonly items: number }> {
  const { rows } = await tx.query<{ records: string; items: string }>(
    `select count(*) filter (where made = 'record' and state <> 'ended') as records, count(*) filter (where made = 'item') as items
     from pairs where run_id = $2 and mailbox_id = $1`,
    [mailboxId, runId],
  );
  return { records: Number(rows[0]?.records ?? 0), items: Number(rows[0]?.items ?? 0) };
}

/** Nothing is kept in step any more; the pair stays, so that the item never goes up again by itself. */
export async function endPairs(tx: Tx, mailboxId: MailboxId, recordIds: readonly RecordId[]): Promise<void> {
  if (recordIds.length === 0) return;
  await tx.query(
    `update pairs set state = 'ended', hold_id = null where mailbox_id = $1 and record_id = any ($2::text[])`,
    [mailboxId, recordIds],
  );
}
