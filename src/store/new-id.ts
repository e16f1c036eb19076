/**
 * New ids: UUID version 7 (RFC 9562, 5.7), so that rows made together lie together in their index and sort by age. Not a place for ids that
 * must be unguessable: those are made from 32 random bytes where they are needed.
 */

import { randomBytes } from 'node:crypto';
import type { Instant } from '../model/clock.ts';

/** A UUID v7 of this moment. */
export function newId<Id extends string>(now: Instant): Id {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return id as Id;
}
