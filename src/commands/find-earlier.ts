/**
 * The question before a change of rules acts on the past (S6): reads the saved mails of this mailbox again, newest first, and counts, or takes back, those that
 * the changed settings would leave out. Nothing happens without being asked for.
 */
import { addressesToAsk, noLongerSaved, permissive } from '../decide/no-longer-saved.ts';
import type { ItemId } from '../model/ids.ts';
import type { Removal } from '../model/removal.ts';
import { effectiveSettings, type SettingsLayer, type SyncSettings } from '../model/settings.ts';
import { inOrganization } from '../store/database.ts';
import { type CreatedLink, type LinkMark, listCreatedLinks } from '../store/removals.ts';
import { readHeads } from '../sync/chunk.ts';
import { rulesOf } from './load-mailbox.ts';
import { type OpenMailbox, type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';
import { auditRemoval, REMOVAL_BATCH, RemovalSum, removeBatch } from './remove-records.ts';
import type { OnProgress } from './undo-run.ts';

/** Saved mails that are read again at most. */
const EARLIER_MAX = 2_000;

export interface Earlier {
  readonly matches: number;
  readonly examined: number;
  /** False: there are more saved mails than were read. */
  readonly isComplete: boolean;
}

export interface EarlierOptions {
  readonly onProgress: OnProgress;
  /** Ends it between two batches. */
  readonly stop: AbortSignal;
  readonly signal: AbortSignal;
}

/** Counts the earlier mails that a change of the person's settings would leave out; null when there is no mailbox. Rejects with `RemoteFailure`. */
export async function findEarlier(
  ports: Ports,
  who: Who,
  change: SettingsLayer,
  options: EarlierOptions,
): Promise<Earlier | null> {
  return await withMailbox(ports, who, options.signal, async (open) => {
    let matches = 0;
    const scan = await eachBatch(ports, open, change, options, async (links) => {
      matches += links.length;
    });
    return { ...scan, matches };
  });
}

/** Takes back exactly the mails that `findEarlier` counts; null when there is no mailbox. Rejects with `RemoteFailure`. */
export async function removeEarlier(
  ports: Ports,
  who: Who,
  change: SettingsLayer,
  options: EarlierOptions,
): Promise<Removal | null> {
  return await withMailbox(ports, who, options.signal, async (open) => {
    const sum = new RemovalSum();
    try {
      await eachBatch(ports, open, change, options, (links) => removeBatch(ports, open, links, sum));
    } finally {
      await auditRemoval(ports, who, open, 'earlier.removed', sum);
    }
    return sum.result();
  });
}

async function eachBatch(
  ports: Ports,
  open: OpenMailbox,
  change: SettingsLayer,
  { onProgress, stop }: EarlierOptions,
  take: (links: readonly CreatedLink[]) => Promise<void>,
): Promise<Omit<Earlier, 'matches'>> {
  const { id: mailboxId, organizationId } = open.mailbox;
  // So that heads can tell where they lie, on services whose items alone do not.
  await open.mail.listFeeds({ cursor: null, feeds: new Map() });
  let after: LinkMark | null = null;
  let examined = 0;
  for (let listed = 0; listed < EARLIER_MAX; ) {
    if (stop.aborted) return { examined, isComplete: false };
    const links: readonly CreatedLink[] = await inOrganization(ports.db, organizationId, (tx) =>
      listCreatedLinks(tx, { mailboxId, runId: null, after, limit: REMOVAL_BATCH }),
    );
    const alive = links.filter((link) => !link.isRemoved && link.itemId !== null);
    const matching = await matchingItems(ports, open, change, alive);
    await take(alive.filter(({ itemId }) => itemId !== null && matching.has(itemId)));
    examined += alive.length;
    onProgress(examined, null);
    after = links.at(-1) ?? null;
    listed += links.length;
    if (links.length < REMOVAL_BATCH) return { examined, isComplete: true };
  }
  return { examined, isComplete: false };
}

async function matchingItems(
  ports: Ports,
  open: OpenMailbox,
  change: SettingsLayer,
  links: readonly CreatedLink[],
): Promise<ReadonlySet<ItemId>> {
  const { loaded, keys, crm } = open;
  const { layers } = loaded;
  const settings = effectiveSettings({ ...layers, user: { ...layers.user, ...change } });
  // Window and gaps are no settings of these: what was saved came in time.
  const timeless = (of: SyncSettings) => rulesOf(ports, { ...loaded, settings: of, gaps: [] }, 0);
  const input = {
    heads: await readHeads(
      open,
      links.flatMap(({ itemId }) => (itemId === null ? [] : [{ itemId, place: 'other' as const }])),
    ),
    changed: timeless(settings),
    permissive: timeless(permissive(settings)),
    printKey: keys.printKey,
  };
  const addresses = addressesToAsk(input);
  const people = await crm.lookUp({ addresses, domains: [], keys: [], relateTo: 'account' });
  return new Set(noLongerSaved(input, people));
}
