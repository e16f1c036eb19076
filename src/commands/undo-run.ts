/** *Undo a run* (D5): what one run created, and taking it back. What the run merely found, and what colleagues rely on, stays. */
import type { Instant } from '../model/clock.ts';
import type { RecordId, RunId } from '../model/ids.ts';
import type { Removal } from '../model/removal.ts';
import { inOrganization } from '../store/database.ts';
import {
  type CreatedLink,
  countCreatedLinks,
  type LinkMark,
  listCreatedLinks,
  readReliedOn,
} from '../store/removals.ts';
import { readRun } from '../store/runs.ts';
import { type OpenMailbox, type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';
import { auditRemoval, REMOVAL_BATCH, RemovalSum, removeBatch } from './remove-records.ts';

/** Records that the page lists; a first run may have created thousands. */
const LISTED_MAX = 500;

export interface CreatedRecord {
  readonly recordId: RecordId;
  readonly url: string;
  /** Null: the record is gone. */
  readonly label: string | null;
  readonly linkedAt: Instant;
  readonly isRemovable: boolean;
}

/** What a run created, newest first, with its names read live; null when there is no such run. Rejects with `RemoteFailure`. */
export async function readCreatedRecords(
  ports: Ports,
  who: Who,
  runId: RunId,
  signal: AbortSignal,
): Promise<{ readonly items: readonly CreatedRecord[]; readonly removable: number } | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const { id: mailboxId, organizationId } = open.mailbox;
    const known = await inOrganization(ports.db, organizationId, async (tx) => {
      if ((await readRun(tx, mailboxId, runId)) === null) return null;
      const links = await listCreatedLinks(tx, { mailboxId, runId, limit: LISTED_MAX });
      return {
        links,
        relied: await readReliedOn(tx, organizationId, mailboxId, links),
        total: await countCreatedLinks(tx, mailboxId, runId),
      };
    });
    if (known === null) return null;
    const items = await describe(open, known.links, known.relied);
    const removable = items.filter(({ isRemovable }) => isRemovable).length;
    // Those beyond the list count as removable until somebody tries.
    const beyond = known.total - known.links.filter(({ isRemoved }) => !isRemoved).length;
    return { items, removable: removable + Math.max(beyond, 0) };
  });
}

async function describe(
  { crm }: OpenMailbox,
  links: readonly CreatedLink[],
  relied: ReadonlySet<RecordId>,
): Promise<readonly CreatedRecord[]> {
  const facts = await crm.describeRecords(links.map(({ recordId }) => recordId));
  return await Promise.all(
    links.map(async ({ recordId, linkedAt, isRemoved }, at) => {
      const exists = facts[at]?.exists === true && !isRemoved;
      return {
        recordId,
        url: await crm.recordUrl(recordId),
        label: exists ? (facts[at]?.label ?? null) : null,
        linkedAt,
        isRemovable: exists && !relied.has(recordId),
      };
    }),
  );
}

/** Told after each batch. */
export type OnProgress = (done: number, total: number | null) => void;

/**
 * Takes a run's records back; null when there is no such run, `under-way` while it has not ended. `stop` ends it between two batches. Rejects with
 * `RemoteFailure`; what was removed before stays removed.
 */
export async function undoRun(
  ports: Ports,
  who: Who,
  runId: RunId,
  {
    onProgress,
    stop,
    signal,
  }: { readonly onProgress: OnProgress; readonly stop: AbortSignal; readonly signal: AbortSignal },
): Promise<Removal | 'under-way' | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const { id: mailboxId, organizationId } = open.mailbox;
    const inScope = <T>(work: Parameters<typeof inOrganization<T>>[2]) =>
      inOrganization(ports.db, organizationId, work);
    const run = await inScope((tx) => readRun(tx, mailboxId, runId));
    if (run === null) return null;
    if (run.outcome === null) return 'under-way';
    const total = await inScope((tx) => countCreatedLinks(tx, mailboxId, runId));
    const sum = new RemovalSum();
    let after: LinkMark | null = null;
    try {
      for (let done = 0; !stop.aborted; ) {
        const links: readonly CreatedLink[] = await inScope((tx) =>
          listCreatedLinks(tx, { mailboxId, runId, after, limit: REMOVAL_BATCH }),
        );
        await removeBatch(ports, open, links, sum);
        done += links.filter((link) => !link.isRemoved).length;
        onProgress(done, total);
        after = links.at(-1) ?? null;
        if (links.length < REMOVAL_BATCH) break;
      }
    } finally {
      await auditRemoval(ports, who, open, 'run.undone', sum);
    }
    return sum.result();
  });
}
