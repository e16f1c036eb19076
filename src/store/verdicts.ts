/**
 * Verdicts: why each item of the last days is saved or not, for *Why?* and the counts. Items stand here as keyed prints, so the table names
 * nothing that could be looked up in a mailbox.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { VerdictCode } from '../model/verdict.ts';
import type { Tx } from './database.ts';

export interface ItemVerdict {
  /** `keys.printItem(itemId)`. */
  readonly itemPrint: string;
  readonly code: VerdictCode;
}

export interface StoredVerdict {
  readonly code: VerdictCode;
  readonly judgedAt: Instant;
}

/** Stores verdicts; the latest of an item stands. */
export async function recordVerdicts(
  tx: Tx,
  {
    organizationId,
    mailboxId,
    verdicts,
    now,
  }: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly verdicts: readonly ItemVerdict[];
    readonly now: Instant;
  },
): Promise<void> {
  const distinct = [...new Map(verdicts.map((verdict) => [verdict.itemPrint, verdict])).values()];
  if (distinct.length === 0) return;
  await tx.query(
    `insert into verdicts (mailbox_id, organization_id, judged_at, item_print, code)
     select $1, $2, $3, * from unnest($4::text[], $5::text[])
     on conflict (mailbox_id, item_print) do update set code = excluded.code, judged_at = excluded.judged_at`,
    [
      mailboxId,
      organizationId,
      new Date(now),
      distinct.map((verdict) => verdict.itemPrint),
      distinct.map((verdict) => verdict.code),
    ],
  );
}

/** The last verdict on an item; null when it was not judged in the last 30 days. */
export async function readVerdict(
  tx: Tx,
  mailboxId: MailboxId,
  itemPrint: string,
): Promise<StoredVerdict | null> {
  const { rows } = await tx.query<{ code: VerdictCode; judged_at: Date }>(
    `select code, judged_at from verdicts where mailbox_id = $1 and item_print = $2`,
    [mailboxId, itemPrint],
  );
  const [row] = rows;
  return row === undefined ? null : { code: row.code, judgedAt: row.judged_at.getTime() };
}

/** The last verdicts on these items, by print. */
export async function readVerdicts(
  tx: Tx,
  mailboxId: MailboxId,
  itemPrints: readonly string[],
): Promise<ReadonlyMap<string, VerdictCode>> {
  if (itemPrints.length === 0) return new Map();
  const { rows } = await tx.query<{ item_print: string; code: VerdictCode }>(
    `select item_print, code from verdicts where mailbox_id = $1 and item_print = any ($2::text[])`,
    [mailboxId, itemPrints],
  );
  return new Map(rows.map((row) => [row.item_print, row.code]));
}

/** How many items ended in which code. */
export async function countVerdicts(tx: Tx, mailboxId: MailboxId): Promise<ReadonlyMap<VerdictCode, number>> {
  const { rows } = await tx.query<{ code: VerdictCode; count: string }>(
    `select code, count(*) from verdicts where mailbox_id = $1 group by code order by code`,
    [mailboxId],
  );
  return new Map(rows.map((row) => [row.code, Number(row.count)]));
}
