/**
 * The outbox: what is to be told to whom, written in the transaction that makes it true, claimed by one of many senders at a time, and settled once.
 * Rows hold ids, codes and instants; who gets an e-mail and what stands in it is worked out when it is sent.
 */
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import {
  type Audience,
  audiences,
  DIGEST_GATHER_MS,
  DIGEST_INTERVAL_MS,
  LATE_TO_USER_MS,
  type NoticeKind,
  type NoticeOutcome,
  REMINDER_INTERVAL_MS,
  REMINDERS_MAX,
} from '../model/notice.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

/** A notice that this process may send until its claim ends. */
export interface NoticeClaim {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  readonly audience: Audience;
  readonly kind: NoticeKind;
  readonly code: FailureCode | null;
  readonly aboutAt: Instant;
  readonly nth: number;
  /** Grows with every claim; whoever holds an older one settles nothing. */
  readonly attempts: number;
}

interface NoticeRow {
  id: string;
  organization_id: OrganizationId;
  mailbox_id: MailboxId;
  audience: Audience;
  kind: NoticeKind;
  code: FailureCode | null;
  about_at: Date;
  nth: number;
  attempts: number;
}

const columns = `id, organization_id, mailbox_id, audience, kind, code, about_at, nth, attempts`;

export interface NewNotice {
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  readonly kind: NoticeKind;
  readonly code: FailureCode | null;
  readonly aboutAt: Instant;
  readonly now: Instant;
}

/** Writes a notice for the owner and one for the administrators, or for the one of them named; what was written before stays as it is. */
export async function writeNotices(tx: Tx, notice: NewNotice, only?: Audience): Promise<void> {
  for (const audience of audiences)
    if (only === undefined || only === audience) await writeNotice(tx, notice, audience);
}

/** Settles unsent what administrators would be told of these mailboxes' stops: they are told of the cause of all of them at once. */
export async function dropAdminNotices(tx: Tx, ids: readonly MailboxId[], now: Instant): Promise<void> {
  await tx.query(
    `update notices set settled_at = $2, outcome = 'dropped'
     where mailbox_id = any ($1::uuid[]) and audience = 'admins' and kind in ('stopped', 'late')
       and settled_at is null and attempts = 0`,
    [ids, new Date(now)],
  );
}

async function writeNotice(tx: Tx, notice: NewNotice, audience: Audience): Promise<void> {
  const { organizationId, mailboxId, kind, code, aboutAt, now } = notice;
  const waitMs = audience === 'admins' ? DIGEST_GATHER_MS : kind === 'late' ? LATE_TO_USER_MS : 0;
  await tx.query(
    `insert into notices
       (id, organization_id, mailbox_id, audience, kind, code, about_at, created_at, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8,
       greatest($9::timestamptz, (select max(settled_at) + $10 * interval '1 millisecond' from notices
         where $4 = 'admins' and organization_id = $2 and audience = 'admins' and outcome = 'sent')))
     on conflict (mailbox_id, audience, kind, about_at, nth) do nothing`,
    [
      newId(now),
      organizationId,
      mailboxId,
      audience,
      kind,
      code,
      new Date(aboutAt),
      new Date(now),
      new Date(now + waitMs),
      DIGEST_INTERVAL_MS,
    ],
  );
}

/** Writes that a stop is over, to be told to whoever was told of it; nothing where no stop was ever written. */
export async function writeRecovery(
  tx: Tx,
  recovery: Omit<NewNotice, 'kind' | 'code' | 'aboutAt'>,
): Promise<void> {
  const { rows } = await tx.query<{ about_at: Date }>(
    `select about_at from notices where mailbox_id = $1 and kind in ('stopped', 'reminder')
     order by about_at desc limit 1`,
    [recovery.mailboxId],
  );
  const aboutAt = rows[0]?.about_at.getTime();
  if (aboutAt !== undefined) await writeNotices(tx, { ...recovery, kind: 'recovered', code: null, aboutAt });
}

interface ClaimWish {
  readonly now: Instant;
  readonly limit: number;
  readonly holdMs: number;
}

/** Claims notices for owners that are due, oldest first; nobody else gets them for `holdMs`. Across organizations. */
export async function claimUserNotices(tx: Tx, wish: ClaimWish): Promise<readonly NoticeClaim[]> {
  const { rows } = await tx.query<NoticeRow>(
    `update notices set due_at = $3, attempts = attempts + 1
     where id = any (array(
       select id from notices where settled_at is null and audience = 'user' and due_at <= $1
       order by due_at limit $2 for update skip locked))
     returning ${columns}`,
    [new Date(wish.now), wish.limit, new Date(wish.now + wish.holdMs)],
  );
  return rows.map(claimOf);
}

/**
 * Claims everything that waits for the administrators of one organization, once something of it is due. The organization's row is locked meanwhile,
 * so that of two senders one gets all and the other nothing. Across organizations.
 */
export async function claimAdminNotices(tx: Tx, wish: ClaimWish): Promise<readonly NoticeClaim[]> {
  const { rows: chosen } = await tx.query<{ id: OrganizationId }>(
    `select id from organizations where id in (
       select organization_id from notices where settled_at is null and audience = 'admins' and due_at <= $1)
     limit 1 for no key update skip locked`,
    [new Date(wish.now)],
  );
  const [organization] = chosen;
  if (organization === undefined) return [];
  // A statement of its own: it sees what another sender claimed before the lock was ours.
  const { rows } = await tx.query<NoticeRow>(
    `update notices set due_at = $4, attempts = attempts + 1
     where id = any (array(
       select id from notices
       where organization_id = $1 and audience = 'admins' and settled_at is null
         and (attempts = 0 or due_at <= $2)
         and exists (select from notices where organization_id = $1 and audience = 'admins'
           and settled_at is null and due_at <= $2)
       order by created_at limit $3 for update skip locked))
     returning ${columns}`,
    [organization.id, new Date(wish.now), wish.limit, new Date(wish.now + wish.holdMs)],
  );
  return rows.map(claimOf);
}

/**
 * Ends a notice; false when the claim had ended and somebody else has it. While a stop lasts, its owner is reminded: the next reminder is
 * written here, a day from now, so that there is never more than one a day.
 */
export async function settleNotice(
  tx: Tx,
  claim: NoticeClaim,
  end: { readonly outcome: NoticeOutcome; readonly remindAgain: boolean; readonly now: Instant },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update notices set settled_at = $3, outcome = $4 where id = $1 and attempts = $2 and settled_at is null`,
    [claim.id, claim.attempts, new Date(end.now), end.outcome],
  );
  if (rowCount === 0) return false;
  if (!end.remindAgain || claim.audience !== 'user' || claim.nth >= REMINDERS_MAX) return true;
  await tx.query(
    `insert into notices
       (id, organization_id, mailbox_id, audience, kind, code, about_at, nth, created_at, due_at)
     values ($1, $2, $3, 'user', 'reminder', $4, $5, $6, $7, $8)
     on conflict (mailbox_id, audience, kind, about_at, nth) do nothing`,
    [
      newId(end.now),
      claim.organizationId,
      claim.mailboxId,
      claim.code,
      new Date(claim.aboutAt),
      claim.nth + 1,
      new Date(end.now),
      new Date(end.now + REMINDER_INTERVAL_MS),
    ],
  );
  return true;
}

/** Has a notice claimed again later. `counts`: whether this was an attempt, of which there are not many. */
export async function postponeNotice(
  tx: Tx,
  claim: NoticeClaim,
  later: { readonly dueAt: Instant; readonly counts: boolean },
): Promise<void> {
  await tx.query(
    `update notices set due_at = $3, attempts = attempts - $4 where id = $1 and attempts = $2 and settled_at is null`,
    [claim.id, claim.attempts, new Date(later.dueAt), later.counts ? 0 : 1],
  );
}

/**
 * What an audience has heard of a mailbox's stops. A notice that was in hand more than once counts as heard: a sender may have died when it had left, and
 * an end of which one did not know is better than a stop that never ends.
 */
export async function readStopsTold(
  tx: Tx,
  { mailboxId, audience }: Pick<NoticeClaim, 'mailboxId' | 'audience'>,
): Promise<{ readonly stopTold: boolean; readonly stopInHand: boolean }> {
  const { rows } = await tx.query<{ told: boolean; in_hand: boolean }>(
    `select coalesce(max(settled_at) filter (where kind in ('stopped', 'reminder') and (outcome = 'sent' or attempts > 1))
         > coalesce(max(settled_at) filter (where kind = 'recovered' and outcome = 'sent'), '-infinity'), false) as told,
       coalesce(bool_or(kind in ('stopped', 'reminder') and settled_at is null and attempts > 0), false) as in_hand
     from notices where mailbox_id = $1 and audience = $2`,
    [mailboxId, audience],
  );
  return { stopTold: rows[0]?.told ?? false, stopInHand: rows[0]?.in_hand ?? false };
}

function claimOf(row: NoticeRow): NoticeClaim {
  return {
    id: row.id,
    organizationId: row.organization_id,
    mailboxId: row.mailbox_id,
    audience: row.audience,
    kind: row.kind,
    code: row.code,
    aboutAt: row.about_at.getTime(),
    nth: row.nth,
    attempts: row.attempts,
  };
}
