/**
 * Pairs: which item and which record are kept in step, and what both sides had when a run last left them, as fingerprints. The queries of removals and
 * holds stand in `holds.ts`.
 */
import type { Instant } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import type { FeedId, ItemId, MailboxId, OrganizationId, RecordId, RunId } from '../model/ids.ts';
import type { KeyPrint } from '../model/link.ts';
import type { Pair, PairRole, PairState, Passage, Prints, Writing } from '../model/pair.ts';
import type { Tx } from './database.ts';

interface PairRow {
  collection: Collection;
  record_id: RecordId;
  key_print: KeyPrint | null;
  item_id: ItemId | null;
  item_version: string;
  feed_id: FeedId | null;
  series_id: ItemId | null;
  record_version: string;
  item_prints: Prints;
  record_prints: Prints;
  writing: Writing | null;
  state: PairState;
  made: Pair['made'];
  role: PairRole;
  is_untold: boolean;
}

const columns = `collection, record_id, key_print, item_id, item_version, feed_id, series_id, record_version, item_prints, record_prints,
  writing, state, made, role, is_untold`;

/** Pairs of these items. */
export async function readPairsByItems(
  tx: Tx,
  mailboxId: MailboxId,
  itemIds: readonly ItemId[],
): Promise<readonly Pair[]> {
  return await readPairs(tx, mailboxId, 'item_id is not null and item_id = any ($2::text[])', itemIds);
}

/** Pairs of the occurrences of these series. */
export async function readPairsBySeries(
  tx: Tx,
  mailboxId: MailboxId,
  seriesIds: readonly ItemId[],
): Promise<readonly Pair[]> {
  return await readPairs(tx, mailboxId, 'series_id is not null and series_id = any ($2::text[])', seriesIds);
}

/** Pairs of these records. */
export async function readPairsByRecords(
  tx: Tx,
  mailboxId: MailboxId,
  recordIds: readonly RecordId[],
): Promise<readonly Pair[]> {
  return await readPairs(tx, mailboxId, 'record_id = any ($2::text[])', recordIds);
}

async function readPairs(
  tx: Tx,
  mailboxId: MailboxId,
  where: string,
  ids: readonly string[],
): Promise<readonly Pair[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<PairRow>(
    `select ${columns} from pairs where mailbox_id = $1 and ${where}`,
    [mailboxId, ids],
  );
  return rows.map(pairOf);
}

/** Pairs of a collection whose items were about to be made when a run ended. */
export async function readMakingPairs(
  tx: Tx,
  mailboxId: MailboxId,
  collection: Collection,
  limit: number,
): Promise<readonly Pair[]> {
  const { rows } = await tx.query<PairRow>(
    `select ${columns} from pairs where mailbox_id = $1 and collection = $2 and state = 'making' order by paired_at limit $3`,
    [mailboxId, collection, limit],
  );
  return rows.map(pairOf);
}

/** Who has these meetings already: this mailbox's own pairs, and the records that colleagues' mailboxes are paired with. */
export async function readPairsByPrints(
  tx: Tx,
  {
    organizationId,
    mailboxId,
    prints,
  }: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly prints: readonly KeyPrint[];
  },
): Promise<{ readonly own: readonly Pair[]; readonly others: ReadonlyMap<KeyPrint, RecordId> }> {
  if (prints.length === 0) return { own: [], others: new Map() };
  const { rows } = await tx.query<PairRow & { is_own: boolean; key_print: KeyPrint }>(
    `select ${columns}, mailbox_id = $2 as is_own from pairs
     where organization_id = $1 and key_print is not null and key_print = any ($3::text[])
       and (mailbox_id = $2 or state in ('linked', 'making'))
     order by paired_at desc`,
    [organizationId, mailboxId, prints],
  );
  return {
    own: rows.filter((row) => row.is_own).map(pairOf),
    // The oldest one wins: it is read last.
    others: new Map(rows.filter((row) => !row.is_own).map((row) => [row.key_print, row.record_id])),
  };
}

/** Those among the records that a colleague's mailbox is paired with. */
export async function readSharedRecords(
  tx: Tx,
  organizationId: OrganizationId,
  mailboxId: MailboxId,
  recordIds: readonly RecordId[],
): Promise<ReadonlySet<RecordId>> {
  if (recordIds.length === 0) return new Set();
  const { rows } = await tx.query<{ record_id: RecordId }>(
    `select distinct record_id from pairs
     where organization_id = $1 and record_id = any ($3::text[]) and mailbox_id <> $2 and state in ('linked', 'making')`,
    [organizationId, mailboxId, recordIds],
  );
  return new Set(rows.map((row) => row.record_id));
}

export interface PairWrite {
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  readonly runId: RunId;
  readonly pairs: readonly Pair[];
  readonly now: Instant;
}

/**
 * Writes pairs as they are now; what a run made keeps the run that made it. An item that was paired with another record before is let go there first:
 * an item has one record.
 */
export async function writePairs(tx: Tx, write: PairWrite): Promise<void> {
  const { organizationId, mailboxId, runId, now } = write;
  const pairs = [...new Map(write.pairs.map((pair) => [pair.recordId, pair])).values()];
  if (pairs.length === 0) return;
  const rows = pairs.map((pair) => ({ ...pair }));
  await tx.query(
    `update pairs set item_id = null, state = 'ended' from jsonb_to_recordset($2::jsonb) as w ("recordId" text, "itemId" text)
     where mailbox_id = $1 and item_id is not null and item_id = w."itemId" and record_id <> w."recordId"`,
    [mailboxId, JSON.stringify(rows)],
  );
  await tx.query(
    `insert into pairs as p (mailbox_id, organization_id, run_id, paired_at, record_id, collection, key_print, item_id, item_version, feed_id,
       series_id, record_version, item_prints, record_prints, state, made, role, is_untold)
     select $1, $2, $3, $4, w."recordId", w.collection, w."keyPrint", w."itemId", w."itemVersion", w."feedId", w."seriesId", w."recordVersion",
       w."itemPrints", w."recordPrints", w.state, w.made, w.role,
       coalesce(w."isUntold", false)
     from jsonb_to_recordset($5::jsonb) as w ("recordId" text, collection text, "keyPrint" text, "itemId" text, "itemVersion" text, "feedId" text,
       "seriesId" text, "recordVersion" text, "itemPrints" jsonb, "recordPrints" jsonb, state text, made text, role text,
       "isUntold" boolean)
     on conflict (mailbox_id, record_id) do update set
       key_print = coalesce(excluded.key_print, p.key_print), item_id = excluded.item_id, item_version = excluded.item_version,
       feed_id = excluded.feed_id, series_id = excluded.series_id, record_version = excluded.record_version,
       item_prints = excluded.item_prints, record_prints = excluded.record_prints, writing = null, state = excluded.state, role = excluded.role, hold_id = null,
       is_untold = excluded.is_untold,
       made = coalesce(p.made, excluded.made)`,
    [mailboxId, organizationId, runId, new Date(now), JSON.stringify(rows)],
  );
}

export interface NotedWriting {
  readonly recordId: RecordId;
  readonly writing: Writing;
  /** Of the writing that was noted before: what arrived of it becomes the base, as this one takes its place. */
  readonly arrived: Passage;
}

/** Notes what is about to be written to both sides of pairs that are there; `writePairs` takes it back. */
export async function noteWriting(
  tx: Tx,
  mailboxId: MailboxId,
  writings: readonly NotedWriting[],
): Promise<void> {
  await tx.query(
    `update pairs set writing = w.writing, item_prints = item_prints || (w.arrived -> 'item'),
       record_prints = record_prints || (w.arrived -> 'record')
     from jsonb_to_recordset($2::jsonb) as w ("recordId" text, writing jsonb, arrived jsonb)
     where mailbox_id = $1 and record_id = w."recordId"`,
    [mailboxId, JSON.stringify(writings)],
  );
}

/** Whether a collection has pairs at all. */
export async function hasPairs(tx: Tx, mailboxId: MailboxId, collection: Collection): Promise<boolean> {
  const { rows } = await tx.query<{ found: boolean }>(
    'select exists (select from pairs where mailbox_id = $1 and collection = $2) as found',
    [mailboxId, collection],
  );
  return rows[0]?.found === true;
}

/** This mailbox writes these records from now on: colleagues who did so become members. */
export async function takeLead(
  tx: Tx,
  organizationId: OrganizationId,
  mailboxId: MailboxId,
  recordIds: readonly RecordId[],
): Promise<void> {
  if (recordIds.length === 0) return;
  await tx.query(
    `update pairs set role = 'member'
     where organization_id = $1 and record_id = any ($3::text[]) and mailbox_id <> $2 and role = 'deputy'`,
    [organizationId, mailboxId, recordIds],
  );
}

/** Hands records to the colleague who was paired longest; those that nobody else has are returned. */
export async function passLead(
  tx: Tx,
  organizationId: OrganizationId,
  mailboxId: MailboxId,
  recordIds: readonly RecordId[],
): Promise<readonly RecordId[]> {
  if (recordIds.length === 0) return [];
  const { rows } = await tx.query<{ record_id: RecordId }>(
    `update pairs set role = 'deputy' from (
       select distinct on (record_id) record_id, mailbox_id from pairs
       where organization_id = $1 and record_id = any ($3::text[]) and mailbox_id <> $2 and state = 'linked'
       order by record_id, paired_at, mailbox_id
     ) as heir
     where pairs.organization_id = $1 and pairs.record_id = heir.record_id and pairs.mailbox_id = heir.mailbox_id
     returning pairs.record_id`,
    [organizationId, mailboxId, recordIds],
  );
  const passed = new Set(rows.map((row) => row.record_id));
  return recordIds.filter((recordId) => !passed.has(recordId));
}

/** A page of linked pairs of a feed, in the order of their items; for the full comparison after a cursor was lost. */
export async function listPairsOfFeed(
  tx: Tx,
  page: {
    readonly mailboxId: MailboxId;
    readonly collection: Collection;
    readonly feedId: FeedId;
    readonly after: ItemId | null;
    readonly limit: number;
  },
): Promise<readonly Pair[]> {
  const { rows } = await tx.query<PairRow>(
    `select ${columns} from pairs
     where mailbox_id = $1 and collection = $2 and (feed_id is null or feed_id = $3) and state = 'linked' and item_id is not null
       and ($4::text is null or item_id > $4)
     order by item_id limit $5`,
    [page.mailboxId, page.collection, page.feedId, page.after, page.limit],
  );
  return rows.map(pairOf);
}

/** So many items of a collection, from behind one. */
interface ItemsPage {
  readonly mailboxId: MailboxId;
  readonly collection: Collection;
  readonly after: ItemId | null;
  readonly limit: number;
}

/** An item that was made and that no feed has told of. */
export interface UntoldItem {
  readonly itemId: ItemId;
  readonly pairedAt: Instant;
}

/** A page of linked pairs whose items were made and not told of since, in the order of their items, with when they were paired. */
export async function listUntoldPairs(tx: Tx, page: ItemsPage): Promise<readonly UntoldItem[]> {
  const { rows } = await tx.query<{ item_id: ItemId; paired_at: Date }>(
    `select item_id, paired_at from pairs
     where mailbox_id = $1 and collection = $2 and is_untold and state = 'linked' and item_id > $3
     order by item_id limit $4`,
    [page.mailboxId, page.collection, page.after ?? '', page.limit],
  );
  return rows.map((row) => ({ itemId: row.item_id, pairedAt: row.paired_at.getTime() }));
}

/** A feed told of these items, or nothing is left to wait for. */
export async function noteTold(tx: Tx, mailboxId: MailboxId, itemIds: readonly ItemId[]): Promise<void> {
  await tx.query(
    'update pairs set is_untold = false where mailbox_id = $1 and is_untold and item_id = any ($2::text[])',
    [mailboxId, itemIds],
  );
}

/** A page of linked pairs of a collection, in the order of their records; for the full comparison after the CRM's mark was lost. */
export async function listPairsByRecord(
  tx: Tx,
  page: {
    readonly mailboxId: MailboxId;
    readonly collection: Collection;
    readonly after: RecordId | null;
    readonly limit: number;
  },
): Promise<readonly Pair[]> {
  const { rows } = await tx.query<PairRow>(
    `select ${columns} from pairs
     where mailbox_id = $1 and collection = $2 and state = 'linked' and ($3::text is null or record_id > $3)
     order by record_id limit $4`,
    [page.mailboxId, page.collection, page.after, page.limit],
  );
  return rows.map(pairOf);
}

/** A page of the items of a collection that pairs and issues of a mailbox know, each once, in order of their ids. */
export async function listPairedItems(tx: Tx, page: ItemsPage): Promise<readonly ItemId[]> {
  const { rows } = await tx.query<{ item_id: ItemId }>(
    `(select item_id from pairs
       where mailbox_id = $1 and collection = $2 and item_id is not null and ($3::text is null or item_id > $3) order by item_id limit $4)
     union
     (select item_id from issues
       where mailbox_id = $1 and collection = $2 and item_id !~ '^(record|collection):' and ($3::text is null or item_id > $3)
       order by item_id limit $4)
     order by item_id limit $4`,
    [page.mailboxId, page.collection, page.after, page.limit],
  );
  return rows.map((row) => row.item_id);
}

/** How many pairs of the collection are in step, those included whose record waits to be removed. */
export async function countPairs(tx: Tx, mailboxId: MailboxId, collection: Collection): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(
    `select count(*) from pairs where mailbox_id = $1 and collection = $2 and state in ('linked', 'removing')`,
    [mailboxId, collection],
  );
  return Number(rows[0]?.count ?? 0);
}

/** How many pairs of each collection are in step, for the person's first page. */
export async function countInStep(
  tx: Tx,
  mailboxId: MailboxId,
): Promise<Readonly<Record<Collection, number>>> {
  const { rows } = await tx.query<{ collection: Collection; count: string }>(
    `select collection, count(*) from pairs where mailbox_id = $1 and state = 'linked' group by collection`,
    [mailboxId],
  );
  const none = { events: 0, contacts: 0, tasks: 0 };
  return { ...none, ...Object.fromEntries(rows.map((row) => [row.collection, Number(row.count)])) };
}

export function pairOf(row: PairRow): Pair {
  return {
    collection: row.collection,
    recordId: row.record_id,
    keyPrint: row.key_print,
    itemId: row.item_id,
    itemVersion: row.item_version,
    feedId: row.feed_id,
    seriesId: row.series_id,
    recordVersion: row.record_version,
    itemPrints: row.item_prints,
    recordPrints: row.record_prints,
    writing: row.writing,
    state: row.state,
    made: row.made,
    role: row.role,
    isUntold: row.is_untold,
  };
}
