/**
 * What may be taken back out of the CRM, and the tombstones of what was. A tombstone is the link itself with an instant: whatever finds the mail again finds
 * that. Who decides what may go is `commands/remove-records.ts`.
 */
import type { Instant } from '../model/clock.ts';
import type { ItemId, MailboxId, OrganizationId, RecordId, RunId } from '../model/ids.ts';
import type { KeyPrint } from '../model/link.ts';
import type { Tx } from './database.ts';

/** A link whose record Lockstep made. */
export interface CreatedLink {
  readonly keyPrint: KeyPrint;
  readonly itemId: ItemId | null;
  readonly recordId: RecordId;
  readonly linkedAt: Instant;
  readonly isRemoved: boolean;
}

/** The place after which the next page begins: the last link of the page before. */
export interface LinkMark {
  readonly linkedAt: Instant;
  readonly keyPrint: KeyPrint;
}

interface Row {
  key_print: KeyPrint;
  item_id: ItemId | null;
  record_id: RecordId;
  linked_at: Date;
  removed_at: Date | null;
}

const columns = `key_print, item_id, record_id, linked_at, removed_at`;

/**
 * A page of the links whose records a mailbox's runs created, newest first: those of one run, or of every run where `runId` is null. What a person saved
 * by hand belongs to no run.
 */
export async function listCreatedLinks(
  tx: Tx,
  {
    mailboxId,
    runId,
    after = null,
    limit,
  }: {
    readonly mailboxId: MailboxId;
    readonly runId: RunId | null;
    readonly after?: LinkMark | null;
    readonly limit: number;
  },
): Promise<readonly CreatedLink[]> {
  const { rows } = await tx.query<Row>(
    `select ${columns} from links
     where mailbox_id = $1 and created and case when $2::uuid is null then run_id is not null else run_id = $2 end
       and ($3::timestamptz is null or (linked_at, key_print) < ($3, $4::text))
     order by linked_at desc, key_print desc limit $5`,
    [mailboxId, runId, after === null ? null : new Date(after.linkedAt), after?.keyPrint ?? null, limit],
  );
  return rows.map((row) => ({
    keyPrint: row.key_print,
    itemId: row.item_id,
    recordId: row.record_id,
    linkedAt: row.linked_at.getTime(),
    isRemoved: row.removed_at !== null,
  }));
}

/** How many of a run's records were not taken back yet. */
export async function countCreatedLinks(tx: Tx, mailboxId: MailboxId, runId: RunId): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(
    `select count(*) from links where mailbox_id = $1 and run_id = $2 and created and removed_at is null`,
    [mailboxId, runId],
  );
  return Number(rows[0]?.count ?? 0);
}

/** Which of these records other mailboxes of the organization are linked to. */
export async function readReliedOn(
  tx: Tx,
  organizationId: OrganizationId,
  mailboxId: MailboxId,
  links: readonly Pick<CreatedLink, 'keyPrint' | 'recordId'>[],
): Promise<ReadonlySet<RecordId>> {
  if (links.length === 0) return new Set();
  const { rows } = await tx.query<{ record_id: RecordId }>(
    `select distinct record_id from links
     where organization_id = $1 and mailbox_id <> $2 and removed_at is null
       and key_print = any ($3::text[]) and record_id = any ($4::text[])`,
    [organizationId, mailboxId, links.map((link) => link.keyPrint), links.map((link) => link.recordId)],
  );
  return new Set(rows.map((row) => row.record_id));
}

/** Turns the links of removed records into tombstones; one that points to another record by now stays as it is. */
export async function buryLinks(
  tx: Tx,
  mailboxId: MailboxId,
  links: readonly Pick<CreatedLink, 'keyPrint' | 'recordId'>[],
  now: Instant,
): Promise<void> {
  if (links.length === 0) return;
  await tx.query(
    `update links set removed_at = $4
     from unnest($2::text[], $3::text[]) as removed (print, record)
     where mailbox_id = $1 and key_print = removed.print and record_id = removed.record and removed_at is null`,
    [mailboxId, links.map((link) => link.keyPrint), links.map((link) => link.recordId), new Date(now)],
  );
}
