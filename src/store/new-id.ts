/**
 * New ids: UUID version 7 (RFC 9562, 5.7), so that rows made together lie together in their index and sort by age. Not a place for ids that
 * must be unguessable: those are made from 32 random bytes where they are needed.
 */

import { randomUUID } from 'node:crypto';
import type { Instant } from '../model/clock.ts';

/** A UUID v7 of this moment. */
export function newId<Id extends string>(now: Instant): Id {
  const time = Math.trunc(now).toString(16).padStart(12, '0');
  // Everything behind the version is as random in version 4, whose random bits Node draws for many at once.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}` as Id;
}
