/**
 * The one place where a run's progress becomes lasting: links, issues, verdicts, released claims and the cursor in one transaction, and only
 * while the lease is still ours. The cursor moves in no other way: whatever was not paid for here is read again.
 */
import { failure, RemoteFailure } from '../model/failure.ts';
import type { FeedId, ItemId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import type { RunCounts } from '../model/run.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { releaseClaims } from '../store/claims.ts';
import { writeCursors } from '../store/cursors.ts';
import { inOrganization } from '../store/database.ts';
import { type NewIssue, recordIssues, resolveIssues } from '../store/issues.ts';
import { holdLease } from '../store/leases.ts';
import { forgetItems, touchLinks, writeLinks } from '../store/links.ts';
import { writeRunCounts } from '../store/runs.ts';
import { recordVerdicts } from '../store/verdicts.ts';
import type { RunContext } from './run-context.ts';

/** What a checkpoint pays for. Empty parts cost no statement. */
export interface Payment {
  readonly links: readonly Link[];
  readonly touched: readonly { readonly itemId: ItemId; readonly version: string }[];
  readonly gone: readonly ItemId[];
  readonly parked: readonly NewIssue[];
  /** Items whose issue, if they had one, is over. */
  readonly resolved: readonly ItemId[];
  readonly verdicts: readonly { readonly itemId: ItemId; readonly code: VerdictCode }[];
  readonly feeds: ReadonlyMap<FeedId, string>;
  readonly listing: string | null;
  readonly counts: RunCounts;
}

/**
 * Commits a payment; rejects with `LeaseLost` and changes nothing when another worker has taken over. Where somebody paused, switched off or
 * connected anew meanwhile, the chunk is committed and the run ends here.
 */
export async function commitCheckpoint(context: RunContext, payment: Payment): Promise<void> {
  const { organizationId, mailboxId, runId, keys } = context;
  const now = context.clock.now();
  const goesOn = await inOrganization(context.db, organizationId, async (tx) => {
    const holds = await holdLease(tx, context.lease, now);
    if (payment.gone.length > 0) await forgetItems(tx, mailboxId, payment.gone);
    if (payment.touched.length > 0) await touchLinks(tx, mailboxId, payment.touched);
    if (payment.links.length > 0)
      await writeLinks(tx, { organizationId, mailboxId, runId, links: payment.links, now });
    const over = [...payment.resolved, ...payment.gone];
    if (over.length > 0) await resolveIssues(tx, mailboxId, over);
    if (payment.parked.length > 0) {
      await recordIssues(tx, { organizationId, mailboxId, issues: payment.parked, now });
    }
    if (payment.verdicts.length > 0) {
      const verdicts = payment.verdicts.map(({ itemId, code }) => ({
        itemPrint: keys.printItem(itemId),
        code,
      }));
      await recordVerdicts(tx, { organizationId, mailboxId, verdicts, now });
    }
    await releaseClaims(tx, mailboxId);
    if (payment.feeds.size > 0 || payment.listing !== null) {
      const cursors = {
        feeds: payment.feeds,
        ...(payment.listing === null ? {} : { listing: payment.listing }),
      };
      await writeCursors(tx, keys, mailboxId, cursors, now);
    }
    await writeRunCounts(tx, runId, payment.counts);
    return holds === 'as-planned';
  });
  if (!goesOn) throw new RemoteFailure(failure('lockstep.interrupted'));
}
