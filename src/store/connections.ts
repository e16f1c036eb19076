/**
 * Connections: an account at a service, with its sealed credential and its open settings. A credential changes only by compare-and-set on its
 * version, or under `exclusiveCredential`, which holds the row so that one OAuth refresh runs at a time on however many machines.
 */
import type { Instant } from '../model/clock.ts';
import type { ConnectionId, MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import { type Database, inOrganization, type Tx } from './database.ts';
import type { OrganizationKeys } from './keyring.ts';
import { newId } from './new-id.ts';
import { openSealed } from './open-sealed.ts';

/** What is no secret: the EWS link, the instance address, the login form. Any JSON object. */
export type ConnectionSettings = Readonly<Record<string, unknown>>;

export interface Connection {
  readonly id: ConnectionId;
  readonly organizationId: OrganizationId;
  /** Null: an administrator's access has it, and no person. */
  readonly userId: UserId | null;
  readonly service: string;
  readonly account: string;
  /** The connection whose credential this is: an access's; null where it is its own. */
  readonly lenderId: ConnectionId | null;
  /** Any JSON; null once erased. */
  readonly credential: unknown;
  readonly credentialVersion: number;
  /** The lender's, and over them its own. */
  readonly settings: ConnectionSettings;
}

export interface NewConnection {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly service: string;
  /** The account's name at the service: an address or a user name. */
  readonly account: string;
  readonly credential: unknown;
  readonly settings: ConnectionSettings;
  readonly now: Instant;
}

/** Accounts of one person at one service that are looked at, newest first. */
const ACCOUNTS_MAX = 50;
/** How long a second refresher waits for the first one. */
const LOCK_WAIT_MS = 30_000;

interface ConnectionRow {
  id: ConnectionId;
  organization_id: OrganizationId;
  user_id: UserId | null;
  service: string;
  account: string;
  via_connection_id: ConnectionId | null;
  sealed_credential: Buffer | null;
  credential_version: number;
  settings: ConnectionSettings;
}

/** A connection `c` with the credential and settings of its lender `l`, if it has one. */
const columns = `c.id, c.organization_id, c.user_id, c.service, c.account, c.via_connection_id,
  case when l.id is null then c.sealed_credential else l.sealed_credential end as sealed_credential,
  coalesce(l.credential_version, c.credential_version) as credential_version,
  coalesce(l.settings, '{}') || c.settings as settings`;
const LENT = `connections c left join connections l on l.organization_id = c.organization_id and l.id = c.via_connection_id`;

/**
 * Stores an account's credential; the same account of the same user keeps its id and gets a new credential version. One that was reached through an
 * administrator's access is the person's own from now on.
 */
export async function saveConnection(
  tx: Tx,
  keys: OrganizationKeys,
  connection: NewConnection,
): Promise<ConnectionId> {
  const { rows } = await tx.query<{ id: ConnectionId }>(
    `insert into connections (id, organization_id, user_id, service, account, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6)
     on conflict (organization_id, user_id, service, account) do update
       set updated_at = excluded.updated_at, via_connection_id = null
     returning id`,
    [
      newId<ConnectionId>(connection.now),
      connection.organizationId,
      connection.userId,
      connection.service,
      connection.account,
      new Date(connection.now),
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the connection was not written');
  // Sealed after the id is known: the id is part of what the seal is bound to.
  await writeCredential(tx, keys, { ...connection, id });
  return id;
}

/** Null when there is no such connection in this scope. */
export async function readConnection(
  tx: Tx,
  keys: OrganizationKeys,
  id: ConnectionId,
): Promise<Connection | null> {
  const [found = null] = await readConnections(tx, keys, [id]);
  return found;
}

/** Several at once, in the order of the ids; null where there is none. `keys` may still be on their way: the rows are asked for meanwhile. */
export async function readConnections(
  tx: Tx,
  keys: OrganizationKeys | Promise<OrganizationKeys>,
  ids: readonly ConnectionId[],
): Promise<readonly (Connection | null)[]> {
  const { rows } = await tx.query<ConnectionRow>(
    `select ${columns} from ${LENT} where c.id = any ($1::uuid[])`,
    [ids],
  );
  const known = await keys;
  return await Promise.all(
    ids.map((id) => {
      const row = rows.find((one) => one.id === id);
      return row === undefined ? null : connectionOf(tx, known, row);
    }),
  );
}

/** A connection without its secret. */
export interface ConnectionFacts {
  readonly account: string;
  readonly settings: ConnectionSettings;
  readonly hasCredential: boolean;
  readonly updatedAt: Instant;
}

/** What may be shown of a connection; its mailbox's foreign key says that it is there. */
export async function readConnectionFacts(
  tx: Tx,
  keys: OrganizationKeys,
  id: ConnectionId,
): Promise<ConnectionFacts> {
  const { rows } = await tx.query<ConnectionRow & { updated_at: Date }>(
    `select ${columns}, c.updated_at from ${LENT} where c.id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no such connection');
  const { account, settings } = row;
  return { account, settings, hasCredential: isUsable(keys, row), updatedAt: row.updated_at.getTime() };
}

/** A user's newest connection to a service that still has a credential; null when there is none. */
export async function findConnection(
  tx: Tx,
  keys: OrganizationKeys,
  userId: UserId,
  service: string,
): Promise<ConnectionId | null> {
  const { rows } = await tx.query<ConnectionRow>(
    `select ${columns} from ${LENT} where c.user_id = $1 and c.service = $2
     order by c.updated_at desc limit ${ACCOUNTS_MAX}`,
    [userId, service],
  );
  return rows.find((row) => isUsable(keys, row))?.id ?? null;
}

function isUsable({ held }: OrganizationKeys, row: ConnectionRow): boolean {
  if (held === null) return row.sealed_credential !== null;
  return held.find(credentialContext(row.via_connection_id ?? row.id), row.credential_version) !== null;
}

/** Replaces the credential if nobody else did since `seenVersion` was read. */
export async function replaceCredential(
  tx: Tx,
  keys: OrganizationKeys,
  change: {
    readonly id: ConnectionId;
    readonly seenVersion: number;
    readonly credential: unknown;
    readonly settings: ConnectionSettings;
    readonly now: Instant;
  },
): Promise<boolean> {
  const text = JSON.stringify(change.credential);
  const { rowCount } = await tx.query(
    `update connections set sealed_credential = $3, credential_version = credential_version + 1,
       settings = $4, updated_at = $5
     where id = $1 and credential_version = $2`,
    [
      change.id,
      change.seenVersion,
      sealCredential(keys, change.id, text),
      JSON.stringify(change.settings),
      new Date(change.now),
    ],
  );
  if (rowCount === 1)
    keys.held?.keep(credentialContext(change.id), text, { version: change.seenVersion + 1 });
  return rowCount === 1;
}

/** Forgets the credential at once, and a lent one by letting go of its lender; the connection itself stays for its mailboxes. */
export async function eraseCredential(
  tx: Tx,
  keys: OrganizationKeys,
  id: ConnectionId,
  now: Instant,
): Promise<void> {
  keys.held?.forget(credentialContext(id));
  await tx.query(
    `update connections set sealed_credential = null, credential_version = credential_version + 1,
       via_connection_id = null, updated_at = $2
     where id = $1`,
    [id, new Date(now)],
  );
}

export interface CurrentCredential {
  readonly credential: unknown;
  readonly version: number;
  readonly settings: ConnectionSettings;
}

/** Per database, who stands in line for a connection's row in this process: only the first of them takes a place in the pool. */
const lines = new WeakMap<Database, Map<ConnectionId, Promise<unknown>>>();

/**
 * Runs `fn` while the row that has this connection's credential (its own or its lender's) is held, and stores there what it returns (null: nothing changes). Everybody else who comes here waits and then
 * sees the new credential, on every machine; so `fn` compares versions before it calls the service. Bound `fn` by a deadline of a few
 * seconds: who waits for another machine gives up after 30. Rejects when there is no such connection.
 */
export async function exclusiveCredential(
  db: Database,
  organizationId: OrganizationId,
  readKeys: (tx: Tx) => Promise<OrganizationKeys>,
  id: ConnectionId,
  fn: (
    current: CurrentCredential,
  ) => Promise<{ readonly credential: unknown; readonly settings: ConnectionSettings } | null>,
): Promise<CurrentCredential> {
  return inLine(db, id, () =>
    inOrganization(db, organizationId, async (tx) => {
      const [, { rows }, keys] = await Promise.all([
        tx.query(`select set_config('lock_timeout', $1, true)`, [`${LOCK_WAIT_MS}ms`]),
        tx.query<ConnectionRow>(
          `select id, organization_id, user_id, service, account, null::uuid as via_connection_id, sealed_credential,
             credential_version, settings
           from connections
           where id = (select coalesce(via_connection_id, id) from connections where id = $1) for no key update`,
          [id],
        ),
        readKeys(tx),
      ]);
      const [row] = rows;
      if (row === undefined) throw new Error('no such connection');
      const { credential, credentialVersion: version, settings } = await connectionOf(tx, keys, row);
      const changed = await fn({ credential, version, settings });
      if (changed === null) return { credential, version, settings };
      await writeCredential(tx, keys, { id: row.id, now: null, ...changed });
      return { ...changed, version: version + 1 };
    }),
  );
}

/** Runs `work` when everybody who came before for the same connection is done. */
async function inLine<T>(db: Database, id: ConnectionId, work: () => Promise<T>): Promise<T> {
  const line = lines.get(db) ?? new Map<ConnectionId, Promise<unknown>>();
  lines.set(db, line);
  const before = line.get(id) ?? Promise.resolve();
  const mine = before.then(work, work);
  line.set(id, mine);
  try {
    return await mine;
  } finally {
    if (line.get(id) === mine) line.delete(id);
  }
}

/** Writes a credential with its settings under the id that its seal is bound to. */
export async function writeCredential(
  tx: Tx,
  keys: OrganizationKeys,
  {
    id,
    credential,
    settings,
    now,
  }: {
    readonly id: ConnectionId;
    readonly credential: unknown;
    readonly settings: ConnectionSettings;
    /** Null: keeps what it says. */
    readonly now: Instant | null;
  },
): Promise<void> {
  const text = JSON.stringify(credential);
  const { rows } = await tx.query<{ credential_version: number }>(
    `update connections set sealed_credential = $2, credential_version = credential_version + 1,
       settings = $3, updated_at = coalesce($4, updated_at)
     where id = $1 returning credential_version`,
    [id, sealCredential(keys, id, text), JSON.stringify(settings), now === null ? null : new Date(now)],
  );
  const version = rows[0]?.credential_version ?? 0;
  keys.held?.keep(credentialContext(id), text, { version });
}

async function connectionOf(tx: Tx, keys: OrganizationKeys, row: ConnectionRow): Promise<Connection> {
  const { sealed_credential: sealed, credential_version: version } = row;
  const context = credentialContext(row.via_connection_id ?? row.id);
  const text =
    keys.held !== null
      ? keys.held.find(context, version)
      : sealed === null
        ? null
        : (await openSealed(tx, keys, sealed, context)).toString('utf8');
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    service: row.service,
    account: row.account,
    lenderId: row.via_connection_id,
    credential: text === null ? null : JSON.parse(text),
    credentialVersion: row.credential_version,
    settings: row.settings,
  };
}

/** What the row is to hold; null where credentials are held in memory alone. */
function sealCredential(keys: OrganizationKeys, id: ConnectionId, text: string): Buffer | null {
  return keys.held === null ? keys.seal(text, credentialContext(id)) : null;
}

/** What a sealed credential is bound to. */
export function credentialContext(id: ConnectionId): string {
  return `connections.sealed_credential ${id}`;
}

/** Erases every credential that was ever written down: the operator wants them in memory alone. Returns how many. Across organizations. */
export async function eraseSealedCredentials(tx: Tx, now: Instant): Promise<number> {
  const { rowCount } = await tx.query(
    `update connections set sealed_credential = null, credential_version = credential_version + 1, updated_at = $1
     where sealed_credential is not null`,
    [new Date(now)],
  );
  return rowCount;
}

/** Whether another mailbox than `except` that is not deactivated stands on this connection, as its mail or its CRM account. */
export async function isConnectionUsed(
  tx: Tx,
  { id, except }: { readonly id: ConnectionId; readonly except: MailboxId },
): Promise<boolean> {
  const { rows } = await tx.query<{ used: boolean }>(
    `select exists (select from mailboxes
       where (mailbox_connection_id = $1 or crm_connection_id = $1) and id <> $2 and state <> 'deactivated') as used`,
    [id, except],
  );
  return rows[0]?.used ?? false;
}

/** Forgets those of these connections that no mailbox stands on any more. */
export async function deleteUnusedConnections(tx: Tx, ids: readonly ConnectionId[]): Promise<void> {
  await tx.query(
    `delete from connections where id = any ($1::uuid[]) and not exists (select from mailboxes
       where mailbox_connection_id = connections.id or crm_connection_id = connections.id)`,
    [ids],
  );
}
