/**
 * Rotation: new master key around the same bundles, or a new data key inside a bundle with everything sealed anew. Both run while the product
 * runs: rows are replaced by compare-and-set, and a holder of older keys reads them anew when it meets a newer seal (`open-sealed.ts`).
 */
import type { ConnectionId, MailboxId, OrganizationId } from '../model/ids.ts';
import { credentialContext } from './connections.ts';
import { cursorContext } from './cursors.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from './database.ts';
import { type KeyBundle, type Keyring, organizationKeys, unwrapBundle, wrapBundle } from './keyring.ts';
import { listOrganizations } from './organizations.ts';
import { newKey, sealedBy } from './sealing.ts';
import { watchContext } from './watches.ts';

const PAGE = 100;
/** More rotations than anybody makes during one run. */
const KEYS_KEPT = 5;

/** Wraps every organization's bundle with the ring's present master key. Returns how many were wrapped anew. */
export async function rotateMasterKey(db: Database, keyring: Keyring): Promise<number> {
  const all = await acrossOrganizations(db, listOrganizations);
  let rotated = 0;
  for (const organizationId of all) {
    const changed = await inOrganization(db, organizationId, (tx) =>
      rewrap(tx, keyring, organizationId, (bundle) => bundle),
    );
    if (changed) rotated += 1;
  }
  return rotated;
}

/**
 * Gives an organization a new data key and seals its credentials, cursors and memos of watches with it. Older keys leave the bundle once nothing is sealed with
 * them any more. Prints have their own secret and stay. Returns how many values were sealed anew.
 */
export async function rotateOrganizationKey(
  db: Database,
  keyring: Keyring,
  organizationId: OrganizationId,
): Promise<number> {
  const scoped = <T>(fn: (tx: Tx) => Promise<T>) => inOrganization(db, organizationId, fn);
  await scoped((tx) =>
    rewrap(tx, keyring, organizationId, (bundle) => ({
      ...bundle,
      dataKeys: [newKey(), ...bundle.dataKeys],
    })),
  );
  const credentials = await resealAll<ConnectionId>((after) =>
    scoped((tx) => resealCredentials(tx, keyring, organizationId, after)),
  );
  const cursors = await resealAll<CursorMark>((after) =>
    scoped((tx) => resealCursors(tx, keyring, organizationId, after)),
  );
  const memos = await resealAll<MailboxId>((after) =>
    scoped((tx) => resealMemos(tx, keyring, organizationId, after)),
  );
  await scoped((tx) => dropUnusedKeys(tx, keyring, organizationId));
  return credentials + cursors + memos;
}

async function rewrap(
  tx: Tx,
  keyring: Keyring,
  organizationId: OrganizationId,
  change: (bundle: KeyBundle) => KeyBundle,
): Promise<boolean> {
  const { rows } = await tx.query<{ sealed_key: Buffer; master_key_id: string }>(
    `select sealed_key, master_key_id from organizations where id = $1 for update`,
    [organizationId],
  );
  const [row] = rows;
  if (row === undefined) return false;
  const bundle = unwrapBundle(keyring, organizationId, row.sealed_key);
  const changed = change(bundle);
  if (changed === bundle && row.master_key_id === keyring.masterKeyId) return false;
  await tx.query(`update organizations set sealed_key = $2, master_key_id = $3 where id = $1`, [
    organizationId,
    wrapBundle(keyring, organizationId, changed),
    keyring.masterKeyId,
  ]);
  return true;
}

/** One page of sealed rows: how many were sealed anew, and where the next page begins; null at the end. */
interface Page<Mark> {
  readonly resealed: number;
  readonly next: Mark | null;
}

async function resealAll<Mark>(page: (after: Mark | null) => Promise<Page<Mark>>): Promise<number> {
  let total = 0;
  let after: Mark | null = null;
  do {
    const { resealed, next }: Page<Mark> = await page(after);
    total += resealed;
    after = next;
  } while (after !== null);
  return total;
}

async function resealCredentials(
  tx: Tx,
  keyring: Keyring,
  organizationId: OrganizationId,
  after: ConnectionId | null,
): Promise<Page<ConnectionId>> {
  const keys = await organizationKeys(tx, keyring, organizationId);
  const { rows } = await tx.query<{ id: ConnectionId; sealed: Buffer }>(
    `select id, sealed_credential as sealed from connections
     where organization_id = $1 and sealed_credential is not null and ($2::uuid is null or id > $2)
     order by id limit ${PAGE}`,
    [organizationId, after],
  );
  let resealed = 0;
  for (const { id, sealed } of rows) {
    if (sealedBy(sealed) === keys.dataKeyId()) continue;
    const context = credentialContext(id);
    // Its version stays: the credential is the same one.
    const { rowCount } = await tx.query(
      `update connections set sealed_credential = $2 where id = $1 and sealed_credential = $3`,
      [id, keys.seal(keys.open(sealed, context), context), sealed],
    );
    resealed += rowCount;
  }
  return { resealed, next: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) };
}

interface CursorMark {
  readonly mailboxId: MailboxId;
  readonly feedId: string;
}

async function resealCursors(
  tx: Tx,
  keyring: Keyring,
  organizationId: OrganizationId,
  after: CursorMark | null,
): Promise<Page<CursorMark>> {
  const keys = await organizationKeys(tx, keyring, organizationId);
  const { rows } = await tx.query<{ mailbox_id: MailboxId; feed_id: string; sealed: Buffer }>(
    `select mailbox_id, feed_id, sealed from cursors
     where organization_id = $1 and ($2::uuid is null or (mailbox_id, feed_id) > ($2, $3))
     order by mailbox_id, feed_id limit ${PAGE}`,
    [organizationId, after?.mailboxId ?? null, after?.feedId ?? null],
  );
  let resealed = 0;
  for (const { mailbox_id: mailboxId, feed_id: feedId, sealed } of rows) {
    if (sealedBy(sealed) === keys.dataKeyId()) continue;
    const context = cursorContext(mailboxId, feedId);
    const { rowCount } = await tx.query(
      `update cursors set sealed = $3 where mailbox_id = $1 and feed_id = $2 and sealed = $4`,
      [mailboxId, feedId, keys.seal(keys.open(sealed, context), context), sealed],
    );
    resealed += rowCount;
  }
  const last = rows.at(-1);
  const next =
    rows.length < PAGE || last === undefined ? null : { mailboxId: last.mailbox_id, feedId: last.feed_id };
  return { resealed, next };
}

async function resealMemos(
  tx: Tx,
  keyring: Keyring,
  organizationId: OrganizationId,
  after: MailboxId | null,
): Promise<Page<MailboxId>> {
  const keys = await organizationKeys(tx, keyring, organizationId);
  const { rows } = await tx.query<{ id: MailboxId; sealed: Buffer }>(
    `select mailbox_id as id, sealed_memo as sealed from watches
     where organization_id = $1 and sealed_memo is not null and ($2::uuid is null or mailbox_id > $2)
     order by mailbox_id limit ${PAGE}`,
    [organizationId, after],
  );
  let resealed = 0;
  for (const { id, sealed } of rows) {
    if (sealedBy(sealed) === keys.dataKeyId()) continue;
    const context = watchContext(id);
    const { rowCount } = await tx.query(
      `update watches set sealed_memo = $2 where mailbox_id = $1 and sealed_memo = $3`,
      [id, keys.seal(keys.open(sealed, context), context), sealed],
    );
    resealed += rowCount;
  }
  return { resealed, next: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) };
}

/** Runs that began before a rotation still seal with the key of their time, so the last few stay, and every key that something is sealed with. */
async function dropUnusedKeys(tx: Tx, keyring: Keyring, organizationId: OrganizationId): Promise<void> {
  const { rows } = await tx.query<{ key_id: string }>(
    `select distinct encode(substr(sealed_credential, 2, 8), 'hex') as key_id from connections
     where organization_id = $1 and sealed_credential is not null
     union select distinct encode(substr(sealed, 2, 8), 'hex') from cursors where organization_id = $1
     union select distinct encode(substr(sealed_memo, 2, 8), 'hex') from watches
     where organization_id = $1 and sealed_memo is not null`,
    [organizationId],
  );
  const used = new Set(rows.map((row) => row.key_id));
  await rewrap(tx, keyring, organizationId, (bundle) => ({
    ...bundle,
    dataKeys: bundle.dataKeys.filter((key, index) => index < KEYS_KEPT || used.has(key.id)),
  }));
}
