/**
 * What must have become of an event, a contact or a task, judged from the product's law (docs/two-ways.md) and the world's history alone: how many
 * records stand for it, and how many items lie in each mailbox. Between the least and the most, timing decides.
 */
import { readSpan } from '../../src/model/canonical.ts';
import { DAY } from '../../src/model/clock.ts';
import type { Thing } from './things.ts';

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

const exactly = (count: number): Bounds => ({ min: count, max: count });
const upTo = (max: number): Bounds => ({ min: 0, max });

/** Whether the rules want an item in Salesforce as it is now; `now`: of any moment of the world. */
export function isEligible(thing: Thing, now: number): boolean {
  const { collection, invitation, isPrivate, isMarked, isFiled, fields } = thing;
  if (thing.born === 'record') return true;
  if (invitation !== null && !isAttended(thing)) return false;
  if (isPrivate && !isMarked) return false;
  if (collection === 'contacts') return isFiled || isMarked;
  return collection === 'tasks' || thing.series !== null || !isLongAgo(fields.time, now);
}

/** Things of long ago are made weeks before the window, so that no clock brings them near its edge. */
function isLongAgo(time: string | undefined, now: number): boolean {
  const span = readSpan(time);
  return span !== null && span.endAt < now - 20 * DAY;
}

/** Somebody organizes it here, or has accepted; and it takes place. */
function isAttended({ invitation, owner }: Thing): boolean {
  if (invitation === null) return true;
  if (invitation.isCancelled) return false;
  return (
    invitation.organizer === owner ||
    [...invitation.answers.values()].some((answer) => answer === 'accepted' || answer === 'tentative')
  );
}

/** Records that are not in the recycle bin. */
export function expectedRecords(thing: Thing, now: number): Bounds {
  const { removal, collection, fields } = thing;
  const all = thing.series === null ? 1 : thing.series.plan.count - thing.series.removed.size;
  if (removal?.side === 'record') return removal.linked ? exactly(0) : upTo(all);
  if (removal?.side === 'item') {
    const stays = collection === 'contacts' || thing.touched.size > 1 || hadBeenCompleted(thing);
    if (thing.born === 'record' && collection === 'contacts') return exactly(1);
    return stays || fields.status === 'completed' ? upTo(all) : exactly(0);
  }
  if (isEligible(thing, now)) return exactly(all);
  return thing.wasEligible && thing.invitation === null ? upTo(all) : exactly(0);
}

/** Completed and opened again: which of both a run met last, timing decides. */
function hadBeenCompleted({ edits }: Thing): boolean {
  return edits.some(({ field, text }) => field === 'status' && text === 'completed');
}

/** Items in the owner's mailbox. */
export function expectedItems({ born, removal }: Thing): Bounds {
  if (removal === null) return exactly(1);
  if (removal.side === 'item') return exactly(0);
  return born === 'item' ? exactly(1) : upTo(1);
}
