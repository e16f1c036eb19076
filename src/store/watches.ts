/**
 * Watches: which mailboxes their services tell about, found again by the hash of the name that notifications use. A row is also the claim by which
 * one of many workers looks after it or holds its stream. Nothing here is needed to find mail: every row may be lost.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../model/clock.ts';
import type { Watch } from '../model/hints.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import type { OrganizationKeys } from './keyring.ts';
import { openSealed } from './open-sealed.ts';

/** A watch that this worker looks after until the claim ends. */
export interface WatchClaim {
  readonly mailboxId: MailboxId;
  readonly organizationId: OrganizationId;
  /** The service that the row is about; the mailbox may have moved to another one since. */
  readonly service: string;
  /** False: the mailbox runs by no schedule any more, or lives at another service, and the watch is to be ended. */
  readonly wanted: boolean;
  readonly failures: number;
}

interface ClaimRow {
  mailbox_id: MailboxId;
  organization_id: OrganizationId;
  service: string;
  wanted: boolean;
  failures: number;
}

/** Gives active mailboxes of these services the row they lack, to be attended at once. Returns how many. Across organizations. */
export async function addWatches(
  tx: Tx,
  wish: { readonly services: readonly string[]; readonly now: Instant; readonly limit: number },
): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into watches (mailbox_id, organization_id, service, attend_at)
     select id, organization_id, service, $2 from mailboxes
     where state = 'active' and service = any ($1::text[])
       and not exists (select from watches where watches.mailbox_id = mailboxes.id)
     order by id limit $3
     on conflict (mailbox_id) do nothing`,
    [wish.services, new Date(wish.now), wish.limit],
  );
  return rowCount;
}

/**
 * Claims watches of these services that need attention, oldest first; nobody else gets them for `holdMs`. A mailbox whose last run was refused
 * is left alone, so that no sign-in is tried beside the runs' own. Across organizations.
 */
export async function claimWatches(
  tx: Tx,
  claim: {
    readonly services: readonly string[];
    readonly now: Instant;
    readonly limit: number;
    readonly holdMs: number;
  },
): Promise<readonly WatchClaim[]> {
  const { rows } = await tx.query<ClaimRow>(
    `with chosen as materialized (
       select watches.mailbox_id, state = 'active' and mailboxes.service = watches.service as wanted
       from watches join mailboxes on mailboxes.id = watches.mailbox_id
       where watches.service = any ($1::text[]) and attend_at <= $2 and rejections = 0
       order by attend_at limit $3 for update of watches skip locked
     )
     update watches set attend_at = $4 from chosen
     where watches.mailbox_id = chosen.mailbox_id
     returning watches.mailbox_id, organization_id, service, wanted, failures`,
    [claim.services, new Date(claim.now), claim.limit, new Date(claim.now + claim.holdMs)],
  );
  return rows.map((row) => ({
    mailboxId: row.mailbox_id,
    organizationId: row.organization_id,
    service: row.service,
    wanted: row.wanted,
    failures: row.failures,
  }));
}

/** Extends claims and returns those whose mailbox still runs at the same service. Across organizations. */
export async function extendClaims(
  tx: Tx,
  mailboxIds: readonly MailboxId[],
  until: Instant,
): Promise<ReadonlySet<MailboxId>> {
  const { rows } = await tx.query<{ mailbox_id: MailboxId }>(
    `update watches set attend_at = $2 from mailboxes
     where watches.mailbox_id = any ($1::uuid[]) and mailboxes.id = watches.mailbox_id
       and state = 'active' and mailboxes.service = watches.service
     returning watches.mailbox_id`,
    [mailboxIds, new Date(until)],
  );
  return new Set(rows.map((row) => row.mailbox_id));
}

/** What the service needs to renew or end it; null where nothing is registered. */
export async function readWatchMemo(tx: Tx, keys: OrganizationKeys, mailboxId: MailboxId): Promise<unknown> {
  const { rows } = await tx.query<{ sealed_memo: Buffer | null }>(
    `select sealed_memo from watches where mailbox_id = $1`,
    [mailboxId],
  );
  const sealed = rows[0]?.sealed_memo ?? null;
  if (sealed === null) return null;
  return JSON.parse((await openSealed(tx, keys, sealed, watchContext(mailboxId))).toString('utf8'));
}

/** Remembers what stands at the service now, and when to look after it next. */
export async function keepWatch(
  tx: Tx,
  keys: OrganizationKeys,
  kept: { readonly mailboxId: MailboxId; readonly watch: Watch; readonly attendAt: Instant },
): Promise<void> {
  const { mailboxId, watch } = kept;
  await tx.query(
    `update watches set key_hash = $2, secret_hash = $3, sealed_memo = $4, expires_at = $5, attend_at = $6, failures = 0
     where mailbox_id = $1`,
    [
      mailboxId,
      hashOf(watch.key),
      watch.secret === null ? null : hashOf(watch.secret),
      keys.seal(JSON.stringify(watch.memo), watchContext(mailboxId)),
      new Date(watch.holdsUntil),
      new Date(kept.attendAt),
    ],
  );
}

/** Says when to look after a watch next, and how many times in a row it went wrong. */
export async function attendLater(
  tx: Tx,
  later: { readonly mailboxId: MailboxId; readonly attendAt: Instant; readonly failures: number },
): Promise<void> {
  await tx.query(`update watches set attend_at = $2, failures = $3 where mailbox_id = $1`, [
    later.mailboxId,
    new Date(later.attendAt),
    later.failures,
  ]);
}

/** Has watches looked after at once. */
export async function attendNow(tx: Tx, mailboxIds: readonly MailboxId[], now: Instant): Promise<void> {
  await tx.query(`update watches set attend_at = least(attend_at, $2) where mailbox_id = any ($1::uuid[])`, [
    mailboxIds,
    new Date(now),
  ]);
}

/** Forgets a watch. */
export async function dropWatch(tx: Tx, mailboxId: MailboxId): Promise<void> {
  await tx.query(`delete from watches where mailbox_id = $1`, [mailboxId]);
}

/** Forgets what stood at the service, and has it registered anew at once. */
export async function forgetWatches(tx: Tx, mailboxIds: readonly MailboxId[], now: Instant): Promise<void> {
  await tx.query(
    `update watches set key_hash = null, secret_hash = null, sealed_memo = null, expires_at = null,
       attend_at = least(attend_at, $2)
     where mailbox_id = any ($1::uuid[])`,
    [mailboxIds, new Date(now)],
  );
}

/** A mailbox that a notification may be about. */
export interface Watcher {
  readonly mailboxId: MailboxId;
  readonly organizationId: OrganizationId;
  readonly key: string;
  /** Whether this is the secret that the service was given; takes the same time for every guess. */
  readonly believes: (secret: string | null) => boolean;
}

interface WatcherRow {
  mailbox_id: MailboxId;
  organization_id: OrganizationId;
  key_hash: string;
  secret_hash: string | null;
}

/** Whom these names stand for; one address may be watched by several organizations. Across organizations. */
export async function findWatchers(
  tx: Tx,
  service: string,
  keys: readonly string[],
): Promise<readonly Watcher[]> {
  const byHash = new Map(keys.map((key) => [hashOf(key), key]));
  const { rows } = await tx.query<WatcherRow>(
    `select mailbox_id, organization_id, key_hash, secret_hash from watches
     where service = $1 and key_hash = any ($2::text[])`,
    [service, [...byHash.keys()]],
  );
  return rows.map((row) => ({
    mailboxId: row.mailbox_id,
    organizationId: row.organization_id,
    key: byHash.get(row.key_hash) ?? '',
    believes: (secret) => matches(row.secret_hash, secret),
  }));
}

function matches(secretHash: string | null, secret: string | null): boolean {
  if (secretHash === null) return true;
  return timingSafeEqual(Buffer.from(secretHash), Buffer.from(hashOf(secret ?? '')));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** What a sealed memo is bound to. */
export function watchContext(mailboxId: MailboxId): string {
  return `watches.sealed_memo ${mailboxId}`;
}
