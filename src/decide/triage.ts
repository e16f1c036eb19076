/**
 * The first look at a page of changes, before anything is fetched: what is our own write coming back (echo), what is known and
 * merely touched, what is gone, what lies outside the window, and what has to be read. Pure.
 */

import type { Instant } from '../model/clock.ts';
import type { Change } from '../model/connector.ts';
import type { Place } from '../model/email.ts';
import type { ItemId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';

export interface Triage {
  /** To be read and judged. */
  readonly fresh: readonly ItemId[];
  /** Linked items whose version moved on: nothing to do but to remember the version. */
  readonly touched: readonly { readonly itemId: ItemId; readonly version: string }[];
  /** Gone from this feed; a move shows as gone here and fresh elsewhere. */
  readonly gone: readonly ItemId[];
  /** Skipped unread, because the feed's first reading met mail older than the window. */
  readonly beforeWindow: readonly ItemId[];
  /** Skipped unread, because it came in a gap that this run goes over. */
  readonly inGap: readonly ItemId[];
  readonly echoes: number;
}

export interface TriageInput {
  readonly changes: readonly Change[];
  readonly place: Place;
  /** The feed is being read for the first time, or anew after its cursor was lost. */
  readonly firstReading: boolean;
  readonly historyFrom: Instant;
  /** Given while the run goes over a gap. */
  readonly isInGap?: ((receivedAt: Instant) => boolean) | undefined;
  readonly links: ReadonlyMap<ItemId, Link>;
  /** Items parked by an issue, with the version they had: an equal one is the echo of our own mark. */
  readonly parked: ReadonlyMap<ItemId, string>;
}

/**
 * Sorts a page's changes. An item that stands in it twice counts by its last entry. Mail in the folder *Salesforce Emails* was
 * chosen by a person and has no window; a category can only be seen by reading, so old mail is left unread on a first reading alone.
 */
export function triage(input: TriageInput): Triage {
  const last = new Map<ItemId, Change>(input.changes.map((change) => [change.itemId, change]));
  const fresh: ItemId[] = [];
  const touched: { itemId: ItemId; version: string }[] = [];
  const gone: ItemId[] = [];
  const beforeWindow: ItemId[] = [];
  const inGap: ItemId[] = [];
  let echoes = 0;
  for (const change of last.values()) {
    if (change.kind === 'deleted') {
      gone.push(change.itemId);
      continue;
    }
    const known = input.links.get(change.itemId)?.itemVersion ?? input.parked.get(change.itemId);
    if (known === change.version) echoes += 1;
    else if (input.links.has(change.itemId)) touched.push({ itemId: change.itemId, version: change.version });
    else if (isBeforeWindow(change.receivedAt, input)) beforeWindow.push(change.itemId);
    else if (isLeftOut(change, input)) inGap.push(change.itemId);
    else fresh.push(change.itemId);
  }
  return { fresh, touched, gone, beforeWindow, inGap, echoes };
}

/** What somebody chose by the folder, and what an issue holds, is read all the same. */
function isLeftOut({ itemId, receivedAt }: Extract<Change, { kind: 'upsert' }>, input: TriageInput): boolean {
  if (input.isInGap === undefined || receivedAt === null || input.parked.has(itemId)) return false;
  return input.place !== 'salesforce-folder' && input.isInGap(receivedAt);
}

function isBeforeWindow(receivedAt: Instant | null, input: TriageInput): boolean {
  return (
    input.firstReading &&
    input.place !== 'salesforce-folder' &&
    receivedAt !== null &&
    receivedAt < input.historyFrom
  );
}
