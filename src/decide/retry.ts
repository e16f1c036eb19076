/**
 * When a parked item is tried again. Trouble that heals by itself waits for the next run; trouble that somebody must mend is tried
 * daily a few times and then waits for a change of the item or for *Retry*. Pure.
 */
import { catalogue } from '../model/catalogue.ts';
import { DAY, type Instant } from '../model/clock.ts';
import type { Failure } from '../model/failure.ts';

/** Tries of an item that only somebody can mend, before it waits for them. */
export const MENDABLE_TRIES_MAX = 3;
/** Tries of an item that heals by itself, before it is treated as one that does not. */
export const HEALING_TRIES_MAX = 20;

/** The instant of the next try (`now`: with the next run), or null for "only when asked". `attempts` counts from 1. */
export function retryAt(failure: Failure, attempts: number, now: Instant): Instant | null {
  const heals = catalogue[failure.code].mender === 'nobody';
  if (heals && attempts < HEALING_TRIES_MAX) return now;
  return attempts < MENDABLE_TRIES_MAX ? now + DAY : null;
}

/** Whether the mailbox item should carry *Sync Error*: somebody can do something about it, and the item still exists. */
export function deservesMark(failure: Failure): boolean {
  return catalogue[failure.code].mender !== 'nobody';
}
