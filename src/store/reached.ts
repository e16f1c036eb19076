/**
 * Who is reached through an administrator's access: connections that borrow its credential, and the mailboxes that stand on them. The accesses themselves
 * are in `store/accesses.ts`.
 */
import type { Instant } from '../model/clock.ts';
import type { ConnectionId, MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import type { AccessSide } from './accesses.ts';
import type { ConnectionSettings } from './connections.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

export interface LentConnection {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly service: string;
  /** The account that is reached: an address or a user name. */
  readonly account: string;
  /** What is its own beside the lender's, such as the mailbox to act for. */
  readonly settings: ConnectionSettings;
  readonly lenderId: ConnectionId;
  readonly now: Instant;
}

/** Stores that a person's account is reached by an access's credential. A credential of his own for the same account is forgotten. */
export async function saveLentConnection(tx: Tx, lent: LentConnection): Promise<ConnectionId> {
  const { organizationId, userId, service, account, settings, lenderId, now } = lent;
  const { rows } = await tx.query<{ id: ConnectionId }>(
    `insert into connections
       (id, organization_id, user_id, service, account, settings, via_connection_id, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
     on conflict (organization_id, user_id, service, account) do update set
       settings = excluded.settings, via_connection_id = excluded.via_connection_id, sealed_credential = null,
       credential_version = connections.credential_version + 1, updated_at = excluded.updated_at
     returning id`,
    [
      newId<ConnectionId>(now),
      organizationId,
      userId,
      service,
      account,
      JSON.stringify(settings),
      lenderId,
      new Date(now),
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the connection was not written');
  return id;
}

/** The connection by which a person's account is reached through an access that is not refused; null where there is none. */
export async function findLentConnection(
  tx: Tx,
  of: { readonly userId: UserId; readonly service: string; readonly account: string },
): Promise<ConnectionId | null> {
  const { rows } = await tx.query<{ id: ConnectionId }>(
    `select c.id from connections c
     join accesses a on a.organization_id = c.organization_id and a.connection_id = c.via_connection_id
     where c.user_id = $1 and c.service = $2 and c.account = $3 and a.state <> 'refused'`,
    [of.userId, of.service, of.account],
  );
  return rows[0]?.id ?? null;
}

/** What is a connection's own beside its lender's settings. */
export async function readOwnSettings(tx: Tx, id: ConnectionId): Promise<ConnectionSettings> {
  const { rows } = await tx.query<{ settings: ConnectionSettings }>(
    `select settings from connections where id = $1`,
    [id],
  );
  return rows[0]?.settings ?? {};
}

/** Which of a mailbox's connections an access of that side lends to. */
const standsOn = (side: AccessSide): string =>
  side === 'mailbox' ? 'mailbox_connection_id' : 'crm_connection_id';

export interface ReachedMailbox {
  readonly id: MailboxId;
  readonly userId: UserId;
  readonly state: MailboxState;
  /** The borrowing connection. */
  readonly connectionId: ConnectionId;
}

/** Mailboxes that are looked at for the one that succeeded last. */
const LOOKED_AT_MAX = 500;

/** The mailboxes of an access whose last good run is the most recent, for a probe. */
export async function listProbeCandidates(
  tx: Tx,
  {
    lenderId,
    side,
    limit,
  }: { readonly lenderId: ConnectionId; readonly side: AccessSide; readonly limit: number },
): Promise<readonly ReachedMailbox[]> {
  const { rows } = await tx.query<ReachedMailbox>(
    `select m.id, m.user_id as "userId", m.state, m.connection_id as "connectionId"
     from (select m.id, m.user_id, m.state, m.rejections, c.id as connection_id
       from connections c join mailboxes m on m.organization_id = c.organization_id and m.${standsOn(side)} = c.id
       where c.via_connection_id = $1 and m.state in ('active', 'suspended', 'paused')
       order by m.rejections, m.id limit ${LOOKED_AT_MAX}) m
     left join lateral (select ended_at from runs where mailbox_id = m.id and outcome in ('done', 'more')
       order by started_at desc limit 1) good on true
     order by good.ended_at desc nulls last, m.rejections, m.id limit $2`,
    [lenderId, limit],
  );
  return rows;
}

/** A page of the mailboxes of an access in one state, in order of age; `after` is the last id of the page before. */
export async function listReachedMailboxes(
  tx: Tx,
  page: {
    readonly lenderId: ConnectionId;
    readonly side: AccessSide;
    readonly state: MailboxState;
    readonly after: MailboxId | null;
    readonly limit: number;
  },
): Promise<readonly ReachedMailbox[]> {
  const { rows } = await tx.query<ReachedMailbox>(
    `select m.id, m.user_id as "userId", m.state, c.id as "connectionId"
     from connections c join mailboxes m on m.organization_id = c.organization_id and m.${standsOn(page.side)} = c.id
     where c.via_connection_id = $1 and m.state = $2 and ($3::uuid is null or m.id > $3)
     order by m.id limit $4`,
    [page.lenderId, page.state, page.after, page.limit],
  );
  return rows;
}

/** Makes these mailboxes due within `spreadMs`, spread evenly: they are to find out by themselves that they are reached again. */
export async function setDueSpread(
  tx: Tx,
  due: {
    readonly ids: readonly MailboxId[];
    readonly now: Instant;
    readonly spreadMs: number;
    readonly offset: number;
  },
): Promise<void> {
  await tx.query(
    `update schedules set held_until = null, lane = 0, trigger = 'schedule', replanned = lease_expires_at is not null,
       due_at = $2::timestamptz + $3 * interval '1 millisecond'
         * ((array_position($1::uuid[], mailbox_id) * 0.6180339887 + $4) % 1.0)
     where mailbox_id = any ($1::uuid[])`,
    [due.ids, new Date(due.now), due.spreadMs, due.offset],
  );
}
