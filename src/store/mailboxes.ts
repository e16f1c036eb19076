/**
 * Mailboxes: the unit that is synced, its state and its streak of bad runs. States are only moved here by compare-and-set; which move is right
 * stands in `model/mailbox-state.ts`.
 */
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { ConnectionId, MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import type { MailboxState, RunStreak } from '../model/mailbox-state.ts';
import { type Audience, noticeOfMove } from '../model/notice.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';
import { writeNotices, writeRecovery } from './notices.ts';

export interface Mailbox {
  readonly id: MailboxId;
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly service: string;
  /** Primary address, lower case. */
  readonly address: string;
  /** All addresses, the primary one included, lower case. */
  readonly addresses: readonly string[];
  readonly mailboxConnectionId: ConnectionId;
  readonly crmConnectionId: ConnectionId;
  readonly state: MailboxState;
  readonly streak: RunStreak;
  /** The failure that moved it into its state, if one did. */
  readonly cause: FailureCode | null;
  readonly stateAt: Instant;
  /** Mail received before is outside the history window. */
  readonly historyFrom: Instant;
  readonly createdAt: Instant;
  /** Who paused it and until when; null in every other state. */
  readonly pause: Pause | null;
  /** The next runs leave unread what came in a gap. */
  readonly skipping: boolean;
}

export interface Pause {
  /** Null: until somebody resumes. */
  readonly until: Instant | null;
  readonly by: 'user' | 'admin' | 'profile';
}

export interface NewMailbox {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly service: string;
  readonly address: string;
  readonly addresses: readonly string[];
  readonly mailboxConnectionId: ConnectionId;
  readonly crmConnectionId: ConnectionId;
  /** Counts for a new mailbox; one that was there keeps its own. */
  readonly historyFrom: Instant;
  readonly now: Instant;
}

interface MailboxRow {
  id: MailboxId;
  organization_id: OrganizationId;
  user_id: UserId;
  service: string;
  address: string;
  addresses: string[];
  mailbox_connection_id: ConnectionId;
  crm_connection_id: ConnectionId;
  state: MailboxState;
  rejections: number;
  failures: number;
  cause: FailureCode | null;
  state_at: Date;
  history_from: Date;
  created_at: Date;
  paused_until: Date | null;
  paused_by: Pause['by'] | null;
  skipping: boolean;
}

const columns = `id, organization_id, user_id, service, address, addresses, mailbox_connection_id, crm_connection_id,
  state, rejections, failures, cause, state_at, history_from, created_at, paused_until, paused_by, skipping`;

/**
 * The mailbox of an address: new in `not-activated` with an empty place in the due-table, or the one that was there, with its id, links and
 * state, and new connections.
 */
export async function createMailbox(tx: Tx, mailbox: NewMailbox): Promise<MailboxId> {
  const { rows } = await tx.query<{ id: MailboxId }>(
    `insert into mailboxes
       (id, organization_id, user_id, service, address, addresses, mailbox_connection_id, crm_connection_id,
        state, state_at, created_at, history_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'not-activated', $9, $9, $10)
     on conflict (organization_id, address) do update set
       user_id = excluded.user_id, service = excluded.service, addresses = excluded.addresses,
       mailbox_connection_id = excluded.mailbox_connection_id, crm_connection_id = excluded.crm_connection_id
     returning id`,
    [
      newId<MailboxId>(mailbox.now),
      mailbox.organizationId,
      mailbox.userId,
      mailbox.service,
      mailbox.address,
      mailbox.addresses,
      mailbox.mailboxConnectionId,
      mailbox.crmConnectionId,
      new Date(mailbox.now),
      new Date(mailbox.historyFrom),
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the mailbox was not written');
  await tx.query(
    `insert into schedules (mailbox_id, organization_id) values ($1, $2) on conflict (mailbox_id) do nothing`,
    [id, mailbox.organizationId],
  );
  return id;
}

/** Null when there is no such mailbox in this scope. */
export async function readMailbox(tx: Tx, id: MailboxId): Promise<Mailbox | null> {
  const { rows } = await tx.query<MailboxRow>(`select ${columns} from mailboxes where id = $1`, [id]);
  return rows[0] === undefined ? null : mailboxOf(rows[0]);
}

/** Every mailbox with this primary address; several organizations may have it, one each. */
export async function findMailboxByAddress(tx: Tx, address: string): Promise<readonly Mailbox[]> {
  const { rows } = await tx.query<MailboxRow>(
    `select ${columns} from mailboxes where address = $1 order by id`,
    [address.toLowerCase()],
  );
  return rows.map(mailboxOf);
}

/**
 * The mailbox that an authorised account means: whoever's has the account's primary address, else the user's own under one of its aliases. Somebody
 * else's is never found by an alias: who may write as his boss does not own the boss's mailbox. Null when there is none.
 */
export async function findMailboxOf(
  tx: Tx,
  account: { readonly userId: UserId; readonly address: string; readonly addresses: readonly string[] },
): Promise<Mailbox | null> {
  const { rows } = await tx.query<MailboxRow>(
    `select ${columns} from mailboxes
     where address = $1 or (user_id = $2 and address = any ($3::text[]))
     order by address = $1 desc, id limit 1`,
    [account.address, account.userId, account.addresses],
  );
  return rows[0] === undefined ? null : mailboxOf(rows[0]);
}

/**
 * The mailbox that a person has: the newest one that is not deactivated, else the one that was deactivated last. Null when he has none. Older
 * ones are closed and wait for their purge.
 */
export async function readCurrentMailbox(tx: Tx, userId: UserId): Promise<Mailbox | null> {
  const { rows } = await tx.query<MailboxRow>(
    `select ${columns} from mailboxes where user_id = $1
     order by state = 'deactivated', case when state = 'deactivated' then state_at end desc, id desc limit 1`,
    [userId],
  );
  return rows[0] === undefined ? null : mailboxOf(rows[0]);
}

/** Mailboxes of a person that are not deactivated, besides the one given; a person has one, so these are to be closed. */
export async function listOtherMailboxes(
  tx: Tx,
  { userId, except }: { readonly userId: UserId; readonly except: MailboxId },
): Promise<readonly Mailbox[]> {
  const { rows } = await tx.query<MailboxRow>(
    `select ${columns} from mailboxes where user_id = $1 and id <> $2 and state <> 'deactivated' order by id limit 20`,
    [userId, except],
  );
  return rows.map(mailboxOf);
}

/** Sets the history window; `readAnew` also forgets how far everything was read, for a window that begins earlier than what was read. */
export async function writeHistoryFrom(
  tx: Tx,
  change: { readonly id: MailboxId; readonly historyFrom: Instant; readonly readAnew: boolean },
): Promise<void> {
  await tx.query(`update mailboxes set history_from = $2 where id = $1`, [
    change.id,
    new Date(change.historyFrom),
  ]);
  if (change.readAnew) await tx.query(`delete from cursors where mailbox_id = $1`, [change.id]);
}

/** Hands a mailbox to another person of the organization, on connections of his own. */
export async function handOverMailbox(
  tx: Tx,
  to: {
    readonly id: MailboxId;
    readonly userId: UserId;
    readonly mailboxConnectionId: ConnectionId;
    readonly crmConnectionId: ConnectionId;
  },
): Promise<void> {
  await tx.query(
    `update mailboxes set user_id = $2, mailbox_connection_id = $3, crm_connection_id = $4 where id = $1`,
    [to.id, to.userId, to.mailboxConnectionId, to.crmConnectionId],
  );
}

/** Forgets a mailbox and everything of it. */
export async function deleteMailbox(tx: Tx, id: MailboxId): Promise<void> {
  await tx.query(`delete from mailboxes where id = $1`, [id]);
}

/**
 * Forgets where items lie and how far they were read, for a mailbox that moved to another service (A16): cursors and issues go, links and pairs stay and
 * find their items again by key. Pairs of items that Lockstep made go, too: the items come along with their stamp, or are made anew.
 */
export async function forgetPlaces(tx: Tx, id: MailboxId): Promise<void> {
  await tx.query(`delete from cursors where mailbox_id = $1`, [id]);
  await tx.query(`delete from issues where mailbox_id = $1`, [id]);
  await tx.query(`delete from verdicts where mailbox_id = $1`, [id]);
  await tx.query(`update links set item_id = null where mailbox_id = $1 and item_id is not null`, [id]);
  await tx.query(
    `delete from pairs where mailbox_id = $1 and made = 'item' and state in ('linked', 'making')`,
    [id],
  );
  await tx.query(
    `update pairs set item_id = null, feed_id = null, series_id = null where mailbox_id = $1 and item_id is not null`,
    [id],
  );
}

/** A page of mailboxes in order of age, of one user or of everybody in scope; `after` is the last id of the page before. */
export async function listMailboxes(
  tx: Tx,
  {
    userId = null,
    after = null,
    limit = 100,
  }: { readonly userId?: UserId | null; readonly after?: MailboxId | null; readonly limit?: number } = {},
): Promise<readonly Mailbox[]> {
  const { rows } = await tx.query<MailboxRow>(
    `select ${columns} from mailboxes
     where ($1::uuid is null or user_id = $1) and ($2::uuid is null or id > $2)
     order by id limit $3`,
    [userId, after, limit],
  );
  return rows.map(mailboxOf);
}

export interface MailboxMove {
  readonly id: MailboxId;
  readonly from: MailboxState;
  readonly to: MailboxState;
  readonly streak: RunStreak;
  readonly cause: FailureCode | null;
  readonly now: Instant;
  /** With a move to `paused`. */
  readonly pause?: Pause;
  /** Who is told of a stop, unless both are: administrators are told of an access once, and not of all its mailboxes. */
  readonly tells?: Audience;
}

/**
 * Moves a mailbox from one state to another, and writes what people are to be told of it; false when it is no longer in `from`. A pause is over with its state. Every move goes
 * through here, so that none is untold and none is told twice.
 */
export async function moveMailbox(tx: Tx, move: MailboxMove): Promise<boolean> {
  const { rows } = await tx.query<{ organization_id: OrganizationId }>(
    `update mailboxes set state = $3, rejections = $4, failures = $5, cause = $6, state_at = $7,
       paused_until = $8, paused_by = $9
     where id = $1 and state = $2 returning organization_id`,
    [
      move.id,
      move.from,
      move.to,
      move.streak.rejections,
      move.streak.failures,
      move.cause,
      new Date(move.now),
      move.pause?.until == null ? null : new Date(move.pause.until),
      move.pause?.by ?? null,
    ],
  );
  const organizationId = rows[0]?.organization_id;
  if (organizationId === undefined) return false;
  await tell(tx, organizationId, move);
  return true;
}

async function tell(tx: Tx, organizationId: OrganizationId, move: MailboxMove): Promise<void> {
  const { id: mailboxId, from, to, cause: code, now } = move;
  const kind = noticeOfMove(from, to);
  if (kind === 'stopped')
    await writeNotices(tx, { organizationId, mailboxId, kind, code, aboutAt: now, now }, move.tells);
  if (kind === 'recovered') await writeRecovery(tx, { organizationId, mailboxId, now });
}

/** Keeps count of bad runs while the state stays. */
export async function writeStreak(tx: Tx, id: MailboxId, streak: RunStreak): Promise<void> {
  await tx.query(
    `update mailboxes set rejections = $2, failures = $3
     where id = $1 and (rejections, failures) is distinct from ($2, $3)`,
    [id, streak.rejections, streak.failures],
  );
}

function mailboxOf(row: MailboxRow): Mailbox {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    service: row.service,
    address: row.address,
    addresses: row.addresses,
    mailboxConnectionId: row.mailbox_connection_id,
    crmConnectionId: row.crm_connection_id,
    state: row.state,
    streak: { rejections: row.rejections, failures: row.failures },
    cause: row.cause,
    stateAt: row.state_at.getTime(),
    historyFrom: row.history_from.getTime(),
    createdAt: row.created_at.getTime(),
    pause: row.paused_by === null ? null : { until: row.paused_until?.getTime() ?? null, by: row.paused_by },
    skipping: row.skipping,
  };
}
