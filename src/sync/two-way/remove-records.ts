/**
 * Records follow items that are gone, unless there are too many of them: then all of them are held until a person has looked (S5).
 */
import { isHeld } from '../../decide/breaker.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { RecordId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import { countRemovals, endRemovals, holdRemovals, readRemovals } from '../../store/holds.ts';
import { holdLease } from '../../store/leases.ts';
import { countPairs } from '../../store/pairs.ts';
import { partsOf, type TwoWay } from './two-way.ts';

/** Records read at once from the store. */
const REMOVALS_MAX = 1_000;

/**
 * Removes what is due: called at the end of a collection's reading, so that all of a run's deletions are counted together. What the CRM refuses stays
 * due.
 */
export async function removeRecords(two: TwoWay): Promise<void> {
  const { run, collection, rules } = two;
  const { organizationId, mailboxId } = run;
  if (run.dryRun) return;
  await inOrganization(run.db, organizationId, async (tx) => {
    const now = run.clock.now();
    const due = await countRemovals(tx, mailboxId, collection);
    if (due === 0) return;
    const paired = await countPairs(tx, mailboxId, collection);
    if (!isHeld(due, paired, rules.settings)) return;
    await holdLease(tx, run.lease, now);
    await holdRemovals(tx, { organizationId, mailboxId, collection, held: due, paired, now });
  });
  const refused = new Set<RecordId>();
  for (;;) {
    const due = await inOrganization(run.db, organizationId, (tx) =>
      readRemovals(tx, mailboxId, collection, REMOVALS_MAX + refused.size),
    );
    const open = due.filter((recordId) => !refused.has(recordId));
    if (open.length === 0) return;
    for (const part of partsOf(open, two.recordsMax)) await removePart(two, part, refused);
  }
}

async function removePart(two: TwoWay, part: readonly RecordId[], refused: Set<RecordId>): Promise<void> {
  const { run, collection } = two;
  run.signal.throwIfAborted();
  const results = await run.crm.records.deleteRecords(collection, part);
  const gone: RecordId[] = [];
  for (const [at, result] of results.entries()) {
    const recordId = part[at];
    if (recordId === undefined) continue;
    if (result.ok || result.failure.code === 'crm.record-gone') gone.push(recordId);
    else if (result.failure.kind === 'bad-item') refused.add(recordId);
    else throw new RemoteFailure(result.failure);
  }
  await inOrganization(run.db, run.organizationId, async (tx) => {
    await holdLease(tx, run.lease, run.clock.now());
    await endRemovals(tx, run.mailboxId, gone);
  });
  two.tally.removed(gone.length);
}
