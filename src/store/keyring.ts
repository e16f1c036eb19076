/**
 * Whose key is which: the master key (from environment or file) wraps one bundle of keys per organization, and the bundle seals that
 * organization's credentials and cursors and prints its identifiers. Rotation stands in `rotate-keys.ts`.
 */

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { EmailKey, ItemId, OrganizationId } from '../model/ids.ts';
import type { KeyPrint, PrintKey } from '../model/link.ts';
import type { PrintField } from '../model/pair.ts';
import type { Tx } from './database.ts';
import { HeldSecrets } from './held-secrets.ts';
import { derive, KEY_BYTES, newKey, open, SealBroken, type SealingKey, seal, sealingKey } from './sealing.ts';

export interface Keyring {
  /** The id of the master key that seals now. */
  readonly masterKeyId: string;
  sealWithMaster(plain: Uint8Array | string, context: string): Buffer;
  openWithMaster(sealed: Uint8Array, context: string): Buffer;
  /** Unwrapped bundles of this process, by their wrapped form: a bundle that changed is never mistaken for its old self. */
  readonly unwrapped: Map<OrganizationId, { readonly sealed: Buffer; readonly keys: OrganizationKeys }>;
  /** Where credentials are instead of in the database; null: they are sealed there. */
  readonly held: HeldSecrets | null;
}

/** What one organization's values are sealed and printed with. Holds secrets: never logged, never serialised. */
export interface OrganizationKeys {
  readonly organizationId: OrganizationId;
  /** The id of the data key that seals now. */
  dataKeyId(): string;
  /** `context` names table, row and column; the same is needed to open. */
  seal(plain: Uint8Array | string, context: string): Buffer;
  /** Throws `SealBroken`. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** As in the keyring. */
  readonly held: HeldSecrets | null;
  /** HMAC-SHA-256 of a mail's key, base64url; stays the same through every rotation. */
  readonly printKey: PrintKey;
  /** The same for a mailbox item's id, under a key of its own. */
  printItem(itemId: ItemId): string;
  /** Eight bytes of HMAC over a record, a field and its text: only whether two texts of one field differ can be told. */
  readonly printField: PrintField;
  /** Reads the keys anew, after a rotation; the prints stay. */
  refresh(tx: Tx): Promise<void>;
}

/** An organization's secrets: data keys, the sealing one first, and the secret of the prints, which is never rotated. */
export interface KeyBundle {
  readonly dataKeys: readonly SealingKey[];
  readonly printSecret: Buffer;
}

export interface MasterKeys {
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  /** Keys that still open what was sealed before a rotation. */
  readonly previousMasterKeys?: readonly Uint8Array[];
  /** `memory`: no credential is ever written. */
  readonly credentials?: 'sealed' | 'memory';
}

/** Opens the ring. Throws when a key has not 32 bytes. */
export function openKeyring({
  masterKey,
  previousMasterKeys = [],
  credentials = 'sealed',
}: MasterKeys): Keyring {
  const current = sealingKey(masterKey);
  const all = [current, ...previousMasterKeys.map(sealingKey)];
  return {
    masterKeyId: current.id,
    sealWithMaster: (plain, context) => seal(current, plain, context),
    openWithMaster: (sealed, context) => open(all, sealed, context),
    unwrapped: new Map(),
    held: credentials === 'memory' ? new HeldSecrets() : null,
  };
}

/** A bundle for a new organization. */
export function newBundle(): KeyBundle {
  return { dataKeys: [newKey()], printSecret: newKey().secret };
}

/** The wrapped form, as stored in `organizations.sealed_key`. */
export function wrapBundle(keyring: Keyring, organizationId: OrganizationId, bundle: KeyBundle): Buffer {
  const parts = [bundle.printSecret, ...bundle.dataKeys.map((key) => key.secret)];
  return keyring.sealWithMaster(Buffer.concat(parts), bundleContext(organizationId));
}

/** The bundle again. Throws `SealBroken` when the master key is another one. */
export function unwrapBundle(
  keyring: Keyring,
  organizationId: OrganizationId,
  sealed: Uint8Array,
): KeyBundle {
  const plain = keyring.openWithMaster(sealed, bundleContext(organizationId));
  if (plain.length < 2 * KEY_BYTES || plain.length % KEY_BYTES !== 0) throw new SealBroken('tampered');
  const dataKeys: SealingKey[] = [];
  for (let at = KEY_BYTES; at < plain.length; at += KEY_BYTES) {
    dataKeys.push(sealingKey(plain.subarray(at, at + KEY_BYTES)));
  }
  return { dataKeys, printSecret: plain.subarray(0, KEY_BYTES) };
}

/** An organization's keys. Reads one row; unwraps once per process and change. Throws when there is no such organization. */
export async function organizationKeys(
  tx: Tx,
  keyring: Keyring,
  organizationId: OrganizationId,
): Promise<OrganizationKeys> {
  const sealed = await readSealedKey(tx, organizationId);
  const known = keyring.unwrapped.get(organizationId);
  if (known?.sealed.equals(sealed) === true) return known.keys;
  const keys = keysOf(keyring, organizationId, unwrapBundle(keyring, organizationId, sealed));
  keyring.unwrapped.set(organizationId, { sealed, keys });
  return keys;
}

/** The wrapped bundle as stored. Throws when there is no such organization in this transaction's scope. */
export async function readSealedKey(tx: Tx, organizationId: OrganizationId): Promise<Buffer> {
  const { rows } = await tx.query<{ sealed_key: Buffer }>(
    `select sealed_key from organizations where id = $1`,
    [organizationId],
  );
  const sealed = rows[0]?.sealed_key;
  if (sealed === undefined) throw new Error('no such organization');
  return sealed;
}

function keysOf(keyring: Keyring, organizationId: OrganizationId, bundle: KeyBundle): OrganizationKeys {
  let dataKeys = bundle.dataKeys;
  const sealing = (): SealingKey => {
    const [first] = dataKeys;
    if (first === undefined) throw new Error('a bundle has at least one data key');
    return first;
  };
  const printing = (purpose: string): KeyObject =>
    createSecretKey(derive(bundle.printSecret, purpose, KEY_BYTES));
  const emailSecret = printing('lockstep print of a mail key');
  const itemSecret = printing('lockstep print of an item id');
  const fieldSecret = printing('lockstep print of a field');
  return {
    organizationId,
    held: keyring.held,
    dataKeyId: () => sealing().id,
    seal: (plain, context) => seal(sealing(), plain, context),
    open: (sealed, context) => open(dataKeys, sealed, context),
    printKey: (key: EmailKey) => print(emailSecret, key) as KeyPrint,
    printItem: (itemId) => print(itemSecret, itemId),
    printField: (recordId, field, text) =>
      print(fieldSecret, `${recordId}\n${field}\n${text}`).slice(0, FIELD_PRINT_LENGTH),
    refresh: async (tx) => {
      dataKeys = unwrapBundle(keyring, organizationId, await readSealedKey(tx, organizationId)).dataKeys;
    },
  };
}

/** Base64url characters of eight bytes. */
const FIELD_PRINT_LENGTH = 11;

function print(secret: KeyObject, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('base64url');
}

function bundleContext(organizationId: OrganizationId): string {
  return `organizations.sealed_key ${organizationId}`;
}
