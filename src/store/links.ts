/**
 * Links: which mail is which record. One statement for however many, by arrays; what a link means stands in `model/link.ts`.
 */
import type { Instant } from '../model/clock.ts';
import type { ItemId, MailboxId, OrganizationId, RecordId, RunId } from '../model/ids.ts';
import type { KeyPrint, Link } from '../model/link.ts';
import type { Tx } from './database.ts';

interface LinkRow {
  key_print: KeyPrint;
  item_id: ItemId | null;
  item_version: string;
  record_id: RecordId;
  created: boolean;
  removed_at: Date | null;
}

const columns = `key_print, item_id, item_version, record_id, created, removed_at`;

/** A link of another mailbox of the same organization: enough to link the same mail without saving it again. */
export interface OtherLink {
  readonly keyPrint: KeyPrint;
  readonly recordId: RecordId;
}

export async function readLinksByItems(
  tx: Tx,
  mailboxId: MailboxId,
  itemIds: readonly ItemId[],
): Promise<readonly Link[]> {
  if (itemIds.length === 0) return [];
  const { rows } = await tx.query<LinkRow>(
    `select ${columns} from links where mailbox_id = $1 and item_id is not null and item_id = any ($2::text[])`,
    [mailboxId, itemIds],
  );
  return rows.map(linkOf);
}

/**
 * Links of these mails: the mailbox's own, tombstones included, and one of another mailbox for each mail that this one has none for. What a colleague
 * took back is none of this mailbox's business.
 */
export async function readLinksByPrints(
  tx: Tx,
  organizationId: OrganizationId,
  mailboxId: MailboxId,
  prints: readonly KeyPrint[],
): Promise<{ readonly own: readonly Link[]; readonly others: readonly OtherLink[] }> {
  if (prints.length === 0) return { own: [], others: [] };
  const { rows } = await tx.query<LinkRow & { own: boolean }>(
    `select distinct on (key_print) mailbox_id = $2 as own, ${columns}
     from links where organization_id = $1 and key_print = any ($3::text[])
       and (mailbox_id = $2 or removed_at is null)
     order by key_print, mailbox_id = $2 desc, linked_at`,
    [organizationId, mailboxId, prints],
  );
  return {
    own: rows.filter((row) => row.own).map(linkOf),
    others: rows
      .filter((row) => !row.own)
      .map((row) => ({ keyPrint: row.key_print, recordId: row.record_id })),
  };
}

/** Those among the mails that a person chose himself, and that were not taken back. */
export async function readChosenPrints(
  tx: Tx,
  mailboxId: MailboxId,
  prints: readonly KeyPrint[],
): Promise<ReadonlySet<KeyPrint>> {
  if (prints.length === 0) return new Set();
  const { rows } = await tx.query<{ key_print: KeyPrint }>(
    `select key_print from links where mailbox_id = $1 and key_print = any ($2::text[]) and chosen and removed_at is null`,
    [mailboxId, prints],
  );
  return new Set(rows.map((row) => row.key_print));
}

/** When a mail was linked; null when it is not. */
export async function readLinkedAt(tx: Tx, mailboxId: MailboxId, print: KeyPrint): Promise<Instant | null> {
  const { rows } = await tx.query<{ linked_at: Date }>(
    `select linked_at from links where mailbox_id = $1 and key_print = $2`,
    [mailboxId, print],
  );
  return rows[0]?.linked_at.getTime() ?? null;
}

export interface NewLinks {
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  /** Null: saved by hand. */
  readonly runId: RunId | null;
  /** Saved by hand: lifts tombstones. A run that read a link before it was taken back must not. */
  readonly lifts?: boolean;
  readonly links: readonly Link[];
  readonly now: Instant;
}

/**
 * Stores links; of two with the same print the later one stands. A link that was created by Lockstep once stays so, however it is found again, and
 * belongs to the run that made its record.
 */
export async function writeLinks(
  tx: Tx,
  { organizationId, mailboxId, runId, lifts = false, links, now }: NewLinks,
): Promise<void> {
  const distinct = [...new Map(links.map((link) => [link.keyPrint, link])).values()];
  if (distinct.length === 0) return;
  await tx.query(
    `insert into links
       (mailbox_id, organization_id, run_id, linked_at, key_print, item_id, item_version, record_id, created, chosen)
     select $1, $2, $3, $4, * from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[], $11::boolean[])
     on conflict (mailbox_id, key_print) do update set
       item_id = excluded.item_id, item_version = excluded.item_version, record_id = excluded.record_id,
       chosen = links.chosen or excluded.chosen,
       created = excluded.created or (links.created and links.record_id = excluded.record_id),
       run_id = case when links.record_id = excluded.record_id then links.run_id else excluded.run_id end,
       linked_at = case when links.record_id = excluded.record_id then links.linked_at else excluded.linked_at end,
       removed_at = case when $10 or links.record_id <> excluded.record_id then null else links.removed_at end`,
    [
      mailboxId,
      organizationId,
      runId,
      new Date(now),
      distinct.map((link) => link.keyPrint),
      distinct.map((link) => link.itemId),
      distinct.map((link) => link.itemVersion),
      distinct.map((link) => link.recordId),
      distinct.map((link) => link.created),
      lifts,
      distinct.map((link) => link.isChosen ?? false),
    ],
  );
}

/** The items are gone from the mailbox; their links stay, so that the mails are not saved again when they come back. */
export async function forgetItems(tx: Tx, mailboxId: MailboxId, itemIds: readonly ItemId[]): Promise<void> {
  if (itemIds.length === 0) return;
  await tx.query(
    `update links set item_id = null
     where mailbox_id = $1 and item_id is not null and item_id = any ($2::text[])`,
    [mailboxId, itemIds],
  );
}

/** Linked items that somebody touched: their new versions, so that an unchanged one is known for an echo. */
export async function touchLinks(
  tx: Tx,
  mailboxId: MailboxId,
  touched: readonly { readonly itemId: ItemId; readonly version: string }[],
): Promise<void> {
  if (touched.length === 0) return;
  await tx.query(
    `update links set item_version = version
     from unnest($2::text[], $3::text[]) as touched (id, version)
     where mailbox_id = $1 and item_id is not null and item_id = touched.id`,
    [mailboxId, touched.map((one) => one.itemId), touched.map((one) => one.version)],
  );
}

/** Mails that have a record; what was taken back does not count. */
export async function countLinks(tx: Tx, mailboxId: MailboxId): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(
    `select count(*) from links where mailbox_id = $1 and removed_at is null`,
    [mailboxId],
  );
  return Number(rows[0]?.count ?? 0);
}

function linkOf(row: LinkRow): Link {
  return {
    keyPrint: row.key_print,
    itemId: row.item_id,
    itemVersion: row.item_version,
    recordId: row.record_id,
    created: row.created,
    ...(row.removed_at === null ? {} : { isRemoved: true }),
  };
}

/** A page of the items that links and issues of a mailbox know, each once, in order of their ids. */
export async function listKnownItems(
  tx: Tx,
  page: { readonly mailboxId: MailboxId; readonly after: ItemId | null; readonly limit: number },
): Promise<readonly ItemId[]> {
  const { rows } = await tx.query<{ item_id: ItemId }>(
    `(select item_id from links
       where mailbox_id = $1 and item_id is not null and ($2::text is null or item_id > $2) order by item_id limit $3)
     union
     (select item_id from issues where mailbox_id = $1 and collection = 'emails' and ($2::text is null or item_id > $2) order by item_id limit $3)
     order by item_id limit $3`,
    [page.mailboxId, page.after, page.limit],
  );
  return rows.map((row) => row.item_id);
}
