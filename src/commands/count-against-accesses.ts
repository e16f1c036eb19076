/** What one run says of the accesses that it went through: a success begins their count anew, a refusal adds to it, and the sixth asks for a probe. */
import { ACCESS_REJECTIONS_MAX, verdictOfRun } from '../model/access-circuit.ts';
import type { AccessId } from '../model/ids.ts';
import type { RunOutcome } from '../model/run.ts';
import { clearRejections, countRejection } from '../store/accesses.ts';
import { inOrganization } from '../store/database.ts';
import type { LoadedMailbox } from './load-mailbox.ts';
import type { Ports } from './ports.ts';

/** Counts, and names the accesses that are to be probed now. Most mailboxes have none, and then nothing is asked of the store. */
export async function countAgainstAccesses(
  ports: Pick<Ports, 'db'>,
  { accesses, mailbox }: Pick<LoadedMailbox, 'accesses' | 'mailbox'>,
  outcome: RunOutcome,
): Promise<readonly AccessId[]> {
  const verdicts = accesses.map((access) => ({ ...access, verdict: verdictOfRun(access.side, outcome) }));
  // What was read when the run began says nothing of now: a count may have begun meanwhile, so a success always asks.
  if (verdicts.every(({ verdict }) => verdict === 'nothing')) return [];
  return await inOrganization(ports.db, mailbox.organizationId, async (tx) => {
    const toProbe: AccessId[] = [];
    for (const { id, verdict } of verdicts) {
      if (verdict === 'accepted') await clearRejections(tx, id);
      const count = verdict === 'rejected' ? await countRejection(tx, id) : null;
      if (count !== null && count >= ACCESS_REJECTIONS_MAX) toProbe.push(id);
    }
    return toProbe;
  });
}
