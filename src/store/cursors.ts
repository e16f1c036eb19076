/**
 * Cursors: how far each feed of a mailbox was read, in the service's own words. They are sealed, because services put folder names and
 * addresses into them.
 */
import type { Instant } from '../model/clock.ts';
import type { Cursor } from '../model/connector.ts';
import type { FeedId, MailboxId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import type { OrganizationKeys } from './keyring.ts';
import { openSealed } from './open-sealed.ts';

export interface Cursors {
  /** The mark of the list of feeds; null before the first run. */
  readonly listing: Cursor | null;
  readonly feeds: ReadonlyMap<FeedId, Cursor>;
}

/** What a checkpoint moves; null forgets a feed, what is not named stays. */
export interface CursorChanges {
  readonly listing?: Cursor | null;
  readonly feeds: ReadonlyMap<FeedId, Cursor | null>;
}

/** The place of the listing's mark among the feeds. */
const LISTING = '';

/** `keys` may still be on their way: the rows are asked for meanwhile. */
export async function readCursors(
  tx: Tx,
  keys: OrganizationKeys | Promise<OrganizationKeys>,
  mailboxId: MailboxId,
): Promise<Cursors> {
  const { rows } = await tx.query<{ feed_id: string; sealed: Buffer }>(
    `select feed_id, sealed from cursors where mailbox_id = $1`,
    [mailboxId],
  );
  const known = await keys;
  let listing: Cursor | null = null;
  const feeds = new Map<FeedId, Cursor>();
  for (const row of rows) {
    const plain = await openSealed(tx, known, row.sealed, cursorContext(mailboxId, row.feed_id));
    if (row.feed_id === LISTING) listing = plain.toString('utf8');
    else feeds.set(row.feed_id as FeedId, plain.toString('utf8'));
  }
  return { listing, feeds };
}

/** Stores the moved cursors; only ever in the transaction that stores what they paid for, after `holdLease`. */
export async function writeCursors(
  tx: Tx,
  keys: OrganizationKeys,
  mailboxId: MailboxId,
  changes: CursorChanges,
  now: Instant,
): Promise<void> {
  const moved: [string, Cursor | null][] = [...changes.feeds];
  if (changes.listing !== undefined) moved.push([LISTING, changes.listing]);
  const kept = moved.filter((pair): pair is [string, Cursor] => pair[1] !== null);
  const forgotten = moved.filter(([, cursor]) => cursor === null).map(([feedId]) => feedId);
  if (kept.length > 0) await upsertCursors(tx, keys, mailboxId, kept, now);
  if (forgotten.length > 0) {
    await tx.query(`delete from cursors where mailbox_id = $1 and feed_id = any ($2::text[])`, [
      mailboxId,
      forgotten,
    ]);
  }
}

async function upsertCursors(
  tx: Tx,
  keys: OrganizationKeys,
  mailboxId: MailboxId,
  cursors: readonly [string, Cursor][],
  now: Instant,
): Promise<void> {
  await tx.query(
    `insert into cursors (mailbox_id, organization_id, feed_id, sealed, updated_at)
     select $1, $2, feed_id, sealed, $5 from unnest($3::text[], $4::bytea[]) as moved (feed_id, sealed)
     on conflict (mailbox_id, feed_id) do update set sealed = excluded.sealed, updated_at = excluded.updated_at`,
    [
      mailboxId,
      keys.organizationId,
      cursors.map(([feedId]) => feedId),
      cursors.map(([feedId, cursor]) => keys.seal(cursor, cursorContext(mailboxId, feedId))),
      new Date(now),
    ],
  );
}

/** What a sealed cursor is bound to. */
export function cursorContext(mailboxId: MailboxId, feedId: string): string {
  return `cursors.sealed ${mailboxId} ${feedId}`;
}
