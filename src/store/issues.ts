/**
 * Issues: items that could not be saved, with the reason and when they are tried again. They hold ids and codes, never content.
 */
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { AnyCollection } from '../model/collection.ts';
import type { Place } from '../model/email.ts';
import type { IssueId, ItemId, MailboxId, OrganizationId, RecordId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

/** An item to be parked. */
export interface NewIssue {
  readonly collection: AnyCollection;
  /** Where a record has no item: `record:` and its id. */
  readonly itemId: ItemId;
  /** The record that it is about, where there is one. */
  readonly recordId: RecordId | null;
  /** '' where the item could not be read. */
  readonly itemVersion: string;
  readonly place: Place;
  readonly code: FailureCode;
  readonly vendorCode: string | null;
  /** Names of fields, never their values. */
  readonly fields: readonly string[];
  /** Null: waits for a person. */
  readonly retryAt: Instant | null;
}

export interface Issue extends NewIssue {
  readonly id: IssueId;
  readonly mailboxId: MailboxId;
  readonly attempts: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** A row as `issueOf` reads it. */
export interface IssueRow {
  id: IssueId;
  mailbox_id: MailboxId;
  item_id: ItemId;
  collection: AnyCollection;
  record_id: RecordId | null;
  item_version: string;
  place: Place;
  code: FailureCode;
  vendor_code: string | null;
  fields: string[];
  attempts: number;
  first_at: Date;
  last_at: Date;
  retry_at: Date | null;
}

/** What `issueOf` needs of a row. */
export const issueColumns = `id, mailbox_id, collection, record_id, item_id, item_version, place, code, vendor_code, fields, attempts, first_at, last_at, retry_at`;

/** Parks items. One that is parked already gets the new reason and one more attempt, and keeps when it was first parked. */
export async function recordIssues(
  tx: Tx,
  {
    organizationId,
    mailboxId,
    issues,
    now,
  }: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly issues: readonly NewIssue[];
    readonly now: Instant;
  },
): Promise<void> {
  const distinct = [...new Map(issues.map((issue) => [issue.itemId, issue])).values()];
  if (distinct.length === 0) return;
  // Field names travel as JSON, because arrays of arrays of different lengths do not exist in SQL.
  await tx.query(
    `insert into issues (organization_id, mailbox_id, first_at, last_at,
       id, item_id, item_version, place, code, vendor_code, retry_at, collection, record_id, fields)
     select $1, $2, $3, $3, parked.id, item_id, item_version, place, code, vendor_code, retry_at, collection, record_id,
       array(select jsonb_array_elements_text(fields))
     from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::jsonb[], $11::text[],
       $12::text[], $13::text[])
       as parked (id, item_id, place, code, vendor_code, retry_at, fields, item_version, collection, record_id)
     on conflict (mailbox_id, item_id) do update set
       item_version = excluded.item_version, place = excluded.place, code = excluded.code, vendor_code = excluded.vendor_code,
       collection = excluded.collection, record_id = excluded.record_id,
       fields = excluded.fields, retry_at = excluded.retry_at, last_at = excluded.last_at,
       attempts = issues.attempts + 1`,
    [
      organizationId,
      mailboxId,
      new Date(now),
      distinct.map(() => newId<IssueId>(now)),
      distinct.map((issue) => issue.itemId),
      distinct.map((issue) => issue.place),
      distinct.map((issue) => issue.code),
      distinct.map((issue) => issue.vendorCode),
      distinct.map((issue) => (issue.retryAt === null ? null : new Date(issue.retryAt))),
      distinct.map((issue) => JSON.stringify(issue.fields)),
      distinct.map((issue) => issue.itemVersion),
      distinct.map((issue) => issue.collection),
      distinct.map((issue) => issue.recordId),
    ],
  );
}

/** Items that were saved, or skipped by a rule, or are gone: their issues are over. */
export async function resolveIssues(tx: Tx, mailboxId: MailboxId, itemIds: readonly ItemId[]): Promise<void> {
  if (itemIds.length === 0) return;
  await tx.query(`delete from issues where mailbox_id = $1 and item_id = any ($2::text[])`, [
    mailboxId,
    itemIds,
  ]);
}

export interface DueIssue {
  readonly itemId: ItemId;
  readonly place: Place;
  readonly attempts: number;
}

/** Items of a collection whose time has come, the longest waiting first. */
export async function readDueIssues(
  tx: Tx,
  mailboxId: MailboxId,
  collection: AnyCollection,
  now: Instant,
  limit: number,
): Promise<readonly DueIssue[]> {
  const { rows } = await tx.query<{ item_id: ItemId; place: Place; attempts: number }>(
    `select item_id, place, attempts from issues
     where mailbox_id = $1 and retry_at is not null and retry_at <= $2 and collection = $3
     order by retry_at limit $4`,
    [mailboxId, new Date(now), collection, limit],
  );
  return rows.map((row) => ({ itemId: row.item_id, place: row.place, attempts: row.attempts }));
}

export interface KnownIssue {
  readonly itemId: ItemId;
  readonly itemVersion: string;
  readonly attempts: number;
}

/** Which of these items are parked, in which version, and how often they were tried. */
export async function readIssues(
  tx: Tx,
  mailboxId: MailboxId,
  itemIds: readonly ItemId[],
): Promise<readonly KnownIssue[]> {
  if (itemIds.length === 0) return [];
  const { rows } = await tx.query<{ item_id: ItemId; item_version: string; attempts: number }>(
    `select item_id, item_version, attempts from issues where mailbox_id = $1 and item_id = any ($2::text[])`,
    [mailboxId, itemIds],
  );
  return rows.map((row) => ({ itemId: row.item_id, itemVersion: row.item_version, attempts: row.attempts }));
}

/** The whole issue of an item; null when there is none. */
export async function readIssue(tx: Tx, mailboxId: MailboxId, itemId: ItemId): Promise<Issue | null> {
  const { rows } = await tx.query<IssueRow>(
    `select ${issueColumns} from issues where mailbox_id = $1 and item_id = $2`,
    [mailboxId, itemId],
  );
  return rows[0] === undefined ? null : issueOf(rows[0]);
}

/** The place after which the next page begins: the last issue of the page before. */
export interface IssueMark {
  readonly firstAt: Instant;
  readonly id: IssueId;
}

/** A page of a mailbox's issues, newest first; of one collection where one is named. */
export async function listIssues(
  tx: Tx,
  {
    mailboxId,
    collection = null,
    after = null,
    limit,
  }: {
    readonly mailboxId: MailboxId;
    readonly collection?: AnyCollection | null;
    readonly after?: IssueMark | null;
    readonly limit: number;
  },
): Promise<readonly Issue[]> {
  const { rows } = await tx.query<IssueRow>(
    `select ${issueColumns} from issues
     where mailbox_id = $1 and ($2::timestamptz is null or (first_at, id) < ($2, $3::uuid))
       and ($5::text is null or collection = $5)
     order by first_at desc, id desc limit $4`,
    [mailboxId, after === null ? null : new Date(after.firstAt), after?.id ?? null, limit, collection],
  );
  return rows.map(issueOf);
}

export async function countIssues(tx: Tx, mailboxId: MailboxId): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(`select count(*) from issues where mailbox_id = $1`, [
    mailboxId,
  ]);
  return Number(rows[0]?.count ?? 0);
}

/** Makes parked items due at once: one, or all of a mailbox where `issueId` is null. Returns how many. */
export async function requestRetry(
  tx: Tx,
  {
    mailboxId,
    issueId = null,
    now,
  }: { readonly mailboxId: MailboxId; readonly issueId?: IssueId | null; readonly now: Instant },
): Promise<number> {
  const { rowCount } = await tx.query(
    `update issues set retry_at = $3 where mailbox_id = $1 and ($2::uuid is null or id = $2)`,
    [mailboxId, issueId, new Date(now)],
  );
  return rowCount;
}

export function issueOf(row: IssueRow): Issue {
  return {
    id: row.id,
    mailboxId: row.mailbox_id,
    collection: row.collection,
    itemId: row.item_id,
    recordId: row.record_id,
    itemVersion: row.item_version,
    place: row.place,
    code: row.code,
    vendorCode: row.vendor_code,
    fields: row.fields,
    attempts: row.attempts,
    firstAt: row.first_at.getTime(),
    lastAt: row.last_at.getTime(),
    retryAt: row.retry_at?.getTime() ?? null,
  };
}
