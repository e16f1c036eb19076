/** One event, contact or task by the id that either side gave it, read live and seen as a run sees it. For *Why?* and *Try now*. */
import { itemRules } from '../decide/item-rules.ts';
import type { Collection } from '../model/collection.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { Pair } from '../model/pair.ts';
import { inOrganization } from '../store/database.ts';
import { readPairsByItems, readPairsByRecords } from '../store/pairs.ts';
import type { RunContext } from '../sync/run-context.ts';
import { Tally } from '../sync/tally.ts';
import { seeGone, seeItems } from '../sync/two-way/see-items.ts';
import { seeRecords } from '../sync/two-way/see-records.ts';
import {
  nothingSeen,
  readItems,
  readRecords,
  recordKey,
  type Seen,
  type TwoWay,
} from '../sync/two-way/two-way.ts';

/** By the id of the mailbox's item, or of the CRM's record. */
export type ItemName = { readonly collection: Collection } & (
  | { readonly itemId: ItemId }
  | { readonly recordId: RecordId }
);

/** What the passes of a run share, for one collection and one act. */
export async function twoWayOf(run: RunContext, collection: Collection): Promise<TwoWay> {
  const specs = await run.crm.records.capabilities();
  return {
    run,
    collection,
    rules: itemRules(run.rules, run.clock.now()),
    items: run.mail.items.capabilities[collection],
    recordSpecs: specs[collection].fields,
    recordsMax: specs[collection].batchMax,
    hasOwnKeys: specs[collection].externalKey,
    tally: new Tally(),
    written: new Set(),
  };
}

/** Null: neither side has it, and no pair remembers it. Rejects with `RemoteFailure`. */
export async function seeOne(two: TwoWay, name: ItemName): Promise<Seen | null> {
  if ('itemId' in name) return await seeItem(two, name.itemId);
  const [pair] = await pairsOf(two, name);
  // A pair is seen from its item: that is what people know it by.
  if (pair?.state === 'linked' && pair.itemId !== null) return await seeItem(two, pair.itemId);
  return await seeRecord(two, name.recordId, pair ?? null);
}

async function seeItem(two: TwoWay, itemId: ItemId): Promise<Seen | null> {
  const { values, failures } = await readItems(two, [itemId]);
  const item = values.get(itemId);
  const failure = failures.get(itemId);
  if (failure !== undefined) return { ...nothingSeen(itemId), failure };
  if (item !== undefined && item !== 'gone') {
    const [seen] = await seeItems(two, null, [item], { all: true });
    return seen ?? null;
  }
  const {
    gone: [gone],
  } = await seeGone(two, { items: [], gone: [itemId], series: [], unreadable: [] });
  if (gone !== undefined) return gone;
  const [pair] = await pairsOf(two, { itemId });
  return pair === undefined ? null : { ...nothingSeen(itemId), item: 'gone', pair };
}

async function seeRecord(two: TwoWay, recordId: RecordId, pair: Pair | null): Promise<Seen | null> {
  const { values, failures } = await readRecords(two, [recordId]);
  const record = values.get(recordId);
  const key = recordKey(recordId);
  const failure = failures.get(recordId);
  if (failure !== undefined) return { ...nothingSeen(key), pair, failure };
  if (record === undefined || record === 'gone')
    return pair === null ? null : { ...nothingSeen(key), record: 'gone', pair };
  const [seen] = await seeRecords(two, [record], { all: true });
  return seen ?? { ...nothingSeen(key), record, pair };
}

async function pairsOf(
  { run }: TwoWay,
  name: { readonly itemId: ItemId } | { readonly recordId: RecordId },
): Promise<readonly Pair[]> {
  return await inOrganization(run.db, run.organizationId, (tx) =>
    'itemId' in name
      ? readPairsByItems(tx, run.mailboxId, [name.itemId])
      : readPairsByRecords(tx, run.mailboxId, [name.recordId]),
  );
}
