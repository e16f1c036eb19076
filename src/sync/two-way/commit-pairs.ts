/**
 * The one place where a collection's progress becomes lasting: pairs, issues, verdicts, released claims and the cursors in one transaction, and only while
 * the lease is still ours. The mail's own is `sync/checkpoint.ts`.
 */
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import { releaseClaims } from '../../store/claims.ts';
import { writeCursors } from '../../store/cursors.ts';
import { inOrganization } from '../../store/database.ts';
import { recordIssues, resolveIssues } from '../../store/issues.ts';
import { holdLease } from '../../store/leases.ts';
import {
  type NotedWriting,
  noteTold,
  noteWriting,
  passLead,
  takeLead,
  writePairs,
} from '../../store/pairs.ts';
import { writeRunCounts } from '../../store/runs.ts';
import { recordVerdicts } from '../../store/verdicts.ts';
import type { PairLedger } from './pair-ledger.ts';
import type { TwoWay } from './two-way.ts';

/** Notes what is about to be written to pairs that are there, under the lease; see `Pair.writing`. */
export async function commitWritings({ run }: TwoWay, writings: readonly NotedWriting[]): Promise<void> {
  if (writings.length === 0) return;
  await inOrganization(run.db, run.organizationId, async (tx) => {
    await holdLease(tx, run.lease, run.clock.now());
    await noteWriting(tx, run.mailboxId, writings);
  });
}

/** Commits what a ledger holds together with cursors, and that feeds `told` of these items; rejects with `LeaseLost` and changes nothing when another worker has taken over. */
export async function commitPairs(
  two: TwoWay,
  ledger: PairLedger,
  feeds: ReadonlyMap<FeedId, string> = new Map(),
  told: readonly ItemId[] = [],
): Promise<void> {
  const { run, tally } = two;
  if (run.dryRun) return;
  const { organizationId, mailboxId, runId, keys } = run;
  const now = run.clock.now();
  const goesOn = await inOrganization(run.db, organizationId, async (tx) => {
    const holds = await holdLease(tx, run.lease, now);
    const unpassed = new Set(
      await passLead(
        tx,
        organizationId,
        mailboxId,
        ledger.passed.map(({ recordId }) => recordId),
      ),
    );
    // Nobody is left to take it: the record follows its last item.
    const passed = ledger.passed.map((pair) => ({
      ...pair,
      itemId: null,
      state: unpassed.has(pair.recordId) ? ('removing' as const) : ('ended' as const),
    }));
    await writePairs(tx, { organizationId, mailboxId, runId, pairs: [...ledger.pairs, ...passed], now });
    if (told.length > 0) await noteTold(tx, mailboxId, told);
    await takeLead(tx, organizationId, mailboxId, ledger.taken);
    if (ledger.resolved.length > 0) await resolveIssues(tx, mailboxId, ledger.resolved);
    if (ledger.parked.length > 0)
      await recordIssues(tx, { organizationId, mailboxId, issues: ledger.parked, now });
    if (ledger.verdicts.length > 0) {
      const verdicts = ledger.verdicts.map(({ itemId, code }) => ({
        itemPrint: keys.printItem(itemId),
        code,
      }));
      await recordVerdicts(tx, { organizationId, mailboxId, verdicts, now });
    }
    await releaseClaims(tx, mailboxId);
    if (feeds.size > 0) await writeCursors(tx, keys, mailboxId, { feeds }, now);
    const requests = { mailbox: run.mail.traffic().requests, crm: run.crm.traffic().requests };
    await writeRunCounts(tx, runId, tally.counts(requests));
    return holds === 'as-planned';
  });
  if (!goesOn) throw new RemoteFailure(failure('lockstep.interrupted'));
}
