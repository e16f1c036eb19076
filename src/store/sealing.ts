/**
 * Envelopes: AES-256-GCM with the key's id, a random nonce and the context as additional data, so that a sealed value opens only with its key
 * and only in its own place. Which keys there are is `keyring.ts`; this file knows bytes only.
 *
 * Layout: version (1 byte, 1), key id (8), nonce (12), ciphertext, tag (16). NIST SP 800-38D.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

export const KEY_BYTES = 32;
const VERSION = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const ALGORITHM = 'aes-256-gcm';

/** A key with its public name, which is derived from it and tells nothing of it. */
export interface SealingKey {
  /** 16 hexadecimal characters. */
  readonly id: string;
  readonly secret: Buffer;
  /** The same, as Node's ciphers take it without making it anew for each value. */
  readonly handle: KeyObject;
}

/** A sealed value that does not open: damaged, moved to another place, or sealed with a key that is not at hand. */
export class SealBroken extends Error {
  readonly reason: 'unknown-key' | 'tampered';
  constructor(reason: 'unknown-key' | 'tampered') {
    super(
      reason === 'unknown-key'
        ? 'sealed with a key that is not at hand'
        : 'a sealed value was changed or moved',
    );
    this.name = 'SealBroken';
    this.reason = reason;
  }
}

/** Makes a key from exactly 32 bytes. */
export function sealingKey(secret: Uint8Array): SealingKey {
  if (secret.length !== KEY_BYTES)
    throw new Error(`a key has ${KEY_BYTES} bytes, this one has ${secret.length}`);
  return {
    id: derive(secret, 'lockstep key id', KEY_ID_BYTES).toString('hex'),
    secret: Buffer.from(secret),
    handle: createSecretKey(secret),
  };
}

export function newKey(): SealingKey {
  return sealingKey(randomBytes(KEY_BYTES));
}

/** HKDF-SHA-256 (RFC 5869) for one stated purpose. */
export function derive(secret: Uint8Array, purpose: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), purpose, length));
}

/** Seals under one key. `context` names the place (table, row, column) and is needed again to open. */
export function seal(key: SealingKey, plain: Uint8Array | string, context: string): Buffer {
  const header = Buffer.concat([Buffer.of(VERSION), Buffer.from(key.id, 'hex')]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.handle, nonce);
  cipher.setAAD(additionalData(header, context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([header, nonce, body, cipher.getAuthTag()]);
}

/** Opens with whichever of the keys sealed it. Throws `SealBroken`. */
export function open(keys: readonly SealingKey[], sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed);
  if (bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || bytes.readUInt8(0) !== VERSION) {
    throw new SealBroken('tampered');
  }
  const key = keys.find((one) => one.id === sealedBy(bytes));
  if (key === undefined) throw new SealBroken('unknown-key');
  const bodyAt = HEADER_BYTES + NONCE_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key.handle, bytes.subarray(HEADER_BYTES, bodyAt));
  decipher.setAAD(additionalData(bytes.subarray(0, HEADER_BYTES), context));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(bodyAt, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new SealBroken('tampered');
  }
}

/** The id of the key that sealed a value. */
export function sealedBy(sealed: Uint8Array): string {
  return Buffer.from(sealed).subarray(1, HEADER_BYTES).toString('hex');
}

function additionalData(header: Uint8Array, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context, 'utf8')]);
}
