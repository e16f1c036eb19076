/**
 * Accesses: ways of reaching many people's accounts by one credential of an administrator. An access owns a connection without a person, which lends its
 * credential to theirs. What moves an access is decided in `model/access-circuit.ts`; who is reached through it is found by `store/reached.ts`.
 */
import type { AccessState } from '../model/access-circuit.ts';
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { PreparedConnection } from '../model/connector.ts';
import type { AccessId, ConnectionId, OrganizationId } from '../model/ids.ts';
import { type ConnectionSettings, writeCredential } from './connections.ts';
import type { Tx } from './database.ts';
import type { OrganizationKeys } from './keyring.ts';
import { newId } from './new-id.ts';

export type AccessSide = 'mailbox' | 'crm';

export interface Access {
  readonly id: AccessId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly side: AccessSide;
  readonly service: string;
  readonly connectionId: ConnectionId;
  readonly account: string;
  readonly settings: ConnectionSettings;
  readonly state: AccessState;
  readonly cause: FailureCode | null;
  readonly rejections: number;
  readonly stateAt: Instant;
  /** When it is probed again; null: not by itself. */
  readonly probeAt: Instant | null;
  readonly checkedAt: Instant | null;
  readonly toldAt: Instant | null;
}

/** Accesses of one organization at most. */
export const ACCESSES_MAX = 100;

interface AccessRow {
  id: AccessId;
  organization_id: OrganizationId;
  name: string;
  side: AccessSide;
  service: string;
  connection_id: ConnectionId;
  account: string;
  settings: ConnectionSettings;
  state: AccessState;
  cause: FailureCode | null;
  rejections: number;
  state_at: Date;
  probe_at: Date | null;
  checked_at: Date | null;
  told_at: Date | null;
}

const columns = `a.id, a.organization_id, a.name, a.side, a.service, a.connection_id, c.account, c.settings, a.state, a.cause,
  a.rejections, a.state_at, a.probe_at, a.checked_at, a.told_at`;
const JOINED = `accesses a join connections c on c.organization_id = a.organization_id and c.id = a.connection_id`;

export interface NewAccess {
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly side: AccessSide;
  readonly service: string;
  readonly prepared: PreparedConnection;
  readonly now: Instant;
}

/** Stores the connection that lends: nobody's own. */
export async function saveLender(
  tx: Tx,
  keys: OrganizationKeys,
  { organizationId, service, prepared, now }: Omit<NewAccess, 'name' | 'side'>,
): Promise<ConnectionId> {
  const id = newId<ConnectionId>(now);
  await tx.query(
    `insert into connections (id, organization_id, user_id, service, account, created_at, updated_at)
     values ($1, $2, null, $3, $4, $5, $5)`,
    [id, organizationId, service, prepared.account, new Date(now)],
  );
  await writeCredential(tx, keys, { ...prepared, id, now });
  return id;
}

/** Another credential, account and settings for the same lender; whoever borrows has them with his next run. */
export async function renewLender(
  tx: Tx,
  keys: OrganizationKeys,
  {
    id,
    prepared,
    now,
  }: { readonly id: ConnectionId; readonly prepared: PreparedConnection; readonly now: Instant },
): Promise<void> {
  await tx.query(`update connections set account = $2 where id = $1`, [id, prepared.account]);
  await writeCredential(tx, keys, { ...prepared, id, now });
}

/** A new access, proven to work; null when the name is taken or there are as many as there may be. */
export async function insertAccess(
  tx: Tx,
  access: Omit<NewAccess, 'prepared'> & { readonly connectionId: ConnectionId },
): Promise<AccessId | null> {
  const { organizationId, name, side, service, connectionId, now } = access;
  const { rows } = await tx.query<{ id: AccessId }>(
    `insert into accesses (id, organization_id, name, side, service, connection_id, state, state_at, checked_at, told_at, created_at)
     select $1, $2, $3, $4, $5, $6, 'working', $7, $7, $7, $7
     where (select count(*) from accesses where organization_id = $2) < ${ACCESSES_MAX}
     on conflict (organization_id, name) do nothing returning id`,
    [newId<AccessId>(now), organizationId, name, side, service, connectionId, new Date(now)],
  );
  return rows[0]?.id ?? null;
}

/** Null when there is no such access in this scope. */
export async function readAccess(
  tx: Tx,
  { id, organizationId }: { readonly id: AccessId; readonly organizationId: OrganizationId },
): Promise<Access | null> {
  const { rows } = await tx.query<AccessRow>(
    `select ${columns} from ${JOINED} where a.id = $1 and a.organization_id = $2`,
    [id, organizationId],
  );
  return rows[0] === undefined ? null : accessOf(rows[0]);
}

/** The accesses that lend to one mailbox's two connections: at most one of each side. */
export async function readLendingAccesses(
  tx: Tx,
  lenders: readonly (ConnectionId | null | undefined)[],
): Promise<readonly Access[]> {
  const ids = lenders.filter((id) => id != null);
  if (ids.length === 0) return [];
  const { rows } = await tx.query<AccessRow>(
    `select ${columns} from ${JOINED} where a.connection_id = any ($1::uuid[]) order by a.id`,
    [ids],
  );
  return rows.map(accessOf);
}

export interface ListedAccess extends Access {
  /** Mailboxes that are reached through it now. */
  readonly mailboxes: number;
  readonly profiles: readonly { readonly id: string; readonly name: string }[];
}

/** An organization's accesses with who uses them, by name; `id`: that one alone. */
export async function listAccesses(
  tx: Tx,
  { organizationId, id = null }: { readonly organizationId: OrganizationId; readonly id?: AccessId | null },
): Promise<readonly ListedAccess[]> {
  const { rows } = await tx.query<
    AccessRow & { mailboxes: string; profiles: readonly { readonly id: string; readonly name: string }[] }
  >(
    `select ${columns},
       (select count(*) from connections b join mailboxes m on m.organization_id = b.organization_id
          and b.id = case when a.side = 'mailbox' then m.mailbox_connection_id else m.crm_connection_id end
        where b.organization_id = a.organization_id and b.via_connection_id = a.connection_id
          and m.state <> 'deactivated') as mailboxes,
       (select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name) order by p.name), '[]') from profiles p
        where p.organization_id = a.organization_id and (p.mail_access_id = a.id or p.crm_access_id = a.id)) as profiles
     from ${JOINED} where a.organization_id = $1 and ($2::uuid is null or a.id = $2) order by a.name limit ${ACCESSES_MAX}`,
    [organizationId, id],
  );
  return rows.map((row) => ({ ...accessOf(row), mailboxes: Number(row.mailboxes), profiles: row.profiles }));
}

/** Gives an access another name; false when it is taken. */
export async function renameAccess(
  tx: Tx,
  {
    id,
    organizationId,
    name,
  }: { readonly id: AccessId; readonly organizationId: OrganizationId; readonly name: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update accesses set name = $3 where id = $1 and organization_id = $2
       and not exists (select from accesses where organization_id = $2 and name = $3 and id <> $1)`,
    [id, organizationId, name],
  );
  return rowCount === 1;
}

/** Forgets an access and its credential, and lets go whoever still named it without using it. */
export async function deleteAccess(
  tx: Tx,
  { id, connectionId }: Pick<Access, 'id' | 'connectionId'>,
): Promise<void> {
  await tx.query(`delete from accesses where id = $1`, [id]);
  await tx.query(`update connections set via_connection_id = null where via_connection_id = $1`, [
    connectionId,
  ]);
  await tx.query(`delete from connections where id = $1`, [connectionId]);
}

// -------------------------------------------------------------------------------------------------------- circuit

/** Counts one more rejection while the access works; how many there are now, or null when it does not work. */
export async function countRejection(tx: Tx, id: AccessId): Promise<number | null> {
  const { rows } = await tx.query<{ rejections: number }>(
    `update accesses set rejections = rejections + 1 where id = $1 and state = 'working' returning rejections`,
    [id],
  );
  return rows[0]?.rejections ?? null;
}

/** A run went through: the count begins anew. Writes nothing where there is nothing to forget. */
export async function clearRejections(tx: Tx, id: AccessId): Promise<void> {
  await tx.query(`update accesses set rejections = 0 where id = $1 and rejections <> 0`, [id]);
}

/** Takes the next probe for oneself; false while somebody else's is under way. `anyTime`: somebody asks for it. */
export async function claimProbe(
  tx: Tx,
  {
    id,
    now,
    holdMs,
    anyTime,
  }: { readonly id: AccessId; readonly now: Instant; readonly holdMs: number; readonly anyTime: boolean },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update accesses set probe_at = $3 where id = $1 and ($4 or probe_at is null or probe_at <= $2)`,
    [id, new Date(now), new Date(now + holdMs), anyTime],
  );
  return rowCount === 1;
}

/** Takes one access whose probe is due. Across organizations. */
export async function claimDueProbe(
  tx: Tx,
  { now, holdMs }: { readonly now: Instant; readonly holdMs: number },
): Promise<{ readonly id: AccessId; readonly organizationId: OrganizationId } | null> {
  const { rows } = await tx.query<{ id: AccessId; organization_id: OrganizationId }>(
    `update accesses set probe_at = $2
     where id = (select id from accesses where probe_at <= $1 order by probe_at limit 1 for update skip locked)
     returning id, organization_id`,
    [new Date(now), new Date(now + holdMs)],
  );
  const [row] = rows;
  return row === undefined ? null : { id: row.id, organizationId: row.organization_id };
}

export interface ProbeEnd {
  readonly id: AccessId;
  readonly from: AccessState;
  readonly to: AccessState;
  readonly cause: FailureCode | null;
  readonly rejections: number;
  readonly now: Instant;
  readonly probeAt: Instant | null;
}

/**
 * Writes what a probe found; false when the access is no longer in `from`. A change of state is to be told, except the end of a refusal of which nobody
 * was told.
 */
export async function endProbe(tx: Tx, end: ProbeEnd): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update accesses set state = $3, cause = $4, rejections = $5, probe_at = $6, checked_at = $7,
       told_at = case when $2 = 'refused' and $3 = 'working' and told_at is distinct from state_at then $7 else told_at end,
       state_at = case when $2 = $3 then state_at else $7 end
     where id = $1 and state = $2`,
    [
      end.id,
      end.from,
      end.to,
      end.cause,
      end.rejections,
      end.probeAt === null ? null : new Date(end.probeAt),
      new Date(end.now),
    ],
  );
  return rowCount === 1;
}

/** Accesses whose last change of state no administrator was told, oldest first. Across organizations. */
export async function listUntoldAccesses(tx: Tx, limit: number): Promise<readonly Access[]> {
  const { rows } = await tx.query<AccessRow>(
    `select ${columns} from ${JOINED} where a.told_at is distinct from a.state_at order by a.state_at limit $1`,
    [limit],
  );
  return rows.map(accessOf);
}

/** Takes the telling of one change; false when somebody else took it. It is written before the e-mail leaves: at most one is ever sent. */
export async function claimTelling(
  tx: Tx,
  { id, stateAt }: Pick<Access, 'id' | 'stateAt'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update accesses set told_at = state_at where id = $1 and state_at = $2 and told_at is distinct from state_at`,
    [id, new Date(stateAt)],
  );
  return rowCount === 1;
}

/** The mail server did not take it: to be told again. */
export async function putTellingBack(
  tx: Tx,
  { id, stateAt, toldAt }: Pick<Access, 'id' | 'stateAt' | 'toldAt'>,
): Promise<void> {
  await tx.query(`update accesses set told_at = $3 where id = $1 and state_at = $2`, [
    id,
    new Date(stateAt),
    toldAt === null ? null : new Date(toldAt),
  ]);
}

function accessOf(row: AccessRow): Access {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    side: row.side,
    service: row.service,
    connectionId: row.connection_id,
    account: row.account,
    settings: row.settings,
    state: row.state,
    cause: row.cause,
    rejections: row.rejections,
    stateAt: row.state_at.getTime(),
    probeAt: row.probe_at?.getTime() ?? null,
    checkedAt: row.checked_at?.getTime() ?? null,
    toldAt: row.told_at?.getTime() ?? null,
  };
}
