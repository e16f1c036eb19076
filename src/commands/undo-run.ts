/** *Undo a run* (D5): what one run created, and taking it back. What the run merely found, and what colleagues rely on, stays. */
import type { Instant } from '../model/clock.ts';
import type { AnyCollection } from '../model/collection.ts';
import type { RecordId, RunId } from '../model/ids.ts';
import type { Removal } from '../model/removal.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { countMade, listMadePairs, type MadePair } from '../store/made-pairs.ts';
import { readSharedRecords } from '../store/pairs.ts';
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
import { removeMade } from './remove-made.ts';
import { auditRemoval, REMOVAL_BATCH, RemovalSum, removeBatch } from './remove-records.ts';

/** Records that the page lists; a first run may have created thousands. */
const LISTED_MAX = 500;

export interface CreatedRecord {
  readonly recordId: RecordId;
  readonly collection: AnyCollection;
  readonly url: string;
  /** Null: the record is gone. */
  readonly label: string | null;
  readonly linkedAt: Instant;
  readonly isRemovable: boolean;
}

export interface CreatedRecords {
  readonly items: readonly CreatedRecord[];
  readonly removable: number;
  /** Items that the run made in the mailbox: they stay. */
  readonly madeInMailbox: number;
}

/** What a run created, mails first, with its names read live; null when there is no such run. Rejects with `RemoteFailure`. */
export async function readCreatedRecords(
  ports: Ports,
  who: Who,
  runId: RunId,
  signal: AbortSignal,
): Promise<CreatedRecords | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const { id: mailboxId, organizationId } = open.mailbox;
    const known = await inOrganization(ports.db, organizationId, async (tx) => {
      if ((await readRun(tx, mailboxId, runId)) === null) return null;
      const links = await listCreatedLinks(tx, { mailboxId, runId, limit: LISTED_MAX });
      return {
        links,
        relied: await readReliedOn(tx, organizationId, mailboxId, links),
        total: await countCreatedLinks(tx, mailboxId, runId),
        ...(await readMade(tx, open, runId)),
      };
    });
    if (known === null) return null;
    const { links, pairs, made, total } = known;
    const items = await describe(open, [...links.map(ofLink), ...pairs.map(ofPair)], known);
    const removable = items.filter(({ isRemovable }) => isRemovable).length;
    // Those beyond the list count as removable until somebody tries.
    const listed =
      links.filter(({ isRemoved }) => !isRemoved).length + pairs.filter(({ isEnded }) => !isEnded).length;
    const beyond = Math.max(total + made.records - listed, 0);
    return { items, removable: removable + beyond, madeInMailbox: made.items };
  });
}

async function readMade(tx: Tx, { mailbox: { id: mailboxId, organizationId } }: OpenMailbox, runId: RunId) {
  const pairs = await listMadePairs(tx, { mailboxId, runId, limit: LISTED_MAX });
  const ids = pairs.map(({ recordId }) => recordId);
  return {
    pairs,
    shared: await readSharedRecords(tx, organizationId, mailboxId, ids),
    made: await countMade(tx, mailboxId, runId),
  };
}

interface Created {
  readonly recordId: RecordId;
  readonly collection: AnyCollection;
  readonly at: Instant;
  readonly isRemoved: boolean;
}

const ofLink = ({ recordId, linkedAt: at, isRemoved }: CreatedLink): Created => ({
  ...{ recordId, at, isRemoved },
  collection: 'emails',
});
const ofPair = ({ recordId, collection, pairedAt: at, isEnded }: MadePair): Created => ({
  ...{ recordId, collection, at },
  isRemoved: isEnded,
});

async function describe(
  { crm }: OpenMailbox,
  all: readonly Created[],
  { relied, shared }: { readonly relied: ReadonlySet<RecordId>; readonly shared: ReadonlySet<RecordId> },
): Promise<readonly CreatedRecord[]> {
  const facts = await crm.describeRecords(all.map(({ recordId }) => recordId));
  return await Promise.all(
    all.map(async ({ recordId, collection, at: linkedAt, isRemoved }, at) => {
      const exists = facts[at]?.exists === true && !isRemoved;
      return {
        ...{ recordId, collection, linkedAt },
        url: await crm.recordUrl(recordId),
        label: exists ? (facts[at]?.label ?? null) : null,
        isRemovable: exists && !relied.has(recordId) && !shared.has(recordId),
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
    const [mails, made] = await inScope(async (tx) => [
      await countCreatedLinks(tx, mailboxId, runId),
      await countMade(tx, mailboxId, runId),
    ]);
    const total = mails + made.records;
    let done = 0;
    const sum = new RemovalSum();
    let after: LinkMark | null = null;
    try {
      while (!stop.aborted) {
        const links: readonly CreatedLink[] = await inScope((tx) =>
          listCreatedLinks(tx, { mailboxId, runId, after, limit: REMOVAL_BATCH }),
        );
        await removeBatch(ports, open, links, sum);
        done += links.filter((link) => !link.isRemoved).length;
        onProgress(done, total);
        after = links.at(-1) ?? null;
        if (links.length < REMOVAL_BATCH) break;
      }
      for (let last: RecordId | null = null; !stop.aborted; ) {
        const from: RecordId | null = last;
        const pairs: readonly MadePair[] = await inScope((tx) =>
          listMadePairs(tx, { mailboxId, runId, after: from, limit: REMOVAL_BATCH }),
        );
        await removeMade(ports, open, pairs, sum);
        done += pairs.filter(({ isEnded }) => !isEnded).length;
        if (pairs.length > 0) onProgress(done, total);
        last = pairs.at(-1)?.recordId ?? null;
        if (pairs.length < REMOVAL_BATCH || last === null) break;
      }
    } finally {
      await auditRemoval(ports, who, open, 'run.undone', sum);
    }
    return sum.result();
  });
}
