/**
 * Ids as Microsoft makes them: GUIDs, long URL-safe base64 item ids, change keys. They follow from the world's seed
 * and carry nothing that a client may read out of them.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Random } from '../shared/random.ts';

/** `count` bytes from the world's chance. */
export function drawBytes(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => Math.floor(random.next() * 256)));
}

/** A GUID in lower case with hyphens. */
export function drawGuid(random: Random): string {
  const hex = drawBytes(random, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A token or code nobody can guess. */
export function makeSecret(prefix: string, bytes = 48): string {
  return `${prefix}${randomBytes(bytes).toString('base64url')}`;
}

/** Makes the ids of one mailbox; each call gives one that was never given before. */
export interface IdSource {
  /** An id that stands for a place (and changes when the thing moves), a folder, an attachment. */
  nextRestId(): string;
  nextImmutableId(): string;
  changeKey(changeNumber: number): string;
}

/** Ids of a mailbox whose `guid` (16 bytes) they all contain. */
export function createIds(guid: Buffer): IdSource {
  let last = 0;
  const next = (head: number[], size: number): string => {
    last += 1;
    const tail = Buffer.alloc(size);
    tail.writeUInt32BE(last, size - 4);
    return urlSafe(Buffer.concat([Buffer.from(head), guid, Buffer.from(guid).reverse(), tail]));
  };
  return {
    nextRestId: () => next([0, 3, 36], 70),
    nextImmutableId: () => next([0, 2, 36, 0], 32),
    changeKey(changeNumber) {
      const bytes = Buffer.alloc(24);
      bytes.set([9, 0, 0, 0, 22, 0, 0, 0], 0);
      guid.copy(bytes, 8, 0, 8);
      bytes.writeUInt32BE(changeNumber, 20);
      return bytes.toString('base64');
    },
  };
}

/** The entry id of a folder ([MS-OXCDATA] 2.2.4.1), as properties show it. */
export function folderEntryId(folderId: string): string {
  const key = createHash('sha256').update(folderId).digest();
  const type = Buffer.from([1, 0]);
  return Buffer.concat([Buffer.alloc(20, 7), type, key.subarray(0, 22), Buffer.alloc(2)]).toString('base64');
}

/** Whether `id` could have been made by Exchange Online at all. */
export function isWellFormedId(id: string): boolean {
  return id.length >= 40 && id.length <= 512 && /^[A-Za-z0-9_-]+={0,2}$/.test(id);
}

/** The same id as Exchange's own (EWS) base64. */
export function toEwsId(id: string): string {
  return id.replaceAll('-', '/').replaceAll('_', '+');
}

function urlSafe(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('/', '-').replaceAll('+', '_');
}
