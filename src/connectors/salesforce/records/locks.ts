/**
 * What another program's lock refused is sent again: alone, one after another, after waits that are drawn by chance, so often and no more.
 * Vendor page: docs/remote-services/salesforce.md#locks.
 */
import { type BackoffLimits, backoffMs } from '../../../model/backoff.ts';
import type { VendorError } from '../failures.ts';
import { remedyFor } from '../repair.ts';
import type { RecordsContext } from './records-context.ts';

const LOCK_WAITS: BackoffLimits = { firstMs: 1_000, ceilingMs: 30_000, attemptsMax: 5 };
/** Waits of one call in all: a parent that stays locked must not hold the run for as long as it has children. */
const WAITS_MAX = 20;

type Outcome = { readonly ok: true } | { readonly ok: false; readonly errors: readonly VendorError[] };

/** `send` puts a new outcome in the old one's place. */
export async function outwaitLocks<Item>(
  { clock, random, signal }: Pick<RecordsContext, 'clock' | 'random' | 'signal'>,
  items: readonly Item[],
  outcomeOf: (item: Item) => Outcome | undefined,
  send: (item: Item) => Promise<void>,
): Promise<void> {
  let waits = 0;
  for (const item of items)
    for (let attempt = 1; isLocked(outcomeOf(item)) && attempt <= LOCK_WAITS.attemptsMax; attempt += 1) {
      if (waits >= WAITS_MAX) return;
      waits += 1;
      await clock.sleep(backoffMs(attempt, random, LOCK_WAITS), signal);
      await send(item);
    }
}

function isLocked(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && !outcome.ok && remedyFor(outcome.errors) === 'wait-and-repeat';
}
