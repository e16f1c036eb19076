/**
 * Ids as Exchange makes them: long base64 texts whose letter case matters, change keys that rise with each write.
 * They follow from the world's seed and carry nothing that a client may read out of them.
 */
import type { Random } from '../shared/random.ts';

/** `count` bytes from the world's chance. */
export function drawBytes(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => Math.floor(random.next() * 256)));
}

/** Makes the ids of one mailbox; each call gives one that was never given before. */
export interface IdSource {
  nextItemId(): string;
  nextFolderId(): string;
  changeKey(changeNumber: number): string;
}

/** Ids of a mailbox whose `guid` (16 bytes) they all begin with. */
export function createIds(guid: Buffer): IdSource {
  let last = 0;
  const next = (kind: number): string => {
    last += 1;
    const tail = Buffer.alloc(24);
    tail.writeUInt8(kind, 0);
    tail.writeUInt32BE(last, 20);
    return Buffer.concat([
      Buffer.from([0, 3, 36]),
      guid,
      Buffer.from(guid).reverse(),
      Buffer.alloc(13),
      tail,
    ]).toString('base64');
  };
  return {
    nextItemId: () => next(7),
    nextFolderId: () => next(1),
    changeKey(changeNumber) {
      const bytes = Buffer.alloc(24);
      bytes.set([17, 0, 0, 0, 22, 0, 0, 0], 0);
      guid.copy(bytes, 8, 0, 8);
      bytes.writeUInt32BE(changeNumber, 20);
      return bytes.toString('base64');
    },
  };
}

/** Whether `id` could have been made by an Exchange server at all. */
export function isWellFormedId(id: string): boolean {
  return id.length >= 40 && id.length <= 512 && id.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(id);
}
