/**
 * Saves one mail because a person asks for it now (U1, R4), by the same steps as a run: claim, look up, plan, apply. It needs no lease and moves no cursor;
 * its claims carry a token of their own, so that a run under way neither doubles the mail nor loses its own checkpoint.
 */

import type { FailureCode } from '../model/catalogue.ts';
import type { Place } from '../model/email.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { releaseHandClaims } from '../store/claims.ts';
import { inOrganization } from '../store/database.ts';
import { recordIssues, resolveIssues } from '../store/issues.ts';
import { writeLinks } from '../store/links.ts';
import { recordVerdicts } from '../store/verdicts.ts';
import { openLedger, planAndApply, writeMarks } from './chunk.ts';
import type { Ledger } from './ledger.ts';
import type { RunContext } from './run-context.ts';
import { Tally } from './tally.ts';

/** What became of the mail; null when it is gone from the mailbox. */
export type HandResult = {
  readonly verdict: VerdictCode;
  /** Why it could not be saved, for the verdict `parked.issue`. */
  readonly failure: FailureCode | null;
  readonly recordId: RecordId | null;
} | null;

/**
 * Saves the item. What fails is told and parked nowhere: a run would judge it anew by its own rules, and the person can ask again. Rejects with
 * `RemoteFailure` when a service is in trouble.
 */
export async function saveByHand(
  given: Omit<RunContext, 'byHand' | 'dryRun'>,
  item: { readonly itemId: ItemId; readonly place: Place },
): Promise<HandResult> {
  const context: RunContext = { ...given, byHand: true, dryRun: false };
  const items = [{ ...item, attempts: 0 }];
  const ledger = openLedger(context, items);
  try {
    await planAndApply(context, items, ledger, new Tally());
    // A mark is a courtesy; what was saved is saved.
    await writeMarks(context, ledger);
    await commit(context, ledger);
  } finally {
    await inOrganization(context.db, context.organizationId, (tx) =>
      releaseHandClaims(tx, context.mailboxId, context.lease.token),
    );
  }
  const verdict = ledger.verdicts[0]?.code;
  if (verdict === undefined) return null;
  const failure = verdict === 'parked.issue' ? (ledger.parked[0]?.code ?? null) : null;
  return { verdict, failure, recordId: ledger.links[0]?.recordId ?? null };
}

async function commit(context: RunContext, ledger: Ledger): Promise<void> {
  const { organizationId, mailboxId, keys } = context;
  const { links } = ledger;
  if (links.length === 0) return;
  const now = context.clock.now();
  const verdicts = ledger.verdicts.map(({ itemId, code }) => ({ itemPrint: keys.printItem(itemId), code }));
  await inOrganization(context.db, organizationId, async (tx) => {
    await writeLinks(tx, { organizationId, mailboxId, runId: null, lifts: true, links, now });
    await resolveIssues(tx, mailboxId, ledger.resolved);
    // An attachment that was too large: saved, and an issue all the same.
    await recordIssues(tx, { organizationId, mailboxId, issues: ledger.parked, now });
    await recordVerdicts(tx, { organizationId, mailboxId, verdicts, now });
    // With the links, as in a checkpoint: whoever is granted the claim next sees them.
    await releaseHandClaims(tx, mailboxId, context.lease.token);
  });
}
